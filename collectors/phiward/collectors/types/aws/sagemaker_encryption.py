"""Under whose key SageMaker encrypts the volumes of its machines.

It encrypts them always: under a key that it makes for the volume and throws away, unless the customer names one
(*Notebook instances, SageMaker AI jobs, and Endpoints*, developer guide). So a machine without a named key is not
unencrypted, as some tools say; what is missing is the organisation's own hold on the key.
"""

from phiward.collectors.types.aws.kms_keys import KeyOwner
from phiward.inventory.aspects import EncryptionAtRest
from phiward.inventory.model import Maybe, Unknown


def volume_encryption(owner: Maybe[KeyOwner | None], key: Maybe[str | None]) -> EncryptionAtRest:
    """Return the encryption under the key that is named; the service's own where none is."""
    if key is None and not isinstance(owner, Unknown):
        return EncryptionAtRest(enabled=True, algorithm="AES256", key_owner="provider")
    return EncryptionAtRest(enabled=True, algorithm="aws:kms", key_owner=owner, key=key)


def unseen(why: Unknown) -> EncryptionAtRest:
    """Return the encryption of a machine that may not be described: it is there, but not under whose key."""
    return EncryptionAtRest(enabled=True, algorithm=why, key_owner=why, key=why)
