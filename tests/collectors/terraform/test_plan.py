"""Plans: what a recorded one says, what it leaves unknown, and what it never gives out."""

import json
from pathlib import Path
from typing import Any

import pytest

from phiward.collectors.terraform import plan, plan_folders
from phiward.collectors.terraform.block import Block, Unknown
from phiward.collectors.terraform.plan import PlanTree
from phiward.collectors.terraform.plan_block import DYNAMIC, KNOWN_AFTER_APPLY
from phiward.collectors.terraform.plan_references import KEPT
from phiward.collectors.terraform.plan_secrets import SENSITIVE
from phiward.errors import CollectError

RECORDED = Path(__file__).parent / "fixtures" / "records" / "plan.json"
CHANGED = Path(__file__).parent / "fixtures" / "changed" / "plan.json"
TRACED = Path(__file__).parent / "fixtures" / "traced" / "plan.json"


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


def test_an_argument_written_as_null_is_not_set(tmp_path: Path) -> None:
    """Terraform takes `kms_key_id = null` for none, and calls what the provider will choose known after the apply."""
    written_as = {"address": "aws_ebs_volume.a", "expressions": {"kms_key_id": {"constant_value": None}}}
    file = written(
        tmp_path,
        resource_changes=[change("aws_ebs_volume.a", after={}, after_unknown={"kms_key_id": True})],
        configuration={"root_module": {"resources": [written_as]}},
    )

    (volume,) = plan.read(file, "plan.json")[0].resources()

    assert volume.get("kms_key_id", "none") == "none"


def test_blocks_known_after_the_apply_are_there_as_far_as_they_are_written() -> None:
    """A `dynamic` block hides the others in the plan: what is written is there, and more may be."""
    tree, _ = plan.read(TRACED, "plan.json")
    rule, more = block(tree, "aws_s3_bucket_lifecycle_configuration.plain").blocks("rule")

    assert more == Unknown(DYNAMIC)
    assert not isinstance(rule, Unknown)
    assert (rule.type, rule.get("id"), rule.get("status")) == ("rule", "keep", "Enabled")
    expiration, another = rule.blocks("noncurrent_version_expiration")
    assert not isinstance(expiration, Unknown)
    assert expiration.get("noncurrent_days") == 2200
    assert expiration.get("newer_noncurrent_versions") is None
    assert another == Unknown(DYNAMIC)
    # A `dynamic` block within would not be seen either.
    assert rule.blocks("transition") == [Unknown(KNOWN_AFTER_APPLY)]


def test_with_the_code_blocks_known_after_the_apply_are_complete() -> None:
    """The code says which of them a `dynamic` block makes, and what decides how many."""
    tree, _ = plan.read(TRACED, "plan.json")
    tree.code = plan_folders.find(TRACED, tree.configuration, tree.references, (), str)
    rule, more = block(tree, "aws_s3_bucket_lifecycle_configuration.plain").blocks("rule")
    bucket = block(tree, "aws_s3_bucket.old")

    assert more == Unknown(DYNAMIC, ("aws_vpc.clinic",))
    assert not isinstance(rule, Unknown)
    assert len(rule.blocks("noncurrent_version_expiration")) == 1
    assert rule.blocks("transition") == []
    assert bucket.blocks("versioning") == [Unknown(DYNAMIC, ("aws_vpc.clinic",))]
    assert bucket.blocks("lifecycle_rule") == []


def test_a_written_block_waits_for_what_it_refers_to(tmp_path: Path) -> None:
    """Its constants are known, what it refers to is not."""
    rule = {"status": {"constant_value": "Enabled"}, "id": {"references": ["aws_vpc.a.id", "aws_vpc.a"]}}
    written_as = {"address": "aws_s3_thing.a", "expressions": {"rule": [rule]}}
    file = written(
        tmp_path,
        resource_changes=[change("aws_s3_thing.a", after={}, after_unknown={"rule": True})],
        configuration={"root_module": {"resources": [written_as]}},
    )

    (thing,) = plan.read(file, "plan.json")[0].resources()
    first, _ = thing.blocks("rule")

    assert not isinstance(first, Unknown)
    assert first.get("status") == "Enabled"
    assert first.get("id") == Unknown(KNOWN_AFTER_APPLY, ("aws_vpc.a",))
    assert first.get("prefix", "none") == "none"


