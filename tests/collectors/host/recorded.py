"""Recorded answers of the probe, written after the real tools' formats, and what a collector makes of them."""

from pathlib import Path

from phiward.collectors.host.collector import HostCollector
from phiward.collectors.host.frames import Answer, parse
from phiward.collectors.port import Options
from phiward.collectors.types.host.linux import LinuxConfig
from phiward.inventory.model import Resource

FOLDER = Path(__file__).with_name("recorded")
NAMES = ("alpine-gateway", "debian-laptop", "rocky-as-user", "rocky-server", "ubuntu-server")
NOW = "2026-11-24T00:00:00Z"


def answer(name: str) -> Answer:
    """Return a recorded answer."""
    return parse((FOLDER / f"{name}.txt").read_bytes())


def read(name: str) -> list[Resource]:
    """Return the resources of a recorded answer."""
    found = HostCollector().collect(f"host:{FOLDER / name}.txt", Options(now=NOW), lambda _: None)
    return [item for item in found if isinstance(item, Resource)]


def host(name: str) -> tuple[Resource, LinuxConfig]:
    """Return the host of a recorded answer, with its config."""
    found = read(name)[0]
    assert isinstance(found.config, LinuxConfig)
    return found, found.config


def text_answer(parts: dict[str, str], *, uid: int = 0, status: str = "0") -> Answer:
    """Return an answer made of a few parts."""
    lines = [f"@recorded H 1 {uid} 1048576"]
    for name, body in parts.items():
        lines += [f"@recorded B {name}", body, f"@recorded E {status}"]
    return parse("\n".join([*lines, "@recorded Z", ""]).encode())
