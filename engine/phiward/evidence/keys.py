"""Signing keys: make, load, use. Ed25519 by default; ECDSA P-256 where a key service or FIPS asks for it.

Private keys are PKCS#8 PEM files that only their owner can read, public keys are SPKI PEM files, so that openssl can
do everything that phiward does. A key's id is the SHA-256 of its SPKI DER form.
"""

import hashlib
import os
import secrets
import stat
from collections.abc import Callable
from enum import StrEnum
from pathlib import Path
from typing import Any

from msgspec import Struct

from phiward.errors import EvidenceError

LARGEST = 64 * 1024
"""No key file is larger."""


class KeyKind(StrEnum):
    """The kinds of signing key that phiward makes and verifies."""

    ED25519 = "ed25519"
    P256 = "p256"


class PublicKey(Struct, frozen=True):
    """A key that verifies."""

    id: str
    """SHA-256 of the SPKI DER form, 64 hexadecimal digits."""
    kind: KeyKind
    pem: str
    """The SPKI PEM form, as openssl reads it."""
    verifies: Callable[[bytes, bytes], bool]
    """Signature and message to whether they belong together."""


class Signer(Struct, frozen=True):
    """A key that signs: a file here, a key service elsewhere."""

    public: PublicKey
    sign: Callable[[bytes], bytes]
    source: str = "file"
    """Where the private part lives: `file`, `kms`."""


class KeyFiles(Struct, frozen=True):
    """Where a new pair of keys was written."""

    private: Path
    public: Path
    id: str


def keygen(path: Path, kind: KeyKind = KeyKind.ED25519, passphrase: bytes | None = None) -> KeyFiles:
    """Make a key: the private part at `path` (readable by its owner only), the public part beside it as `.pub`.

    Nothing is ever overwritten: losing a key that signed evidence is worse than having to choose another name.
    """
    from cryptography.hazmat.primitives import serialization as form

    public_path = path.with_name(path.name.removesuffix(".key").removesuffix(".pem") + ".pub")
    private = _new(kind)
    encryption = form.BestAvailableEncryption(passphrase) if passphrase else form.NoEncryption()
    pem = private.private_bytes(form.Encoding.PEM, form.PrivateFormat.PKCS8, encryption)
    public = public_key(private.public_key())
    for taken in (path, public_path):
        if taken.exists() or taken.is_symlink():
            raise EvidenceError(f"{taken}: exists already; a key is never overwritten, choose another name")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        _write_new(path, pem, 0o600)
        try:
            _write_new(public_path, public.pem.encode(), 0o644)
        except OSError:
            path.unlink()  # half a pair is none
            raise
    except OSError as error:
        raise EvidenceError(f"{path}: the key cannot be written: {error.strerror}") from error
    return KeyFiles(path, public_path, public.id)


def load_signer(path: Path, passphrase: bytes | None = None) -> Signer:
    """Load a private key from its PEM file. A file that others can read is refused, as ssh does."""
    from cryptography.exceptions import UnsupportedAlgorithm
    from cryptography.hazmat.primitives import serialization as form

    raw = _read(path)
    if raw.lstrip().startswith(b"-----BEGIN PUBLIC KEY-----"):
        raise EvidenceError(f"{path}: this is the public key, which verifies; signing takes the private one")
    if os.name == "posix" and stat.S_IMODE(path.stat().st_mode) & 0o077:
        raise EvidenceError(f"{path}: others can read this private key; run chmod 600 on it, or make a new one")
    try:
        private = form.load_pem_private_key(raw, passphrase)
    except TypeError as error:  # says: a passphrase was given and not needed, or the other way round
        need = "takes no passphrase" if passphrase else "is protected: give its passphrase"
        raise EvidenceError(f"{path}: this private key {need}") from error
    except (ValueError, UnsupportedAlgorithm) as error:
        raise EvidenceError(f"{path}: not a private key in PEM form, or the passphrase is wrong") from error
    public = public_key(private.public_key(), str(path))
    return Signer(public, _signing(private, public.kind))


