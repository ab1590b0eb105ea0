"""What Terraform code says of an EC2 instance: its own block, else its launch template, else the provider's default."""

from collections.abc import Iterator
from typing import NamedTuple

from phiward.collectors.terraform.block import Block, Parts
from phiward.collectors.terraform.form import Source
from phiward.collectors.types.aws.arguments import flag, number, text
from phiward.inventory.model import Maybe, Unknown

_ROOTS = ("/dev/xvda", "/dev/sda1", "/dev/sda")
"""What images call their root device."""


class Device(NamedTuple):
    """A volume that is made with an instance."""

    label: str
    """`root`, or the device's name without `/dev/`: it tells the volumes of one instance apart."""
    block: Block | Unknown | None
    """The nested block that declares it. `Unknown`: any number of them. None: a root volume that nobody speaks of."""


def template_of(block: Block, source: Source) -> Block | Unknown | None:
    """Return the launch template of an instance's block, None where it names none."""
    for nested in block.blocks("launch_template"):
        if isinstance(nested, Unknown):
            return nested
        for argument in ("id", "name"):
            for address in nested.references(argument):
                if (found := source.find(address)) is not None:
                    return found
            owners = source.owners("aws_launch_template", nested, argument)
            if not isinstance(owners, Unknown) and owners and (found := source.find(owners[0])) is not None:
                return found
        return Unknown("its launch template is not in the code")
    return None


def first(block: Block, name: str) -> Block | Unknown | None:
    """Return the first nested block of a name."""
    return next(iter(block.blocks(name)), None)


def either(block: Block, template: Block | Unknown | None, name: str) -> Block | Unknown | None:
    """Return the first nested block of a name, the instance's own or its template's."""
    own = first(block, name)
    if own is not None or template is None:
        return own
    return template if isinstance(template, Unknown) else first(template, name)


def text_of(block: Block, template: Block | Unknown | None, name: str) -> Maybe[str | None]:
    """Return a string argument, the instance's own or its template's."""
    own = text(block, name, None)
    if own is not None or template is None:
        return own
    return template if isinstance(template, Unknown) else text(template, name, None)


def image_of(block: Block, template: Block | Unknown | None) -> Maybe[str | None]:
    """Return the machine image: `ami` of an instance, `image_id` of a template."""
    own = text(block, "ami", None)
    if own is not None or template is None:
        return own
    return template if isinstance(template, Unknown) else text(template, "image_id", None)


def flag_of(block: Block, template: Block | Unknown | None, name: str) -> Maybe[bool | None]:
    """Return a bool argument, the instance's own or its template's; None where neither sets it."""
    own = flag(block, name, None)
    if own is not None or template is None:
        return own
    return template if isinstance(template, Unknown) else flag(template, name, None)


def enabled_in(options: Block | Unknown | None) -> Maybe[bool]:
    """Return the `enabled` of a nested block (`monitoring`, `enclave_options`), false where it is not there."""
    if options is None or isinstance(options, Unknown):
        return options or False
    return flag(options, "enabled", default=False)


def metadata(options: Block | Unknown | None, tokens: Maybe[str]) -> tuple[Maybe[str], Maybe[str], Maybe[int]]:
    """Return `http_tokens`, `http_endpoint` and the hop limit, with EC2's own defaults; `tokens`: the account's."""
    if isinstance(options, Unknown):
        return options, options, options
    if options is None:
        return tokens, "enabled", 1
    return (
        text(options, "http_tokens", tokens),
        text(options, "http_endpoint", "enabled"),
        number(options, "http_put_response_hop_limit", 1),
    )


def has_user_data(block: Block, template: Block | Unknown | None) -> Maybe[bool]:
    """Say whether there is user data, in the block or its launch template."""
    values = [block.get("user_data"), block.get("user_data_base64")]
    values.append(template if template is None or isinstance(template, Unknown) else template.get("user_data"))
    if any(value and not isinstance(value, Unknown) for value in values):
        return True
    return next((value for value in values if isinstance(value, Unknown)), False)


def profile_of(block: Block, template: Block | Unknown | None) -> tuple[Block, str] | Unknown | None:
    """Return the block and argument that name the instance profile; None where nothing does."""
    if block.get("iam_instance_profile") is not None:
        return block, "iam_instance_profile"
    nested = template if isinstance(template, Unknown) or template is None else first(template, "iam_instance_profile")
    if nested is None or isinstance(nested, Unknown):
        return nested
    return nested, "arn" if nested.get("arn") is not None else "name"


def attached(parts: Parts, source: Source) -> list[Block | Unknown]:
    """Return the volumes that `aws_volume_attachment` blocks attach."""
    found: list[Block | Unknown] = []
    for part in parts.get("aws_volume_attachment", ()):
        owners = part if isinstance(part, Unknown) else source.owners("aws_ebs_volume", part, "volume_id")
        if isinstance(owners, Unknown):
            found.append(owners)
            continue
        volumes = [source.find(owner) for owner in owners] or [None]
        found += [each or Unknown("a volume attached to it is not in the code") for each in volumes]
    return found


def devices(block: Block, source: Source) -> tuple[Device, ...]:
    """Return the volumes that come with an instance: its own, and those of its template that it does not replace.

    A root volume exists whether or not the code speaks of it.
    """
    labels: dict[str, int] = {}
    found: list[Device] = []
    for name, each in _declared(block, template_of(block, source)):
        labels[name] = labels.get(name, 0) + 1
        found.append(Device(name if labels[name] == 1 else f"{name}-{labels[name]}", each))
    return tuple(found)


def _declared(block: Block, template: Block | Unknown | None) -> Iterator[tuple[str, Block | Unknown | None]]:
    replaced: set[object] = set()
    for each in block.blocks("ebs_block_device"):
        name = None if isinstance(each, Unknown) else each.get("device_name")
        replaced.add(name)
        yield _label(name), each
    roots: list[Block | Unknown | None] = [*block.blocks("root_block_device")]
    if roots:
        replaced.update(_ROOTS)
    for name, each in () if template is None else _mappings(template):
        if isinstance(name, str) and name in replaced:
            continue
        if name in _ROOTS or (not isinstance(name, str) and not roots):
            roots.append(each)
        else:
            yield _label(name), each
    for root in roots or [None]:
        yield "root", root


def _mappings(template: Block | Unknown) -> Iterator[tuple[object, Block | Unknown]]:
    if isinstance(template, Unknown):
        yield None, template
        return
    for mapping in template.blocks("block_device_mappings"):
        if isinstance(mapping, Unknown):
            yield None, mapping
            continue
        for each in mapping.blocks("ebs"):
            yield mapping.get("device_name"), each


def _label(name: object) -> str:
    return name.removeprefix("/dev/") if isinstance(name, str) else "device"
