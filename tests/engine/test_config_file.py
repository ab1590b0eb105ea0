"""`phiward.yaml`: its fields, what is refused with its place, and hostile content."""

from pathlib import Path

import pytest

from phiward.engine.config_file import FIELDS, Config, load
from phiward.engine.content import ContentProblems
from phiward.engine.control import Unseen
from phiward.engine.file_schemas import documents
from phiward.errors import ContentError

WHOLE = """\
policy: hospital.yaml
controls: [own]
waivers: [accepted]
parameters:
  logs-kept-long-enough: {minimum_days: 731}
scope:
  out:
    - id: lab
      where: {tags: {env: lab}}
      reason: It holds no patients.
targets: [infra, aws]
leave_out: [tests/, "**/fixtures/"]
format: sarif
unknown: warn
baseline: before.zip
"""


def read(folder: Path, text: str | bytes) -> Config:
    """Read a file of this content."""
    path = folder / "phiward.yaml"
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    return load(path, "phiward.yaml")


def test_every_field(tmp_path: Path) -> None:
    """Each is read; what is left out says nothing."""
    config = read(tmp_path, WHOLE)

    assert (config.policy, config.controls, config.waivers) == ("hospital.yaml", ("own",), ("accepted",))
    assert config.parameters == {"logs-kept-long-enough": {"minimum_days": 731}}
    assert [(each.id, each.file, each.line) for each in config.scope.without] == [("lab", "phiward.yaml", 8)]
    assert [(each.pattern, each.line) for each in config.leave_out] == [("tests/", 12), ("**/fixtures/", 12)]
    assert (config.format, config.unknown, config.baseline) == ("sarif", Unseen.WARN, "before.zip")
    assert config.targets == ("infra", "aws")
    assert read(tmp_path, "{}").targets == ()


def test_the_schema_has_every_field() -> None:
    """An editor completes what the loader reads."""
    assert set(documents()["phiward.schema.json"]["properties"]) == set(FIELDS)


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("fromat: x", "phiward.yaml:1:1: fromat: there is no field 'fromat' here"),
        ("unknown: warm", "phiward.yaml:1:10: unknown: 'warm' is not one of fail, warn, pass (did you mean 'warn'?)"),
        ("targets: []", "phiward.yaml:1:10: targets: names nothing"),
        ("policy: 7", "phiward.yaml:1:9: policy: must be text; quote it"),
        ('leave_out: ["**"]', "phiward.yaml:1:13: leave_out[0]: would leave everything out"),
        ('leave_out: ["/"]', "would leave everything out"),
        ('leave_out: ["!a"]', "begins with !"),
        ("leave_out: ['********a*']", "has more than 8"),
        ("leave_out: a", "must be a list"),
        ("- a", "must be a mapping of fields"),
        ("parameters: [a]", "must be a mapping of fields"),
        ("scope: {out: [{id: X}]}", "where: is missing"),
    ],
)
def test_what_is_wrong_is_told_with_its_place(text: str, problem: str, tmp_path: Path) -> None:
    """Line, column, and the word that was probably meant."""
    with pytest.raises(ContentProblems) as caught:
        read(tmp_path, text)

    assert problem in str(caught.value)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"a: &a [x,x,x,x,x,x,x,x,x]\n" + b"".join(
            f"{name}: &{name} [{','.join([f'*{before}'] * 9)}]\n".encode()
            for before, name in zip("abcdefg", "bcdefgh", strict=True)
        ), "more than 50,000 values"),
        (b"policy: " + b"[" * 90, "nests deeper"),
        (b"policy: !!python/object/apply:os.system [id]", "tags like"),
        (b"policy: a\npolicy: b", "is written twice"),
        (b"policy: \xff", "is not UTF-8"),
        ("policy: a".encode("utf-16"), "is not UTF-8"),
        (b"policy: \x1b[2J", "control character"),
        (b"x" * 1_000_001, "is larger than"),
        (b"policy: a\n---\npolicy: b", "more than one document"),
        (b"targets:\n\t- a", "indent with spaces"),
        (b"", "is empty"),
    ],
)  # fmt: skip
def test_hostile_content_is_refused(content: bytes, message: str, tmp_path: Path) -> None:
    """Bombs, tags, other encodings: one error with the file's name, at once."""
    with pytest.raises(ContentError, match=message) as caught:
        read(tmp_path, content)

    assert "phiward.yaml" in str(caught.value)
