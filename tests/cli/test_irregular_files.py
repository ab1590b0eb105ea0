"""What is no regular file, in every place where a file is asked for: refused at once, and nothing waits."""

import os
from pathlib import Path

import pytest
from hostile import BAD, ENCRYPTED, GOOD, folder, phiward

from phiward.cli.main import main
from phiward.inventory.regular import irregular, regular

PIPE = "it is a pipe or device, not a file"
HOST = "name a file that holds an answer of the probe"


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a folder with good code in `a`, a pipe that nobody writes to under every suffix, and a folder `b`."""
    for name in ("XDG_CACHE_HOME", "XDG_CONFIG_HOME"):
        monkeypatch.setenv(name, str(tmp_path / name))
    monkeypatch.chdir(tmp_path)
    folder(tmp_path / "a", good=GOOD)
    (tmp_path / "b").mkdir()
    for name in ("pipe", "pipe.json", "pipe.yaml", "pipe.zip", "pipe.jsonl", "pipe.jsonl.zst", "pipe.tfvars"):
        os.mkfifo(tmp_path / name)
    for name in ("waivers", "own"):
        (tmp_path / name).mkdir()
        os.mkfifo(tmp_path / name / "pipe.yaml")
    return tmp_path


@pytest.mark.parametrize(
    ("words", "code", "told"),
    [
        (["scan", "host:pipe"], 2, f"host:pipe: {PIPE}"),
        (["scan", "host:/dev/zero"], 2, f"host:/dev/zero: {PIPE}"),
        (["scan", "host:b"], 2, f"host:b: it is a folder, not a file: {HOST}"),
        (["scan", "host:nothing"], 2, f"host:nothing: No such file or directory: {HOST}"),
        (["scan", "pipe.json"], 2, f"pipe.json: cannot be read: {PIPE}"),
        (["scan", "/dev/zero"], 2, f"/dev/zero: cannot be read: {PIPE}"),
        (["scan", "a", "--policy", "pipe.yaml"], 2, f"--policy pipe.yaml: cannot be read: {PIPE}"),
        (["scan", "a", "--controls", "own"], 2, f"own/pipe.yaml: cannot be read: {PIPE}"),
        (["scan", "a", "--waivers", "waivers"], 2, f"waivers/pipe.yaml: cannot be read: {PIPE}"),
        (["scan", "."], 2, f"waivers/pipe.yaml: cannot be read: {PIPE}"),
        (["scan", "a", "--var-file", "pipe.tfvars"], 2, f"--var-file pipe.tfvars: cannot be read: {PIPE}"),
        (["scan", "a", "--inventory", "pipe"], 2, "--inventory pipe: cannot be written: it is a pipe or device"),
        (["evaluate", "pipe.jsonl"], 2, f"pipe.jsonl: cannot be read: {PIPE}"),
        (["evaluate", "pipe.jsonl.zst"], 2, f"pipe.jsonl.zst: cannot be read: {PIPE}"),
        (["evaluate", "b"], 2, "b: cannot be read: it is a folder, not a file"),
        (["verify", "pipe.zip"], 1, f"pipe.zip: the bundle cannot be read: {PIPE}"),
        (["verify", "/dev/zero"], 1, f"/dev/zero: the bundle cannot be read: {PIPE}"),
        (["report", "pipe.zip"], 1, f"pipe.zip: the bundle cannot be read: {PIPE}"),
        (["controls", "lint", "--controls", "own"], 2, f"own/pipe.yaml: cannot be read: {PIPE}"),
    ],
)
def test_pipes_devices_and_folders(home: Path, words: list[str], code: int, told: str) -> None:
    """What, where, what next; the documented code; within the time that a process may take."""
    done = phiward(home, *words, timeout=30)

    assert done.returncode == code, done.stderr
    assert told in (done.stdout + done.stderr).decode()
    assert b"Traceback" not in done.stderr


def test_a_pipe_as_a_variable_file_of_the_folder_is_a_gap(home: Path) -> None:
    """Terraform would wait for it; here it is told with its name."""
    os.mkfifo(home / "a" / "terraform.tfvars")

    done = phiward(home, "scan", "a", "--select", ENCRYPTED, timeout=30)

    assert done.returncode == 3
    assert b"a/terraform.tfvars" in done.stdout


def test_redirected_input_is_a_file_like_another(home: Path) -> None:
    """`host:/dev/stdin < FILE` names a regular file; what `|` gives is a pipe."""
    (home / "answer").write_bytes(b"nothing that a probe says\n")
    with (home / "answer").open("rb") as stream:
        redirected = phiward(home, "scan", "host:/dev/stdin", stdin=stream)

    piped = phiward(home, "scan", "host:/dev/stdin", input=b"anything")

    assert PIPE.encode() not in redirected.stderr
    assert HOST.encode() in redirected.stderr
    assert PIPE.encode() in piped.stderr


def test_a_name_that_is_given_to_a_pipe_meanwhile(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The kind is asked once more of what was opened."""
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "file").touch()
    before = (tmp_path / "file").stat()
    monkeypatch.setattr(Path, "stat", lambda *_, **__: before)

    assert irregular(tmp_path / "pipe") == f"{PIPE}: save what it gives to one first"


def test_links_are_followed_where_they_may_be(tmp_path: Path) -> None:
    """Only an unpacked bundle refuses them."""
    (tmp_path / "file").write_bytes(b"text")
    (tmp_path / "link").symlink_to("file")

    with regular(tmp_path / "link") as stream:
        assert stream.read() == b"text"
    with pytest.raises(OSError, match="it is a link"):
        regular(tmp_path / "link", follow=False)


@pytest.mark.parametrize(
    ("words", "name"),
    [(["--controls", "yml"], "mine.yml"), (["--waivers", "yml"], "mine.yml"), (["--policy", "mine.txt"], "mine.txt")],
)
def test_files_that_would_silently_not_count(
    home: Path, capsys: pytest.CaptureFixture[str], words: list[str], name: str
) -> None:
    """A control or waiver under another suffix is told, not passed over."""
    (home / "yml").mkdir()
    (home / "yml" / "mine.yml").write_text("id: mine\n")

    assert main(["scan", "a", *words]) == 2
    assert name in capsys.readouterr().err


@pytest.mark.parametrize("linked", ["waivers", "waivers/mine.yaml"])
def test_links_to_waivers_in_what_is_scanned(home: Path, capsys: pytest.CaptureFixture[str], linked: str) -> None:
    """They may lead anywhere; and a waiver that silently does not count is a surprise."""
    (home / "elsewhere").mkdir()
    folder(home / "c", bad=BAD)
    (home / "c" / linked).parent.mkdir(exist_ok=True)
    (home / "c" / linked).symlink_to(home / "elsewhere")

    assert main(["scan", "c"]) == 2
    assert f"c/{linked}: is a link, which is not followed here" in capsys.readouterr().err
