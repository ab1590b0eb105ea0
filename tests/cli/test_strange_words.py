"""Names and texts that somebody else chose, in every command and format: shown, never obeyed."""

from pathlib import Path

import pytest
from hostile import folder

from phiward.cli.main import main

OBEYED = ("\x1b", "\u202e", "\u2066", "\x07", "\x00")
SPICE = r"\e[31m\u202e\u2066\a<img src=x>\n| `y`"
CONTROL = f"""\
id: mine
title: "T{SPICE}"
domain: backup
severity: high
applies_to: {{aspect: backup}}
assert: {{backup.enabled: true}}
citations: {{hipaa: {{"164.308(a)(7)(ii)(A)": "W{SPICE}"}}}}
rationale: "R{SPICE}"
remediation: {{text: "F{SPICE}", by_type: {{aws.rds.instance: {{terraform: "X{SPICE}"}}}}}}
equivalents: {{aws.rds.instance: ["E{SPICE}"]}}
examples:
  - {{resource: {{type: aws.rds.instance, unknown: [[backup, "U{SPICE}"]]}}, verdict: pass}}
"""
POLICY = f"""\
id: mine
title: "P{SPICE}"
version: "1{SPICE}"
source: "S{SPICE}"
controls: {{include: [mine, data-store-encrypted-at-rest]}}
requirements:
  - {{id: "1{SPICE}", title: "Q{SPICE}", level: required, asks: "A{SPICE}", controls: [mine]}}
"""
WAIVER = f"""\
waivers:
  - id: w-1
    controls: [mine]
    resources: ["aws_db_instance.a{SPICE}"]
    reason: "R{SPICE}"
    why_not_reasonable: "R{SPICE}"
    alternative: {{measure: "M{SPICE}", evidence: "E{SPICE}"}}
    risk: "R{SPICE}"
    requested_by: "A{SPICE}"
    approved_by: "B{SPICE}"
    approved_at: "2026-01-01"
    expires_at: "2026-12-31"
"""
CODE = r"""
resource "aws_db_instance" "a" {
  engine            = "postgres"
  storage_encrypted = false
  identifier        = "x\u001b[31m\u202e\u2066<img src=x>\n| `y`"
}
"""
OWN = ("--controls", "own", "--policy", "mine.yaml")
NOW = ("--now", "2026-06-01T00:00:00Z")


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a folder where everything has strange texts, and a bundle of it."""
    for name in ("XDG_CACHE_HOME", "XDG_CONFIG_HOME"):
        monkeypatch.setenv(name, str(tmp_path / name))
    monkeypatch.chdir(tmp_path)
    folder(tmp_path / "code", main=CODE)
    for name, text in (("own/mine.yaml", CONTROL), ("mine.yaml", POLICY), ("code/waivers/w.yaml", WAIVER)):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text)
    return tmp_path


@pytest.mark.parametrize(
    ("words", "code"),
    [
        *(
            (["scan", "code", *OWN, *NOW, "--all", "--format", form], 1)
            for form in ("table", "json", "sarif", "markdown")
        ),
        (["controls", "list", *OWN], 0),
        (["controls", "list", *OWN, "--format", "json"], 0),
        (["controls", "show", "mine", "--controls", "own"], 0),
        (["controls", "test", "mine", "--controls", "own"], 1),
        (["controls", "lint", *OWN], 0),
        (["policies", "show", "mine.yaml", "--controls", "own"], 0),
        (["waivers", "list", "code", *OWN, *NOW], 0),
        (["waivers", "check", "code", *OWN, *NOW], 0),
        (["waivers", "check", "code", *NOW], 1),
        (["scan", "\x1b[31m\u202e"], 2),
        (["scan", "code", "--select", "\x1b[31m"], 2),
        (["scan", "code", "--policy", "\x1b[31m"], 2),
        (["controls", "show", "\x1b[31m"], 2),
        (["schema", "\x1b[31m"], 2),
        (["verify", "\x1b[31m"], 2),
        (["waivers", "check", "\x1b[31m"], 2),
    ],
)
def test_nothing_is_obeyed(capsys: pytest.CaptureFixture[str], words: list[str], code: int) -> None:
    """No control character or mark of direction reaches the terminal, the page, or the pull request."""
    assert main(words) == code

    said = capsys.readouterr()
    assert [sign for sign in OBEYED if sign in said.out + said.err] == []
    assert "<img" not in said.out or "markdown" not in words


def test_a_bundle_keeps_the_texts_as_they_are(capsys: pytest.CaptureFixture[str]) -> None:
    """They are evidence; only showing them is made safe."""
    assert main(["scan", "code", *OWN, *NOW, "--bundle", "b.zip", "--quiet", "--output", "r.txt"]) == 1

    for words in (
        ["verify", "b.zip", "--deep"],
        ["report", "b.zip", "--all"],
        ["report", "b.zip", "--format", "markdown"],
    ):
        assert main(words) == 0
        said = capsys.readouterr()
        assert [sign for sign in OBEYED if sign in said.out + said.err] == []
