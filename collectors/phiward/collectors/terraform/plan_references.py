"""What the expressions of a plan's configuration refer to, through variables, outputs and `each`.

A plan gives values, and beside them the unevaluated configuration of each module: which names an expression mentions.
https://developer.hashicorp.com/terraform/internals/json-format#configuration-representation
"""

import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from functools import cached_property, lru_cache
from typing import Any, NamedTuple

import msgspec
from msgspec import Raw, Struct

from phiward.collectors.terraform.addresses import parse

_MOST_STEPS = 200
_MODULE_STEP = re.compile(r"module\.([\w-]+)((?:\[(?:\"(?:[^\"\\]|\\.)*\"|[^\]\"]*)\])?)\.?")


NOTHING = Raw(b"null")
KEPT = 2048
"""Of what is decoded when it is asked for, so many pieces are kept: neighbours are asked together, and memory does not
grow with the plan."""


class ResourceConfiguration(Struct, frozen=True, gc=False):
    """How a resource or data source is written. Its expressions are decoded when they are asked for."""

    address: str
    provider_config_key: str = ""
    expressions: Raw = NOTHING
    for_each_expression: Raw = NOTHING


class Output(Struct, frozen=True):
    """An output of a module."""

    expression: Any = None


class ModuleCall(Struct, frozen=True):
    """A call of a module, with the module's own configuration."""

    expressions: dict[str, Any] = {}
    for_each_expression: Any = None
    module: "ModuleConfiguration | None" = None


class VariableConfiguration(Struct, frozen=True):
    """How a variable is declared."""

    sensitive: bool = False


class ModuleConfiguration(Struct, frozen=True):
    """How a module is written."""

    variables: dict[str, VariableConfiguration] = {}
    outputs: dict[str, Output] = {}
    resources: list[ResourceConfiguration] = []
    module_calls: dict[str, ModuleCall] = {}


class ProviderConfiguration(Struct, frozen=True):
    """How a provider is configured."""

    name: str = ""
    expressions: dict[str, Any] = {}


class Configuration(Struct, frozen=True):
    """The configuration of a plan."""

    provider_config: dict[str, ProviderConfiguration] = {}
    root_module: ModuleConfiguration = ModuleConfiguration()


class Scope(NamedTuple):
    """Where an expression stands: the module instance, the key of the resource instance, its `for_each`."""

    module: str
    """`module.db[0].`, with its dot; empty in the root module."""
    key: str = ""
    for_each: tuple[str, ...] = ()


