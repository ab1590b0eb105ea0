"""Verifying bundles: every way to tamper with one is found."""

import base64
import hashlib
import json
import os
import shutil
import struct
import subprocess
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

import pytest
from evidence import samples
from msgspec.structs import replace

from phiward.engine.findings import Verdict
from phiward.engine.summary import Counts, Summary
from phiward.evidence import bundle
from phiward.evidence.container import Limits
from phiward.evidence.keys import KeyKind
from phiward.evidence.trust import Role, TrustedKey, trust_key
from phiward.evidence.verify import Contents, Evaluated, Outcome, VerifyStep, exit_code, verify

FACTS = "facts/aws.s3.bucket/0000.jsonl"
RESULTS = "results/results.jsonl"


@pytest.fixture
def good(tmp_path: Path) -> Path:
    """Return a good bundle; its key is `signer.pub` beside it."""
    bundle.write(tmp_path / "good.zip", samples.evidence(), samples.signer(tmp_path))
    return tmp_path / "good.zip"


def trusted(path: Path) -> tuple[TrustedKey, ...]:
    """Return the trust in the key that lies beside the bundle."""
    return trust_key(path.parent / "signer.pub")


def files_of(path: Path) -> dict[str, bytes]:
    """Return a bundle's files."""
    with zipfile.ZipFile(path) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def rezip(path: Path, files: dict[str, bytes] | list[tuple[str, bytes]]) -> Path:
    """Write files as a zip."""
    target = path.with_name("tampered.zip")
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items() if isinstance(files, dict) else files:
            archive.writestr(name, content)
    return target


def unzip(path: Path, files: dict[str, bytes]) -> Path:
    """Write files as a folder."""
    folder = path.with_name("tampered")
    for name, content in files.items():
        target = folder / name
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(content)
    return folder


def failed(steps: list[VerifyStep]) -> str:
    """Return the details of the failed steps."""
    return "; ".join(step.detail for step in steps if step.outcome is Outcome.FAILED)


@pytest.mark.parametrize("kind", KeyKind)
@pytest.mark.parametrize("lay", [rezip, unzip])
def test_a_good_bundle_verifies(tmp_path: Path, kind: KeyKind, lay: Callable[[Path, dict[str, bytes]], Path]) -> None:
    """Zipped or unzipped, with either kind of key."""
    path = tmp_path / "good.zip"
    bundle.write(path, samples.evidence(), samples.signer(tmp_path, kind))

    steps = verify(lay(path, files_of(path)), trusted(path))

    assert [(step.name, step.outcome) for step in steps] == [
        (name, Outcome.OK) for name in ("archive", "signature", "statement", "signer", "files", "scope")
    ]
    assert exit_code(steps) == 0


def test_the_bundle_as_written_verifies(good: Path) -> None:
    """The writer's own zip passes the strict reader."""
    assert exit_code(verify(good, trusted(good))) == 0


def one_byte(files: dict[str, bytes]) -> None:
    """Flip a byte of the facts."""
    files[FACTS] = files[FACTS].replace(b'"enabled":false', b'"enabled":true ', 1)


def added(files: dict[str, bytes]) -> None:
    """Add a file."""
    files["results/extra.jsonl"] = b"{}\n"


def removed(files: dict[str, bytes]) -> None:
    """Take a file away."""
    del files[FACTS]


def renamed(files: dict[str, bytes]) -> None:
    """Give a file another name."""
    files["facts/aws.s3.bucket/0001.jsonl"] = files.pop(FACTS)


def swapped(files: dict[str, bytes]) -> None:
    """Swap the contents of two files."""
    files["README.txt"], files["VERIFY.md"] = files["VERIFY.md"], files["README.txt"]


def truncated(files: dict[str, bytes]) -> None:
    """Cut a file."""
    files[RESULTS] = files[RESULTS][:-10]


def regenerated_sums(files: dict[str, bytes]) -> None:
    """Change a finding and make new sums, as a forger would who knows sha256sum."""
    files[RESULTS] = files[RESULTS].replace(b'"verdict":"fail"', b'"verdict":"pass"')
    lines = [line.split("  ") for line in files["SHA256SUMS"].decode().splitlines()]
    files["SHA256SUMS"] = "".join(
        f"{hashlib.sha256(files[name]).hexdigest()}  {name}\n" for _old, name in lines
    ).encode()


