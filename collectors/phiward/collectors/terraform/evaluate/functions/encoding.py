"""Encodings, hashes and identifiers: https://developer.hashicorp.com/terraform/language/functions (Encoding, Hash)."""

import base64
import csv
import gzip
import hashlib
import io
import json
import zlib
from typing import Any
from urllib.parse import quote_plus, unquote_plus
from uuid import UUID, uuid5

from phiward.collectors.terraform.evaluate.functions.registry import function
from phiward.collectors.terraform.evaluate.values import (
    TEXT_SIZE,
    Exhausted,
    Failure,
    PartlyKnownJson,
    both,
    decode_json,
    number_text,
    plain,
    unknowns,
)
from phiward.inventory.unknown import Unknown

_SCALARS = 200_000


def json_text(value: Any) -> Any:
    """Write JSON the way Terraform does: no spaces, keys sorted, HTML signs escaped; partly known if the value is."""
    found = list(unknowns(value))
    if found:
        joined = both(*found)
        return PartlyKnownJson(joined.reason, joined.refs, plain(value))
    text = json.dumps(_numbers(value), separators=(",", ":"), sort_keys=True, ensure_ascii=False)
    for sign, escape in (("<", "\\u003c"), (">", "\\u003e"), ("&", "\\u0026"), ("\u2028", "\\u2028")):
        text = text.replace(sign, escape)
    if len(text) > TEXT_SIZE:
        raise Exhausted("jsonencode() makes a text that is too long")
    return text.replace("\u2029", "\\u2029")


class _Number(float):
    """A number that writes itself without an exponent."""

    def __repr__(self) -> str:
        return number_text(float(self))


def _numbers(value: Any) -> Any:
    if type(value) is float:
        return _Number(value)
    if isinstance(value, list):
        return [_numbers(item) for item in value]
    if isinstance(value, dict):
        return {key: _numbers(item) for key, item in value.items()}
    return value


@function("jsonencode", "u", deep=False)
def _jsonencode(value: Any) -> Any:
    return json_text(value)


@function("jsondecode", "u", deep=False)
def _jsondecode(value: Any) -> Any:
    if not isinstance(value, str | Unknown):
        raise Failure("jsondecode(): a string is required")
    return decode_json(value)


@function("yamlencode", "u", deep=False)
def _yamlencode(value: Any) -> Any:
    found = list(unknowns(value))
    if found:
        joined = both(*found)
        return PartlyKnownJson(joined.reason, joined.refs, plain(value))
    return _yaml(value, 0)


def _yaml(value: Any, level: int) -> str:
    if isinstance(value, dict) and value:
        return "".join(f"{'  ' * level}{json.dumps(key)}:{_yaml_item(value[key], level)}" for key in sorted(value))
    if isinstance(value, list) and value:
        return "".join(_yaml_element(item, level) for item in value)
    return _yaml_scalar(value) + "\n"


def _yaml_item(value: Any, level: int) -> str:
    if isinstance(value, dict) and value:
        return "\n" + _yaml(value, level + 1)
    if isinstance(value, list) and value:
        return "\n" + _yaml(value, level)
    if isinstance(value, str) and value.endswith("\n") and not value.endswith("\n\n") and value.strip():
        pad = "  " * (level + 1)
        return " |\n" + "".join(f"{pad}{line}\n" if line else "\n" for line in value[:-1].split("\n"))
    return f" {_yaml_scalar(value)}\n"


def _yaml_element(value: Any, level: int) -> str:
    if isinstance(value, dict | list) and value:
        return f"{'  ' * level}- {_yaml(value, level + 1).lstrip(' ')}"
    return f"{'  ' * level}-{_yaml_item(value, level)}"


def _yaml_scalar(value: Any) -> str:
    return number_text(value) if isinstance(value, float) else json.dumps(value, ensure_ascii=False)


@function("yamldecode", "s")
def _yamldecode(text: str) -> Any:
    import yaml

    if "&" in text and "*" in text and len(text) > 100_000:
        raise Exhausted("yamldecode(): too large a document with anchors")
    try:
        value = yaml.load(text, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))  # noqa: S506 - a safe loader
    except (yaml.YAMLError, RecursionError) as error:
        raise Failure(f"yamldecode(): {str(error).splitlines()[0]}") from None
    return _from_yaml(value, [_SCALARS])


def _from_yaml(value: Any, left: list[int]) -> Any:
    left[0] -= 1
    if left[0] < 0:
        raise Exhausted("yamldecode(): the document unfolds to too many values")
    if isinstance(value, dict):
        return {_key(key): _from_yaml(item, left) for key, item in value.items()}
    if isinstance(value, list):
        return [_from_yaml(item, left) for item in value]
    if isinstance(value, float) and value.is_integer():
        return int(value)
    if value is None or isinstance(value, str | int | float):
        return value
    return str(value)


def _key(key: Any) -> str:
    return key if isinstance(key, str) else json.dumps(key, default=str)


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
    return _decoded(base64.b64decode(text, validate=True))


@function("textencodebase64", "s s")
def _textencodebase64(text: str, encoding: str) -> str:
    return base64.b64encode(text.encode(_codec(encoding))).decode()


@function("textdecodebase64", "s s")
def _textdecodebase64(text: str, encoding: str) -> str:
    return base64.b64decode(text).decode(_codec(encoding))


def _codec(name: str) -> str:
    known = {
        "utf-8": "utf-8",
        "utf-16le": "utf-16-le",
        "utf-16be": "utf-16-be",
        "iso-8859-1": "latin-1",
        "us-ascii": "ascii",
    }
    if name.lower() not in known:
        raise Failure(f"the encoding {name!r} is not known here")
    return known[name.lower()]


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
    return unquote_plus(text, errors="strict")


@function("csvdecode", "s")
def _csvdecode(text: str) -> list[Any]:
    return [dict(row) for row in csv.DictReader(io.StringIO(text), strict=True)]


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
