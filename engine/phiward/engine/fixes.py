"""What a control declares to mend a finding with, its parameters filled in."""

import re
from typing import Any

from msgspec import structs

from phiward.engine.control import Control, Fix
from phiward.engine.findings import Finding, Verdict

_PARAMETER = re.compile(r"\$\{(\w+)\}")


def declared(control: Control, finding: Finding) -> tuple[Fix, ...]:
    """Return what would mend a finding, in the order of the control's file. Only fails are mended."""
    if finding.verdict is not Verdict.FAIL or finding.resource is None:
        return ()
    return tuple(filled(control, fix) for fix in control.remediation.fixes.get(finding.resource.type, ()))


def filled(control: Control, fix: Fix) -> Fix:
    """Return a fix with the values of the control's parameters."""
    return structs.replace(fix, settings={path: _value(control, value) for path, value in fix.settings.items()})


def _value(control: Control, value: Any) -> Any:
    named = _PARAMETER.fullmatch(value) if isinstance(value, str) else None
    return control.parameters[named[1]].value if named else value
