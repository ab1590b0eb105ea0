"""Module instances: what the names inside a module mean, and which instances its resources have."""

from collections.abc import Iterator, Mapping
from typing import Any

from msgspec import Struct

from phiward.collectors.terraform.evaluate import files, functions
from phiward.collectors.terraform.evaluate.blocks import Evaluated, guarded
from phiward.collectors.terraform.evaluate.data import DATA_SOURCES, IDENTIFIERS
from phiward.collectors.terraform.evaluate.expression import LETTERS_A_STEP, PARTS_A_STEP, Budget, Scope, evaluate
from phiward.collectors.terraform.evaluate.folders import Folder
from phiward.collectors.terraform.evaluate.partly import PartlyKnownList, PartlyKnownMap
from phiward.collectors.terraform.evaluate.sources import module_path
from phiward.collectors.terraform.evaluate.types import convert, defaulted
from phiward.collectors.terraform.evaluate.values import Exhausted, Failure, Handle, SeveralUnknown, as_number, both
from phiward.collectors.terraform.evaluate.variables import unused, workspace
from phiward.collectors.terraform.hcl import syntax as hcl
from phiward.inventory.unknown import Unknown

_MANY = 10_000
_DEPTH = 12
_MODULE = 10
"""A module takes as much room as so many resources."""


class Expansion(Struct, frozen=True):
    """The instances of a block with `count` or `for_each`: the key of each (None: neither is set) and its names."""

    keys: tuple[Any, ...]
    names: tuple[Mapping[str, Any], ...]
    kind: str = "single"
    """`single`, `count`, `each`, `unknown`, or `too many`: there are none then, and a problem tells so."""
    reason: Unknown | None = None


def suffix(key: Any) -> str:
    """Write an instance key the way addresses do: nothing, `[0]`, `["a"]`, or `["?"]` for one that is not known."""
    if key is None:
        return ""
    if isinstance(key, int):
        return f"[{key}]"
    if isinstance(key, Unknown):
        return '["?"]'
    text = str(key).replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    return f'["{text}"]'


class Resource(Evaluated):
    """An instance of a resource or data source."""

    __slots__ = ()

    def computed(self, name: str) -> Any:
        """Return an attribute that the provider computes, where it follows from an argument."""
        same_as = IDENTIFIERS.get((self.type, name))
        if same_as is not None and same_as in self.body.attributes:
            value = self.value(same_as)
            if value is not None:
                return value
        return super().computed(name)


class DataSource(Resource):
    """An instance of a data source: what it reads is not known before Terraform runs."""

    __slots__ = ()

    def computed(self, name: str) -> Any:
        """Return an attribute that needs no provider (a policy document's JSON), else `Unknown`."""
        read = DATA_SOURCES.get(self.type)
        value = read(self, name) if read is not None else None
        if value is not None:
            return value
        reason = f"{self.address}.{name} is read when Terraform runs{self.declared()}"
        return Unknown(reason, (f"{self.address}.{name}",))


class ModuleHandle(Handle):
    """`module.name` inside an expression: its attributes are the module's outputs."""

    __slots__ = ("module",)

    def __init__(self, module: "Module") -> None:
        self.module = module

    def attribute(self, name: str) -> Any:
        """Return an output."""
        return self.module.output(name)

    def expanded(self) -> dict[str, Any]:
        """Return the outputs by name."""
        return {name: self.module.output(name) for name in sorted(self.module.folder.outputs)}

    def opaque(self) -> Unknown:
        """Return what stands for the whole module where a plain value is needed."""
        return Unknown(f"{self.module.address} as a whole is not followed")


