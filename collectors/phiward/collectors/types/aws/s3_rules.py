"""What happens to a bucket's objects by rule, as Terraform writes it: their end, their copies, who is told."""

from phiward.collectors.terraform.block import Block, Parts
from phiward.collectors.terraform.form import Source
from phiward.collectors.types.aws.arguments import as_number, flag, text
from phiward.collectors.types.aws.s3_parts import LIFECYCLE, REPLICATION, enabled_in, part_of
from phiward.inventory.kleene import some
from phiward.inventory.model import Maybe, Unknown


def noncurrent_days(block: Block, parts: Parts) -> Maybe[int | None]:
    """Return the days until an earlier version is deleted; None: never."""
    part = part_of(block, parts, LIFECYCLE)
    if part is None or isinstance(part, Unknown):
        return part
    inline = part.type == "lifecycle_rule"
    found: list[int] = []
    for rule in block.blocks("lifecycle_rule") if inline else part.blocks("rule"):
        if isinstance(rule, Unknown):
            return rule
        on = flag(rule, "enabled", default=False) if inline else enabled_in(rule, "status")
        for expiry in rule.blocks("noncurrent_version_expiration") if on is not False else ():
            days = expiry if isinstance(expiry, Unknown) else expiry.get("days" if inline else "noncurrent_days")
            if isinstance(days, Unknown) or isinstance(on, Unknown):
                return days if isinstance(days, Unknown) else on
            if days is not None:
                number = as_number("noncurrent_days", days)
                if isinstance(number, Unknown):
                    return number
                found.append(number)
    return min(found, default=None)


def lifecycle(block: Block, parts: Parts) -> Maybe[bool]:
    """Say whether a rule is enabled."""
    part = part_of(block, parts, LIFECYCLE)
    if part is None or isinstance(part, Unknown):
        return part or False
    inline = part.type == "lifecycle_rule"
    return some(
        rule
        if isinstance(rule, Unknown)
        else flag(rule, "enabled", default=False)
        if inline
        else enabled_in(rule, "status")
        for rule in (block.blocks("lifecycle_rule") if inline else part.blocks("rule"))
    )


def notifies(part: Block | Unknown | None, source: Source) -> Maybe[tuple[Maybe[str], ...]]:
    """Return what is told when objects come or go."""
    if part is None or isinstance(part, Unknown):
        return part or ()
    told: list[Maybe[str]] = []
    for kind, argument in (("topic", "topic_arn"), ("queue", "queue_arn"), ("lambda_function", "lambda_function_arn")):
        for nested in part.blocks(kind):
            if isinstance(nested, Unknown):
                return nested
            named = [source.id(each) for each in nested.references(argument) if source.find(each) is not None]
            told.append(named[0] if len(named) == 1 else text(nested, argument, ""))
    bridge = flag(part, "eventbridge", default=False)
    if isinstance(bridge, Unknown) and not told:
        return bridge
    return (*told, *(("eventbridge",) if bridge is True else ()))


def other_site(part: Block | Unknown | None, source: Source) -> Maybe[bool]:
    """A copy under another provider configuration is in another region or account; under the same one it is not."""
    if part is None:
        return False
    if isinstance(part, Unknown):
        return part
    here = {each.address for each in source.blocks("aws_s3_bucket")}
    unseen: Unknown | None = None
    for rule in [part, *part.blocks("rule"), *(part.blocks("rules") if part.type != REPLICATION else ())]:
        if isinstance(rule, Unknown):
            unseen = rule
            continue
        on = enabled_in(rule, "status")
        for to in rule.blocks("destination") if on is not False else ():
            owners = to if isinstance(to, Unknown) else source.owners("aws_s3_bucket", to, "bucket")
            if isinstance(owners, Unknown) or isinstance(on, Unknown):
                unseen = next(each for each in (owners, on) if isinstance(each, Unknown))
            elif not owners:
                unseen = Unknown("the bucket it is replicated to is not in the code, so its region is not known")
            elif not set(owners) <= here:
                return True
    return unseen or False
