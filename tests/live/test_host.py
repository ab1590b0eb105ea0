"""The probe on this machine, for real: as root and as nobody, with what is installed here."""

import os
import pwd
import shutil
import subprocess
from pathlib import Path

import pytest

from phiward.collectors.host.collector import HostCollector
from phiward.collectors.host.frames import parse
from phiward.collectors.host.run import local, probe
from phiward.collectors.host.sections import FILLS
from phiward.collectors.port import Options
from phiward.collectors.types.host.linux import LinuxConfig
from phiward.inventory.model import Resource, Unknown

pytestmark = pytest.mark.live

QUICK = tuple(section for section in FILLS if section != "updates")


def test_one_run_reads_this_host() -> None:
    """The host, its file systems and its accounts come from one run of the probe."""
    read = list(HostCollector().collect("host", Options(now="2026-11-24T00:00:00Z"), lambda _: None))

    resources = [item for item in read if isinstance(item, Resource)]
    host = next(item for item in resources if item.type == "host.linux")
    accounts = {item.name for item in resources if item.type == "host.account"}
    assert host.id == f"host:{os.uname().nodename}"
    assert isinstance(host.config, LinuxConfig)
    assert host.config.kernel == os.uname().release
    assert accounts == {entry.pw_name for entry in pwd.getpwall()}


def test_the_probe_is_accepted_by_every_shell_here() -> None:
    """The source is plain POSIX shell."""
    shells = [shell for shell in ("sh", "dash", "bash", "busybox") if shutil.which(shell)]

    for shell in shells:
        command = [shell, "sh", "-n"] if shell == "busybox" else [shell, "-n"]
        assert subprocess.run(command, input=probe().encode(), check=False).returncode == 0, shell


def test_as_nobody_what_needs_root_says_so() -> None:
    """A user without rights gets the same parts; those that only root may read are denied, and nothing else is."""
    command: tuple[str, ...] = ("/bin/sh", "-c", probe())
    if os.getuid() == 0:
        command = ("setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", *command)

    answer = local(QUICK, command=command)

    assert answer.uid != 0
    denied = {name for name, part in answer.parts.items() if part.status == "denied"}
    assert "accounts/shadow" in denied
    assert answer.text("accounts/shadow") == Unknown("needs root: accounts/shadow")
    assert isinstance(answer.text("os/release"), str)
    assert not denied & {"os/release", "accounts/passwd", "disks/mounts", "passwords/login.defs"}
    sshd = "sshd/effective" in denied
    assert sshd == (shutil.which("sshd", path="/usr/sbin:/usr/bin:/sbin:/bin") is not None)


def test_nothing_secret_leaves_the_host() -> None:
    """No hash of /etc/shadow and no person's name of /etc/passwd is in the answer."""
    answer = local(("accounts",))

    said = b"\n".join(part.body for part in answer.parts.values())
    shadow = Path("/etc/shadow")
    hashes = [line.split(":")[1] for line in shadow.read_text().splitlines()] if os.access(shadow, os.R_OK) else []
    assert not any(secret.encode() in said for secret in hashes if len(secret) > 4)
    assert b"$6$" not in said
    assert b"$y$" not in said


def test_a_request_with_another_nonce_alphabet_is_refused() -> None:
    """A nonce that could break a line's form stops the probe before it reads anything."""
    done = subprocess.run(["/bin/sh", "-c", probe()], input=b"a b;c\nos\n", capture_output=True, check=False)

    assert (done.returncode, done.stdout) == (2, b"")


def test_the_probe_in_dash_and_in_bash_say_the_same() -> None:
    """The facts do not depend on the shell that reads the probe."""
    shells = [path for path in ("/bin/dash", "/bin/bash", "/bin/sh") if Path(path).exists()]
    answers = [
        subprocess.run([shell, "-c", probe()], input=b"abcdef0123\npasswords sshd\n", capture_output=True, check=True)
        for shell in shells
    ]

    assert len({parse(done.stdout).digest("passwords") for done in answers}) == 1
