"""Which calls each resource type makes for which of its paths: found by running the type modules, not written down.

python tests/aws_survey.py      renews `collectors/phiward/collectors/aws/questions.json` (part of `make docs`)

Every module reads many made-up accounts (`aws_world`), once with everything needed, and then once for each single path:
what it asks for is what that path costs.
"""

import json
import sys
from collections.abc import Collection, Iterator
from functools import partial
from pathlib import Path
from threading import Event
from typing import Any

import aws_world
from aws_world import ACCOUNT, REGION, World

from phiward.collectors.aws import calls, plan, questions
from phiward.collectors.aws.account import steps
from phiward.collectors.aws.asking import Asking
from phiward.collectors.aws.clients import Clients
from phiward.collectors.aws.limits import Limits
from phiward.collectors.aws.login import Login
from phiward.collectors.aws.view import View
from phiward.collectors.registry import catalog
from phiward.inventory.describe import describe
from phiward.inventory.model import CollectionGap, Maybe, Resource

FILE = Path(questions.__file__).with_name("questions.json")
Call = tuple[str, str]
"""A service and an operation, as boto3 calls them."""
Reason = tuple[Call, frozenset[str]]
"""A call, and the paths that the module says it fills: a call may be made for several reasons."""
CHOSEN = Path(__file__).with_name("aws_accounts.json")
"""For each module, a few made-up accounts in which it asks all that it ever asks: the search takes a minute."""
NOW = "2026-03-01T00:00:00Z"
_AUDITOR = f"arn:aws:iam::{ACCOUNT}:user/auditor"
FEWEST, MOST = 16, 400
"""How many made-up accounts a module reads: until every call that stands in its source was made, within these."""
_IDENTITY = ("id", "type", "name", "provider", "account", "region", "origin", "observations", "lines")


class Client:
    """One service of a made-up account, as a boto3 client."""

    def __init__(self, world: World, service: str, made: set[tuple[str, str]], denied: Collection[str]) -> None:
        self._world = world
        self._service = service
        self._made = made
        self._denied = denied

    def can_paginate(self, _operation: str) -> bool:
        """Every listing comes in pages."""
        return True

    def get_paginator(self, operation: str) -> Any:
        """Return something that gives the one page."""
        return _Paginator(partial(self._answer, operation))

    def __getattr__(self, operation: str) -> Any:
        """Return the operation."""
        return partial(self._answer, operation)

    def _answer(self, operation: str, **arguments: Any) -> dict[str, Any]:
        self._made.add((self._service, operation))
        if calls.grant(self._service, operation) in self._denied:
            raise aws_world.refusal("AccessDenied", operation, 403)
        return self._world.answer(self._service, operation, arguments)


class _Paginator:
    def __init__(self, answer: Any) -> None:
        self._answer = answer

    def paginate(self, **arguments: Any) -> Iterator[dict[str, Any]]:
        yield self._answer(**arguments)


class Reading(Clients):
    """The clients of one made-up account, and the calls that were made with them."""

    def __init__(self, world: World, denied: Collection[str] = ()) -> None:
        self.made: set[Call] = set()
        self.reasons: set[Reason] = set()
        self.world = world
        self._refused = frozenset(denied)

    def get(self, service: str, region: str) -> Any:
        """Return the client of a service, the same account in every region."""
        return Client(self.world, service, self.made, self._refused)


class _Watched(View):
    """A view that tells the account which error codes mean *not configured*."""

    reading: Reading

    def pages(self, service: str, operation: str, key: str, **arguments: Any) -> Iterator[dict[str, Any]]:
        """List as the port does."""
        self.reading.reasons.add(((service, operation), frozenset()))
        yield from super().pages(service, operation, key, **arguments)

    def ask(
        self,
        service: str,
        operation: str,
        *,
        fills: Collection[str],
        absent: Collection[str] = (),
        pending: Collection[str] = (),
        region: str | None = None,
        **arguments: Any,
    ) -> Maybe[dict[str, Any] | None]:
        """Ask as the port does."""
        self.reading.world.codes[service, operation] = tuple(sorted(absent))
        if self.needs(*fills):
            self.reading.reasons.add(((service, operation), frozenset(fills)))
        return super().ask(service, operation, fills=fills, absent=absent, pending=pending, region=region, **arguments)

    def for_item(self) -> View:
        """Return the view of an item, which watches too."""
        view = super().for_item()
        view.__class__ = _Watched
        view.reading = self.reading  # type: ignore[attr-defined]
        return view


