"""The Terraform forms of all resource types, found by scanning the type modules. There is no registry to edit."""

import importlib
import pkgutil
from collections.abc import Iterable
from functools import cache

from msgspec import Struct

from phiward.collectors import types as type_modules
from phiward.collectors.terraform.form import Form, Within
from phiward.inventory.catalog import ResourceType


class Forms(Struct, frozen=True):
    """Every form, by the Terraform types it reads."""

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
    found: list[tuple[ResourceType, tuple[Form, ...]]] = []
    within: list[tuple[ResourceType, tuple[Within, ...]]] = []
    for module_info in pkgutil.walk_packages(type_modules.__path__, f"{type_modules.__name__}."):
        module = importlib.import_module(module_info.name)
        forms = getattr(module, "TERRAFORM", ())
        if forms:
            found.append((module.TYPE, tuple(forms)))
            within.append((module.TYPE, tuple(getattr(module, "TERRAFORM_WITHIN", ()))))
    return of(found, within)
