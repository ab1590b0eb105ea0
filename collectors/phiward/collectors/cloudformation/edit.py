"""Editing templates, YAML and JSON: setting a property of a resource, everything else kept as it stands."""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from typing import Any, TypeAlias

from yaml import YAMLError
from yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from phiward.collectors.edits import Edit, Edited, Refused
from phiward.collectors.nesting import too_deep

_PLAIN = re.compile(r"[A-Za-z][\w./+-]*")
_WORDS = {"true", "false", "null", "yes", "no", "on", "off", "y", "n"}
_REST = re.compile(r"[ \t\r]*(?:#[^\n]*)?(?=\n|\Z)")
_ODD_ENDS = re.compile("\r(?!\n)|[\x85\u2028\u2029]")
"""What YAML takes for the end of a line, and editors do not."""
_SUB = re.compile(r"\$\{([A-Za-z][\w.:]*)\}")
_STANDARD = "tag:yaml.org,2002:"
_SECTIONS = {"Parameters": "parameter", "Conditions": "condition", "Mappings": "mapping", "Resources": "resource"}
_MOST = 4

_Tree: TypeAlias = dict[str, Any]
_Pair: TypeAlias = tuple[ScalarNode, Node]


class _CannotError(Exception):
    def __init__(self, reason: str, found: Sequence[str] = ()) -> None:
        self.why = Refused(reason, tuple(dict.fromkeys(found)))


def begins(text: str, file: str, kind: str, line: int) -> int | None:  # noqa: ARG001 - as `Editor` says
    """Return the first line of the resource of a type that a line belongs to, None where there is none."""
    try:
        found = _resource(text, kind, line)
    except (YAMLError, RecursionError):
        return None
    return None if found is None else found[0].start_mark.line + 1


def edits(text: str, file: str, kind: str, line: int, settings: Mapping[str, Any]) -> Edited | None:
    """Return the edits that set properties of the resource of a type that a line belongs to, None where there is none.

    `settings` is path (dots lead into properties of properties) to value. What a function gives is left alone.
    """
    tree: _Tree = {}
    for path, value in settings.items():
        inner = tree
        *above, name = path.split(".")
        for each in above:
            inner = inner.setdefault(each, {})
        inner[name] = value
    try:
        found = _resource(text, kind, line)
        if found is None:
            return None
        editing = _Editing(text, found, json_=file.endswith(".json") or text.lstrip("\ufeff \t\r\n").startswith("{"))
        made = tuple(editing.set(found[1], {"Properties": tree}))
    except _CannotError as error:
        return error.why
    except (YAMLError, RecursionError) as error:
        return Refused(f"the template cannot be read: {type(error).__name__}")
    return made or Refused(f"{', '.join(settings)} is set already: something else decides")


def decided(text: str, told: str, references: Sequence[str]) -> list[str]:
    """Say of each name that a template refers to where that is decided: `parameter Encrypt (db.yaml:3, default 1)`."""
    try:
        documents = [each for each in _documents(text) if isinstance(each, MappingNode)]
    except (YAMLError, RecursionError):
        return []
    out: list[str] = []
    for name in references:
        for section, word in _SECTIONS.items():
            for _, members in (pair for document in documents for pair in _pairs(document) if pair[0].value == section):
                for key, value in _pairs(members):
                    if key.value == name:
                        default = next((each.value for at, each in _pairs(value) if at.value == "Default"), None)
                        said = {True: "", False: f", default {default}"}[not isinstance(default, str)]
                        said = ", no default" if section == "Parameters" and default is None else said
                        out.append(f"{word} {name} ({told}:{key.start_mark.line + 1}{said})")
    return list(dict.fromkeys(out))[:_MOST]


@lru_cache(maxsize=4)
def _documents(text: str) -> tuple[Node, ...]:
    import yaml

    if too_deep(text) is not None:
        return ()
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    return tuple(yaml.compose_all(text, Loader=loader))


