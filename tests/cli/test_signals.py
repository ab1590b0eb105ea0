"""Ctrl-C and its like in the middle of a real run: what was read is kept, and nothing half-written is left."""

import json
import re
import signal
import socket
import subprocess
import threading
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from hostile import BAD, ENCRYPTED, GOOD, command, environment, folder, phiward

STS = (
    b"<GetCallerIdentityResponse><GetCallerIdentityResult><Arn>arn:aws:iam::111122223333:user/a</Arn><UserId>a</UserId>"
    b"<Account>111122223333</Account></GetCallerIdentityResult></GetCallerIdentityResponse>"
)
SCAN = ("scan", "code", "aws", "--select", ENCRYPTED, "--regions", "us-east-1", "--format", "json")


class Silent:
    """An AWS that says who is calling, and to everything else nothing at all."""

    def __init__(self) -> None:
        self.asked = threading.Event()
        """Something is waited for that will not come."""
        self._listening = socket.create_server(("127.0.0.1", 0), backlog=50)
        self.endpoint = f"http://127.0.0.1:{self._listening.getsockname()[1]}"
        self._open: list[socket.socket] = []
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self) -> None:
        while True:
            try:
                caller, _ = self._listening.accept()
            except OSError:
                return
            self._open.append(caller)
            if b"GetCallerIdentity" in _whole(caller):
                head = b"HTTP/1.1 200 OK\r\nContent-Type: text/xml\r\nConnection: close\r\nContent-Length: %d\r\n\r\n"
                caller.sendall(head % len(STS) + STS)
                caller.close()
            else:
                self.asked.set()

    def close(self) -> None:
        """Stop."""
        self._listening.close()
        for caller in self._open:
            caller.close()


def _whole(caller: socket.socket) -> bytes:
    """Return a request with its body, which may come after the head."""
    asked = caller.recv(65536)
    length = re.search(rb"(?i)content-length: (\d+)", asked)
    while length and len(asked.partition(b"\r\n\r\n")[2]) < int(length[1]) and (more := caller.recv(65536)):
        asked += more
    return asked


@pytest.fixture
def silent() -> Iterator[Silent]:
    """Start an AWS that hangs."""
    with closing(Silent()) as server:
        yield server


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """Return a folder with good code, and a folder for scratch files."""
    folder(tmp_path / "code", good=GOOD)
    (tmp_path / "scratch").mkdir()
    return tmp_path


