"""What an expression refers to, followed through locals, variables and module outputs to resources."""

from typing import Any

from phiward.collectors.terraform.evaluate.blocks import Evaluated, guarded
from phiward.collectors.terraform.evaluate.expression import Scope, evaluate
from phiward.collectors.terraform.hcl import syntax as hcl
from phiward.inventory.unknown import Unknown

_STEPS = 5000


def references(node: Any, scope: Scope) -> tuple[str, ...]:
    """Return the absolute addresses of the resources and data sources an expression refers to, in order, each once.

    Only the branch taken of a conditional whose test is known counts. An index that is not known names the resource
    without a key.
    """
    walk = _Walk()
    try:
        walk.visit(node, scope)
    except RecursionError:
        return tuple(walk.found)
    return tuple(walk.found)


class _Walk:
    def __init__(self) -> None:
        self.found: dict[str, None] = {}
        self.seen: set[tuple[int, str]] = set()
        self.left = _STEPS

    def visit(self, node: Any, scope: Scope) -> None:
        self.left -= 1
        if self.left < 0:
            return
        if isinstance(node, hcl.Reference):
            self.reference(node, scope, None)
        elif isinstance(node, hcl.Index) and isinstance(node.of, hcl.Reference):
            self.reference(node.of, scope, node.key)
            self.visit(node.key, scope)
        elif (
            isinstance(node, hcl.Attr) and (called := _called(node)) is not None and called.names[0] not in scope.local
        ):
            self.output(node, called, scope)
        elif isinstance(node, hcl.Conditional):
            test = guarded(lambda: evaluate(node.test, scope), scope.module.budget, "the test")
            for branch in (
                [node.then] if test is True else [node.otherwise] if test is False else [node.then, node.otherwise]
            ):
                self.visit(branch, scope)
        elif isinstance(node, hcl.Literal | hcl.Element):
            return
        else:
            for field in node.__struct_fields__:
                self.inside(getattr(node, field), scope)

    def inside(self, value: Any, scope: Scope) -> None:
        if isinstance(value, tuple):
            for item in value:
                self.inside(item, scope)
        elif hasattr(value, "__struct_fields__"):
            self.visit(value, scope)

    def reference(self, node: hcl.Reference, scope: Scope, key: Any) -> None:
        from phiward.collectors.terraform.evaluate.modules import Module

        names, module = node.names, scope.module
        root = names[0]
        if root in scope.local:
            self.values(scope.local[root] if root != "each" else None)
            if root in ("each", "count"):
                self.values(scope.local[root])
            return
        if not isinstance(module, Module):
            return
        if root in ("var", "local", "module") and len(names) > 1:
            mark = (id(module), ".".join(names[:3] if root == "module" else names[:2]))
            if mark in self.seen:
                return
            self.seen.add(mark)
            self.named(module, names, key)
            return
        is_data = root == "data"
        if len(names) < (3 if is_data else 2):
            return
        table = module.folder.data if is_data else module.folder.resources
        kind = (names[1], names[2]) if is_data else (names[0], names[1])
        if kind not in table:
            return
        value, _ = module.resolve(names)
        if key is not None:
            from phiward.collectors.terraform.evaluate.expression import index

            value = guarded(lambda: index(value, evaluate(key, scope)), module.budget, "the key")
        if isinstance(value, Unknown):
            self.found[f"{module.address}{'data.' if is_data else ''}{kind[0]}.{kind[1]}"] = None
        self.values(value)

    def named(self, module: Any, names: tuple[str, ...], key: Any) -> None:
        root, name = names[0], names[1]
        if root == "local" and name in module.folder.locals:
            self.visit(module.folder.locals[name][0].value, module.scope)
        elif root == "var" and module.call_block is not None:
            given = module.call_block.body.attributes.get(name)
            if given is not None:
                self.visit(given.value, module.call_block.scope)
        elif root == "module":
            found = module.child(name)
            for child in found[1] if found else ():
                wanted = names[2:3] if len(names) > 2 else tuple(child.folder.outputs) if key is not None else ()
                for output in wanted:
                    node = child.folder.outputs.get(output)
                    if node is not None and "value" in node.body.attributes:
                        self.visit(node.body.attributes["value"].value, child.scope)

    def output(self, node: hcl.Attr, called: hcl.Reference, scope: Scope) -> None:
        """Follow `module.name[key].output` into the one instance it names."""
        from phiward.collectors.terraform.evaluate.modules import Module, ModuleHandle

        module = scope.module
        of = guarded(lambda: evaluate(node.of, scope), module.budget, "the module")
        if isinstance(of, ModuleHandle):
            output = of.module.folder.outputs.get(node.name)
            if output is not None and "value" in output.body.attributes:
                self.visit(output.body.attributes["value"].value, of.module.scope)
        elif isinstance(module, Module):
            self.named(module, (*called.names, node.name), None)

    def values(self, value: Any) -> None:
        """Take the addresses that a value carries."""
        if isinstance(value, Evaluated):
            self.found[value.address] = None
        elif isinstance(value, Unknown):
            for ref in value.refs:
                parts = ref.rsplit(".", 1)
                if len(parts) == 2 and not ref.startswith(("var.", "local.")) and ".var." not in ref:
                    self.found[parts[0] if parts[0].count(".") else ref] = None
        elif isinstance(value, dict):
            for item in value.values():
                self.values(item)
        elif isinstance(value, list):
            for item in value:
                self.values(item)


def _called(node: hcl.Attr) -> hcl.Reference | None:
    """Return the `module.name` that an output is taken of by index."""
    of = node.of.of if isinstance(node.of, hcl.Index) else None
    return of if isinstance(of, hcl.Reference) and of.names[0] == "module" and len(of.names) == 2 else None
