"""Storage classes: how the volumes that pods ask for are made."""

from collections.abc import Iterable

from msgspec import Struct

from phiward.collectors.kubernetes.form import Form, Source, known
from phiward.collectors.kubernetes.objects import Manifest, mapping, text
from phiward.inventory.aspects import EncryptionAtRest
from phiward.inventory.catalog import ResourceType
from phiward.inventory.model import Maybe, Resource, Unknown

_AWS_EBS = frozenset({"ebs.csi.aws.com", "kubernetes.io/aws-ebs", "ebs.csi.eks.amazonaws.com"})
_ALWAYS = {
    "pd.csi.storage.gke.io": "disk-encryption-kms-key",
    "kubernetes.io/gce-pd": "disk-encryption-kms-key",
    "filestore.csi.storage.gke.io": "instance-encryption-kms-key",
    "disk.csi.azure.com": "diskEncryptionSetID",
    "kubernetes.io/azure-disk": "diskEncryptionSetID",
}
"""Drivers of clouds that encrypt every disk, with the parameter that names a key of the customer's own."""


class ClassConfig(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What only storage classes have."""

    provisioner: Maybe[str]
    """The driver that makes the volumes: `ebs.csi.aws.com`."""


TYPE = ResourceType(
    name="kubernetes.storage_class",
    title="Kubernetes storage class",
    aspects=(EncryptionAtRest,),
    config=ClassConfig,
    stores_data=True,
)


def build(source: Source) -> Iterable[Resource]:
    """Read one class."""
    source.said("encryption_at_rest", "parameters")
    provisioner = known(text(source.manifest.body, "provisioner"), Unknown("provisioner is left out"))
    if isinstance(source.manifest.at("parameters", "encrypted"), str):
        source.said("encryption_at_rest.enabled", "parameters", "encrypted")
    yield source.resource(
        TYPE, encryption_at_rest=encryption(source.manifest), config=ClassConfig(provisioner=provisioner)
    )


def encryption(manifest: Manifest) -> EncryptionAtRest:
    """Return whether the volumes of a class are encrypted."""
    parameters = mapping(manifest.body, "parameters")
    provisioner = text(manifest.body, "provisioner")
    if provisioner in _AWS_EBS:
        stated = text(parameters, "encrypted")
        if isinstance(stated, Unknown):
            return EncryptionAtRest(enabled=stated, key_owner=stated)
        enabled = (stated or "false").lower() == "true"
        key = text(parameters, "kmsKeyId")
        return EncryptionAtRest(
            enabled=enabled,
            algorithm="aws:kms" if enabled else None,
            key_owner=("customer" if key else "managed") if enabled else None,
            key=key if enabled else None,
        )
    if isinstance(provisioner, str) and provisioner in _ALWAYS:
        key = text(parameters, _ALWAYS[provisioner])
        return EncryptionAtRest(enabled=True, key_owner="customer" if key else "provider", key=key)
    why = Unknown(
        f"whether the volumes of {provisioner or 'its driver'} are encrypted is set in the driver or its store"
    )
    return EncryptionAtRest(enabled=why, algorithm=why, key_owner=why)


def unknown(why: str) -> EncryptionAtRest:
    """Return the encryption of a volume whose class cannot be seen."""
    reason = Unknown(why)
    return EncryptionAtRest(enabled=reason, algorithm=reason, key_owner=reason)


KUBERNETES = (Form(kinds={"StorageClass": ("storage.k8s.io",)}, build=build),)