def started(home: Path, silent: Silent, *words: str) -> "subprocess.Popen[bytes]":
    """Start a run, and return it when it hangs in the middle."""
    keys = {"AWS_ACCESS_KEY_ID": "a", "AWS_SECRET_ACCESS_KEY": "b", "AWS_REGION": "us-east-1"}
    given = environment(home, AWS_ENDPOINT_URL=silent.endpoint, TMPDIR=str(home / "scratch"), **keys)
    run = subprocess.Popen(command(*words), cwd=home, env=given, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    assert silent.asked.wait(60), run.communicate()
    time.sleep(0.2)
    return run


def ended(run: "subprocess.Popen[bytes]") -> tuple[int, bytes, bytes]:
    """Return exit code and output of a run that must end soon."""
    try:
        out, err = run.communicate(timeout=50)
    finally:
        run.kill()
    return run.returncode, out, err


def left(home: Path) -> set[str]:
    """Return the names of what lies in the folder, but for what was there and the user's own settings."""
    names = {each.name for each in home.iterdir()} | {each.name for each in (home / "scratch").iterdir()}
    return names - {"code", "scratch", ".config", ".cache"}


@pytest.mark.parametrize("sent", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_what_was_read_is_kept(home: Path, silent: Silent, sent: signal.Signals) -> None:
    """The report, the inventory and the bundle are whole, and say that they are incomplete: 3."""
    run = started(home, silent, *SCAN, "--bundle", "b.zip", "--inventory", "i.jsonl")
    run.send_signal(sent)

    code, out, err = ended(run)

    report = json.loads(out)
    assert code == 3, err
    assert b"phiward: interrupted: going on with what was read until then\n" in err
    assert b"Traceback" not in err
    assert report["complete"] is False
    assert report["summary"]["counts"]["pass"] == 1
    assert any("interrupted" in gap["reason"] for gap in report["gaps"])
    assert left(home) == {"b.zip", "i.jsonl"}
    verified = phiward(home, "verify", "b.zip", "--deep")
    assert verified.returncode == 0, verified.stdout
    assert b"WARNING scope      incomplete: 1 of 2 targets reached" in verified.stdout


def test_a_fail_that_was_seen_still_fails(home: Path, silent: Silent) -> None:
    """1 wins over 3, interrupted or not."""
    folder(home / "code", good=BAD)
    run = started(home, silent, *SCAN)
    run.send_signal(signal.SIGINT)

    assert ended(run)[0] == 1


@pytest.mark.parametrize("words", [SCAN, ("collect", "code", "aws", "--regions", "us-east-1")])
@pytest.mark.parametrize(("second", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_twice_ends_at_once(
    home: Path, silent: Silent, words: tuple[str, ...], second: signal.Signals, code: int
) -> None:
    """Nothing is written, nothing is left, and what stood there stays."""
    (home / "out.jsonl").write_bytes(b"before")
    option = "--output" if words[0] == "collect" else "--inventory"
    run = started(home, silent, *words, option, "out.jsonl")
    run.send_signal(signal.SIGINT)
    time.sleep(0.05)  # winding up takes two seconds: the second comes in the middle of it
    begun = time.monotonic()
    run.send_signal(second)

    given, out, err = ended(run)

    assert (given, out) == (code, b""), err
    assert err == b"phiward: interrupted\n"
    assert time.monotonic() - begun < 10
    assert left(home) == {"out.jsonl"}
    assert (home / "out.jsonl").read_bytes() == b"before"


def test_collecting_keeps_what_was_read(home: Path, silent: Silent) -> None:
    """An inventory with its gaps: 3, and it can be judged."""
    run = started(home, silent, "collect", "code", "aws", "--regions", "us-east-1", "--output", "i.jsonl")
    run.send_signal(signal.SIGINT)

    assert ended(run)[0] == 3
    assert left(home) == {"i.jsonl"}
    assert phiward(home, "evaluate", "i.jsonl", "--select", ENCRYPTED).returncode == 3


def test_a_signal_that_is_ignored_stays_ignored(home: Path, silent: Silent) -> None:
    """`nohup phiward … &` goes on when its terminal is gone."""
    words = subprocess.list2cmdline([str(word) for word in command(*SCAN)])
    keys = {"AWS_ACCESS_KEY_ID": "a", "AWS_SECRET_ACCESS_KEY": "b", "AWS_REGION": "us-east-1"}
    given = environment(home, AWS_ENDPOINT_URL=silent.endpoint, **keys)
    shell = ["/bin/sh", "-c", f"trap '' HUP INT; exec {words}"]
    run = subprocess.Popen(shell, cwd=home, env=given, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    assert silent.asked.wait(60)
    run.send_signal(signal.SIGHUP)
    run.send_signal(signal.SIGINT)

    with pytest.raises(subprocess.TimeoutExpired):
        run.wait(timeout=1)
    run.send_signal(signal.SIGTERM)

    assert ended(run)[0] == 3


def test_what_an_interruption_breaks_is_an_interruption(monkeypatch: pytest.MonkeyPatch) -> None:
    """A signal in the middle of taking a lock makes letting it go an error of its own."""
    from phiward.cli import main as command_line

    def interrupted(*_: object) -> int:
        try:
            raise KeyboardInterrupt
        finally:
            threading.Lock().release()

    monkeypatch.setattr(command_line, "run", interrupted)

    assert command_line.main(["schema"]) == 130
