"""Where a value is decided that an expression only refers to: the variable, the call of the module, the local."""

from collections.abc import Iterable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from phiward.collectors.terraform.evaluate.modules import Module

_MOST = 4


def decided(module: "Module", references: Iterable[str]) -> list[str]:
    """Say of each reference of a module where it is decided: `var.days (variables.tf:3, default 7)`.

    Files are named as people are told them.
    """
    found = [_decided(module, reference.split(".")) for reference in references]
    return list(dict.fromkeys(each for each in found if each))[:_MOST]


def module_of(module: "Module", address: str) -> "Module":
    """Return the module instance below a root module that an address lies in: `module.db[0].aws_db_instance.main`."""
    return max((each for each in module.walk() if address.startswith(each.address)), key=lambda each: len(each.address))


def _decided(module: "Module", names: list[str]) -> str | None:
    root, name = names[0], names[1] if len(names) > 1 else ""
    folder = module.folder
    if root == "var" and name in folder.variables:
        node = folder.variables[name]
        call = module.call_block
        if call is not None and name in call.body.attributes:
            given = call.body.attributes[name]
            line, _ = call.source.position(given.start)
            return f"the call of the module gives var.{name} ({module.told(call.source.file)}:{line})"
        if name in module.inputs:
            return f"var.{name} ({module.at(node)}) is given from outside, by --var or a file of variables"
        if "default" not in node.body.attributes:
            return f"var.{name} ({module.at(node)}) has no default: give it one, or the value with --var {name}=…"
        line, _ = node.source.position(node.body.attributes["default"].start)
        return f"the default of var.{name} ({module.told(node.source.file)}:{line})"
    if root == "local" and name in folder.locals:
        attribute, source = folder.locals[name]
        return f"local.{name} ({module.told(source.file)}:{source.position(attribute.start)[0]})"
    if root == "module" and name in folder.modules:
        return f"module.{name} ({module.at(folder.modules[name])})"
    table, key = (folder.data, names[1:3]) if root == "data" else (folder.resources, names[:2])
    node_of = table.get((key[0], key[1])) if len(key) == 2 else None
    return f"{'.'.join(names)} ({module.at(node_of)})" if node_of is not None else None
