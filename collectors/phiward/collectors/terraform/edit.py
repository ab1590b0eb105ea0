"""Editing HCL: setting an argument of a block, everything else kept as it stands, comments and line ends too."""

import re
from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Any, TypeAlias

from msgspec import Struct

from phiward.collectors.edits import Edit, Edited, Refused
from phiward.collectors.terraform.hcl import HclError, parse
from phiward.collectors.terraform.hcl import syntax as hcl

_OPEN = re.compile(r'[^\W\d][\w-]*[ \t]*(?:(?:"(?:[^"\\\n]|\\.)*"|[^\W\d][\w-]*)[ \t]*)*\{')
_VALUE = re.compile(r"[^\W\d][\w-]*[ \t]*=[ \t]*")
_LITERAL = re.compile(r'"(?:[^"\\\n]|\\.)*"|true\b|false\b|null\b|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?')
_REST = re.compile(r"[ \t\r]*(?:$|#|//|\}|/\*(?:[^*\n]|\*(?!/))*\*/[ \t\r]*$)", re.MULTILINE)
_INDENT = re.compile(r"[ \t]*")

_Tree: TypeAlias = dict[str, Any]
"""Argument to value; the name of a block that is not there yet to what goes into it."""


def edits(text: str, file: str, kind: str, line: int, settings: Mapping[str, Any]) -> Edited | None:
    """Return the edits that set arguments in the resource of a type that a line belongs to, None where there is none.

    `settings` is path (dots lead into nested blocks) to value. A value that an expression gives is left alone.
    """
    block = _block(text, file, kind, line)
    if not isinstance(block, hcl.BlockNode):
        return block
    shift = 1 if text.startswith("\ufeff") else 0
    editing = _Editing(block.source.text)
    try:
        found = editing.all(block, settings)
    except _CannotError as error:
        return error.why
    return tuple(Edit(edit.start + shift, edit.end + shift, edit.text) for edit in found)


def begins(text: str, file: str, kind: str, line: int) -> int | None:
    """Return the first line of the resource of a type that a line belongs to, None where there is none."""
    block = _block(text, file, kind, line)
    return block.source.position(block.start)[0] if isinstance(block, hcl.BlockNode) else None


def _block(text: str, file: str, kind: str, line: int) -> hcl.BlockNode | Refused | None:
    if file.endswith(".json"):
        return Refused("it is written in Terraform's JSON syntax, which programs write: mend what wrote it")
    try:
        body = _parsed(text, file)
    except HclError as error:
        return Refused(f"the file cannot be read: {error.message} (line {error.line})")
    return next((each for each in body.blocks if _is(each, kind, line)), None)


@lru_cache(maxsize=4)
def _parsed(text: str, file: str) -> hcl.Body:
    return parse(text, file)


