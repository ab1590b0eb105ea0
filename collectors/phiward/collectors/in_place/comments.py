"""The comments in code that ask for a fail to be accepted: phiward's own, and those of other tools.

One reader for every kind of code: it takes a file's text and its language, and says which of its comments stand in or
directly above a range of lines. What a comment means is judged by `phiward.engine.in_place`, not here.
"""

import hashlib
import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from phiward.inventory.model import WaiverComment

_SIGNS = ("phiward", ":skip=", ":ignore:", "kics-scan")
"""A text without any of these holds no such comment; most files are done with after looking for them."""
_OWN = r"phiward\s*:\s*(.*)"
_CHECKOV = r"(?:checkov|bridgecrew|cortex):skip=\s*(.*)"
_TRIVY = r"(?:tfsec|trivy|cfsec):ignore:(\S+)"
_KICS = r"kics-scan\s+(.*)"
_LONGEST = 1000
_WHOLE_FILE = r"ignore(?![-\w])|disable\s*="


class Comment(NamedTuple):
    """One such comment: its line (from 1), whose it is, what follows the sign, the digest of the line as written."""

    line: int
    tool: str
    text: str
    digest: str
    alone: bool
    """Nothing but the comment stands on its line."""


class Comments:
    """The comments of one file that ask for something to be accepted."""

    def __init__(self, text: str, language: str) -> None:
        """Take a file's text. `language`: `hcl`, `yaml`; any other has no comments."""
        self.found: tuple[Comment, ...] = ()
        self._lines: list[int] = []
        self._above: frozenset[int] = frozenset()
        if not any(sign in text for sign in _SIGNS):
            return
        from phiward.collectors.in_place.language import hcl_comments, yaml_comments  # few files come this far

        read = {"hcl": hcl_comments, "yaml": yaml_comments}.get(language)
        if read is None:
            return
        written = text.split("\n")
        found: list[Comment] = []
        alone: set[int] = set()
        for line, content, by_itself in read(text):
            if by_itself:
                alone.add(line)
            digest = ""
            for tool, asked in _asked(content):
                digest = digest or digest_of(written[line - 1])
                found.append(Comment(line, tool, asked[:_LONGEST], digest, by_itself))
        self.found = tuple(found)
        self._lines = [comment.line for comment in found]
        self._above = frozenset(alone)

    def within(self, first: int, last: int) -> tuple[Comment, ...]:
        """Return the comments from one line to another, and those of the unbroken run of comments directly above.

        A comment for the whole file, which KICS knows, stands in every range of it.
        """
        if not self.found:
            return ()
        top = first
        while top - 1 in self._above:
            top -= 1
        inside = self.found[bisect_left(self._lines, top) : bisect_right(self._lines, last)]
        here = tuple(each for each in inside if each.line >= first or each.alone)
        return (*(each for each in self.found if _of_whole_file(each) and each not in here), *here)


def _of_whole_file(comment: Comment) -> bool:
    return comment.tool == "kics" and re.match(_WHOLE_FILE, comment.text) is not None


def digest_of(line: str) -> str:
    """Return the digest of a line as written, without its line end."""
    return f"sha256:{hashlib.sha256(line.rstrip(chr(13)).encode(errors='backslashreplace')).hexdigest()}"


def language_of(file: str) -> str:
    """Return the language whose comments a file has."""
    if file.endswith((".tf", ".hcl", ".tofu")):
        return "hcl"
    return "yaml" if file.endswith((".yaml", ".yml", ".template")) else "none"


def asked_for(resource: str, type_name: str, file: str, comments: Iterable[Comment]) -> Iterator[WaiverComment]:
    """Yield the comments as what they ask of a resource; `file` as people are told it."""
    for comment in comments:
        yield WaiverComment(
            resource=resource,
            type=type_name,
            tool=comment.tool,
            text=comment.text,
            file=file,
            line=comment.line,
            digest=comment.digest,
        )


def written(  # noqa: PLR0913, PLR0917 - what a waiver outside a comment is known by
    resource: str, type_name: str, file: str, line: int, text: str, tool: str = "phiward"
) -> WaiverComment:
    """Return a waiver that is written as data: `Metadata` of CloudFormation, an annotation of Kubernetes.

    `text` is what would follow `phiward:waive` in a comment.
    """
    asked = f"waive {text}" if tool == "phiward" else text
    return WaiverComment(
        resource=resource,
        type=type_name,
        tool=tool,
        text=asked[:_LONGEST],
        file=file,
        line=line,
        digest=digest_of(text),
    )


def _asked(content: str) -> Iterator[tuple[str, str]]:
    """Yield what one line of a comment asks for: the tool, and what follows its sign."""
    text = content.strip()
    if match := re.match(_OWN, text):
        yield "phiward", match[1].strip()
        return
    if match := re.search(_CHECKOV, text):
        yield "checkov", match[1].strip()
    for match in re.finditer(_TRIVY, text):
        yield "trivy", match[1]
    if match := re.match(_KICS, text):
        yield "kics", match[1].strip()
