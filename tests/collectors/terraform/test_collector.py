"""The Terraform collector: what it claims, yields, and says that it could not see."""

import shutil
from pathlib import Path
from typing import Any

import pytest

from phiward.collectors.port import Options, Progress
from phiward.collectors.terraform.collector import TerraformCollector
from phiward.errors import CollectError
from phiward.inventory.aspects import Authorization, EncryptionInTransit, Exposure
from phiward.inventory.model import CollectionGap, Found, LeftOut, Lines, OriginKind, Resource, Unknown

RECORDS = Path(__file__).parent / "fixtures" / "records"
SAME = (
    "type",
    "name",
    "region",
    "tags",
    "encryption_at_rest",
    "encryption_in_transit",
    "exposure",
    "authentication",
    "logging",
    "patching",
    "backup",
    "resilience",
    "integrity",
    "monitoring",
    "relations",
)


def collect(target: Path, **options: Any) -> list[Found]:
    """Read a target."""
    return list(TerraformCollector().collect(str(target), Options(**options), lambda _: None))


def by_id(target: Path, **options: Any) -> dict[str, Resource]:
    """Read a target that has no gaps."""
    found = collect(target, **options)
    assert [each for each in found if isinstance(each, CollectionGap)] == []
    return {each.id: each for each in found if isinstance(each, Resource)}


def only(found: list[Found]) -> Resource:
    """Return the one resource."""
    (resource,) = (each for each in found if isinstance(each, Resource))
    return resource


