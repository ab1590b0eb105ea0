"""Reading files as they were at a git revision: whatever a repository is called or configured to do."""

import os
import subprocess
from pathlib import Path

import pytest

from phiward.collectors import revision
from phiward.errors import UsageError

NAMES = (
    "with space.tf",
    "new\nline.tf",
    "-rf.tf",
    ":(glob)*.tf",
    'quo"te.tf',
    "$(touch x).tf",
    "tab\t.tf",
    "\udcff.tf",
)


@pytest.fixture
def top(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return an empty repository."""
    for name in ("GIT_DIR", "GIT_INDEX_FILE", "GIT_WORK_TREE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", "/dev/null")
    monkeypatch.setenv("GIT_CONFIG_SYSTEM", "/dev/null")
    path = tmp_path / "repository"
    path.mkdir()
    git(path, "init", "-q")
    return path


def git(top: Path, *words: str, given: bytes = b"") -> str:
    """Run git as somebody."""
    who = ("-c", "user.name=somebody", "-c", "user.email=somebody@example.org")
    done = subprocess.run(["git", *who, *words], cwd=top, check=True, capture_output=True, input=given)
    return done.stdout.decode().strip()


def commit(top: Path) -> str:
    """Commit everything."""
    git(top, "add", "-A")
    git(top, "commit", "-q", "-m", "x")
    return git(top, "rev-parse", "HEAD")


def below(folder: Path) -> set[str]:
    """Return the files below a folder."""
    return {os.path.relpath(Path(place, name), folder) for place, _, names in os.walk(folder) for name in names}


@pytest.mark.parametrize("name", NAMES)
def test_files_of_any_name(top: Path, tmp_path: Path, name: str) -> None:
    """Also where the place that is asked for has that name."""
    (top / name).write_text("x")
    (top / "other.tf").write_text("y")
    commit(top)
    at = revision.find([str(top)], "HEAD")

    assert below(revision.unpack(at, ["."], tmp_path / "all").folder) == {name, "other.tf"}
    assert below(revision.unpack(at, [name], tmp_path / "one").folder) == {name}
    assert revision.kept(at, name)
    assert not revision.kept(at, f"{name}x")


def test_contents_are_what_was_committed(top: Path, tmp_path: Path) -> None:
    """No filter, no line ends, no substitution, nothing left out: attributes are a repository's own words."""
    (top / ".gitattributes").write_text("*.tf filter=evil eol=crlf ident export-subst\nhidden.tf export-ignore\n")
    content = b"a\n$Id$ $Format:%H$\n" + bytes(range(256)) * 5000
    (top / "a.tf").write_bytes(content)
    (top / "hidden.tf").write_bytes(b"")
    commit(top)
    git(top, "config", "filter.evil.smudge", f"touch {tmp_path}/ran")

    there = revision.unpack(revision.find([str(top)], "HEAD"), ["."], tmp_path / "then").folder

    assert (there / "a.tf").read_bytes() == content
    assert (there / "hidden.tf").read_bytes() == b""
    assert not (tmp_path / "ran").exists()


def test_nothing_of_the_repository_is_run(top: Path, tmp_path: Path) -> None:
    """What its configuration and its hooks say is not done."""
    (top / "a.tf").write_text("x")
    (top / "b.tfvars").write_text("x")
    (top / ".gitignore").write_text("*.tfvars\n")
    commit(top)
    script = top / ".git" / "hooks" / "evil"
    script.write_text(f"#!/bin/sh\ntouch {tmp_path}/ran\n")
    script.chmod(0o755)
    for name in ("core.fsmonitor", "core.pager", "core.sshCommand", "core.alternateRefsCommand", "diff.external"):
        git(top, "config", name, str(script))
    git(top, "config", "alias.ls-tree", f"!{script}")
    (tmp_path / "ran").unlink(missing_ok=True)  # configuring runs what is configured

    there = revision.unpack(revision.find([str(top)], "HEAD"), ["."], tmp_path / "then").folder

    assert below(there) == {"a.tf", "b.tfvars", ".gitignore"}
    assert not (tmp_path / "ran").exists()


def test_nothing_is_written_outside(top: Path, tmp_path: Path) -> None:
    """A tree may say anything: a way up, a link and something below it."""
    blob = git(top, "hash-object", "-w", "--stdin", given=b"evil")
    link = git(top, "hash-object", "-w", "--stdin", given=str(tmp_path).encode())
    inner = git(top, "mktree", given=f"100644 blob {blob}\tx.tf\n".encode())

    def entry(mode: str, name: str, id_: str) -> bytes:
        return f"{mode} {name}\0".encode() + bytes.fromhex(id_)

    raw = entry("40000", "..", inner) + entry("120000", "a", link) + entry("40000", "a", inner)
    tree = git(top, "hash-object", "-w", "-t", "tree", "--literally", "--stdin", given=raw)
    git(top, "update-ref", "HEAD", git(top, "commit-tree", tree, "-m", "x"))
    at = revision.find([str(top)], "HEAD")

    revision.unpack(at, ["."], tmp_path / "deep" / "then")

    assert below(tmp_path / "deep") == {"then/a/x.tf"}
    assert not (tmp_path / "x.tf").exists()


def test_links_stay_links(top: Path, tmp_path: Path) -> None:
    """Whoever reads them decides, as now."""
    (top / "a.tf").write_text("x")
    (top / "b.tf").symlink_to("a.tf")
    commit(top)

    there = revision.unpack(revision.find([str(top)], "HEAD"), ["."], tmp_path / "then").folder

    assert (there / "b.tf").readlink() == Path("a.tf")


def test_a_submodule_is_told(top: Path, tmp_path: Path) -> None:
    """Its files are in another repository."""
    (top / "a.tf").write_text("x")
    head = commit(top)
    git(top, "update-index", "--add", "--cacheinfo", f"160000,{head},sub")
    git(top, "commit", "-q", "-m", "x")

    notes = revision.unpack(revision.find([str(top)], "HEAD"), ["."], tmp_path / "then").notes

    assert notes == ("1 submodules are not looked into: what is found in them counts as new",)


def test_an_object_that_is_not_there(top: Path, tmp_path: Path) -> None:
    """A partial clone: nothing is fetched, it is told."""
    (top / "a.tf").write_text("x")
    commit(top)
    id_ = git(top, "rev-parse", "HEAD:a.tf")
    (top / ".git" / "objects" / id_[:2] / id_[2:]).unlink()
    at = revision.find([str(top)], "HEAD")

    with pytest.raises(UsageError, match=r"cannot be read|is not in this clone"):
        revision.unpack(at, ["."], tmp_path / "then")


def test_two_repositories(top: Path, tmp_path: Path) -> None:
    """There is no one revision of both."""
    (top / "a.tf").write_text("x")
    commit(top)
    other = tmp_path / "other"
    other.mkdir()
    git(other, "init", "-q")

    with pytest.raises(UsageError, match="several git repositories"):
        revision.find([str(top), str(other)], "HEAD")


def test_no_git(top: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is told what is missing."""
    monkeypatch.setenv("PATH", "/nonexistent")

    with pytest.raises(UsageError, match="`git` is not here"):
        revision.find([str(top)], "HEAD")


def test_nothing_committed(top: Path) -> None:
    """A repository that was just made."""
    with pytest.raises(UsageError, match="no such revision"):
        revision.find([str(top)], "HEAD")


def test_nothing_in_common(top: Path) -> None:
    """Two beginnings."""
    (top / "a.tf").write_text("x")
    first = commit(top)
    git(top, "checkout", "-q", "--orphan", "other")
    (top / "b.tf").write_text("x")
    commit(top)

    with pytest.raises(UsageError, match="they share no commit"):
        revision.find([str(top)], first)
