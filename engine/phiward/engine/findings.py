"""What evaluating yields."""

from enum import StrEnum
from typing import Any

from msgspec import Struct

from phiward.inventory.model import LeftOut


class Verdict(StrEnum):
    """The answer of one control for one resource."""

    PASS = "pass"  # noqa: S105 - a verdict
    FAIL = "fail"
    UNKNOWN = "unknown"
    WAIVED = "waived"
    NOT_APPLICABLE = "not_applicable"
    ERROR = "error"


class State(StrEnum):
    """How a finding stands to what was found before."""

    NEW = "new"
    KNOWN = "known"


class Why(Struct, frozen=True, kw_only=True, omit_defaults=True, gc=False):
    """One reason for a verdict: which path held what, what was expected, and where it was read."""

    path: str
    """`encryption_at_rest.enabled`, `network.ingress[2].sources[0]`."""
    observed: Any = None
    """The value that was there (plain JSON), cut where it is long. None: there was none."""
    expected: str
    """What the control asks, in words: `true`, `at least 365`, `none of: 0.0.0.0/0, ::/0`."""
    unknown: str | None = None
    """Why the value could not be seen, where that is the reason."""
    file: str | None = None
    line: int | None = None
    end_line: int | None = None
    call: str | None = None
    """The API action or probe section that gave (or refused) the value."""
    left_out: LeftOut | None = None
    """The argument that the code leaves out, so that its default decided, where that is so."""


class ResourceRef(Struct, frozen=True, kw_only=True, omit_defaults=True, gc=False):
    """What a reader needs to find the resource again."""

    id: str
    type: str
    name: str | None = None
    account: str | None = None
    region: str | None = None
    source: str | None = None
    """The kind of source it was read from: `live`, `terraform`, `terraform-plan`, `cloudformation`, `kubernetes`, …"""
    file: str | None = None
    line: int | None = None
    end_line: int | None = None


class Finding(Struct, frozen=True, kw_only=True, omit_defaults=True, gc=False):
    """The verdict of one control on one resource, or, without a resource, on the whole run.

    Without a resource it is `not_applicable` (the run holds nothing the control applies to) or `unknown`
    (something it applies to could not be listed: `why` names the gap).
    """

    control: str
    verdict: Verdict
    requirements: tuple[str, ...] = ()
    """The ids of the policy's requirements that the control answers: `164.312(a)(2)(iv)`."""
    why: tuple[Why, ...] = ()
    resource: ResourceRef | None = None
    waiver: str | None = None
    """The id of the waiver, where the verdict is `waived`."""
    note: str | None = None
    """What is told of a waiver in code that is about this fail, whether it counts or not."""
    state: State | None = None
    """Whether it was found before, where the run is compared with an earlier state. Evidence never holds it."""