def test_written_blocks_of_a_sensitive_argument_are_not_given_out(tmp_path: Path) -> None:
    """The configuration repeats in plain text what the plan marks sensitive."""
    written_as = {"address": "aws_thing.a", "expressions": {"secret": [{"text": {"constant_value": "canary"}}]}}
    file = written(
        tmp_path,
        resource_changes=[
            change("aws_thing.a", after={}, after_unknown={"secret": True}, after_sensitive={"secret": True})
        ],
        configuration={"root_module": {"resources": [written_as]}},
    )

    (thing,) = plan.read(file, "plan.json")[0].resources()

    assert thing.blocks("secret") == [Unknown(SENSITIVE)]


def test_blocks_that_one_expression_makes_stay_unknown(tmp_path: Path) -> None:
    """`ingress = [for …]`: the plan says what decides it, not what it will be."""
    written_as = {"address": "aws_security_group.a", "expressions": {"ingress": {"references": ["aws_vpc.a.id"]}}}
    file = written(
        tmp_path,
        resource_changes=[change("aws_security_group.a", after={}, after_unknown={"ingress": True})],
        configuration={"root_module": {"resources": [written_as]}},
    )

    (group,) = plan.read(file, "plan.json")[0].resources()

    assert group.blocks("ingress") == [Unknown(KNOWN_AFTER_APPLY, ("aws_vpc.a",))]


def test_a_resource_is_decoded_when_its_turn_comes(tmp_path: Path) -> None:
    """A plan of more resources than are kept decoded gives each of them, in order, as often as it is asked."""
    count = KEPT + 10
    file = written(
        tmp_path,
        resource_changes=[change(f"aws_s3_bucket.b{each}", after={"bucket": str(each)}) for each in range(count)],
    )

    tree, _ = plan.read(file, "plan.json")
    every = list(tree.resources())

    assert [each.get("bucket") for each in every] == [str(each) for each in range(count)]
    assert every[0].get("bucket") == "0"
    assert tree.planned.cache_info().currsize == KEPT


@pytest.mark.parametrize("broken", [[], {"after": 3}, {"after": [1]}])
def test_a_malformed_change_is_refused(tmp_path: Path, broken: Any) -> None:
    """The message names the resource."""
    resource = {**change("aws_s3_bucket.a"), "change": broken}
    tree, _ = plan.read(written(tmp_path, resource_changes=[resource]), "plan.json")

    with pytest.raises(CollectError, match=r"plan\.json: aws_s3_bucket\.a: not a change"):
        list(tree.resources())


def test_what_is_replaced_moved_or_kept_is_there_once() -> None:
    """What is deleted, forgotten, or left over of a replacement (deposed) will not be there, or is not managed."""
    tree, _ = plan.read(CHANGED, "plan.json")

    assert [each.address for each in tree.resources()] == [
        "aws_ebs_volume.replaced",
        "aws_iam_policy.known",
        "aws_s3_bucket.after",
        "aws_s3_bucket.same",
    ]
    assert block(tree, "aws_ebs_volume.replaced").get("encrypted") is True
    assert tree.find("aws_s3_bucket.gone") is None
    assert tree.find("aws_s3_bucket.before") is None


def test_a_moved_resource_stands_where_it_is_now() -> None:
    """The code has its new name only."""
    tree, _ = plan.read(CHANGED, "plan.json")
    tree.code = plan_folders.find(CHANGED, tree.configuration, tree.references, (), str)
    text = (CHANGED.parent / "main.tf").read_text().splitlines()

    where = block(tree, "aws_s3_bucket.after").where

    assert text[where.line - 1] == 'resource "aws_s3_bucket" "after" {'


def test_the_state_before_has_what_was_read_while_planning() -> None:
    """The data source is in no change: its values are those that were read."""
    document = block(plan.read(CHANGED, "plan.json")[0], "data.aws_iam_policy_document.known")
    (statement,) = document.blocks("statement")

    assert not isinstance(statement, Unknown)
    assert (statement.get("effect"), statement.get("actions")) == ("Allow", ["*"])


