"""How far a collector was asked to go, and how far it went: the scope of a reading."""

from msgspec import Struct


class Reach(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The scope of one target's reading, so that nobody takes a narrowed run for a whole one."""

    target: str = ""
    asked: dict[str, tuple[str, ...]] = {}
    """What the user chose, by the kind of choice: `accounts`, `regions`, `services`, `tags`. Not there: everything."""
    reached: dict[str, tuple[str, ...]] = {}
    """What was really read, by the same kinds."""
    left_out: tuple[str, ...] = ()
    """What was not read by the user's own choice, a sentence each."""
    notes: tuple[str, ...] = ()
    """What else a reader must know: accounts that cannot be read, parts that an earlier run had read."""
