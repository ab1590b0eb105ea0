"""What holds ePHI: a policy's statements about it, as conditions that are asked of resources.

A resource is in scope where an `in` statement holds, or where no `out` statement does: what nobody classified is in.
The logic is Kleene's, so that a statement about something unknown takes nothing out.
"""

from msgspec import Struct

from phiward.engine.condition import All, Any_, Condition, Not


class Statement(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One statement of a policy about some resources: that they hold ePHI, or that they do not."""

    id: str
    condition: Condition
    """What is true of the resources it is about."""
    reason: str
    types: tuple[str, ...] = ()
    """The resource types that it names, as written: ids or patterns with `*`."""
    line: int = 0
    """Where it stands in its file."""
    file: str = ""
    """The file, where it is not the policy's."""


class Scope(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The statements of a policy, in its order."""

    within: tuple[Statement, ...] = ()
    """What holds ePHI, whatever else is said of it (`in`)."""
    without: tuple[Statement, ...] = ()
    """What holds none (`out`)."""

    def plus(self, other: "Scope") -> "Scope":
        """Return these statements and another file's."""
        return Scope(within=self.within + other.within, without=self.without + other.without)

    def condition(self) -> Condition | None:
        """Return what is true of what is in scope; None where everything is."""
        if not self.without:
            return None
        taken = Any_(tuple(each.condition for each in self.without))
        return self._unless_within(Not(taken))

    def left_by(self, statement: Statement) -> Condition:
        """Return what is true of what an `out` statement does not take out of scope."""
        return self._unless_within(Not(statement.condition))

    def _unless_within(self, condition: Condition) -> Condition:
        return Any_((*(each.condition for each in self.within), condition)) if self.within else condition


class Outside(Struct, frozen=True, kw_only=True):
    """The scope as a run asks it, to count what it takes out: numbered behind the controls, and found by nobody."""

    types: tuple[str, ...] = ()
    """The types that a control of patient data applies to, sorted."""
    conditions: tuple[Condition, ...] = ()
    """What is true of what is in scope; then, for each `out` statement, of what it does not take out."""


def narrowed(where: Condition | None, scope: Condition | None) -> Condition | None:
    """Return a control's `where` with the scope added."""
    if where is None or scope is None:
        return where if scope is None else scope
    return All((where, scope))
