"""Making text that somebody else chose safe to show: on a terminal, in Markdown, in HTML."""

import re
import unicodedata

_MARKDOWN = re.compile(r"([\\`*_{}\[\]()#+\-.!|~$])")
_HTML = {"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;"}
_AUTOLINK = re.compile(r"(?i)(://|@|www|:)")
_UNSEEN = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
"""Control, format (bidirectional overrides, zero width), surrogate, private, unassigned, and separators of lines."""


def visible(text: str, longest: int | None = None) -> str:
    r"""Show control, bidirectional and other unseen characters as escapes, and cut what is too long.

    A newline becomes `\n`, an escape character `\x1b`, a right-to-left override `\u202e`. In a text that needs escapes,
    a backslash of its own is doubled.
    """
    if text.isprintable() and not any(unicodedata.category(character) in _UNSEEN for character in text):
        shown = text
    else:
        shown = "".join(_visible(character) for character in text.replace("\\", "\\\\"))
    if longest is not None and len(shown) > longest:
        return shown[: longest - 1] + "…"
    return shown


def _visible(character: str) -> str:
    if unicodedata.category(character) not in _UNSEEN:
        return character
    return character.encode("unicode_escape", "surrogatepass").decode() if ord(character) >= 32 else _control(character)


def _control(character: str) -> str:
    return {"\n": "\\n", "\r": "\\r", "\t": "\\t"}.get(character, f"\\x{ord(character):02x}")


def html(text: str) -> str:
    """Escape text for HTML, unseen characters shown."""
    return "".join(_HTML.get(character, character) for character in visible(text))


def markdown(text: str, longest: int | None = None) -> str:
    """Escape text for Markdown (GitHub's), so that it is neither markup, HTML, a mention, a link nor a table cell."""
    escaped = _MARKDOWN.sub(r"\\\1", visible(text, longest))
    for character, entity in _HTML.items():  # the ampersand first
        escaped = escaped.replace(character, entity)
    return _AUTOLINK.sub(lambda match: _broken(match[0]), escaped)


def _broken(link: str) -> str:
    """Put an invisible comment-free break into what GitHub would turn into a link or a mention."""
    return {"@": "&#64;", "://": "&#58;//", ":": "&#58;"}.get(link, link[0] + f"&#{ord(link[1])};" + link[2:])


def code(text: str, longest: int | None = None) -> str:
    """Show text as HTML code inside Markdown: `<code>…</code>`, safe in a table cell."""
    shown = visible(text, longest)
    return "<code>" + "".join(_coded(character) for character in shown) + "</code>"


def _coded(character: str) -> str:
    if character in _HTML:
        return _HTML[character]
    if character.isascii() and not (character.isalnum() or character in " /"):
        return f"&#{ord(character)};"  # no Markdown inside, not even a pipe or a mention
    return character
