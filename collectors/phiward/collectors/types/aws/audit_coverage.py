"""What the trails of an account, taken together, record and have watched.

A requirement on the account (*some trail records ...*) belongs to the account, not to each trail: only trails that are
switched on and record every region count.
"""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from msgspec import Struct

from phiward.collectors.types.aws.event_selectors import Selected
from phiward.collectors.types.aws.object_events import Objects, records
from phiward.collectors.types.aws.watched_events import SUBJECTS, Subject, caught, names_of
from phiward.inventory.kleene import every, some
from phiward.inventory.model import Maybe, Unknown


class Unwatched(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What is missing, in words, until somebody is told of each of these; empty where nothing is."""

    console_sign_in_failures: Maybe[tuple[str, ...]]
    """Sign-ins to the console that failed."""
    root_usage: Maybe[tuple[str, ...]]
    """Use of the root user."""
    network_acl_changes: Maybe[tuple[str, ...]]
    """Changes to network ACLs."""
    gateway_changes: Maybe[tuple[str, ...]]
    """Changes to internet and customer gateways."""
    route_changes: Maybe[tuple[str, ...]]
    """Changes to routes and route tables."""
    vpc_changes: Maybe[tuple[str, ...]]
    """Changes to networks (VPC) and peerings between them."""


class Coverage(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What the trails of an account add up to."""

    all_regions: Maybe[bool]
    """A trail of all regions, an organization's perhaps, is switched on."""
    object_reads: Maybe[bool]
    """One that is switched on records every read of every object in S3, but for its own log files."""
    object_writes: Maybe[bool]
    """The same of writes."""
    ai_calls: Maybe[bool]
    """One that is switched on records calls of Amazon Bedrock."""
    unwatched: Unwatched
    """What keeps somebody from being told of what is in the trails."""


class Filter(NamedTuple):
    """One metric filter of a trail's log group."""

    name: str
    pattern: Maybe[str]
    metrics: Maybe[tuple[str, ...]]


class Alarm(NamedTuple):
    """One alarm on a metric."""

    name: str
    metrics: Maybe[tuple[str, ...]]
    on: Maybe[bool]
    """Its actions are taken."""
    tells: Maybe[bool]
    """It has an action, or a composite alarm acts for it."""


class Trail(NamedTuple):
    """One trail, as far as coverage needs it."""

    name: str
    logging: Maybe[bool]
    all_regions: Maybe[bool]
    events: Selected
    objects: Objects
    log_bucket: str | None
    group: Maybe[str | None]
    """The log group its events go to, by name. None: none."""
    filters: Maybe[Sequence[Filter]]
    """The metric filters of that group."""
    alarms: Maybe[Sequence[Alarm]]
    """The alarms where that group is."""


NO_TRAIL = "no trail of all regions is switched on"


def coverage(trails: Maybe[Iterable[Trail]]) -> Coverage:
    """Add up the trails of an account."""
    if isinstance(trails, Unknown):
        unseen = trails
        return Coverage(
            all_regions=unseen,
            object_reads=unseen,
            object_writes=unseen,
            ai_calls=unseen,
            unwatched=Unwatched(**dict.fromkeys(SUBJECTS, unseen)),
        )
    every_trail = list(trails)
    counted = [(trail, every((trail.logging, trail.all_regions))) for trail in every_trail]
    return Coverage(
        all_regions=some(counts for _, counts in counted),
        object_reads=some(
            every((counts, records(trail.objects, "reads", None, log_bucket=trail.log_bucket)))
            for trail, counts in counted
        ),
        object_writes=some(
            every((counts, records(trail.objects, "writes", None, log_bucket=trail.log_bucket)))
            for trail, counts in counted
        ),
        ai_calls=some(every((trail.logging, _records_ai(trail.events))) for trail in every_trail),
        unwatched=Unwatched(**{subject: _unwatched(subject, counted) for subject in SUBJECTS}),
    )


def _records_ai(events: Selected) -> Maybe[bool]:
    """Calls of a model are management events that read; agents and the like are data events of their own types."""
    by_data: Maybe[bool] = (
        events.data
        if isinstance(events.data, Unknown)
        else any(each.startswith("AWS::Bedrock::") for each in events.data)
    )
    managed: Maybe[bool] = (
        events.management if isinstance(events.management, Unknown) else events.management in {"all", "read"}
    )
    return some((by_data, managed))


def _unwatched(subject: Subject, counted: list[tuple[Trail, Maybe[bool]]]) -> Maybe[tuple[str, ...]]:
    """Return what the trail that lacks least lacks; unknown where a trail that could not be seen might lack nothing."""
    lacking: list[tuple[str, ...]] = []
    unseen: Unknown | None = None
    for trail, counts in counted:
        if counts is False:
            continue
        found = _lacks(subject, trail)
        if isinstance(found, Unknown):
            unseen = unseen or found
        elif isinstance(counts, Unknown) and not found:
            unseen = unseen or counts
        else:
            lacking.append(found)
    if () in lacking:
        return ()
    return unseen or min(lacking, key=len, default=(NO_TRAIL,))


def _lacks(subject: Subject, trail: Trail) -> Maybe[tuple[str, ...]]:
    """Return what of the chain trail, log group, filter, metric, alarm, action is missing."""
    kinds = trail.events.management
    if isinstance(kinds, Unknown):
        return kinds
    if kinds not in ({"all"} if subject == "root_usage" else {"all", "write"}):
        return (f"trail {trail.name} does not record these events",)
    if isinstance(trail.group, Unknown):
        return trail.group
    if trail.group is None:
        return (f"trail {trail.name} sends its events to no log group",)
    if isinstance(trail.filters, Unknown):
        return trail.filters
    if isinstance(trail.alarms, Unknown):
        return trail.alarms
    return _chain(subject, trail.group, trail.filters, trail.alarms)


def _chain(subject: Subject, group: str, filters: Sequence[Filter], alarms: Sequence[Alarm]) -> Maybe[tuple[str, ...]]:
    """Several filters may share the events of a subject, each with an alarm of its own."""
    wanted, seen, told = set(names_of(subject)), set[str](), set[str]()
    unseen: Unknown | None = None
    missing: list[str] = []
    for each in filters:
        names = caught(each.pattern)
        if isinstance(names, Unknown):
            unseen = unseen or names
        elif found := wanted & set(names):
            seen |= found
            rings = _rings(each, alarms)
            if isinstance(rings, Unknown):
                unseen = unseen or rings
            elif rings:
                missing.append(rings)
            else:
                told |= found
    if told >= wanted:
        return ()
    if unseen is not None:
        return unseen
    lost = sorted(wanted - seen)
    if lost:
        missing.insert(0, f"no metric filter of log group {group} counts {', '.join(lost)}")
    return tuple(missing)


def _rings(each: Filter, alarms: Sequence[Alarm]) -> Maybe[str]:
    """Return why nobody is told of what a filter counts; an empty text where somebody is."""
    if isinstance(each.metrics, Unknown):
        return each.metrics
    unseen: Unknown | None = None
    why = f"no alarm watches metric {', '.join(each.metrics)} of metric filter {each.name}"
    for alarm in alarms:
        if isinstance(alarm.metrics, Unknown):
            unseen = unseen or alarm.metrics
        elif set(alarm.metrics) & set(each.metrics):
            works = every((alarm.on, alarm.tells))
            if works is True:
                return ""
            if isinstance(works, Unknown):
                unseen = unseen or works
            why = f"alarm {alarm.name} has " + ("its actions off" if alarm.on is False else "no action")
    return unseen or why
