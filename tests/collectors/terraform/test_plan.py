"""Plans: what a recorded one says, what it leaves unknown, and what it never gives out."""

import json
from pathlib import Path
from typing import Any

import pytest

from phiward.collectors.terraform import plan
from phiward.collectors.terraform.block import Block, Unknown
from phiward.collectors.terraform.plan import PlanTree
from phiward.collectors.terraform.plan_block import KNOWN_AFTER_APPLY, SENSITIVE
from phiward.errors import CollectError

RECORDED = Path(__file__).parent / "fixtures" / "records" / "plan.json"


@pytest.fixture(scope="module", name="tree")
def recorded_tree() -> PlanTree:
    """Return the recorded plan's tree."""
    return plan.read(RECORDED, "plan.json")[0]


def block(tree: PlanTree, address: str) -> Block:
    """Return a block that must be there."""
    found = tree.find(address)
    assert found is not None
    return found


def written(tmp_path: Path, **content: Any) -> Path:
    """Write a plan of a few keys."""
    file = tmp_path / "plan.json"
    file.write_text(json.dumps({"format_version": "1.2", **content}))
    return file


def change(address: str, *, actions: list[str] | None = None, **fields: Any) -> dict[str, Any]:
    """Return the change of one resource."""
    terraform_type, name = address.split(".")
    return {
        "address": address,
        "mode": "managed",
        "type": terraform_type,
        "name": name,
        "change": {"actions": actions or ["create"], **fields},
    }


def test_known_values_are_there(tree: PlanTree) -> None:
    """An argument of the code has its planned value."""
    assert block(tree, "aws_db_instance.records").get("backup_retention_period") == 30


def test_a_configured_unknown_says_what_decides_it(tree: PlanTree) -> None:
    """The key's ARN is known after the apply: the configuration says which key."""
    value = block(tree, "aws_db_instance.records").get("kms_key_id")

    assert value == Unknown(KNOWN_AFTER_APPLY, ("aws_kms_key.ephi",))


def test_what_only_the_provider_decides_is_not_set(tree: PlanTree) -> None:
    """A computed argument that the code leaves out is absent, as it is in the code."""
    assert block(tree, "aws_rds_cluster.chart").get("kms_key_id") is None


def test_blocks_that_may_come_from_a_dynamic_one_are_unknown(tree: PlanTree) -> None:
    """A plan does not show `dynamic` blocks, so computed ones are not called absent."""
    assert block(tree, "aws_s3_bucket.plain").blocks("versioning") == [Unknown(KNOWN_AFTER_APPLY)]


def test_a_sensitive_text_is_not_given_out(tree: PlanTree) -> None:
    """The password is in the plan; the block does not give it."""
    assert block(tree, "aws_db_instance.records").get("password") == Unknown(SENSITIVE)


@pytest.mark.parametrize(
    ("address", "argument", "owner"),
    [
        ("aws_s3_bucket_logging.plain", "target_bucket", "module.imaging.aws_s3_bucket.this"),
        ('aws_s3_bucket_versioning.letters["in"]', "bucket", 'module.letters["in"].aws_s3_bucket.this'),
        ('aws_s3_bucket_versioning.parted["b"]', "bucket", 'aws_s3_bucket.parted["b"]'),
        (
            'module.letters["out"].aws_s3_bucket_public_access_block.this',
            "bucket",
            'module.letters["out"].aws_s3_bucket.this',
        ),
    ],
)
def test_references_lead_through_modules_and_instances(tree: PlanTree, address: str, argument: str, owner: str) -> None:
    """Outputs, inputs, `each.key` and chained `for_each` are followed to the instance."""
    assert block(tree, address).references(argument) == (owner,)


def test_a_nested_reference_leads_out_of_its_module(tree: PlanTree) -> None:
    """The key that a module is given is the caller's."""
    bucket = block(tree, "module.imaging.aws_s3_bucket_server_side_encryption_configuration.this")
    (rule,) = bucket.blocks("rule")
    assert not isinstance(rule, Unknown)
    (default,) = rule.blocks("apply_server_side_encryption_by_default")
    assert not isinstance(default, Unknown)

    assert default.references("kms_master_key_id") == ("aws_kms_key.ephi",)


