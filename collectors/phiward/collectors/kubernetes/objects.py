"""One Kubernetes object, as a file declares it, and how its fields are read.

A string that a template has yet to fill in (`{{ .Values.image }}`, `${IMAGE}`) is `Unknown`. A field of a shape that
the API does not take is `Malformed`.
"""

import re
from collections.abc import Iterator
from typing import Any

from phiward.collectors.documents import Mapping, Sequence, Span, scalar
from phiward.inventory.model import Lines, Maybe, Unknown

_TRUE = frozenset({"y", "Y", "yes", "Yes", "YES", "on", "On", "ON"})
_FALSE = frozenset({"n", "N", "no", "No", "NO", "off", "Off", "OFF"})
_OCTAL = re.compile(r"[-+]?0o?[0-7]{1,20}\Z")
_HEXADECIMAL = re.compile(r"[-+]?0x[0-9a-fA-F]{1,15}\Z")
PLACEHOLDER = re.compile(r"\{\{.*?\}\}|\$\{[^}]*\}", re.DOTALL)
"""What a template or `envsubst` fills in later."""


class Malformed(Exception):  # noqa: N818 - what is wrong is the file
    """A field of a shape that the API does not take."""

    def __init__(self, message: str, line: int | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.line = line


def resolved(text: str) -> Any:
    """Return what an unquoted scalar means to Kubernetes, which reads YAML 1.1: `010` is eight.

    `yes` and its like stay text: they are true where a truth value is asked for (`boolean`), and a name elsewhere.
    """
    if text[0] in "+-0" and len(text) > 1:
        if _OCTAL.match(text):
            return int(text.replace("o", ""), 8)
        if _HEXADECIMAL.match(text):
            return int(text, 16)
    return scalar(text)


class Manifest:
    """One object."""

    __slots__ = ("body", "fallback", "file", "group", "kind", "name", "namespace", "root", "sources", "version")

    def __init__(self, body: Mapping, file: str, root: str = "") -> None:
        self.body = body
        self.file = file
        """The file that declares it, as people are told it."""
        self.root = root
        """What its id begins with: the folder it lies in, or the kustomization or chart that makes it."""
        api, self.kind = str(body["apiVersion"]), str(body["kind"])
        self.group, _, self.version = api.rpartition("/")
        metadata = mapping(body, "metadata")
        name = text(metadata, "name")
        generated = text(metadata, "generateName")
        self.name = name if isinstance(name, str) else f"{generated}*" if isinstance(generated, str) else ""
        """Empty where it is left out or filled in later."""
        self.namespace: Maybe[str | None] = text(metadata, "namespace")
        """None where the object does not say it."""
        self.sources: tuple[Manifest, ...] = ()
        """Of a rendered object: the manifests that it was made from, patches last. Their lines are shown."""
        self.fallback: Lines | None = None
        """Of a rendered object: the lines shown where no manifest that it was made from has them."""

    @property
    def where(self) -> Lines:
        """The lines of the whole object."""
        if self.sources:
            return self.sources[0].where
        return self.fallback or Lines(self.file, *self.body.span)

    def lines(self, *path: str | int) -> Lines:
        """Return the lines of a field; where it is left out, of the nearest field around it that is there.

        Of a rendered object: where the value is written; where none of its sources has it, what made it.
        """
        if not self.sources:
            return self.fallback or Lines(self.file, *self.span(*path))
        value = self.at(*path)
        for source in self.sources:
            written = source.path_of(self, path)
            found = source.at(*written)
            if found == value or (isinstance(value, dict | list) and found is not None):
                return source.lines(*written)
        return self.fallback or self.where

    def span(self, *path: str | int) -> Span:
        """Return the lines of a field in its own file, or of the nearest field around it."""
        span: Span = self.body.span
        found: Any = self.body
        for step in path:
            if isinstance(found, Mapping) and isinstance(step, str) and step in found:
                span = found.spans.get(step, span)
            elif isinstance(found, Sequence) and isinstance(step, int) and step < len(found):
                span = found.spans[step] if step < len(found.spans) else span
            else:
                break
            found = found[step]
        return span

    def at(self, *path: str | int) -> Any:
        """Return what lies at a path, whatever it is; None where it is left out."""
        found: Any = self.body
        for step in path:
            if isinstance(found, dict) and isinstance(step, str):
                found = found.get(step)
            elif isinstance(found, list) and isinstance(step, int) and step < len(found):
                found = found[step]
            else:
                return None
        return found

    def path_of(self, other: "Manifest", path: tuple[str | int, ...]) -> tuple[str | int, ...]:
        """Return a path of another object's in this one: an element of a list is the one of the same name."""
        mine: list[str | int] = []
        for depth, step in enumerate(path):
            if isinstance(step, int):
                theirs = other.at(*path[:depth], step)
                here = self.at(*mine)
                if isinstance(theirs, dict) and "name" in theirs and isinstance(here, list):
                    names = [each.get("name") if isinstance(each, dict) else None for each in here]
                    step = names.index(theirs["name"]) if theirs["name"] in names else step  # noqa: PLW2901
            mine.append(step)
        return tuple(mine)


def mapping(of: Any, key: str) -> Mapping:
    """Return a member that is a mapping; an empty one where it is left out."""
    found = of.get(key) if isinstance(of, dict) else None
    if found is None:
        return Mapping(of.span if isinstance(of, Mapping) else Span(1, 1))
    if not isinstance(found, Mapping):
        raise _malformed(of, key, found, "a mapping")
    return found


def items(of: Any, key: str) -> Iterator[tuple[int, Mapping]]:
    """Yield the elements of a member that is a list of mappings, each with its number; none where it is left out."""
    found = of.get(key) if isinstance(of, dict) else None
    if found is None:
        return
    if not isinstance(found, list):
        raise _malformed(of, key, found, "a list")
    for number, each in enumerate(found):
        if each is None:
            continue  # what the API drops as well
        if not isinstance(each, Mapping):
            raise _malformed(of, f"{key}[{number}]", each, "a mapping")
        yield number, each


def text(of: Any, key: str) -> Maybe[str | None]:
    """Return a member that is text."""
    found = of.get(key)
    if found is None or isinstance(found, Unknown):
        return found
    if isinstance(found, bool):
        return "true" if found else "false"
    if not isinstance(found, str | int | float):
        raise _malformed(of, key, found, "text")
    return filled(str(found))


def filled(value: str) -> Maybe[str]:
    """Return a text; `Unknown` where a template has yet to fill part of it in."""
    if ("{{" in value or "${" in value) and (found := PLACEHOLDER.search(value)):
        return Unknown(f"{found[0]} is filled in before it is applied", (found[0],))
    return value


def boolean(of: Any, key: str) -> Maybe[bool | None]:
    """Return a member that is true or false."""
    found = of.get(key)
    if found is None or isinstance(found, bool | Unknown):
        return found
    if isinstance(found, str):
        if found in _TRUE or found in _FALSE:
            return found in _TRUE
        if isinstance(later := filled(found), Unknown):
            return later
    raise _malformed(of, key, found, "true or false")


def integer(of: Any, key: str) -> Maybe[int | None]:
    """Return a member that is a whole number."""
    found = of.get(key)
    if found is None or isinstance(found, Unknown) or (isinstance(found, int) and not isinstance(found, bool)):
        return found
    if isinstance(found, str) and isinstance(later := filled(found), Unknown):
        return later
    raise _malformed(of, key, found, "a whole number")


def texts(of: Any, key: str) -> Maybe[tuple[str, ...]]:
    """Return a member that is a list of texts, empty where it is left out; one that is filled in later is `Unknown`."""
    found = of.get(key)
    if found is None:
        return ()
    if isinstance(found, Unknown):
        return found
    if not isinstance(found, list):
        raise _malformed(of, key, found, "a list")
    made: list[str] = []
    for each in found:
        if isinstance(each, Unknown):
            return each
        if not isinstance(each, str | int | float):
            raise _malformed(of, key, each, "a list of texts")
        value = filled(("true" if each else "false") if isinstance(each, bool) else str(each))
        if isinstance(value, Unknown):
            return value
        made.append(value)
    return tuple(made)


def _malformed(of: Any, key: str, found: Any, asked: str) -> Malformed:
    name = key.partition("[")[0]
    line = of.spans[name].line if isinstance(of, Mapping) and name in of.spans else None
    if isinstance(found, Unknown):
        return Malformed(f"{key} cannot be known: {found.reason}", line)
    kind = {dict: "a mapping", list: "a list", str: "text", bool: "a truth value"}
    told = next((words for each, words in kind.items() if isinstance(found, each)), "a number")
    return Malformed(f"{key} is {told} where Kubernetes takes {asked}", line)