def collected(
    module: plan.TypeModule, reading: Reading, wanted: Collection[str] | None
) -> Iterator[Resource | CollectionGap]:
    """Read one type of a made-up account, as the collector does but on one thread."""
    login = Login(session=None, account=ACCOUNT, partition="aws", principal=_AUDITOR, region=REGION)
    limits = Limits(pending_attempts=1, pending_seconds=0)
    asking = Asking(reading, principal=login.principal, now=NOW, limits=limits, stopped=Event())
    view = _Watched(asking, login, region=REGION, now=NOW, wanted=wanted)
    view.reading = reading
    for step in steps(plan.Task(module, REGION), view):
        yield step()


def made(module: plan.TypeModule, seed: int, wanted: Collection[str] | None) -> Reading:
    """Let a module read one account, and return what it asked."""
    reading = Reading(World(seed, aws_world.literals(aws_world.module_of(module))))
    for _ in collected(module, reading, wanted):
        pass
    return reading


def search(module: plan.TypeModule) -> list[int]:
    """Return few accounts in which a module asks all that it asks in any of those that were tried, for every reason.

    Also where one path alone is needed, in the first of them: what is asked may hang on what is needed besides.
    """
    left = set(aws_world.operations(aws_world.module_of(module)))
    tried: dict[int, frozenset[Reason]] = {}
    while len(tried) < FEWEST or (left and len(tried) < MOST):
        seed = len(tried)
        reading = made(module, seed, None)
        alone = {
            (call, frozenset({path}))
            for path in (leaves(module.TYPE.name) if seed < FEWEST else ())
            for call in made(module, seed, frozenset({path})).made
        }
        tried[seed] = frozenset(reading.reasons | alone)
        left -= {operation for _, operation in reading.made}
    return _cover(tried)


def _cover(tried: dict[int, frozenset[Reason]]) -> list[int]:
    left = set().union(*tried.values())
    found: list[int] = []
    while left:
        best = max(tried, key=lambda seed: (len(tried[seed] & left), -seed))
        found.append(best)
        left -= tried[best]
    return found


def chosen(name: str) -> list[int]:
    """Return the accounts that were chosen for a module when the files were made."""
    found: dict[str, list[int]] = json.loads(CHOSEN.read_text())
    return found.get(name, [*range(FEWEST)])


def leaves(type_name: str) -> tuple[str, ...]:
    """Return the paths of a type that hold a value of their own and that somebody has to read."""
    rows = [row.path.partition("[]")[0].partition(".NAME")[0] for row in describe(catalog(), type_name)]
    inner = {path.rpartition(".")[0] for path in rows}
    kept = (path for path in rows if path.partition(".")[0] not in _IDENTITY and path not in inner)
    return tuple(dict.fromkeys(kept))


def survey(module: plan.TypeModule) -> dict[str, list[str]]:
    """Return the calls of one module, each with the paths that need it; no paths where every reading makes it."""
    seeds = chosen(aws_world.module_of(module))

    def union(wanted: Collection[str] | None) -> set[Call]:
        return set().union(*(made(module, seed, wanted).made for seed in seeds))

    always = union(frozenset())
    found: dict[str, list[str]] = {".".join(call): [] for call in union(None)}
    for path in leaves(module.TYPE.name):
        for call in union(frozenset({path})) - always:
            found.setdefault(".".join(call), []).append(path)
    return found


def of_type(name: str) -> dict[str, list[str]]:
    """Return the calls of a type, sorted: of two modules of one type, together."""
    found: dict[str, list[str]] = {}
    for module in plan.modules():
        if module.TYPE.name != name:
            continue
        for call, paths in survey(module).items():
            before = found.get(call, paths)
            found[call] = sorted({*before, *paths}) if before and paths else []
    return dict(sorted(found.items()))


if __name__ == "__main__":
    found = {aws_world.module_of(module): search(module) for module in plan.modules()}
    CHOSEN.write_text(json.dumps(found, indent=1) + "\n")
    names = sorted({module.TYPE.name for module in plan.modules()})
    FILE.write_text(json.dumps({name: of_type(name) for name in names}, indent=1) + "\n")
    sys.exit(0)
