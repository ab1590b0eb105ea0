"""DSSE envelopes: a signed payload together with its type (secure-systems-lab/dsse, protocol v1)."""

import base64
import binascii
from collections.abc import Sequence
from typing import Any

from msgspec import Struct

from phiward.errors import EvidenceError
from phiward.evidence import canonical
from phiward.evidence.keys import PublicKey, Signer

STATEMENT_TYPE = "application/vnd.in-toto+json"
"""The payload type of an in-toto statement."""
LARGEST = 16 * 1024 * 1024
"""No statement is larger; a larger envelope is refused unread."""


class Opened(Struct, frozen=True):
    """An envelope's payload, and which of the tried keys signed it (None: none of them)."""

    payload: bytes
    key: PublicKey | None


def pae(payload_type: str, payload: bytes) -> bytes:
    """Return the bytes that are signed: DSSE's pre-authentication encoding of type and payload."""
    kind = payload_type.encode()
    return b"DSSEv1 %d %b %d %b" % (len(kind), kind, len(payload), payload)


def sign(payload: bytes, signer: Signer, payload_type: str = STATEMENT_TYPE) -> bytes:
    """Sign a payload and return the envelope, canonical JSON with a newline."""
    signature = signer.sign(pae(payload_type, payload))
    envelope = {
        "payload": base64.b64encode(payload).decode(),
        "payloadType": payload_type,
        "signatures": [{"keyid": signer.public.id, "sig": base64.b64encode(signature).decode()}],
    }
    return canonical.encode(envelope) + b"\n"


def open_envelope(raw: bytes, keys: Sequence[PublicKey], payload_type: str = STATEMENT_TYPE) -> Opened:
    """Read an envelope strictly and find the key that signed it.

    Every key is tried on every signature: the `keyid` in an envelope is not signed, so it decides nothing.
    """
    if len(raw) > LARGEST:
        raise EvidenceError(f"the envelope is larger than {LARGEST} bytes")
    envelope = canonical.parse(raw, "the envelope")
    if not isinstance(envelope, dict) or set(envelope) != {"payload", "payloadType", "signatures"}:
        raise EvidenceError("the envelope does not have exactly payload, payloadType and signatures")
    if envelope["payloadType"] != payload_type:
        raise EvidenceError(f"the envelope's payloadType is not {payload_type}")
    payload = _decoded(envelope["payload"], "payload")
    signatures = _signatures(envelope["signatures"])
    message = pae(payload_type, payload)
    signed_by = next((key for signature in signatures for key in keys if key.verifies(signature, message)), None)
    return Opened(payload, signed_by)


def _signatures(value: Any) -> list[bytes]:
    if not isinstance(value, list) or not 1 <= len(value) <= 16:
        raise EvidenceError("the envelope must have between 1 and 16 signatures")
    if not all(isinstance(item, dict) and "sig" in item and set(item) <= {"sig", "keyid"} for item in value):
        raise EvidenceError("a signature of the envelope does not have exactly sig and keyid")
    return [_decoded(item["sig"], "sig") for item in value]


def _decoded(text: Any, what: str) -> bytes:
    if not isinstance(text, str):
        raise EvidenceError(f"the envelope's {what} is not a text")
    try:
        raw = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError) as error:
        raise EvidenceError(f"the envelope's {what} is not base64") from error
    if base64.b64encode(raw).decode() != text:  # other texts decode to the same bytes: only one is allowed
        raise EvidenceError(f"the envelope's {what} is not strict base64")
    return raw
