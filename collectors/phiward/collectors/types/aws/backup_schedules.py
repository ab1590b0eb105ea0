"""How often a backup rule runs: the longest time between two of its runs, from its `cron(...)` or `rate(...)`.

The six fields of `cron` are minutes, hours, day of the month, month, day of the week (1 or SUN is Sunday) and year
(*Schedule expressions for rules*, Amazon EventBridge User Guide). Whole hours are enough: nobody asks for minutes.
"""

import re
from collections.abc import Iterable, Mapping

from phiward.inventory.model import Maybe, Unknown

EVERY_DAY = "cron(0 5 ? * * *)"
"""What AWS Backup does where a rule has no schedule (`BackupRule`, AWS Backup API)."""

_CRON = re.compile(r"cron\((\S+) (\S+) (\S+) (\S+) (\S+) (\S+)\)")
_RATE = re.compile(r"rate\((\d+) (minute|hour|day)s?\)")
_HOURS_OF = {"minute": 1 / 60, "hour": 1, "day": 24}
_PART = re.compile(r"(\*|[A-Z0-9]{1,3})(?:-([A-Z0-9]{1,3}))?(?:/(\d{1,3}))?")
_DAYS = {name: number for number, name in enumerate(("SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"), 1)}
_MONTHS = {
    name: number
    for number, name in enumerate(
        ("JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"), 1
    )
}
_ANY = {"*", "?"}
_DAY = 24
_LONGEST_MONTH = 31


def hours_between(schedule: str) -> Maybe[int]:
    """Return the longest time between two runs, in hours, rounded up."""
    rate = _RATE.fullmatch(schedule.strip())
    if rate is not None:
        return max(1, -int(-int(rate[1]) * _HOURS_OF[rate[2]] // 1))
    cron = _CRON.fullmatch(" ".join(schedule.split()))
    unread = Unknown(f"the schedule {schedule!r} is not of a kind that is read")
    if cron is None:
        return unread
    _, hours, day, month, weekday, year = cron.groups()
    every_hour = _numbers(hours, 0, 23)
    months = _numbers(month, 1, 12, _MONTHS)
    if every_hour is None or months is None or year not in _ANY:
        return unread
    if len(months) < 12:
        return _widest(months, 12) * _LONGEST_MONTH * _DAY
    if day in _ANY and weekday in _ANY:
        return _widest(every_hour, _DAY)
    if day in _ANY:
        days = _numbers(weekday, 1, 7, _DAYS)
        gap = 0 if days is None else _widest(days, 7)
    elif day == "L":
        gap = _LONGEST_MONTH
    else:
        days = _numbers(day, 1, _LONGEST_MONTH)
        gap = 0 if days is None else _widest(days, _LONGEST_MONTH)
    if not gap:
        return unread
    return _widest(every_hour, _DAY) if gap == 1 else gap * _DAY


def _numbers(field: str, low: int, high: int, names: Mapping[str, int] = {}) -> set[int] | None:
    """Return the numbers that a field names; None where it is written in a way that is not read (`L`, `#`, `W`)."""
    found: set[int] = set()
    for part in field.split(","):
        given = _PART.fullmatch("*" if part == "?" else part)
        if given is None:
            return None
        first, last, step = given.groups()
        begin = low if first == "*" else _number(first, names)
        end = high if first == "*" or (step and not last) else begin if last is None else _number(last, names)
        if begin is None or end is None or not low <= begin <= high or not low <= end <= high or step == "0":
            return None
        if end < begin:
            return None
        found.update(range(begin, end + 1, int(step or 1)))
    return found


def _number(text: str, names: Mapping[str, int]) -> int | None:
    return int(text) if text.isdigit() else names.get(text)


def _widest(numbers: Iterable[int], around: int) -> int:
    """Return the widest gap between neighbours on a circle of `around` places."""
    ordered = sorted(numbers)
    following = [*ordered[1:], ordered[0] + around]
    return max(after - before for before, after in zip(ordered, following, strict=True))
