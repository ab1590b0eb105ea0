"""Signing with a key that AWS KMS keeps: the private part never leaves it, and CloudTrail records each use.

Calls `kms:GetPublicKey` and `kms:Sign`. The key is asymmetric, ECC_NIST_P256, for SIGN_VERIFY: the kind that openssl
verifies too. KMS draws its signatures at random, so that two runs over the same input differ in the signature alone.
"""

import hashlib
from typing import Any

from phiward.errors import EvidenceError
from phiward.evidence.keys import KeyKind, Signer, public_key

PREFIX = "awskms:"
_LARGEST_RAW = 4096
"""Bytes of a message that KMS hashes itself; of a longer one it is given the digest (API reference, `Sign`)."""


def kms_signer(name: str, client: Any = None) -> Signer:
    """Return the signer of a KMS key: its id, ARN or alias (`alias/evidence`). Raises `EvidenceError`."""
    what = f"{PREFIX}{name}"
    client = client or _client(name)
    answer = _ask(client, what, "kms:GetPublicKey", lambda: client.get_public_key(KeyId=name))
    if answer.get("KeyUsage") != "SIGN_VERIFY":
        raise EvidenceError(f"{what}: a key for {answer.get('KeyUsage')}; evidence is signed with one for SIGN_VERIFY")
    public = public_key(_loaded(answer["PublicKey"], what), what)
    if public.kind is not KeyKind.P256:
        raise EvidenceError(f"{what}: evidence is signed with an ECC_NIST_P256 key in KMS, this one is {public.kind}")

    def sign(message: bytes) -> bytes:
        raw = len(message) <= _LARGEST_RAW
        asked = {
            "KeyId": answer["KeyId"],  # the key that was looked up, whatever the alias points to meanwhile
            "Message": message if raw else hashlib.sha256(message).digest(),
            "MessageType": "RAW" if raw else "DIGEST",
            "SigningAlgorithm": "ECDSA_SHA_256",
        }
        signature = bytes(_ask(client, what, "kms:Sign", lambda: client.sign(**asked))["Signature"])
        if not public.verifies(signature, message):
            raise EvidenceError(f"{what}: KMS gave a signature that its own public key does not verify")
        return signature

    return Signer(public, sign, source="kms")


def _client(name: str) -> Any:
    try:
        from botocore.session import Session
    except ImportError as error:
        raise EvidenceError(f"{PREFIX}{name}: signing with AWS KMS needs: pip install 'phiward[aws]'") from error
    from botocore.exceptions import BotoCoreError

    region = name.split(":")[3] if name.startswith("arn:") and name.count(":") >= 5 else None
    try:
        return Session().create_client("kms", region_name=region)
    except BotoCoreError as error:
        raise EvidenceError(f"{PREFIX}{name}: AWS KMS cannot be asked: {error}") from error


def _ask(client: Any, what: str, action: str, call: Any) -> Any:
    """Ask, and leave no connection open: minutes lie between the two questions of a run."""
    from botocore.exceptions import BotoCoreError, ClientError

    try:
        return call()
    except ClientError as error:
        told = error.response.get("Error", {})
        raise EvidenceError(f"{what}: {action}: {told.get('Code')}: {told.get('Message')}") from error
    except BotoCoreError as error:
        raise EvidenceError(f"{what}: {action}: {error}") from error
    finally:
        client.close()


def _loaded(der: bytes, what: str) -> Any:
    from cryptography.exceptions import UnsupportedAlgorithm
    from cryptography.hazmat.primitives.serialization import load_der_public_key

    try:
        return load_der_public_key(der)
    except (ValueError, UnsupportedAlgorithm) as error:
        raise EvidenceError(f"{what}: its public key cannot be read") from error
