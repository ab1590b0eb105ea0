"""Templates that are read again and again."""

import os
from pathlib import Path

from phiward.collectors.cloudformation.collector import CloudformationCollector
from phiward.collectors.cloudformation.session import Session
from phiward.collectors.port import Options
from phiward.collectors.rereading import Refreshed, Unit
from phiward.inventory.model import Resource

TEMPLATE = """\
Resources:
  {name}:
    Type: AWS::KMS::Key
    Properties:
      EnableKeyRotation: {rotates}
"""


def write(path: Path, text: str) -> None:
    """Write a file so that it differs from what was there, whatever the clock's step is."""
    before = path.stat().st_mtime_ns if path.exists() else 0
    path.write_text(text)
    os.utime(path, ns=(before + 1_000_000, before + 1_000_000))


def ids(*units: Unit) -> list[str]:
    """Return the ids of what was found."""
    return [each.id for unit in units for each in unit.found if isinstance(each, Resource)]


def test_it_finds_what_the_collector_finds(tmp_path: Path) -> None:
    """Field by field: only how often it looks differs."""
    write(tmp_path / "a.yaml", TEMPLATE.format(name="A", rotates="true"))
    write(tmp_path / "b.json", '{"Resources": {"B": {"Type": "AWS::SNS::Topic"}}}')
    write(tmp_path / "broken.yaml", "Resources:\n  A: [\nAWSTemplateFormatVersion: '2010-09-09'\n")
    theirs = list(CloudformationCollector().collect(str(tmp_path), Options(), lambda _: None))
    seen = Session(str(tmp_path), Options()).refresh()
    ours = [*(each for unit in seen.units.values() for each in unit.found), *seen.problems]

    assert sorted(map(repr, ours)) == sorted(map(repr, theirs))
    assert seen.problems


def test_only_what_came_out_otherwise_is_told_again(tmp_path: Path) -> None:
    """Nothing saved, nothing evaluated; a template taken away is gone."""
    write(tmp_path / "a.yaml", TEMPLATE.format(name="A", rotates="true"))
    write(tmp_path / "b.yaml", TEMPLATE.format(name="B", rotates="true"))
    session = Session(str(tmp_path), Options())
    first = session.refresh()
    nothing = session.refresh()
    write(tmp_path / "b.yaml", TEMPLATE.format(name="B", rotates="false"))
    changed = session.refresh()
    (tmp_path / "a.yaml").unlink()
    gone = session.refresh()

    assert ids(*first.units.values()) == ["a.yaml:A", "b.yaml:B"]
    assert nothing == Refreshed((), {}, (), ())
    assert (changed.changed, list(changed.units)) == ((f"{tmp_path}/b.yaml",), ["b.yaml"])
    assert (gone.units, gone.gone) == ({}, ("a.yaml",))


def test_a_template_can_be_taken_for_another(tmp_path: Path) -> None:
    """And is itself again at the next look."""
    write(tmp_path / "a.yaml", TEMPLATE.format(name="A", rotates="true"))
    session = Session(str(tmp_path), Options())
    session.refresh()
    other = session.refresh({f"{tmp_path}/a.yaml": TEMPLATE.format(name="Other", rotates="true").encode()})
    again = session.refresh()

    assert ids(*other.units.values()) == ["a.yaml:Other"]
    assert ids(*again.units.values()) == ["a.yaml:A"]


def test_a_half_written_template_is_a_problem_until_it_is_whole(tmp_path: Path) -> None:
    """It is told, and what the template said before stands."""
    write(tmp_path / "a.yaml", TEMPLATE.format(name="A", rotates="true"))
    session = Session(str(tmp_path), Options())
    session.refresh()
    write(tmp_path / "a.yaml", TEMPLATE.format(name="A", rotates="[true"))
    broken = session.refresh()
    write(tmp_path / "a.yaml", TEMPLATE.format(name="A", rotates="true"))
    whole = session.refresh()

    assert [each.where for each in broken.problems] == [f"{tmp_path}/a.yaml"]
    assert (broken.units, broken.gone) == ({}, ())
    assert whole.problems == ()
