"""Security configurations of EMR: one JSON text that says what a cluster encrypts and how its users sign in.

Its shape is in the EMR Management Guide, *Create a security configuration with the AWS CLI*.
"""

import json
from typing import Any

from msgspec import Struct

from phiward.collectors.types.aws.kms_keys import KeyOwner
from phiward.inventory.model import Maybe, Unknown


class Security(Struct, frozen=True, kw_only=True):
    """What a cluster's security configuration says."""

    at_rest: Maybe[bool]
    """Disks of the cluster are encrypted: what it keeps in HDFS, spills and caches. What lies in S3 is the bucket's."""
    key: Maybe[str | None]
    key_owner: Maybe[KeyOwner | None]
    """`customer` where a key provider of the customer's own gives the key; None where the key has still to be asked."""
    in_transit: Maybe[bool]
    kerberos: Maybe[bool]


NONE = Security(at_rest=False, key=None, key_owner=None, in_transit=False, kerberos=False)
"""A cluster without a security configuration."""


def unseen(why: Unknown) -> Security:
    """Return a configuration that may not be seen."""
    return Security(at_rest=why, key=why, key_owner=why, in_transit=why, kerberos=why)


def read(text: Any) -> Security:
    """Return what a configuration says: JSON text, or data of which leaves may be unknown."""
    if isinstance(text, str):
        try:
            text = json.loads(text)
        except (ValueError, RecursionError):
            return unseen(Unknown("the security configuration is not JSON"))
    if isinstance(text, Unknown):
        return unseen(text)
    encryption = _within(text, "EncryptionConfiguration")
    disk = _within(_within(encryption, "AtRestEncryptionConfiguration"), "LocalDiskEncryptionConfiguration")
    on = _flag(encryption, "EnableAtRestEncryption")
    at_rest = on if isinstance(on, Unknown) or not on else disk if isinstance(disk, Unknown) else bool(disk)
    kerberos = _within(_within(text, "AuthenticationConfiguration"), "KerberosConfiguration")
    own = not isinstance(disk, Unknown) and disk.get("EncryptionKeyProviderType") == "Custom"
    return Security(
        at_rest=at_rest,
        key=disk if isinstance(disk, Unknown) else None if own else disk.get("AwsKmsKey"),
        key_owner="customer" if own else None,
        in_transit=_flag(encryption, "EnableInTransitEncryption"),
        kerberos=kerberos if isinstance(kerberos, Unknown) else bool(kerberos),
    )


def _within(data: Any, name: str) -> Maybe[dict[str, Any]]:
    if isinstance(data, Unknown):
        return data
    found = data.get(name) if isinstance(data, dict) else None
    return found if isinstance(found, dict | Unknown) else {}


def _flag(data: Maybe[dict[str, Any]], name: str) -> Maybe[bool]:
    found = data if isinstance(data, Unknown) else data.get(name, False)
    return found if isinstance(found, Unknown) else found is True or str(found).lower() == "true"
