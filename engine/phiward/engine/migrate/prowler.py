"""Prowler: a mutelist (`Mutelist`), and the allowlist that it was called before.

Source: "Mutelisting" (docs.prowler.com): `Accounts` to `Checks` to `Regions`, `Resources` (regular expressions), `Tags`
(`key=value`, regular expressions), `Exceptions` and `Description`.
"""

import re

from msgspec import Struct

from phiward.engine.content import Node
from phiward.engine.migrate.carried import Carried, Draft, Names, OutOfScope, skip

_PLAIN = re.compile(r"[\w.:/@-]+")
_BUCKET = re.compile(r"[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]")


class _Muted(Struct, frozen=True, kw_only=True):
    """One entry: a check of an account."""

    account: str
    check: str
    line: int
    regions: tuple[str, ...]
    resources: tuple[str, ...]
    tags: tuple[str, ...]
    excepted: bool
    description: str

    @property
    def everywhere(self) -> bool:
        """Whether it holds in every region."""
        return not self.regions or "*" in self.regions

    @property
    def whatever(self) -> bool:
        """Whether it holds of every resource."""
        return "*" in self.resources or ".*" in self.resources


def carry(carried: Carried, node: Node, names: Names) -> None:
    """Carry a mutelist over."""
    top = node.value if isinstance(node.value, dict) else {}
    root = top.get("Mutelist") or top.get("Allowlist")
    accounts = root.value.get("Accounts") if root is not None and isinstance(root.value, dict) else None
    if accounts is None or not isinstance(accounts.value, dict):
        carried.left(node.line, carried.file, "is no mutelist: `Mutelist` with `Accounts` is missing")
        return
    skipped: dict[str, int] = {}
    for account, inner in accounts.value.items():
        checks = inner.value.get("Checks") if isinstance(inner.value, dict) else None
        for check, child in (checks.value if checks is not None and isinstance(checks.value, dict) else {}).items():
            muted = _muted(account, check, child, checks.keys[check][0] if checks is not None else child.line)
            if (why := _entry(carried, muted, names, skipped)) is not None:
                carried.left(muted.line, f"{check} in account {account}", why)
    skip(carried, names, skipped, "muted in Prowler")


def _muted(account: str, check: str, node: Node, line: int) -> _Muted:
    fields = node.value if isinstance(node.value, dict) else {}

    def texts(name: str) -> tuple[str, ...]:
        value = fields[name].plain() if name in fields else ()
        return tuple(str(each) for each in value) if isinstance(value, list) else ()

    excepted = fields["Exceptions"].plain() if "Exceptions" in fields else {}
    return _Muted(
        account=account,
        check=check,
        line=line,
        regions=texts("Regions"),
        resources=texts("Resources"),
        tags=texts("Tags"),
        excepted=bool(excepted) and any(excepted.values() if isinstance(excepted, dict) else [True]),
        description=str(fields["Description"].plain()) if "Description" in fields else "",
    )


def _entry(carried: Carried, muted: _Muted, names: Names, skipped: dict[str, int]) -> str | None:
    """Carry one entry over, or say why it is not."""
    if muted.excepted:
        return "has exceptions: without them it would take out more; say which resources by waivers"
    if muted.check == "*":
        return _scope(carried, muted)
    if muted.tags:
        return "holds by tag for one check: waivers name resources; of all checks it would be a statement of the scope"
    ids = names.matching(muted.check)
    if not ids:
        return "no control answers it"
    if muted.whatever:
        if muted.account != "*" or not muted.everywhere:
            return "holds for some accounts or regions only: a policy asks a control everywhere; waive resources"
        skipped |= dict.fromkeys(ids, muted.line)
        return None
    return _waiver(carried, muted, names, ids)


def _scope(carried: Carried, muted: _Muted) -> str | None:
    if not muted.whatever:
        return "mutes every check of some resources: name the controls in waivers"
    tags: dict[str, str] = {}
    for tag in muted.tags:
        key, equals, value = tag.partition("=")
        if not equals or not _PLAIN.fullmatch(key) or not _PLAIN.fullmatch(value) or "|" in tag:
            return f"the tag {tag!r} is a regular expression: write a statement of the scope by hand"
        tags[key] = value
    account = None if muted.account == "*" else muted.account
    if not tags and account is None and muted.everywhere:
        return "mutes everything"
    regions = () if muted.everywhere else muted.regions
    named = "-".join([*tags.values(), *([account] if account else []), *regions])
    identity = re.sub(r"[^a-z0-9]+", "-", f"muted-{named}".lower()).strip("-")
    carried.outside.append(
        OutOfScope(id=identity, tags=tags, account=account, region=regions, reason=muted.description)
    )
    carried.done += 1
    return None


def _waiver(carried: Carried, muted: _Muted, names: Names, ids: list[str]) -> str | None:
    """Write a waiver where the resources can be named exactly: by ARN, or as buckets, whose ARN is their name."""
    answering = {pair for name in ids for pair in names.answering(name)}
    buckets = {type_name for _, type_name in answering} == {"aws.s3.bucket"}
    found: list[str] = []
    for resource in muted.resources:
        if resource.startswith("arn:") and _PLAIN.fullmatch(resource):
            found.append(resource)
        elif buckets and _BUCKET.fullmatch(resource):
            found.append(f"arn:aws:s3:::{resource}")
        else:
            return f"the resource {resource!r} is a name or a pattern: a waiver takes exact ids, as a scan shows them"
    if not found:
        return "names no resource"
    carried.waivers.append(
        Draft(
            controls=tuple(sorted({control for control, _ in answering})),
            resources=tuple(found),
            reason=muted.description or f"Muted in Prowler as {muted.check}",
            source=f"{carried.file}:{muted.line}",
        )
    )
    carried.done += 1
    return None