def _resource(text: str, kind: str, line: int) -> tuple[ScalarNode, MappingNode] | None:
    """Return the resource of a type that has a line: its logical id, and what it holds."""
    for document in _documents(text):
        for key, members in _pairs(document):
            for name, value in _pairs(members) if key.value == "Resources" else ():
                of = next((each.value for at, each in _pairs(value) if at.value == "Type"), None)
                if of == kind and isinstance(value, MappingNode) and _has(text, name, value, line):
                    return name, value
    return None


def _has(text: str, name: ScalarNode, value: Node, line: int) -> bool:
    last = text.count("\n", 0, max(_end(value) - 1, 0)) + 1
    return bool(name.start_mark.line + 1 <= line <= last)


def _pairs(node: Node) -> Iterator[_Pair]:
    for key, value in node.value if isinstance(node, MappingNode) else ():
        if isinstance(key, ScalarNode):
            yield key, value


def _end(node: Node) -> int:
    """Return where a node's text ends: a block collection claims what follows it, up to the next token.

    What an anchor names stands elsewhere: then it ends with the key before it.
    """
    if isinstance(node, MappingNode) and node.value and not node.flow_style:
        key, value = node.value[-1]
        before = int(key.end_mark.index)
        return _end(value) if value.start_mark.index >= before else before
    if isinstance(node, SequenceNode) and node.value and not node.flow_style:
        return max(_end(node.value[-1]), int(node.start_mark.index))
    return int(node.end_mark.index)


def _references(node: Node) -> Iterator[str]:
    """Yield the names that an expression refers to."""
    if isinstance(node, ScalarNode):
        if node.tag == "!Ref":
            yield node.value
        elif node.tag == "!Sub":
            yield from _SUB.findall(node.value)
        return
    if isinstance(node, SequenceNode):
        if node.tag in {"!If", "!FindInMap"} and node.value and isinstance(node.value[0], ScalarNode):
            yield node.value[0].value
        for each in node.value:
            yield from _references(each)
    for key, value in _pairs(node):
        if key.value == "Ref" and isinstance(value, ScalarNode):
            yield value.value
        elif key.value in {"Fn::If", "Fn::FindInMap"} and isinstance(value, SequenceNode) and value.value:
            yield from [value.value[0].value] if isinstance(value.value[0], ScalarNode) else []
        elif key.value == "Fn::Sub" and isinstance(value, ScalarNode):
            yield from _SUB.findall(value.value)
        yield from _references(value)


