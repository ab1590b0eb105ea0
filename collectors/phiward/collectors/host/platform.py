"""The machine beneath: its kernel's settings, whether it is virtual or a container."""

import re

from phiward.collectors.host.frames import Answer
from phiward.inventory.model import Maybe, Unknown


def container(answer: Answer) -> Maybe[bool]:
    """Say whether this is a container, by what container engines leave in it or systemd knows."""
    marks = [answer.installed(f"os/container:{engine}") for engine in ("docker", "podman")]
    if True in marks:
        return True
    word = _virtual(answer)
    if word in {
        "docker",
        "podman",
        "lxc",
        "lxc-libvirt",
        "systemd-nspawn",
        "container-other",
        "openvz",
        "rkt",
        "proot",
    }:
        return True
    return next((mark for mark in marks if isinstance(mark, Unknown)), False)


def virtual(answer: Answer) -> Maybe[bool]:
    """Say whether this is a virtual machine, by systemd's word or the processor's."""
    seen = answer.text("os/hypervisor") if answer.status("os/hypervisor") != "1" else "0"
    if isinstance(seen, str) and seen.strip() not in {"", "0"}:
        return True
    word = _virtual(answer)
    if word == "none":
        return False
    if word is not None and container(answer) is not True:
        return True
    if isinstance(seen, Unknown):
        return seen
    return False if seen is not None else Unknown("whether this is a virtual machine was not seen")


def _virtual(answer: Answer) -> str | None:
    """Return what systemd-detect-virt says; it ends with 1 where it says `none`."""
    part = answer.parts.get("os/virtual")
    if part is None or part.status not in {"0", "1"}:
        return None
    return part.body.decode("ascii", "replace").strip() or None


def uptime_days(answer: Answer) -> Maybe[int | None]:
    """Return the whole days since the last start."""
    text = answer.text("os/uptime")
    if text is None:
        return Unknown("this host has no /proc/uptime")
    if isinstance(text, Unknown):
        return text
    match = re.match(r"(\d{1,12})\.", text)
    return int(match[1]) // 86400 if match else Unknown("/proc/uptime has another shape")


def kernel(answer: Answer) -> Maybe[str | None]:
    """Return the release of the running kernel."""
    text = answer.text("os/kernel")
    if not isinstance(text, str):
        return text or Unknown("uname is not installed")
    words = text.split()
    return words[1] if len(words) == 2 else Unknown("uname gave an answer of another shape")


def sysctl(answer: Answer) -> Maybe[dict[str, Maybe[str]]]:
    """Return the settings of the running kernel by name, `_` for the dots: a dot in a path leads into a field."""
    found: dict[str, Maybe[str]] = {}
    for name in answer.parts:
        key = name.removeprefix("kernel/")
        if name == key or "." not in key:
            continue
        text, key = answer.text(name), key.replace(".", "_")
        if isinstance(text, Unknown):
            found[key] = text
        elif text is not None:
            found[key] = text.strip()
    return found or Unknown(answer.why("kernel", answer.status("kernel")))


def core_dumps(answer: Answer) -> Maybe[bool | None]:
    """Say whether programs that give up rights may leave their memory on disk."""
    text = answer.text("kernel/fs.suid_dumpable")
    if isinstance(text, str):
        return text.strip() != "0"
    return text or Unknown("this kernel does not say fs.suid_dumpable")


def mandatory_access_control(answer: Answer) -> Maybe[str | None]:
    """Return which mandatory access control is on."""
    selinux, apparmor = answer.text("kernel/selinux"), answer.text("kernel/apparmor")
    if isinstance(selinux, str) and selinux.strip() == "1":
        return "selinux"
    if isinstance(apparmor, str) and apparmor.strip() == "Y":
        return "apparmor"
    return next((text for text in (selinux, apparmor) if isinstance(text, Unknown)), None)
