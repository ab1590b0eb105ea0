"""How the modules of `answers` say what a call would have answered, from configuration items."""

from __future__ import annotations

from functools import cached_property
from hashlib import sha256
from typing import TYPE_CHECKING, Any, NamedTuple, TypeAlias

from phiward.collectors.aws.port import Denied
from phiward.collectors.awsconfig.records import SCAN
from phiward.inventory.model import Maybe, Unknown

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Mapping

    from phiward.collectors.awsconfig.item import Item
    from phiward.collectors.awsconfig.members import Members
    from phiward.collectors.awsconfig.records import Records


class Found:
    """An answer, and the items that it was made from."""

    def __init__(self, body: Maybe[dict[str, Any] | None], items: tuple[Item, ...] = ()) -> None:
        self.body = body
        """None: the service says *not configured*."""
        self.items = items

    @cached_property
    def captured(self) -> str | None:
        """When the latest of the items was recorded."""
        return max((item.captured or "" for item in self.items), default="") or None

    @cached_property
    def digest(self) -> str:
        """The digest of the item; of several, that of their digests, sorted, with spaces between."""
        digests = sorted(item.digest for item in self.items)
        return digests[0] if len(digests) == 1 else f"sha256:{sha256(' '.join(digests).encode()).hexdigest()}"


class Asked:
    """One question to the records of an account."""

    def __init__(
        self,
        records: Records,
        region: str | None,
        call: str,
        arguments: Mapping[str, Any],
        *,
        everywhere: bool = False,
    ) -> None:
        self.records = records
        self.everywhere = everywhere
        """A type that is listed once for the account asks."""
        self.region = region
        """The region asked; None: the whole account is meant."""
        self.call = call
        """The API action, which tells people what is not there."""
        self.arguments = dict(arguments)

    @property
    def account(self) -> str:
        """The account's twelve digits."""
        return self.records.account

    def all(self, resource_type: str, *, everywhere: bool = False) -> list[Item]:
        """Return the items of a type. Raises `Denied` where AWS Config does not record it here."""
        region = None if everywhere else self.region
        why = self.records.why_not(resource_type, region)
        if why is not None:
            raise Denied(self.call, why)
        return self.records.of(resource_type, region)

    def one(self, resource_type: str, *names: str, everywhere: bool = False) -> Item:
        """Return the item that has one of the names as its id, name or ARN. Raises `Denied` where there is none."""
        region = None if everywhere else self.region
        item = self.records.find(resource_type, region, names)
        if item is not None:
            return item
        why = self.records.why_not(resource_type, region)
        if why is not None:
            raise Denied(self.call, why)
        raise Denied(self.call, f"AWS Config records no {resource_type} {names[0]}: {SCAN}")


Handler: TypeAlias = "Callable[[Asked], Found]"


class Answer(NamedTuple):
    """How a call is answered, and from items of which types."""

    handler: Handler
    types: tuple[str, ...]


class Kind(NamedTuple):
    """What is particular about the items of one resource type."""

    config: str
    """As AWS Config calls it: `AWS::RDS::DBInstance`."""
    covers: str | None = None
    """The resource type that its items make: `aws.rds.instance`."""
    optional: tuple[str, ...] = ()
    """Members that AWS Config records where there is one, and leaves out where there is none (*AWS Config resource
    schema*): paths in the names of the API, `A.*` for whatever stands in A."""
    lacking: Mapping[str, tuple[str, ...]] = {}
    """Members that AWS Config does not record, or that older items lack, to the paths that rest on them.

    They are unknown where an item does not hold the member. Where it does, nothing is lost. A path that ends in `?` is
    unknown only where it is not true anyway.
    """
    fleeting: tuple[str, ...] = ()
    """Members that change while AWS Config makes no new item of it: what they say is of the past, and left out. What
    rests on them is in `lacking`."""
    spread: bool = False
    """Its things are listed once for the account, and recorded each in its own region: buckets."""


def not_recorded(call: str) -> Unknown:
    """Return what stands for an answer that AWS Config does not hold."""
    return Unknown(f"AWS Config does not record what {call} tells: {SCAN}")


def unseen(resource_type: str, member: str) -> Unknown:
    """Return what stands for a part that an item does not hold."""
    return Unknown(f"the configuration item of {resource_type} does not hold {member}: {SCAN}")


def listing(  # noqa: PLR0913 - a listing has this many peculiarities
    resource_type: str,
    key: str,
    *,
    tags: str | None = "Tags",
    entry: Callable[[Item], Any] | None = None,
    chosen_by: Mapping[str, str] | None = None,
    ignores: Collection[str] = (),
    everywhere: bool = False,
    fleeting: Collection[str] = (),
) -> Answer:
    """Return how a call that describes all things of a type is answered.

    `key`: the member of the answer that lists them, dotted where it lies deeper. `tags`: the member of an entry that
    lists its tags. `entry` makes an entry where the configuration itself is none. `chosen_by`: arguments of the call
    that choose among the things, to the member of an entry that must have, or be among, their value.
    """
    make = entry or (lambda item: described(item, tags, fleeting))

    def handler(asked: Asked) -> Found:
        chosen = dict(chosen_by or {})
        if strange := set(asked.arguments) - set(chosen) - set(ignores):
            message = f"no argument {sorted(strange)} of {asked.call} is known here"
            raise ValueError(message)
        items = asked.all(resource_type, everywhere=everywhere)
        made = [(item, make(item)) for item in items]
        for argument, member in chosen.items():
            if argument in asked.arguments:
                wanted = asked.arguments[argument]
                wanted = wanted if isinstance(wanted, list | tuple) else (wanted,)
                made = [(item, each) for item, each in made if each[member] in wanted]
        return Found(nested(key, [each for _, each in made]), tuple(item for item, _ in made))

    return Answer(handler, (resource_type,))


def described(item: Item, tags: str | None = "Tags", fleeting: Collection[str] = ()) -> Members:
    """Return the configuration of an item, with its tags as a member of the API, without what is fleeting."""
    configuration = item.configuration.without(*fleeting) if fleeting else item.configuration
    given = item.api_tags()
    return configuration if tags is None or given is None else configuration.with_(**{tags: given})


def nested(key: str, value: Any) -> dict[str, Any]:
    """Return an answer that holds a value under a dotted key."""
    for name in reversed(key.split(".")):
        value = {name: value}
    return dict(value)


def tagged(resource_type: str, argument: str, key: str, *, everywhere: bool = False) -> Answer:
    """Return how a call for the tags of one thing is answered, as `[{"Key": ..., "Value": ...}]` under `key`."""

    def handler(asked: Asked) -> Found:
        item = asked.one(resource_type, asked.arguments[argument], everywhere=everywhere)
        return Found(tags_under(item, key), (item,))

    return Answer(handler, (resource_type,))


def tags_under(item: Item, key: str, name: str = "Key", value: str = "Value") -> Maybe[dict[str, Any]]:
    """Return an answer that lists an item's tags."""
    tags = item.api_tags(name, value)
    return unseen(item.type, "tags") if tags is None else nested(key, tags)


def together(types: Iterable[str]) -> tuple[str, ...]:
    """Return resource types, each once."""
    return tuple(dict.fromkeys(types))