def regenerated_manifest(files: dict[str, bytes]) -> None:
    """Change a finding and make a new manifest and new sums."""
    files[RESULTS] = files[RESULTS].replace(b'"verdict":"fail"', b'"verdict":"pass"')
    manifest = json.loads(files["manifest.json"])
    for file in manifest["files"]:
        file["sha256"] = hashlib.sha256(files[file["path"]]).hexdigest()
    encoded = json.dumps(manifest["files"], sort_keys=True, separators=(",", ":")).encode()
    manifest["bundle_id"] = hashlib.sha256(encoded).hexdigest()[:32]
    files["manifest.json"] = json.dumps(manifest, sort_keys=True, separators=(",", ":")).encode() + b"\n"
    regenerated_sums(files)


def signer_copy(files: dict[str, bytes]) -> None:
    """Replace the convenience copy of the key."""
    files["signer.pem"] = b"not a key\n"


ALTERED = [one_byte, added, removed, renamed, swapped, truncated, regenerated_sums, regenerated_manifest, signer_copy]


@pytest.mark.parametrize("lay", [rezip, unzip])
@pytest.mark.parametrize("tamper", ALTERED)
def test_altered_content_is_found(
    good: Path, tamper: Callable[[dict[str, bytes]], None], lay: Callable[[Path, dict[str, bytes]], Path]
) -> None:
    """Exit code 1, in a zip and in a folder."""
    files = files_of(good)
    tamper(files)

    assert exit_code(verify(lay(good, files), trusted(good))) == 1


def payload_edited(files: dict[str, bytes]) -> None:
    """Change the signed statement."""
    envelope = json.loads(files["attestation.dsse.json"])
    payload = base64.b64decode(envelope["payload"]).replace(b'"fail":2', b'"fail":0')
    files["attestation.dsse.json"] = json.dumps(envelope | {"payload": base64.b64encode(payload).decode()}).encode()


def no_attestation(files: dict[str, bytes]) -> None:
    """Take the signature away."""
    del files["attestation.dsse.json"]


def duplicate_key(files: dict[str, bytes]) -> None:
    """Say the payload twice, so that two readers see two statements."""
    files["attestation.dsse.json"] = files["attestation.dsse.json"].replace(b"{", b'{"payload":"e30=",', 1)


def other_type(files: dict[str, bytes]) -> None:
    """Claim another payload type."""
    files["attestation.dsse.json"] = files["attestation.dsse.json"].replace(b"in-toto+json", b"other+json")


def loose_base64(files: dict[str, bytes]) -> None:
    """Put a newline into the base64."""
    files["attestation.dsse.json"] = files["attestation.dsse.json"].replace(b'"payload":"', b'"payload":"\\n')


def no_signatures(files: dict[str, bytes]) -> None:
    """Empty the list of signatures."""
    envelope = json.loads(files["attestation.dsse.json"])
    files["attestation.dsse.json"] = json.dumps(envelope | {"signatures": []}).encode()


@pytest.mark.parametrize(
    "tamper", [payload_edited, no_attestation, duplicate_key, other_type, loose_base64, no_signatures]
)
def test_a_bad_signature_is_found(good: Path, tamper: Callable[[dict[str, bytes]], None]) -> None:
    """Exit code 2, whatever else is true of the bundle."""
    files = files_of(good)
    tamper(files)

    assert exit_code(verify(rezip(good, files), trusted(good))) == 2


def test_a_lying_keyid_decides_nothing(good: Path) -> None:
    """Every trusted key is tried; the unsigned hint is not believed."""
    files = files_of(good)
    envelope = json.loads(files["attestation.dsse.json"])
    envelope["signatures"][0]["keyid"] = "0" * 64
    files["attestation.dsse.json"] = json.dumps(envelope).encode()

    assert exit_code(verify(rezip(good, files), trusted(good))) == 0


def test_an_unknown_signer_is_told_apart_from_damage(good: Path, tmp_path: Path) -> None:
    """Without trust the bundle is intact, says so with the fingerprint, and does not verify."""
    samples.signer(tmp_path, name="another")

    steps = verify(good, trust_key(tmp_path / "another.pub"))

    fingerprint = json.loads(files_of(good)["attestation.dsse.json"])["signatures"][0]["keyid"]
    assert exit_code(steps) == 6
    assert failed(steps).startswith(f"intact, but signed by an unknown key: fingerprint {fingerprint}")


