"""What each resource type asks AWS, and for which of its paths.

`questions.json` is not written by hand: `tests/aws_survey.py` finds it by running the type modules, and a test holds
the two together. So the permissions of a selection can be told without an account and without the AWS SDK.
"""

from functools import cache
from pathlib import Path
from typing import NamedTuple

import msgspec

from phiward.collectors.aws.need import needed
from phiward.inventory.model import Need

_FILE = Path(__file__).with_name("questions.json")


class Question(NamedTuple):
    """One call of a resource type."""

    service: str
    """As boto3 calls it: `s3`."""
    operation: str
    """As boto3 calls it: `get_bucket_encryption`."""
    paths: tuple[str, ...] = ()
    """The paths of the type that need it. None: it lists the type, or nothing can be said without it."""


REGIONS = Question("ec2", "describe_regions")
"""Asked for every run that reads a type of a region, and is not told which regions."""


@cache
def by_type() -> dict[str, tuple[Question, ...]]:
    """Return the calls of every resource type, sorted."""
    found = msgspec.json.decode(_FILE.read_bytes(), type=dict[str, dict[str, tuple[str, ...]]])
    return {name: tuple(_question(call, paths) for call, paths in calls.items()) for name, calls in found.items()}


def asked(need: Need | None) -> dict[str, tuple[Question, ...]]:
    """Return the calls that a run makes at most, by resource type: those whose answers its controls read."""
    return {
        name: tuple(each for each in questions if need is None or needed(each.paths, need[name]))
        for name, questions in by_type().items()
        if need is None or name in need
    }


def _question(call: str, paths: tuple[str, ...]) -> Question:
    service, _, operation = call.partition(".")
    return Question(service, operation, paths)