@pytest.fixture(name="folder")
def copied(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return the recorded code, copied below the current folder."""
    monkeypatch.chdir(tmp_path)
    return Path(shutil.copytree(RECORDS, tmp_path / "records"))


def test_code_and_plan_of_a_folder_say_the_same(folder: Path) -> None:
    """Every resource of the code is in the plan, with the same facts, but for one that the plan has lost."""
    code, plan = by_id(folder), by_id(folder / "plan.json")

    assert list(code) == list(plan)
    differ = {
        (id_, name): (getattr(code[id_], name), getattr(plan[id_], name))
        for id_ in code
        for name in SAME
        if getattr(code[id_], name) != getattr(plan[id_], name)
    }
    # A bucket without a name of its own: the plan says of its policy's resources only that they are known after the
    # apply, and no longer whether that is the bucket, its objects, or both.
    assert list(differ) == [("aws_s3_bucket.plain", "encryption_in_transit")]
    (told, lost) = differ["aws_s3_bucket.plain", "encryption_in_transit"]
    assert (told.enforced, type(lost.enforced)) == (True, Unknown)


def test_what_is_left_out_is_told_with_its_default(tmp_path: Path) -> None:
    """Where the provider's default decided, a finding can say so; what is written is not told."""
    (tmp_path / "main.tf").write_text('resource "aws_db_instance" "db" {\n  engine   = "mysql"\n  multi_az = true\n}\n')

    found = only(collect(tmp_path)).left_out

    assert found["encryption_at_rest"] == LeftOut("storage_encrypted", False)
    assert found["backup"] == LeftOut("backup_retention_period", 0)
    assert found["logging"] == LeftOut("enabled_cloudwatch_logs_exports", None)
    assert "resilience.redundant" not in found


@pytest.mark.parametrize("name", ['bucket = "b"', 'bucket_prefix = "b"'])
@pytest.mark.parametrize(
    ("resources", "enforced"),
    [
        ('aws_s3_bucket.b.arn, "${aws_s3_bucket.b.arn}/*"', True),
        ('"arn:aws:s3:::${aws_s3_bucket.b.id}", "arn:aws:s3:::${aws_s3_bucket.b.id}/*"', True),
        ('"${aws_s3_bucket.b.arn}/*"', False),
        ("aws_s3_bucket.b.arn", False),
    ],
)
def test_plain_http_is_refused_only_where_bucket_and_objects_are_covered(
    tmp_path: Path, name: str, resources: str, enforced: bool
) -> None:
    """Half a policy leaves the other half open, also where the bucket's ARN is known only after the apply."""
    condition = 'Condition = { Bool = { "aws:SecureTransport" = "false" } }'
    statement = f'{{ Effect = "Deny", Principal = "*", Action = "s3:*", Resource = [{resources}], {condition} }}'
    (tmp_path / "main.tf").write_text(
        f'resource "aws_s3_bucket" "b" {{\n  {name}\n}}\n'
        'resource "aws_s3_bucket_policy" "b" {\n  bucket = aws_s3_bucket.b.id\n'
        f'  policy = jsonencode({{ Version = "2012-10-17", Statement = [{statement}] }})\n}}\n'
    )

    transit = only(collect(tmp_path)).encryption_in_transit

    assert isinstance(transit, EncryptionInTransit)
    assert transit.enforced is enforced


def test_origins_say_what_was_read(folder: Path) -> None:
    """Files are told from the current folder on; a plan without its code is the place itself."""
    code = by_id(folder)['module.letters["in"].aws_s3_bucket.this']
    plan = by_id(folder / "plan.json")["aws_s3_bucket.plain"]
    (folder / "main.tf").unlink()
    alone = by_id(folder / "plan.json")["aws_s3_bucket.plain"]

    assert (code.origin.kind, code.origin.file) == (OriginKind.TERRAFORM, "records/modules/store/main.tf")
    assert (plan.origin.kind, plan.origin.file) == (OriginKind.TERRAFORM_PLAN, "records/main.tf")
    assert (alone.origin.kind, alone.origin.file) == (OriginKind.TERRAFORM_PLAN, "records/plan.json")


def test_rights_of_a_plan_that_wait_for_a_data_source_are_known(tmp_path: Path) -> None:
    """One ARN of the policy is known only after the apply; that it allows everything is known now."""
    file = Path(shutil.copy(RECORDS.parent / "traced" / "plan.json", tmp_path))

    rights = by_id(file)["aws_iam_policy.reading"].authorization

    assert isinstance(rights, Authorization)
    assert rights.administrator is True


def test_lines_point_at_the_deciding_argument(folder: Path) -> None:
    """The versioning of a module's bucket is decided in the caller's file."""
    text = (folder / "main.tf").read_text().splitlines()
    lines = by_id(folder)["module.imaging.aws_s3_bucket.this"].lines["integrity"]

    assert lines.file == "records/main.tf"
    assert text[lines.line - 1].strip() == "versioning_configuration {"


def test_nothing_secret_is_kept(folder: Path) -> None:
    """The password of the database is in the code and in the plan, and in nothing that is yielded."""
    assert "canary-c0ffee" in (folder / "plan.json").read_text()
    assert "canary-c0ffee" not in repr(collect(folder)) + repr(collect(folder / "plan.json"))


def test_two_readings_are_the_same(folder: Path) -> None:
    """The same code gives the same resources, in the same order."""
    assert collect(folder) == collect(folder)


def test_types_without_a_form_are_told(tmp_path: Path) -> None:
    """What nobody reads is counted, and the last word of the run names it."""
    (tmp_path / "main.tf").write_text('resource "aws_imaginary_thing" "a" {\n  count = 2\n}\n')
    collector, words = TerraformCollector(), list[Progress]()

    assert list(collector.collect(str(tmp_path), Options(), words.append)) == []
    assert collector.unread == {"aws_imaginary_thing": 2}
    assert words[-1].what == "Terraform: no form reads aws_imaginary_thing (2)"


def test_a_malformed_file_is_a_gap_and_the_others_are_read(tmp_path: Path) -> None:
    """The gap has the file and the line."""
    (tmp_path / "good.tf").write_text('resource "aws_s3_bucket" "a" {}\n')
    (tmp_path / "bad.tf").write_text('resource "aws_s3_bucket" "b" {\n  bucket = =\n}\n')

    found = collect(tmp_path)
    (gap,) = (each for each in found if isinstance(each, CollectionGap))

    assert only(found).id == "aws_s3_bucket.a"
    assert (gap.source, gap.where.rpartition("/")[2], gap.line) == ("terraform", "bad.tf", 2)


def test_roots_below_the_folder_keep_apart(tmp_path: Path) -> None:
    """Two environments may use the same address."""
    for name in ("prod", "test"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "main.tf").write_text('resource "aws_s3_bucket" "a" {}\n')

    assert list(by_id(tmp_path)) == ["prod:aws_s3_bucket.a", "test:aws_s3_bucket.a"]


def test_a_single_file_is_read_alone(tmp_path: Path) -> None:
    """Its neighbours decide what it means, and are not reported."""
    (tmp_path / "a.tf").write_text('resource "aws_s3_bucket" "a" {\n  bucket = var.name\n}\n')
    (tmp_path / "b.tf").write_text('variable "name" {\n  default = "scans"\n}\nresource "aws_s3_bucket" "b" {}\n')

    assert only(collect(tmp_path / "a.tf")).name == "scans"


def test_variables_of_the_run_count(tmp_path: Path) -> None:
    """`-var` decides what a variable without a default is."""
    (tmp_path / "a.tf").write_text('variable "name" {}\nresource "aws_s3_bucket" "a" {\n  bucket = var.name\n}\n')

    assert only(collect(tmp_path, variables={"name": "scans"})).name == "scans"


def test_only_needed_types_are_built(folder: Path) -> None:
    """A run that asks of snapshots alone has none here."""
    assert collect(folder, need={"aws.rds.snapshot": frozenset({"exposure"})}) == []


def test_a_part_that_may_not_exist_is_unknown(tmp_path: Path) -> None:
    """An unknown `count` neither grants nor denies the versioning."""
    (tmp_path / "a.tf").write_text(
        'variable "on" {}\nresource "aws_s3_bucket" "a" {}\n'
        'resource "aws_s3_bucket_versioning" "a" {\n  count  = var.on ? 1 : 0\n  bucket = aws_s3_bucket.a.id\n'
        '  versioning_configuration {\n    status = "Enabled"\n  }\n}\n'
    )

    integrity = only(collect(tmp_path)).integrity

    assert integrity is not None
    assert not isinstance(integrity, Unknown)
    assert isinstance(integrity.versioned, Unknown)
    assert "var.on" in integrity.versioned.reason


def test_a_deciding_line_is_the_arguments_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An inline argument of the old provider has its line too."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "a.tf").write_text('resource "aws_s3_bucket" "a" {\n\n  versioning {\n    enabled = true\n  }\n}\n')

    assert only(collect(tmp_path)).lines["integrity"] == Lines("a.tf", 3, 5)


@pytest.mark.parametrize("name", ["empty", "missing"])
def test_nothing_to_scan_is_an_error(tmp_path: Path, name: str) -> None:
    """A folder without Terraform, or none at all, is not an empty account."""
    (tmp_path / "empty").mkdir()

    with pytest.raises(CollectError, match=r"nothing to scan|no such file"):
        collect(tmp_path / name)


def test_targets_are_told_by_what_they_hold(folder: Path, tmp_path: Path) -> None:
    """Folders with code below, code, and plans are claimed; other things are not."""
    (tmp_path / "other").mkdir()
    (tmp_path / "other" / "x.json").write_text("{}")
    claims = TerraformCollector().claims

    assert claims(str(tmp_path))
    assert claims(str(folder / "main.tf"))
    assert claims(str(folder / "plan.json"))
    assert not claims(str(tmp_path / "other"))
    assert not claims(str(tmp_path / "other" / "x.json"))
    assert not claims("aws")


@pytest.mark.parametrize(
    ("said", "reason"), [('"errored": true', "ended with an error"), ('"complete": false', "leaves out a part")]
)
def test_a_plan_that_is_not_whole_is_a_gap(tmp_path: Path, said: str, reason: str) -> None:
    """What planning did not come to, or was told to leave out (`-target`), is not told."""
    plan = tmp_path / "plan.json"
    plan.write_text('{"format_version": "1.2", "configuration": {}, ' + said + "}")

    (gap,) = collect(plan)

    assert isinstance(gap, CollectionGap)
    assert reason in gap.reason


@pytest.mark.parametrize("target", ["plan.json", "."])
def test_a_sensitive_tag_leaves_no_trace(tmp_path: Path, target: str) -> None:
    """Neither the tag itself nor the copy that the provider keeps of it; from the code it was made from neither."""
    folder = Path(shutil.copytree(RECORDS.parent / "changed", tmp_path / "changed"))

    found = by_id(folder / target)

    assert isinstance(found["aws_s3_bucket.after"].tags, dict)
    assert isinstance(found["aws_s3_bucket.after"].tags["Contact"], Unknown)
    assert "canary-c0ffee" not in repr(found)


@pytest.mark.parametrize(
    ("allowed", "account"),
    [('allowed_account_ids = ["111122223333"]', "111122223333"), ("", None), ("allowed_account_ids = [var.a]", None)],
)
def test_the_one_account_that_a_provider_allows_is_the_trees(tmp_path: Path, allowed: str, account: str | None) -> None:
    """Only with the account known can another one be told from it."""
    (tmp_path / "main.tf").write_text(
        f'variable "a" {{}}\nprovider "aws" {{\n  {allowed}\n}}\nresource "aws_s3_bucket" "a" {{\n  bucket = "a"\n}}\n'
    )

    (bucket,) = TerraformCollector().collect(str(tmp_path), Options(), lambda _: None)

    assert isinstance(bucket, Resource)
    assert bucket.account == account


def test_one_unknown_leaf_does_not_hide_the_rest_of_a_key_policy(tmp_path: Path) -> None:
    """A statement for everybody is seen beside one for a role that is made by the same apply."""
    (tmp_path / "main.tf").write_text(
        'resource "aws_iam_role" "a" {\n  name = "a"\n  assume_role_policy = "{}"\n}\n'
        'resource "aws_kms_key" "a" {\n  policy = jsonencode({ Statement = [\n'
        '    { Effect = "Allow", Action = "kms:*", Resource = "*", Principal = { AWS = aws_iam_role.a.arn } },\n'
        '    { Effect = "Allow", Action = "kms:Decrypt", Resource = "*", Principal = "*" },\n  ] })\n}\n'
    )

    (key,) = (each for each in collect(tmp_path) if isinstance(each, Resource) and each.type == "aws.kms.key")

    assert isinstance(key.exposure, Exposure)
    assert key.exposure.public is True
