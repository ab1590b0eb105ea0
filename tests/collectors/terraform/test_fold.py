"""Folding: parts find their owner, and what cannot be decided says so."""

from collections.abc import Iterator
from typing import Any

import pytest
from fakes_terraform import FakeBlock, FakeSource, Ref

from phiward.collectors.terraform import forms as all_forms
from phiward.collectors.terraform.block import Block, Parts, Unknown
from phiward.collectors.terraform.fold import Fold, fold
from phiward.collectors.terraform.form import Form, Source
from phiward.collectors.terraform.source import Surroundings
from phiward.inventory.catalog import ResourceType
from phiward.inventory.model import OriginKind, Resource

BUCKET = ResourceType(name="aws.s3.bucket", title="S3 bucket", aspects=())


def build(block: Block, parts: Parts, source: Source) -> Resource:
    """Build a bucket without aspects."""
    return source.resource(block, BUCKET, parts=parts)


FORMS = all_forms.of(
    [
        (
            BUCKET,
            (
                Form(
                    main="aws_s3_bucket",
                    build=build,
                    parts={"aws_s3_bucket_versioning": "bucket", "aws_s3_bucket_policy": "bucket"},
                    identified_by=("bucket", "id"),
                ),
                Form(main="aws_security_group", build=build, parts={"aws_security_group_rule": "security_group_id"}),
            ),
        )
    ]
)


class FakeTree:
    """A tree of given blocks under one provider."""

    def __init__(self, *blocks: FakeBlock, root: str = "", provider: FakeBlock | None = None) -> None:
        self.every = {block.address: block for block in blocks}
        self.root = root
        self.one_provider = provider

    def types(self) -> set[str]:
        """Return the types of the blocks."""
        return {block.type for block in self.resources()}

    def resources(self) -> Iterator[Block]:
        """Yield the blocks."""
        return iter(self.every.values())

    def find(self, address: str) -> Block | None:
        """Return the block of an address."""
        return self.every.get(address)

    def provider(self, block: Block) -> Block | None:
        """Return the one provider."""
        return self.one_provider


def folded(*blocks: FakeBlock) -> Fold:
    """Fold blocks."""
    return fold(FakeTree(*blocks), FORMS)


def versioning(bucket: Any, address: str = "aws_s3_bucket_versioning.v") -> FakeBlock:
    """Return a versioning part that names its bucket so."""
    return FakeBlock(address, bucket=bucket)


def owners_of(result: Fold, part: str = "aws_s3_bucket_versioning") -> dict[str, list[str]]:
    """Return, for each main, the parts it got: an address, or `?`."""
    return {
        main.block.address: ["?" if isinstance(each, Unknown) else each.address for each in main.parts[part]]
        for main in result.mains
        if part in main.parts
    }


def test_a_reference_finds_the_owner() -> None:
    """A part that refers to a bucket is folded into that one only."""
    result = folded(FakeBlock("aws_s3_bucket.a"), FakeBlock("aws_s3_bucket.b"), versioning(Ref("aws_s3_bucket.b.id")))

    assert owners_of(result) == {"aws_s3_bucket.a": [], "aws_s3_bucket.b": ["aws_s3_bucket_versioning.v"]}


def test_a_known_name_finds_the_owner() -> None:
    """A part that writes out the bucket's name is folded into it."""
    result = folded(FakeBlock("aws_s3_bucket.a", bucket="scans"), FakeBlock("aws_s3_bucket.b"), versioning("scans"))

    assert owners_of(result) == {"aws_s3_bucket.a": ["aws_s3_bucket_versioning.v"], "aws_s3_bucket.b": []}


def test_an_owner_in_another_module_is_found() -> None:
    """An address keeps its module path and instance keys, those with dots and brackets too."""
    bucket = 'module.store["a.b]"].aws_s3_bucket.this[0]'

    result = folded(FakeBlock("aws_s3_bucket.a"), AddressedBlock(bucket), versioning(Ref(f"{bucket}.id")))

    assert owners_of(result)[bucket] == ["aws_s3_bucket_versioning.v"]


class AddressedBlock(FakeBlock):
    """A bucket whose address has dots in a key."""

    @property
    def type(self) -> str:
        """The bucket's type."""
        return "aws_s3_bucket"