def literal(value: object) -> str:
    """Write a value as HCL."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return str(value)
    escaped = str(value).replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    return '"' + escaped.replace("${", "$${").replace("%{", "%%{") + '"'


def references(node: object) -> Iterator[str]:
    """Yield what an expression refers to, as it is written."""
    if isinstance(node, hcl.Reference):
        yield ".".join(node.names)
    elif isinstance(node, Struct):
        for name in node.__struct_fields__:
            yield from references(getattr(node, name))
    elif isinstance(node, tuple | list):
        for each in node:
            yield from references(each)


def _is(block: hcl.BlockNode, kind: str, line: int) -> bool:
    if block.type != "resource" or block.labels[:1] != (kind,):
        return False
    lines = block.source.lines(block.start, block.end)
    return lines.line <= line <= lines.end_line


class _CannotError(Exception):
    def __init__(self, reason: str, found: tuple[str, ...] = ()) -> None:
        self.why = Refused(reason, found)


class _Editing:
    """The edits of one block."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._end = "\r\n" if "\r\n" in text else "\n"

    def all(self, block: hcl.BlockNode, settings: Mapping[str, Any]) -> list[Edit]:
        """Return the edits that set everything."""
        tree: _Tree = {}
        for path, value in settings.items():
            inner = tree
            *above, name = path.split(".")
            for each in above:
                inner = inner.setdefault(each, {})
            inner[name] = value
        self._refuse_ignored(block, tree)
        found = list(self._set(block, tree))
        if not found:
            raise _CannotError(f"{', '.join(settings)} is set already: something else decides")
        return found

    def _refuse_ignored(self, block: hcl.BlockNode, tree: _Tree) -> None:
        """Refuse what the block tells Terraform to leave as it is."""
        for inner in block.body.blocks:
            ignored = inner.body.attributes.get("ignore_changes") if inner.type == "lifecycle" else None
            if ignored is None:
                continue
            named = {each.split(".")[0] for each in references(ignored.value)}
            if hit := sorted(named & {*tree, "all"}):
                raise _CannotError(f"its lifecycle block has Terraform ignore changes of {', '.join(hit)}")

    def _set(self, block: hcl.BlockNode, tree: _Tree) -> Iterator[Edit]:
        missing: _Tree = {}
        for name, value in tree.items():
            found = block.body.attributes.get(name)
            nested = [each for each in block.body.blocks if each.type == name]
            if any(each.type == "dynamic" and each.labels == (name,) for each in block.body.blocks):
                raise _CannotError(f"its {name} blocks are made by a dynamic block")
            if isinstance(value, dict):
                if found is not None:
                    raise _CannotError(f"{name} is written as an argument", tuple(references(found.value)))
                if len(nested) > 1:
                    raise _CannotError(f"it has several {name} blocks")
                if nested:
                    yield from self._set(nested[0], value)
                else:
                    missing[name] = value
            elif found is not None:
                yield from self._replaced(found, value)
            else:
                missing[name] = value
        if missing:
            yield from self._added(block, missing)

    def _replaced(self, found: hcl.Attribute, value: object) -> Iterator[Edit]:
        """Replace a value that is written out; one that something else decides is somebody's decision elsewhere."""
        named = tuple(dict.fromkeys(references(found.value)))
        if named:
            raise _CannotError(f"{found.name} comes from {', '.join(named)}", named)
        text = self._text
        start = _VALUE.match(text, found.start)
        written = _LITERAL.match(text, start.end()) if start else None
        if written is None or not _REST.match(text, written.end()):
            raise _CannotError(f"{found.name} is worked out by an expression")
        if written[0] != literal(value):
            yield Edit(written.start(), written.end(), literal(value))

    def _added(self, block: hcl.BlockNode, missing: _Tree) -> Iterator[Edit]:
        """Write arguments and blocks that are not there yet."""
        text = self._text
        header = _OPEN.match(text, block.start)
        if header is None:
            raise _CannotError("a comment stands in the head of its block")
        opened, closed = header.end() - 1, block.end - 1
        indent = self._indent(block.start)
        if "\n" not in text[opened:closed]:
            held = text[opened + 1 : closed].strip()
            lines = [f"{indent}  {held}"] if held else []
            lines += self._lines(missing, f"{indent}  ", first=not held)
            yield Edit(opened, closed + 1, self._end.join(["{", *lines, f"{indent}}}"]))
            return
        line = text.rfind("\n", 0, closed) + 1
        if text[line:closed].strip():
            raise _CannotError("its closing brace does not stand on a line of its own")
        plain = {name: value for name, value in missing.items() if not isinstance(value, dict)}
        blocks = {name: value for name, value in missing.items() if isinstance(value, dict)}
        above = self._arguments(block, plain, opened, indent) if plain else Edit(line, line, "")
        if above.start != line:
            yield above
            above = Edit(line, line, "")
        if blocks:
            before = text[opened + 1 : line].rstrip(" \t")
            bare = not before.strip() or re.search(r"\n[ \t\r]*\n$", before)
            written = self._lines(blocks, f"{indent}  ", first=bool(bare) and not plain)
            above = Edit(line, line, above.text + self._joined(written))
        if above.text:
            yield above

    def _arguments(self, block: hcl.BlockNode, plain: _Tree, opened: int, indent: str) -> Edit:
        """Write arguments after those that stand before the first nested block, in line with them."""
        text = self._text
        first = min((each.start for each in block.body.blocks), default=block.end)
        above = [each for each in block.body.attributes.values() if block.start < each.start < first]
        last = max(above, key=lambda each: each.start, default=None)
        if last is None:
            at = text.index("\n", opened) + 1
            if text[opened + 1 : at].strip() and not text[opened + 1 : at].strip().startswith(("#", "//")):
                raise _CannotError("something stands behind the opening brace of its block")
            return Edit(at, at, self._joined(self._lines(plain, f"{indent}  ", first=True)))
        end = last.end
        while text[end - 1] in "\r\n":
            end -= 1
        if not _REST.match(text, end) or (at := text.find("\n", end) + 1) == 0:
            raise _CannotError(f"something stands behind {last.name}")
        own = self._indent(last.start)
        width = 0
        if "\n" not in text[last.start : end]:
            width = text.index("=", last.start) - last.start - 1
        longest = max(map(len, plain))
        if width and longest > width:  # `terraform fmt` lines up what stands together: a blank line parts it
            return Edit(at, at, self._end + self._joined(self._lines(plain, own, first=True)))
        return Edit(at, at, self._joined(self._lines(plain, own, first=True, width=width)))

    def _lines(self, tree: _Tree, indent: str, *, first: bool, width: int = 0) -> list[str]:
        """Return the lines of arguments, then of blocks, a blank line before each block that is not the `first`."""
        plain = {name: value for name, value in tree.items() if not isinstance(value, dict)}
        width = max([width, *map(len, plain)])
        out = [f"{indent}{name:<{width}} = {literal(value)}" for name, value in plain.items()]
        for name, value in tree.items():
            if isinstance(value, dict):
                out += [] if first and not out else [""]
                out += [f"{indent}{name} {{", *self._lines(value, f"{indent}  ", first=True), f"{indent}}}"]
        return out

    def _joined(self, lines: list[str]) -> str:
        return "".join(line + self._end for line in lines)

    def _indent(self, at: int) -> str:
        """Return the white space that the line of an offset begins with."""
        found = _INDENT.match(self._text, self._text.rfind("\n", 0, at) + 1)
        return found[0] if found else ""
