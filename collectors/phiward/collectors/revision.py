"""Files as they were at a revision of their git repository, read with git's plumbing and unpacked into a folder.

Nothing of the repository is run: no hook, filter, file system monitor or transport, and nothing is fetched. Names come
from the repository and may be anything: they are passed as arguments of their own, split at NUL, and never leave the
folder they are unpacked into.
"""

import os
import re
import shutil
import subprocess
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import IO, Final, Self

from msgspec import Struct

from phiward.errors import UsageError

LARGEST: Final = 256 * 2**20
"""Bytes that a file may have to be unpacked. What is larger is taken as not having been there."""
_QUIET: Final = (
    ("core.fsmonitor", "false"),
    ("core.hooksPath", os.devnull),
    ("core.untrackedCache", "false"),
    ("protocol.allow", "never"),
)
_ENVIRONMENT: Final = {
    "GIT_LITERAL_PATHSPECS": "1",
    "GIT_NO_LAZY_FETCH": "1",
    "GIT_NO_REPLACE_OBJECTS": "1",
    "GIT_OPTIONAL_LOCKS": "0",
    "GIT_TERMINAL_PROMPT": "0",
    "LC_ALL": "C",
}
_OF_A_HOOK: Final = frozenset({"GIT_COMMON_DIR", "GIT_DIR", "GIT_INDEX_FILE", "GIT_PREFIX", "GIT_WORK_TREE"})
_DEEPER: Final = (
    "fetch more of its history: `git fetch --unshallow`; on GitHub, `fetch-depth: 0` for actions/checkout; on GitLab, "
    "GIT_DEPTH: 0"
)
_CALLS: Final = re.compile(rb"\b(?:source|version)\s*=[^\n}]*")
_INSTALLED: Final = ".terraform/modules"
_SKIPPED: Final = frozenset({"node_modules", "__pycache__"})
"""Folders that collectors do not look into either."""


class Revision(Struct, frozen=True):
    """A commit of a repository."""

    top: Path
    """The repository's working folder, links resolved."""
    commit: str
    """The full name of the last commit that the revision and the present have in common."""


class Unpacked(Struct, frozen=True):
    """Files as they were, and what is not as it was."""

    folder: Path
    notes: tuple[str, ...]

    def path(self, inside: str) -> Path:
        """Return where something lies here that lies at `inside` of the repository."""
        return self.folder / inside


def find(targets: Sequence[str], name: str) -> Revision:
    """Return the merge base of a revision and what is checked out, in the one repository that the targets lie in.

    Raises `UsageError` where there is none, and says what to do.
    """
    tops = {_top(Path(target)) for target in targets}
    if len(tops) > 1:
        raise UsageError("--changed-since: the targets lie in several git repositories: scan them apart")
    top = tops.pop()
    if not name.isprintable() or name.startswith("-"):
        raise UsageError(f"--changed-since {name}: this is no name of a revision")
    commit = _asked(top, "rev-parse", "--verify", "--quiet", f"{name}^{{commit}}")
    if commit is None:
        raise UsageError(
            f"--changed-since {name}: {top} has no such revision here: fetch it first (`git fetch origin BRANCH`, then "
            f"name origin/BRANCH), or {_DEEPER}"
        )
    if _asked(top, "rev-parse", "--verify", "--quiet", "HEAD^{commit}") is None:
        raise UsageError(f"--changed-since {name}: {top} has no commit yet")
    base = _asked(top, "merge-base", commit, "HEAD")
    if base is None:
        shallow = _asked(top, "rev-parse", "--is-shallow-repository") == "true"
        why = (
            f"the history here is cut off (a shallow clone), so that it cannot be told what they share: {_DEEPER}"
            if shallow
            else "they share no commit"
        )
        raise UsageError(f"--changed-since {name}: it and what is checked out: {why}")
    return Revision(top, base.splitlines()[0])


def inside(revision: Revision, path: str | Path) -> str | None:
    """Return where a path lies in the repository (POSIX; `.` is its top); None: not in it."""
    try:
        return Path(path).resolve().relative_to(revision.top).as_posix()
    except ValueError:
        return None