class References:
    """The references of one plan."""

    def __init__(self, root: ModuleConfiguration, addresses: Collection[str]) -> None:
        """Take the configuration, and the addresses of all resource instances, quick to look one up in."""
        self._root = root
        self._addresses = addresses
        self._resources: dict[str, dict[str, ResourceConfiguration]] = {}
        self._index(root, ())
        self._decoded = lru_cache(KEPT)(self._decode)

    def _index(self, module: ModuleConfiguration, path: tuple[str, ...]) -> None:
        self._resources[".".join(path)] = {resource.address: resource for resource in module.resources}
        for name, call in module.module_calls.items():
            if call.module is not None:
                self._index(call.module, (*path, name))

    @cached_property
    def _modules(self) -> dict[str, set[str]]:
        """The instances of each called module, by the caller's instance and the call's name."""
        found: dict[str, set[str]] = defaultdict(set)
        placed = (parse(address) for address in self._addresses if address.startswith("module."))
        for path in {place.module for place in placed if place}:
            steps = [step.group() for step in _MODULE_STEP.finditer(path)]
            for depth, step in enumerate(steps):
                called = _MODULE_STEP.fullmatch(step)
                if called:
                    found["".join(steps[:depth]) + called[1]].add("".join(steps[: depth + 1]))
        return found

    def configuration(self, address: str) -> ResourceConfiguration | None:
        """Return how a resource is written, None where the plan does not say."""
        place = parse(address)
        if place is None:
            return None
        return self._resources.get(".".join(names(place.module)), {}).get(place.declared)

    def written(self, address: str) -> dict[str, Any] | None:
        """Return the expressions of a resource, None where the plan does not say."""
        place = parse(address)
        return self._decoded(".".join(names(place.module)), place.declared)[0] if place is not None else None

    def scope(self, address: str) -> Scope:
        """Return the scope of a resource instance's expressions."""
        place = parse(address)
        if place is None:
            return Scope("")
        return Scope(place.module, place.key, self._decoded(".".join(names(place.module)), place.declared)[1])

    def _decode(self, path: str, declared: str) -> tuple[dict[str, Any] | None, tuple[str, ...]]:
        """Return the expressions of a resource, and what its `for_each` mentions."""
        written = self._resources.get(path, {}).get(declared)
        if written is None:
            return None, ()
        expressions = msgspec.json.decode(written.expressions)
        each = tuple(mentioned(msgspec.json.decode(written.for_each_expression)))
        return (expressions if isinstance(expressions, dict) else {}), each

    def resolve(self, expression: Any, scope: Scope) -> tuple[str, ...]:
        """Return the absolute references of an expression, in order, without attributes where they are resources."""
        seen: set[tuple[str, Scope]] = set()
        found = (resolved for ref in _specific(mentioned(expression)) for resolved in self._follow(ref, scope, seen))
        return tuple(dict.fromkeys(found))

    def _follow(self, ref: str, scope: Scope, seen: set[tuple[str, Scope]]) -> Iterator[str]:
        if len(seen) > _MOST_STEPS:
            yield ref
            return
        if (ref, scope) in seen:
            return
        seen.add((ref, scope))
        head, _, rest = ref.partition(".")
        if head == "var":
            yield from self._variable(rest.partition(".")[0].partition("[")[0], scope, seen)
        elif head == "module":
            yield from self._output(ref, scope, seen)
        elif ref.startswith("each.value"):
            for source in _specific(scope.for_each):
                yield from self._follow(source, scope._replace(for_each=()), seen)
        elif head == "local":
            yield f"{scope.module}{ref}"
        elif head not in {"each", "count", "path", "terraform", "self"}:
            yield self._resource(ref, scope)

    def _resource(self, ref: str, scope: Scope) -> str:
        place = parse(f"{scope.module}{ref}")
        if place is None:
            return ref
        if not place.key and scope.key and f"{place.bare}{scope.key}" in self._addresses:
            return f"{place.bare}{scope.key}"
        return place.text

    def _variable(self, name: str, scope: Scope, seen: set[tuple[str, Scope]]) -> Iterator[str]:
        steps = list(_MODULE_STEP.finditer(scope.module))
        if not steps:
            yield f"var.{name}"
            return
        parent = "".join(step.group() for step in steps[:-1])
        module = self.module(names(parent))
        call = module.module_calls.get(steps[-1][1]) if module else None
        if call is None:
            yield f"{scope.module}var.{name}"
            return
        outer = Scope(parent, steps[-1][2], tuple(mentioned(call.for_each_expression)))
        for ref in _specific(mentioned(call.expressions.get(name))):
            yield from self._follow(ref, outer, seen)

    def _output(self, ref: str, scope: Scope, seen: set[tuple[str, Scope]]) -> Iterator[str]:
        step = _MODULE_STEP.match(ref)
        if step is None:
            yield ref
            return
        output = ref[step.end() :].partition(".")[0].partition("[")[0]
        child = self.module(names(f"{scope.module}{step.group()}"))
        if child is None:
            yield f"{scope.module}{ref}"
            return
        # Terraform leaves the output's name out of `module.m[each.key].out`: any of the outputs may be meant.
        outputs = [child.outputs[output]] if output in child.outputs else list(child.outputs.values())
        for instance in self._instances(step, scope):
            for each in outputs:
                for inner in _specific(mentioned(each.expression)):
                    yield from self._follow(inner, Scope(instance), seen)

    def _instances(self, step: re.Match[str], scope: Scope) -> list[str]:
        called = f"{scope.module}module.{step[1]}"
        if step[2]:
            return [f"{called}{step[2]}."]
        every = sorted(self._modules.get(f"{scope.module}{step[1]}", ()))
        same = [instance for instance in every if scope.key and instance == f"{called}{scope.key}."]
        return same or every or [f"{called}."]

    def module(self, steps: Iterable[str]) -> ModuleConfiguration | None:
        """Return how a module is written, by the names of the calls that lead to it."""
        module: ModuleConfiguration | None = self._root
        for name in steps:
            call = module.module_calls.get(name) if module else None
            module = call.module if call else None
        return module


def mentioned(expression: Any) -> Iterator[str]:
    """Yield every reference that an expression, or a nested block's expressions, mentions."""
    if isinstance(expression, dict):
        references = expression.get("references")
        if isinstance(references, list):
            yield from (ref for ref in references if isinstance(ref, str))
        else:
            for value in expression.values():
                yield from mentioned(value)
    elif isinstance(expression, list):
        for value in expression:
            yield from mentioned(value)


def _specific(refs: Iterable[str]) -> list[str]:
    """Leave out what Terraform repeats less precisely: `a.b` after `a.b.id`."""
    kept: list[str] = []
    for ref in refs:
        if not any(other == ref or other.startswith((f"{ref}.", f"{ref}[")) for other in kept):
            kept.append(ref)
    return kept


@lru_cache(4096)
def names(path: str) -> tuple[str, ...]:
    """Return the names of the modules on a path, without the keys of their instances."""
    return tuple(step[1] for step in _MODULE_STEP.finditer(path))