def test_altered_and_unknown_is_altered(good: Path) -> None:
    """The more serious of two failures sets the exit code."""
    files = files_of(good)
    one_byte(files)

    assert exit_code(verify(rezip(good, files), ())) == 1


@pytest.mark.parametrize(
    ("change", "word"),
    [
        ({"roles": (Role.REVIEWER,)}, "not trusted in the role"),
        ({"valid_to": "2026-11-23T10:00:59Z"}, "was valid until"),
        ({"valid_from": "2026-11-24T00:00:00Z"}, "is valid from"),
        ({"revoked_at": "2027-01-01T00:00:00Z", "reason": "laptop stolen"}, "laptop stolen"),
    ],
)
def test_a_key_that_does_not_count_is_refused(good: Path, change: dict[str, object], word: str) -> None:
    """Role, time and revocation of a trusted key are judged: exit code 2."""
    entry = replace(trusted(good)[0], **change)

    steps = verify(good, (entry,))

    assert exit_code(steps) == 2
    assert word in failed(steps)


def test_a_revoked_key_is_not_saved_by_a_second_entry(good: Path) -> None:
    """A key listed twice, once as revoked, is revoked."""
    entry = trusted(good)[0]

    assert exit_code(verify(good, (entry, replace(entry, revoked_at="2027-01-01T00:00:00Z")))) == 2


def test_an_incomplete_scope_warns(tmp_path: Path) -> None:
    """A run with gaps verifies, and the gap is said."""
    bundle.write(tmp_path / "b.zip", samples.evidence(gaps=(samples.GAP,)), samples.signer(tmp_path))

    steps = verify(tmp_path / "b.zip", trust_key(tmp_path / "signer.pub"))

    assert exit_code(steps) == 0
    assert [step.detail for step in steps if step.outcome is Outcome.WARNING] == [
        "incomplete: 1 of 1 targets reached, 1 gaps in facts/gaps.jsonl"
    ]


@pytest.mark.parametrize(
    "name",
    [
        "/etc/passwd",
        "../evil",
        "a/../../evil",
        "a\\evil",
        "C:evil",
        "a//b",
        "./a",
        "a\nb",
        "a\u202eb",
        "README.TXT",
        "e\u0301",
    ],
)
def test_an_unsafe_name_in_a_zip_is_refused(good: Path, name: str) -> None:
    """Zip-slip, drive letters, names that differ in case or normalization only."""
    steps = verify(rezip(good, files_of(good) | {name: b"x"}), trusted(good))

    assert exit_code(steps) == 1
    assert [step.name for step in steps] == ["archive"]


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_a_name_that_stands_twice_is_refused(good: Path) -> None:
    """Two readers would see two files."""
    twice = [*files_of(good).items(), ("README.txt", b"another")]

    assert "stands twice" in failed(verify(rezip(good, twice), trusted(good)))


def test_a_link_in_a_zip_is_refused(good: Path) -> None:
    """A symbolic link is not a plain file."""
    info = zipfile.ZipInfo("link")
    info.external_attr = 0o120777 << 16
    tampered = rezip(good, files_of(good))
    with zipfile.ZipFile(tampered, "a") as archive:
        archive.writestr(info, "/etc/passwd")

    assert "not a plain file" in failed(verify(tampered, trusted(good)))


@pytest.mark.parametrize("target", ["/etc/passwd", "README.txt", "."])
def test_a_link_in_a_folder_is_refused(good: Path, target: str) -> None:
    """Links to files and to folders, even where their content would be right."""
    folder = unzip(good, files_of(good))
    (folder / "link").symlink_to(target)

    assert "not a plain file" in failed(verify(folder, trusted(good)))


def test_a_listed_file_that_became_a_link_is_refused(good: Path) -> None:
    """The content behind the link may change after the verification."""
    folder = unzip(good, files_of(good))
    shutil.move(folder / "README.txt", folder.parent / "outside.txt")
    (folder / "README.txt").symlink_to(folder.parent / "outside.txt")

    assert exit_code(verify(folder, trusted(good))) == 1


def test_a_pipe_in_a_folder_does_not_hang(good: Path) -> None:
    """A named pipe is refused unopened."""
    folder = unzip(good, files_of(good))
    os.mkfifo(folder / "pipe")

    assert "not a plain file" in failed(verify(folder, trusted(good)))


