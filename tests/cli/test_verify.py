"""`phiward verify` and `report` on bundles that somebody tampered with: the right code, one clear line, nothing done."""

import json
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from evidence import samples
from evidence.tampering import ALTERED, BAD_SIGNATURE, RESULTS, files_of, rezip, unzip
from hostile import BAD, ENCRYPTED, folder

from phiward.cli.main import main

ESCAPES = ("\x1b", "\u202e", "\u2066")


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a folder with a real bundle of this user, `good.zip`."""
    for name in ("XDG_CACHE_HOME", "XDG_CONFIG_HOME"):
        monkeypatch.setenv(name, str(tmp_path / name))
    monkeypatch.chdir(tmp_path)
    folder(tmp_path / "a", bad=BAD)
    main(["scan", "a", "--select", ENCRYPTED, "--bundle", "good.zip", "--quiet", "--output", "report.txt"])
    return tmp_path


@pytest.fixture
def sample(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a small bundle whose key is `signer.pub` beside it."""
    from phiward.evidence import bundle

    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    bundle.write(tmp_path / "good.zip", samples.evidence(), samples.signer(tmp_path))
    return tmp_path / "good.zip"


def verified(bundle: Path, *words: str) -> int:
    """Verify with the key beside the bundle."""
    return main(["verify", str(bundle), "--key", str(bundle.parent / "signer.pub"), *words])


@pytest.mark.parametrize("lay", [rezip, unzip])
@pytest.mark.parametrize("tamper", ALTERED)
def test_altered(
    sample: Path,
    capsys: pytest.CaptureFixture[str],
    tamper: Callable[[dict[str, bytes]], None],
    lay: Callable[[Path, dict[str, bytes]], Path],
) -> None:
    """A byte changed, a file added, removed, renamed, sums made anew: 1, and it says which step failed."""
    files = files_of(sample)
    tamper(files)

    assert verified(lay(sample, files)) == 1
    said = capsys.readouterr()
    assert "FAILED " in said.out
    assert said.out.endswith("NOT verified (exit code 1)\n")
    assert said.err == ""


@pytest.mark.parametrize("tamper", BAD_SIGNATURE)
def test_bad_signature(
    sample: Path, capsys: pytest.CaptureFixture[str], tamper: Callable[[dict[str, bytes]], None]
) -> None:
    """2, and the same in JSON."""
    files = files_of(sample)
    tamper(files)
    tampered = rezip(sample, files)

    assert verified(tampered) == 2
    assert "FAILED  signature" in capsys.readouterr().out
    assert verified(tampered, "--format", "json") == 2
    told = json.loads(capsys.readouterr().out)
    assert told["exit_code"] == 2
    assert [step["name"] for step in told["steps"] if step["outcome"] == "failed"] == ["signature"]


@pytest.mark.parametrize(
    ("name", "content", "told"),
    [
        ("../../evil", b"x", "unsafe path '../../evil'"),
        ("/etc/cron.d/evil", b"x", "unsafe path"),
        ("bomb", b"\0" * 40_000_000, "zip bomb?"),
        ("README.TXT", b"x", "differs from 'README.txt' only in case"),
    ],
)
def test_made_to_harm(sample: Path, capsys: pytest.CaptureFixture[str], name: str, content: bytes, told: str) -> None:
    """Zip-slip, zip bomb, one name twice: refused, and nothing is unpacked anywhere."""
    tampered = rezip(sample, files_of(sample) | {name: content})
    before = sorted(sample.parent.parent.rglob("*"))

    assert verified(tampered, "--deep") == 1
    assert told in capsys.readouterr().out
    assert sorted(sample.parent.parent.rglob("*")) == before


