"""Which trails record what is read and written in a bucket, live and in code."""

from typing import Any

from phiward.collectors.aws.port import Aws
from phiward.collectors.terraform.addresses import parse
from phiward.collectors.terraform.block import Block
from phiward.collectors.terraform.evaluate.values import PartlyKnownText
from phiward.collectors.terraform.form import Source
from phiward.collectors.terraform.plan_block import KNOWN_AFTER_APPLY
from phiward.collectors.types.aws.arguments import flag, there
from phiward.collectors.types.aws.audit_code import selectors_of_code
from phiward.collectors.types.aws.audit_trails import is_logging, selectors_of, trails_of
from phiward.collectors.types.aws.object_events import Kind, Objects, Part, objects, records
from phiward.inventory.kleene import every, some
from phiward.inventory.model import Maybe, Unknown

READS, WRITES = "config.object_reads_recorded", "config.object_writes_recorded"
_FILLS = (READS, WRITES, "relations.recorded_by")
_KINDS: tuple[Kind, ...] = ("reads", "writes")
_ELSEWHERE = Unknown("no trail of the code records it; the account may have others")


def recorded(aws: Aws, region: str | None, arn: str) -> dict[str, Any]:
    """Return what the trails of a bucket's region, those of all regions among them, record of its objects."""
    trails = trails_of(aws, region, _FILLS) if region else Unknown("its region is not known")
    if isinstance(trails, Unknown):
        return {"reads_recorded": trails, "writes_recorded": trails, "trails": trails}
    found: dict[str, dict[Kind, Maybe[bool]]] = {}
    for trail in trails:
        _, given = selectors_of(aws, trail, _FILLS)
        found[trail["TrailARN"]] = _by_kind(is_logging(aws, trail, _FILLS), given, arn)
    return _summed(found)


def recorded_of_code(block: Block, source: Source) -> dict[str, Any]:
    """Return what the trails of the code record of a bucket's objects. What none of them does, others might."""
    name = block.get("bucket")
    arn = f"arn:aws:s3:::{name if isinstance(name, str) else 'a-name-known-after-the-apply'}"
    found: dict[str, dict[Kind, Maybe[bool]]] = {}
    for trail in source.blocks("aws_cloudtrail"):
        given = tuple(_spelled(part, block.address, arn) for part in objects(*selectors_of_code(trail)))
        found[source.id(trail.address)] = _by_kind(
            every((there(trail, source), flag(trail, "enable_logging", default=True))), given, arn
        )
    facts = _summed(found)
    return {key: value if value is True or key == "trails" else _or_elsewhere(value) for key, value in facts.items()}


def _or_elsewhere(value: Maybe[bool]) -> Unknown:
    return value if isinstance(value, Unknown) else _ELSEWHERE


def _by_kind(on: Maybe[bool], given: Objects, arn: str) -> dict[Kind, Maybe[bool]]:
    return {kind: every((on, records(given, kind, arn))) for kind in _KINDS}


def _summed(found: dict[str, dict[Kind, Maybe[bool]]]) -> dict[str, Any]:
    whole = {trail: every(kinds.values()) for trail, kinds in found.items()}
    unseen = next((each for each in whole.values() if isinstance(each, Unknown)), None)
    return {
        "reads_recorded": some(kinds["reads"] for kinds in found.values()),
        "writes_recorded": some(kinds["writes"] for kinds in found.values()),
        "trails": unseen or tuple(sorted(trail for trail, both in whole.items() if both is True)),
    }


def _spelled(part: Maybe[Part], address: str, arn: str) -> Maybe[Part]:
    """Return a part with the bucket's ARN put where it refers to the bucket itself."""
    if isinstance(part, Unknown):
        return part
    return part._replace(
        beginnings=tuple(_named(each, address, arn) for each in part.beginnings),
        without=tuple(_named(each, address, arn) for each in part.without),
    )


def _named(value: Maybe[str], address: str, arn: str) -> Maybe[str]:
    if not isinstance(value, Unknown):
        return value
    parts = value.parts if isinstance(value, PartlyKnownText) else (value,)
    said = [each if isinstance(each, str) else own_name(each, address, arn) for each in parts]
    return value if None in said else "".join(each for each in said if each)


def own_name(unknown: Unknown, address: str, arn: str) -> str | None:
    """Return what a reference to the bucket itself says; None for anything else.

    What a plan only calls *known after apply* may have lost a suffix like `/*`, so it is left unknown.
    """
    if len(unknown.refs) != 1 or unknown.reason == KNOWN_AFTER_APPLY:
        return None
    place = parse(unknown.refs[0])
    if place is None or place.text != address:
        return None
    return arn if unknown.refs[0].endswith(".arn") else arn.rpartition(":")[2]
