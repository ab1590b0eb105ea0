"""Which actions and resources a statement's patterns cover. `*` stands for any text, `?` for one character."""

from functools import lru_cache

from phiward.inventory.iam import Statement
from phiward.inventory.kleene import each, negate, some
from phiward.inventory.unknown import Maybe, Unknown

_EVERYTHING = frozenset({"*", "**", "*:*", "arn:*", "arn:aws:*"})


@lru_cache(maxsize=4096)
def covers(pattern: str, asked: str) -> bool:
    """Say whether a pattern matches everything that another one (or a plain text) matches.

    Right whenever it says yes. It may say no to a few inclusions that span several wildcards.
    """
    if pattern in _EVERYTHING:
        return True
    if asked in _EVERYTHING:
        asked = "*"
    # Glob matching with one backtrack point; `?` takes no `*`, which may stand for no character or many.
    at = read = 0
    star = mark = -1
    while read < len(asked):
        if at < len(pattern) and pattern[at] == "*":
            star, mark, at = at, read, at + 1
        elif at < len(pattern) and asked[read] != "*" and pattern[at] in ("?", asked[read]):
            at, read = at + 1, read + 1
        elif star >= 0:
            mark += 1
            at, read = star + 1, mark
        else:
            return False
    return all(rest == "*" for rest in pattern[at:])


@lru_cache(maxsize=4096)
def overlaps(one: str, other: str) -> bool:
    """Say whether some text matches both patterns."""
    if one in _EVERYTHING or other in _EVERYTHING:
        return True
    reached = {0}
    reached = _past_stars(other, reached)
    for letter in one:
        after: set[int] = set()
        if letter == "*":
            after = set(range(min(reached), len(other) + 1)) if reached else set()
        else:
            for at in reached:
                if at < len(other):
                    if other[at] == "*":
                        after.add(at)
                    elif "?" in (letter, other[at]) or letter == other[at]:
                        after.add(at + 1)
        reached = _past_stars(other, after)
        if not reached:
            return False
    return len(other) in reached


def _past_stars(pattern: str, reached: set[int]) -> set[int]:
    """Add the places behind wildcards that may stand for nothing."""
    found = set(reached)
    for at in reached:
        here = at
        while here < len(pattern) and pattern[here] == "*":
            here += 1
            found.add(here)
    return found


def covers_action(statement: Statement, asked: str) -> Maybe[bool]:
    """Say whether a statement speaks of every action that a pattern (lower case) matches."""
    if statement.actions is None and statement.not_actions is None:
        return False
    return _covered(statement.actions, statement.not_actions, asked)


def covers_resource(statement: Statement, asked: str) -> Maybe[bool]:
    """Say whether a statement speaks of every resource that a pattern matches. Trust policies name none: all."""
    if statement.resources is None and statement.not_resources is None:
        return True
    return _covered(statement.resources, statement.not_resources, asked)


def _covered(
    named: Maybe[tuple[Maybe[str], ...] | None], but: Maybe[tuple[Maybe[str], ...] | None], asked: str
) -> Maybe[bool]:
    """Say whether what is named, or everything but what is named, covers a pattern."""
    if isinstance(named, Unknown):
        return named
    if named is not None:
        return some(each(named, lambda pattern: covers(pattern, asked)))
    return negate(some(each(but or (), lambda pattern: overlaps(pattern, asked))))
