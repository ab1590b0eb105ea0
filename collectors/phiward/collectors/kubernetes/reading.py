"""Manifests out of files: each document is told from what is no Kubernetes object, and lists are taken apart."""

from collections.abc import Iterator
from typing import Any, NamedTuple

from phiward.collectors import documents
from phiward.collectors.documents import Mapping, Problem
from phiward.collectors.kubernetes.objects import Malformed, Manifest, resolved

OBJECTS = 20_000
"""The most objects of one file."""
_NESTED = 5
"""How deep lists may hold lists."""


class Read(NamedTuple):
    """What a file holds."""

    manifests: tuple[Manifest, ...]
    problems: tuple[Problem, ...] = ()
    other: str | None = None
    """What the file is, where it holds no object at all."""


def read(data: bytes, file: str, root: str = "") -> Read:
    """Read the objects of a file."""
    found = documents.read(data, resolved)
    if found.problems and b"{{" in data:
        return Read((), (), "a template")
    manifests: list[Manifest] = []
    problems = list(found.problems)
    foreign: list[Any] = []
    for value in found.values:
        for body in _objects(value, _NESTED):
            if len(manifests) == OBJECTS:
                problems.append(Problem(None, f"it holds more than {OBJECTS:,} objects: the rest is not read"))
                return Read(tuple(manifests), tuple(problems))
            try:
                if not _is_object(body):
                    foreign.append(body)
                    if (problem := _half(body)) is not None:
                        problems.append(problem)
                    continue
                manifests.append(Manifest(body, file, root))
            except Malformed as error:
                problems.append(Problem(error.line or body.span.line, error.message))
    if not manifests and not problems:
        return Read((), (), "no Kubernetes object")
    return Read(tuple(manifests), tuple(problems))


def _objects(value: Any, depth: int) -> Iterator[Any]:
    """Yield the objects of a document: itself, or the elements of a List."""
    if value is None:
        return
    if isinstance(value, Mapping) and str(value.get("kind", "")).endswith("List") and depth:
        listed = value.get("items")
        if isinstance(listed, list):
            for each in listed:
                yield from _objects(each, depth - 1)
            return
    yield value


def _is_object(value: Any) -> bool:
    return isinstance(value, Mapping) and all(isinstance(value.get(key), str) for key in ("apiVersion", "kind"))


def _half(value: Any) -> Problem | None:
    """Say what a document lacks that has one of the two things by which an object is known."""
    if not isinstance(value, Mapping):
        return None
    has = [key for key in ("apiVersion", "kind") if key in value]
    if len(has) != 1 or "metadata" not in value:
        return None
    lacks = "kind" if has == ["apiVersion"] else "apiVersion"
    return Problem(value.span.line, f"an object without {lacks}: Kubernetes takes none")
