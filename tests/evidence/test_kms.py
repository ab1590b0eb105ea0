"""Signing by AWS KMS, over recorded answers: what is asked, and what is refused."""

from typing import Any

import pytest
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.hazmat.primitives.asymmetric.utils import Prehashed

from phiward.errors import EvidenceError
from phiward.evidence.kms import kms_signer


def der(key: Any) -> bytes:
    """Return the public half of a key as KMS gives it."""
    form = serialization.PublicFormat.SubjectPublicKeyInfo
    return bytes(key.public_key().public_bytes(serialization.Encoding.DER, form))


RSA = der(rsa.generate_private_key(65537, 2048))
ED25519 = der(ed25519.Ed25519PrivateKey.generate())
ARN = "arn:aws:kms:us-east-1:111122223333:key/1234"


class Kms:
    """What KMS does with an asymmetric key."""

    def __init__(self, **changed: Any) -> None:
        self.key = ec.generate_private_key(ec.SECP256R1())
        self.asked: list[dict[str, Any]] = []
        self.changed = changed

    def get_public_key(self, **asked: Any) -> dict[str, Any]:
        """Return the public half."""
        assert asked == {"KeyId": "alias/evidence"}
        return {"KeyId": ARN, "KeyUsage": "SIGN_VERIFY", "PublicKey": der(self.key), **self.changed}

    def close(self) -> None:
        """Close the connection."""

    def sign(self, **asked: Any) -> dict[str, Any]:
        """Sign."""
        self.asked.append(asked)
        raw = asked["MessageType"] == "RAW"
        scheme = ec.ECDSA(hashes.SHA256() if raw else Prehashed(hashes.SHA256()))
        return {"Signature": self.key.sign(asked["Message"], scheme)}


@pytest.mark.parametrize(("size", "kind"), [(4096, "RAW"), (4097, "DIGEST")])
def test_what_kms_signs_verifies(size: int, kind: str) -> None:
    """A long message is hashed here: KMS takes 4,096 bytes."""
    kms = Kms()
    signer = kms_signer("alias/evidence", kms)
    message = b"x" * size

    signature = signer.sign(message)

    assert signer.source == "kms"
    assert signer.public.verifies(signature, message)
    assert not signer.public.verifies(signature, message + b"y")
    assert [(asked["KeyId"], asked["MessageType"]) for asked in kms.asked] == [(ARN, kind)]


@pytest.mark.parametrize(
    "changed", [{"KeyUsage": "ENCRYPT_DECRYPT"}, {"PublicKey": b"no key"}, {"PublicKey": RSA}, {"PublicKey": ED25519}]
)
def test_a_key_of_another_kind_is_refused(changed: dict[str, Any]) -> None:
    """Before anything is collected."""
    with pytest.raises(EvidenceError, match="awskms:alias/evidence"):
        kms_signer("alias/evidence", Kms(**changed))


def test_a_signature_that_does_not_verify_is_refused() -> None:
    """Whoever answered in the place of KMS."""
    kms = Kms()
    signer = kms_signer("alias/evidence", kms)
    kms.key = ec.generate_private_key(ec.SECP256R1())

    with pytest.raises(EvidenceError, match="does not verify"):
        signer.sign(b"x")
