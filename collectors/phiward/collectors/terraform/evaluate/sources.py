"""Where the folder of a called module is: beside its caller, or where `terraform init` has put it."""

import posixpath
import re
from typing import TYPE_CHECKING, Any

import msgspec
from msgspec import Struct

from phiward.collectors.terraform.evaluate.blocks import guarded
from phiward.collectors.terraform.evaluate.expression import evaluate
from phiward.collectors.terraform.evaluate.values import Failure, as_text
from phiward.collectors.terraform.hcl import syntax as hcl

if TYPE_CHECKING:
    from phiward.collectors.terraform.evaluate.modules import Module

_CONSTRAINT = re.compile(r"(=|!=|>|>=|<|<=|~>|)\s*v?(\d{1,9}(?:\.\d{1,9}){0,3})")

_REGISTRY = re.compile(r"[\w-]+/[\w-]+/[\w-]+")
"""`terraform-aws-modules/vpc/aws`"""


class Installed(Struct, frozen=True):
    """A module that `terraform init` has put below `.terraform`, as `modules.json` lists it."""

    key: str = msgspec.field(name="Key", default="")
    source: str = msgspec.field(name="Source", default="")
    folder: str = msgspec.field(name="Dir", default="")
    version: str = msgspec.field(name="Version", default="")


class _Manifest(Struct):
    modules: list[Installed] = msgspec.field(name="Modules", default_factory=list)


def local(source: str) -> bool:
    """Say whether a module's source is a folder beside it."""
    return source in (".", "..") or source.startswith(("./", "../"))


def module_source(module: "Module", node: hcl.BlockNode) -> Any:
    """Return the source of a module call, `Unknown` where it cannot be known; None where it has none.

    OpenTofu lets variables and locals decide it (1.8 and later).
    """
    return _argument(module, node, "source")


def _argument(module: "Module", node: hcl.BlockNode, name: str) -> Any:
    found = node.body.attributes.get(name)
    if found is None:
        return None
    what = f"{module.address}module.{'.'.join(node.labels)}.{name}"
    return guarded(lambda: as_text(evaluate(found.value, module.scope)), module.budget, what)


def module_path(module: "Module", name: str, node: hcl.BlockNode) -> str | Failure:
    """Return the folder a module call means, below the scanned folder; a `Failure` (not raised) that says why not."""
    source = module_source(module, node)
    if not isinstance(source, str):
        return Failure("it has no source" if source is None else f"its source is not known: {source.reason}")
    disk = module.folder.disk
    if local(source):
        below = disk.inside(posixpath.join(module.folder.path, source))
        return Failure(f"its source {source!r} is outside the scanned folder") if below is None else below
    installed = _installed(module, name)
    if installed is None:
        return Failure(
            f"its source {source!r} is not in this folder; run `terraform init`, or scan a plan, to include it"
        )
    if why := _differs(installed, source, _argument(module, node, "version")):
        return Failure(f"{why}; run `terraform init` again")
    below = disk.inside(posixpath.join(module.root, installed.folder))
    if below is not None and (disk.top / below).is_dir():
        return below
    return Failure(
        f"its source {source!r} was installed to {installed.folder}, which is not in this folder; run `terraform init`"
    )


def _installed(module: "Module", name: str) -> Installed | None:
    """Look a module up in what `terraform init` installed, by its place in the tree of calls."""
    names = [name]
    above: Module | None = module
    while above is not None and above.call_block is not None:
        names.append(above.call_block.name)
        above = above.parent
    disk = module.folder.disk
    if module.root not in disk.installed:
        data = disk.read(posixpath.join(module.root, ".terraform/modules/modules.json"))
        try:
            listed = msgspec.json.decode(data or b"{}", type=_Manifest).modules
        except msgspec.DecodeError:
            listed = []
        disk.installed[module.root] = {each.key: each for each in listed}
    found: Installed | None = disk.installed[module.root].get(".".join(reversed(names)))
    return found


def _differs(installed: Installed, source: str, version: Any) -> str | None:
    """Say how what is installed is not what the code asks for; None where it is."""
    named = installed.source.removeprefix("registry.terraform.io/").removeprefix("registry.opentofu.org/")
    wanted, is_there = source.partition("//")[0], named.partition("//")[0]
    # Only what the registry has is written one way: the addresses of repositories are spelled in several.
    if _REGISTRY.fullmatch(wanted) and _REGISTRY.fullmatch(is_there) and wanted != is_there:
        return f"its source is {source!r}, and {installed.source!r} is what is installed"
    if isinstance(version, str) and installed.version and not fits(installed.version, version):
        return f"its version is to be {version!r}, and {installed.version} is what is installed"
    return None


def fits(version: str, constraint: str) -> bool:
    """Say whether a version is one that a constraint (`~> 5.1, != 5.3.0`) allows. What is no version does."""
    have = _numbers(version)
    for part in constraint.split(","):
        found = _CONSTRAINT.fullmatch(part.strip())
        if have is None or found is None:
            return True
        want = tuple(map(int, found[2].split(".")))
        wide = (*want, 0, 0, 0)[:4]
        same = max(1, len(want) - 1)
        held = {
            "": have == wide, "=": have == wide, "!=": have != wide, ">": have > wide, ">=": have >= wide,
            "<": have < wide, "<=": have <= wide, "~>": have >= wide and have[:same] == want[:same],
        }  # fmt: skip
        if not held[found[1]]:
            return False
    return True


def _numbers(version: str) -> tuple[int, ...] | None:
    found = re.fullmatch(r"v?(\d{1,9}(?:\.\d{1,9}){0,3})", version)
    return (*map(int, found[1].split(".")), 0, 0, 0)[:4] if found else None