@pytest.mark.parametrize(
    ("edit", "word"),
    [
        (lambda raw: raw[:-30], "cut off"),
        (lambda raw: raw[: len(raw) // 2], "cut off"),
        (lambda raw: raw + b"trailing", "something follows"),
        (lambda raw: b"#!/bin/sh\n" + raw, "zip"),
        (lambda raw: b"", "too short"),
        (lambda raw: b"\0" * 5000, "not a whole zip"),
    ],
    ids=["end cut", "half", "trailing", "leading", "empty", "zeros"],
)
def test_a_damaged_zip_is_refused(good: Path, edit: Callable[[bytes], bytes], word: str) -> None:
    """Truncated, or with bytes that belong to no file."""
    good.write_bytes(edit(good.read_bytes()))

    steps = verify(good, trusted(good))

    assert exit_code(steps) == 1
    assert word in failed(steps)


def test_every_single_byte_of_the_zip_counts(good: Path) -> None:
    """Whichever byte of the content is flipped, nothing is taken for good and nothing crashes."""
    raw = good.read_bytes()
    with zipfile.ZipFile(good) as archive:
        end = archive.start_dir

    for place in range(0, end, 97):
        flipped = bytearray(raw)
        flipped[place] ^= 0x41
        good.write_bytes(flipped)
        steps = verify(good, trusted(good))
        header_field_without_meaning = exit_code(steps) == 0
        if header_field_without_meaning:
            with zipfile.ZipFile(good) as archive:
                assert {name: archive.read(name) for name in archive.namelist()} == files_from(raw)


def files_from(raw: bytes) -> dict[str, bytes]:
    """Return the files of a zip in memory."""
    import io

    with zipfile.ZipFile(io.BytesIO(raw)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def test_a_zip_bomb_is_refused_unread(good: Path) -> None:
    """A file that unpacks to hundreds of times its size is not unpacked."""
    tampered = rezip(good, files_of(good) | {"bomb": b"\0" * 40_000_000})

    assert "zip bomb" in failed(verify(tampered, trusted(good)))


def test_a_size_that_lies_is_refused(good: Path) -> None:
    """A directory entry that understates its size does not unpack more."""
    tampered = rezip(good, files_of(good) | {"bomb": b"\0" * 4_000_000})
    raw = tampered.read_bytes()
    tampered.write_bytes(raw.replace(struct.pack("<L", 4_000_000), struct.pack("<L", 10)))

    assert exit_code(verify(tampered, trusted(good))) == 1


@pytest.mark.parametrize("limits", [Limits(entries=3), Limits(file=100), Limits(total=1000)])
@pytest.mark.parametrize("lay", [rezip, unzip])
def test_limits_hold(good: Path, limits: Limits, lay: Callable[[Path, dict[str, bytes]], Path]) -> None:
    """Number of files, size of one, size of all."""
    assert exit_code(verify(lay(good, files_of(good)), trusted(good), limits=limits)) == 1


def test_overlapping_files_are_refused(good: Path) -> None:
    """Two directory entries that share the same bytes (a quine bomb) are refused."""
    content = zlib.compress(b"x" * 1000)[2:-4]
    local = (
        struct.pack("<4s5H3L2H", b"PK\3\4", 20, 0, 8, 0, 33, zlib.crc32(b"x" * 1000), len(content), 1000, 1, 0) + b"a"
    )
    entries = b"".join(
        struct.pack(
            "<4s6H3L5H2L",
            b"PK\1\2",
            20,
            20,
            0,
            8,
            0,
            33,
            zlib.crc32(b"x" * 1000),
            len(content),
            1000,
            1,
            0,
            0,
            0,
            0,
            0,
            0,
        )
        + name
        for name in (b"a", b"b")
    )
    body = local + content
    end = struct.pack("<4s4H2LH", b"PK\5\6", 0, 0, 2, 2, len(entries), len(body), 0)
    good.write_bytes(body + entries + end)

    assert "overlaps" in failed(verify(good, trusted(good)))


@contextmanager
def again(contents: Contents) -> Iterator[Evaluated]:
    """Evaluate a bundle's facts again."""
    count = sum(b'"type"' in line for line in contents.lines())
    yield Evaluated(
        findings=samples.evaluate(contents.lines()),
        standings=lambda: samples.standings(count),
        summary=lambda: Summary(resources=count, types={}, controls={}, severities={}, total=Counts()),
        controls={},
    )


def test_deep_finds_that_the_findings_follow(good: Path) -> None:
    """The same evaluation gives the same bytes."""
    steps = verify(good, trusted(good), deep=again)

    assert steps[-1].detail == "8 findings follow from the facts, byte for byte"
    assert exit_code(steps) == 0


def test_deep_hands_over_what_was_evaluated(tmp_path: Path) -> None:
    """The lines come back in order, several files and the gaps included, with controls, policy and clock."""
    seen: list[Contents] = []
    lines: list[bytes] = []

    def remember(contents: Contents) -> AbstractContextManager[Evaluated]:
        seen.append(contents)
        lines.extend(contents.lines())
        return again(contents)

    bundle.write(tmp_path / "b.zip", samples.evidence(5_001, (samples.GAP,)), samples.signer(tmp_path))

    steps = verify(tmp_path / "b.zip", trust_key(tmp_path / "signer.pub"), deep=remember)

    assert exit_code(steps) == 0
    assert lines == list(samples.inventory(5_001, (samples.GAP,)))
    assert [control.path for control in seen[0].controls] == ["encryption/data-store-encrypted-at-rest.yaml"]
    assert seen[0].run == samples.RUN


def test_deep_finds_a_finding_that_the_facts_do_not_give(tmp_path: Path) -> None:
    """A dishonest collector signs passes over failing facts: hashes and signature are right, `--deep` is not."""
    passes = (replace(finding, verdict=Verdict.PASS, why=()) for finding in samples.evaluate(samples.inventory()))
    forged = replace(samples.evidence(), findings=passes)
    bundle.write(tmp_path / "b.zip", forged, samples.signer(tmp_path))

    steps = verify(tmp_path / "b.zip", trust_key(tmp_path / "signer.pub"), deep=again)

    assert exit_code(steps) == 5
    assert failed(steps) == "results/results.jsonl:1: another finding follows from the facts"


@pytest.mark.parametrize("keep", [7, 0])
def test_deep_finds_a_missing_finding(tmp_path: Path, keep: int) -> None:
    """Fewer findings than the facts give."""
    fewer = list(samples.evaluate(samples.inventory()))[:keep]
    bundle.write(tmp_path / "b.zip", replace(samples.evidence(), findings=fewer), samples.signer(tmp_path))

    assert exit_code(verify(tmp_path / "b.zip", trust_key(tmp_path / "signer.pub"), deep=again)) == 5


def guide(folder: Path, key: Path) -> subprocess.CompletedProcess[str]:
    """Run the commands of the folder's VERIFY.md."""
    script = (folder / "VERIFY.md").read_text().split("```sh\n")[1].split("```")[0]
    return subprocess.run(["sh", "-c", script, "sh", str(key)], cwd=folder, capture_output=True, text=True, check=False)


@pytest.mark.parametrize("kind", KeyKind)
def test_openssl_and_sha256sum_verify_a_good_bundle(tmp_path: Path, kind: KeyKind) -> None:
    """The commands of VERIFY.md work as written, without phiward."""
    path = tmp_path / "good.zip"
    bundle.write(path, samples.evidence(), samples.signer(tmp_path, kind))

    done = guide(unzip(path, files_of(path)), tmp_path / "signer.pub")

    assert done.returncode == 0, done.stderr
    assert "verified" in done.stdout


@pytest.mark.parametrize("tamper", [*ALTERED, payload_edited, no_attestation])
def test_openssl_and_sha256sum_find_tampering(good: Path, tamper: Callable[[dict[str, bytes]], None]) -> None:
    """What `phiward verify` refuses, the commands of VERIFY.md refuse too."""
    files = files_of(good)
    tamper(files)
    original = good.parent / "script"
    original.mkdir()
    script = files_of(good)["VERIFY.md"].decode().split("```sh\n")[1].split("```")[0]

    done = subprocess.run(
        ["sh", "-c", script, "sh", str(good.parent / "signer.pub")],
        cwd=unzip(good, files),
        capture_output=True,
        check=False,
    )

    assert done.returncode != 0
    assert b"verified" not in done.stdout


def test_openssl_finds_a_wrong_key(good: Path, tmp_path: Path) -> None:
    """Another key does not verify."""
    samples.signer(tmp_path, name="another")

    assert guide(unzip(good, files_of(good)), tmp_path / "another.pub").returncode != 0
