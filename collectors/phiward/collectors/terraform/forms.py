"""The Terraform forms of all resource types, found by scanning the type modules. There is no registry to edit."""

import importlib
import pkgutil
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path

import msgspec
from msgspec import Struct

from phiward import kept
from phiward.collectors import types as type_modules
from phiward.collectors.terraform.form import Form, Within
from phiward.inventory.catalog import ResourceType


class Forms(Struct, frozen=True):
    """Forms, by the Terraform types they read."""

    mains: dict[str, Form]
    """Terraform type to the form that makes a resource of it."""
    parts: dict[str, tuple[tuple[Form, str], ...]]
    """Terraform type to the forms it is folded into, each with the argument that names the owner."""
    types: tuple[ResourceType, ...] = ()
    """The resource types that have a form, by name."""
    names: dict[str, str] = {}
    """Terraform type to the name of the resource type that it makes."""
    within: dict[str, tuple[tuple[str, Within], ...]] = {}
    """Terraform type to what its blocks declare besides: each with the name of its resource type."""

    def reads(self, terraform_type: str) -> bool:
        """Say whether any form reads blocks of the type."""
        return terraform_type in self.mains or terraform_type in self.parts


def of(
    found: Iterable[tuple[ResourceType, tuple[Form, ...]]],
    within: Iterable[tuple[ResourceType, tuple[Within, ...]]] = (),
) -> Forms:
    """Index forms by what they read. Two forms of one main type are a mistake: `ValueError`."""
    inside: dict[str, tuple[tuple[str, Within], ...]] = {}
    for of_type, declared in within:
        for each in declared:
            inside[each.main] = (*inside.get(each.main, ()), (of_type.name, each))
    mains: dict[str, Form] = {}
    parts: dict[str, tuple[tuple[Form, str], ...]] = {}
    names: dict[str, str] = {}
    types: list[ResourceType] = []
    for of_type, forms in found:
        types.append(of_type)
        for form in forms:
            if form.main in mains:
                message = f"{form.main} has two forms: a Terraform type makes one resource type"
                raise ValueError(message)
            mains[form.main] = form
            names[form.main] = of_type.name
            for part, argument in form.parts.items():
                parts[part] = (*parts.get(part, ()), (form, argument))
    return Forms(mains, parts, tuple(sorted(types, key=lambda each: each.name)), names, inside)


@cache
def discover() -> Forms:
    """Import every type module that names a `TERRAFORM` form."""
    return _import(_modules())


def needed(terraform_types: Iterable[str]) -> Forms:
    """Import the type modules that read any of some Terraform types, and no others.

    Which those are is kept between runs, and found again whenever a type module may have changed.
    """
    path = kept.folder() / f"{kept.state_of(Path(type_modules.__path__[0]))[:32]}.forms"
    index = _index(kept.read(path))
    if index is None:
        index = {}
        for name in _modules():
            module = importlib.import_module(name)
            reads = [each for form in getattr(module, "TERRAFORM", ()) for each in (form.main, *form.parts)]
            for read in dict.fromkeys([*reads, *(each.main for each in getattr(module, "TERRAFORM_WITHIN", ()))]):
                index.setdefault(read, []).append(name)
        kept.write(path, msgspec.json.encode(index))
    return _import(dict.fromkeys(name for each in sorted(terraform_types) for name in index.get(each, ())))


def _index(data: bytes | None) -> dict[str, list[str]] | None:
    try:
        return None if data is None else msgspec.json.decode(data, type=dict[str, list[str]])
    except msgspec.DecodeError:
        return None


def _modules() -> Iterator[str]:
    return (each.name for each in pkgutil.walk_packages(type_modules.__path__, f"{type_modules.__name__}."))


def _import(names: Iterable[str]) -> Forms:
    modules = [importlib.import_module(name) for name in names]
    declared = [module for module in modules if getattr(module, "TERRAFORM", ())]
    return of(
        ((module.TYPE, tuple(module.TERRAFORM)) for module in declared),
        ((module.TYPE, tuple(getattr(module, "TERRAFORM_WITHIN", ()))) for module in declared),
    )
