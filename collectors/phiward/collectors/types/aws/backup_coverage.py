"""Whether AWS Backup covers a thing, and has a copy of it: asked once per region, for every type that it backs up.

Calls `backup:ListBackupPlans`, `backup:ListBackupSelections`, `backup:GetBackupSelection`,
`backup:ListProtectedResources`, `backup:GetBackupPlan` for how long the copies of a covering plan are kept, and
`backup:DescribeRegionSettings` where a selection by tags alone depends on the service opt-in.

A type module takes `protected` in `items` (`beside` asks it once the first thing is there), and `live_coverage` of each
resource before it makes it. In code a selection (`aws_backup_selection`) elsewhere may cover what is here, so that code
without any says nothing; and the opt-in is weighed only where `aws_backup_region_settings` states it.
"""

from collections.abc import Iterable, Iterator
from typing import TypeVar

import msgspec
from msgspec import Struct

from phiward.collectors.aws.port import Aws
from phiward.collectors.terraform.addresses import parse
from phiward.collectors.terraform.block import Block
from phiward.collectors.terraform.form import Source
from phiward.collectors.types.aws.answers import listed, moment
from phiward.collectors.types.aws.arguments import text, texts
from phiward.collectors.types.aws.backup_rules import BackupRule, code_rules, copied_elsewhere, live_rules, longest_kept
from phiward.collectors.types.aws.backup_selections import Kind, Selection, Tags, TagTest, Target, parsed, selects
from phiward.collectors.types.aws.code_references import refers_to
from phiward.inventory.aspects import Backup
from phiward.inventory.kleene import some
from phiward.inventory.model import Maybe, Unknown

T = TypeVar("T")

PLANNED = ("backup.planned", "backup.enabled")
"""What a plan decides. The service's own backups decide `backup.enabled` for some types: they need not ask then."""

_LAST = ("backup.last_recovery_point", "backup.last_success")
_RULES = ("backup.retention_days", "backup.other_site")
_ARNS: dict[Kind, str] = {
    "Aurora": "rds:{region}:{account}:cluster:{name}",
    "DocumentDB": "rds:{region}:{account}:cluster:{name}",
    "DynamoDB": "dynamodb:{region}:{account}:table/{name}",
    "EBS": "ec2:{region}:{account}:volume/{name}",
    "EC2": "ec2:{region}:{account}:instance/{name}",
    "EFS": "elasticfilesystem:{region}:{account}:file-system/{name}",
    "FSx": "fsx:{region}:{account}:file-system/{name}",
    "Neptune": "rds:{region}:{account}:cluster:{name}",
    "RDS": "rds:{region}:{account}:db:{name}",
    "Redshift": "redshift:{region}:{account}:cluster:{name}",
    "S3": "s3:::{name}",
}
NOT_IN_CODE = Unknown("no backup selection is in this code: a plan elsewhere may cover it")

_ONCE_IT_RUNS = Unknown("known once it runs")
_NOWHERE = Unknown("the code does not say which region and account it is applied to")

Protected = Maybe[dict[str, str | None]]
"""The ARNs of what AWS Backup has a recovery point of in a region, with the time of the last one."""


class Coverage(Struct, frozen=True, kw_only=True):
    """What AWS Backup does for one thing."""

    planned: Maybe[bool]
    last_recovery_point: Maybe[str | None]
    retention_days: Maybe[int | None] = None
    """Days that the longest kept copies are kept. None: for ever, or no plan covers it."""
    other_site: Maybe[bool] = False
    """A plan that covers it copies into another region or account."""

    def onto(self, backup: Backup) -> Backup:
        """Return the backups that a service makes by itself, with what AWS Backup does besides."""
        return msgspec.structs.replace(backup, planned=self.planned, last_recovery_point=self.last_recovery_point)

    def alone(self, *, otherwise: Maybe[bool] = False, encrypted: Maybe[bool | None] = None) -> Backup:
        """Return the backups of a thing whose own service keeps none.

        `otherwise`: whether copies are made by themselves in another way than by a plan.
        """
        return Backup(
            enabled=some((self.planned, otherwise)),
            retention_days=self._kept(otherwise),
            last_success=self.last_recovery_point,
            other_site=self.other_site,
            encrypted=encrypted,
            planned=self.planned,
            last_recovery_point=self.last_recovery_point,
        )

    def _kept(self, otherwise: Maybe[bool]) -> Maybe[int | None]:
        if self.planned is True:
            return self.retention_days
        if isinstance(self.planned, Unknown):
            return self.planned
        return 0 if otherwise is False else Unknown("how long the copies made in other ways are kept is not read")


