"""Encodings, hashes and identifiers: https://developer.hashicorp.com/terraform/language/functions (Encoding, Hash)."""

import base64
import csv
import gzip
import hashlib
import io
import json
import re
import zlib
from typing import Any
from urllib.parse import quote_plus, unquote_plus
from uuid import UUID, uuid5

from phiward.collectors.terraform.evaluate.functions.registry import function
from phiward.collectors.terraform.evaluate.functions.yaml_text import Folded, yaml_text
from phiward.collectors.terraform.evaluate.partly import told
from phiward.collectors.terraform.evaluate.values import (
    TEXT_SIZE,
    Exhausted,
    Failure,
    ListOf,
    PartlyKnownJson,
    as_text,
    both,
    decode_json,
    number_text,
    unknowns,
)
from phiward.inventory.unknown import Unknown


def json_text(value: Any) -> Any:
    """Write JSON the way Terraform does: no spaces, keys sorted, HTML signs escaped; partly known if the value is."""
    found = list(unknowns(value))
    if found:
        joined = both(*found)
        return PartlyKnownJson(joined.reason, joined.refs, told(value))
    text = json.dumps(value, separators=(",", ":"), sort_keys=True, ensure_ascii=False)
    if "e" in text and (numbers := _exponents(value)):
        # What JSON would write as 1e-07 is marked, and put in its place.
        marked = json.dumps(_marked(value), separators=(",", ":"), sort_keys=True, ensure_ascii=False)
        text = _MARK.sub(lambda found: number_text(numbers[int(found[1])]), marked)
    for sign, escape in (("<", "\\u003c"), (">", "\\u003e"), ("&", "\\u0026"), ("\u2028", "\\u2028")):
        text = text.replace(sign, escape)
    if len(text) > TEXT_SIZE:
        raise Exhausted("jsonencode() makes a text that is too long")
    return text.replace("\u2029", "\\u2029")


_MARK = re.compile('"\ue002([0-9]+)\ue003"')


def _exponents(value: Any) -> list[float]:
    """Return the numbers that Python would write with an exponent, in the order of `_marked`."""
    found: list[float] = []
    _walk(value, found)
    return found


def _marked(value: Any) -> Any:
    return _walk(value, [])


def _walk(value: Any, found: list[float]) -> Any:
    if isinstance(value, float) and "e" in repr(value):
        found.append(value)
        return f"\ue002{len(found) - 1}\ue003"
    if isinstance(value, list):
        return [_walk(item, found) for item in value]
    if isinstance(value, dict):
        return {key: _walk(item, found) for key, item in value.items()}
    return value


@function("jsonencode", "u", deep=False)
def _jsonencode(value: Any) -> Any:
    return json_text(value)


@function("jsondecode", "u", deep=False)
def _jsondecode(value: Any) -> Any:
    return decode_json(as_text(value))


@function("yamlencode", "u", deep=False)
def _yamlencode(value: Any) -> Any:
    found = list(unknowns(value))
    if found:
        joined = both(*found)
        return PartlyKnownJson(joined.reason, joined.refs, told(value))
    try:
        return yaml_text(value)
    except Folded:
        return PartlyKnownJson("where yamlencode() breaks long lines is not followed", (), value)


def _decoded(data: bytes) -> str:
    try:
        return data.decode()
    except UnicodeDecodeError:
        raise Failure("the content is not UTF-8 text") from None


@function("base64encode", "s")
def _base64encode(text: str) -> str:
    return base64.b64encode(text.encode()).decode()


@function("base64decode", "s")
def _base64decode(text: str) -> str:
    return _decoded(_unpacked(text))


def _unpacked(text: str) -> bytes:
    """Read base64, in which line ends do not count."""
    return base64.b64decode(text.replace("\n", "").replace("\r", ""), validate=True)


@function("textencodebase64", "s s")
def _textencodebase64(text: str, encoding: str) -> str:
    return base64.b64encode(text.encode(_codec(encoding))).decode()


@function("textdecodebase64", "s s")
def _textdecodebase64(text: str, encoding: str) -> str:
    try:
        return _unpacked(text).decode(_codec(encoding))
    except UnicodeDecodeError:
        raise Failure(f"the content is not {encoding} text") from None


