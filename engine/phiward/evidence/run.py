"""The record of a run: who ran what, when, over which targets, and how far it got."""

import hashlib
from typing import Any

import msgspec
from msgspec import Struct

from phiward.evidence.leaks import redact_argv
from phiward.inventory.reach import Reach


class Run(Struct, frozen=True, kw_only=True):
    """One run, as the bundle's `run/run.json` keeps it. Times are `YYYY-MM-DDTHH:MM:SSZ`."""

    version: str
    """phiward's version."""
    started: str
    finished: str
    now: str
    """The clock of the evaluation: what `older_than` was measured against."""
    asked: tuple[str, ...]
    """The targets as asked for."""
    reached: tuple[str, ...]
    """The targets that answered."""
    complete: bool
    """Everything asked for was read. False after an interruption, or where a target could not be read."""
    unread: dict[str, int] = {}
    """What was met and no resource type reads, by the source's own name for it (`aws_subnet`), counted."""
    reach: tuple[Reach, ...] = ()
    """The scope asked for and reached, and what was left out by choice, of the targets that can be read in part."""
    argv: tuple[str, ...] = ()
    """The command line. Secrets in it are hidden when the record is written."""
    principals: tuple[str, ...] = ()
    """As whom: callers' ARNs, user names on hosts."""
    where: dict[str, str] = {}
    """The machine: `python`, `system`, `host`."""
    versions: dict[str, str] = {}
    """Libraries and collectors with their versions."""
    policy: str | None = None
    """The policy's id."""
    policy_version: str | None = None
    selected: tuple[str, ...] = ()
    """The ids of the controls that were asked."""
    imported_waivers: bool = False
    """The comments of other tools were read too."""
    config: str | None = None
    """The `phiward.yaml` that the run went by, as people are told its path; it is kept beside this."""


class Content(Struct, frozen=True):
    """A content file as evaluated: where it belongs in the bundle (`encryption/x.yaml`), and its exact bytes."""

    path: str
    raw: bytes


def record(run: Run, gaps: int, resources: int) -> dict[str, Any]:
    """Return the run record as plain data, with hidden secrets and the number of gaps and resources."""
    document: dict[str, Any] = msgspec.to_builtins(msgspec.structs.replace(run, argv=redact_argv(run.argv)))
    if not run.reach:
        del document["reach"]
    if not run.imported_waivers:
        del document["imported_waivers"]
    if run.config is None:
        del document["config"]
    return {**document, "schema": "phiward/run/v1", "gaps": gaps, "resources": resources}


def lock(controls: tuple[Content, ...]) -> dict[str, Any]:
    """Return the lock of a pack of controls: each file with its digest."""
    files = {content.path: hashlib.sha256(content.raw).hexdigest() for content in controls}
    return {"schema": "phiward/pack-lock/v1", "files": files}
