"""The options for many AWS accounts."""

from pathlib import Path

import pytest

from phiward.cli.arguments import parser
from phiward.cli.collecting import options_of
from phiward.collectors.port import Options
from phiward.errors import UsageError


def given(*words: str) -> Options:
    """Return the collectors' options of a command line."""
    return options_of(parser().parse_args(["scan", "aws", *words]), "2026-01-02T03:04:05Z", None)


def test_every_choice_reaches_the_collector() -> None:
    """By the names that the help tells."""
    options = given(
        "--org", "--org-role", "security/auditor", "--external-id", "ours", "--accounts", "prod-*,111122223333",
        "--services", "s3,ec2", "--tag", "env=prod", "--tag", "env=a=b", "--state", "here", "--resume",
        "--parallel", "8", "--rate", "20", "--region", "us-east-1",
    )  # fmt: skip

    assert options == Options(
        now="2026-01-02T03:04:05Z",
        regions=("us-east-1",),
        external_id="ours",
        org=True,
        org_role="security/auditor",
        accounts=("prod-*", "111122223333"),
        services=("s3", "ec2"),
        tags=(("env", "prod"), ("env", "a=b")),
        state="here",
        resume=True,
        parallel=8,
        per_second=20,
    )


@pytest.mark.parametrize("words", [("--org",), ("--accounts", "111122223333")])
def test_many_accounts_are_kept_by_default_and_one_is_not(
    words: tuple[str, ...], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Below the user's state folder."""
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))

    assert given(*words).state == str(tmp_path / "phiward" / "aws")
    assert given().state is None


def test_a_tag_needs_a_value() -> None:
    """The message says the form."""
    with pytest.raises(UsageError, match="--tag env: expected KEY=VALUE"):
        given("--tag", "env")


@pytest.mark.parametrize("number", ["0", "-1", "1.5", "many", "1001", "٣"])
def test_a_number_out_of_bounds_is_refused(number: str, capsys: pytest.CaptureFixture[str]) -> None:
    """Before anything starts."""
    with pytest.raises(SystemExit):
        given("--parallel", number)

    assert "not a number from 1 to 1000" in capsys.readouterr().err
