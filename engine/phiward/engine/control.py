"""Controls and policies as loaded: typed, checked against their grammar, their conditions parsed."""

from enum import StrEnum
from typing import Any

from msgspec import Struct

from phiward.engine.condition import Condition
from phiward.engine.in_place import WaiverRules
from phiward.engine.scope import Scope


class Severity(StrEnum):
    """How bad a failed control is, worst first."""

    CRITICAL = "critical"
    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"


class Domain(StrEnum):
    """What a control is about; the folder it lies in."""

    ENCRYPTION = "encryption"
    ACCESS = "access"
    PATCHING = "patching"
    LOGGING = "logging"
    BACKUP = "backup"
    NETWORK = "network"
    INTEGRITY = "integrity"
    MONITORING = "monitoring"
    ADMINISTRATIVE = "administrative"


class Concern(StrEnum):
    """What a control protects, which decides whether the policy's scope narrows it."""

    EPHI = "ephi"
    """Patient data, stored or on its way: it is not asked of what is out of scope."""
    ORGANISATION = "organisation"
    """The organisation's defences as a whole: it is asked of everything."""


class Parameter(Struct, frozen=True):
    """A value that a policy may set: its default and the reason for it."""

    value: Any
    why: str


class AppliesTo(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Which resources a control is about: an aspect, or types by name."""

    aspect: str | None = None
    types: tuple[str, ...] = ()
    stores_data: bool | None = None
    """Only types that may hold ePHI (true), or only the others (false)."""
    where: Condition | None = None
    """Only resources of which this holds."""


class Fix(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What to set in code to mend it, where nobody has to decide it: `storage_encrypted = true`, never a key."""

    kind: str
    """The kind of block that is edited (`in` in the file): `aws_db_instance`, `AWS::RDS::DBInstance`."""
    settings: dict[str, Any]
    """Argument to value (`set` in the file). Dots lead into nested blocks: `metadata_options.http_tokens`."""
    replaces: bool = False
    """Whether the provider makes the thing anew, with all that it held, when this is changed."""
    example: str = ""
    """Code that fails without it, for tests: the arguments of such a block, or whole blocks."""


class Remediation(Struct, frozen=True, omit_defaults=True):
    """How to mend it: in general, and per type and source (`terraform`, `aws`, `host`, `note`)."""

    text: str
    by_type: dict[str, dict[str, str]] = {}
    fixes: dict[str, tuple[Fix, ...]] = {}
    """Resource type to what mends it by itself."""


class Example(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A resource in its wire form, and the verdict that the control must give."""

    resource: dict[str, Any]
    verdict: str
    related: tuple[dict[str, Any], ...] = ()
    """Other resources of the inventory, for relations (`with` in the file)."""
    now: str | None = None
    line: int = 0


class Control(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One control: what must be true of which resources, why, and what the law says."""

    id: str
    title: str
    domain: Domain
    severity: Severity
    applies_to: AppliesTo
    condition: Condition
    """What it asserts."""
    citations: dict[str, dict[str, str]]
    """Framework (`hipaa`) to requirement id to one sentence why the control answers it."""
    rationale: str
    remediation: Remediation
    concerns: Concern = Concern.ORGANISATION
    equivalents: dict[str, tuple[str, ...]] = {}
    """Resource type to what other tools call the same question."""
    parameters: dict[str, Parameter] = {}
    examples: tuple[Example, ...] = ()
    aliases: tuple[str, ...] = ()
    """Earlier ids."""
    deprecated: str | None = None
    """Why it is retired, and what to use instead."""
    file: str = ""
    """Its file, from the folder of controls."""
    source: dict[str, Any] = {}
    """Its `where` and `assert` as written, to be filled in again when a policy sets parameters."""


class Level(StrEnum):
    """What the law asks of a requirement: a standard as a whole, or a specification of one."""

    STANDARD = "standard"
    REQUIRED = "required"
    ADDRESSABLE = "addressable"


class Requirement(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One requirement of a policy."""

    id: str
    title: str
    level: Level
    asks: str
    parent: str | None = None
    controls: tuple[str, ...] = ()
    """Controls that answer it besides those that cite it."""


class Unseen(StrEnum):
    """What a policy does with something that could not be seen."""

    FAIL = "fail"
    WARN = "warn"
    PASS = "pass"  # noqa: S105 - a word of the policy file


class Gate(Struct, frozen=True, omit_defaults=True):
    """What stops a pipeline."""

    fail_on: tuple[Severity, ...] = (Severity.CRITICAL, Severity.HIGH, Severity.MEDIUM)
    unknown: Unseen = Unseen.FAIL


class Selection(Struct, frozen=True, omit_defaults=True):
    """Which controls a policy asks, by id or by a pattern with `*`."""

    include: tuple[str, ...] = ("*",)
    exclude: tuple[str, ...] = ()


class Policy(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A policy: the law's tree, the controls that answer it, their parameters and the gate."""

    id: str
    title: str
    version: str
    source: str
    requirements: tuple[Requirement, ...]
    controls: Selection = Selection()
    parameters: dict[str, dict[str, Any]] = {}
    """Control id to parameter to value."""
    scope: Scope = Scope()
    """What holds ePHI."""
    gate: Gate = Gate()
    waivers: WaiverRules = WaiverRules()
    """What becomes of waivers that are written in code."""
    framework: str = "hipaa"
    """Which of the controls' citations count."""
    file: str = ""
