"""The built wheel, in an environment of its own, does what the checkout does."""

import os
import subprocess
import sys
import sysconfig
import venv
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
pytestmark = [pytest.mark.xdist_group("wheel"), pytest.mark.timeout(1800)]


@pytest.fixture(scope="session")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build the wheel from the source archive, so that both are whole."""
    folder = tmp_path_factory.mktemp("dist")
    subprocess.run(
        [sys.executable, "-m", "build", "--no-isolation", "--outdir", folder, ROOT],
        check=True,
        capture_output=True,
        env={**os.environ, "SOURCE_DATE_EPOCH": "1700000000"},
    )
    (built,) = folder.glob("*.whl")
    return built


@pytest.fixture(scope="session")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Install the wheel into a clean environment that sees the locked dependencies and nothing of this checkout."""
    home = tmp_path_factory.mktemp("clean")
    venv.create(home, symlinks=True)
    inside = Path(sysconfig.get_path("purelib", vars={"base": str(home), "platbase": str(home)}))
    dependencies = home / "dependencies"
    dependencies.mkdir()
    for entry in Path(sysconfig.get_path("purelib")).iterdir():
        if "phiward" not in entry.name and entry.suffix != ".pth":
            (dependencies / entry.name).symlink_to(entry)
    (inside / "dependencies.pth").write_text(f"{dependencies}\n")
    python = home / "bin" / "python"
    command = [str(python), "-m", "pip", "install", "--quiet", "--no-deps", "--no-index", str(wheel)]
    subprocess.run(command, check=True, capture_output=True)
    return home


def ran(home: Path, *command: str | Path, timeout: int = 300) -> subprocess.CompletedProcess[str]:
    """Run a command of the clean environment, away from the checkout's import paths."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "PYTEST"))}
    environment |= {"XDG_CACHE_HOME": str(home / "cache"), "XDG_CONFIG_HOME": str(home / "config")}
    program, *arguments = command
    return subprocess.run(
        [home / "bin" / program, *arguments],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        timeout=timeout,
        check=False,
    )


def test_the_wheel_holds_what_it_needs_and_no_more(wheel: Path) -> None:
    """Every control and policy, the probe and the type markers; no tests, no generic top-level names."""
    names = set(zipfile.ZipFile(wheel).namelist())
    for folder in ("controls", "policies"):
        shipped = {f"phiward/{path.relative_to(ROOT).as_posix()}" for path in (ROOT / folder).rglob("*.yaml")}
        assert shipped <= names
    rooms = ("inventory", "engine", "evidence", "cli", "collectors")
    assert {f"phiward/{room}/py.typed" for room in rooms} <= names
    assert "phiward/collectors/host/probe.sh" in names
    assert "phiward/__init__.py" not in names
    assert {name.split("/")[0].split("-")[0] for name in names} == {"phiward"}


def test_it_is_the_wheel_that_runs(installed: Path) -> None:
    """And both source roots are in it."""
    code = "import phiward.engine, phiward.collectors; print(phiward.engine.__file__, phiward.collectors.__file__)"

    places = ran(installed, "python", "-P", "-c", code).stdout.split()

    assert len(places) == 2
    assert all(place.startswith(str(installed)) for place in places)


@pytest.mark.parametrize(
    ("command", "code", "said"),
    [
        (("phiward", "--version"), 0, "phiward "),
        (("phiward", "controls", "lint"), 0, " 0 problems"),
        (("phiward", "controls", "test"), 0, " 0 wrong"),
        (("phiward", "scan", "examples/clinic/compliant", "--now", "2026-11-23T00:00:00Z"), 0, "0 fail, 0 unknown"),
        (("phiward", "scan", "examples/clinic/as-found"), 1, "data-store-not-public"),
    ],
    ids=lambda value: "-".join(value[1:3]) if isinstance(value, tuple) else None,
)
def test_the_command_works(installed: Path, command: tuple[str, ...], code: int, said: str) -> None:
    """As for somebody who installed it."""
    result = ran(installed, *command)

    assert (result.returncode, said in result.stdout) == (code, True), result.stderr or result.stdout


def test_the_core_of_the_suite_passes_against_the_wheel(installed: Path) -> None:
    """Engine, inventory, evidence and command line: what is packaged is what was tested."""
    folders = ("tests/engine", "tests/inventory", "tests/evidence", "tests/cli")
    options = ("-q", "-p", "no:cacheprovider", "-o", "addopts=--import-mode=importlib")

    result = ran(installed, "python", "-P", "-m", "pytest", *options, *folders, timeout=1500)

    assert result.returncode == 0, result.stdout[-3000:]
    assert " passed" in result.stdout
