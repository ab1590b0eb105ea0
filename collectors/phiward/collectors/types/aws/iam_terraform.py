"""The policies of users, groups and roles in Terraform: written into them, attached, or a limit on them."""

from collections.abc import Iterator, Sequence
from typing import Any

from phiward.collectors.terraform.block import Block, Parts
from phiward.collectors.terraform.form import Source
from phiward.collectors.types.aws.arguments import as_text
from phiward.collectors.types.aws.iam_details import in_order
from phiward.collectors.types.aws.iam_grants import named, provider_grant, provider_policy
from phiward.collectors.types.aws.policies import policy_required
from phiward.inventory.aspects import Grant
from phiward.inventory.model import Maybe, Unknown


def parts_of(kind: str) -> dict[str, str]:
    """Return the parts that give rights to a `user`, `group` or `role`, with the argument that names it."""
    return {
        f"aws_iam_{kind}_policy": kind,
        f"aws_iam_{kind}_policy_attachment": kind,
        "aws_iam_policy_attachment": f"{kind}s",
    }


def grants(block: Block, parts: Parts, source: Source, kind: str) -> list[Maybe[Grant]]:
    """Return what the code grants. An `Unknown` stands for a part that may or may not belong to this identity."""
    written = parts.get(f"aws_iam_{kind}_policy", ())
    found: list[Maybe[Grant]] = [part if isinstance(part, Unknown) else _inline(part, source) for part in written]
    for nested in block.blocks("inline_policy"):
        if isinstance(nested, Unknown):
            found.append(nested)
        elif nested.get("policy") is not None:
            found.append(_inline(nested, source))
    for attachment in (f"aws_iam_{kind}_policy_attachment", "aws_iam_policy_attachment"):
        for part in parts.get(attachment, ()):
            found += [part] if isinstance(part, Unknown) else attached(part, "policy_arn", source)
    found += attached(block, "managed_policy_arns", source)
    for limit in attached(block, "permissions_boundary", source):
        found.append(_boundary(limit) if isinstance(limit, Grant) else limit)
    return found


def attached(block: Block, argument: str, source: Source) -> Iterator[Maybe[Grant]]:
    """Yield the managed policies that an argument names, one or a list."""
    value = block.get(argument)
    if value is None:
        return
    owners = source.owners("aws_iam_policy", block, argument)
    if isinstance(owners, Unknown) and not isinstance(value, list) and isinstance(provider_policy(value), Unknown):
        yield _unseen(block, owners)
        return
    inside = [] if isinstance(owners, Unknown) else [each for each in map(source.find, owners) if each is not None]
    for policy in inside:
        yield Grant(name=label(policy), kind="customer", document=policy_required(policy, "policy", source))
    outside = [each for each in _looked_up(block, argument, source) if each is not None]
    yield from outside
    left = len(inside) + len(outside)
    for given in value if isinstance(value, list | tuple | set) else [value]:
        each = provider_policy(given)
        if isinstance(each, str) and not any(each == policy.get("arn") for policy in inside):
            yield provider_grant(each) or Grant(
                name=named(each), kind="customer", document=Unknown(f"{each} is not in the code")
            )
        elif isinstance(each, Unknown) and left:
            left -= 1
        elif isinstance(each, Unknown):
            yield _unseen(block, each)


def together(found: Sequence[Maybe[Grant]]) -> Maybe[tuple[Grant, ...]]:
    """Return the grants, or the reason why there may be more."""
    unseen = next((each for each in found if isinstance(each, Unknown)), None)
    return unseen or in_order(each for each in found if isinstance(each, Grant))


def label(block: Block) -> str:
    """Return the name that the code gives a policy, else the block's own."""
    name = block.get("name")
    return name if isinstance(name, str) else block.name


def _inline(part: Block, source: Source) -> Grant:
    return Grant(name=label(part), kind="inline", document=policy_required(part, "policy", source))


def _boundary(limit: Grant) -> Grant:
    return Grant(name=limit.name, kind="boundary", document=limit.document)


def _unseen(block: Block, reason: Unknown) -> Grant:
    """Return a grant that is surely there, of a policy that cannot be seen."""
    return Grant(name=label(block), kind="customer", document=reason)


def _looked_up(block: Block, argument: str, source: Source) -> Iterator[Grant | None]:
    """Yield AWS's own policies that data sources look up by name or ARN."""
    for address in block.references(argument):
        data = source.find(address) if "data.aws_iam_policy." in address else None
        if data is None:
            continue
        given: Any = data.get("arn")
        if given is None and data.get("name") == "AdministratorAccess":
            # Any other name may be the customer's own or AWS's: it does not tell.
            given = "arn:aws:iam::aws:policy/AdministratorAccess"
        text = as_text("arn", given)
        yield provider_grant(text) if isinstance(text, str) else None
