"""`phiward diff`: what changed between two bundles."""

import json
from pathlib import Path

import pytest

from phiward.cli.main import main

NOW = "2026-11-23T00:00:00Z"


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Keep keys and caches of the test's own."""
    for name in ("XDG_CACHE_HOME", "XDG_CONFIG_HOME"):
        monkeypatch.setenv(name, str(tmp_path / name))


def volume(name: str, **said: str) -> str:
    """Write a volume."""
    lines = "".join(f"  {argument} = {value}\n" for argument, value in said.items())
    return f'resource "aws_ebs_volume" "{name}" {{\n  availability_zone = "us-east-1a"\n  size = 1\n{lines}}}\n'


def scanned(folder: Path, code: str, name: str, *options: str) -> Path:
    """Scan some code, always in the same place, and return its bundle."""
    place = folder / "infra"
    place.mkdir(exist_ok=True)
    (place / "main.tf").write_text(code)
    bundle = folder / name
    assert main(["scan", str(place), "--bundle", str(bundle), "-q", "--now", NOW, *options]) in {0, 1, 3}
    return bundle


def changes(earlier: Path, later: Path, capsys: pytest.CaptureFixture[str]) -> tuple[int, dict[str, object]]:
    """Compare two bundles."""
    capsys.readouterr()
    code = main(["diff", str(earlier), str(later), "--format", "json"])
    return code, json.loads(capsys.readouterr().out)


def of(document: dict[str, object], control: str) -> dict[str, str]:
    """Return what changed of one control, by resource."""
    found = document["changes"]
    assert isinstance(found, list)
    return {each["resource"]["id"]: each["change"] for each in found if each["control"] == control and each["resource"]}


def test_every_change_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Of one control: what is new, regressed, fixed, unchanged and gone; the one that passes in both is not told."""
    before = "".join(
        [
            volume("same", encrypted="false"),
            volume("mended", encrypted="false"),
            volume("worse", encrypted="true"),
            volume("good", encrypted="true"),
            volume("removed", encrypted="false"),
        ]
    )
    after = "".join(
        [
            volume("same", encrypted="false"),
            volume("mended", encrypted="true"),
            volume("worse", encrypted="false"),
            volume("good", encrypted="true"),
            volume("fresh", encrypted="false"),
        ]
    )
    earlier, later = scanned(tmp_path, before, "a.zip"), scanned(tmp_path, after, "b.zip")

    code, document = changes(earlier, later, capsys)

    assert code == 1
    assert of(document, "data-store-encrypted-at-rest") == {
        "aws_ebs_volume.same": "unchanged",
        "aws_ebs_volume.mended": "fixed",
        "aws_ebs_volume.worse": "regressed",
        "aws_ebs_volume.removed": "gone",
        "aws_ebs_volume.fresh": "new",
    }
    assert document["notes"] == []


def test_nothing_new(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A bundle and itself; and one in which everything was mended."""
    only = ("--select", "data-store-encrypted-at-rest")
    bad = scanned(tmp_path, volume("a", encrypted="false"), "a.zip", *only)
    good = scanned(tmp_path, volume("a", encrypted="true"), "b.zip", *only)

    code, document = changes(bad, bad, capsys)
    assert (code, document["requirements"]) == (0, [])
    assert of(document, "data-store-encrypted-at-rest") == {"aws_ebs_volume.a": "unchanged"}
    code, document = changes(bad, good, capsys)
    assert code == 0
    assert main(["diff", str(bad), str(good)]) == 0
    assert "fixed" in capsys.readouterr().out


def test_what_was_asked_otherwise_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A control that one of the two did not ask explains what seems new or gone."""
    code = volume("a", encrypted="false")
    less = scanned(tmp_path, code, "a.zip", "--select", "data-store-key-customer-managed")
    more = scanned(tmp_path, code, "b.zip", "--select", "data-store-encrypted-at-rest")

    _, document = changes(less, more, capsys)

    assert of(document, "data-store-encrypted-at-rest") == {"aws_ebs_volume.a": "new"}
    assert document["notes"] == [
        "1 controls added: data-store-encrypted-at-rest",
        "1 controls not asked any more: data-store-key-customer-managed",
    ]


def test_a_waiver_is_not_a_fix(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """And a fail whose waiver has ended has regressed."""
    code = volume("a", encrypted="false")
    bare = scanned(tmp_path, code, "a.zip")
    waivers = tmp_path / "infra" / "waivers"
    waivers.mkdir()
    (waivers / "a.yaml").write_text(
        "waivers:\n"
        "  - id: scratch\n    controls: [data-store-encrypted-at-rest]\n    resources: [aws_ebs_volume.a]\n"
        "    reason: r\n    why_not_reasonable: w\n    alternative: {measure: m, evidence: e}\n    risk: low\n"
        "    requested_by: a\n    approved_by: b\n    approved_at: 2026-11-01\n    expires_at: 2027-01-01\n"
    )
    waived = scanned(tmp_path, code, "b.zip")

    _, document = changes(bare, waived, capsys)
    assert of(document, "data-store-encrypted-at-rest") == {"aws_ebs_volume.a": "waived"}
    code_, document = changes(waived, bare, capsys)
    assert (code_, of(document, "data-store-encrypted-at-rest")) == (1, {"aws_ebs_volume.a": "regressed"})


def test_a_bundle_that_was_changed_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Nothing is compared with it."""
    bundle = scanned(tmp_path, volume("a", encrypted="false"), "a.zip")
    broken = tmp_path / "b.zip"
    content = bytearray(bundle.read_bytes())
    content[len(content) // 2] ^= 1
    broken.write_bytes(bytes(content))
    capsys.readouterr()

    assert main(["diff", str(bundle), str(broken)]) == 2
    assert main(["diff", str(tmp_path / "missing.zip"), str(bundle)]) == 2
    assert capsys.readouterr().out == ""