class _Editing:
    """The edits of one resource."""

    def __init__(self, text: str, resource: tuple[ScalarNode, MappingNode], *, json_: bool) -> None:
        self._text = text
        self._json = json_
        if _ODD_ENDS.search(text):
            raise _CannotError("its lines end in several ways")
        self._line = "\r\n" if "\r\n" in text else "\n"
        self._within = (int(resource[0].start_mark.index), _end(resource[1]))
        written = text[resource[0].start_mark.index : resource[0].end_mark.index]
        if written.strip("\"'") != resource[0].value:
            raise _CannotError("its place in the text cannot be told")

    def set(self, node: MappingNode, tree: _Tree) -> Iterator[Edit]:
        """Yield the edits that set a tree of properties in a mapping."""
        start, stop = self._within
        if not start <= node.start_mark.index <= stop:
            raise _CannotError("it shares what is written elsewhere, by an anchor")
        if not node.tag.startswith(_STANDARD) or any(key.value == "<<" for key, _ in _pairs(node)):
            raise _CannotError("its properties are put together from elsewhere", list(_references(node)))
        missing: _Tree = {}
        for name, value in tree.items():
            found = next((each for key, each in _pairs(node) if key.value == name), None)
            if found is None:
                missing[name] = value
            elif isinstance(value, dict):
                self._refuse_function(name, found)
                if not isinstance(found, MappingNode):
                    raise _CannotError(f"{name} is no group of properties")
                yield from self.set(found, value)
            else:
                yield from self._replaced(name, found, value)
        if missing:
            yield self._added(node, missing)

    def _refuse_function(self, name: str, found: Node) -> None:
        functions = [key.value for key, _ in _pairs(found) if key.value == "Ref" or key.value.startswith("Fn::")]
        if functions or not found.tag.startswith(_STANDARD):
            named = list(dict.fromkeys(_references(found)))
            raise _CannotError(f"{name} comes from {', '.join(named) or 'a function'}", named)

    def _replaced(self, name: str, found: Node, value: object) -> Iterator[Edit]:
        self._refuse_function(name, found)
        start, end = int(found.start_mark.index), int(found.end_mark.index)
        if not isinstance(found, ScalarNode) or not self._within[0] <= start <= self._within[1]:
            raise _CannotError(f"{name} is not a plain value")
        written = self._text[start:end]
        if found.style in {"|", ">"} or "\n" in written or written.strip("\"'") != found.value:
            raise _CannotError(f"{name} is not written on one line")
        same = found.value == self._literal(value).strip('"') and (isinstance(value, str) or not found.style)
        if not same:
            yield Edit(start, end, self._literal(value))

    def _literal(self, value: object) -> str:
        if isinstance(value, bool):
            return "true" if value else "false"
        text = str(value)
        plain = isinstance(value, int) or (
            not self._json and _PLAIN.fullmatch(text) is not None and text.lower() not in _WORDS
        )
        return text if plain else json.dumps(text)

    def _added(self, node: MappingNode, missing: _Tree) -> Edit:
        pairs = list(_pairs(node))
        if node.flow_style:
            return self._into_flow(node, pairs, missing)
        if not pairs:
            raise _CannotError("it has no properties to stand beside")
        column = pairs[0][0].start_mark.column
        lines = list(self._lines(missing, " " * column))
        at = _end(node)
        if self._text[at - 1] == "\n":  # behind a text of several lines
            return Edit(at, at, "".join(line + self._line for line in lines))
        rest = _REST.match(self._text, at)
        if rest is None:
            raise _CannotError("something stands behind its last property")
        at = self._text.find("\n", rest.end()) + 1
        if not at:
            end = len(self._text)
            return Edit(end, end, "".join(self._line + line for line in lines))
        return Edit(at, at, "".join(line + self._line for line in lines))

    def _lines(self, tree: _Tree, indent: str) -> Iterator[str]:
        for name, value in tree.items():
            if isinstance(value, dict):
                yield f"{indent}{name}:"
                yield from self._lines(value, f"{indent}  ")
            else:
                yield f"{indent}{name}: {self._literal(value)}"

    def _into_flow(self, node: MappingNode, pairs: list[_Pair], missing: _Tree) -> Edit:
        text = self._text
        start, end = int(node.start_mark.index), int(node.end_mark.index)
        if text[end - 1 : end] != "}":
            raise _CannotError("its closing brace cannot be found")
        written = [f"{self._key(name)}: {self._flow(value)}" for name, value in missing.items()]
        if not pairs:
            if text[start + 1 : end - 1].strip():
                raise _CannotError("something stands in its braces")
            return Edit(start, end, f"{{ {', '.join(written)} }}")
        at = _end(pairs[-1][1])
        if text[at : end - 1].strip():
            raise _CannotError("something stands behind its last property")
        first = int(pairs[0][0].start_mark.index)
        between = text[start + 1 : first]
        join = f",{between}" if "\n" in between and not between.strip() else ", "
        return Edit(at, at, "".join(join + each for each in written))

    def _key(self, name: str) -> str:
        return json.dumps(name) if self._json else name

    def _flow(self, value: object) -> str:
        if not isinstance(value, dict):
            return self._literal(value)
        return "{ " + ", ".join(f"{self._key(name)}: {self._flow(each)}" for name, each in value.items()) + " }"
