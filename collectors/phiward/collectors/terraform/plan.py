"""Terraform plans (`terraform show -json PLAN`), as trees of blocks.

The values are those of `resource_changes`: what will be there after the apply, deletions left out. What is only known
then is `Unknown`, with the references of the configuration that decide it.
https://developer.hashicorp.com/terraform/internals/json-format
"""

import hashlib
import mmap
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
from msgspec import Raw, Struct

from phiward.collectors.terraform.block import Block
from phiward.collectors.terraform.plan_block import PlanBlock, written_values
from phiward.collectors.terraform.plan_references import Configuration, References
from phiward.errors import CollectError
from phiward.inventory.regular import regular

MOST_BYTES = 2 * 1024**3
"""A plan larger than this is refused: it is read whole."""


class Variable(Struct, frozen=True):
    """A variable's value; only the region of a provider is ever taken from one."""

    value: Any = None


class ResourceChange(Struct):
    """What happens to one resource instance."""

    address: str
    type: str
    name: str
    mode: str = "managed"
    change: Raw = Raw(b"{}")
    deposed: str | None = None


class StateResource(Struct, frozen=True):
    """A data source that has been read."""

    address: str
    type: str
    name: str
    mode: str = "managed"
    values: dict[str, Any] = {}


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
    configuration: Configuration = Configuration()
    prior_state: Raw = Raw(b"{}")
    errored: bool = False


class Change(Struct):
    """The wanted fields of a change."""

    actions: list[str] = []
    after: dict[str, Any] | None = None
    after_unknown: Any = False
    after_sensitive: Any = False


class PlanTree:
    """The resources of one plan."""

    root = ""

    def __init__(self, plan: Plan, file: str) -> None:
        self._plan = plan
        self._file = file
        self._blocks: dict[str, PlanBlock] = {}
        self._providers: dict[str, PlanBlock | None] = {}
        self._state: dict[str, StateResource] | None = None
        changes = [change for change in plan.resource_changes if change.deposed is None]
        self._changes = {change.address: change for change in changes}
        self._references = References(plan.configuration.root_module, self._changes)
        self.errored = plan.errored

    def resources(self) -> Iterator[Block]:
        """Yield every managed resource that will be there after the apply."""
        for change in self._changes.values():
            if change.mode == "managed":
                block = self._block(change)
                if block is not None:
                    yield block

    def find(self, address: str) -> Block | None:
        """Return a resource, or a data source whether read already or only during the apply."""
        change = self._changes.get(address)
        if change is not None:
            return self._block(change)
        if self._state is None:
            self._state = self._read_before()
        read = self._state.get(address)
        if read is None:
            return None
        written = self._references.configuration(address)
        return PlanBlock(read.address, read.name, read.values, self._references, file=self._file, written=written)

    def provider(self, block: Block) -> Block | None:
        """Return the provider configuration that a resource uses."""
        written = self._references.configuration(block.address)
        key = written.provider_config_key if written else ""
        if key not in self._providers:
            self._providers[key] = self._configured(key)
        return self._providers[key]

    def _configured(self, key: str) -> PlanBlock | None:
        configured = self._plan.configuration.provider_config.get(key)
        if configured is None:
            return None
        variables = {name: variable.value for name, variable in self._plan.variables.items()}
        wanted = {name: configured.expressions.get(name) for name in ("region", "default_tags", "allowed_account_ids")}
        values = {name: written_values(given, variables) for name, given in wanted.items() if given is not None}
        return PlanBlock(f"provider.{key}", configured.name, values, self._references, file=self._file)

    def _block(self, change: ResourceChange) -> PlanBlock | None:
        if change.address not in self._blocks:
            try:
                planned = msgspec.json.decode(change.change, type=Change)
            except msgspec.MsgspecError as error:
                raise CollectError(f"{self._file}: {change.address}: not a change of a plan: {error}") from error
            if planned.after is None:
                return None
            self._blocks[change.address] = PlanBlock(
                change.address,
                change.name,
                planned.after,
                self._references,
                file=self._file,
                written=self._references.configuration(change.address),
                unknown=planned.after_unknown,
                sensitive=planned.after_sensitive,
            )
        return self._blocks[change.address]

    def _read_before(self) -> dict[str, StateResource]:
        try:
            state = msgspec.json.decode(self._plan.prior_state, type=State)
        except msgspec.MsgspecError:
            return {}  # a state of another shape decides nothing: what refers to it stays unknown
        modules = [state.values.root_module]
        found: dict[str, StateResource] = {}
        while modules:
            module = modules.pop()
            modules.extend(module.child_modules)
            found.update({each.address: each for each in module.resources if each.mode == "data"})
        return found


def read(path: Path, shown: str) -> tuple[PlanTree, str]:
    """Return the tree of a plan file and the file's digest; `CollectError` where it is none.

    `shown` is the path as it is told to people.
    """
    try:
        with regular(path) as file:
            size = os.fstat(file.fileno()).st_size
            if size > MOST_BYTES:
                raise CollectError(f"{shown}: {size} bytes: a plan over {MOST_BYTES} bytes is not read")
            with mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as content:
                digest = f"sha256:{hashlib.sha256(content).hexdigest()}"
                plan = msgspec.json.decode(content, type=Plan)
                # What was decoded lately must outlive the mapping.
                for change in plan.resource_changes:
                    change.change = change.change.copy()
                plan.prior_state = plan.prior_state.copy()
    except OSError as error:
        raise CollectError(f"{shown}: cannot be read: {error.strerror}") from error
    except (msgspec.MsgspecError, ValueError, RecursionError) as error:
        raise CollectError(
            f"{shown}: not the JSON form of a Terraform plan ({error}): write it with `terraform show -json PLAN`"
        ) from error
    return PlanTree(plan, shown), digest


def looks_like_plan(path: Path) -> bool:
    """Say whether a file begins like `terraform show -json`: `format_version` among its first keys."""
    try:
        with regular(path) as file:
            start = file.read(4096)
    except OSError:
        return False
    return start.lstrip().startswith(b"{") and b'"format_version"' in start
