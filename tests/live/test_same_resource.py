"""The same thing, read from Terraform and from a live account, is the same resource and gets the same verdicts."""

from pathlib import Path
from typing import Any

import pytest
from live import same_account

from phiward.collectors.aws.collector import AwsCollector
from phiward.collectors.port import Collector, Options
from phiward.collectors.registry import catalog
from phiward.collectors.terraform.collector import TerraformCollector
from phiward.engine import library
from phiward.engine.compiled import compile_rules
from phiward.engine.evaluate import evaluate
from phiward.engine.findings import Verdict
from phiward.engine.rules import select
from phiward.inventory import wire
from phiward.inventory.model import Need, Resource

pytestmark = pytest.mark.live

NOW = "2026-11-23T00:00:00Z"
IDENTITY = {"id", "name", "account", "region", "origin", "observations", "lines", "left_out", "unknown"}
"""Fields that say where a resource was read, not what it is."""

ONLY_LIVE = {
    ("aws.cloudtrail.trail", "config.last_log_group_delivery"): "events are delivered once it runs",
    ("aws.ec2.security_group", "network.in_use"): "code of a group does not tell what is attached to it",
    ("aws.ec2.instance", "backup"): "plans and policies elsewhere may copy it",
    ("aws.ec2.volume", "backup"): "plans and policies elsewhere may copy it",
    ("aws.ec2.instance", "config.launched"): "known once it is made",
    ("aws.ec2.instance", "config.metadata_token_required"): "where code leaves it open, the account or image decides",
    ("aws.ec2.instance", "config.managed"): "its agent registers once it runs",
    ("aws.autoscaling.group", "relations.instances"): "known once it runs",
    ("aws.ec2.volume", "config.created"): "known once it is made",
    ("aws.ec2.volume", "config.last_snapshot"): "snapshots are made after the deploy",
    ("aws.iam.policy", "config.updated"): "known once it is made",
    ("aws.iam.user", "authentication.credentials[0].created"): "known once it is made",
    ("aws.iam.user", "authentication.credentials[0].last_used"): "use comes after the deploy",
    ("aws.iam.user", "authentication.last_activity"): "use comes after the deploy",
    ("aws.iam.user", "authentication.mfa"): "people register their second factor themselves",
    ("aws.iam.user", "config.created"): "known once it is made",
    ("aws.iam.user", "config.mfa_kinds"): "people register their second factor themselves",
    ("aws.rds.instance", "backup.last_recovery_point"): "known once it runs",
    ("aws.rds.instance", "backup.last_success"): "known once it runs",
    ("aws.rds.instance", "backup.planned"): "a plan elsewhere may cover it by its type or its tags",
    ("aws.s3.bucket", "config.object_reads_recorded"): "trails of other code may record it",
    ("aws.s3.bucket", "config.object_writes_recorded"): "trails of other code may record it",
    ("aws.s3.bucket", "exposure.public_access_blocked"): "where no guard is written, the age of the bucket decides",
}
"""Type and path that Terraform code cannot tell, and why. There it must be unknown."""

ONLY_CODE = {
    ("aws.iam.policy", "tags"): "the account's authorization details leave them out, and one call for each is too many",
    ("aws.s3.bucket", "sensitive_data"): "only a policy's scope asks Amazon Macie; nobody has looked into code",
}
"""Type and path that the live collector does not ask for, and why. There it must be unknown."""

WRITTEN_BY_AWS = {
    ("aws.kms.key", "config.policy"): "without one in the code, AWS writes the policy that lets in the account alone",
    ("aws.rds.instance", "config.ca_certificate"): "without one in the code, it is the service's default",
    ("aws.s3.bucket", "config.object_ownership"): "without controls in the code, S3 sets them on each new bucket",
    ("aws.ec2.vpc", "relations.default_security_group"): "EC2 makes the group with the VPC; the code does not name it",
}
"""Type and path that the code leaves unset (absent there) and AWS fills in."""

TOLD_BY_ANOTHER = {
    ("aws.cloudtrail.trail", "config.coverage"): "of an account, aws.cloudtrail.account tells it",
}
"""Type and path that only the code has, since live another resource tells the same (absent live)."""


