"""Exit codes are a contract."""

import pytest

from phiward.cli import main as command
from phiward.errors import UsageError


def ends(error: BaseException, monkeypatch: pytest.MonkeyPatch) -> int:
    """Return the exit code of a command that raises."""

    def raises(*_: object) -> int:
        raise error

    monkeypatch.setattr(command, "run", raises)
    return command.main(["schema"])


@pytest.mark.parametrize(
    ("error", "code", "said"),
    [
        (UsageError("no such thing"), 2, "phiward: no such thing\n"),
        (KeyboardInterrupt(), 130, "phiward: interrupted\n"),
        (ZeroDivisionError(), 2, "a defect of phiward"),
    ],
)
def test_whatever_happens_has_its_code(
    error: BaseException,
    code: int,
    said: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """A defect never looks like a failed control (1)."""
    assert ends(error, monkeypatch) == code
    assert said in capsys.readouterr().err


def test_names_that_a_target_chose_do_not_reach_the_terminal(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Escape sequences are shown, not obeyed."""
    ends(UsageError("bucket \x1b[2J\u202e"), monkeypatch)

    assert capsys.readouterr().err == "phiward: bucket \\u001b[2J\\u202e\n"


def test_wrong_words_are_2(capsys: pytest.CaptureFixture[str]) -> None:
    """As argparse says it."""
    with pytest.raises(SystemExit) as ended:
        command.main(["scan", "--wat"])

    assert ended.value.code == 2
    assert "usage: phiward scan" in capsys.readouterr().err