def test_an_owner_named_through_another_part_is_found() -> None:
    """`aws_s3_bucket_versioning.v.bucket` names the bucket that the versioning belongs to."""
    policy = FakeBlock("aws_s3_bucket_policy.p", bucket=Ref("aws_s3_bucket_versioning.v.bucket"))

    result = folded(
        FakeBlock("aws_s3_bucket.a"), FakeBlock("aws_s3_bucket.b"), versioning(Ref("aws_s3_bucket.a.id")), policy
    )

    assert owners_of(result, "aws_s3_bucket_policy") == {
        "aws_s3_bucket.a": ["aws_s3_bucket_policy.p"],
        "aws_s3_bucket.b": [],
    }


TIED = all_forms.of(
    [
        (
            BUCKET,
            tuple(
                Form(
                    main=main,
                    build=build,
                    parts={"aws_tie": "arn"},
                )
                for main in ("aws_lb", "aws_alb")
            ),
        )
    ]
)
"""Two types that a part may belong to, by one and the same argument."""


def test_a_part_of_one_type_is_none_of_another() -> None:
    """What is tied to one kind of thing leaves no doubt about the other kinds."""
    tie = FakeBlock("aws_tie.t", arn=Ref("aws_alb.b.arn"))

    result = fold(FakeTree(FakeBlock("aws_lb.a"), FakeBlock("aws_alb.b"), tie), TIED)

    assert owners_of(result, "aws_tie") == {"aws_lb.a": [], "aws_alb.b": ["aws_tie.t"]}


def test_an_owner_of_another_type_named_through_a_part() -> None:
    """A rule of a listener of the one kind leaves no doubt about the other kind either."""
    mixed = all_forms.of(
        [
            (
                BUCKET,
                tuple(
                    Form(main=main, build=build, parts={"aws_listener": "lb", "aws_rule": "listener"})
                    for main in ("aws_lb", "aws_alb")
                ),
            )
        ]
    )
    listener, rule = (
        FakeBlock("aws_listener.l", lb=Ref("aws_alb.b.arn")),
        FakeBlock("aws_rule.r", listener=Ref("aws_listener.l.arn")),
    )

    result = fold(FakeTree(FakeBlock("aws_lb.a"), FakeBlock("aws_alb.b"), listener, rule), mixed)

    assert owners_of(result, "aws_rule") == {"aws_lb.a": [], "aws_alb.b": ["aws_rule.r"]}


def test_an_owner_that_a_variable_decides_counts_everywhere() -> None:
    """Every bucket may be the one; the reason names the variable and the line."""
    part = versioning(Unknown("var.bucket has no value", ("var.bucket",)))

    result = folded(FakeBlock("aws_s3_bucket.a"), FakeBlock("aws_s3_bucket.b", bucket="scans"), part)

    assert owners_of(result) == {"aws_s3_bucket.a": ["?"], "aws_s3_bucket.b": ["?"]}
    unknown = result.mains[0].parts["aws_s3_bucket_versioning"][0]
    assert isinstance(unknown, Unknown)
    assert "var.bucket has no value" in unknown.reason
    assert "main.tf:2" in unknown.reason


def test_an_owner_among_two_counts_for_those_two() -> None:
    """A reference to a resource with two instances, without the key, may mean either, but no third bucket."""
    part = versioning(Ref("aws_s3_bucket.many.id"))

    result = folded(
        FakeBlock("aws_s3_bucket.many[0]"), FakeBlock("aws_s3_bucket.many[1]"), FakeBlock("aws_s3_bucket.other"), part
    )

    assert owners_of(result) == {
        "aws_s3_bucket.many[0]": ["?"],
        "aws_s3_bucket.many[1]": ["?"],
        "aws_s3_bucket.other": [],
    }


def test_an_owner_that_a_condition_chose_is_told_by_its_name() -> None:
    """Two references and a known value: the value says which."""

    class Chosen(FakeBlock):
        """A part with two references and one value."""

        def references(self, name: str) -> tuple[str, ...]:
            """Return both branches of the condition."""
            return ("aws_s3_bucket.a", "aws_s3_bucket.b")

    part = Chosen("aws_s3_bucket_versioning.v", bucket="b-name")

    result = folded(FakeBlock("aws_s3_bucket.a", bucket="a-name"), FakeBlock("aws_s3_bucket.b", bucket="b-name"), part)

    assert owners_of(result) == {"aws_s3_bucket.a": [], "aws_s3_bucket.b": ["aws_s3_bucket_versioning.v"]}


