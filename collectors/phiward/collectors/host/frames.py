"""The answer of the host probe: framed parts, and what each says.

The probe marks its lines with a nonce that was drawn when it was started, so that nothing a file or a command prints
can pass for one of them. Everything that is not said is unknown: a part that is missing, cut off or said twice.
"""

import hashlib
import re
from collections.abc import Iterator

from msgspec import Struct

from phiward.inventory.model import Maybe, Unknown

HEADER = re.compile(rb"@([A-Za-z0-9]{6,128}) H (\d{1,6}) (\d{1,10}) (\d{1,10})")
NOT_ASKED = "not asked: no selected control reads it"


class Part(Struct, frozen=True, kw_only=True):
    """One part of an answer: the exit status or word that ended it, and the bytes before that."""

    status: str
    """`0` or another exit status, `absent`, `denied`, `nocmd`, `timeout`; `cut` where no end was seen, `twice`."""
    body: bytes = b""


class Answer(Struct, frozen=True, kw_only=True):
    """One run of the probe on one host."""

    version: int
    uid: int
    """The numeric id of the user it ran as; 0 is root."""
    parts: dict[str, Part]
    complete: bool
    """The probe's own last line was seen."""
    asked: frozenset[str] | None = None
    """The sections that were asked for. None: all of them."""
    probe: str | None = None
    """The digest of the probe's source, where it is not this version's own (a recorded answer)."""
    limit: int = 1 << 20
    """Bytes of content that a part could have at most."""

    def status(self, name: str) -> str:
        """Return how a part ended; `missing` where it was asked for and is not in the answer, `unasked` else."""
        part = self.parts.get(name)
        if part is not None:
            return part.status
        section = name.partition("/")[0]
        return "missing" if self.asked is None or section in self.asked else "unasked"

    def text(self, name: str) -> Maybe[str | None]:
        """Return what a part says; `None` where the file or command is not on the host."""
        status = self.status(name)
        if status in {"absent", "nocmd"}:
            return None
        if status != "0":
            return Unknown(self.why(name, status))
        body = self.parts[name].body
        if len(body) >= self.limit:
            return Unknown(f"{name} is longer than {self.limit} bytes")
        return body.decode("utf-8", "replace")

    def installed(self, name: str) -> Maybe[bool]:
        """Say whether what a part looks for is on the host."""
        text = self.text(name)
        return text if isinstance(text, Unknown) else text is not None

    def files(self, prefix: str) -> Maybe[dict[str, str]]:
        """Return the files of a kind by path, in the order read; `Unknown` where one of them could not be."""
        found: dict[str, str] = {}
        for name in self.names(prefix):
            text = self.text(name)
            if isinstance(text, Unknown):
                return text
            if text is not None and not name.endswith("/"):
                found[name.partition(":")[2]] = text
        if not found and not any(True for _ in self.names(prefix)):
            return Unknown(self.why(prefix, self.status(prefix)))
        return found

    def names(self, prefix: str) -> Iterator[str]:
        """Yield the parts of a kind: `sshd/config` has `sshd/config:/etc/ssh/sshd_config`."""
        return (name for name in self.parts if name.startswith(prefix + ":"))

    def why(self, name: str, status: str) -> str:
        """Say in words why a part could not be read."""
        match status:
            case "denied" if self.uid != 0:
                return f"needs root: {name}"
            case "denied":
                return f"refused, even to root: {name}"
            case "timeout":
                return f"timed out: {name}"
            case "cut" | "missing":
                return f"the probe ended before it: {name}"
            case "unasked":
                return NOT_ASKED
            case "twice":
                return f"said twice by the probe: {name}"
            case _:
                return f"failed with exit status {status}: {name}{self._last_words(name)}"

    def _last_words(self, name: str) -> str:
        """Return the last line a failed command printed, where it is short and printable."""
        part = self.parts.get(name)
        lines = part.body.decode("utf-8", "replace").split("\n") if part else []
        last = next((line.strip() for line in reversed(lines) if line.strip()), "")
        return f" ({last})" if 0 < len(last) < 120 and last.isprintable() and not last.startswith("{") else ""

    def digest(self, section: str) -> str | None:
        """Return the SHA-256 over the parts of a section as received; `None` where it has none."""
        names = sorted(name for name in self.parts if name.startswith(section + "/"))
        if not names:
            return None
        over = hashlib.sha256()
        for name in names:
            part = self.parts[name]
            over.update(f"{name} {part.status} {len(part.body)}\n".encode())
            over.update(part.body)
        return f"sha256:{over.hexdigest()}"


class Malformed(ValueError):  # noqa: N818 - the fact, not a fault of ours
    """What was received is not an answer of the probe."""


def parse(raw: bytes, *, nonce: str | None = None, asked: frozenset[str] | None = None) -> Answer:
    """Take an answer apart. Raises `Malformed` where it does not begin as one.

    Without a nonce (a recorded answer) the first line says it.
    """
    first, _, rest = raw.partition(b"\n")
    header = HEADER.fullmatch(first.rstrip(b"\r"))
    if header is None or (nonce is not None and header[1] != nonce.encode()):
        raise Malformed("it does not begin with the probe's first line")
    mark = b"@" + header[1] + b" "
    parts: dict[str, Part] = {}
    name: str | None = None
    lines: list[bytes] = []
    complete = False
    for line in rest.split(b"\n"):
        if not line.startswith(mark):
            lines.append(line)
            continue
        kind, _, word = line[len(mark) :].partition(b" ")
        if name is not None:
            # The line break before an end is the probe's, and is gone with the join.
            status = word.decode("ascii", "replace") if kind == b"E" else "cut"
            _add(parts, name, Part(status=status, body=b"\n".join(lines)))
            name = None
        complete = kind == b"Z"
        if kind == b"B":
            name, lines = word.decode("utf-8", "replace"), []
    if name is not None:
        _add(parts, name, Part(status="cut", body=b"\n".join(lines)))
    return Answer(
        version=int(header[2]),
        uid=int(header[3]),
        limit=int(header[4]),
        parts=parts,
        complete=complete,
        asked=asked,
    )


def _add(parts: dict[str, Part], name: str, part: Part) -> None:
    """Keep a part; one that is said twice is believed neither time."""
    parts[name] = Part(status="twice") if name in parts else part
