"""What a control declares to mend a finding with."""

from pathlib import Path

from engine.synthetic import CATALOG
from engine.test_library import CONTROL, folders

from phiward.engine.control import Fix
from phiward.engine.findings import Finding, ResourceRef, Verdict
from phiward.engine.fixes import declared
from phiward.engine.library import load

FIXES = """{note: now}}, fixes: {test.store: [
  {in: box, set: {lock.on: true, keep: "${least}"}, replaces: true},
  {in: "A::Box", set: {Lock: "yes"}, example: 'a = 1'}]}}"""


def test_fixes_are_read_and_take_the_parameters(tmp_path: Path) -> None:
    """In the order of the file; a parameter keeps its type."""
    control = load(folders(tmp_path, CONTROL.replace("{note: now}}}", FIXES)), CATALOG).controls["stores-encrypted"]
    failed = Finding(control=control.id, verdict=Verdict.FAIL, resource=ResourceRef(id="s", type="test.store"))

    assert declared(control, failed) == (
        Fix(kind="box", settings={"lock.on": True, "keep": 1}, replaces=True),
        Fix(kind="A::Box", settings={"Lock": "yes"}, example="a = 1"),
    )


def test_only_fails_are_mended(tmp_path: Path) -> None:
    """What is not known to be wrong is not set right."""
    control = load(folders(tmp_path, CONTROL.replace("{note: now}}}", FIXES)), CATALOG).controls["stores-encrypted"]
    of = ResourceRef(id="s", type="test.store")

    for verdict in (Verdict.UNKNOWN, Verdict.WAIVED, Verdict.ERROR):
        assert declared(control, Finding(control=control.id, verdict=verdict, resource=of)) == ()
    other = ResourceRef(id="s", type="test.other")
    assert declared(control, Finding(control=control.id, verdict=Verdict.FAIL, resource=other)) == ()