def kept(revision: Revision, path: str) -> bool:
    """Say whether git keeps something at a place of the repository, now or at the revision."""
    done = _git(revision.top, "ls-files", "-z", "--", path)
    return bool(done.stdout) or any(True for _ in _listed(revision, [] if path == "." else [path]))


def unpack(revision: Revision, paths: Sequence[str], folder: Path) -> Unpacked:
    """Write what lay at these places of the repository into a folder, and what git does not keep but a run reads.

    That is variable files that git is told to ignore, and the modules that `terraform init` installed: they are taken
    as they are now, installed modules only where no call of a module changed.
    """
    notes = []
    wanted = [] if "." in paths else sorted(set(paths))
    links: list[tuple[Path, str]] = []
    modules = large = 0
    with _Objects(revision.top) as objects:
        for mode, size, name, path in _listed(revision, wanted):
            target = folder.joinpath(*path.split("/"))
            if mode == "160000":
                modules += 1
            elif size > LARGEST:
                large += 1
            elif mode == "120000":
                links.append((target, os.fsdecode(objects.read(name))))
            else:
                target.parent.mkdir(parents=True, exist_ok=True)
                with target.open("xb") as stream:
                    objects.copy(name, stream)
    for target, to in links:  # at last, so that nothing is written through one
        target.parent.mkdir(parents=True, exist_ok=True)
        if not os.path.lexists(target):
            target.symlink_to(to)
    if modules:
        notes.append(f"{modules} submodules are not looked into: what is found in them counts as new")
    if large:
        notes.append(f"{large} files of more than {LARGEST} bytes are left out: what is found in them counts as new")
    notes += _ignored(revision, wanted, folder)
    return Unpacked(folder, tuple(notes))


def _top(target: Path) -> Path:
    place = target if target.is_dir() else target.parent
    try:
        done = _git(place, "rev-parse", "--show-toplevel")
    except FileNotFoundError as error:
        raise UsageError("--changed-since: the command `git` is not here: install it") from error
    if done.returncode == 0 and done.stdout:
        return Path(os.fsdecode(done.stdout.removesuffix(b"\n"))).resolve()
    if b"dubious ownership" in done.stderr:
        raise UsageError(
            f"--changed-since: the repository of {target} belongs to another user, so that git does not open it; if "
            "you trust it: `git config --global --add safe.directory FOLDER`"
        )
    raise UsageError(
        f"--changed-since: {target} is not in the working folder of a git repository: use --baseline BUNDLE"
    )


def _git(place: Path, *words: str) -> "subprocess.CompletedProcess[bytes]":
    return subprocess.run(
        _command(place, *words), check=False, capture_output=True, stdin=subprocess.DEVNULL, env=_environment()
    )


def _command(place: Path, *words: str) -> list[str]:
    settings = [word for name, value in _QUIET for word in ("-c", f"{name}={value}")]
    return ["git", "-C", str(place), "--no-pager", *settings, *words]


def _environment() -> dict[str, str]:
    """Return the environment without what a hook has set of the repository: a target says which one it lies in."""
    return {name: value for name, value in os.environ.items() if name not in _OF_A_HOOK} | _ENVIRONMENT


def _asked(top: Path, *words: str) -> str | None:
    done = _git(top, *words)
    return os.fsdecode(done.stdout).strip() or None if done.returncode == 0 else None


def _listed(revision: Revision, paths: Sequence[str]) -> Iterator[tuple[str, int, str, str]]:
    """Yield mode, size, object and path of what lay at the given places, regular names only."""
    done = _git(revision.top, "ls-tree", "-r", "-z", "-l", "--full-tree", revision.commit, "--", *paths)
    if done.returncode != 0:
        raise UsageError(f"--changed-since: {revision.commit} cannot be read: {_said(done.stderr)}; {_DEEPER}")
    for line in done.stdout.split(b"\0")[:-1]:
        about, _, raw = line.partition(b"\t")
        mode, _kind, name, size = about.split()
        path = os.fsdecode(raw)
        if all(part not in {"", ".", ".."} for part in path.split("/")):
            yield mode.decode(), int(size) if size.isdigit() else 0, name.decode(), path


