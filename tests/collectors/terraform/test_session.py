"""Code that is read again and again: what changed is evaluated, nothing else."""

import os
from pathlib import Path

import pytest

from phiward.collectors.port import Options
from phiward.collectors.rereading import Refreshed, Unit
from phiward.collectors.terraform.collector import TerraformCollector
from phiward.collectors.terraform.session import Session
from phiward.inventory.model import Resource

MODULE = (
    'variable "on" {{\n  default = {default}\n}}\nresource "aws_kms_key" "k" {{\n  enable_key_rotation = var.on\n}}\n'
)


def write(path: Path, text: str) -> None:
    """Write a file so that it differs from what was there, whatever the clock's step is."""
    path.parent.mkdir(parents=True, exist_ok=True)
    before = path.stat().st_mtime_ns if path.exists() else 0
    path.write_text(text)
    os.utime(path, ns=(before + 1_000_000, before + 1_000_000))


def ids(*units: Unit) -> list[str]:
    """Return the ids of what was found."""
    return [each.id for unit in units for each in unit.found if isinstance(each, Resource)]


@pytest.fixture
def code(tmp_path: Path) -> Path:
    """Return a folder: two root modules, one calling a module that lies beside them."""
    write(tmp_path / "a/main.tf", 'module "m" {\n  source = "../shared"\n}\n')
    write(tmp_path / "b/main.tf", 'resource "aws_kms_key" "own" {\n  enable_key_rotation = var.on\n}\n')
    write(tmp_path / "b/vars.tf", 'variable "on" {\n  type = bool\n}\n')
    write(tmp_path / "shared/main.tf", MODULE.format(default="true"))
    return tmp_path


def test_it_finds_what_the_collector_finds(code: Path) -> None:
    """Field by field: only how often it looks differs."""
    theirs = list(TerraformCollector().collect(str(code), Options(), lambda _: None))
    seen = Session(str(code), Options()).refresh()

    assert sorted(map(repr, (each for unit in seen.units.values() for each in unit.found))) == sorted(map(repr, theirs))


def test_nothing_saved_is_nothing_evaluated(code: Path) -> None:
    """The second look costs a look."""
    session = Session(str(code), Options())
    session.refresh()

    assert session.refresh() == Refreshed((), {}, (), ())


def test_a_file_is_evaluated_where_it_is_used(code: Path) -> None:
    """Its own root module; the root modules that call its module."""
    session = Session(str(code), Options())
    assert set(session.refresh().units) == {"a", "b"}

    write(code / "shared/main.tf", MODULE.format(default="false"))
    shared = session.refresh()
    write(code / "b/vars.tf", 'variable "on" {\n  default = true\n}\n')
    own = session.refresh()

    assert (shared.changed, list(shared.units)) == ((f"{code}/shared/main.tf",), ["a"])
    assert (own.changed, list(own.units)) == ((f"{code}/b/vars.tf",), ["b"])


@pytest.mark.parametrize("name", ["terraform.tfvars", "x.auto.tfvars"])
def test_a_file_of_variables_counts(code: Path, name: str) -> None:
    """When it appears, when it changes, when it goes."""
    session = Session(str(code), Options())
    first = session.refresh()
    write(code / "b" / name, "on = true\n")
    appeared = session.refresh()
    write(code / "b" / name, "on = false\n")
    changed = session.refresh()
    (code / "b" / name).unlink()
    gone = session.refresh()

    values = [seen.units["b"].found for seen in (first, appeared, changed, gone)]
    assert values[0] == values[3]
    assert len({repr(each) for each in values}) == 3


def test_a_file_that_a_function_reads_counts(tmp_path: Path) -> None:
    """It decides the value as the code does."""
    write(tmp_path / "main.tf", 'resource "aws_kms_key" "k" {\n  enable_key_rotation = file("on.txt") == "yes"\n}\n')
    write(tmp_path / "on.txt", "no")
    session = Session(str(tmp_path), Options())
    before = session.refresh().units[""].found
    write(tmp_path / "on.txt", "yes")

    after = session.refresh()

    assert after.changed == (f"{tmp_path}/on.txt",)
    assert after.units[""].found != before