@pytest.mark.parametrize(
    ("edit", "told"),
    [
        (lambda raw: raw[:-30], "cut off"),
        (lambda raw: raw[: len(raw) // 2], "cut off"),
        (lambda raw: b"", "too short"),
        (lambda raw: b"PK", "too short"),
        (lambda raw: raw + raw, "zip"),
        (lambda raw: b"%PDF-1.7\n" * 100, "not a whole zip"),
    ],
    ids=["end cut", "half", "empty", "two bytes", "twice", "another kind of file"],
)
def test_no_whole_bundle(
    sample: Path, capsys: pytest.CaptureFixture[str], edit: Callable[[bytes], bytes], told: str
) -> None:
    """Cut off, empty, or something else: 1."""
    sample.write_bytes(edit(sample.read_bytes()))

    assert verified(sample) == 1
    assert told in capsys.readouterr().out


def test_folders_in_place_of_files(sample: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """An empty folder, any other folder, and a folder under a file's name."""
    (sample.parent / "empty").mkdir()
    unpacked = unzip(sample, files_of(sample))
    (unpacked / RESULTS).unlink()
    (unpacked / RESULTS).mkdir()

    assert main(["verify", str(sample.parent / "empty")]) == 2
    assert "attestation.dsse.json: missing from the bundle" in capsys.readouterr().out
    assert verified(unpacked) == 1
    assert f"missing: {RESULTS}" in capsys.readouterr().out


def test_links_in_a_folder(sample: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Even one that leads to the right content."""
    unpacked = unzip(sample, files_of(sample))
    (unpacked / "README.txt").rename(sample.parent / "outside.txt")
    (unpacked / "README.txt").symlink_to(sample.parent / "outside.txt")

    assert verified(unpacked) == 1
    assert "README.txt: not a plain file (a link or device)" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (None, "the key cannot be read"),
        (b"", "not a public key in PEM form"),
        (b"-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----\n", "public key"),
        (b"x" * 10_000_000, "too large for a key"),
    ],
)
def test_keys_that_are_none(sample: Path, capsys: pytest.CaptureFixture[str], content: bytes | None, told: str) -> None:
    """Wrong usage: 2, on stderr, with the file's name."""
    if content is not None:
        (sample.parent / "mine.pub").write_bytes(content)

    assert main(["verify", str(sample), "--key", str(sample.parent / "mine.pub")]) == 2
    said = capsys.readouterr()
    assert "mine.pub" in said.err
    assert told in said.err
    assert said.out == ""


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"", "not strict JSON"),
        (b"[]", "not a trust file"),
        (b'{"schema":"phiward/trust/v1","keys":[{"name":"a","public":"nothing"}]}', "the trusted key 'a'"),
        (b'{"schema":"phiward/trust/v1","keys":1}', "keys"),
        (b'{"schema":"phiward/trust/v1","keys":[],"keys":[]}', "keys"),
        (b"[" * 100_000, "trust.json"),
    ],
)
def test_trust_files_that_are_none(sample: Path, capsys: pytest.CaptureFixture[str], content: bytes, told: str) -> None:
    """The same."""
    (sample.parent / "trust.json").write_bytes(content)

    assert main(["verify", str(sample), "--trust", str(sample.parent / "trust.json")]) == 2
    said = capsys.readouterr()
    assert "trust.json" in said.err
    assert told in said.err


def test_a_wrong_key(sample: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Intact, but by whom? 6, with the fingerprint to compare."""
    samples.signer(sample.parent, name="another")

    assert main(["verify", str(sample), "--key", str(sample.parent / "another.pub")]) == 6
    assert "intact, but signed by an unknown key: fingerprint " in capsys.readouterr().out


def test_a_report_is_made_of_what_verifies_only(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A finding changed inside: the code of `verify`, the reason on stderr, no report, nothing written."""
    files = files_of(home / "good.zip")
    files[RESULTS] = files[RESULTS].replace(b'"verdict":"fail"', b'"verdict":"pass"')
    tampered = rezip(home / "good.zip", files)
    capsys.readouterr()

    assert main(["report", str(tampered), "--output", "again.txt"]) == 1
    said = capsys.readouterr()
    assert said.out == ""
    assert "changed since it was signed" in said.err
    assert not (home / "again.txt").exists()


def test_names_inside_a_bundle_do_not_reach_the_terminal(sample: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A file's name is told with its control characters shown."""
    tampered = rezip(sample, files_of(sample))
    with zipfile.ZipFile(tampered, "a") as archive:
        archive.writestr("a\x1b[2J\u202e\u2066b", b"x")

    assert verified(tampered) == 1
    said = capsys.readouterr()
    assert [sign for sign in ESCAPES if sign in said.out + said.err] == []
