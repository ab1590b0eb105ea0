"""Finding and reading the templates of a folder, and which of them are roots."""

import gc
import hashlib
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from collections.abc import Mapping as Table
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

from phiward.collectors.cloudformation import kinds
from phiward.collectors.cloudformation.reading import read
from phiward.collectors.cloudformation.stack import Repository, Stack
from phiward.collectors.cloudformation.template import Template, is_template, template
from phiward.collectors.documents import Problem
from phiward.inventory.unknown import Unknown


class Loaded(NamedTuple):
    """The templates of a folder."""

    templates: dict[str, Template]
    digests: dict[str, str]
    problems: tuple[tuple[str, Problem], ...]
    """Files that have the text of a template and could not be read, and what was wrong with others."""
    others: dict[str, int]
    """What else the YAML and JSON files are, with the number of files."""


def load(top: Path, files: Iterable[str], content: Callable[[Path], bytes | None] = kinds.content) -> Loaded:
    """Read the templates among some files, each named by its path below `top`; `content` gives a file's bytes."""
    with quiet():
        return _load(top, files, content)


@contextmanager
def quiet() -> Iterator[None]:
    """Hold the collection of garbage: it would look again and again at the many values that are all kept."""
    was = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was:
            gc.enable()


def _load(top: Path, files: Iterable[str], content: Callable[[Path], bytes | None]) -> Loaded:
    templates: dict[str, Template] = {}
    digests: dict[str, str] = {}
    problems: list[tuple[str, Problem]] = []
    others: Counter[str] = Counter()
    for file in files:
        data = content(top / file)
        if data is None:
            continue
        if not kinds.looks_like_template(data):
            if (other := kinds.other_kind(data)) is not None:
                others[other] += 1
            continue
        document = read(data)
        found = [each for each in document.values if is_template(each)]
        if not found and not document.problems:
            others["file with resources of another kind"] += 1
            continue
        problems += [(file, problem) for problem in document.problems]
        digests[file] = f"sha256:{hashlib.sha256(data).hexdigest()}"
        for each in found[:1]:
            templates[file] = template(file, each, loops=b"Fn::ForEach" in data)
        for each in found[1:]:
            problems.append((file, Problem(each.span.line, "a second template in one file: only the first is read")))
    return Loaded(templates, digests, tuple(problems), dict(sorted(others.items())))


def roots(loaded: Loaded, given: Table[str, Any]) -> list[Stack]:
    """Return a stack for each template that no other one nests, sorted; one of each circle of them too."""
    repository = Repository(loaded.templates, given)
    children = {
        file: [child for child in Stack(repository, each).children() if child != file]
        for file, each in loaded.templates.items()
        if any(_nests(resource) for resource in each.resources.values())
    }
    nested = {child for each in children.values() for child in each}
    chosen = [file for file in sorted(loaded.templates) if file not in nested]
    reached: set[str] = set()
    for file in [*chosen, *sorted(nested)]:
        if file not in reached:
            if file not in chosen:
                chosen.append(file)
            _reach(file, children, reached)
    return [Stack(repository, loaded.templates[file]) for file in sorted(chosen)]


def _nests(resource: Any) -> bool:
    from phiward.collectors.cloudformation.stack import NESTED

    if isinstance(resource, Unknown) or not isinstance(resource, dict):
        return isinstance(resource, list)  # a loop may make stacks
    kind = resource.get("Type")
    return isinstance(kind, str) and kind in NESTED


def _reach(file: str, children: Table[str, list[str]], reached: set[str]) -> None:
    waiting = [file]
    while waiting:
        each = waiting.pop()
        if each not in reached:
            reached.add(each)
            waiting += children.get(each, [])
