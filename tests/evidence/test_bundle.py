"""Writing bundles."""

import hashlib
import json
import tracemalloc
import zipfile
from pathlib import Path

import pytest
from evidence import samples
from msgspec.structs import replace

from phiward.errors import EvidenceError
from phiward.evidence import bundle
from phiward.evidence.keys import KeyKind
from phiward.evidence.run import Content


@pytest.mark.parametrize("kind", KeyKind)
@pytest.mark.parametrize("compress", [True, False])
def test_the_same_input_at_the_same_time_makes_the_same_bytes(tmp_path: Path, kind: KeyKind, compress: bool) -> None:
    """Two bundles of one run are the same file, signature included."""
    signer = samples.signer(tmp_path, kind)

    for name in ("a.zip", "b.zip"):
        bundle.write(tmp_path / name, samples.evidence(), signer, compress=compress)

    assert (tmp_path / "a.zip").read_bytes() == (tmp_path / "b.zip").read_bytes()


def test_a_bundle_holds_facts_controls_results_and_the_run(tmp_path: Path) -> None:
    """Every part of the design is there, and listed with its digest and number of lines."""
    written = bundle.write(tmp_path / "b.zip", samples.evidence(gaps=(samples.GAP,)), samples.signer(tmp_path))

    with zipfile.ZipFile(tmp_path / "b.zip") as archive:
        manifest = json.loads(archive.read("manifest.json"))
        listed = {file["path"]: file for file in manifest["files"]}
        digests = {path: hashlib.sha256(archive.read(path)).hexdigest() for path in listed}
        run = json.loads(archive.read("run/run.json"))
    assert sorted(listed) == [
        "README.txt",
        "VERIFY.md",
        "controls/catalog.json",
        "controls/encryption/data-store-encrypted-at-rest.yaml",
        "controls/pack.lock.json",
        "facts/aws.s3.bucket/0000.jsonl",
        "facts/gaps.jsonl",
        "facts/inventory.json",
        "policies/hipaa-security-rule.yaml",
        "results/requirements.json",
        "results/results.jsonl",
        "run/run.json",
        "signer.pem",
    ]
    assert {path: file["sha256"] for path, file in listed.items()} == digests
    assert listed["facts/aws.s3.bucket/0000.jsonl"]["records"] == 8
    assert manifest["retention"]["not_before"] == "2032-11-23"
    assert (run["gaps"], run["resources"]) == (1, 8)
    assert (written.resources, written.gaps, written.counts["fail"]) == (8, 1, 2)


def test_facts_are_kept_byte_for_byte_in_files_of_five_thousand(tmp_path: Path) -> None:
    """The lines of the inventory come back exactly, over several files."""
    bundle.write(tmp_path / "b.zip", samples.evidence(12_001), samples.signer(tmp_path))

    with zipfile.ZipFile(tmp_path / "b.zip") as archive:
        facts = [name for name in archive.namelist() if name.startswith("facts/aws")]
        lines = b"".join(archive.read(name) for name in facts).splitlines()
    assert [name[-10:] for name in facts] == ["0000.jsonl", "0001.jsonl", "0002.jsonl"]
    assert lines == list(samples.inventory(12_001))[1:]


def test_requirements_that_nothing_answers_are_not_assessed(tmp_path: Path) -> None:
    """The summary by requirement never takes silence for a pass."""
    written = bundle.write(tmp_path / "b.zip", samples.evidence(), samples.signer(tmp_path))

    with zipfile.ZipFile(written.path) as archive:
        document = json.loads(archive.read("results/requirements.json"))
    statuses = {requirement["id"]: requirement["status"] for requirement in document["requirements"]}
    assert statuses == {samples.AT_REST: "not met", "164.308(a)(2)": "not assessed"}


@pytest.mark.parametrize(
    "lines",
    [
        [samples.resource(2), samples.resource(1)],
        [samples.resource(1), samples.resource(1)],
        [samples.GAP, samples.resource(1)],
        [b'{"id":"x","type":"../../etc"}'],
        [b'{"type":"aws.s3.bucket"}'],
        [b"not json"],
    ],
    ids=["unsorted", "twice", "behind a gap", "unsafe type", "no id", "not JSON"],
)
def test_an_inventory_that_is_not_one_is_refused(tmp_path: Path, lines: list[bytes]) -> None:
    """Nothing is written from an unsorted or broken inventory, and what stood there stays."""
    (tmp_path / "b.zip").write_bytes(b"the earlier one")

    with pytest.raises(EvidenceError):
        bundle.write(tmp_path / "b.zip", replace(samples.evidence(), facts=lines), samples.signer(tmp_path))

    assert (tmp_path / "b.zip").read_bytes() == b"the earlier one"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["b.zip", "signer.key", "signer.pub"]