def protected(aws: Aws) -> Protected:
    """Return what has a recovery point in the region; `Unknown` where it may not be listed or nothing reads it."""
    entries = listed(aws, "backup", "list_protected_resources", "Results", fills=_LAST)
    if isinstance(entries, Unknown):
        return entries
    return {entry["ResourceArn"]: moment(entry.get("LastBackupTime")) for entry in entries}


def beside(aws: Aws, things: Iterable[T]) -> Iterator[tuple[T, Protected]]:
    """Yield each thing of a listing with what has a recovery point: asked once the first thing is there."""
    points: Protected | None = None
    for thing in things:
        if points is None:
            points = protected(aws)
        yield thing, points


def live_coverage(  # noqa: PLR0913 - a thing, its kind, and what is already known of the region
    aws: Aws, points: Protected, arn: str, tags: Tags, kind: Kind, *, decides: Iterable[str] = PLANNED
) -> Coverage:
    """Return what AWS Backup does for a thing of this region.

    `decides`: the paths that a plan decides; a type whose service keeps backups by itself gives `backup.planned`.
    """
    fills = tuple(decides)
    target = Target(kind=kind, arn=arn, tags=tags)
    covering: list[str] = []
    answers: list[Maybe[bool]] = []
    for plan, answer in _live_answers(aws, target, fills):
        answers.append(answer)
        if answer is True:
            covering.append(plan)
    rules = [rule for plan in dict.fromkeys(covering) for rule in live_rules(aws, plan, fills=_RULES)]
    return _covered(
        some(answers),
        points if isinstance(points, Unknown) else points.get(arn),
        rules if covering else [],
        f"{aws.region}:{aws.account}",
    )


def _live_answers(aws: Aws, target: Target, fills: tuple[str, ...]) -> Iterator[tuple[str, Maybe[bool]]]:
    """Yield, for each selection of the region, its plan and whether it covers the thing."""

    def opted_in() -> Maybe[bool]:
        answer = aws.ask("backup", "describe_region_settings", fills=fills)
        if isinstance(answer, Unknown):
            return answer
        stated = (answer or {}).get("ResourceTypeOptInPreference", {}).get(target.kind)
        return Unknown(f"AWS Backup states no opt-in of {target.kind}") if stated is None else bool(stated)

    plans = listed(aws, "backup", "list_backup_plans", "BackupPlansList", fills=fills)
    if isinstance(plans, Unknown):
        yield "", plans
        return
    for plan in plans:
        identity = plan["BackupPlanId"]
        selections = listed(
            aws, "backup", "list_backup_selections", "BackupSelectionsList", fills=fills, BackupPlanId=identity
        )
        if isinstance(selections, Unknown):
            yield identity, selections
            continue
        for each in selections:
            answer = aws.ask(
                "backup",
                "get_backup_selection",
                fills=fills,
                BackupPlanId=identity,
                SelectionId=each["SelectionId"],
            )
            yield identity, answer if isinstance(answer, Unknown) else selects(parsed(answer or {}), target, opted_in)


def _covered(
    planned: Maybe[bool], last: Maybe[str | None], rules: list[Maybe[BackupRule]], here: Maybe[str]
) -> Coverage:
    return Coverage(
        planned=planned,
        last_recovery_point=last,
        retention_days=longest_kept(rules) if rules else None,
        other_site=planned if isinstance(planned, Unknown) else copied_elsewhere(rules, here),
    )


