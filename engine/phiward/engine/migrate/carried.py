"""What of a configuration is carried over, and what each line of it that is not would need."""

from collections.abc import Iterable, Mapping
from fnmatch import fnmatchcase

from msgspec import Struct

from phiward.engine.control import Control, Severity


class Untold(Struct, frozen=True):
    """Something that could not be carried over: its line, what it is, and why, with what to do instead."""

    line: int
    what: str
    why: str


class Draft(Struct, frozen=True, kw_only=True):
    """A waiver as far as the other tool's file tells it; people fill in the rest."""

    controls: tuple[str, ...]
    resources: tuple[str, ...]
    reason: str
    expires_at: str | None = None
    source: str = ""
    """The line it comes from: `.checkov.baseline:12`."""


class OutOfScope(Struct, frozen=True, kw_only=True):
    """A statement for the policy's scope: resources that hold no ePHI."""

    id: str
    tags: dict[str, str] = {}
    account: str | None = None
    region: tuple[str, ...] = ()
    reason: str = ""


class Carried:
    """Collects what is carried over."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.include: dict[str, None] = {}
        self.exclude: dict[str, str] = {}
        """Control to why it is not asked."""
        self.fail_on: tuple[Severity, ...] | None = None
        self.outside: list[OutOfScope] = []
        self.waivers: list[Draft] = []
        self.targets: list[str] = []
        self.leave_out: list[str] = []
        self.format: str | None = None
        self.untold: list[Untold] = []
        self.done = 0
        """How many lines were carried over."""

    def left(self, line: int, what: str, why: str) -> None:
        """Say that something is not carried over."""
        self.untold.append(Untold(line, what, why))

    def severities(self, line: int, words: Iterable[str]) -> None:
        """Take over which severities stop a pipeline."""
        known = {severity.value: severity for severity in Severity}
        found = [known[word.casefold()] for word in words if word.casefold() in known]
        if found:
            self.fail_on = tuple(severity for severity in Severity if severity in found)
            self.done += 1
        for word in words:
            if word.casefold() not in known:
                self.left(line, word, "there is no such severity here (critical, high, medium, low)")


class Names:
    """Which controls answer the ids of another tool, and of which resource types."""

    def __init__(self, controls: Mapping[str, Control], types: Mapping[str, tuple[str, ...]], prefix: str) -> None:
        """Take controls, the types that each asks, and how the tool's ids begin: `CKV`, `AVD-`, `prowler:`."""
        self._types = types
        self._prefix = prefix
        self._by_id: dict[str, set[tuple[str, str]]] = {}
        self._of: dict[tuple[str, str], set[str]] = {}
        for control in controls.values():
            for type_name, ids in control.equivalents.items():
                for identity in ids:
                    if (name := self._own(identity)) is not None and type_name in types[control.id]:
                        self._by_id.setdefault(name, set()).add((control.id, type_name))
                        self._of.setdefault((control.id, type_name), set()).add(name)

    def matching(self, pattern: str) -> list[str]:
        """Return the ids that a pattern with `*` means, among those that a control answers."""
        wanted = self.plain(pattern)
        return sorted(name for name in self._by_id if fnmatchcase(name, wanted))

    def answering(self, identity: str) -> set[tuple[str, str]]:
        """Return the controls that answer an id, each with the type."""
        return self._by_id.get(self.plain(identity), set())

    def whole(self, ids: Iterable[str]) -> tuple[set[str], dict[str, str]]:
        """Return the controls that some ids make up in full; and of each other one that they touch, what more it asks.

        Leaving such a control out would leave out more than the other tool did.
        """
        given = {self.plain(each) for each in ids}
        touched = {pair for name in given for pair in self._by_id.get(name, ())}
        full: set[str] = set()
        partly: dict[str, str] = {}
        for control in sorted({control for control, _ in touched}):
            asked = self._types[control]
            missing = [name for name in asked if (control, name) not in touched]
            others = sorted(
                {
                    other
                    for at, name in touched
                    if at == control
                    for other in self._of[control, name]
                    if other not in given
                }
            )
            if missing:
                shown = ", ".join([*missing[:3], *(["…"] if len(missing) > 3 else [])])
                partly[control] = f"also asks {len(missing)} other types of resources ({shown})"
            elif others:
                partly[control] = f"asks more than that (also {', '.join(others[:4])})"
            else:
                full.add(control)
        return full, partly

    def _own(self, identity: str) -> str | None:
        return self.plain(identity) if identity.startswith(self._prefix) else None

    def plain(self, identity: str) -> str:
        """Return an id as it is compared: `AVD-AWS-0086`, `AWS-0086` and `aws-0086` are one."""
        if self._prefix == "AVD-":
            return identity.upper().removeprefix("AVD-")
        return identity.removeprefix("prowler:")


def skip(carried: Carried, names: Names, given: Mapping[str, int], why: str) -> None:
    """Take controls out of the policy for ids that another tool does not ask, where that takes out no more.

    `given`: id to its line.
    """
    for identity, line in given.items():
        if not names.answering(identity):
            carried.left(line, identity, "no control answers it, so that there is nothing to leave out")
    full, partly = names.whole(given)
    for identity, line in given.items():
        for control, _ in sorted(names.answering(identity)):
            if control in full:
                carried.exclude.setdefault(control, why)
            else:
                told = "waive it for the resources that it is about, or take the control out by hand"
                carried.left(line, identity, f"it is {control}, which {partly[control]}: {told}")
    carried.done += sum(any(control in full for control, _ in names.answering(each)) for each in given)
