"""Which files of a folder are Terraform's or OpenTofu's, and in which order they are read."""

from collections.abc import Iterable

SUFFIXES = (".tf", ".tf.json", ".tofu", ".tofu.json")
_PASSED_OVER = (".", "~", "#")
"""What the names of hidden files, and of those that editors leave behind, begin with."""


def chosen(names: Iterable[str]) -> list[str]:
    """Return the files of a folder that are read: sorted, overrides last.

    `main.tofu` takes the place of `main.tf`, as OpenTofu has it (https://opentofu.org/docs/language/files/). Terraform
    would read `main.tf`: a module that has both means the former for OpenTofu.
    """
    found = {name for name in names if name.endswith(SUFFIXES) and not name.startswith(_PASSED_OVER)}
    found -= {_other(name) for name in found if name.endswith((".tofu", ".tofu.json"))}
    return sorted(found, key=lambda name: (overrides(name), name))


def _other(name: str) -> str:
    """Return the file that one of OpenTofu takes the place of."""
    return f"{name.removesuffix('.json').removesuffix('.tofu')}.tf{'.json' if name.endswith('.json') else ''}"


def overrides(name: str) -> bool:
    """Say whether a file changes what the others declare."""
    stem = name.removesuffix(".json").removesuffix(".tf").removesuffix(".tofu")
    return stem == "override" or stem.endswith("_override")


def variable_files(names: Iterable[str]) -> list[str]:
    """Return the files of a folder that set variables without being asked for, the strongest last."""
    listed = set(names)
    own = [name for name in ("terraform.tfvars", "terraform.tfvars.json") if name in listed]
    return own + sorted(name for name in listed if name.endswith((".auto.tfvars", ".auto.tfvars.json")))
