"""Running the examples of a control's fixes: does the code fail without it, and pass with it?"""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from phiward.cli.mending import Mending
from phiward.collectors.cloudformation.session import Session as OfCloudformation
from phiward.collectors.port import Options
from phiward.collectors.terraform.session import Session as OfTerraform
from phiward.engine.compiled import compile_rules
from phiward.engine.findings import Verdict
from phiward.engine.rules import Rule, Rules, needs

if TYPE_CHECKING:
    from collections.abc import Iterator

    from phiward.engine.control import Control, Fix, Policy
    from phiward.inventory.catalog import Catalog

NOW = "2026-01-01T00:00:00Z"


def wrong(control: Control, catalog: Catalog, policy: Policy) -> Iterator[str]:
    """Yield what is wrong with a control's fixes."""
    from phiward.engine.fit import types_of

    rules = Rules(policy, (Rule.of(control, types_of(control.applies_to, catalog), (), catalog),), catalog)
    for name, fixes in control.remediation.fixes.items():
        for fix in fixes:
            if why := _tried(rules, name, fix):
                yield f"{name}: {fix.kind}: {why}"


def code_of(fix: Fix) -> tuple[str, str]:
    """Return the name and the text of the code that a fix is tried on."""
    if "::" in fix.kind:
        if "Resources:" in fix.example:
            return "template.yaml", f"{fix.example}\n"
        held = "".join(f"      {line}\n" for line in (fix.example or "Tags: []").splitlines())
        return "template.yaml", f"Resources:\n  This:\n    Type: {fix.kind}\n    Properties:\n{held}"
    if 'resource "' in fix.example:
        return "main.tf", f"{fix.example}\n"
    body = "".join(f"  {line}\n" for line in fix.example.splitlines())
    return "main.tf", f'resource "{fix.kind}" "this" {{\n{body}}}\n'


def _tried(rules: Rules, type_name: str, fix: Fix) -> str | None:
    name, text = code_of(fix)
    of = OfCloudformation if "::" in fix.kind else OfTerraform
    with tempfile.TemporaryDirectory() as scratch:
        Path(scratch, name).write_text(text)
        compiled = compile_rules(rules)
        mending = Mending(of(scratch, Options(need=needs(rules), now=NOW)), compiled, NOW, ())
        failed = {
            key
            for key, finding in mending.before.items()
            if finding.verdict is Verdict.FAIL and finding.resource is not None and finding.resource.type == type_name
        }
        if not failed:
            told = ", ".join(f"{key[1]} {finding.verdict.value}" for key, finding in mending.before.items())
            return f"its example does not fail ({told or 'nothing is found wrong'})"
        plan = mending.plan(replacing=True)
        if still := failed & plan.after.keys():
            whys = [each.why for each in plan.left] or [why.path for why in plan.after[min(still)].why]
            return f"it does not mend its example: {'; '.join(whys)}"
        if all(offer.kind != fix.kind for offer in plan.offers):
            return "another fix of the control mends its example"
    return None
