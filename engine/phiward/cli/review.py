"""`phiward review`: add the management review, a person's signature, to a bundle."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from phiward.cli import reporting
from phiward.cli.collecting import moment
from phiward.cli.show import put
from phiward.errors import EvidenceError, UsageError

if TYPE_CHECKING:
    import argparse

    from phiward.evidence.statement import Statement


def run(options: argparse.Namespace) -> int:
    """Verify the bundle, show what is going to be signed, and sign it. A bundle that does not verify is not signed."""
    from phiward.cli.signing import signer_of
    from phiward.evidence import review
    from phiward.evidence.statement import SignedBy
    from phiward.evidence.verify import exit_code, signed_statement, verify

    bundle = Path(options.bundle)
    if not bundle.exists():
        raise UsageError(f"{bundle}: no such file or folder")
    steps = verify(bundle, reporting.trusted(options))
    if code := exit_code(steps):
        put(*(f"{step.name}: {step.detail}" for step in steps if step.outcome == "failed"))
        put(f"NOT verified (exit code {code}): nothing was signed")
        return code
    stated, names = signed_statement(bundle)
    signer = signer_of(options.sign)
    if signer.public.id == stated.predicate.signer.keyid:
        raise EvidenceError(f"{options.sign}: this key signed the collection; a review takes a reviewer's own")
    made = review.Review(
        bundle_id=stated.predicate.bundle_id,
        reviewer=options.reviewer,
        role=options.office,
        decision=review.Decision(options.decision),
        period_from=options.period_from,
        period_to=options.period_to,
        remarks=options.remarks,
        at=moment(options.now),
        signer=SignedBy(kind=signer.source, keyid=signer.public.id),
    )
    _show(stated)
    name = review.add(bundle, names, review.sign(stated.digests, made, signer))
    put(f"{made.decision.value}: signed as {name} with key {signer.public.id}")
    return 0


def _show(stated: Statement) -> None:
    """Show what the reviewer signs for."""
    told = stated.predicate
    counts = ", ".join(f"{count} {verdict}" for verdict, count in sorted(told.counts.items()) if count)
    scope = "complete" if told.scope.complete else f"INCOMPLETE, {told.scope.gaps} gaps"
    put(
        f"bundle {told.bundle_id}, finished {told.time_finished}",
        f"{told.resources} resources of {', '.join(told.scope.asked)}; the scope is {scope}",
        f"findings: {counts or 'none'}",
    )
