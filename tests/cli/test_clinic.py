"""The main job on the example clinic, as a newcomer and as a pipeline would run it."""

import json
import re
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from phiward.cli.main import main

ROOT = Path(__file__).resolve().parents[2]
NOW = ["--now", "2026-11-23T00:00:00Z"]


@pytest.fixture(autouse=True)
def at_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Run at the root of the checkout, with keys and caches of the test's own."""
    monkeypatch.chdir(ROOT)
    for name in ("XDG_CACHE_HOME", "XDG_CONFIG_HOME"):
        monkeypatch.setenv(name, str(tmp_path / name))


def told(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str]:
    """Run a command; return its exit code and what it printed."""
    code = main(list(arguments))
    return code, capsys.readouterr().out


def as_json(capsys: pytest.CaptureFixture[str], *arguments: str) -> dict[str, Any]:
    """Run a command that prints JSON."""
    document: dict[str, Any] = json.loads(told(capsys, *arguments, "--format", "json", "--quiet")[1])
    return document


def schema(name: str) -> Any:
    """Return a published or vendored schema."""
    return json.loads((ROOT / name).read_text())


def test_the_compliant_clinic_passes_all_but_what_it_waives(capsys: pytest.CaptureFixture[str]) -> None:
    """Nothing fails and nothing is unknown."""
    code, text = told(capsys, "scan", "examples/clinic/compliant", *NOW)

    assert code == 0
    assert re.search(r"findings of \d+ controls: 0 fail, 0 unknown, 5 waived, \d+ pass", text)


def test_the_as_found_clinic_fails(capsys: pytest.CaptureFixture[str]) -> None:
    """In the ways that clinics really do."""
    document = as_json(capsys, "scan", "examples/clinic/as-found", *NOW)

    failed = {finding["control"] for finding in document["findings"] if finding["verdict"] == "fail"}
    assert {
        "data-store-not-public",
        "data-store-encrypted-at-rest",
        "remote-administration-not-open-to-world",
    } <= failed
    assert main(["scan", "examples/clinic/as-found", *NOW, "--quiet"]) == 1


def test_the_readme_shows_the_real_figures(capsys: pytest.CaptureFixture[str]) -> None:
    """The rows of the README's excerpt are rows of the run."""
    _, text = told(capsys, "scan", "examples/clinic", *NOW)

    readme = (ROOT / "README.md").read_text()
    rows = re.findall(r"^(164\.\S+ .*|\d+ findings of .*|\d+ of 74 .*)$", readme, re.MULTILINE)
    assert len(rows) == 5
    assert [row for row in rows if row not in text] == []


def test_json_and_sarif_are_what_their_schemas_say(capsys: pytest.CaptureFixture[str]) -> None:
    """Findings, controls and SARIF 2.1.0."""
    findings = as_json(capsys, "scan", "examples/clinic", *NOW)
    controls = json.loads(told(capsys, "controls", "list", "--format", "json")[1])
    sarif = json.loads(told(capsys, "scan", "examples/clinic", *NOW, "--format", "sarif")[1])

    jsonschema.validate(findings, schema("docs/reference/schemas/findings.schema.json"))
    jsonschema.validate(controls, schema("docs/reference/schemas/controls.schema.json"))
    jsonschema.validate(sarif, schema("tests/evidence/data/sarif-schema-2.1.0.json"))
    assert {run["tool"]["driver"]["name"] for run in sarif["runs"]} == {"phiward"}


def test_the_same_input_at_the_same_time_makes_the_same_bytes(tmp_path: Path) -> None:
    """Wherever the bundle is put."""
    for name in ("one.zip", "two.zip"):
        main(["scan", "examples/clinic", *NOW, "--bundle", str(tmp_path / name), "--quiet", "-o", str(tmp_path / "r")])

    assert (tmp_path / "one.zip").read_bytes() == (tmp_path / "two.zip").read_bytes()


def test_collecting_and_evaluating_is_scanning(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The same steps one at a time give the same findings."""
    inventory = str(tmp_path / "inventory.jsonl.zst")
    main(["collect", "examples/clinic/as-found", "-o", inventory, *NOW, "--quiet"])

    apart = as_json(capsys, "evaluate", inventory, *NOW)["findings"]

    assert apart == as_json(capsys, "scan", "examples/clinic/as-found", *NOW)["findings"]


def test_selecting_narrows_and_the_gate_can_be_relaxed(capsys: pytest.CaptureFixture[str]) -> None:
    """One control that is unknown: 3, or what the user says."""
    one = ["scan", "examples/clinic/as-found", "--select", "data-store-protected-from-deletion", *NOW, "--quiet"]

    assert main(one) == 3
    assert main([*one, "--unknown", "warn"]) == 0
    assert main([*one, "--var", "protect_database=false"]) == 1
    assert main([*one, "--var", "protect_database=true"]) == 0


def test_evidence_is_verified_and_reported(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Intact 0; by an unknown key 6; one byte changed 1."""
    bundle, key = tmp_path / "e.zip", tmp_path / "other.key"
    main(["scan", "examples/clinic", *NOW, "--bundle", str(bundle), "--quiet", "-o", str(tmp_path / "r")])
    main(["keygen", str(key)])

    assert main(["verify", str(bundle), "--deep"]) == 0
    assert main(["verify", str(bundle), "--key", str(tmp_path / "other.pub")]) == 6
    capsys.readouterr()
    assert (
        json.loads(told(capsys, "report", str(bundle), "--format", "json")[1])["findings"]
        == as_json(capsys, "scan", "examples/clinic", *NOW)["findings"]
    )
    content = bytearray(bundle.read_bytes())
    content[len(content) // 2] ^= 1
    bundle.write_bytes(content)
    assert main(["verify", str(bundle)]) == 1


def test_a_policy_beside_other_yaml_is_read_alone(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A repository's root is full of YAML that is no policy."""
    policy = (ROOT / "policies/hipaa-security-rule.yaml").read_text()
    (tmp_path / "hospital.yaml").write_text(policy.replace("id: hipaa-security-rule", "id: hospital", 1))
    (tmp_path / "docker-compose.yaml").write_text("services: {}\n")

    assert main(["scan", "examples/clinic/compliant", *NOW, "--policy", str(tmp_path / "hospital.yaml")]) == 0
