"""The API server, etcd and kubelets: from static pods, the settings of kubeadm and those of kubelets."""

from typing import Any

import pytest
from fakes_kubernetes import one, resources

from phiward.inventory.model import Lines, Unknown

POD = """\
apiVersion: v1
kind: Pod
metadata: {name: %s, namespace: kube-system}
spec:
  containers:
  - name: main
    image: a
    command:
    - %s
"""


def started(program: str, *flags: str) -> str:
    """Return the pod of a program with its flags."""
    return POD % (program, program) + "".join(f"    - {flag}\n" for flag in flags)


def api_server(*flags: str) -> Any:
    """Read an API server with some flags."""
    return one(started("kube-apiserver", *flags), "kubernetes.api_server")


def test_an_api_server_that_is_told_nothing() -> None:
    """Everybody, without a name, may do everything, and nothing is recorded."""
    found = api_server()

    assert found.authentication.anonymous is True
    assert found.config.authorization_modes == ("AlwaysAllow",)
    assert (found.encryption_at_rest.enabled, found.logging.enabled) == (False, False)
    assert (found.encryption_in_transit.enforced, found.encryption_in_transit.minimum_tls) == (True, "1.2")
    config = found.config
    assert (config.own_certificate, config.verifies_etcd, config.proves_itself_to_etcd) == (False, False, False)


def test_a_hardened_api_server() -> None:
    """Every flag is read, each from its own line."""
    found = api_server(
        "--anonymous-auth=false",
        "--authorization-mode=Node,RBAC",
        "--tls-cert-file=a",
        "--tls-private-key-file=b",
        "--etcd-cafile=a",
        "--etcd-certfile=a",
        "--etcd-keyfile=b",
        "--audit-log-path=/var/log/audit.log",
        "--audit-policy-file=p",
        "--audit-log-maxage=30",
        "--audit-log-maxbackup=10",
        "--audit-log-maxsize=100",
        "--tls-min-version=VersionTLS13",
        "--tls-cipher-suites=TLS_AES_128_GCM_SHA256",
    )

    assert (found.authentication.anonymous, found.config.authorization_modes) == (False, ("Node", "RBAC"))
    assert (found.logging.enabled, found.logging.retention_days, found.logging.kinds) == (True, 30, ("audit",))
    config = found.config
    assert (config.audit_log_days, config.audit_log_files, config.audit_log_megabytes) == (30, 10, 100)
    assert (config.own_certificate, config.verifies_etcd, config.proves_itself_to_etcd) == (True, True, True)
    assert (found.encryption_in_transit.minimum_tls, config.ciphers) == ("1.3", ("TLS_AES_128_GCM_SHA256",))
    assert found.lines["config.authorization_modes"] == Lines("app.yaml", 11, 11)


@pytest.mark.parametrize(
    ("flags", "enabled"),
    [
        (("--audit-log-path=a",), False),  # without a policy nothing is written
        (("--audit-policy-file=a",), False),
        (("--audit-webhook-config-file=a", "--audit-policy-file=b"), True),
        (("--audit-log-path=$(LOG)", "--audit-policy-file=b"), Unknown("$(LOG) is filled in when it starts")),
    ],
)
def test_whether_the_audit_log_is_written(flags: tuple[str, ...], enabled: Any) -> None:
    """It takes a place and a policy."""
    assert api_server(*flags).logging.enabled == enabled


@pytest.mark.parametrize(
    ("flags", "path", "value"),
    [
        (("--insecure-port=8080",), "encryption_in_transit.enforced", False),
        (("--insecure-port=0",), "encryption_in_transit.enforced", True),
        (("--anonymous-auth", "false"), "authentication.anonymous", False),
        (
            ("--authorization-config=f",),
            "config.authorization_modes",
            Unknown("the file of --authorization-config decides it"),
        ),
        (
            ("--authentication-config=f",),
            "authentication.anonymous",
            Unknown("the file of --authentication-config decides it"),
        ),
        (("--audit-log-maxage=0",), "config.audit_log_days", None),
        (("--audit-log-maxage=x",), "config.audit_log_days", Unknown("--audit-log-maxage is 'x'")),
    ],
)
def test_single_flags(flags: tuple[str, ...], path: str, value: Any) -> None:
    """As the program reads them."""
    aspect, _, field = path.partition(".")

    assert getattr(getattr(api_server(*flags), aspect), field) == value


def test_a_program_behind_a_shell() -> None:
    """Its flags are in one text."""
    text = (
        POD % ("a", "/bin/sh")
        + '    - -c\n    - "exec kube-apiserver --anonymous-auth=false --authorization-mode RBAC"\n'
    )
    found: Any = one(text, "kubernetes.api_server")

    assert (found.authentication.anonymous, found.config.authorization_modes) == (False, ("RBAC",))


ENCRYPTION = """\
---
apiVersion: apiserver.config.k8s.io/v1
kind: EncryptionConfiguration
resources:
- resources: [%s]
  providers: [%s]
"""


@pytest.mark.parametrize(
    ("settings", "enabled"),
    [
        ("", Unknown("what /etc/enc.yaml says was not scanned (a file of kind EncryptionConfiguration)")),
        (ENCRYPTION % ("secrets", "{kms: {}}, {identity: {}}"), True),
        (ENCRYPTION % ("secrets", "{identity: {}}, {aescbc: {}}"), False),  # the first one writes
        (ENCRYPTION % ("configmaps", "{aescbc: {}}"), False),
    ],
)
def test_whether_secrets_are_encrypted(settings: str, enabled: Any) -> None:
    """The flag only names a file; what that says counts."""
    text = started("kube-apiserver", "--encryption-provider-config=/etc/enc.yaml") + settings
    found: Any = one(text, "kubernetes.api_server")

    assert found.encryption_at_rest.enabled == enabled


