"""Terraform plans (`terraform show -json PLAN`), as trees of blocks.

The values are those of `resource_changes`: what will be there after the apply, deletions left out. What is only known
then is `Unknown`, with the references of the configuration that decide it.
https://developer.hashicorp.com/terraform/internals/json-format
"""

import hashlib
import os
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

import msgspec
from msgspec import Raw, Struct

from phiward.collectors.terraform.block import Block
from phiward.collectors.terraform.plan_block import Given, PlanBlock, Planned, written_values
from phiward.collectors.terraform.plan_code import Code
from phiward.collectors.terraform.plan_references import KEPT, NOTHING, Configuration, References
from phiward.collectors.terraform.plan_secrets import secrets
from phiward.collectors.terraform.plan_written import Written
from phiward.errors import CollectError
from phiward.inventory.regular import regular

if TYPE_CHECKING:
    from phiward.collectors.terraform.plan_folders import PlanFolders

INCOMPLETE = {
    True: "planning ended with an error: the plan is not complete",
    False: "the plan leaves out a part of the configuration (`-target`, or changes that Terraform deferred)",
}
MOST_BYTES = 2 * 1024**3
"""A plan larger than this is refused: its text is read whole."""


class Variable(Struct, frozen=True):
    """A variable's value; only the region of a provider is ever taken from one."""

    value: Any = None


class ResourceChange(Struct, gc=False):
    """What happens to one resource instance. The change itself is decoded when its turn comes."""

    address: str
    type: str
    name: str
    mode: str = "managed"
    change: Raw = Raw(b"{}")
    deposed: str | None = None


class StateResource(Struct, frozen=True, gc=False):
    """A data source that has been read."""

    address: str
    type: str
    name: str
    mode: str = "managed"
    values: Raw = NOTHING
    sensitive_values: Raw = NOTHING


class StateModule(Struct, frozen=True):
    """A module of the state."""

    resources: list[StateResource] = []
    child_modules: list["StateModule"] = []


class StateValues(Struct, frozen=True):
    """The values of a state."""

    root_module: StateModule = StateModule()


class State(Struct, frozen=True):
    """The state before the plan."""

    values: StateValues = StateValues()


class Plan(Struct):
    """The wanted fields of a plan."""

    format_version: str
    resource_changes: list[ResourceChange] = []
    variables: dict[str, Variable] = {}
    configuration: Configuration | None = None
    prior_state: Raw = Raw(b"{}")
    errored: bool = False
    complete: bool = True


class Placed(Struct, frozen=True, gc=False):
    """The facts of a resource or data source of the plan."""

    tree: "PlanTree"
    address: str
    planned_whole: ClassVar[bool] = True

    @property
    def planned(self) -> Planned:
        """Its values after the apply."""
        return self.tree.planned(self.address)

    @property
    def written(self) -> Written | None:
        """Its expressions in the configuration."""
        return self.tree.references.written(self.address)

    @property
    def code(self) -> Code | None:
        """Where it is written."""
        return self.tree.code.code(self.address) if self.tree.code is not None else None