def test_a_half_written_file_says_what_it_said(code: Path) -> None:
    """Nothing is mended by a missing brace; the brace is told, once more each time until it is there."""
    session = Session(str(code), Options())
    before = session.refresh().units["b"]
    text = (code / "b/main.tf").read_text()
    write(code / "b/main.tf", text.rstrip("}\n"))
    broken = session.refresh()
    still = session.refresh()
    write(code / "b/main.tf", text + "\n# done\n")
    whole = session.refresh()

    assert ids(broken.units["b"]) == ids(before)
    assert [(each.where, each.line) for each in broken.problems] == [(f"{code}/b/main.tf", 1)]
    assert still.problems == broken.problems
    assert whole.problems == ()


def test_a_file_that_was_never_whole_is_a_gap(tmp_path: Path) -> None:
    """There is nothing that it said before."""
    write(tmp_path / "main.tf", "resource {")
    seen = Session(str(tmp_path), Options()).refresh()

    assert [each.where for each in seen.problems] == [f"{tmp_path}/main.tf"]


def test_files_and_folders_come_and_go(code: Path) -> None:
    """Deleted, renamed, added: root modules with them."""
    session = Session(str(code), Options())
    session.refresh()
    write(code / "c/d/main.tf", 'resource "aws_kms_key" "new" {}\n')
    added = session.refresh()
    (code / "c").rename(code / "e")
    renamed = session.refresh()
    (code / "e/d/main.tf").unlink()
    deleted = session.refresh()

    assert [set(each.units) for each in (added, renamed, deleted)] == [{"c/d"}, {"e/d"}, set()]
    assert [each.gone for each in (added, renamed, deleted)] == [(), ("c/d",), ("e/d",)]


def test_a_module_that_is_not_there_yet_is_missed_until_it_comes(tmp_path: Path) -> None:
    """And it is evaluated in the root module that calls it."""
    write(tmp_path / "main.tf", 'module "m" {\n  source = "./later"\n}\n')
    session = Session(str(tmp_path), Options())
    first = session.refresh()
    write(tmp_path / "later/main.tf", MODULE.format(default="true"))
    second = session.refresh()

    assert all("later" in each.where or "later" in each.reason for each in first.problems)
    assert first.problems
    assert ids(second.units[""]) == ["module.m.aws_kms_key.k"]
    assert second.problems == ()


def test_code_can_be_taken_for_other_code(code: Path) -> None:
    """And is itself again at the next look."""
    session = Session(str(code), Options())
    before = session.refresh().units["a"].found
    other = session.refresh({f"{code}/shared/main.tf": MODULE.format(default="false").encode()})
    again = session.refresh()

    assert list(other.units) == ["a"]
    assert other.units["a"].found != before
    assert again.units["a"].found == before


def test_one_file_alone_can_be_watched(code: Path) -> None:
    """Its own blocks, told of what is beside it."""
    session = Session(str(code / "b/main.tf"), Options())

    assert ids(*session.refresh().units.values()) == ["aws_kms_key.own"]
    write(code / "b/vars.tf", 'variable "on" {\n  default = true\n}\n')
    assert session.refresh().changed == (f"{code}/b/vars.tf",)


def test_what_lies_outside_is_not_read(tmp_path: Path) -> None:
    """No link leads out of the folder, however often it is looked at."""
    write(tmp_path / "secret.tf", 'resource "aws_kms_key" "outside" {}\n')
    write(tmp_path / "in/main.tf", 'resource "aws_kms_key" "inside" {}\n')
    (tmp_path / "in/link.tf").symlink_to(tmp_path / "secret.tf")
    session = Session(str(tmp_path / "in"), Options())
    first = session.refresh()
    write(tmp_path / "in/main.tf", 'resource "aws_kms_key" "inside" {}\n# more\n')
    second = session.refresh()

    for seen in (first, second):
        assert ids(seen.units[""]) == ["aws_kms_key.inside"]
        assert ["not followed" in each.reason for each in seen.problems] == [True]


def test_a_folder_that_becomes_a_link_is_not_followed(tmp_path: Path) -> None:
    """Between two looks as little as at the first."""
    write(tmp_path / "in/main.tf", 'module "m" {\n  source = "./m"\n}\n')
    write(tmp_path / "in/m/main.tf", 'resource "aws_kms_key" "inside" {}\n')
    write(tmp_path / "out/main.tf", 'resource "aws_kms_key" "outside" {}\n')
    session = Session(str(tmp_path / "in"), Options())
    assert ids(*session.refresh().units.values()) == ["module.m.aws_kms_key.inside"]
    (tmp_path / "in/m").rename(tmp_path / "in/old")
    (tmp_path / "in/m").symlink_to(tmp_path / "out")
    seen = session.refresh()

    assert not any("outside" in each for each in ids(*seen.units.values()))
