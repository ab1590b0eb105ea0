"""The manifest: every file of a bundle with its size, digest and role; and `SHA256SUMS`, the same for `sha256sum`."""

import hashlib
import re
import unicodedata
from collections.abc import Iterable, Sequence

import msgspec
from msgspec import Struct

from phiward.errors import EvidenceError
from phiward.evidence import canonical

SCHEMA = "phiward/manifest/v1"
MANIFEST = "manifest.json"
SUMS = "SHA256SUMS"
ATTESTATION = "attestation.dsse.json"
SIGNED_OVER = (MANIFEST, SUMS)
"""The two files whose digests the attestation holds."""
UNLISTED = frozenset({MANIFEST, SUMS, ATTESTATION})
"""The files that the manifest cannot list: itself, and what is made from it."""
REVIEW = "review.dsse.json"
"""A management review, added to the finished bundle; later ones are `review-2.dsse.json` to `review-99.dsse.json`."""
LONGEST_PATH = 400

_DIGEST = re.compile(r"[0-9a-f]{64}")
_REVIEW = re.compile(r"review(-[2-9]|-[1-9][0-9])?\.dsse\.json")
_SUM_LINE = re.compile(r"([0-9a-f]{64})  (.+)")


class FileEntry(Struct, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True):
    """One file of a bundle."""

    path: str
    """POSIX, relative to the bundle."""
    size: int
    """In bytes."""
    sha256: str
    media_type: str
    role: str
    """`fact`, `result`, `control`, `policy`, `waiver`, `catalog`, `run`, `key`, `document`, `view`."""
    schema: str | None = None
    """The form of the content, where it is one of phiward's own."""
    records: int | None = None
    """How many lines, where it is JSON Lines."""


class Retention(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, rename={"kind": "class"}):
    """How long the bundle must at least be kept: six years, 45 CFR 164.316(b)(2)(i)."""

    kind: str = "hipaa-6y"
    not_before: str
    """The first day, `YYYY-MM-DD`, on which it may be deleted."""
    basis: str = "created"


class Manifest(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What is in a bundle."""

    schema: str = SCHEMA
    bundle_id: str
    """The first 32 hexadecimal digits of the SHA-256 over the canonical list of files."""
    profile: str = "full"
    redacted_from: str | None = None
    files: tuple[FileEntry, ...]
    """Sorted by path."""
    retention: Retention


def is_review(path: str) -> bool:
    """Say whether a path inside a bundle is that of a management review."""
    return _REVIEW.fullmatch(path) is not None


def path_problem(path: str) -> str | None:
    """Say what is wrong with a path inside a bundle; None: nothing. Only plain relative POSIX paths are right."""
    if not path or len(path) > LONGEST_PATH:
        return "empty or too long"
    if path.startswith("/") or "\\" in path or ":" in path:
        return "absolute, or with a backslash or colon"
    if any(part in {"", ".", ".."} for part in path.split("/")):
        return "with an empty, '.' or '..' part"
    if any(unicodedata.category(character) in {"Cc", "Cf", "Cs", "Zl", "Zp"} for character in path):
        return "with control characters"
    if unicodedata.normalize("NFC", path) != path:
        return "not in Unicode NFC"
    return None


def check_paths(paths: Iterable[str]) -> None:
    """Refuse unsafe paths, and paths that are the same file on a system that ignores case."""
    seen: dict[str, str] = {}
    for path in paths:
        problem = path_problem(path)
        if problem:
            raise EvidenceError(f"unsafe path {path[:120]!r}: {problem}")
        other = seen.setdefault(path.casefold(), path)
        if other is not path:
            raise EvidenceError(f"{path!r} stands twice (or differs from {other!r} only in case)")


def build(files: Sequence[FileEntry], retention: Retention) -> bytes:
    """Write the manifest over these files: canonical JSON with a newline."""
    ordered = tuple(sorted(files, key=lambda file: file.path))
    check_paths([file.path for file in ordered] + sorted(UNLISTED))
    manifest = Manifest(bundle_id=_bundle_id(ordered), files=ordered, retention=retention)
    return canonical.encode(msgspec.to_builtins(manifest)) + b"\n"


def parse(raw: bytes) -> Manifest:
    """Read a manifest strictly: canonical, safe paths, sorted, real digests. Else an `EvidenceError`."""
    if not raw.endswith(b"\n"):
        raise EvidenceError(f"{MANIFEST}: does not end with a newline")
    document = canonical.parse_canonical(raw[:-1], MANIFEST)
    try:
        manifest = msgspec.convert(document, Manifest)
    except msgspec.ValidationError as error:
        raise EvidenceError(f"{MANIFEST}: {error}") from error
    if manifest.schema != SCHEMA:
        raise EvidenceError(f"{MANIFEST}: schema {manifest.schema!r} is not {SCHEMA!r}: a later phiward wrote it")
    paths = [file.path for file in manifest.files]
    check_paths(paths + sorted(UNLISTED))
    if listed := [path for path in paths if is_review(path.casefold())]:
        raise EvidenceError(f"{MANIFEST}: lists {listed[0]}, which is added later")
    if paths != sorted(paths):
        raise EvidenceError(f"{MANIFEST}: the files are not sorted")
    if not all(_DIGEST.fullmatch(file.sha256) and file.size >= 0 for file in manifest.files):
        raise EvidenceError(f"{MANIFEST}: a file's size or digest is not one")
    if manifest.bundle_id != _bundle_id(manifest.files):
        raise EvidenceError(f"{MANIFEST}: the bundle id does not follow from the files")
    return manifest


def sums(files: Sequence[FileEntry], manifest: bytes) -> bytes:
    """Write `SHA256SUMS` over these files and the manifest, as coreutils' `sha256sum -c` reads it."""
    digests = {file.path: file.sha256 for file in files} | {MANIFEST: hashlib.sha256(manifest).hexdigest()}
    return "".join(f"{digests[path]}  {path}\n" for path in sorted(digests)).encode()


def parse_sums(raw: bytes) -> dict[str, str]:
    """Read `SHA256SUMS` strictly: path to digest."""
    found: dict[str, str] = {}
    try:
        text = raw.decode()
    except UnicodeDecodeError as error:
        raise EvidenceError(f"{SUMS}: not UTF-8") from error
    if not text.endswith("\n"):
        raise EvidenceError(f"{SUMS}: does not end with a newline")
    for number, line in enumerate(text[:-1].split("\n"), 1):
        match = _SUM_LINE.fullmatch(line)
        if match is None or match[2] in found:
            raise EvidenceError(f"{SUMS}:{number}: not a new line of `digest  path`")
        found[match[2]] = match[1]
    return found


def _bundle_id(files: Sequence[FileEntry]) -> str:
    return hashlib.sha256(canonical.encode(msgspec.to_builtins(files))).hexdigest()[:32]
