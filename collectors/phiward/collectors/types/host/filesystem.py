"""A mounted file system that holds data. Read by the host probe, section `disks`."""

from collections.abc import Iterator

from msgspec import Struct

from phiward.collectors.host import identity, storage
from phiward.collectors.host.frames import Answer
from phiward.inventory.aspects import EncryptionAtRest
from phiward.inventory.catalog import Relation, ResourceType
from phiward.inventory.model import CollectionGap, Maybe, Resource, Unknown


class FilesystemConfig(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What only a mounted file system has."""

    mount_point: Maybe[str]
    kind: Maybe[str]
    """`ext4`, `xfs`, `zfs`, `nfs4`, `overlay`."""
    encrypted_by_host: Maybe[bool]
    """This host itself encrypts it (dm-crypt, LUKS, ZFS). In a virtual machine the layer beneath may do so as well,
    out of sight: then `encryption_at_rest.enabled` is unknown and this is false."""
    read_only: Maybe[bool]
    nodev: Maybe[bool]
    """Device files on it are no devices."""
    nosuid: Maybe[bool]
    """Programs on it cannot take another's rights."""
    noexec: Maybe[bool]
    """Programs on it cannot be run."""
    remote: Maybe[bool]
    """Another host stores it."""


TYPE = ResourceType(
    name="host.filesystem",
    title="Mounted file system",
    aspects=(EncryptionAtRest,),
    config=FilesystemConfig,
    relations={"host": Relation("the host it is mounted on", ("host.linux",))},
    stores_data=True,
)


def normalize(answer: Answer, now: str | None) -> Iterator[Resource | CollectionGap]:
    """Yield the file systems that hold data; not the kernel's own, those in memory, images, and `/boot`."""
    places = storage.places(answer, storage.disks(answer), storage.mounts(answer))
    if isinstance(places, Unknown):
        yield CollectionGap(
            source="host",
            where=identity.host_name(answer),
            reason=places.reason,
            types=(TYPE.name,),
            call="probe:disks",
        )
        return
    for place in places:
        mount = place.mount
        enabled = place.enabled
        yield identity.resource(
            answer,
            TYPE.name,
            now,
            part=f"filesystem:{mount.target}",
            encryption_at_rest=EncryptionAtRest(
                enabled=enabled,
                algorithm=enabled if isinstance(enabled, Unknown) else place.algorithm,
                key_owner=enabled if isinstance(enabled, Unknown) else "customer" if enabled else None,
            ),
            config=FilesystemConfig(
                mount_point=mount.target,
                kind=mount.kind,
                encrypted_by_host=place.here,
                read_only="ro" in mount.options,
                nodev="nodev" in mount.options,
                nosuid="nosuid" in mount.options,
                noexec="noexec" in mount.options,
                remote=mount.kind in storage.NETWORK,
            ),
            relations={"host": (f"host:{identity.host_name(answer)}",)},
        )