def collected(collector: Collector, target: str, options: Options, names: dict[str, str]) -> dict[str, Resource]:
    """Collect, and return the resources that `names` knows, by their address in the code."""
    found = list(collector.collect(target, options, lambda _: None))
    assert [each for each in found if not isinstance(each, Resource)] == []
    return {names.get(each.id, each.id): each for each in found if isinstance(each, Resource)}


def same_types() -> Need:
    """Need all of the types that the code holds, and nothing of others, which the simulation may not have."""
    infos = catalog().types
    return {name: frozenset({*infos[name].aspects, "config", "relations", "tags"}) for name in same_account.TYPES}


def flat(resource: Resource, names: dict[str, str]) -> dict[str, Any]:
    """Return every leaf of a resource by its path, ids replaced by addresses; what is unknown is `(reason,)`."""
    leaves: dict[str, Any] = {}

    def walk(value: Any, path: str) -> None:
        if isinstance(value, dict):
            for name, inner in value.items():
                walk(inner, f"{path}.{name}" if path else name)
        elif isinstance(value, list):
            for number, inner in enumerate(value):
                walk(inner, f"{path}[{number}]")
        elif value is not None:
            leaves[path] = called(value, names) if isinstance(value, str) else value

    body = wire.plain(resource)
    walk({name: value for name, value in body.items() if name not in IDENTITY}, "")
    return leaves | {path: (reason,) for path, reason in body.get("unknown", [])}


def called(value: str, names: dict[str, str]) -> str:
    """Return a text with ids replaced by addresses: an id, or a way that is told by ids."""
    return " ".join(names.get(word, word) for word in value.split(" "))


def below(kind: str, path: str, listed: dict[tuple[str, str], str]) -> bool:
    """Say whether a path is listed for its type, or lies below one that is."""
    return any(kind == name and (path == top or path.startswith((f"{top}.", f"{top}["))) for name, top in listed)


def explained(kind: str, path: str, live: Any, code: Any) -> bool:
    """Say whether a difference is one of the listed ones, and shows itself as it must."""
    return (
        (below(kind, path, ONLY_LIVE) and isinstance(code, tuple))
        or (below(kind, path, ONLY_CODE) and isinstance(live, tuple))
        or (below(kind, path, WRITTEN_BY_AWS) and code is None)
        or (below(kind, path, TOLD_BY_ANOTHER) and live is None)
    )


def verdicts(resources: dict[str, Resource]) -> dict[tuple[str, str], Verdict]:
    """Judge the resources with all controls: the verdict by address and control."""
    types = catalog()
    rules = select(library.load(library.shipped(), types), types, "hipaa-security-rule")
    addresses = {each.id: address for address, each in resources.items()}
    lines = [wire.encode(each) for each in sorted(resources.values(), key=lambda each: (each.type, each.id))]
    found = evaluate(lambda: iter(lines), compile_rules(rules), NOW, passes=True)
    return {(addresses[each.resource.id], each.control): each.verdict for each in found if each.resource}


@pytest.mark.parametrize("variant", ["good", "bad"])
def test_code_and_account_agree(aws_environment: str, variant: str) -> None:
    """Field by field, and verdict by verdict where both could be seen."""
    names = same_account.make(variant)
    options = Options(now=NOW, regions=("us-east-1",), need=same_types())
    code = collected(TerraformCollector(), str(Path(__file__).parent / "same" / variant), options, {})
    live = collected(AwsCollector(), "aws", options, names)
    live = {address: live[address] for address in code}
    assert set(code) == set(names.values())

    different = {}
    for address, resource in code.items():
        ours, theirs = flat(resource, names), flat(live[address], names)
        for path in ours.keys() | theirs.keys():
            pair = (theirs.get(path), ours.get(path))
            if pair[0] != pair[1] and not explained(resource.type, path, *pair):
                different[address, path] = pair
    assert different == {}

    by_code, by_account = verdicts(code), verdicts(live)
    seen = {Verdict.PASS, Verdict.FAIL}
    both = [each for each in by_code if {by_code[each], by_account.get(each, Verdict.UNKNOWN)} <= seen]
    assert len(both) > 40
    assert {each: (by_account[each], by_code[each]) for each in both if by_account[each] != by_code[each]} == {}
