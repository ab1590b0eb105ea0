"""Rules made ready to run: for each resource type the generated code, and, once one of it comes, its decoder."""

from collections.abc import Callable
from functools import lru_cache
from types import CodeType
from typing import Any

import msgspec
from msgspec import Struct

from phiward.engine import values
from phiward.engine.condition import All, Condition, Related
from phiward.engine.facts import Answer, Facts, facts_of
from phiward.engine.generate import source_of
from phiward.engine.hidden import Hidden
from phiward.engine.policies import NO_POLICY, answer_of
from phiward.engine.projection import Unprojectable, Want, asks_owner, collect, decoder
from phiward.engine.rules import Rules, relations
from phiward.inventory.catalog import Field

Asked = tuple[int, Condition | None, Condition]
"""A number, what rules a resource out of scope, and what is asked of it."""


Told = tuple[str, Any, str]
"""A reason before it is placed: path, value, and what was expected."""


class Surprise(ValueError):  # noqa: N818 - a signal to the loop, told to nobody
    """Something the two-valued code cannot say; the reference interpreter is asked instead."""


SURPRISES = (msgspec.ValidationError, ValueError, TypeError, AttributeError, KeyError)
"""What decoding a line, or the two-valued code over it, raises where the reference interpreter must be asked."""


class Compiled(Struct, frozen=True):
    """Rules, and the generated code of every type they ask something of."""

    rules: Rules
    relations: tuple[Related, ...]
    """Every relation that a control follows, numbered by its place here."""
    asked: dict[str, tuple[Asked, ...]]
    """Type to what the controls ask of it."""
    answers: dict[str, tuple[Asked, ...]]
    """Type to what relations ask of it as a target."""
    codes: dict[str, CodeType]
    """`asked:TYPE` and `answers:TYPE` to the code of its module."""


class Program(Struct, frozen=True):
    """What runs over the lines of one type."""

    name: str
    root: Field
    decode: Callable[[bytes], Any]
    fused: Callable[[Any, Callable[[int], None], Any, Callable[[int], None]], None]
    """As `generate.source_of` writes it: takes the resource, `out`, `outside`, `later`."""
    tellers: dict[int, Callable[[Any, Callable[[Told], None]], None]]
    """By number: tells why a control failed."""
    hidden: Hidden
    slow: frozenset[int]
    """The numbers that only the reference interpreter can be asked."""
    everything: tuple[Asked, ...]
    numbers: frozenset[int]
    """Those of everything."""


def compile_rules(rules: Rules, codes: dict[str, CodeType] | None = None) -> Compiled:
    """Generate the code of every type, or take it as it was generated before."""
    followed: list[Related] = []
    asked: dict[str, list[Asked]] = {}
    answers: dict[str, list[Asked]] = {}
    for number, rule in enumerate(rules.rules):
        where, condition = rule.control.applies_to.where, rule.control.condition
        for name in rule.types:
            asked.setdefault(name, []).append((number, where, condition))
        for related, names in zip(relations(rule.control), rule.answered_by, strict=True):
            for name in names:
                answers.setdefault(name, []).append((len(followed), None, related.condition))
            followed.append(related)
    compiled = Compiled(
        rules,
        tuple(followed),
        {name: tuple(each) for name, each in sorted(asked.items())},
        {name: tuple(each) for name, each in sorted(answers.items())},
        {} if codes is None else codes,
    )
    if codes is None:
        for kind, group in (("asked", compiled.asked), ("answers", compiled.answers)):
            for name, each in group.items():
                compiled.codes[f"{kind}:{name}"] = _code(compiled, name, each)
    return compiled


def _split(root: Field, each: tuple[Asked, ...]) -> tuple[Want, list[Asked], tuple[Asked, ...]]:
    """Return what the conditions want of a line, those that can be generated, and those that cannot."""
    want, fast, slow = Want(), [], []
    for asked in each:
        _, where, condition = asked
        try:
            for one in (where or All(()), condition):
                collect(one, Want(), root)
        except Unprojectable:
            slow.append(asked)
            continue
        collect(where or All(()), want, root)
        collect(condition, want, root)
        if asks_owner(condition) or asks_owner(where or All(())):
            want.at(("account",))
        fast.append(asked)
    return want, fast, tuple(slow)


