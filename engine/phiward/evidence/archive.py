"""Writing a bundle's files into a zip, the same bytes each time: fixed time, fixed mode, the order of the calls.

Everything passes the second net on its way: a line that looks like a secret stops the writing, because what is
signed and handed to an auditor cannot be called back.
"""

import hashlib
import zipfile
from collections.abc import Iterable

from phiward.errors import EvidenceError
from phiward.evidence.leaks import leak
from phiward.evidence.manifest import FileEntry, path_problem

_LONG_AGO = (1980, 1, 1, 0, 0, 0)


class Archive:
    """An open bundle under construction, and what it holds so far."""

    def __init__(self, archive: zipfile.ZipFile, *, compress: bool) -> None:
        self._archive = archive
        self._method = zipfile.ZIP_DEFLATED if compress else zipfile.ZIP_STORED
        self.files: list[FileEntry] = []

    def lines(self, path: str, lines: Iterable[bytes], role: str, schema: str) -> int:
        """Write a JSON Lines file, line by line, and return the number of lines."""
        number = size = 0
        digest = hashlib.sha256()
        with self._archive.open(self._info(path), "w", force_zip64=True) as file:
            for number, line in enumerate(lines, 1):
                _refuse_leak(path, number, line)
                whole = line + b"\n"
                file.write(whole)
                digest.update(whole)
                size += len(whole)
        self._listed(path, size, digest.hexdigest(), "application/x-ndjson", role, schema, number)
        return number

    def file(self, path: str, content: bytes, role: str, media_type: str, schema: str | None = None) -> None:
        """Write a small file."""
        for number, line in enumerate(content.split(b"\n"), 1):
            _refuse_leak(path, number, line)
        self.unlisted(path, content)
        self._listed(path, len(content), hashlib.sha256(content).hexdigest(), media_type, role, schema, None)

    def unlisted(self, path: str, content: bytes) -> None:
        """Write a small file that the manifest does not list."""
        self._archive.writestr(self._info(path), content)

    def _listed(  # noqa: PLR0913, PLR0917 - the fields of an entry
        self, path: str, size: int, digest: str, media_type: str, role: str, schema: str | None, records: int | None
    ) -> None:
        self.files.append(
            FileEntry(
                path=path,
                size=size,
                sha256=digest,
                media_type=media_type,
                role=role,
                schema=schema,
                records=records,
            )
        )

    def _info(self, path: str) -> zipfile.ZipInfo:
        problem = path_problem(path)
        if problem:
            raise EvidenceError(f"{path[:120]!r} cannot be a path in a bundle: {problem}")
        return plain_info(path, self._method)


def plain_info(path: str, method: int) -> zipfile.ZipInfo:
    """Describe a plain file of a zip, with a fixed time and mode."""
    info = zipfile.ZipInfo(path, _LONG_AGO)
    info.compress_type = method
    info.create_system = 3  # the same bytes on every system
    info.external_attr = 0o100644 << 16
    return info


def _refuse_leak(path: str, number: int, line: bytes) -> None:
    kind = leak(line)
    if kind is not None:
        raise EvidenceError(
            f"{path}:{number}: holds what looks like a secret ({kind}), so nothing was signed or written; "
            "remove it at its source and change it there, since it lies open in a name, tag or setting"
        )
