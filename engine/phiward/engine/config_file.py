"""`phiward.yaml`: what a team would otherwise repeat on every command line, at the root of its repository.

    policy: hospital.yaml
    targets: [infra, deploy]
    leave_out: [tests/, "**/fixtures/"]

Paths are from the file's own folder. The command line wins over it. What it changes of the verdicts (parameters, scope)
and what it leaves out is told in reports, and the file itself is kept in the evidence.
"""

from pathlib import Path
from typing import Any

from msgspec import Struct

from phiward.engine import content
from phiward.engine.content import ContentProblems, Node
from phiward.engine.control import Unseen
from phiward.engine.reading import Reading
from phiward.engine.scope import Scope
from phiward.errors import ContentError

NAME = "phiward.yaml"
FIELDS = (
    "policy", "controls", "waivers", "parameters", "scope", "targets", "leave_out", "format", "unknown", "baseline",
)  # fmt: skip
_WILD = 8
"""`*` in one pattern of a path."""


class LeftOut(Struct, frozen=True):
    """A pattern of paths that are not judged, and its line."""

    pattern: str
    line: int


class Config(Struct, frozen=True, kw_only=True):
    """A file as read. Paths are as written."""

    file: str
    """Its path as people are told it."""
    path: Path
    digest: str = ""
    """`sha256:` of its bytes."""
    policy: str | None = None
    controls: tuple[str, ...] = ()
    waivers: tuple[str, ...] = ()
    parameters: dict[str, dict[str, Any]] = {}
    """Control id to parameter to value, over the policy's."""
    scope: Scope = Scope()
    """Statements besides the policy's."""
    targets: tuple[str, ...] = ()
    leave_out: tuple[LeftOut, ...] = ()
    format: str | None = None
    unknown: Unseen | None = None
    baseline: str | None = None

    def misfit(self, message: str, steps: tuple[str, ...], near: str | None = None) -> ContentError:
        """Return the error for a place in the file."""
        from phiward.engine.policy_place import at_steps

        return at_steps(self.path, self.file, message, steps, near)


def load(path: Path, file: str) -> Config:
    """Read a file. Raises `ContentProblems` with everything that is wrong. `file` is its path as people are told it."""
    import hashlib

    from phiward.inventory.regular import regular

    try:
        with regular(path) as stream:
            data = stream.read(content.SIZE_LIMIT + 1)
    except OSError as error:
        raise ContentError(f"cannot be read: {error.strerror}", file=file) from error
    digest = f"sha256:{hashlib.sha256(data).hexdigest()}"
    return config_of(content.parse(data, file), path, file, digest)


def config_of(node: Node, path: Path, file: str, digest: str) -> Config:
    """Make the configuration of a file's nodes. Raises `ContentProblems`."""
    from phiward.engine.policy_file import parameters_of
    from phiward.engine.scope_file import scope_of

    problems: list[ContentError] = []
    reading = Reading(file, problems)
    fields = reading.members(node, "", (), FIELDS) or {}
    config = Config(
        file=file,
        path=path,
        digest=digest,
        policy=reading.text(fields.get("policy"), "policy") or None,
        controls=reading.texts(fields.get("controls"), "controls"),
        waivers=reading.texts(fields.get("waivers"), "waivers"),
        parameters=parameters_of(reading, fields.get("parameters")),
        scope=scope_of(reading, fields.get("scope"), file),
        targets=_targets(reading, fields.get("targets")),
        leave_out=_left_out(reading, fields.get("leave_out")),
        format=reading.text(fields.get("format"), "format") or None,
        unknown=reading.word(fields.get("unknown"), "unknown", Unseen, None),
        baseline=reading.text(fields.get("baseline"), "baseline") or None,
    )
    if problems:
        raise ContentProblems(problems)
    return config


def _targets(reading: Reading, node: Node | None) -> tuple[str, ...]:
    if node is not None and node.value == []:
        reading.refuse(node, "targets", "names nothing; leave it out, and name targets on the command line")
    return reading.texts(node, "targets")


def _left_out(reading: Reading, node: Node | None) -> tuple[LeftOut, ...]:
    texts = reading.texts(node, "leave_out")
    found: list[LeftOut] = []
    for index, text in enumerate(texts):
        child = node.value[index] if node is not None else Node(text)
        if not text.strip("*/ "):
            reading.refuse(child, f"leave_out[{index}]", "would leave everything out")
        elif text.startswith("!"):
            reading.refuse(child, f"leave_out[{index}]", "begins with !: only what is left out can be said")
        elif text.count("*") > _WILD:
            reading.refuse(child, f"leave_out[{index}]", f"has more than {_WILD} `*`: write several patterns")
        found.append(LeftOut(text, child.line))
    return tuple(found)