def _said(stderr: bytes) -> str:
    return " ".join(stderr.decode(errors="replace").split())[:300]


class _Objects:
    """Reads objects of a repository by their names, one process for all."""

    def __init__(self, top: Path) -> None:
        self._process = subprocess.Popen(
            _command(top, "cat-file", "--batch"),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=_environment(),
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        for stream in (self._process.stdin, self._process.stdout):
            if stream is not None:
                stream.close()
        self._process.wait()

    def read(self, name: str) -> bytes:
        """Return an object's content."""
        from io import BytesIO

        content = BytesIO()
        self.copy(name, content)
        return content.getvalue()

    def copy(self, name: str, into: IO[bytes]) -> None:
        """Write an object's content. Raises `UsageError` where a partial clone does not have it."""
        asked, answered = self._process.stdin, self._process.stdout
        assert asked is not None  # noqa: S101 - both are pipes
        assert answered is not None  # noqa: S101
        asked.write(name.encode() + b"\n")
        asked.flush()
        head = answered.readline().split()
        if len(head) != 3:
            raise UsageError(
                f"--changed-since: the object {name} is not in this clone (a partial one?): fetch it whole, without "
                "--filter"
            )
        left = int(head[2])
        while left:
            part = answered.read(min(left, 2**20))
            if not part:
                raise UsageError("--changed-since: git ended before it had given everything")
            into.write(part)
            left -= len(part)
        answered.read(1)


def _ignored(revision: Revision, paths: Sequence[str], folder: Path) -> Iterator[str]:
    """Put beside what git keeps what it does not keep, and yield what is to be told of that."""
    done = _git(
        revision.top, "ls-files", "-z", "--others", "--ignored", "--exclude-standard", "--directory", "--", *paths
    )
    for raw in done.stdout.split(b"\0")[:-1]:
        path = os.fsdecode(raw)
        if path.endswith((".tfvars", ".tfvars.json")):
            _copy(revision.top / path, folder / path)
    tops = [revision.top / path for path in paths] or [revision.top]
    installed = [found for top in tops if top.is_dir() for found in _installed(top)]
    if not installed:
        return
    if _calls(revision.top, tops) != _calls(folder, [folder / path for path in paths] or [folder]):
        yield "calls of modules changed: what is found in the modules that `terraform init` installed counts as new"
        return
    for found in installed:
        target = folder / found.relative_to(revision.top)
        if not target.exists():
            shutil.copytree(found, target, symlinks=True, ignore=lambda _, names: [n for n in names if n == ".git"])


def _copy(path: Path, target: Path) -> None:
    if path.is_file() and not path.is_symlink() and not os.path.lexists(target):
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(path, target)


def _installed(top: Path) -> Iterator[Path]:
    """Yield the folders of installed modules at and below a folder."""
    for place, folders, _ in os.walk(top):
        if ".terraform" in folders:
            found = Path(place, _INSTALLED)
            if found.is_dir() and not Path(place, ".terraform").is_symlink() and not found.is_symlink():
                yield found
        folders[:] = sorted(name for name in folders if not name.startswith(".") and name not in _SKIPPED)


def _calls(root: Path, tops: Sequence[Path]) -> Counter[tuple[str, bytes]]:
    """Count what the code below says of where modules come from, by folder. JSON counts as a whole."""
    said: Counter[tuple[str, bytes]] = Counter()
    for top in tops:
        for place, folders, names in os.walk(top):
            folders[:] = [name for name in folders if not name.startswith(".")]
            where = os.path.relpath(place, root)
            for name in names:
                path = Path(place, name)
                if not name.endswith((".tf", ".tf.json", ".tofu")) or path.is_symlink() or not path.is_file():
                    continue
                content = path.read_bytes()
                lines = _CALLS.findall(content) if not name.endswith(".json") else [content]
                said.update((where, b" ".join(line.split())) for line in lines)
    return said
