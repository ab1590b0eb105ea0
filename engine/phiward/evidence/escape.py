"""Making text that somebody else chose safe to show: on a terminal, in Markdown, in HTML."""

import re
import unicodedata

_MARKDOWN = re.compile(r"([\\`*_{}\[\]()#+\-.!|~$])")
_HTML = {"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;"}
_AUTOLINK = re.compile(r"(?i)(://|@|www|:)")
_NOT_PLAIN = re.compile("[^\\x00-\\x7e]")
_UNSEEN = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
"""Control, format (bidirectional overrides, zero width), surrogate, private, unassigned, and separators of lines."""


def visible(text: str, longest: int | None = None) -> str:
    r"""Show control, bidirectional and other unseen characters as escapes, and cut what is too long.

    A newline becomes `\n`, an escape character `\x1b`, a right-to-left override `\u202e`. In a text that needs escapes,
    a backslash of its own is doubled.
    """
    shown = text
    if not text.isprintable():  # nothing that is unseen is printable
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
    """Spell with entities what GitHub would turn into a link or a mention."""
    broken = {"@": "&#64;", "://": "&#58;//", ":": "&#58;"}.get(link)
    return broken or f"{link[0]}&#{ord(link[1])};{link[2:]}"


def code(text: str, longest: int | None = None) -> str:
    """Show text as HTML code inside Markdown: `<code>…</code>`, safe in a table cell."""
    shown = visible(text, longest)
    kept = set(" /-,=")
    if "www" not in shown.lower():
        kept.add(".")
    if "://" not in shown:
        kept.add(":")
    return "<code>" + "".join(_coded(character, kept) for character in shown) + "</code>"


def _coded(character: str, kept: set[str]) -> str:
    if character in _HTML:
        return _HTML[character]
    if character.isascii() and not character.isalnum() and character not in kept:
        return f"&#{ord(character)};"  # no Markdown inside, not even a pipe or a mention
    return character


def json_text(encoded: str) -> str:
    r"""Escape unseen characters of JSON text as `\u` escapes: the same JSON, and nothing for a terminal to act on."""
    if encoded.isascii() and "\x7f" not in encoded:
        return encoded
    return _NOT_PLAIN.sub(_json_escape, encoded)


def _json_escape(found: re.Match[str]) -> str:
    character = found[0]
    if unicodedata.category(character) not in _UNSEEN:
        return character
    pairs = character.encode("utf-16-be", "surrogatepass").hex()
    return "".join("\\u" + pairs[start : start + 4] for start in range(0, len(pairs), 4))
