"""Which provider configuration a resource uses: its own choice, what its module was passed, or the default one."""

from collections.abc import Mapping
from typing import Any

from phiward.collectors.terraform.evaluate.blocks import Evaluated, guarded
from phiward.collectors.terraform.evaluate.expression import Scope, evaluate, pairs
from phiward.collectors.terraform.evaluate.modules import Module
from phiward.collectors.terraform.evaluate.values import Handle, as_text
from phiward.collectors.terraform.hcl import syntax as hcl
from phiward.inventory.unknown import Unknown


class Providers:
    """The provider configurations of one tree. The same one is the same object."""

    def __init__(self) -> None:
        self._found: dict[tuple[int, str, str | None], Evaluated | None] = {}

    def of(self, block: Evaluated) -> Evaluated | None:
        """Return the `provider` block that a resource uses; None where there is none."""
        module = block.scope.module
        if not isinstance(module, Module):
            return None
        chosen = block.body.attributes.get("provider")
        name, key = _chosen(chosen.value, block.scope) if chosen is not None else (None, None)
        return self._provider(module, name or block.type.split("_", 1)[0], key)

    def _provider(self, module: Module, name: str, key: Any) -> Evaluated | None:
        mark = (id(module), name, key if isinstance(key, str) else None if key is None else "\0")
        if mark not in self._found:
            self._found[mark] = self._find(module, name, key)
        return self._found[mark]

    def _find(self, module: Module, name: str, key: Any) -> Evaluated | None:
        node = module.folder.providers.get(name)
        # A bare `provider "aws" {}` in a called module only declares that one is passed in.
        if node is not None and (module.parent is None or node.body.attributes or node.body.blocks):
            scope = Scope(module, _each(node, module, key))
            return Evaluated(f"{module.address}provider.{name}", "provider", name, node, scope)
        call = module.call_block
        if module.parent is None or call is None:
            return None
        passed = call.body.attributes.get("providers")
        if passed is not None and isinstance(passed.value, hcl.ObjectOf):
            for inner, outer in passed.value.items:
                if _chosen(inner, call.scope)[0] == name:
                    found, chosen = _chosen(outer, call.scope)
                    return self._provider(module.parent, found or name, chosen)
        return self._provider(module.parent, name, key) if "." not in name else None


def _chosen(node: object, scope: Scope) -> tuple[str | None, Any]:
    """Return the name of a provider that an expression chooses, and the key of one that has `for_each`."""
    if isinstance(node, hcl.Index):
        key = guarded(lambda: as_text(evaluate(node.key, scope)), scope.module.budget, "the provider's key")
        return _chosen(node.of, scope)[0], key
    if isinstance(node, hcl.Reference):
        return ".".join(node.names), None
    if isinstance(node, hcl.Literal) and isinstance(node.value, str):
        return node.value, None
    return None, None


def _each(node: hcl.BlockNode, module: Module, key: Any) -> Mapping[str, Any]:
    """Return what `each` is in a provider with `for_each` (OpenTofu 1.9)."""
    wanted = node.body.attributes.get("for_each")
    if wanted is None:
        return {}
    what = f"{module.address}provider.{'.'.join(node.labels)}.for_each"
    items = guarded(lambda: evaluate(wanted.value, module.scope), module.budget, what)
    if isinstance(items, Handle):
        items = items.opaque()
    if isinstance(key, str) and not isinstance(items, Unknown):
        table = guarded(lambda: {str(name): value for name, value in pairs(items)}, module.budget, what)
        if isinstance(table, dict) and key in table:
            return {"each": {"key": key, "value": table[key]}}
    why = (
        key
        if isinstance(key, Unknown)
        else items
        if isinstance(items, Unknown)
        else Unknown(f"{what}: which is not known")
    )
    return {"each": {"key": key if key is not None else why, "value": why}}
