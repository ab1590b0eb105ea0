"""Running the probe: bounded in time and size, refused where this is not Linux."""

import hashlib
import sys
import time

import pytest

from phiward.collectors.host.run import digest, local, probe
from phiward.errors import CollectError
from phiward.inventory.model import Unknown

BEGIN = 'read -r n; read -r s; printf "@%s H 1 0 1048576\\n@%s B os/name\\nward\\n\\n@%s E 0\\n" "$n" "$n" "$n"; '


def test_a_probe_that_hangs_is_ended() -> None:
    """What was said before the limit counts; what was not is unknown; the call returns in time."""
    began = time.monotonic()
    answer = local(("os",), timeout=0.5, command=("/bin/sh", "-c", BEGIN + "sleep 60"))

    assert time.monotonic() - began < 10
    assert answer.text("os/name") == "ward\n"
    assert answer.text("os/release") == Unknown("the probe ended before it: os/release")
    assert not answer.complete


def test_a_command_that_hangs_costs_only_its_part() -> None:
    """The probe's own limit ends one command and goes on; here `sleep` stands in for a hanging `cat`."""
    source = probe().replace("quick=10", "quick=1").replace("run os/kernel uname -sr", "run os/kernel sleep 30")

    answer = local(("os",), command=("/bin/sh", "-c", source))

    assert answer.text("os/kernel") == Unknown("timed out: os/kernel")
    assert isinstance(answer.text("os/name"), str)
    assert answer.complete


def test_a_probe_that_never_stops_talking_is_cut() -> None:
    """A flood is taken up to the limit and no further."""
    answer = local(("os",), size=200_000, command=("/bin/sh", "-c", BEGIN + "while :; do echo flood; done"))

    assert answer.text("os/name") == "ward\n"
    assert not answer.complete


def test_a_part_that_is_too_long_is_unknown() -> None:
    """A command's output is cut on the host, and a cut part is not trusted."""
    source = probe().replace("size=1048576", "size=1000").replace("uname -sr", "head -c 5000 /dev/zero")

    answer = local(("os",), command=("/bin/sh", "-c", source))

    assert isinstance(answer.text("os/kernel"), Unknown)
    assert isinstance(answer.text("os/name"), str)


def test_a_probe_that_says_nothing_is_an_error() -> None:
    """No first line: nothing at all could be read."""
    with pytest.raises(CollectError, match="gave no answer"):
        local(("os",), command=("/bin/sh", "-c", "exit 0"))


def test_a_shell_that_is_missing_is_an_error() -> None:
    """A host without the command says so."""
    with pytest.raises(CollectError, match="could not be started"):
        local(("os",), command=("/nowhere/sh",))


def test_another_system_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """The probe reads Linux, and says so elsewhere."""
    monkeypatch.setattr(sys, "platform", "darwin")

    with pytest.raises(CollectError, match="only Linux hosts"):
        local(("os",))


def test_the_digest_is_of_the_source_that_runs() -> None:
    """What a sudoers rule or an auditor pins is the SHA-256 of the file."""
    assert digest() == f"sha256:{hashlib.sha256(probe().encode()).hexdigest()}"


def test_the_probe_holds_no_command_that_writes() -> None:
    """No word of the source changes a host, opens a connection or asks for a password."""
    words = {
        word.strip("\"'();")
        for line in probe().split("\n")
        if not line.lstrip().startswith("#")
        for word in line.split()
    }

    assert not words & {
        "rm",
        "mv",
        "cp",
        "tee",
        "mkdir",
        "touch",
        "chmod",
        "chown",
        "curl",
        "wget",
        "sudo -",
        "su",
        "kill",
    }