@pytest.mark.parametrize(
    ("secret", "kind"),
    [
        ("wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY", "aws secret key"),
        ("-----BEGIN RSA PRIVATE KEY-----", "private key"),
        ("ghp_" + "a1B2" * 9, "github token"),
        ("postgres://app:hunter22@db/clinic", "url with password"),
        ("$6$saltsalt$" + "abcd" * 10, "password hash"),
    ],
)
def test_a_secret_is_never_signed(tmp_path: Path, secret: str, kind: str) -> None:
    """The second net names the file, the line and the kind, and not the value."""
    line = json.dumps({"id": "b", "tags": {"note": secret}, "type": "aws.s3.bucket"}).encode()

    with pytest.raises(EvidenceError) as caught:
        bundle.write(tmp_path / "b.zip", replace(samples.evidence(), facts=[line]), samples.signer(tmp_path))

    assert str(caught.value).startswith(f"facts/aws.s3.bucket/0000.jsonl:1: holds what looks like a secret ({kind})")
    assert secret not in str(caught.value)
    assert not (tmp_path / "b.zip").exists()


@pytest.mark.parametrize(
    "harmless",
    [
        "AKIAIOSFODNN7EXAMPLE",
        "da39a3ee5e6b4b0d3255bfef95601890afd80709",
        "arn:aws:iam::123456789012:role/aws-service-role/elasticloadbalancing.amazonaws.com/AWSServiceRoleForElasticLoadBalancing",
        "arn:aws:secretsmanager:us-east-1:123456789012:secret:clinic/db-password-AbCdEf",
        "https://sqs.us-east-1.amazonaws.com:443/123456789012/queue",
        "/aws/lambda/TelehealthAppointmentNotifications2",
        "${var.user}:${var.password}@db",
        "arn:aws:kms:us-east-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab",
        "sha256:" + "0f" * 32,
    ],
)
def test_names_and_ids_are_evidence(tmp_path: Path, harmless: str) -> None:
    """What merely names something does not stop a bundle."""
    line = json.dumps({"id": harmless, "type": "aws.s3.bucket"}).encode()

    bundle.write(tmp_path / "b.zip", replace(samples.evidence(), facts=[line]), samples.signer(tmp_path))

    assert (tmp_path / "b.zip").exists()


def test_the_command_line_is_kept_without_its_secrets(tmp_path: Path) -> None:
    """Passwords in URLs and values of secret-looking options are hidden in the record."""
    argv = ("phiward", "scan", "postgresql://u:hunter22@db", "--passphrase", "sesame", "--token=abc", "--key-file=k")

    bundle.write(tmp_path / "b.zip", samples.evidence(run=replace(samples.RUN, argv=argv)), samples.signer(tmp_path))

    with zipfile.ZipFile(tmp_path / "b.zip") as archive:
        kept = json.loads(archive.read("run/run.json"))["argv"]
    assert kept == [
        *(
            "phiward",
            "scan",
            "postgresql://u:[hidden]@db",
            "--passphrase",
            "[hidden]",
            "--token=[hidden]",
            "--key-file=k",
        )
    ]


def test_a_bundle_without_controls_is_refused(tmp_path: Path) -> None:
    """Nothing ran never means fine."""
    with pytest.raises(EvidenceError, match="without controls"):
        bundle.write(tmp_path / "b.zip", replace(samples.evidence(), controls=()), samples.signer(tmp_path))


def test_a_content_path_cannot_leave_the_bundle(tmp_path: Path) -> None:
    """A control file's own path is checked too."""
    evil = (Content("../../evil.yaml", b""),)

    with pytest.raises(EvidenceError, match="cannot be a path"):
        bundle.write(tmp_path / "b.zip", replace(samples.evidence(), controls=evil), samples.signer(tmp_path))


def test_memory_does_not_grow_with_the_inventory(tmp_path: Path) -> None:
    """20,000 resources and their findings pass through within a few megabytes."""
    signer = samples.signer(tmp_path)
    bundle.write(tmp_path / "warm.zip", samples.evidence(10), signer)

    tracemalloc.start()
    bundle.write(tmp_path / "b.zip", samples.evidence(20_000), signer)
    _now, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert peak < 4_000_000
