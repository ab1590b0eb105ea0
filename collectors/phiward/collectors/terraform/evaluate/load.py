"""Loading a folder of Terraform: its root modules, each with every resource instance evaluated.

    loaded = load(Path("infrastructure"), {"region": "eu-west-1"}, ["prod.tfvars"])
    for tree in loaded.trees:                # one for each root module, sorted by folder
        for block in tree.resources():       # `Block`s of `phiward.collectors.terraform.block`, modules included
            block.get("bucket")
    for problem in loaded.problems:          # file, line, column, message: files and modules that could not be read
        ...

A folder that another one calls as a module is no root. Files are parsed once; blocks are evaluated when they are asked.
`block.uncertain` of an instance is an `Unknown` where it is not known whether or how often it exists (`count` or
`for_each` unknown): it then stands for any number of instances, and its address has the key `["?"]`.
A JSON text that is partly known is an `Unknown` whose structure `decode_json` of `values` gives back.
"""

import posixpath
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path

from phiward.collectors.terraform.evaluate.blocks import Evaluated
from phiward.collectors.terraform.evaluate.expression import Budget
from phiward.collectors.terraform.evaluate.folders import Disk, Folder, Problem
from phiward.collectors.terraform.evaluate.modules import Module, Resource
from phiward.collectors.terraform.evaluate.providers import Providers
from phiward.collectors.terraform.evaluate.sources import local, module_source
from phiward.collectors.terraform.evaluate.variables import WORKSPACE, Inputs, undeclared
from phiward.collectors.terraform.hcl import syntax as hcl


class RootTree:
    """The evaluated root module of one folder, and all modules below it."""

    def __init__(self, module: Module) -> None:
        self.module = module
        self.root = module.root
        """The root module's folder below the scanned one (POSIX); empty where it is the scanned one."""
        self._modules: list[Module] | None = None
        self._index: dict[str, Resource] | None = None
        self._providers = Providers()

    def modules(self) -> tuple[Module, ...]:
        """Return every module instance, the root module first."""
        return tuple(self._all())

    def _all(self) -> list[Module]:
        if self._modules is None:
            self._modules = list(self.module.walk())
        return self._modules

    def _blocks(self, mode: str) -> Iterator[Resource]:
        for module in self._all():
            for key in sorted(module.folder.data if mode == "data" else module.folder.resources):
                yield from module.instances(mode, key)

    def types(self) -> set[str]:
        """Return the Terraform types of its resources."""
        return {block.type for block in self.resources()}

    def resources(self) -> Iterator[Resource]:
        """Yield every managed resource instance, modules included, in order of module and address."""
        return self._blocks("resource")

    def data(self) -> Iterator[Resource]:
        """Yield every data source instance, modules included."""
        return self._blocks("data")

    def find(self, address: str) -> Resource | None:
        """Return a resource or data source (`data.aws_kms_alias.s3`) by its address, instance keys included."""
        if self._index is None:
            self._index = {block.address: block for mode in ("resource", "data") for block in self._blocks(mode)}
        return self._index.get(address)

    def provider(self, block: object) -> Evaluated | None:
        """Return the evaluated `provider` block that a resource uses; None where there is none.

        The same provider configuration is the same object.
        """
        return self._providers.of(block) if isinstance(block, Evaluated) else None


class Loaded:
    """What a folder holds: a tree for each root module, and what could not be read."""

    def __init__(self, trees: tuple[RootTree, ...], disk: Disk, undeclared: str | None = None) -> None:
        self.trees = trees
        self.undeclared = undeclared
        """A value that was given by name for a variable that no root module declares, in words; None where all do."""
        self._disk = disk

    @property
    def problems(self) -> list[Problem]:
        """What could not be read, sorted by place."""
        return sorted(self._disk.problems)

    def digest(self, file: str) -> str | None:
        """Return the SHA-256 of a file as it was read, in hexadecimal; None for what is no Terraform file of it."""
        return self._disk.digests.get(file)


def load(folder: Path | str, variables: Mapping[str, str] | None = None, variable_files: Sequence[str] = ()) -> Loaded:
    """Read all Terraform below a folder. Nothing is executed, and nothing outside the folder is read.

    A file that is not HCL, or a module that is not there, is one of the problems; everything else is still evaluated.
    """
    given = variables or {}
    disk = Disk(Path(folder))
    folders = {path: found for path in disk.walk() if (found := disk.folder(path)) is not None}
    budget = Budget()
    values = Inputs(disk, given, variable_files)
    found_roots = roots(folders, lambda found: Module(found, found.path, budget, inputs=values.of(found)))
    trees = []
    for path in found_roots:
        tree = root_tree(folders[path], budget, values, given)
        tree._all()  # noqa: SLF001 - the modules are expanded now, so that the problems are complete
        trees.append(tree)
    return Loaded(tuple(trees), disk, undeclared(given, (folders[path] for path in found_roots)))


def root_tree(folder: Folder, budget: Budget, values: Inputs, given: Mapping[str, str]) -> RootTree:
    """Return the tree of a root module, not yet evaluated."""
    module = Module(folder, folder.path, budget, inputs=values.of(folder))
    module.workspace = given.get(WORKSPACE)
    return RootTree(module)


def roots(folders: Mapping[str, Folder], module_of: Callable[[Folder], Module]) -> list[str]:
    """Return the folders that no other one calls; of those that call each other in a ring, the first."""
    calls = {path: sorted(_called(found, module_of) & folders.keys() - {path}) for path, found in folders.items()}
    called = {target for targets in calls.values() for target in targets}
    found: list[str] = []
    reached: set[str] = set()
    for path in [*sorted(folders.keys() - called), *sorted(folders)]:
        if path in reached:
            continue
        found.append(path)
        stack = [path]
        while stack:
            here = stack.pop()
            if here not in reached:
                reached.add(here)
                stack.extend(calls[here])
    return sorted(found)


def _called(folder: Folder, module_of: Callable[[Folder], Module]) -> set[str]:
    out = set()
    for node in folder.modules.values():
        found = node.body.attributes.get("source")
        if found is None:
            continue
        source = found.value.value if isinstance(found.value, hcl.Literal) else module_source(module_of(folder), node)
        if isinstance(source, str) and local(source):
            below = folder.disk.inside(posixpath.join(folder.path, source))
            if below is not None:
                out.add(below)
    return out
