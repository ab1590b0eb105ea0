"""The collector: what it claims, which sections it asks for, and what it does with an answer that is none."""

from collections.abc import Callable
from pathlib import Path

import pytest
from collectors.host.recorded import FOLDER, NAMES, answer
from msgspec import Struct
from msgspec.structs import replace

from phiward.collectors.host.collector import HostCollector
from phiward.collectors.host.frames import Answer
from phiward.collectors.host.sections import FILLS, wanted
from phiward.collectors.port import Options
from phiward.collectors.types.host import account, filesystem, linux
from phiward.errors import CollectError
from phiward.inventory.aspects import (
    Authentication,
    Authorization,
    EncryptionAtRest,
    Integrity,
    Logging,
    MalwareProtection,
    Monitoring,
    Network,
    Patching,
)
from phiward.inventory.model import CollectionGap, Resource, Unknown
from phiward.inventory.wire import decode, encode


def test_it_claims_this_machine_and_recorded_answers() -> None:
    """Words and paths of others are left to others."""
    claims = HostCollector().claims

    assert [claims(t) for t in ("host", "host:answer.txt", "hosts", "aws", "ssh://ward-3")] == [True, True] + [
        False
    ] * 3


def test_only_needed_sections_are_asked_for() -> None:
    """A control on sshd costs no simulation of an upgrade."""
    asked: list[tuple[str, ...]] = []

    def ask(sections: tuple[str, ...]) -> Answer:
        asked.append(sections)
        return replace(answer("debian-laptop"), asked=frozenset(sections))

    need = {"host.linux": frozenset({"authentication.root_login"})}
    found = list(HostCollector(ask).collect("host", Options(need=need), lambda _: None))

    assert [item.type for item in found if isinstance(item, Resource)] == ["host.linux"]
    assert asked == [("os", "sshd")]


def test_nothing_is_asked_where_no_control_is_about_hosts() -> None:
    """A run whose controls read only AWS starts no probe."""

    def ask(_: tuple[str, ...]) -> Answer:
        raise AssertionError

    need = {"aws.s3.bucket": frozenset({"exposure"})}
    assert list(HostCollector(ask).collect("host", Options(need=need), lambda _: None)) == []


def test_file_systems_need_the_disks() -> None:
    """A type's own listing is always asked for."""
    assert wanted({"host.filesystem": frozenset({"encryption_at_rest.enabled"})}) == ("os", "disks")
    assert wanted(None) == tuple(FILLS)


def test_an_answer_that_was_cut_off_is_a_gap() -> None:
    """The run says that it is incomplete; what was said before counts."""
    cut = replace(answer("debian-laptop"), complete=False)

    found = list(HostCollector(lambda _: cut).collect("host", Options(), lambda _: None))

    assert isinstance(found[0], CollectionGap)
    assert isinstance(found[1], Resource)


def test_a_host_whose_disks_say_nothing_has_a_gap() -> None:
    """File systems that could not be listed are not file systems that are not there."""
    base = answer("debian-laptop")
    silent = replace(base, parts={k: v for k, v in base.parts.items() if not k.startswith("disks/")})

    found = list(HostCollector(lambda _: silent).collect("host", Options(), lambda _: None))

    gaps = [item for item in found if isinstance(item, CollectionGap)]
    assert [(gap.types, gap.call) for gap in gaps] == [(("host.filesystem",), "probe:disks")]


@pytest.mark.parametrize("content", [None, b"", b"not an answer\n", b"@x H 1 0 1\n"])
def test_a_file_that_is_no_answer_is_an_error(tmp_path: Path, content: bytes | None) -> None:
    """The message names the file and what belongs there."""
    path = tmp_path / "answer.txt"
    if content is not None:
        path.write_bytes(content)

    with pytest.raises(CollectError, match="answer of the probe"):
        list(HostCollector().collect(f"host:{path}", Options(), lambda _: None))


def test_every_aspect_a_type_declares_is_filled() -> None:
    """What a type says it has, every one of its resources has."""
    types = {t.name: t for t in HostCollector().types()}
    names = {
        Authentication: "authentication",
        Authorization: "authorization",
        EncryptionAtRest: "encryption_at_rest",
        Integrity: "integrity",
        Logging: "logging",
        MalwareProtection: "malware_protection",
        Monitoring: "monitoring",
        Network: "network",
        Patching: "patching",
    }

    for path in sorted(FOLDER.glob("*.txt")):
        for item in HostCollector().collect(f"host:{path}", Options(), lambda _: None):
            assert isinstance(item, Resource)
            assert all(getattr(item, names[aspect]) is not None for aspect in types[item.type].aspects)
            assert set(item.relations) == set(types[item.type].relations)


def test_a_host_survives_the_wire() -> None:
    """What is written to an inventory reads back as the same resources."""
    configs = {t.name: t.config for t in HostCollector().types() if t.config is not None}

    for path in sorted(FOLDER.glob("*.txt")):
        for item in HostCollector().collect(f"host:{path}", Options(), lambda _: None):
            assert decode(encode(item), configs) == item


def test_the_sections_that_are_asked_for_are_enough() -> None:
    """Each fact is the same whether only its own sections are asked for or all of them."""
    for name in NAMES:
        everything = answer(name)
        for kind, normalize in NORMALIZERS.items():
            whole = list(normalize(everything))
            for path in paths(whole):
                sections = frozenset(wanted({kind: frozenset({path})}))
                parts = {k: v for k, v in everything.parts.items() if k.partition("/")[0] in sections}
                narrow = list(normalize(replace(everything, parts=parts, asked=sections)))
                assert [value(r, path) for r in narrow] == [value(r, path) for r in whole], (name, kind, path)


NORMALIZERS: dict[str, Callable[[Answer], list[Resource]]] = {
    "host.linux": lambda a: [linux.normalize(a, "2026-11-24T00:00:00Z")],
    "host.filesystem": lambda a: [r for r in filesystem.normalize(a, None) if isinstance(r, Resource)],
    "host.account": lambda a: [r for r in account.normalize(a, None) if isinstance(r, Resource)],
}


def paths(resources: list[Resource]) -> list[str]:
    """Return every field of every aspect, and of the config, that the resources have."""
    found: set[str] = set()
    for resource in resources:
        for name in (*resource.__struct_fields__,):
            part = getattr(resource, name)
            if isinstance(part, Struct) and name != "origin" and not isinstance(part, Unknown):
                found.update(f"{name}.{field}" for field in part.__struct_fields__)
    return sorted(found)


def value(resource: Resource, path: str) -> object:
    """Return what a resource says at a path."""
    name, _, field = path.partition(".")
    part = getattr(resource, name)
    return part if isinstance(part, Unknown) else getattr(part, field)
