"""Packs of controls: found by entry point, told by name and version, hashed, and never run."""

import json
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from phiward.cli import packs
from phiward.cli.main import main

CONTROL = (Path(__file__).resolve().parents[2] / "controls/backup/backups-made.yaml").read_text()
MINE = "disks-are-good"
VOLUME = 'resource "aws_ebs_volume" "a" {\n  availability_zone = "us-east-1a"\n  size = 1\n}\n'


@pytest.fixture(autouse=True)
def _apart(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "path", list(sys.path))
    packs.installed.cache_clear()
    yield
    packs.installed.cache_clear()  # what was installed here is not there for the tests that follow


@pytest.fixture(name="site")
def installed_pack(tmp_path: Path) -> Path:
    """Return a folder of installed distributions with one pack, whose code must not run."""
    site = tmp_path / "site"
    install(site, "acme-controls", "acme", "acme_controls")
    control = site / "acme_controls" / "backup" / f"{MINE}.yaml"
    control.parent.mkdir(parents=True)
    (site / "acme_controls" / "__init__.py").write_text("raise SystemExit('the code of a pack was run')\n")
    text = CONTROL.replace("id: backups-made", f"id: {MINE}")
    control.write_text(text[: text.index("equivalents:")] + text[text.index("examples:") :])
    sys.path.insert(0, str(site))
    return site


def install(site: Path, distribution: str, name: str, value: str) -> None:
    """Write what an installer would write of a distribution."""
    info = site / f"{distribution.replace('-', '_')}-1.0.dist-info"
    info.mkdir(parents=True)
    (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {distribution}\nVersion: 1.0\n")
    (info / "entry_points.txt").write_text(f"[phiward.controls]\n{name} = {value}\n")


@pytest.mark.usefixtures("site")
def test_a_pack_is_listed_with_its_version(capsys: pytest.CaptureFixture[str]) -> None:
    """And found again from what was kept."""
    for _ in range(2):
        packs.installed.cache_clear()
        assert main(["controls", "list", "--format", "json"]) == 0
        listed = {each["id"]: each["pack"] for each in json.loads(capsys.readouterr().out)}
        assert listed[MINE] == "acme (acme-controls 1.0)"
        assert listed["backups-made"] is None
    main(["controls", "list"])
    assert "acme (acme-controls 1.0)" in capsys.readouterr().out


@pytest.mark.usefixtures("site")
def test_its_controls_are_asked_and_kept_in_the_evidence(capsys: pytest.CaptureFixture[str]) -> None:
    """With its version in the record of the run; the bundle is verified without the pack."""
    Path("main.tf").write_text(VOLUME)
    main(["scan", "main.tf", "--select", MINE, "--bundle", "e.zip", "-q"])
    with zipfile.ZipFile("e.zip") as bundle:
        assert f"controls/backup/{MINE}.yaml" in bundle.namelist()
        assert f"backup/{MINE}.yaml" in json.loads(bundle.read("controls/pack.lock.json"))["files"]
        assert json.loads(bundle.read("run/run.json"))["versions"] == {"pack acme": "acme-controls 1.0"}
    sys.path.pop(0)
    packs.installed.cache_clear()

    assert main(["verify", "e.zip", "--deep"]) == 0
    capsys.readouterr()


def test_a_folder_within_a_package_may_be_named(site: Path) -> None:
    """Behind a colon, or with dots."""
    install(site, "other", "inner", "acme_controls:backup")
    packs.installed.cache_clear()

    assert [(pack.name, Path(pack.folder).name) for pack in packs.installed()] == [
        ("acme", "acme_controls"),
        ("inner", "backup"),
    ]


@pytest.mark.parametrize(
    ("value", "message"),
    [
        ("not_there", "the pack 'broken' of other 1.0: names 'not_there', which is no folder of an installed package"),
        ("acme_controls:nothing", "names 'acme_controls:nothing', which is no folder"),
        ("acme_controls:..", "which is no folder"),
    ],
)
def test_a_broken_pack_is_named(value: str, message: str, site: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """No command goes on without the controls that somebody installed."""
    install(site, "other", "broken", value)

    assert main(["controls", "list"]) == 2
    assert message in capsys.readouterr().err


def test_a_wrong_file_of_a_pack_names_it(site: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The file is in a folder that nobody looks at."""
    (site / "acme_controls" / "backup" / f"{MINE}.yaml").write_text("id: x\n")

    assert main(["controls", "list"]) == 2
    assert "acme (acme-controls 1.0): " in capsys.readouterr().err


def test_an_empty_pack_and_one_that_is_gone_are_named(site: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A pack without controls answers nothing."""
    (site / "acme_controls" / "backup" / f"{MINE}.yaml").unlink()
    assert main(["controls", "list"]) == 2
    assert "acme (acme-controls 1.0): holds no control" in capsys.readouterr().err


def test_two_packs_of_one_name_are_refused(site: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """One of them would silently not count."""
    install(site, "other", "acme", "acme_controls")

    assert main(["controls", "list"]) == 2
    assert "is also the name of a pack of" in capsys.readouterr().err