def test_the_provider_is_configured_by_variables(tree: PlanTree) -> None:
    """A region that a root variable sets is known; one configuration is one object."""
    first, second = (tree.provider(block(tree, name)) for name in ("aws_kms_key.ephi", "aws_s3_bucket.plain"))

    assert first is second
    assert first is not None
    assert first.get("region") == "us-east-1"
    assert [each.get("tags") for each in first.blocks("default_tags") if not isinstance(each, Unknown)] == [
        {"Owner": "records"}
    ]


def test_a_data_source_that_waits_for_the_apply_is_found(tree: PlanTree) -> None:
    """Its statements are known but for the ARNs."""
    (statement,) = block(tree, "data.aws_iam_policy_document.tls").blocks("statement")

    assert not isinstance(statement, Unknown)
    assert statement.get("actions") == ["s3:*"]
    assert all(isinstance(each, Unknown) for each in statement.get("resources"))


def test_deletions_are_left_out(tmp_path: Path) -> None:
    """What the apply removes is not judged."""
    file = written(
        tmp_path,
        resource_changes=[
            change("aws_s3_bucket.gone", actions=["delete"], after=None),
            change("aws_s3_bucket.stays", after={}),
        ],
    )

    tree, _ = plan.read(file, "plan.json")

    assert [each.address for each in tree.resources()] == ["aws_s3_bucket.stays"]


def test_a_block_of_a_dynamic_block_keeps_its_unknowns(tmp_path: Path) -> None:
    """The configuration says nothing of `dynamic` blocks: an unknown within is not called absent."""
    after = {"ingress": [{"from_port": 22}]}
    unknown = {"ingress": [{"cidr_blocks": True}]}
    file = written(
        tmp_path,
        resource_changes=[change("aws_security_group.a", after=after, after_unknown=unknown)],
        configuration={
            "root_module": {"resources": [{"address": "aws_security_group.a", "type": "aws_security_group"}]}
        },
    )

    (group,) = plan.read(file, "plan.json")[0].resources()
    (rule,) = group.blocks("ingress")

    assert not isinstance(rule, Unknown)
    assert rule.get("from_port") == 22
    assert isinstance(rule.get("cidr_blocks"), Unknown)


@pytest.mark.parametrize("content", ["", "{", "[]", '{"a": 1}', '{"format_version": "1.0", "resource_changes": 3}'])
def test_what_is_no_plan_is_refused(tmp_path: Path, content: str) -> None:
    """The message says which file, and how to write one that can be read."""
    file = tmp_path / "x.json"
    file.write_text(content)

    with pytest.raises(CollectError, match=r"x\.json: .*terraform show -json"):
        plan.read(file, "x.json")


def test_a_deep_document_is_refused(tmp_path: Path) -> None:
    """Nesting without end does not end the process."""
    file = tmp_path / "x.json"
    file.write_text('{"format_version":"1.0","configuration":' + '{"a":' * 100_000 + "1" + "}" * 100_001)

    with pytest.raises(CollectError):
        plan.read(file, "x.json")


def test_modules_that_call_each_other_end(tmp_path: Path) -> None:
    """A configuration whose outputs refer to themselves is followed only so far."""
    module = {"outputs": {"a": {"expression": {"references": ["module.m.a", "module.m.a"]}}}}
    module["module_calls"] = {"m": {"module": {"outputs": dict(module["outputs"])}}}  # type: ignore[dict-item]
    written_as = {
        "address": "aws_s3_bucket.b",
        "type": "aws_s3_bucket",
        "expressions": {"x": {"references": ["module.m.a"]}},
    }
    file = written(
        tmp_path,
        resource_changes=[change("aws_s3_bucket.b", after={}, after_unknown={"x": True})],
        configuration={"root_module": {"resources": [written_as], "module_calls": {"m": {"module": module}}}},
    )

    (bucket,) = plan.read(file, "plan.json")[0].resources()

    assert isinstance(bucket.get("x"), Unknown)


def test_plans_are_told_by_their_content(tmp_path: Path) -> None:
    """A JSON file of another kind is not claimed."""
    other = tmp_path / "package.json"
    other.write_text('{"name": "x"}')

    assert plan.looks_like_plan(RECORDED)
    assert not plan.looks_like_plan(other)
