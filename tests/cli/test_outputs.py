"""What a run writes: nothing is lost late, nothing is written over, no half file stands under a final name."""

import os
from pathlib import Path

import pytest
from hostile import BAD, ENCRYPTED, GOOD, folder, on_a_small_disk, phiward

from phiward.cli.main import main

SCAN = ("scan", "good", "--select", ENCRYPTED, "--quiet")


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a folder with good code."""
    for name in ("XDG_CACHE_HOME", "XDG_CONFIG_HOME"):
        monkeypatch.setenv(name, str(tmp_path / name))
    monkeypatch.chdir(tmp_path)
    folder(tmp_path / "good", good=GOOD)
    return tmp_path


def names(home: Path) -> set[str]:
    """Return what lies in the folder, hidden files too."""
    return {each.name for each in home.iterdir()} - {"XDG_CACHE_HOME", "XDG_CONFIG_HOME", ".config", ".cache"}


def without_root_s_rights() -> None:
    """Give up what lets root write everywhere (prctl(2), capabilities(7))."""
    import ctypes

    ctypes.CDLL(None).prctl(24, 1, 0, 0, 0)  # PR_CAPBSET_DROP, CAP_DAC_OVERRIDE


@pytest.mark.parametrize("option", ["--output", "--bundle", "--inventory"])
@pytest.mark.parametrize(
    ("where", "told"),
    [("closed/x", "Permission denied"), ("folder", "Is a directory"), ("good/good.tf/x", "Not a directory")],
)
def test_what_cannot_be_written_is_told_before_anything_is_read(home: Path, option: str, where: str, told: str) -> None:
    """An account is not read for an hour to lose what was found: not even credentials are asked for."""
    (home / "folder").mkdir()
    (home / "closed").mkdir(mode=0o555)

    done = phiward(home, "scan", "aws", "good", option, where, preexec_fn=without_root_s_rights)

    assert done.returncode == 2, done.stdout
    assert done.stderr.decode() == f"phiward: {option} {where}: cannot be written: {told}\n"
    assert names(home) == {"folder", "closed", "good"}


def test_the_same_for_an_inventory(home: Path) -> None:
    """Of `collect`."""
    (home / "closed").mkdir(mode=0o555)

    done = phiward(home, "collect", "aws", "--output", "closed/x", preexec_fn=without_root_s_rights)

    assert (done.returncode, b"closed/x: cannot be written: Permission denied" in done.stderr) == (2, True)


@pytest.mark.parametrize(
    ("make", "told"),
    [
        (None, "the key cannot be read"),
        ("public", "this is the public key, which verifies"),
        ("open", "others can read this private key"),
        ("text", "not a private key in PEM form"),
    ],
)
def test_a_key_that_cannot_sign_is_told_before_anything_is_read(
    home: Path, capsys: pytest.CaptureFixture[str], make: str | None, told: str
) -> None:
    """No bundle, no rest."""
    main(["keygen", "mine.key"])
    key = {None: "nothing.key", "public": "mine.pub"}.get(make, "mine.key")
    if make == "open":
        (home / "mine.key").chmod(0o644)
    if make == "text":
        (home / "mine.key").write_text("hello\n")

    assert main(["scan", "aws", "good", "--bundle", "b.zip", "--key", key]) == 2
    assert told in capsys.readouterr().err
    assert not (home / "b.zip").exists()


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["--output", "x", "--bundle", "x"], "--bundle x: cannot be written: is what --output writes"),
        (["--output", "x", "--inventory", "./x"], "--inventory ./x: cannot be written: is what --output writes"),
        (["--output", "mine.key", "--key", "mine.key"], "--output mine.key: cannot be written: is read by this run"),
        (["--inventory", "mine.yaml", "--policy", "mine.yaml"], "is read by this run"),
    ],
)
def test_one_name_for_two_things(home: Path, capsys: pytest.CaptureFixture[str], words: list[str], told: str) -> None:
    """The later would take the place of the former, or of what was read."""
    main(["keygen", "mine.key"])
    (home / "mine.yaml").write_text("id: mine\n")
    before = (home / "mine.key").read_bytes()

    assert main([*SCAN, *words]) == 2
    assert told in capsys.readouterr().err
    assert (home / "mine.key").read_bytes() == before
    assert (home / "mine.yaml").read_text() == "id: mine\n"


@pytest.mark.parametrize("words", [["scan", "plan.json"], ["evaluate", "i.jsonl"]])
def test_what_is_read_is_not_written_over(home: Path, capsys: pytest.CaptureFixture[str], words: list[str]) -> None:
    """A report in place of the plan or the inventory that it is about."""
    (home / "plan.json").write_text('{"format_version": "1.2"}')
    main(["collect", "good", "--output", "i.jsonl", "--quiet"])
    before = Path(words[1]).read_bytes()

    assert main([*words, "--output", f"./{words[1]}"]) == 2
    assert "is read by this run" in capsys.readouterr().err
    assert Path(words[1]).read_bytes() == before


def test_a_report_may_go_to_a_device(home: Path) -> None:
    """`/dev/null`; a full one is told."""
    assert phiward(home, *SCAN, "--output", "/dev/null").returncode == 0
    done = phiward(home, *SCAN, "--output", "/dev/full")

    assert (done.returncode, done.stderr) == (
        2,
        b"phiward: --output /dev/full: cannot be written: No space left on device\n",
    )


@pytest.mark.parametrize("option", ["--bundle", "--inventory"])
def test_what_is_read_again_is_a_file(home: Path, option: str) -> None:
    """A bundle written through a pipe could not be verified."""
    os.mkfifo(home / "pipe")

    for where in ("/dev/null", "/dev/full", "pipe"):
        done = phiward(home, *SCAN, option, where)
        assert done.returncode == 2
        assert f"{option} {where}: cannot be written: it is a pipe or device".encode() in done.stderr


@pytest.mark.parametrize("words", [["collect", "plenty", "--output", "out"], ["keygen", "out"]])
def test_half_files(home: Path, words: list[str]) -> None:
    """A disk that fills up leaves nothing, whatever is written."""
    folder(home / "plenty", main="".join(BAD.replace('"a"', f'"r{number}"') for number in range(200)))

    done = phiward(home, *words, **on_a_small_disk(home, 64))

    assert done.returncode == 2, done.stderr
    assert b"Traceback" not in done.stderr
    assert names(home) == {"good", "plenty"}


def test_half_a_pair_of_keys(home: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """A private key without its public half is taken away again: it never signed anything."""
    from phiward.evidence import keys

    real, calls = keys._write_new, []

    def second_fails(path: Path, content: bytes, mode: int) -> None:
        calls.append(path)
        if len(calls) == 2:
            raise OSError(28, os.strerror(28))
        real(path, content, mode)

    monkeypatch.setattr(keys, "_write_new", second_fails)

    assert main(["keygen", "mine.key"]) == 2
    assert "the key cannot be written: No space left on device" in capsys.readouterr().err
    assert names(home) == {"good"}


@pytest.mark.parametrize(
    "now",
    [
        "2026-07-01",
        "2026-07-01T00:00:00",
        "2026-07-01T00:00:00+02:00",
        "2026-07-01T00:00:00.5Z",
        "2026-7-1T0:0:0Z",
        "2026-02-30T00:00:00Z",
        " 2026-07-01T00:00:00Z",
        "\uff12026-07-01T00:00:00Z",
    ],
)
def test_other_ways_of_writing_a_time(home: Path, capsys: pytest.CaptureFixture[str], now: str) -> None:
    """Times are compared as texts: one way of writing them, in UTC."""
    assert main([*SCAN, "--now", now]) == 2
    assert f"--now {now}: expected a time like 2026-07-01T00:00:00Z, in UTC" in capsys.readouterr().err


@pytest.mark.parametrize("now", ["0001-01-01T00:00:00Z", "2024-02-29T00:00:00Z", "9999-12-31T23:59:59Z"])
def test_times_at_the_edge(home: Path, now: str) -> None:
    """The first year, a leap day, the last year: a bundle, and it verifies."""
    assert main([*SCAN, "--now", now, "--bundle", "b.zip", "--output", "r.txt"]) == 0
    assert main(["verify", "b.zip", "--deep"]) == 0
