"""The Terraform forms of all resource types, found by scanning the type modules. There is no registry to edit."""

import importlib
import pkgutil
from functools import cache

from msgspec import Struct

from phiward.collectors import types
from phiward.collectors.terraform.form import Form
from phiward.inventory.catalog import ResourceType


class Forms(Struct, frozen=True):
    """Every form, by the Terraform types it reads."""

    mains: dict[str, Form]
    """Terraform type to the form that makes a resource of it."""
    parts: dict[str, tuple[tuple[Form, str], ...]]
    """Terraform type to the forms it is folded into, each with the argument that names the owner."""
    types: tuple[ResourceType, ...] = ()
    """The resource types that have a form, by name."""

    def reads(self, terraform_type: str) -> bool:
        """Say whether any form reads blocks of the type."""
        return terraform_type in self.mains or terraform_type in self.parts


def of(forms: tuple[Form, ...], resource_types: tuple[ResourceType, ...] = ()) -> Forms:
    """Index forms by what they read. Two forms of one main type are a mistake: `ValueError`."""
    mains: dict[str, Form] = {}
    parts: dict[str, tuple[tuple[Form, str], ...]] = {}
    for form in forms:
        if form.main in mains:
            message = f"{form.main} has two forms: a Terraform type makes one resource type"
            raise ValueError(message)
        mains[form.main] = form
        for part, argument in form.parts.items():
            parts[part] = (*parts.get(part, ()), (form, argument))
    return Forms(mains, parts, resource_types)


@cache
def discover() -> Forms:
    """Import every type module that names a `TERRAFORM` form."""
    found: list[Form] = []
    of_types: list[ResourceType] = []
    for module_info in pkgutil.walk_packages(types.__path__, f"{types.__name__}."):
        module = importlib.import_module(module_info.name)
        forms = getattr(module, "TERRAFORM", ())
        if forms:
            found.extend(forms)
            of_types.append(module.TYPE)
    return of(tuple(found), tuple(sorted(of_types, key=lambda of_type: of_type.name)))