def protected(path: Path) -> bool:
    """Say whether a private key takes a passphrase. Its form says so (RFC 7468, section 11); a key is not opened."""
    return b"-----BEGIN ENCRYPTED PRIVATE KEY-----" in _read(path)


def load_public(path: Path) -> PublicKey:
    """Load a public key from its PEM file."""
    return public_from_pem(_read(path), str(path))


def public_from_pem(pem: bytes, what: str) -> PublicKey:
    """Read a public key from its PEM form. `what` names where it stood, for the error."""
    from cryptography.exceptions import UnsupportedAlgorithm
    from cryptography.hazmat.primitives import serialization as form

    try:
        return public_key(form.load_pem_public_key(pem), what)
    except (ValueError, UnsupportedAlgorithm) as error:
        raise EvidenceError(f"{what}: not a public key in PEM form") from error


def public_key(key: Any, what: str = "the key") -> PublicKey:
    """Describe a `cryptography` public key. Other kinds than Ed25519 and P-256 are refused."""
    from cryptography.hazmat.primitives import serialization as form
    from cryptography.hazmat.primitives.asymmetric import ec, ed25519

    if isinstance(key, ed25519.Ed25519PublicKey):
        kind = KeyKind.ED25519
    elif isinstance(key, ec.EllipticCurvePublicKey) and key.curve.name == "secp256r1":
        kind = KeyKind.P256
    else:
        raise EvidenceError(f"{what}: only Ed25519 and ECDSA P-256 keys are supported")
    der = key.public_bytes(form.Encoding.DER, form.PublicFormat.SubjectPublicKeyInfo)
    pem = key.public_bytes(form.Encoding.PEM, form.PublicFormat.SubjectPublicKeyInfo).decode()
    return PublicKey(hashlib.sha256(der).hexdigest(), kind, pem, _verifying(key))


def _new(kind: KeyKind) -> Any:
    from cryptography.hazmat.primitives.asymmetric import ec, ed25519

    if kind is KeyKind.ED25519:
        return ed25519.Ed25519PrivateKey.generate()
    return ec.generate_private_key(ec.SECP256R1())


def _signing(private: Any, kind: KeyKind) -> Callable[[bytes], bytes]:
    from cryptography.exceptions import UnsupportedAlgorithm
    from cryptography.hazmat.primitives import hashes
    from cryptography.hazmat.primitives.asymmetric import ec

    if kind is KeyKind.ED25519:
        return lambda message: bytes(private.sign(message))
    try:
        scheme = ec.ECDSA(hashes.SHA256(), deterministic_signing=True)  # RFC 6979: the same bytes each time
    except UnsupportedAlgorithm:  # an OpenSSL older than 3.2: valid signatures that differ from run to run
        scheme = ec.ECDSA(hashes.SHA256())
    return lambda message: bytes(private.sign(message, scheme))


def _verifying(key: Any) -> Callable[[bytes, bytes], bool]:
    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives import hashes
    from cryptography.hazmat.primitives.asymmetric import ec

    scheme = (ec.ECDSA(hashes.SHA256()),) if isinstance(key, ec.EllipticCurvePublicKey) else ()

    def verifies(signature: bytes, message: bytes) -> bool:
        try:
            key.verify(signature, message, *scheme)
        except InvalidSignature:
            return False
        return True

    return verifies


def _read(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            raw = file.read(LARGEST + 1)
    except OSError as error:
        raise EvidenceError(f"{path}: the key cannot be read: {error.strerror}") from error
    if len(raw) > LARGEST:
        raise EvidenceError(f"{path}: too large for a key")
    return raw


def _write_new(path: Path, content: bytes, mode: int) -> None:
    """Write a file that does not exist yet, whole or not at all, never wider readable than `mode`."""
    beside = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    handle = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        os.link(beside, path)  # unlike a rename, a link fails where the name is taken
    finally:
        beside.unlink()