def etcd(*flags: str) -> Any:
    """Read an etcd with some flags."""
    return one(started("etcd", *flags), "kubernetes.etcd")


TLS = ("--cert-file=a", "--key-file=b")


@pytest.mark.parametrize(
    ("flags", "enforced"),
    [
        ((), False),
        (TLS, True),
        ((*TLS, "--listen-client-urls=https://10.0.0.1:2379,http://127.0.0.1:2379"), True),
        ((*TLS, "--listen-client-urls=http://0.0.0.0:2379"), False),
        (("--auto-tls=true",), True),
    ],
)
def test_whether_etcd_takes_plain_text(flags: tuple[str, ...], enforced: bool) -> None:
    """It takes certificates, and no address beyond the machine without TLS."""
    assert etcd(*flags).encryption_in_transit.enforced is enforced


def test_who_etcd_lets_in() -> None:
    """Clients and members that have shown a certificate."""
    bare = etcd()
    full = etcd("--client-cert-auth", "--peer-client-cert-auth=true", "--peer-cert-file=a", "--peer-key-file=b")

    assert (bare.authentication.anonymous, bare.config.peers_prove_themselves) == (True, False)
    assert (full.authentication.anonymous, full.config.peers_encrypted, full.config.peers_prove_themselves) == (
        False,
        True,
        True,
    )
    assert etcd("--peer-auto-tls").config.self_made_certificates is True


def test_etcd_by_variables() -> None:
    """Etcd takes each flag as a variable too."""
    text = started("etcd") + '    env: [{name: ETCD_CLIENT_CERT_AUTH, value: "true"}]\n'
    found: Any = one(text, "kubernetes.etcd")

    assert found.authentication.anonymous is False


KUBEADM = "apiVersion: kubeadm.k8s.io/%s\nkind: ClusterConfiguration\n%s"


@pytest.mark.parametrize(
    ("version", "arguments"),
    [
        ("v1beta3", "apiServer: {extraArgs: {anonymous-auth: 'false'}}\n"),
        ("v1beta4", "apiServer: {extraArgs: [{name: anonymous-auth, value: 'false'}]}\n"),
    ],
)
def test_the_settings_of_kubeadm(version: str, arguments: str) -> None:
    """Kubeadm's own flags, and those that the settings add, in both of their forms."""
    found: Any = resources(KUBEADM % (version, arguments))

    server, store = found
    assert (server.type, store.type) == ("kubernetes.api_server", "kubernetes.etcd")
    assert (server.authentication.anonymous, server.config.authorization_modes) == (False, ("Node", "RBAC"))
    assert (server.config.own_certificate, store.authentication.anonymous) == (True, False)
    assert store.encryption_in_transit.enforced is True


def test_an_etcd_elsewhere() -> None:
    """Kubeadm sets none up."""
    found = resources(KUBEADM % ("v1beta3", "etcd: {external: {endpoints: [https://a:2379]}}\n"))

    assert [each.type for each in found] == ["kubernetes.api_server"]


KUBELET = "apiVersion: kubelet.config.k8s.io/v1beta1\nkind: KubeletConfiguration\n%s"


def kubelet(settings: str = "") -> Any:
    """Read a kubelet's settings."""
    return one(KUBELET % settings, "kubernetes.kubelet")


def test_the_settings_of_a_kubelet_that_say_nothing() -> None:
    """What is left out is safe, but for the certificates."""
    found = kubelet()

    assert (found.authentication.anonymous, found.config.authorization_modes) == (False, ("Webhook",))
    assert (found.config.read_only_port, found.encryption_in_transit.enforced) == (0, True)
    assert (found.config.own_certificate, found.config.renews_certificate) == (False, False)


def test_the_settings_of_an_open_kubelet() -> None:
    """Each is read."""
    found = kubelet(
        "authentication: {anonymous: {enabled: true}}\nauthorization: {mode: AlwaysAllow}\nreadOnlyPort: 10255\n"
        "serverTLSBootstrap: true\nrotateCertificates: true\ntlsCipherSuites: [TLS_RSA_WITH_RC4_128_SHA]\n"
    )

    assert (found.authentication.anonymous, found.config.authorization_modes) == (True, ("AlwaysAllow",))
    assert (found.config.read_only_port, found.encryption_in_transit.enforced) == (10255, False)
    assert (found.config.own_certificate, found.config.renews_certificate) == (True, True)
    assert found.config.ciphers == ("TLS_RSA_WITH_RC4_128_SHA",)
    assert found.lines["config.read_only_port"] == Lines("app.yaml", 5, 5)


def test_a_kubelet_by_flags() -> None:
    """There the defaults are not safe; where a file has the settings, that is judged."""
    found: Any = one(started("kubelet"), "kubernetes.kubelet")

    assert (found.authentication.anonymous, found.config.authorization_modes) == (True, ("AlwaysAllow",))
    assert found.config.read_only_port == 10255
    assert resources(started("kubelet", "--config=/etc/kubelet.yaml"), "kubernetes.kubelet") == []
