"""The second net: values that look like secrets. Collectors keep facts, not payloads; what slips through stops here.

Names and ids (an access key's id, a secret's ARN) are evidence and pass; what opens a door does not.
"""

import math
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from functools import cache
from itertools import pairwise

_PATTERNS: tuple[tuple[str, bytes], ...] = (
    ("private_key", rb"-----BEGIN (?:[A-Z0-9]+ )*PRIVATE KEY(?: BLOCK)?-----"),
    ("github_token", rb"\bgh[pousr]_[A-Za-z0-9]{36}|\bgithub_pat_[A-Za-z0-9_]{50}"),
    ("gitlab_token", rb"\bglpat-[A-Za-z0-9_-]{20}"),
    ("slack_token", rb"\bxox[abeoprs]-[A-Za-z0-9-]{10}"),
    ("stripe_key", rb"\b[rs]k_live_[A-Za-z0-9]{16}"),
    ("google_key", rb"\bAIza[A-Za-z0-9_-]{35}"),
    ("npm_token", rb"\bnpm_[A-Za-z0-9]{36}\b"),
    ("json_web_token", rb"\beyJ[A-Za-z0-9_-]{10,}\.eyJ[A-Za-z0-9_-]{10,}\.[A-Za-z0-9_-]{10}"),
    ("password_hash", rb"\$(?:1|2[aby]|5|6|7|y|gy|argon2id?)\$[A-Za-z0-9./,=$]{20}"),
    ("signed_url", rb"X-Amz-Signature=[0-9a-f]{64}"),
    (
        "url_with_password",
        rb"\b[a-z][a-z0-9+.]{1,14}://[^\s/:@\"'<>{}$]{1,64}:(?!\[hidden\]@)[^\s/@\"'<>{}$*]{3,128}@[A-Za-z0-9\[]",
    ),
    (
        "aws_secret_key",
        rb"(?i:aws_?secret_?(?:access_?)?key|secretaccesskey)[\"'\\]*\s*[:=]\s*[\"'\\]*[A-Za-z0-9/+]{40}\b",
    ),
    ("base64_40", rb"(?<![A-Za-z0-9/+=_.-])[A-Za-z0-9/+]{40}(?![A-Za-z0-9/+=_.-])"),
)


@cache
def _any() -> re.Pattern[bytes]:
    """Return all patterns as one; most commands need none."""
    return re.compile(b"|".join(b"(?P<%s>%s)" % (name.encode(), pattern) for name, pattern in _PATTERNS))


_TITLES = {"base64_40": "aws secret key"}
_SECRET_NAME = re.compile(
    r"(?i)pass(word|wd|phrase)?$|secret|token|credential|api[-_]?key|private[-_]?key|external[-_]?id"
)
_URL_PASSWORD = re.compile(r"(?<=://)([^\s/:@]*):([^\s/@]+)@")
HIDDEN = "[hidden]"


def leak(line: bytes) -> str | None:
    """Say what kind of secret a line seems to hold (`private key`, `aws secret key`); None: none."""
    for match in _any().finditer(line):
        kind = match.lastgroup or ""
        if kind == "base64_40" and not _random(match[0]):
            continue
        return _TITLES.get(kind, kind.replace("_", " "))
    return None


def _random(value: bytes) -> bool:
    """Whether 40 characters look drawn at random (an AWS secret key does) rather than spelled (a path, a digest)."""
    kinds = [_kind(character) for character in value]
    if len(set(kinds) - {""}) < 3:
        return False
    changes = sum(one != other for one, other in pairwise(kinds))  # 25 of 39 are usual at random, 13 in CamelCase
    entropy = -sum(count / 40 * math.log2(count / 40) for count in Counter(value).values())
    return changes >= 16 and entropy >= 4.2


def _kind(character: int) -> str:
    text = chr(character)
    if text.isdigit():
        return "digit"
    return ("upper" if text.isupper() else "lower") if text.isalpha() else ""


def redact_argv(argv: Sequence[str]) -> tuple[str, ...]:
    """Return a command line fit to be kept: passwords in URLs and values of secret-looking options are hidden."""
    return tuple(_redacted(argv))


def _redacted(argv: Sequence[str]) -> Iterator[str]:
    hide_next = False
    for argument in argv:
        name, equals, _value = argument.partition("=")
        if hide_next and not argument.startswith("-"):
            yield HIDDEN
            hide_next = False
            continue
        hide_next = argument.startswith("-") and not equals and _secret_name(argument)
        if equals and _secret_name(name):
            yield f"{name}={HIDDEN}"
        elif leak(argument.encode(errors="replace")):
            shown = _URL_PASSWORD.sub(rf"\1:{HIDDEN}@", argument)
            yield shown if shown != argument else HIDDEN
        else:
            yield _URL_PASSWORD.sub(rf"\1:{HIDDEN}@", argument)


_LITERAL_NAME = re.compile(
    r"(?i)pass(?:word|wd|phrase)?s?(?![a-z])|pwd|secret|token|credential|api[-_]?key|private[-_]?key|access[-_]?key"
    r"|external[-_]?id|connection[-_]?string"
)
_SET = re.compile(r"""(?P<name>[\w.\-]+)["']?\s*(?:=>?|:)(?![=])\s*""")
_PLAIN = re.compile(
    r"""(?x) (?: true | false | null                     # a word
    | (?:[A-Za-z_][\w-]*)(?:\.[\w-]+ | \[[\w".-]*\])+       # a reference
    | [\[{(] | <<[-~]?\w+                                # an opening: what is within is looked at by itself
    | [\w-]+\((?=[^"']*$)                                # a call without any text in it
    ) \s* [,)\]}]* \s* (?:\#.*|//.*)? $"""
)
_NUMBER = re.compile(r"\d{1,5}\s*(?:[,}#]|//|$)")
_MOST_OF_A_LINE = 20_000


def without_secrets(line: str) -> str:
    """Return a line of source code without the literals that look like secrets: what follows such a name, or all of it.

    Too much may be hidden: whoever wants to read it has the file.
    """
    if len(line) > _MOST_OF_A_LINE:
        return HIDDEN
    if leak(line.encode(errors="replace")):
        return _indent(line) + HIDDEN
    if not _LITERAL_NAME.search(line):
        return line
    for found in _SET.finditer(line):
        rest = line[found.end() :].strip()
        if _LITERAL_NAME.search(found["name"]) and rest and not _PLAIN.match(rest):
            if _NUMBER.match(rest) and not _SECRET_NAME.search(found["name"].rpartition("_")[2]):
                continue  # `minimum_password_length = 8`
            return line[: found.end()] + HIDDEN
    # `{ name = "DB_PASSWORD", value = "…" }`: the name is a value, and what it names stands beside it.
    held = re.search(r"""(?i)\bvalue["']?\s*(?:=|:)\s*""", line)
    if held and _LITERAL_NAME.search(line):
        return line[: held.end()] + HIDDEN
    return line


def _indent(line: str) -> str:
    return line[: len(line) - len(line.lstrip())]


def _secret_name(name: str) -> bool:
    return not name.endswith(("-file", "_file")) and _SECRET_NAME.search(name) is not None
