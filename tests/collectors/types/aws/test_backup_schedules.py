"""How often a backup rule runs, read from its schedule."""

import pytest

from phiward.collectors.types.aws.backup_schedules import EVERY_DAY, hours_between
from phiward.inventory.model import Unknown


@pytest.mark.parametrize(
    ("schedule", "hours"),
    [
        (EVERY_DAY, 24),
        ("cron(15 * ? * * *)", 1),
        ("cron(0 12 * * ? *)", 24),
        ("cron(0 0/12 * * ? *)", 12),
        ("cron(0 */6 ? * * *)", 6),
        ("cron(0 5,17 ? * * *)", 12),
        ("cron(0 8-18 ? * * *)", 14),
        ("cron(0 5 ? * MON-FRI *)", 72),
        ("cron(0 5 ? * SUN *)", 168),
        ("cron(0 5 ? * 1-7 *)", 24),
        ("cron(0 5 1 * ? *)", 744),
        ("cron(0 5 1,15 * ? *)", 408),
        ("cron(0 5 L * ? *)", 744),
        ("cron(0 5 1 JAN,JUL ? *)", 4464),
        ("rate(1 day)", 24),
        ("rate(12 hours)", 12),
        ("rate(90 minutes)", 2),
        ("rate(7 days)", 168),
    ],
)
def test_the_longest_time_between_two_runs(schedule: str, hours: int) -> None:
    """Days that are left out count: a rule for weekdays rests from Friday to Monday."""
    assert hours_between(schedule) == hours


@pytest.mark.parametrize(
    "schedule",
    ["cron(0 5 ? * 6#3 *)", "cron(0 5 15W * ? *)", "cron(0 5 ? * * 2027)", "cron(0 25 ? * * *)", "at(noon)", ""],
)
def test_a_schedule_that_is_not_read_is_unknown(schedule: str) -> None:
    """The third Friday, one year, an hour that does not exist: nothing is guessed."""
    assert isinstance(hours_between(schedule), Unknown)
