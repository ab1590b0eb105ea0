"""Ingresses, config maps, secrets and volumes."""

from typing import Any

import pytest
from fakes_kubernetes import one, resources

from phiward.inventory.model import Unknown

INGRESS = """\
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: {name: i, namespace: ward, annotations: {%s}}
spec: {%s rules: [{host: a.example}]%s}
"""
TLS = ", tls: [{hosts: [a.example], secretName: t}]"


@pytest.mark.parametrize(
    ("annotations", "controller", "tls", "enforced"),
    [
        ("", "ingressClassName: nginx,", "", False),
        ("", "ingressClassName: nginx,", TLS, True),
        ("", "ingressClassName: nginx,", ", tls: [{hosts: [b.example]}]", False),
        ("", "ingressClassName: nginx,", ', tls: [{hosts: ["*.example"]}]', True),
        ('nginx.ingress.kubernetes.io/ssl-redirect: "false"', "", TLS, False),
        ('nginx.ingress.kubernetes.io/force-ssl-redirect: "true"', "ingressClassName: nginx,", "", True),
        ("kubernetes.io/ingress.class: gce", "", TLS, False),
        ('kubernetes.io/ingress.class: gce, kubernetes.io/ingress.allow-http: "false"', "", TLS, True),
        ("alb.ingress.kubernetes.io/certificate-arn: a", "", "", True),
        ("alb.ingress.kubernetes.io/scheme: internal", "", "", False),
        ('alb.ingress.kubernetes.io/listen-ports: \'[{"HTTP": 80}, {"HTTPS": 443}]\'', "", "", False),
        ("alb.ingress.kubernetes.io/listen-ports: '[{\"HTTPS\": 443}]'", "", "", True),
        (
            "alb.ingress.kubernetes.io/listen-ports: x",
            "",
            "",
            Unknown("alb.ingress.kubernetes.io/listen-ports cannot be read"),
        ),
        ('alb.ingress.kubernetes.io/ssl-redirect: "443"', "", "", True),
        ("traefik.ingress.kubernetes.io/router.entrypoints: websecure", "", "", True),
        ("traefik.ingress.kubernetes.io/router.entrypoints: web", "", TLS, False),
        (
            "",
            "ingressClassName: traefik,",
            TLS,
            Unknown("whether Traefik turns plain text away is set by its entry points"),
        ),
        (
            "",
            "",
            TLS,
            Unknown("whether the cluster's default controller turns plain text away is set in the controller"),
        ),
    ],
)
def test_whether_plain_text_is_turned_away(annotations: str, controller: str, tls: str, enforced: Any) -> None:
    """Each controller has its own way; of one that does not say so, it is unknown."""
    found: Any = one(INGRESS % (annotations, controller, tls), "kubernetes.ingress")

    assert found.encryption_in_transit.enforced == enforced


def test_config_maps() -> None:
    """Keys, and settings within a file, that have the name of a secret; never their values."""
    text = """\
    apiVersion: v1
    kind: ConfigMap
    metadata: {name: c, namespace: ward}
    data:
      LOG_LEVEL: info
      DB_PASSWORD: hunter2
      SECRET_NAME: db
      API_TOKEN: "${TOKEN}"
      app.env: |
        HOST=a
        export API_KEY="sesame"
        password: open
    """
    found: Any = one(text, "kubernetes.config_map")

    assert found.config.secret_keys == ("DB_PASSWORD", "app.env: API_KEY", "app.env: password")
    assert found.lines["config.secret_keys"].line == 6
    assert not any(value in str(found) for value in ("hunter2", "sesame", "open"))


@pytest.mark.parametrize(
    ("body", "values", "encrypted"),
    [
        ("data: {a: aHVudGVyMg==, b: aHVudGVyMg==}", 2, False),
        ("stringData: {a: hunter2}", 1, False),
        ('stringData: {a: "${PASSWORD}", b: ""}', 0, False),
        ("type: Opaque", 0, False),
        ('data: {a: "ENC[x]"}\nsops: {version: 3.8.1}', 0, True),
    ],
)
def test_secrets(body: str, values: int, encrypted: bool) -> None:
    """How many values are written out, not which."""
    text = f"apiVersion: v1\nkind: Secret\nmetadata: {{name: s, namespace: ward}}\n{body}\n"
    found: Any = one(text, "kubernetes.secret")

    assert (found.config.kind, found.config.plain_values, found.config.encrypted) == ("Opaque", values, encrypted)
    assert "hunter2" not in str(found)
    assert "aHVudGVyMg" not in str(found)


CLASS = "apiVersion: storage.k8s.io/v1\nkind: StorageClass\nmetadata: {name: %s}\nprovisioner: %s\nparameters: {%s}\n"


@pytest.mark.parametrize(
    ("provisioner", "parameters", "enabled", "owner"),
    [
        ("ebs.csi.aws.com", 'encrypted: "true"', True, "managed"),
        ("ebs.csi.aws.com", 'encrypted: "true", kmsKeyId: k', True, "customer"),
        ("kubernetes.io/aws-ebs", "", False, None),
        ("pd.csi.storage.gke.io", "", True, "provider"),
        ("pd.csi.storage.gke.io", "disk-encryption-kms-key: k", True, "customer"),
        ("disk.csi.azure.com", "diskEncryptionSetID: s", True, "customer"),
    ],
)
def test_storage_classes(provisioner: str, parameters: str, enabled: bool, owner: str | None) -> None:
    """EBS encrypts where it is told to; the disks of the other clouds always are."""
    found: Any = one(CLASS % ("c", provisioner, parameters), "kubernetes.storage_class")

    assert (found.encryption_at_rest.enabled, found.encryption_at_rest.key_owner) == (enabled, owner)


def test_a_driver_that_says_nothing() -> None:
    """Whether its volumes are encrypted cannot be told."""
    found: Any = one(CLASS % ("c", "example.com/nfs", ""), "kubernetes.storage_class")

    assert isinstance(found.encryption_at_rest.enabled, Unknown)


def test_claims_follow_their_class() -> None:
    """A class that is not here is unknown; the templates of a StatefulSet are claims too."""
    text = CLASS % ("fast", "ebs.csi.aws.com", 'encrypted: "true"') + (
        "---\napiVersion: v1\nkind: PersistentVolumeClaim\nmetadata: {name: a, namespace: ward}\nspec: {storageClassName: fast}\n"
        "---\napiVersion: v1\nkind: PersistentVolumeClaim\nmetadata: {name: b, namespace: ward}\nspec: {}\n"
        "---\napiVersion: apps/v1\nkind: StatefulSet\nmetadata: {name: db, namespace: ward}\n"
        "spec: {template: {spec: {containers: []}}, volumeClaimTemplates: [{metadata: {name: data}, spec: {storageClassName: slow}}]}\n"
    )
    found: list[Any] = resources(text, "kubernetes.persistent_volume_claim")

    assert [(each.id, each.encryption_at_rest.enabled) for each in found] == [
        ("PersistentVolumeClaim/ward/a", True),
        (
            "PersistentVolumeClaim/ward/b",
            Unknown("the cluster's default storage class is not declared in what was scanned"),
        ),
        ("StatefulSet/ward/db/data", Unknown("the storage class slow is not declared in what was scanned")),
    ]
    assert found[0].relations == {"storage_class": ("StorageClass/-/fast",)}