class PlanTree:
    """The resources of one plan."""

    root = ""

    def __init__(self, plan: Plan, file: str) -> None:
        self._file = file
        configuration = plan.configuration or Configuration()
        self._variables = plan.variables
        self._provider_config = configuration.provider_config
        self._prior_state = plan.prior_state
        self._providers: dict[str, PlanBlock | None] = {}
        self._state: dict[str, StateResource] | None = None
        self._changes = {change.address: change for change in plan.resource_changes if change.deposed is None}
        self.configuration = configuration.root_module
        self.references = References(self.configuration, self._changes.keys())
        self.code: PlanFolders | None = None
        """The code it was made from, where it is at hand."""
        self._secrets = frozenset(
            text
            for name, declared in self.configuration.variables.items()
            if declared.sensitive and name in plan.variables
            for text in secrets(plan.variables[name].value, True)
        )
        self.incomplete = INCOMPLETE[plan.errored] if plan.errored or not plan.complete else None
        """Why the plan does not show all that will be there, None where it does."""
        self.planned = lru_cache(KEPT)(self._planned)
        """Return the values of a resource or data source by its address."""

    def resources(self) -> Iterator[Block]:
        """Yield every managed resource that will be there after the apply."""
        for change in self._changes.values():
            if change.mode == "managed" and self.planned(change.address).after is not None:
                yield self._block(change)

    def types(self) -> set[str]:
        """Return the Terraform types of everything that the plan changes or keeps."""
        return {change.type for change in self._changes.values()}

    def find(self, address: str) -> Block | None:
        """Return a resource, or a data source whether read already or only during the apply."""
        found = self._changes.get(address) or self._read_before().get(address)
        return self._block(found) if found is not None and self.planned(address).after is not None else None

    def provider(self, block: Block) -> Block | None:
        """Return the provider configuration that a resource uses."""
        written = self.references.configuration(block.address)
        key = written.provider_config_key if written else ""
        if key not in self._providers:
            self._providers[key] = self._configured(key)
        return self._providers[key]

    def _configured(self, key: str) -> PlanBlock | None:
        configured = self._provider_config.get(key)
        if configured is None:
            return None
        variables = {name: variable.value for name, variable in self._variables.items()}
        wanted = {name: configured.expressions.get(name) for name in ("region", "default_tags", "allowed_account_ids")}
        values = {name: written_values(given, variables) for name, given in wanted.items() if given is not None}
        name = configured.name
        return PlanBlock(f"provider.{key}", name, name, Given(Planned(values)), self.references, file=self._file)

    def _block(self, of: ResourceChange | StateResource) -> PlanBlock:
        return PlanBlock(of.address, of.type, of.name, Placed(self, of.address), self.references, file=self._file)

    def _planned(self, address: str) -> Planned:
        change = self._changes.get(address)
        try:
            if change is not None:
                planned = msgspec.json.decode(change.change, type=Planned)
            else:
                state = self._read_before()[address]
                values = msgspec.json.decode(state.values, type=dict[str, Any] | None)
                planned = Planned(values or {}, False, msgspec.json.decode(state.sensitive_values))
        except msgspec.MsgspecError as error:
            raise CollectError(f"{self._file}: {address}: not a change of a plan: {error}") from error
        planned.secrets = self._secrets.union(secrets(planned.after, planned.after_sensitive))
        return planned

    def _read_before(self) -> dict[str, StateResource]:
        if self._state is None:
            self._state = {}
            try:
                modules = [msgspec.json.decode(self._prior_state, type=State).values.root_module]
            except msgspec.MsgspecError:
                modules = []  # a state of another shape decides nothing: what refers to it stays unknown
            while modules:
                module = modules.pop()
                modules.extend(module.child_modules)
                self._state.update({each.address: each for each in module.resources if each.mode == "data"})
        return self._state


def read(path: Path, shown: str) -> tuple[PlanTree, str]:
    """Return the tree of a plan file and the file's digest; `CollectError` where it is none.

    `shown` is the path as it is told to people. The text is kept: what is decoded later is a part of it, not a copy.
    """
    try:
        with regular(path) as file:
            size = os.fstat(file.fileno()).st_size
            if size > MOST_BYTES:
                raise CollectError(f"{shown}: {size} bytes: a plan over {MOST_BYTES} bytes is not read")
            content = file.read()
        plan = msgspec.json.decode(content, type=Plan)
    except OSError as error:
        raise CollectError(f"{shown}: cannot be read: {error.strerror}") from error
    except (msgspec.MsgspecError, ValueError, RecursionError) as error:
        raise CollectError(
            f"{shown}: not the JSON form of a Terraform plan ({error}): write it with `terraform show -json PLAN`"
        ) from error
    if not (plan.resource_changes or plan.configuration or plan.errored):
        raise CollectError(
            f"{shown}: the JSON form of a state or of something else: `terraform show -json PLAN` is wanted"
        )
    return PlanTree(plan, shown), f"sha256:{hashlib.sha256(content).hexdigest()}"


def looks_like_plan(path: Path) -> bool:
    """Say whether a file begins like `terraform show -json`: `format_version` among its first keys."""
    try:
        with regular(path) as file:
            start = file.read(4096)
    except OSError:
        return False
    return start.lstrip().startswith(b"{") and b'"format_version"' in start
