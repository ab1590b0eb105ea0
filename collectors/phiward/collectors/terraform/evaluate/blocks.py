"""Evaluated blocks, as the type modules read them."""

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from phiward.collectors.terraform.evaluate.expression import PARTS_A_STEP, Budget, Scope, attribute, evaluate, pairs
from phiward.collectors.terraform.evaluate.partly import Rest
from phiward.collectors.terraform.evaluate.values import Exhausted, Failure, Handle, both, parts_in, plain
from phiward.collectors.terraform.hcl import syntax as hcl
from phiward.inventory.model import LeftOut, Lines
from phiward.inventory.unknown import Unknown

if TYPE_CHECKING:
    from phiward.collectors.terraform.block import Block

_MANY = 10_000
_UNSET: Any = object()


def guarded(compute: Callable[[], Any], budget: Budget, what: str) -> Any:
    """Run an evaluation; whatever stops it becomes `Unknown`, with the reason."""
    try:
        value = compute()
        if isinstance(value, list | dict):
            budget.spend(parts_in(value) // PARTS_A_STEP)  # it is copied when it is read
    except Failure as failure:
        return Unknown(f"{what} cannot be evaluated: {failure}")
    except Exhausted as spent:
        return Unknown(f"{what} was not evaluated: {spent}")
    except RecursionError:
        budget.left -= 1000
        return Unknown(f"{what} was not evaluated: it nests too deeply")
    else:
        return value


class Missing(Lines):
    """The lines of a whole block, in place of those of an argument that it does not have."""

    argument: str
    block: "Evaluated"

    @property
    def left_out(self) -> LeftOut:
        """What is not there, and the default that was asked for in its place."""
        return LeftOut(self.argument, (self.block.defaults or {}).get(self.argument))


class Evaluated(Handle):
    """A block with the scope its expressions are evaluated in, `dynamic` blocks expanded. Everything is read late."""

    __slots__ = (
        "_busy",
        "_lists",
        "_values",
        "_where",
        "address",
        "body",
        "defaults",
        "name",
        "scope",
        "source",
        "span",
        "type",
        "uncertain",
    )

    def __init__(  # noqa: PLR0913 - a block has this many sides
        self,
        address: str,
        type: str,  # noqa: A002 - the word of the protocol
        name: str,
        node: hcl.BlockNode,
        scope: Scope,
        *,
        uncertain: Unknown | None = None,
    ) -> None:
        self.address = address
        self.type = type
        self.name = name
        self.body = node.body
        self.source = node.source
        self.span = (node.start, node.end)
        self.scope = scope
        self.uncertain = uncertain
        """Why it is not known whether, or how often, this block exists; None where it surely does."""
        self.defaults: dict[str, Any] | None = None
        """What counts for an argument that is not written, as far as it was asked for."""
        self._values: dict[str, Any] = {}
        self._where: Lines | None = None
        self._lists: dict[str, list[Block | Unknown]] = {}
        self._busy: set[str] = set()

    def __repr__(self) -> str:
        return f"<{self.address} {self.type}>"

    @property
    def where(self) -> Lines:
        """The lines of the whole block."""
        if self._where is None:
            self._where = self.source.lines(*self.span)
        return self._where

    def value(self, name: str) -> Any:
        """Return an argument as the language sees it (sets and handles unresolved); `_UNSET` where it is not set."""
        if name in self._values:
            return self._values[name]
        found = self.body.attributes.get(name)
        if found is None:
            return _UNSET
        if name in self._busy:
            return Unknown(f"{self.address}.{name} depends on itself")
        self._busy.add(name)
        what = f"{self.address}.{name}"
        value = guarded(lambda: evaluate(found.value, self.scope), self.scope.module.budget, what)
        self._busy.discard(name)
        self._values[name] = value
        return value

    def get(self, name: str, default: Any = None) -> Any:
        """Return an argument's value, `Unknown` where it cannot be known, or `default` where it is not set."""
        value = self._values.get(name, _UNSET)
        if value is _UNSET:
            if name not in self.body.attributes:
                if isinstance(default, str | int | float) and default != "":
                    if self.defaults is None:
                        self.defaults = {}
                    self.defaults[name] = default
                return default
            self.scope.module.budget.renew()
            value = self.value(name)
        if value is None:
            return default
        if isinstance(value, str | int | float):
            return value
        return guarded(lambda: plain(value), self.scope.module.budget, f"{self.address}.{name}")

    def blocks(self, name: str) -> "list[Block | Unknown]":
        """Return the nested blocks of that name, in the order they are written."""
        if name not in self._lists:
            self._lists[name] = self._nested(name)
        return list(self._lists[name])

    def names(self) -> set[str]:
        """Return every argument and nested block that is written here."""
        inner = {node.labels[0] if node.type == "dynamic" and node.labels else node.type for node in self.body.blocks}
        return set(self.body.attributes) | inner

    def _nested(self, name: str) -> "list[Block | Unknown]":
        out: list[Block | Unknown] = []
        for node in self.body.blocks:
            if node.type == name:
                out.append(Evaluated(self.address, name, self.name, node, self.scope))
            elif node.type == "dynamic" and node.labels == (name,):
                out.extend(self._dynamic(name, node))
        if name in self.body.attributes:
            out.extend(self._as_blocks(name))
        return out

    def _dynamic(self, name: str, node: hcl.BlockNode) -> "list[Block | Unknown]":
        budget = self.scope.module.budget
        what = f"{self.address}: the number of its {name} blocks"
        content = next((inner for inner in node.body.blocks if inner.type == "content"), None)
        each = node.body.attributes.get("for_each")
        if content is None or each is None:
            return [Unknown(f"{what} cannot be evaluated: dynamic needs for_each and content")]
        items = guarded(lambda: evaluate(each.value, self.scope), budget, what)
        if isinstance(items, Handle):
            items = items.opaque()
        listed = guarded(lambda: pairs(items) if items is not None else [], budget, what)
        if isinstance(listed, Unknown):
            return [listed]
        if len(listed) > _MANY:
            return [Unknown(f"{what} is more than {_MANY}")]
        wanted = node.body.attributes.get("iterator")
        iterator = wanted.value.names[0] if wanted and isinstance(wanted.value, hcl.Reference) else name
        return [
            Unknown(f"{what} is not known: {v.reason}", v.refs) if isinstance(v, Rest) else
            Evaluated(self.address, name, self.name, content, self.scope.having(**{iterator: {"key": k, "value": v}}))
            for k, v in listed
        ]  # fmt: skip

    def _as_blocks(self, name: str) -> "list[Block | Unknown]":
        """Read `ingress = [{…}]`, the attribute form of nested blocks."""
        value = self.get(name)
        where = self.lines(name)
        items = value if isinstance(value, list) else [] if value is None else [value]
        return [
            Plain(self.address, name, self.name, where, item)
            if isinstance(item, dict)
            else item if isinstance(item, Unknown) else Unknown(f"{self.address}.{name} is no block")
            for item in items
        ]  # fmt: skip

    def lines(self, name: str) -> Lines:
        """Return the lines of an argument or of the first nested block of that name; else of the whole block."""
        found = self.body.attributes.get(name)
        if found is not None:
            return (found.source or self.source).lines(found.start, found.end)
        for node in self.body.blocks:
            if node.type == name or (node.type == "dynamic" and node.labels == (name,)):
                return node.source.lines(node.start, node.end)
        missing = Missing(*self.where)
        missing.argument, missing.block = name, self
        return missing

    def references(self, name: str) -> tuple[str, ...]:
        """Return the addresses of the resources and data sources that decide an argument, in order."""
        from phiward.collectors.terraform.evaluate.references import references

        found = self.body.attributes.get(name)
        return references(found.value, self.scope) if found is not None else ()

    def attribute(self, name: str) -> Any:
        """Return an attribute for another expression: as set, or what the block of that name holds, or computed."""
        value = self.value(name)
        if value is not _UNSET and value is not None:
            return value
        if any(node.type == name or node.labels == (name,) for node in self.body.blocks):
            nested = self.blocks(name)
            missing = [item for item in nested if isinstance(item, Unknown)]
            return both(*missing) if missing else nested
        return self.computed(name)

    def computed(self, name: str) -> Any:
        """Return an attribute that the configuration does not set."""
        refs = (f"{self.address}.{name}",)
        return Unknown(f"{self.address}.{name} is known after apply{self.declared()}", refs)

    def declared(self) -> str:
        """Say where the block begins, in brackets."""
        line, _ = self.source.position(self.span[0])
        return f" ({self.scope.module.told(self.source.file)}:{line})"

    def opaque(self) -> Unknown:
        """Return what stands for the whole block where a plain value is needed."""
        return Unknown(f"{self.address} is known after apply", (self.address,))


class Plain(Handle):
    """A nested block written as an object: `ingress = [{…}]`."""

    __slots__ = ("address", "name", "type", "values", "where")

    def __init__(self, address: str, type: str, name: str, where: Lines, values: Mapping[str, Any]) -> None:  # noqa: A002
        self.address = address
        self.type = type
        self.name = name
        self.where = where
        self.values = values

    def get(self, name: str, default: Any = None) -> Any:
        """Return a member of the object, or `default` where it is not set."""
        value = self.values.get(name)
        return default if value is None else value

    def blocks(self, name: str) -> "list[Block | Unknown]":
        """Return the members of a nested list of objects as blocks."""
        value = self.values.get(name)
        items = value if isinstance(value, list) else [] if value is None else [value]
        return [
            Plain(self.address, name, self.name, self.where, item)
            if isinstance(item, dict)
            else item if isinstance(item, Unknown) else Unknown(f"{self.address}.{name} is no block")
            for item in items
        ]  # fmt: skip

    def lines(self, _name: str) -> Lines:
        """Return the lines of the attribute that holds the object."""
        return self.where

    def references(self, name: str) -> tuple[str, ...]:
        """Return what an unknown member waits for."""
        value = self.values.get(name)
        return value.refs if isinstance(value, Unknown) else ()

    def attribute(self, name: str) -> Any:
        """Return a member of the object."""
        return attribute(dict(self.values), name)


__all__ = ["Evaluated", "Plain", "guarded"]