@pytest.mark.parametrize("bucket", [Ref("data.aws_s3_bucket.theirs.id"), "somebody-elses", None])
def test_an_owner_elsewhere_is_none_of_these(bucket: Any) -> None:
    """A data source or a name that no block here has leads out of the tree."""
    result = folded(FakeBlock("aws_s3_bucket.a", bucket="scans"), FakeBlock("aws_s3_bucket.b"), versioning(bucket))

    assert owners_of(result) == {"aws_s3_bucket.a": [], "aws_s3_bucket.b": []}


def test_a_written_name_may_be_one_that_is_not_known() -> None:
    """A bucket whose own name a variable decides may be the one that a literal names."""
    unnamed = FakeBlock("aws_s3_bucket.a", bucket=Unknown("var.name has no value", ("var.name",)))

    result = folded(unnamed, FakeBlock("aws_s3_bucket.b", bucket="other"), versioning("scans"))

    assert owners_of(result) == {"aws_s3_bucket.a": ["?"], "aws_s3_bucket.b": []}


def test_types_without_a_form_are_counted() -> None:
    """What nobody reads is told, with its number."""
    result = folded(FakeBlock("aws_sqs_queue.a"), FakeBlock("aws_sqs_queue.b"), FakeBlock("aws_s3_bucket.a"))

    assert result.unread == {"aws_sqs_queue": 2}


def test_two_forms_of_one_type_are_refused() -> None:
    """A Terraform type that two modules claim is a mistake."""
    form = Form(main="aws_s3_bucket", build=build)

    with pytest.raises(ValueError, match="two forms"):
        all_forms.of([(BUCKET, (form, form))])


def test_every_type_module_names_its_forms() -> None:
    """The scan finds the type modules, and no Terraform type is claimed twice."""
    assert isinstance(all_forms.discover().mains, dict)


def surroundings(*blocks: FakeBlock, root: str = "", provider: FakeBlock | None = None) -> Surroundings:
    """Return the surroundings of a tree whose files have a made digest."""
    tree = FakeTree(*blocks, root=root, provider=provider)
    return Surroundings(tree, fold(tree, FORMS), OriginKind.TERRAFORM, lambda file: f"sha256:{file}")


def test_identity_below_the_scanned_folder_has_the_root() -> None:
    """Two roots may use the same address: the root's folder comes first."""
    block = FakeBlock("aws_s3_bucket.a")

    assert surroundings(block, root="prod/eu").of(block).id(block.address) == "prod/eu:aws_s3_bucket.a"


def test_a_resource_has_region_and_tags_of_its_provider() -> None:
    """Default tags lie below the block's own; an unknown one stays unknown by itself."""
    provider = FakeBlock("provider.aws", region="eu-west-1", blocks={"default_tags": [{"tags": {"a": "1", "b": "1"}}]})
    unknown = Unknown("var.team has no value", ("var.team",))
    block = FakeBlock("aws_s3_bucket.a", tags={"b": "2", "Name": "scans", "team": unknown})

    resource = build(block, {}, surroundings(block, provider=provider).of(block))

    assert resource.region == "eu-west-1"
    assert resource.tags == {"Name": "scans", "a": "1", "b": "2", "team": unknown}
    assert resource.name == "scans"
    assert [seen.digest for seen in resource.observations] == ["sha256:main.tf"]


def test_a_group_of_owners_is_found_in_a_list() -> None:
    """An argument that lists blocks names each of them."""
    user = FakeBlock("aws_instance.i", groups=[Ref("aws_security_group.a.id"), Ref("aws_security_group.b.id")])
    around = surroundings(FakeBlock("aws_security_group.a"), FakeBlock("aws_security_group.b"), user)

    owners = around.of(user).owners("aws_security_group", user, "groups")

    assert owners == ("aws_security_group.a", "aws_security_group.b")


def test_the_fake_source_and_the_real_one_are_the_same_port() -> None:
    """Type modules may be tested with either."""
    block = FakeBlock("aws_s3_bucket.a")
    sources: list[Source] = [FakeSource([block]), surroundings(block).of(block)]

    assert [source.id(block.address) for source in sources] == [block.address] * 2


def test_many_parts_of_unknown_owners_stay_few() -> None:
    """A thousand parts that may belong anywhere do not make a million reasons."""
    buckets = [FakeBlock(f"aws_s3_bucket.b{number}") for number in range(50)]
    unknown = Unknown("var.bucket has no value", ("var.bucket",))
    parts = [versioning(unknown, f"aws_s3_bucket_versioning.v{number}") for number in range(100)]

    result = folded(*buckets, *parts)

    assert {len(main.parts["aws_s3_bucket_versioning"]) for main in result.mains} == {20}
