"""Whose signatures count: the trust file, and the key that this machine made for itself.

Trust lives outside the bundles. A bundle carries its signer's public key for convenience, and that key proves only
that nothing changed since somebody signed.
"""

import os
from collections.abc import Mapping, Sequence
from enum import StrEnum
from pathlib import Path
from typing import Any

import msgspec
from msgspec import Struct

from phiward.errors import EvidenceError
from phiward.evidence import canonical
from phiward.evidence.keys import PublicKey, Signer, keygen, load_public, load_signer, public_from_pem

SCHEMA = "phiward/trust/v1"
LARGEST = 4 * 1024 * 1024
"""No trust file is larger."""


class Role(StrEnum):
    """What a key may sign."""

    COLLECTOR = "collector"
    REVIEWER = "reviewer"
    APPROVER = "approver"


class TrustedKey(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One entry of a trust file."""

    name: str
    """What people call it: `collector in production`."""
    public: str
    """The public key, PEM."""
    roles: tuple[Role, ...] = (Role.COLLECTOR,)
    valid_from: str | None = None
    """`YYYY-MM-DDTHH:MM:SSZ`, inclusive."""
    valid_to: str | None = None
    """`YYYY-MM-DDTHH:MM:SSZ`, inclusive."""
    revoked_at: str | None = None
    """When it was revoked. Without a trusted time stamp, nothing that it signed can be told from a later forgery."""
    reason: str | None = None
    """Why it was revoked."""

    def key(self) -> PublicKey:
        """Return the key itself."""
        return public_from_pem(self.public.encode(), f"the trusted key {self.name!r}")

    def objection(self, role: Role, at: str) -> str | None:
        """Say why this key does not count for a signature in this role made at this time; None: it counts."""
        if role not in self.roles:
            return f"the key {self.name!r} is not trusted in the role {role.value}"
        if self.revoked_at is not None:
            return f"the key {self.name!r} was revoked at {self.revoked_at}" + (
                f": {self.reason}" if self.reason else ""
            )
        if self.valid_from is not None and at < self.valid_from:
            return f"the key {self.name!r} is valid from {self.valid_from}, the signature says {at}"
        if self.valid_to is not None and at > self.valid_to:
            return f"the key {self.name!r} was valid until {self.valid_to}, the signature says {at}"
        return None


class LocalKey(Struct, frozen=True):
    """The key that this user's phiward signs with when no other is named."""

    signer: Signer
    path: Path
    created: bool
    """It was made just now: say so."""


def config_folder(environ: Mapping[str, str]) -> Path:
    """Return the folder of this user's settings: `$XDG_CONFIG_HOME/phiward`, or `~/.config/phiward`."""
    base = environ.get("XDG_CONFIG_HOME", "")
    return (Path(base) if os.path.isabs(base) else Path.home() / ".config") / "phiward"  # noqa: PTH117 - XDG's rule


def local_key(folder: Path) -> LocalKey:
    """Load this user's own signing key, making it at the first use."""
    path = folder / "signing.key"
    created = False
    try:
        if not path.exists():
            folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            created = _made(path)
    except OSError as error:
        raise EvidenceError(
            f"{folder}: this user's signing key cannot be kept here: {error.strerror}; make one elsewhere with "
            "`phiward keygen FILE` and name it with --key"
        ) from error
    return LocalKey(load_signer(path), path, created)


def _made(path: Path) -> bool:
    """Make the key, and say whether it was this call that did."""
    try:
        keygen(path)
    except EvidenceError:
        if not path.exists():
            raise
        return False  # another phiward made it a moment ago: theirs is as good
    return True


def local_trust(folder: Path) -> tuple[TrustedKey, ...]:
    """Return whom this user trusts: the own signing key, where there is one, and the folder's `trust.json`."""
    own = folder / "signing.pub"
    keys = trust_key(own, "this user's own key") if own.exists() else ()
    listed = folder / "trust.json"
    return keys + (load_trust(listed) if listed.exists() else ())


def trust_key(path: Path, name: str | None = None) -> tuple[TrustedKey, ...]:
    """Trust one public key from a PEM file, as a collector, at any time."""
    return (TrustedKey(name=name or path.name, public=load_public(path).pem),)


def load_trust(path: Path) -> tuple[TrustedKey, ...]:
    """Load a trust file: `{"schema": "phiward/trust/v1", "keys": [...]}`."""
    try:
        with path.open("rb") as file:
            raw = file.read(LARGEST + 1)
    except OSError as error:
        raise EvidenceError(f"{path}: the trust file cannot be read: {error.strerror}") from error
    if len(raw) > LARGEST:
        raise EvidenceError(f"{path}: too large for a trust file")
    document = canonical.parse(raw, str(path))
    if not isinstance(document, dict) or document.get("schema") != SCHEMA:
        raise EvidenceError(f'{path}: not a trust file: "schema" is not "{SCHEMA}"')
    try:
        file_ = msgspec.convert(document, _TrustFile)
    except msgspec.ValidationError as error:
        raise EvidenceError(f"{path}: {error}") from error
    for key in file_.keys:
        try:
            key.key()  # a broken PEM is told now, by name
        except EvidenceError as error:
            raise EvidenceError(f"{path}: {error}") from error
        for moment in (key.valid_from, key.valid_to, key.revoked_at):
            _check_moment(moment, f"{path}: the key {key.name!r}")
    return file_.keys


def trust_document(keys: Sequence[TrustedKey]) -> bytes:
    """Write a trust file's content."""
    document: dict[str, Any] = {"schema": SCHEMA, "keys": msgspec.to_builtins(list(keys))}
    return canonical.encode(document) + b"\n"


class _TrustFile(Struct, frozen=True, forbid_unknown_fields=True):
    schema: str
    keys: tuple[TrustedKey, ...]


def _check_moment(moment: str | None, what: str) -> None:
    from datetime import datetime

    try:
        if moment is not None:
            datetime.strptime(moment, "%Y-%m-%dT%H:%M:%SZ")  # noqa: DTZ007 - only the form is checked; it ends in Z
    except ValueError as error:
        raise EvidenceError(f"{what}: {moment!r} is not a time like 2026-11-23T00:00:00Z") from error
