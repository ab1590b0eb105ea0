"""A bundle as the earlier state that a run is compared with: `--baseline BUNDLE`."""

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from pathlib import Path
from typing import Final

import msgspec

from phiward.engine.findings import Finding
from phiward.engine.known import Before
from phiward.errors import EvidenceError
from phiward.evidence.trust import TrustedKey
from phiward.evidence.verify import UNKNOWN_SIGNER, Outcome, contents, exit_code, findings, verify

LONGEST: Final = timedelta(days=366)
"""A baseline lets pass what it holds, as a waiver does, so it lapses as a waiver does: after twelve months."""


def baseline(bundle: Path, trusted: Sequence[TrustedKey], *, now: str, policy: str, demanded: bool) -> Before:
    """Verify a bundle and return it as the state before. Raises `EvidenceError` with what to do about it.

    It must be intact, of the same policy, no older than twelve months at `now`, and, where it is `demanded`, signed by
    a key that is trusted. Otherwise whose signature it has is told.
    """
    if not bundle.exists():
        raise EvidenceError(
            f"{bundle}: there is no such baseline: make one with `phiward scan TARGET --bundle {bundle}`"
        )
    steps = verify(bundle, trusted)
    code = exit_code(steps)
    failed = [step for step in steps if step.outcome is Outcome.FAILED]
    if code not in {0, UNKNOWN_SIGNER} or (code and demanded):
        raise EvidenceError(f"{bundle}: it is no baseline to rely on: {'; '.join(step.detail for step in failed)}")
    with contents(bundle) as held:
        run = held.run
    _in_time(bundle, run.finished, now)
    if run.policy != policy:
        raise EvidenceError(f"{bundle}: it was made by the policy {run.policy}, and this run asks {policy}")
    signed = "signed by a key that is not trusted here" if code else "signed by a trusted key"
    whole = "" if run.complete else "; it is of an incomplete run"
    return Before(
        what=f"the baseline {bundle} of {run.finished[:10]} (intact, {signed}{whole})",
        findings=lambda: _findings(bundle),
        lines=lambda: _lines(bundle),
        selected=frozenset(run.selected),
    )


def _in_time(bundle: Path, finished: str, now: str) -> None:
    today = date.fromisoformat(now[:10])
    try:
        made = date.fromisoformat(finished[:10])
    except ValueError as error:
        raise EvidenceError(f"{bundle}: it does not say when it was made: {finished!r}") from error
    if made > today:
        raise EvidenceError(f"{bundle}: it was made on {made}, after the time of this run, {today}")
    if today - made > LONGEST:
        raise EvidenceError(
            f"{bundle}: it has expired: it was made on {made}, more than twelve months ago; what it lets pass must be "
            "looked at again: mend it or waive it, and make a new one"
        )


def _lines(bundle: Path) -> Iterator[bytes]:
    with contents(bundle) as held:
        yield from held.lines()


def _findings(bundle: Path) -> Iterator[Finding]:
    decoder = msgspec.json.Decoder(Finding)
    for number, line in enumerate(findings(bundle), 1):
        try:
            yield decoder.decode(line)
        except (msgspec.DecodeError, RecursionError) as error:
            raise EvidenceError(f"{bundle}: its finding {number} cannot be read: {error}") from error