def test_what_the_state_marks_sensitive_is_not_given_out(tmp_path: Path) -> None:
    """A secret that a data source has read is in the plan; the block does not give it."""
    read = {
        "address": "module.a.data.aws_secret_thing.s",
        "mode": "data",
        "type": "aws_secret_thing",
        "name": "s",
        "values": {"name": "s", "text": "canary-c0ffee", "nested": [{"text": "canary-c0ffee"}]},
        "sensitive_values": {"text": True, "nested": [{"text": True}]},
    }
    modules = {"resources": [], "child_modules": [{"address": "module.a", "resources": [read]}]}
    file = written(tmp_path, configuration={}, prior_state={"values": {"root_module": modules}})

    found = block(plan.read(file, "plan.json")[0], "module.a.data.aws_secret_thing.s")
    (nested,) = found.blocks("nested")

    assert not isinstance(nested, Unknown)
    assert [found.get("name"), found.get("text"), nested.get("text")] == ["s", Unknown(SENSITIVE), Unknown(SENSITIVE)]


def test_a_copy_of_a_sensitive_text_is_not_given_out() -> None:
    """The provider copies `tags` to `tags_all`, and Terraform marks only the first."""
    bucket = block(plan.read(CHANGED, "plan.json")[0], "aws_s3_bucket.after")

    assert "canary-c0ffee" in CHANGED.read_text()
    assert bucket.get("tags") == {"Contact": Unknown(SENSITIVE)}
    assert bucket.get("tags_all") == {"Contact": Unknown(SENSITIVE)}


@pytest.mark.parametrize(
    ("argument", "given"),
    [
        ("plain", "postgres"),
        ("by_variable", "postgres"),
        ("computed", Unknown(SENSITIVE)),
        ("longer", "db-postgres"),
        ("policy", Unknown(SENSITIVE)),
    ],
)
def test_only_what_a_provider_computed_may_be_a_copy(tmp_path: Path, argument: str, given: Any) -> None:
    """A user name that is sensitive does not hide the engine of the same name."""
    after = {
        "username": "postgres",
        "plain": "postgres",
        "by_variable": "postgres",
        "computed": "postgres",
        "longer": "db-postgres",
        "policy": '{"User": "postgres"}',
    }
    expressions = {
        "username": {"references": ["var.user"]},
        "plain": {"constant_value": "postgres"},
        "by_variable": {"references": ["var.engine"]},
        "policy": {"references": ["data.aws_iam_policy_document.d.json", "data.aws_iam_policy_document.d"]},
    }
    file = written(
        tmp_path,
        resource_changes=[change("aws_db_instance.a", after=after, after_sensitive={})],
        variables={"user": {"value": "postgres"}, "engine": {"value": "postgres"}},
        configuration={
            "root_module": {
                "variables": {"user": {"sensitive": True}, "engine": {}},
                "resources": [{"address": "aws_db_instance.a", "expressions": expressions}],
            }
        },
    )

    (database,) = plan.read(file, "plan.json")[0].resources()

    assert database.get(argument) == given


@pytest.mark.parametrize("content", ["", "{", "[]", '{"a": 1}', '{"format_version": "1.0", "resource_changes": 3}'])
def test_what_is_no_plan_is_refused(tmp_path: Path, content: str) -> None:
    """The message says which file, and how to write one that can be read."""
    file = tmp_path / "x.json"
    file.write_text(content)

    with pytest.raises(CollectError, match=r"x\.json: .*terraform show -json"):
        plan.read(file, "x.json")


@pytest.mark.parametrize(
    "content", [{"values": {"root_module": {"resources": []}}}, {"provider_schemas": {}}, {"valid": True}]
)
def test_the_json_of_something_else_is_no_empty_plan(tmp_path: Path, content: dict[str, Any]) -> None:
    """`terraform show -json` of a state has the same first key, and nothing of a plan."""
    with pytest.raises(CollectError, match=r"a state or of something else"):
        plan.read(written(tmp_path, **content), "plan.json")


def test_a_plan_without_resources_is_one(tmp_path: Path) -> None:
    """Terraform writes the configuration all the same."""
    assert list(plan.read(written(tmp_path, configuration={"root_module": {}}), "plan.json")[0].resources()) == []


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
