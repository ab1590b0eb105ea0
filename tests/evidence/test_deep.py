"""Evaluating a bundle's facts again with the real engine."""

from collections.abc import Callable
from pathlib import Path

import msgspec
import pytest
from evidence import samples
from msgspec.structs import replace

from phiward.engine import library
from phiward.engine.evaluate import evaluate
from phiward.engine.findings import Finding, Verdict
from phiward.engine.requirements import standings
from phiward.engine.rules import Rules, select
from phiward.evidence import bundle
from phiward.evidence.bundle import Evidence
from phiward.evidence.deep import evaluated
from phiward.evidence.run import Content
from phiward.evidence.trust import trust_key
from phiward.evidence.verify import Outcome, exit_code, verify
from phiward.inventory.aspects import EncryptionAtRest
from phiward.inventory.catalog import Catalog, ResourceType

CONTROL = """\
id: data-store-encrypted-at-rest
title: Data stores encrypt what they hold
domain: encryption
severity: high
applies_to: {aspect: encryption_at_rest}
assert: {encryption_at_rest.enabled: true}
citations: {hipaa: {"164.312(a)(2)(iv)": "A stolen disk cannot be read."}}
rationale: A lost disk is a breach.
remediation: {text: Turn it on.}
examples:
  - {resource: {type: aws.s3.bucket, encryption_at_rest: {enabled: true}}, verdict: pass}
  - {resource: {type: aws.s3.bucket, encryption_at_rest: {enabled: false}}, verdict: fail}
  - {resource: {type: aws.s3.bucket, unknown: [[encryption_at_rest.enabled, denied]]}, verdict: unknown}
"""
BUCKET = ResourceType(name="aws.s3.bucket", title="S3 bucket", aspects=(EncryptionAtRest,), stores_data=True)
CATALOG = Catalog.of([BUCKET])


@pytest.fixture
def loaded(tmp_path: Path) -> library.Library:
    """Return a library of one control and the shipped policy."""
    file = tmp_path / "controls/encryption/data-store-encrypted-at-rest.yaml"
    file.parent.mkdir(parents=True)
    file.write_text(CONTROL)
    return library.load(library.Folders((tmp_path / "controls",), library.shipped().policies), CATALOG)


def contents(files: tuple[library.ContentFile, ...], kind: str) -> tuple[Content, ...]:
    """Return the exact bytes of one kind of content file."""
    return tuple(
        Content(file.name.removeprefix(kind), file.path.read_bytes()) for file in files if file.name.startswith(kind)
    )


def honest(loaded: library.Library, rules: Rules) -> Evidence:
    """Return the evidence of a run of the real engine."""
    found = evaluate(samples.inventory, rules, samples.RUN.now, passes=True)
    return Evidence(
        facts=samples.inventory(),
        findings=found,
        standings=lambda: standings(rules, found.summary),
        controls=contents(loaded.files, "controls/"),
        policies=contents(loaded.files, "policies/"),
        catalog=CATALOG.to_json(),
        run=replace(samples.RUN, selected=tuple(rule.control.id for rule in rules.rules)),
    )


def as_it_is(finding: Finding) -> Finding:
    """Sign what was found."""
    return finding


def prettier(finding: Finding) -> Finding:
    """Sign a pass for a fail."""
    return msgspec.structs.replace(finding, verdict=Verdict.PASS) if finding.verdict is Verdict.FAIL else finding


@pytest.mark.parametrize(("sign", "code"), [(as_it_is, 0), (prettier, 5)])
def test_the_findings_follow_from_the_bundle_alone(
    tmp_path: Path, loaded: library.Library, sign: Callable[[Finding], Finding], code: int
) -> None:
    """The bundle's own controls, policy and catalog give the same bytes; a signed lie is found."""
    evidence = honest(loaded, select(loaded, CATALOG))
    signed = replace(evidence, findings=(sign(finding) for finding in evidence.findings))
    bundle.write(tmp_path / "b.zip", signed, samples.signer(tmp_path))

    steps = verify(tmp_path / "b.zip", trust_key(tmp_path / "signer.pub"), deep=evaluated)

    assert exit_code(steps) == code, [step.detail for step in steps if step.outcome is Outcome.FAILED]
