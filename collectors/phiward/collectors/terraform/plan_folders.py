"""The code that a plan was made from, where it lies beside the plan.

A folder is the plan's root module where it declares the same resources and calls the same modules as the plan's
configuration does. A module of it is held to the same, and each resource to its arguments. What does not agree keeps
the plan itself as its place.
"""

import os
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from phiward.collectors.terraform.addresses import parse
from phiward.collectors.terraform.evaluate.blocks import Evaluated
from phiward.collectors.terraform.evaluate.expression import Budget, Scope
from phiward.collectors.terraform.evaluate.folders import Disk, Folder
from phiward.collectors.terraform.evaluate.modules import Module
from phiward.collectors.terraform.evaluate.sources import module_path
from phiward.collectors.terraform.hcl import syntax as hcl
from phiward.collectors.terraform.plan_code import Code, agrees
from phiward.collectors.terraform.plan_references import (
    ModuleConfiguration,
    References,
    ResourceConfiguration,
    names,
)

Shown = Callable[[Path], str]
"""Returns a folder's path as it is told to people."""


class PlanFolders:
    """The folders of the root module and of the modules below it."""

    def __init__(self, folder: Folder, references: References, shown: str) -> None:
        self._references = references
        self._prefix = "" if shown == "." else f"{shown}/"
        self._modules: dict[tuple[str, ...], Module | None] = {(): Module(folder, folder.path, Budget())}
        self._codes: dict[tuple[str, str], Code | None] = {}

    def code(self, address: str) -> Code | None:
        """Return where a resource or data source is written; None where it is not, or differs from the plan."""
        place = parse(address)
        if place is None:
            return None
        path = ".".join(names(place.module))
        key = (path, place.declared)
        if key not in self._codes:
            module = self._module(names(place.module))
            table = (module.folder.data if place.data else module.folder.resources) if module is not None else {}
            node = table.get((place.type, place.name))
            self._codes[key] = self._agreed(address, node) if node is not None else None
        return self._codes[key]

    def spans(self, address: str) -> Iterator[tuple[hcl.Source, int, int]]:
        """Yield where a resource is written, and where the modules that it lies in are called."""
        place = parse(address)
        code = self.code(address)
        if place is None or code is None:
            return
        for node in code.nodes:
            yield node.source, node.start, node.end
        path = names(place.module)
        for depth in range(len(path), 0, -1):
            above = self._module(path[: depth - 1])
            call = above.folder.modules.get(path[depth - 1]) if above is not None else None
            if call is not None:
                yield call.source, call.start, call.end

    def shown(self, file: str) -> str:
        """Return the path of a file as it is told to people."""
        return self._prefix + file

    def agree(self, configuration: ModuleConfiguration) -> bool:
        """Say whether every resource and module call of the root module is written as the plan has it."""
        root = self._modules[()]
        return root is not None and all(
            [
                *(self.code(each.address) is not None for each in managed(configuration)),
                *(
                    agrees(call.expressions, root.folder.modules[name].body)
                    for name, call in configuration.module_calls.items()
                ),
            ]
        )

    def _agreed(self, address: str, node: hcl.BlockNode) -> Code | None:
        written = self._references.written(address)
        return Code([node], self.shown) if written is not None and agrees(written, node.body) else None

    def _module(self, path: tuple[str, ...]) -> Module | None:
        if path not in self._modules:
            # From the outermost on: no deeper than the plan's configuration is.
            for depth in range(1, len(path) + 1):
                part = path[:depth]
                if part not in self._modules:
                    above = self._modules[part[:-1]]
                    self._modules[part] = self._called(above, part) if above is not None else None
                if self._modules[part] is None:
                    self._modules[path] = None
                    break
        return self._modules[path]

    def _called(self, above: Module, path: tuple[str, ...]) -> Module | None:
        name = path[-1]
        node = above.folder.modules.get(name)
        configuration = self._references.module(path)
        if node is None or configuration is None:
            return None
        where = module_path(above, name, node)
        folder = above.folder.disk.folder(where) if isinstance(where, str) else None
        if folder is None or not declares(folder, configuration):
            return None
        address = f"{above.address}module.{name}"
        call = Evaluated(address, "module", name, node, Scope(above, {}))
        return Module(folder, above.root, above.budget, address=f"{address}.", call=call, parent=above)


def find(
    plan: Path, configuration: ModuleConfiguration, references: References, given: Sequence[str], shown: Shown
) -> PlanFolders | None:
    """Return the code of a plan: in the plan's folder, in one above it, or anywhere in a folder that is scanned too.

    Looked at are only folders of what is scanned: those `given`, the one that phiward runs in where the plan lies below
    it, and the plan's own. Where several folders agree with the plan to the same degree, none is taken.
    """
    if not configuration.resources and not configuration.module_calls:
        return None
    here = Path(os.path.realpath(plan.parent))
    tops = {Path(os.path.realpath(each)): Path(each) for each in given if Path(each).is_dir()}
    around = {**tops, Path.cwd().resolve(): Path()}
    above = [top for top in around if top in (here, *here.parents) and top != Path(top.anchor)]
    top = min(above, key=lambda each: len(each.parts), default=here)
    prefix = shown(around.get(top, plan.parent))
    disk = Disk(top)
    for folder in (here, *here.parents):
        path = folder.relative_to(top).as_posix()
        found = disk.folder("" if path == "." else path)
        if found is not None and declares(found, configuration):
            return PlanFolders(found, references, prefix)
        if folder == top:
            break
    candidates = [
        PlanFolders(found, references, shown(spelled))
        for real, spelled in tops.items()
        if not any(other in real.parents for other in tops)
        for found in _folders(Disk(real))
        if declares(found, configuration)
    ]
    if len(candidates) > 1:
        candidates = [each for each in candidates if each.agree(configuration)]
    return candidates[0] if len(candidates) == 1 else None


def _folders(disk: Disk) -> Iterator[Folder]:
    for path in disk.walk():
        folder = disk.folder(path)
        if folder is not None:
            yield folder


def declares(folder: Folder, configuration: ModuleConfiguration) -> bool:
    """Say whether a folder holds the code of a module of the plan: the same resources, the same module calls.

    A plan also lists the data sources inside of `check` blocks.
    """
    own = {".".join(key) for key in folder.resources}
    read = {f"data.{'.'.join(key)}" for key in folder.data}
    return (
        own == {each.address for each in managed(configuration)}
        and read <= {each.address for each in configuration.resources}
        and folder.modules.keys() == configuration.module_calls.keys()
    )


def managed(configuration: ModuleConfiguration) -> Iterator[ResourceConfiguration]:
    """Yield the resources of a module that are neither data sources nor ephemeral."""
    return (each for each in configuration.resources if not each.address.startswith(("data.", "ephemeral.")))
