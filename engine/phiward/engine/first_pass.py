"""The first pass over an inventory: what relations ask of their targets.

Only where a control follows a relation, and only the types that it leads to are read.
"""

from collections.abc import Iterable
from typing import Any

from phiward.engine.compiled import SURPRISES, Compiled, Program, facts, program
from phiward.engine.facts import Answer
from phiward.engine.lines import body_of, endings, header_of
from phiward.engine.reference import holds
from phiward.engine.targets import Targets


class FirstPass:
    """Asks every possible target what the relations ask of it."""

    def __init__(self, compiled: Compiled, now: str) -> None:
        self._compiled = compiled
        self._now = now
        self._targets = Targets()
        self._count = len(compiled.relations)

    def run(self, lines: Iterable[bytes]) -> Targets:
        """Return the answers of every target in an inventory. Raises `ContentError` for a line that is none of one."""
        programs: dict[str, Program | None] = {}
        current, skipped = "", endings("")
        failed: list[int] = []
        late: list[int] = []
        found: Program | None = None
        good: tuple[Answer, ...] = ()
        add = self._targets.add
        for number, line in enumerate(lines, 1):
            if found is None and line.endswith(skipped):
                continue
            target = _decoded(found, line)
            if target is None:
                head = header_of(line, number)
                if head.type is None:
                    continue
                if head.type != current:
                    current, skipped = head.type, endings(head.type)
                    if current not in programs:
                        programs[current] = self._program(current)
                    found = programs[current]
                    good = _all_true(found, self._count)
                    target = _decoded(found, line)
            if found is None:
                continue
            if target is not None:
                found.fused(target, failed.append, (), late.append)
            if target is None or late or found.slow:
                body = body_of(line, number)
                add(str(body["id"]), self._answers(found, body))
            elif failed:
                add(target.id, tuple(False if index in failed else answer for index, answer in enumerate(good)))
            else:
                add(target.id, good)
            failed.clear()
            late.clear()
        self._targets.settle()
        return self._targets

    def _program(self, name: str) -> Program | None:
        if f"answers:{name}" not in self._compiled.codes:
            return None
        return program(self._compiled, "answers", name, self._now, self._targets.ask)

    def _answers(self, found: Program, body: dict[str, Any]) -> tuple[Answer, ...]:
        """Ask the reference interpreter."""
        told = facts(self._compiled, found.root, body, self._now, self._targets.ask)
        answers: list[Answer] = [None] * self._count
        for index, _, condition in found.everything:
            answers[index] = holds(condition, told, told.whole)
        return tuple(answers)


def _all_true(found: Program | None, count: int) -> tuple[Answer, ...]:
    """Return the answers of a target of which everything that is asked is true."""
    numbers = {asked[0] for asked in found.everything} if found else set()
    return tuple(True if number in numbers else None for number in range(count))


def _decoded(found: Program | None, line: bytes) -> Any:
    """Return a target that hides nothing of what is asked; None for any other line."""
    if found is None:
        return None
    try:
        target = found.decode(line)
        return None if target.unknown and found.hidden.touched(target.unknown) else target
    except SURPRISES:
        return None