_CODECS = {
    "utf-8": "utf-8", "utf-16le": "utf-16-le", "utf-16be": "utf-16-be", "us-ascii": "ascii", "shift_jis": "cp932",
    "gbk": "gbk", "gb18030": "gb18030", "big5": "big5", "euc-jp": "euc-jp", "iso-2022-jp": "iso2022-jp",
    "euc-kr": "euc-kr", "koi8-r": "koi8-r", "koi8-u": "koi8-u", "macintosh": "mac-roman", "ibm866": "cp866",
    **{f"windows-125{number}": f"cp125{number}" for number in range(9)},
    **{f"iso-8859-{number}": f"iso8859-{number}" for number in (*range(1, 12), *range(13, 17))},
}  # fmt: skip
"""The names that IANA has for encodings, and Python's."""


def _codec(name: str) -> str:
    found = _CODECS.get(name.lower())
    if found is None:
        raise Exhausted(f"the encoding {name!r} is not known here")
    return found


@function("base64gzip", "s")
def _base64gzip(text: str) -> Any:
    return (
        Unknown("the exact bytes of base64gzip() depend on Terraform's compressor")
        if text
        else base64.b64encode(gzip.compress(b"", mtime=0)).decode()
    )


@function("base64gunzip", "s")
def _base64gunzip(text: str) -> str:
    unpack = zlib.decompressobj(zlib.MAX_WBITS | 16)
    try:
        data = unpack.decompress(base64.b64decode(text), TEXT_SIZE)
    except zlib.error as error:
        raise Failure(f"base64gunzip(): {error}") from None
    if unpack.unconsumed_tail:
        raise Exhausted("base64gunzip(): the text is too long")
    if not unpack.eof:
        raise Failure("base64gunzip(): the data ends too early")
    return _decoded(data)


@function("urlencode", "s")
def _urlencode(text: str) -> str:
    return quote_plus(text, safe="")


@function("urldecode", "s")
def _urldecode(text: str) -> str:
    if re.search("%(?![0-9a-fA-F]{2})", text):
        raise Failure("urldecode(): a '%' needs two hexadecimal digits")
    return unquote_plus(text, errors="strict")


@function("csvdecode", "s")
def _csvdecode(text: str) -> list[Any]:
    try:
        rows = [row for row in csv.reader(io.StringIO(text), strict=True) if row]
    except csv.Error as error:
        raise Failure(f"csvdecode(): {error}") from None
    if not rows or len(set(rows[0])) != len(rows[0]):
        raise Failure("csvdecode(): a header line with a different name for each column is required")
    if any(len(row) != len(rows[0]) for row in rows):
        raise Failure("csvdecode(): every line must have as many fields as the header")
    return ListOf(dict(zip(rows[0], row, strict=True)) for row in rows[1:])


@function("md5", "s")
def _md5(text: str) -> str:
    return hashlib.md5(text.encode(), usedforsecurity=False).hexdigest()


@function("sha1", "s")
def _sha1(text: str) -> str:
    return hashlib.sha1(text.encode(), usedforsecurity=False).hexdigest()


@function("sha256", "s")
def _sha256(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


@function("sha512", "s")
def _sha512(text: str) -> str:
    return hashlib.sha512(text.encode()).hexdigest()


@function("base64sha256", "s")
def _base64sha256(text: str) -> str:
    return base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()


@function("base64sha512", "s")
def _base64sha512(text: str) -> str:
    return base64.b64encode(hashlib.sha512(text.encode()).digest()).decode()


@function("uuidv5", "s s")
def _uuidv5(namespace: str, name: str) -> str:
    known = {"dns": 0, "url": 1, "oid": 2, "x500": 4}
    space = UUID(f"6ba7b81{known[namespace]}-9dad-11d1-80b4-00c04fd430c8") if namespace in known else UUID(namespace)
    return str(uuid5(space, name))


def _never(name: str, why: str) -> None:
    function(name, "u*", deep=False)(lambda *_: Unknown(f"{name}() {why}"))


_never("uuid", "differs in every run")
_never("bcrypt", "differs in every run")
_never("timestamp", "is the time of the run")
_never("plantimestamp", "is the time of the run")
_never("rsadecrypt", "is not followed: phiward reads no private keys")
