"""The skeleton of a control loads, proves itself, and says what is still to be written."""

from pathlib import Path
from typing import Any

import pytest

from phiward.cli.arguments import DOMAINS
from phiward.cli.main import main
from phiward.collectors.registry import catalog
from phiward.engine import content, testing
from phiward.engine.control import Domain
from phiward.engine.control_file import control_of
from phiward.engine.fit import problems_of
from phiward.engine.reading import UNFILLED
from phiward.engine.skeleton import skeleton
from phiward.errors import ContentError, UsageError

KNOWN = catalog(docs=True)


@pytest.mark.parametrize(
    "about",
    [
        *({"type_name": name} for name in ("aws.s3.bucket", "aws.ec2.volume", "host.linux", "aws.kms.key")),
        *({"aspect": name} for name in sorted(KNOWN.aspects) if name != "record"),
        {"type_name": "aws.ec2.volume", "path": "config.last_snapshot"},
        {"type_name": "aws.rds.instance", "path": "config.monitoring_interval"},
        {"type_name": "aws.ec2.security_group", "path": "config.open_to_world"},
    ],
)
def test_a_skeleton_needs_no_more_than_words(about: dict[str, Any]) -> None:
    """Its paths are right and its examples come out as they say; only texts are missing."""
    text = skeleton(KNOWN, "something-is-good", **about)
    problems: list[ContentError] = []
    control = control_of(content.parse(text.encode(), "x"), "x", "administrative/something-is-good.yaml", problems)

    assert control is not None
    assert len(problems) == text.count(f'"{UNFILLED}') == 4
    assert all("is still to be written" in problem.message for problem in problems)
    assert problems_of(control, "x", KNOWN) == []
    assert list(testing.lacking(control)) == []
    assert [outcome.index for outcome in testing.run(control, KNOWN) if not outcome.right] == []


@pytest.mark.parametrize(
    ("identity", "about", "message"),
    [
        ("Bad Id", {"type_name": "aws.s3.bucket"}, "is not kebab-case"),
        ("good", {"type_name": "aws.s3.buckt"}, "did you mean 'aws.s3.bucket'"),
        ("good", {"aspect": "backups"}, "did you mean 'backup'"),
        ("good", {"type_name": "aws.ec2.volume", "path": "config.last_snapsho"}, "did you mean 'config.last_snapshot'"),
        ("good", {"type_name": "aws.ec2.security_group", "path": "network.ingress[].protocol"}, "is within a list"),
    ],
)
def test_a_wrong_name_is_refused(identity: str, about: dict[str, Any], message: str) -> None:
    """With the nearest valid one."""
    with pytest.raises(UsageError, match=message.replace("[", r"\[")):
        skeleton(KNOWN, identity, **about)


def test_the_command_line_knows_every_domain() -> None:
    """It names them itself, so that --help imports nothing."""
    assert list(DOMAINS) == sorted(Domain)


def test_nothing_is_overwritten(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """What is there is somebody's work."""
    monkeypatch.chdir(tmp_path)
    words = ["controls", "new", "good", "--type", "aws.s3.bucket", "--title", "Buckets are good"]

    assert main(words) == 0
    assert main(words) == 2
    assert "is already there" in capsys.readouterr().err
    assert 'title: "Buckets are good"' in Path("controls/administrative/good.yaml").read_text()
