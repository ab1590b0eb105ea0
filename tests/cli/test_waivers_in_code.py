"""Waivers in code, from the comment to the report, the gate and the evidence."""

import json
import zipfile
from pathlib import Path

import pytest

from phiward.cli.main import main
from phiward.collectors.registry import catalog

NOW = "2026-12-01T00:00:00Z"
CONTROL = "data-store-encrypted-at-rest"
ASK = f'# phiward:waive {CONTROL} until=2027-03-01 reason="the device maker forbids it"'
VOLUME = """
resource "aws_ebs_volume" "a" {
  availability_zone = "us-east-1a"
  size              = 1
}
"""


@pytest.fixture(autouse=True)
def _repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "home"))
    Path(".git").mkdir()
    Path("infra").mkdir()
    Path("infra/main.tf").write_text(ASK + VOLUME)


def scan(capsys: pytest.CaptureFixture[str], *more: str) -> tuple[int, dict[str, str | None]]:
    """Scan the folder for one control; return the exit code and the finding of the volume."""
    given = ("--select", CONTROL, "--unknown", "pass", "--now", NOW, "--format", "json", "-q")
    code = main(["scan", "infra", *given, *more])
    (finding,) = json.loads(capsys.readouterr().out)["findings"]
    return code, finding


def test_without_an_approver_the_gate_counts_it(capsys: pytest.CaptureFixture[str]) -> None:
    """The report says what somebody wrote, and that nobody approved it."""
    code, finding = scan(capsys)

    assert (code, finding["verdict"], finding["waiver"]) == (1, "fail", None)
    assert finding["note"] == (
        "waived, no approver named, until 2027-03-01 (infra/main.tf:1: the device maker forbids it)"
    )


def test_the_owner_of_the_file_is_the_approver(capsys: pytest.CaptureFixture[str]) -> None:
    """CODEOWNERS lies at the root of the repository, above what is scanned."""
    Path("CODEOWNERS").write_text("/infra/ @clinic/security\n")

    code, finding = scan(capsys)

    assert (code, finding["verdict"], finding["waiver"]) == (0, "waived", "infra/main.tf:1")
    assert "approver @clinic/security by CODEOWNERS:1" in str(finding["note"])


def test_evidence_keeps_the_comment_and_is_reproduced(capsys: pytest.CaptureFixture[str]) -> None:
    """Source line, digest of its text and owners are facts; what follows from them follows again."""
    Path("CODEOWNERS").write_text("* @clinic/security\n")
    Path("infra/main.tf").write_text(f"{ASK}\n#checkov:skip=CKV_AWS_3:why{VOLUME}")
    scan(capsys, "--bundle", "e.zip", "--import-waivers")

    with zipfile.ZipFile("e.zip") as bundle:
        lines = [json.loads(line)["waiver"] for line in bundle.read("facts/waivers.jsonl").splitlines()]
    assert {(each["tool"], each["line"], each["owners_at"]) for each in lines} == {
        ("phiward", 1, "CODEOWNERS:1"),
        ("checkov", 2, "CODEOWNERS:1"),
    }
    assert all(each["digest"].startswith("sha256:") for each in lines)
    assert main(["verify", "e.zip", "--deep"]) == 0
    assert main(["report", "e.zip"]) == 0
    assert "waiver infra/main.tf:1" in capsys.readouterr().out


def test_collecting_keeps_them_for_evaluating(capsys: pytest.CaptureFixture[str]) -> None:
    """An inventory that was kept is judged as the scan would have."""
    Path("CODEOWNERS").write_text("* @clinic/security\n")
    main(["collect", "infra", "-o", "i.jsonl", "-q"])
    code = main(["evaluate", "i.jsonl", "--select", CONTROL, "--now", NOW, "--format", "json", "--unknown", "pass"])

    assert code == 0
    assert json.loads(capsys.readouterr().out)["findings"][0]["waiver"] == "infra/main.tf:1"


def test_a_waiver_file_goes_before_a_comment(capsys: pytest.CaptureFixture[str]) -> None:
    """It says more, and names its approver."""
    Path("infra/waivers").mkdir()
    Path("infra/waivers/w.yaml").write_text(
        f"""\
waivers:
  - id: w-1
    controls: [{CONTROL}]
    resources: [aws_ebs_volume.a]
    reason: x
    why_not_reasonable: x
    alternative: {{measure: x, evidence: x}}
    risk: low
    requested_by: engineer
    approved_by: officer
    approved_at: "2026-11-02"
    expires_at: "2027-10-31"
"""
    )

    assert scan(capsys)[1]["waiver"] == "w-1"


def test_a_malformed_comment_ends_the_run_with_its_place(capsys: pytest.CaptureFixture[str]) -> None:
    """As a malformed waiver file does."""
    Path("infra/main.tf").write_text("# phiward:waive data-store-encrypted until=2027-03-01 reason=x" + VOLUME)

    assert main(["scan", "infra", "--now", NOW, "--format", "json"]) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert (
        f"infra/main.tf:1: phiward:waive: there is no control 'data-store-encrypted' (did you mean '{CONTROL}'?)" in err
    )


def test_the_table_tells_of_what_did_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    """Ended, unused, and other tools' comments that were not read."""
    Path("infra/main.tf").write_text(
        f"# phiward:waive {CONTROL} until=2026-03-01 reason=x\n# phiward:waive backups-encrypted until=2027-03-01 "
        f"reason=x\n#checkov:skip=CKV_AWS_1{VOLUME}"
    )
    main(["scan", "infra", "--now", NOW])
    out = capsys.readouterr().out

    assert "Waivers that have ended or do not count yet (1):\n  - infra/main.tf:1\n" in out
    assert "Waivers that nothing needed: take them out (1):\n  - infra/main.tf:2\n" in out
    assert "not read: 1 (--import-waivers)" in out


def test_explaining_knows_them(capsys: pytest.CaptureFixture[str]) -> None:
    """Comments about other controls are no concern of it."""
    Path("CODEOWNERS").write_text("* @clinic/security\n")
    Path("infra/main.tf").write_text(f"{ASK}\n# phiward:waive backups-encrypted until=2027-03-01 reason=x{VOLUME}")

    assert main(["scan", "infra", "--explain", CONTROL, "--now", NOW, "--unknown", "pass"]) == 0
    assert "waived" in capsys.readouterr().out


def test_what_is_judged_again_knows_them() -> None:
    """`--watch` and `fix` judge resources by themselves; a malformed comment does not end them."""
    from phiward.cli.collecting import Finishing
    from phiward.collectors.port import Options
    from phiward.collectors.terraform.collector import TerraformCollector
    from phiward.engine.again import standing
    from phiward.engine.compiled import compile_rules
    from phiward.engine.in_place import InPlaceReading
    from phiward.engine.library import load, shipped
    from phiward.engine.rules import select

    Path("CODEOWNERS").write_text("* @clinic/security\n")
    Path("infra/main.tf").write_text(f"{ASK}{VOLUME}\n# phiward:waiv\n")
    known = catalog()
    rules = compile_rules(select(load(shipped(), known), known, include=(CONTROL,)))
    found = tuple(TerraformCollector().collect("infra", Options(), lambda _: None))

    (finding,) = standing(Finishing()(found), rules, NOW, in_place=InPlaceReading(lenient=True)).values()
    assert finding.waiver == "infra/main.tf:1"