def code_coverage(  # noqa: PLR0913 - a block, its surroundings, and what it will be
    block: Block,
    source: Source,
    tags: Tags,
    kind: Kind,
    *,
    name: Maybe[str | None] = None,
    arn: str | None = None,
    named: bool = True,
) -> Coverage:
    """Return what the selections in the same code do for a block. `name` is what its ARN ends in, where that is known.

    `arn` is the part of its ARN behind the partition, where it is not the one that things of its kind have. `named`:
    references to the block are to it, and not to something that it brings with it.
    """
    region, account = source.region, source.account
    parts = {
        "region": region if isinstance(region, str) else "*",
        "account": account if isinstance(account, str) else "*",
        "name": name if isinstance(name, str) else "*",
    }
    shape = (arn or _ARNS[kind]).format(**parts)

    def refers(element: Unknown) -> Maybe[bool]:
        answer = refers_to(element, block)
        return named if answer is True else answer

    target = Target(kind=kind, arn=f"arn:{_partition(region)}:{shape}", tags=tags, refers=refers)
    selections = source.blocks("aws_backup_selection")
    answers = [selects(_written(each), target, lambda: _opted_in(source, kind)) for each in selections]
    planned = some(answers) if selections else NOT_IN_CODE
    rules: list[Maybe[BackupRule]] = []
    for selection, answer in zip(selections, answers, strict=True):
        if answer is True:
            rules += _rules_of(selection, source)
    here = f"{region}:{account}" if isinstance(region, str) and isinstance(account, str) else _NOWHERE
    return _covered(planned, _ONCE_IT_RUNS, rules, here)


def _rules_of(selection: Block, source: Source) -> tuple[Maybe[BackupRule], ...]:
    """Return the rules of the plan that a selection belongs to."""
    named = source.owners("aws_backup_plan", selection, "plan_id")
    plan = source.find(named[0]) if not isinstance(named, Unknown) and named else None
    if plan is not None:
        return code_rules(plan)
    return (named if isinstance(named, Unknown) else Unknown("the plan that covers it is not in the code"),)


def _partition(region: Maybe[str | None]) -> str:
    """The partition that a region is in: the patterns of one code are all of one partition."""
    if not isinstance(region, str):
        return "aws"
    return "aws-us-gov" if region.startswith("us-gov-") else "aws-cn" if region.startswith("cn-") else "aws"


def _written(selection: Block) -> Selection:
    """Return what an `aws_backup_selection` block says."""
    return Selection(
        resources=_arns(selection, "resources"),
        not_resources=_arns(selection, "not_resources"),
        any_tag=tuple(
            each if isinstance(each, Unknown) else _test("StringEquals", each)
            for each in selection.blocks("selection_tag")
        ),
        conditions=tuple(_conditions(selection)),
    )


def _arns(selection: Block, argument: str) -> Maybe[tuple[Maybe[str], ...]]:
    """Return the ARNs of an argument, an `Unknown` with its references in place of each that is a reference.

    A plan tells of a list's elements only all that they refer to: where they are as many as the things referred to,
    each is one of those.
    """
    values = texts(selection, argument)
    named = selection.references(argument)
    if isinstance(values, Unknown):
        return (Unknown(values.reason, values.refs or named),)
    unseen = [value for value in values if isinstance(value, Unknown)]
    things = tuple(dict.fromkeys(place.text for place in map(parse, named) if place is not None))
    if len(unseen) == len(things) > 1 and len({value.refs for value in unseen}) == 1:
        known = [value for value in values if isinstance(value, str)]
        return (*known, *(Unknown(unseen[0].reason, (thing,)) for thing in things))
    return tuple(
        Unknown(value.reason, value.refs or named) if isinstance(value, Unknown) else value for value in values
    )


def _conditions(selection: Block) -> Iterator[Maybe[TagTest]]:
    operators = {
        "string_equals": "StringEquals",
        "string_like": "StringLike",
        "string_not_equals": "StringNotEquals",
        "string_not_like": "StringNotLike",
    }
    for condition in selection.blocks("condition"):
        if isinstance(condition, Unknown):
            yield condition
            continue
        for name, operator in operators.items():
            for each in condition.blocks(name):
                yield each if isinstance(each, Unknown) else _test(operator, each)


def _test(operator: str, block: Block) -> TagTest:
    return TagTest(operator, text(block, "key", ""), text(block, "value", ""))


def _opted_in(source: Source, kind: Kind) -> Maybe[bool]:
    """Say whether the code switches a kind off; what it does not state is not weighed."""
    for settings in source.blocks("aws_backup_region_settings"):
        stated = settings.get("resource_type_opt_in_preference")
        if isinstance(stated, Unknown):
            return stated
        value = (stated or {}).get(kind, True)
        return value if isinstance(value, bool | Unknown) else str(value) != "false"
    return True
