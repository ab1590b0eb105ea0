"""What kind of second factor a user has. Calls `iam:ListMFADevices`.

A device's serial number tells: `arn:aws:iam::ACCOUNT:mfa/NAME` is a program that shows codes, `...:u2f/user/NAME/KEY` a
FIDO security key or passkey, and what is no ARN the number printed on a token that shows codes (*ListMFADevices*, IAM
API Reference).
"""

from typing import Literal, TypeAlias

from phiward.collectors.aws.port import Aws
from phiward.collectors.types.aws.answers import listed
from phiward.inventory.model import Maybe, Unknown

DeviceKind: TypeAlias = Literal["fido", "hardware", "virtual"]


def kinds_of(aws: Aws, user: str) -> Maybe[tuple[DeviceKind, ...]]:
    """Return the kinds of a user's devices, each once and sorted."""
    devices = listed(aws, "iam", "list_mfa_devices", "MFADevices", fills=("config.mfa_kinds",), UserName=user)
    if isinstance(devices, Unknown):
        return devices
    found: list[DeviceKind] = []
    for device in devices:
        kind = kind_of(device["SerialNumber"])
        if isinstance(kind, Unknown):
            return kind
        found.append(kind)
    return tuple(sorted(set(found)))


def kind_of(serial: str) -> Maybe[DeviceKind]:
    """Return the kind of device that a serial number is of."""
    if not serial.startswith("arn:"):
        return "hardware"
    kind = serial.split(":", 5)[-1].partition("/")[0]
    if kind == "u2f":
        return "fido"
    return "virtual" if kind == "mfa" else Unknown(f"what a device with the serial number {serial} is, is not known")
