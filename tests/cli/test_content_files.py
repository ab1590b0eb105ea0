"""Control, policy and waiver files that are wrong: file, line, column, field, nearest word; exit code 2; no traceback."""

from collections.abc import Callable
from pathlib import Path

import pytest
from hostile import ENCRYPTED, GOOD, folder

from phiward.cli.main import main

Edit = Callable[[str], str | bytes]

CONTROL = """\
id: mine
title: Databases are backed up
domain: backup
severity: high
applies_to:
  aspect: backup
assert:
  backup.enabled: true
citations:
  hipaa:
    "164.308(a)(7)(ii)(A)": "It asks for copies."
rationale: What was not copied is gone.
remediation:
  text: Turn it on.
"""
POLICY = """\
id: mine
title: Rules of the house
version: "1"
source: the house
controls:
  include: [data-store-encrypted-at-rest]
requirements:
  - id: "164.312(a)(2)(iv)"
    title: Encryption
    level: addressable
    asks: Encrypt.
"""
WAIVER = """\
waivers:
  - id: mine
    controls: [data-store-encrypted-at-rest]
    resources: [aws_db_instance.a]
    reason: It holds nothing.
    why_not_reasonable: It is rebuilt every night.
    alternative:
      measure: It is empty.
      evidence: the nightly job
    risk: low
    requested_by: engineer
    approved_by: security official
    approved_at: "2026-11-02"
    expires_at: "2027-10-31"
"""
FILES = {"control": CONTROL, "policy": POLICY, "waiver": WAIVER}
OPTION = {
    "control": ["--controls", "given"],
    "policy": ["--policy", "given/mine.yaml"],
    "waiver": ["--waivers", "given"],
}
LINES = {kind: text.count("\n") for kind, text in FILES.items()}


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a folder with good code in `a`."""
    for name in ("XDG_CACHE_HOME", "XDG_CONFIG_HOME"):
        monkeypatch.setenv(name, str(tmp_path / name))
    monkeypatch.chdir(tmp_path)
    folder(tmp_path / "a", good=GOOD)
    (tmp_path / "given").mkdir()
    return tmp_path


def given(kind: str, content: str | bytes) -> list[str]:
    """Write a file of a kind, and return the command line that reads it."""
    Path("given", "mine.yaml").write_bytes(content.encode() if isinstance(content, str) else content)
    return ["scan", "a", *OPTION[kind], "--select", ENCRYPTED, "--now", "2026-12-01T00:00:00Z"]


BOMB = 'a: &a ["x","x","x","x","x","x","x","x","x","x"]\n' + "".join(
    f"{chr(98 + step)}: &{chr(98 + step)} [{','.join(['*' + chr(97 + step)] * 10)}]\n" for step in range(9)
)
ANYWHERE: list[tuple[str, Edit, str]] = [
    ("bomb", lambda _: BOMB, ":5: holds more than 50,000 values (aliases expanded)"),
    ("deep", lambda _: "a: " + "[" * 5000, ":1:44: nests deeper than 40 levels"),
    ("alias", lambda text: text + "x: *nothing\n", ":{end}:4: no anchor &nothing stands before this alias"),
    ("in itself", lambda text: text + "x: &x [*x]\n", ":{end}:8: no anchor &x stands before this alias"),
    ("merge key", lambda text: text + "x: {<<: {a: 1}}\n", ":{end}:5: merge keys (<<) are not used here"),
    ("tag", lambda text: text + "x: !!python/object/apply:os.system [id]\n", ":{end}:4: tags like "),
    ("tab", lambda text: text.replace("\n  ", "\n\t", 1), "indent with spaces, not tabs"),
    ("no text key", lambda text: text + "? [a]\n: 1\n", ":{end}:3: a key must be plain text"),
    ("control character", lambda text: text + "\0", ":{end}:1: holds the control character U+0000: take it out"),
    ("UTF-16", lambda text: text.encode("utf-16"), ":1: is not UTF-8 (byte 1): save it as UTF-8"),
    ("Latin-1", lambda text: text.encode() + b"# k\xe4se\n", ":{end}: is not UTF-8 (byte "),
    ("surrogate", lambda text: text + 'x: "\\ud800"\n', ":{end}:7: is not YAML: found invalid Unicode"),
    ("two documents", lambda text: text + "---\n" + text, ":{end}: holds more than one document"),
    ("too large", lambda text: text + "#" * 1_000_000, ": is larger than 1,000,000 bytes; split it"),
    ("empty", lambda _: "", ": is empty"),
    ("a list", lambda _: "- a\n", ":1:1: must be a mapping of fields"),
    ("a word", lambda _: "hello\n", ":1:1: must be a mapping of fields"),
]


@pytest.mark.parametrize("kind", FILES)
@pytest.mark.parametrize(("edit", "told"), [row[1:] for row in ANYWHERE], ids=[row[0] for row in ANYWHERE])
def test_what_no_file_may_be(capsys: pytest.CaptureFixture[str], kind: str, edit: Edit, told: str) -> None:
    """One message that begins with the place."""
    code = main(given(kind, edit(FILES[kind])))

    said = capsys.readouterr()
    assert code == 2
    assert said.out == ""
    assert said.err.startswith("phiward: given/mine.yaml:")
    assert told.format(end=LINES[kind] + 1) in said.err
    assert len(said.err.splitlines()) == 1


IN_ONE: list[tuple[str, str, str, str]] = [
    ("control", "title:", "titel:", ":2:1: titel: there is no field 'titel' here"),
    ("control", "title:", "titel:", "(did you mean 'title'?)"),
    ("control", "title:", "titel:", ":1:1: title: is missing"),
    ("control", "severity: high", "severity: hihg", ":4:11: severity: 'hihg' is not one of"),
    ("control", "severity: high", "severity: hihg", "(did you mean 'high'?)"),
    ("control", "severity: high", "severity: [high]", ":4:11: severity: must be one of critical, high, medium, low"),
    ("control", "id: mine", "id: 1", ":1:5: id: must be text; quote it"),
    ("control", "id: mine", "id: mine\nid: mine", ":2:1: id: is written twice (first on line 1)"),
    ("control", "backup.enabled", "backup.enabeld", ":8:19: assert: 'backup' of aws"),
    ("control", "backup.enabled", "backup.enabeld", "(did you mean 'enabled'?)"),
    ("control", "aspect: backup", "aspect: bakcup", "(did you mean 'backup'?)"),
    ("control", "title: D", "title: ~ #", ":2:8: title: must be text"),
    ("policy", "level: a", "level: b", ":10:12: requirements[0].level: 'bddressable' is not one of"),
    ("policy", "level: a", "level: b", "(did you mean 'addressable'?)"),
    ("policy", "level: addressable", "level: 3", ":10:12: requirements[0].level: must be one of"),
    ("policy", "encrypted-at", "encryptd-at", ":6:13: controls.include[0]: there is no control"),
    ("policy", "encrypted-at", "encryptd-at", "(did you mean 'data-store-encrypted-at-rest'?)"),
    ("policy", 'version: "1"', "version: 1", ":3:10: version: must be text; quote it"),
    ("policy", "source:", "souce:", "(did you mean 'source'?)"),
    ("policy", "requirements:", "parameters: {backups-mad: {a: 1}}\nrequirements:", ":7:14: parameters.backups-mad: "),
    (
        "policy",
        "requirements:",
        "parameters: {logs-kept-long-enough: {dais: 1}}\nrequirements:",
        ":7:38: parameters.logs-kept-long-enough.dais: control 'logs-kept-long-enough' has no parameter 'dais'",
    ),
    (
        "policy",
        "    asks:",
        "    controls: [data-store-encrypted-at-rest, nothing]\n    asks:",
        ":11:46: requirements[0].controls[1]: there is no control 'nothing'",
    ),
    ("waiver", "approved_by", "aproved_by", ":12:5: waivers[0].aproved_by: there is no field"),
    ("waiver", "approved_by", "aproved_by", "(did you mean 'approved_by'?)"),
    ("waiver", "2026-11-02", "2026-13-02", ":13:18: waivers[0].approved_at: must be a date like 2026-11-23"),
    ("waiver", "controls: [", "controls: x #", ":3:15: waivers[0].controls: must be a list of texts"),
    ("waiver", "[aws_db_instance.a]", "[aws_db_*]", ":4:17: waivers[0].resources[0]: 'aws_db_*' is a pattern"),
    ("waiver", "id: mine", "id: 1", ":2:9: waivers[0].id: must be text; quote it"),
    ("waiver", "2027-10-31", "2029-10-31", ":14:17: waivers[0].expires_at: must lie at most 12 months"),
    ("waiver", "security official", "engineer", ":12:18: waivers[0].approved_by: must be somebody else"),
]


@pytest.mark.parametrize(("kind", "old", "new", "told"), IN_ONE)
def test_what_is_wrong_in_one(capsys: pytest.CaptureFixture[str], kind: str, old: str, new: str, told: str) -> None:
    """Place, field and the word that was probably meant."""
    assert old in FILES[kind]

    code = main(given(kind, FILES[kind].replace(old, new, 1)))

    said = capsys.readouterr()
    assert code == 2
    assert said.out == ""
    assert told in said.err
    assert all(line.startswith("phiward: given/mine.yaml:") for line in said.err.splitlines())


@pytest.mark.parametrize("kind", FILES)
@pytest.mark.parametrize(
    "edit",
    [
        lambda text: text,
        lambda text: "\ufeff" + text,
        lambda text: text.replace("\n", "\r\n"),
        lambda text: text.replace(": ", ": &a ", 1) if text.startswith("id") else text.replace("- id", "- &a\n    id"),
        lambda text: text + "# \x1f600 is no trouble in a comment\n".replace("\x1f", "\\x1f"),
    ],
    ids=["as it is", "byte-order mark", "CRLF", "an anchor", "a comment"],
)
def test_what_is_no_trouble(capsys: pytest.CaptureFixture[str], kind: str, edit: Edit) -> None:
    """Editors of all systems write these."""
    assert main(given(kind, edit(FILES[kind]))) == 0, capsys.readouterr().err


def test_two_controls_with_one_id(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Both files are named."""
    for name in ("east", "west"):
        (home / "given" / name).mkdir()
        (home / "given" / name / "mine.yaml").write_text(CONTROL)

    assert main(["scan", "a", "--controls", "given"]) == 2
    told = "given/west/mine.yaml:1:1: id: 'mine' is already the id of given/east/mine.yaml"
    assert told in capsys.readouterr().err


def test_everything_wrong_is_told_at_once(capsys: pytest.CaptureFixture[str]) -> None:
    """Nobody mends a file one message at a time."""
    bad = CONTROL.replace("high", "hihg").replace("domain: backup", "domain: bakcup").replace("title:", "titel:")

    assert main(given("control", bad)) == 2
    assert len(capsys.readouterr().err.splitlines()) >= 2


def test_lint_finds_what_a_policy_names_wrongly(capsys: pytest.CaptureFixture[str]) -> None:
    """Before a pipeline does."""
    given("policy", POLICY.replace("encrypted-at", "encryptd-at"))

    assert main(["controls", "lint", "--policy", "given/mine.yaml"]) == 1
    assert "given/mine.yaml:6:13: controls.include[0]: there is no control" in capsys.readouterr().out