def _code(compiled: Compiled, name: str, each: tuple[Asked, ...]) -> CodeType:
    root = compiled.rules.catalog.root(name)
    _, fast, _ = _split(root, each)
    numbers = {id(related): number for number, related in enumerate(compiled.relations)}
    source = source_of(root, fast, numbers, tell=compiled.asked.get(name) is each)
    return compile(source, f"<controls of {name}>", "exec", dont_inherit=True, optimize=2)


def program(compiled: Compiled, kind: str, name: str, now: str, lookup: Callable[[int, str], Answer]) -> Program:
    """Make the program of a type: `kind` is `asked` or `answers`."""
    everything = (compiled.asked if kind == "asked" else compiled.answers).get(name, ())
    root = compiled.rules.catalog.root(name)
    want, _, slow = _split(root, everything)
    if kind == "answers":
        want.at(("id",))
    space: dict[str, Any] = {}
    exec(compiled.codes[f"{kind}:{name}"], space)  # noqa: S102 - generated by `generate` from literals and identifiers
    fused, tellers = space["build"](
        now=now,
        surprises=SURPRISES,
        networks=values.networks,
        pattern=values.pattern,
        moment=values.moment,
        version=values.version,
        before=values.before,
        after=values.after,
        matches=values.matches,
        within=values.within,
        overlaps=values.overlaps,
        asked=_policy_asked,
        answer=lookup,
        **_quantifiers(lookup),
    )
    return Program(
        name=name,
        root=root,
        decode=decoder(name, root, want).decode,
        fused=fused,
        tellers=tellers,
        hidden=Hidden(everything),
        slow=frozenset(asked[0] for asked in slow),
        everything=everything,
        numbers=frozenset(asked[0] for asked in everything),
    )


def _quantifiers(lookup: Callable[[int, str], Answer]) -> dict[str, Callable[[Any, int], bool]]:
    """Return what generated code calls for a relation: two-valued, anything unknown is a surprise."""

    def every(ids: Any, number: int, wanted: Answer) -> bool:
        unknown = False
        for identity in ids:
            answer = lookup(number, identity)
            if answer is None:
                unknown = True
            elif answer is not wanted:
                return False
        if unknown:
            raise Surprise
        return True

    return {
        "related_each": lambda ids, number: every(ids, number, wanted=True),
        "related_none": lambda ids, number: every(ids, number, wanted=False),
        "related_some": lambda ids, number: not every(ids, number, wanted=False),
    }


def _policy_asked(operator: str, constant: Any, raw: msgspec.Raw | None, maybe: bool, owner: str | None) -> bool:
    """Answer a `policy_*` test of a document that hides nothing."""
    data = b"null" if raw is None else bytes(raw)
    if data == b"null" and not maybe:
        raise Surprise
    answer = _policy_answer(operator, msgspec.json.encode(constant), data, owner)
    if answer is None:
        raise Surprise
    return answer


@lru_cache(maxsize=16384)
def _policy_answer(operator: str, constant: bytes, data: bytes, owner: str | None) -> Answer:
    """Answer for the bytes of a document: the same few policies come back throughout an inventory."""
    document = msgspec.json.decode(data)
    if document is None:
        document = NO_POLICY
    elif not isinstance(document, dict):
        return None
    answer = answer_of(operator, msgspec.json.decode(constant), document, {}, "policy", owner)
    return answer if isinstance(answer, bool) else None


def facts(compiled: Compiled, root: Field, body: Any, now: str, lookup: Callable[[int, str], Answer]) -> Facts:
    """Prepare a line, decoded whole, for the reference interpreter."""
    numbers = {id(related): number for number, related in enumerate(compiled.relations)}
    return facts_of(body, root, now, lambda related, identity: lookup(numbers[id(related)], identity))
