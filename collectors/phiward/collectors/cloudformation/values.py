"""The values of a template: those of Terraform's evaluator, and texts that are known and still refer to something."""

from collections.abc import Iterable, Iterator
from typing import Any

from phiward.collectors.documents import Mapping
from phiward.collectors.terraform.evaluate.values import Exhausted, PartlyKnownJson, PartlyKnownText, concat
from phiward.inventory.unknown import Unknown

__all__ = ["NO_VALUE", "Named", "Plain", "Steps", "as_text", "joined", "leaves", "plain", "references_of"]

STEPS = 1_000_000
"""The parts of values that evaluating one root template, with the stacks in it, may look at."""
STEPS_OF_ONE = 50_000
"""The parts that evaluating one property may look at."""


class Named(str):
    """A text that is known, and that another resource gives: `!Ref Bucket` of a bucket whose name is written."""

    __slots__ = ("refs",)
    refs: tuple[str, ...]

    @classmethod
    def of(cls, text: str, refs: Iterable[str]) -> str:
        """Return the text with what it refers to."""
        found = tuple(dict.fromkeys(refs))
        if not found:
            return text
        made = cls(text)
        made.refs = found
        return made


class Plain(dict[str, Any]):
    """A mapping that is one value (tags, variables of an environment), not a block of its own."""

    __slots__ = ()


class _NoValue:
    """`AWS::NoValue`: as if it had not been written."""

    __slots__ = ()


NO_VALUE = _NoValue()


class Steps:
    """What is left of the steps that evaluation may take."""

    __slots__ = ("left", "total")

    def __init__(self) -> None:
        self.total = STEPS
        self.left = STEPS_OF_ONE

    def renew(self) -> None:
        """Begin another property."""
        self.total -= STEPS_OF_ONE - max(self.left, 0)
        self.left = min(STEPS_OF_ONE, self.total)

    def spend(self, steps: int = 1) -> None:
        """Take steps. Raises `Exhausted` when there are none left."""
        self.left -= steps
        if self.left < 0:
            raise Exhausted("evaluating this takes too many steps")


def leaves(value: Any) -> Iterator[Any]:
    """Yield what is within a value and is no list or mapping."""
    stack = [value]
    while stack:
        item = stack.pop()
        if isinstance(item, PartlyKnownJson):
            stack.append(item.value)
            yield item
        elif isinstance(item, dict):
            stack.extend(reversed(item.values()))
        elif isinstance(item, list):
            stack.extend(reversed(item))
        else:
            yield item


def references_of(value: Any) -> tuple[str, ...]:
    """Return what a value refers to, with the attribute (`aws_kms_key.Ephi.arn`), in order."""
    return tuple(dict.fromkeys(ref for each in leaves(value) if isinstance(each, Unknown | Named) for ref in each.refs))


def plain(value: Any) -> Any:
    """Return a value as the forms read it: without lines, and without what known texts refer to."""
    if isinstance(value, dict):
        return {key: plain(each) for key, each in value.items()}
    if isinstance(value, list):
        return [plain(each) for each in value]
    return str(value) if isinstance(value, Named) else value


def as_text(value: Any) -> str | Unknown:
    """Convert a scalar to the text that CloudFormation makes of it; `Unknown` stays."""
    if isinstance(value, str | Unknown):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return str(value)
    return Unknown("it is no text" if isinstance(value, Mapping | list) else "it is null")


def joined(parts: Iterable[Any]) -> str | Unknown:
    """Join texts into one: partly known where one of them is not, with what all of them refer to."""
    given = [as_text(part) for part in parts]
    made: Any = concat(given)
    if isinstance(made, str):
        return Named.of(str(made), (ref for each in given if isinstance(each, Named) for ref in each.refs))
    named = [ref for each in given if isinstance(each, Named) for ref in each.refs]
    if named and isinstance(made, PartlyKnownText):
        return PartlyKnownText(made.reason, tuple(dict.fromkeys((*made.refs, *named))), made.parts)
    return made if isinstance(made, Unknown) else Unknown("it is no text")
