"""Who owns a file: the pattern rules of CODEOWNERS, and where the file lies."""

from pathlib import Path

import pytest

from phiward.collectors.in_place.codeowners import PLACES, CodeOwners, Owned, Repositories


@pytest.mark.parametrize(
    ("pattern", "path", "fits"),
    [
        ("*", "a/b.tf", True),
        ("*.tf", "a/b.tf", True),
        ("*.tf", "a/b.tfvars", False),
        ("/*.tf", "a/b.tf", False),
        ("/*.tf", "b.tf", True),
        ("infra", "infra/a/b.tf", True),
        ("infra/", "x/infra/a.tf", True),
        ("infra/", "x/infra", False),
        ("/infra/", "x/infra/a.tf", False),
        ("infra/prod", "infra/prod/a.tf", True),
        ("infra/prod", "x/infra/prod/a.tf", False),
        ("infra/*", "infra/a.tf", True),
        ("infra/*", "infra/a/b.tf", False),
        ("infra/**", "infra/a/b.tf", True),
        ("**/logs", "deep/down/logs/a", True),
        ("infra/**/main.tf", "infra/main.tf", True),
        ("infra/**/main.tf", "infra/a/b/main.tf", True),
        ("a?.tf", "ab.tf", True),
        (r"my\ file.tf", "my file.tf", True),
        ("a.tf", "axtf", False),
    ],
)
def test_patterns_are_those_of_gitignore(pattern: str, path: str, fits: bool) -> None:
    """Anchored by a slash, `*` within one folder, `**` across them."""
    assert (CodeOwners(f"{pattern} @me", "CODEOWNERS").of(path) is not None) is fits


def test_the_last_match_wins_and_may_name_nobody() -> None:
    """A line without owners takes a path out again; a broken line is passed over."""
    owners = CodeOwners("# all\n* @dev\n/infra/ @org/sec sec@example.org # why\n/infra/lab/\n*.tf not-an-owner\n", "X")

    assert owners.of("a.tf") == Owned(("@dev",), "X:2")
    assert owners.of("infra/a.tf") == Owned(("@org/sec", "sec@example.org"), "X:3")
    assert owners.of("infra/lab/a.tf") is None


def test_sections_add_up_and_optional_ones_approve_nothing() -> None:
    """GitLab asks each section, with the section's own owners where a line names none."""
    text = "[Security][2] @sec\n*.tf\n/lab.tf @lab\n[Docs]\n*.md @docs\n^[Ops]\n* @ops\n[Infra]\n*.tf @infra\n!/no.tf\n"
    owners = CodeOwners(text, "CODEOWNERS")

    assert owners.of("a.tf") == Owned(("@sec", "@infra"), "CODEOWNERS:2,9")
    assert owners.of("lab.tf") == Owned(("@lab", "@infra"), "CODEOWNERS:3,9")
    assert owners.of("no.tf") == Owned(("@sec",), "CODEOWNERS:2")
    assert owners.of("a.py") is None


@pytest.mark.parametrize("place", PLACES)
def test_it_is_found_from_any_folder_of_the_repository(place: str, tmp_path: Path) -> None:
    """Also where only a folder of the repository is scanned."""
    (tmp_path / ".git").mkdir()
    (tmp_path / place).parent.mkdir(exist_ok=True)
    (tmp_path / place).write_text("/a/ @me\n")
    file = tmp_path / "a" / "b" / "main.tf"
    file.parent.mkdir(parents=True)
    file.write_text("")

    assert Repositories().of(str(file)) == Owned(("@me",), f"{place}:1")


def test_a_link_out_of_the_repository_is_not_followed(tmp_path: Path) -> None:
    """Else whoever writes the code could name a file elsewhere that names the approver."""
    (tmp_path / "elsewhere").write_text("* @me\n")
    repository = tmp_path / "repository"
    (repository / ".git").mkdir(parents=True)
    (repository / "CODEOWNERS").symlink_to(tmp_path / "elsewhere")

    assert Repositories().of(str(repository / "main.tf")) is None


def test_outside_of_a_repository_nobody_owns_anything(tmp_path: Path) -> None:
    """A folder without `.git` above it has no owners."""
    (tmp_path / "CODEOWNERS").write_text("* @me\n")

    assert Repositories().of(str(tmp_path / "main.tf")) is None
