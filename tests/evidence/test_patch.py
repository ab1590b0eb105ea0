"""Patches that others take."""

import subprocess
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from phiward.evidence.patch import patch

Edits = list[tuple[int, int, str]]


def applied(text: str, edits: Edits) -> str:
    """Return the text with the edits made."""
    for start, end, new in sorted(edits, reverse=True):
        text = text[:start] + new + text[end:]
    return text


def git_applied(folder: Path, name: str, text: str, edits: Edits) -> str:
    """Let git make the edits from the patch."""
    (folder / name).write_bytes(text.encode())
    made = "".join(patch(name, text, edits))
    ran = subprocess.run(
        ["git", "apply", "--whitespace=nowarn", "-"], cwd=folder, input=made.encode(), capture_output=True, check=False
    )
    assert ran.returncode == 0, (ran.stderr, made)
    return (folder / name).read_bytes().decode()


LINES = "".join(f"line {number}\n" for number in range(30))


@pytest.mark.parametrize(
    ("text", "edits"),
    [
        (LINES, [(5, 6, "X")]),
        (LINES, [(0, 0, "new\n"), (len(LINES), len(LINES), "last\n")]),
        (LINES, [(14, 15, "X"), (40, 41, "Y"), (200, 200, "mid")]),
        (LINES.replace("\n", "\r\n"), [(5, 6, "X"), (16, 16, "new\r\n")]),
        ("a = 1", [(4, 5, "2")]),
        ("a = 1\nb = 2", [(4, 5, "2"), (10, 11, "3")]),
        ("a\x0bb\u2028c\x85d\n", [(0, 1, "z")]),
        ("{}\n", [(1, 1, "\n  x = 1\n")]),
    ],
)
def test_git_makes_the_very_edits(tmp_path: Path, text: str, edits: Edits) -> None:
    """Beginnings, ends, strange separators, and files without a last line end."""
    assert git_applied(tmp_path, "main.tf", text, edits) == applied(text, edits)


@pytest.mark.parametrize("name", ["a b.tf", 'q"uote.tf', "ü.tf", "-dash.tf", "tab\there.tf"])
def test_names_are_written_as_git_reads_them(tmp_path: Path, name: str) -> None:
    """Whatever a file is called."""
    assert git_applied(tmp_path, name, "a\nb\n", [(0, 1, "c")]) == "c\nb\n"


def test_a_folder_within_a_repository_is_where_names_begin(tmp_path: Path) -> None:
    """`git apply` is called where phiward was."""
    subprocess.run(["git", "init", "-q", tmp_path], check=True)
    (tmp_path / "infra").mkdir()

    assert git_applied(tmp_path / "infra", "main.tf", LINES, [(5, 6, "X")]) == applied(LINES, [(5, 6, "X")])


def test_nothing_to_do_is_no_patch() -> None:
    """Not even a header."""
    assert list(patch("main.tf", LINES, [])) == []


def test_secrets_around_a_change_stay_out_of_the_patch(tmp_path: Path) -> None:
    """A pipeline's log keeps what it is given."""
    text = 'a = 1\npassword = "hunter2"\nb = 1\nc = 1\ntoken = "hunter3"\nd = 1\ne = 1\n'
    edits = [
        (text.index("b = 1") + 4, text.index("b = 1") + 5, "2"),
        (text.index("e = 1") + 4, text.index("e = 1") + 5, "2"),
    ]

    assert "hunter" not in "".join(patch("main.tf", text, edits))
    assert git_applied(tmp_path, "main.tf", text, edits) == applied(text, edits)


@given(
    lines=st.lists(st.sampled_from(["a", "b", "", "}", "x = 1\r", 'password = "p"']), max_size=40),
    last=st.booleans(),
    data=st.data(),
)
def test_a_patch_says_what_changes_and_nothing_else(lines: list[str], last: bool, data: st.DataObject) -> None:
    """Made by hand, hunk by hunk, the patch gives the edited text."""
    text = "\n".join(lines) + ("\n" if last and lines else "")
    places = sorted(data.draw(st.sets(st.integers(0, len(text)), max_size=8)))
    pairs = list(zip(places[::2], places[1::2], strict=False))
    edits = [(start, end, data.draw(st.sampled_from(["", "N", "N\n", "\nN\n"]))) for start, end in pairs]
    edits = [each for each in edits if text[each[0] : each[1]] != each[2]]

    assert by_hand(text, "".join(patch("f", text, edits))) == applied(text, edits)


def by_hand(text: str, made: str) -> str:
    """Apply a patch as its format says."""
    old = text.split("\n")
    old = [f"{line}\n" for line in old[:-1]] + ([old[-1]] if old[-1] else [])
    out: list[str] = []
    kind = ""
    at = 0
    for line in made.split("\n")[2:-1]:
        if line.startswith("@@"):
            first, _, length = line.split(" ")[1][1:].partition(",")
            start = int(first) - (0 if length == "0" else 1)
            out += old[at:start]
            at = start
        elif line.startswith("\\"):
            if out and kind != "-":
                out[-1] = out[-1].removesuffix("\n")
        else:
            kind, content = line[0], line[1:] + "\n"
            if kind in " -":
                assert old[at].removesuffix("\n") == line[1:]
                at += 1
            if kind in " +":
                out.append(content)
    return "".join(out + old[at:])