class Module:
    """One instance of a module: a folder, and the arguments it was called with."""

    def __init__(  # noqa: PLR0913 - an instance has this many sides
        self,
        folder: Folder,
        root: str,
        budget: Budget,
        *,
        inputs: Mapping[str, Any] | None = None,
        address: str = "",
        call: "Evaluated | None" = None,
        parent: "Module | None" = None,
    ) -> None:
        self.folder = folder
        self.root = root
        self.budget = budget
        self.inputs = inputs or {}
        self.address = address
        """Empty, or `module.db[0].` with the dot."""
        self.call_block = call
        self.parent = parent
        self.workspace: Any = None
        """Of a root module, the chosen workspace, once it has been asked for or was given."""
        self.scope = Scope(self, {})
        self._values: dict[tuple[str, ...], Any] = {}
        self._expansions: dict[tuple[str, ...], Expansion] = {}
        self._instances: dict[tuple[str, ...], list[Resource]] = {}
        self._children: dict[str, tuple[Expansion, list[Module]] | None] = {}

    # -- names -----------------------------------------------------------------------------------------------------

    def resolve(self, names: tuple[str, ...]) -> tuple[Any, int]:
        """Return what a reference begins with, and how many of its names that took."""
        root = names[0]
        if root in ("var", "local", "module") and len(names) > 1:
            key = names[:2]
            if key not in self._values:
                self._values[key] = Unknown(f"{root}.{names[1]} depends on itself", (f"{root}.{names[1]}",))
                read = {"var": self._variable, "local": self._local, "module": self._module}[root]
                self._values[key] = read(names[1])
            return self._values[key], 2
        if root == "data" and len(names) > 2:
            return self._resource(self.folder.data, (names[1], names[2]), f"data.{names[1]}.{names[2]}"), 3
        if root == "path" and len(names) > 1:
            return self._path(names[1]), 2
        if root in ("terraform", "tofu") and len(names) > 1:
            return self._terraform(names[1]), 2
        if root == "ephemeral" and len(names) > 2:
            what = ".".join(names[:3])
            return Unknown(f"{self.address}{what} is only there while Terraform runs", (f"{self.address}{what}",)), 3
        if len(names) > 1 and root not in ("each", "count", "self", "ephemeral"):
            return self._resource(self.folder.resources, (names[0], names[1]), f"{names[0]}.{names[1]}"), 2
        return Unknown(f"{'.'.join(names)} means nothing here", (".".join(names),)), len(names)

    def _path(self, name: str) -> Any:
        if name == "root":
            return "."
        if name == "module":
            return files.relative(self.folder.path, self.root)
        return Unknown(f"path.{name} depends on where Terraform runs")

    def _terraform(self, name: str) -> Any:
        if name not in ("workspace", "env"):
            return Unknown(f"terraform.{name} depends on how Terraform is run")
        above = self
        while above.parent is not None:
            above = above.parent
        if above.workspace is None:
            above.workspace = workspace(above.folder)
        return above.workspace

    def _missing(self, what: str) -> Unknown:
        why = "may be declared in a file that could not be read" if self.folder.broken else "is declared nowhere"
        return Unknown(f"{self.address}{what} {why}", (f"{self.address}{what}",))

    def _variable(self, name: str) -> Any:
        what = f"{self.address}var.{name}"
        node = self.folder.variables.get(name)
        if node is None:
            return self._missing(f"var.{name}")
        fields = node.body.attributes
        constraint = fields["type"].value if "type" in fields else None
        has_default = "default" in fields

        def compute() -> Any:
            value: Any
            given = name in self.inputs or (self.call_block is not None and name in self.call_block.body.attributes)
            if given:
                value = self.inputs[name] if name in self.inputs else self._argument(name)
                if value is not None or not has_default or not _is(fields.get("nullable"), False):
                    return convert(value, constraint)
            if has_default:
                return convert(evaluate(fields["default"].value, self.scope), constraint)
            hint = unused(self.folder, name) if self.parent is None else ""
            return Unknown(f"{self._unset(name, node)}{hint}", (what,))

        value = guarded(compute, self.budget, what)
        return _concealed(value, what) if _is(fields.get("sensitive"), True) else value

    def _unset(self, name: str, node: hcl.BlockNode) -> str:
        """Say that a variable has no value, where it is declared, and who could give it one."""
        declared = f"{self.address}var.{name} has no value: it is declared without a default ({self.at(node)})"
        call = self.call_block
        if call is None:
            return f"{declared}; give it with --var {name}=…"
        line, _ = call.source.position(call.span[0])
        return f"{declared}, and the call of its module ({self.told(call.source.file)}:{line}) gives none"

    def at(self, node: hcl.BlockNode) -> str:
        """Say where a block begins: `modules/db/main.tf:12`, as people are told files."""
        return f"{self.told(node.source.file)}:{node.source.position(node.start)[0]}"

    def told(self, file: str) -> str:
        """Return a file as people are told it."""
        return self.folder.disk.told(file)

    def _argument(self, name: str) -> Any:
        call = self.call_block
        if call is None:
            return None
        return call.value(name)

    def _local(self, name: str) -> Any:
        found = self.folder.locals.get(name)
        if found is None:
            return self._missing(f"local.{name}")
        return guarded(lambda: evaluate(found[0].value, self.scope), self.budget, f"{self.address}local.{name}")

    def output(self, name: str) -> Any:
        """Return an output's value."""
        key = ("output", name)
        if key not in self._values:
            node = self.folder.outputs.get(name)
            what = f"{self.address}output.{name}"
            if node is None or "value" not in node.body.attributes:
                return self._missing(f"output.{name}")
            value = node.body.attributes["value"].value
            self._values[key] = Unknown(f"{what} depends on itself")
            self._values[key] = guarded(lambda: evaluate(value, self.scope), self.budget, what)
        return self._values[key]

    def _module(self, name: str) -> Any:
        found = self.child(name)
        if found is None:
            if name in self.folder.modules:
                return Unknown(f"{self.address}module.{name} could not be read", (f"{self.address}module.{name}",))
            return self._missing(f"module.{name}")
        expansion, modules = found
        return _gathered(expansion, [ModuleHandle(module) for module in modules])

    def _resource(self, table: dict[tuple[str, str], hcl.BlockNode], key: tuple[str, str], what: str) -> Any:
        if key not in table:
            return self._missing(what)
        mode = "data" if table is self.folder.data else "resource"
        return _gathered(self._expansion_of(mode, key, table[key]), self.instances(mode, key))

    # -- instances -------------------------------------------------------------------------------------------------

    def instances(self, mode: str, key: tuple[str, str]) -> list[Resource]:
        """Return the instances of a resource (`mode` `resource`) or data source (`data`)."""
        mark = (mode, *key)
        if mark not in self._instances:
            node = (self.folder.data if mode == "data" else self.folder.resources)[key]
            expansion = self._expansion_of(mode, key, node)
            if expansion.kind == "too many":
                self._instances[mark] = []
                return []
            prefix = f"{self.address}{'data.' if mode == 'data' else ''}{key[0]}.{key[1]}"
            uncertain = expansion.reason or (self.call_block.uncertain if self.call_block else None)
            of = DataSource if mode == "data" else Resource
            self._instances[mark] = [
                of(
                    prefix + suffix(instance), key[0], key[1], node, Scope(self, names),
                    uncertain=uncertain or (instance if isinstance(instance, Unknown) else None),
                )
                for instance, names in zip(expansion.keys, expansion.names, strict=True)
            ]  # fmt: skip
        return self._instances[mark]

    def _expansion_of(self, mode: str, key: tuple[str, ...], node: hcl.BlockNode) -> Expansion:
        mark = (mode, *key)
        if mark not in self._expansions:
            what = f"{self.address}{'.'.join(key)}"
            self._expansions[mark] = _unknown_times(Unknown(f"how often {what} exists depends on itself"))
            try:
                self._expansions[mark] = self._expand(node, what)
            except Exhausted as spent:
                self._too_many(node, spent)
                self._expansions[mark] = Expansion((), (), "too many", Unknown(str(spent)))
        return self._expansions[mark]

    def _expand(self, node: hcl.BlockNode, what: str) -> Expansion:
        self.budget.renew()
        fields = node.body.attributes
        weight = _MODULE if node.type == "module" else 1
        if "count" in fields:
            found = guarded(
                lambda: as_number(evaluate(fields["count"].value, self.scope)), self.budget, f"{what}.count"
            )
            if isinstance(found, Unknown):
                return _unknown_times(Unknown(f"how often {what} exists is not known: {found.reason}", found.refs))
            if not isinstance(found, int) or not 0 <= found <= _MANY:
                return _unknown_times(Unknown(f"{what}.count is not a number from 0 to {_MANY}"))
            self.budget.make(found * weight)
            return Expansion(tuple(range(found)), tuple({"count": {"index": at}} for at in range(found)), "count")
        if "for_each" not in fields:
            self.budget.make(weight)
            return Expansion((None,), ({},))
        each = guarded(lambda: evaluate(fields["for_each"].value, self.scope), self.budget, f"{what}.for_each")
        if isinstance(each, Handle):
            each = each.opaque()
        entries: list[tuple[Any, Any]]
        if isinstance(each, PartlyKnownMap):
            entries = [*each.known.items(), (each, each)]
        elif isinstance(each, PartlyKnownList):
            entries = [(item, item) for item in each.parts]
        elif isinstance(each, Unknown):
            return _unknown_times(Unknown(f"which {what} exist is not known: {each.reason}", each.refs))
        elif isinstance(each, dict) and len(each) <= _MANY:
            entries = list(each.items())
        elif isinstance(each, list) and len(each) <= _MANY:
            # Only a set is allowed here; a list is Terraform's error, but what it lists is plain enough.
            entries = [(item.opaque() if isinstance(item, Handle) else item, item) for item in each]
        else:
            return _unknown_times(Unknown(f"{what}.for_each is neither a map nor a set, or has more than {_MANY}"))
        self.budget.make(len(entries) * weight)
        return _each(entries)

    # -- modules ---------------------------------------------------------------------------------------------------

    def child(self, name: str) -> "tuple[Expansion, list[Module]] | None":
        """Return the instances of a called module; None where it could not be read (which is then a problem)."""
        if name not in self._children:
            self._children[name] = None
            self._children[name] = self._call_module(name)
        return self._children[name]

    def _call_module(self, name: str) -> "tuple[Expansion, list[Module]] | None":
        node = self.folder.modules.get(name)
        if node is None:
            return None
        disk = self.folder.disk
        line, column = node.source.position(node.start)
        path = module_path(self, name, node)
        depth, above = 0, self
        while above.parent is not None:
            depth, above = depth + 1, above.parent
        folder = disk.folder(path) if isinstance(path, str) else None
        why = str(path) if isinstance(path, Failure) else f"the folder {path or '.'} holds no Terraform files"
        if folder is not None and (depth >= _DEPTH or self._inside(folder)):
            folder, why = None, "it calls itself, or modules are nested too deeply"
        if folder is None:
            disk.problem(node.source.file, f"module {name!r} could not be read: {why}", line, column)
            return None
        expansion = self._expansion_of("module", (name,), node)
        if expansion.kind == "too many":
            return None
        modules = []
        for key, names in zip(expansion.keys, expansion.names, strict=True):
            address = f"{self.address}module.{name}{suffix(key)}"
            uncertain = expansion.reason or (self.call_block.uncertain if self.call_block else None)
            call = Evaluated(address, "module", name, node, Scope(self, names), uncertain=uncertain)
            modules.append(Module(folder, self.root, self.budget, address=address + ".", call=call, parent=self))
        return expansion, modules

    def _too_many(self, node: hcl.BlockNode, spent: Exhausted) -> None:
        line, column = node.source.position(node.start)
        self.folder.disk.problem(node.source.file, f"{'.'.join(node.labels)} is not read: {spent}", line, column)

    def _inside(self, folder: Folder) -> bool:
        above: Module | None = self
        while above is not None:
            if above.folder is folder:
                return True
            above = above.parent
        return False

    def walk(self) -> "Iterator[Module]":
        """Yield this module and all below it, in order of name."""
        yield self
        for name in sorted(self.folder.modules):
            found = self.child(name)
            for module in found[1] if found else ():
                yield from module.walk()

    # -- functions -------------------------------------------------------------------------------------------------

    def call(self, name: str, arguments: list[Any]) -> Any:
        """Call a function: one that reads files here, any other by its arguments alone."""
        self.budget.spend(4)
        if name in files.FILE_FUNCTIONS:
            return files.call(self, name, arguments)
        if name == "defaults":
            return defaulted(arguments)
        result = functions.call(name, arguments, self.budget.spend)
        if isinstance(result, str | list):
            self.budget.spend(len(result) // (LETTERS_A_STEP if isinstance(result, str) else PARTS_A_STEP))
        return result


def _each(entries: list[tuple[Any, Any]]) -> Expansion:
    """Return an instance for each known key, in order, and one that stands for those that are not known."""
    known = {str(key): value for key, value in entries if not isinstance(key, Unknown)}
    keys: list[Any] = sorted(known)
    names = [{"each": {"key": key, "value": known[key]}} for key in keys]
    if unseen := [key for key, _ in entries if isinstance(key, Unknown)]:
        why = both(*unseen)
        values = [value for key, value in entries if isinstance(key, Unknown)]
        keys.append(why)
        names.append({"each": {"key": why, "value": values[0] if len(values) == 1 else why}})
    return Expansion(tuple(keys), tuple(names), "each")


def _gathered(expansion: Expansion, items: list[Any]) -> Any:
    """Shape instances the way expressions see them: one, a list by count, a map by key."""
    if expansion.kind == "single":
        return items[0]
    if expansion.kind == "count":
        return items
    if expansion.kind in ("unknown", "too many") or any(isinstance(key, Unknown) for key in expansion.keys):
        reason = expansion.reason or next(key for key in expansion.keys if isinstance(key, Unknown))
        pairs = list(zip(expansion.keys, items, strict=True))
        sure = {key: item for key, item in pairs if not isinstance(key, Unknown)}
        unsure = next((item for key, item in pairs if isinstance(key, Unknown)), None)
        return SeveralUnknown(reason.reason, reason.refs, unsure, sure)
    return dict(zip(expansion.keys, items, strict=True))


def _unknown_times(reason: Unknown) -> Expansion:
    names = {"each": {"key": reason, "value": reason}, "count": {"index": reason}}
    return Expansion((reason,), (names,), "unknown", reason)


def _is(field: hcl.Attribute | None, value: bool) -> bool:
    return field is not None and getattr(field.value, "value", None) is value


def _concealed(value: Any, what: str) -> Any:
    """Return a sensitive value without its texts: they are no facts, and must not be kept. As a plan is read."""
    if isinstance(value, str):
        return Unknown(f"{what} is marked sensitive: its text is not read", (what,))
    if isinstance(value, dict):
        return {key: _concealed(item, what) for key, item in value.items()}
    if isinstance(value, list):
        return type(value)(_concealed(item, what) for item in value)
    return value
