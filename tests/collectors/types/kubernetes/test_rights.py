"""Roles, bindings, accounts, namespaces and the policies that pods are held to."""

from typing import Any

import pytest
from fakes_kubernetes import one

from phiward.inventory.model import Lines, Unknown

ROLE = """\
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata: {name: r}
rules:
- {apiGroups: [""], resources: [pods], verbs: [get]}
- %s
"""


def role(rule: str) -> Any:
    """Read a cluster role whose second rule is this."""
    return one(ROLE % rule, "kubernetes.role")


def facts(found: Any) -> tuple[Any, ...]:
    """Return what is said of a role."""
    config = found.config
    return (found.authorization.administrator, config.reads_secrets, config.enters_pods, config.changes_roles)


@pytest.mark.parametrize(
    ("rule", "expected"),
    [
        ('{apiGroups: [""], resources: [configmaps], verbs: [list]}', (False, False, False, False)),
        ('{apiGroups: ["*"], resources: ["*"], verbs: ["*"]}', (True, True, True, True)),
        ('{apiGroups: [""], resources: [secrets], verbs: [watch]}', (False, True, False, False)),
        ('{apiGroups: [""], resources: [secrets], verbs: [get], resourceNames: [db]}', (False, False, False, False)),
        ('{apiGroups: ["apps"], resources: [secrets], verbs: [get]}', (False, False, False, False)),
        ('{apiGroups: ["*"], resources: [secrets], verbs: ["*"]}', (False, True, False, False)),
        ('{apiGroups: [""], resources: ["pods/exec"], verbs: [create]}', (False, False, True, False)),
        ('{apiGroups: [""], resources: ["pods/*"], verbs: [get]}', (False, False, True, False)),
        ('{apiGroups: [""], resources: ["nodes/proxy"], verbs: [get]}', (False, False, True, False)),
        (
            "{apiGroups: [rbac.authorization.k8s.io], resources: [rolebindings], verbs: [patch]}",
            (False, False, False, True),
        ),
        ("{apiGroups: [rbac.authorization.k8s.io], resources: [roles], verbs: [get]}", (False, False, False, False)),
    ],
)
def test_what_a_role_allows(rule: str, expected: tuple[Any, ...]) -> None:
    """Everything, secrets, containers, roles."""
    assert facts(role(rule)) == expected


@pytest.mark.parametrize(
    ("rule", "ways"),
    [
        ("{apiGroups: [rbac.authorization.k8s.io], resources: [clusterroles], verbs: [escalate]}", ("escalate roles",)),
        ("{apiGroups: [rbac.authorization.k8s.io], resources: [clusterroles], verbs: [bind]}", ("bind roles",)),
        (
            "{apiGroups: [rbac.authorization.k8s.io], resources: [clusterroles], verbs: [bind], resourceNames: [view]}",
            (),
        ),
        (
            "{apiGroups: [rbac.authorization.k8s.io], resources: [clusterroles], verbs: [bind], resourceNames: [cluster-admin]}",
            ("bind roles",),
        ),
        ('{apiGroups: [""], resources: [groups], verbs: [impersonate]}', ("impersonate",)),
        (
            "{apiGroups: [certificates.k8s.io], resources: [signers], verbs: [approve]}",
            ("approve certificate signing requests",),
        ),
        (
            "{apiGroups: [admissionregistration.k8s.io], resources: [mutatingwebhookconfigurations], verbs: [update]}",
            ("change admission webhooks",),
        ),
        (
            '{apiGroups: [""], resources: [serviceaccounts/token], verbs: [create]}',
            ("create tokens of service accounts",),
        ),
        ('{apiGroups: [""], resources: [services], verbs: ["*"]}', ()),
    ],
)
def test_what_leads_to_more(rule: str, ways: tuple[str, ...]) -> None:
    """Each way has a name; one that is limited to harmless names is none."""
    assert role(rule).authorization.escalations == ways


def test_the_rules_as_a_document() -> None:
    """`*` of every group on everything is everything; the rest names what it allows."""
    statements = role('{apiGroups: ["*"], resources: ["*"], verbs: ["*"]}').authorization.grants[0].document.statements

    assert [(each.actions, each.resources) for each in statements] == [(("core:get",), ("pods",)), (("*",), ("*",))]


def test_a_role_has_the_lines_of_its_rule() -> None:
    """The finding points at the rule that is too wide."""
    found = role('{apiGroups: [""], resources: [secrets], verbs: ["*"]}')

    assert found.config.wildcards == ("verbs",)
    assert found.lines["config.wildcards"] == Lines("app.yaml", 6, 6)
    assert found.lines["config.reads_secrets"] == Lines("app.yaml", 6, 6)


def test_a_role_that_the_cluster_gathers() -> None:
    """Its rules come from other roles, which may be anywhere."""
    text = "apiVersion: rbac.authorization.k8s.io/v1\nkind: ClusterRole\nmetadata: {name: r}\naggregationRule: {}\nrules: []\n"
    found = one(text, "kubernetes.role")

    assert all(isinstance(each, Unknown) for each in facts(found))


def test_a_rule_that_is_filled_in_later() -> None:
    """It may allow anything."""
    found = role('{apiGroups: [""], resources: ["${RESOURCES}"], verbs: [get]}')

    assert isinstance(found.config.reads_secrets, Unknown)
    assert found.config.changes_roles is False  # another group
    assert [type(each) for each in found.authorization.escalations] == []  # `get` leads nowhere


BINDING = """\
apiVersion: rbac.authorization.k8s.io/v1
kind: Role
metadata: {name: reader, namespace: ward}
---
apiVersion: rbac.authorization.k8s.io/v1
kind: RoleBinding
metadata: {name: b, namespace: ward}
roleRef: {kind: Role, name: reader}
subjects:
- {kind: ServiceAccount, name: default, namespace: ward}
- {kind: Group, name: "system:authenticated"}
"""


def test_a_binding() -> None:
    """Who has which role, and where that role is."""
    found: Any = one(BINDING, "kubernetes.role_binding")

    assert (found.config.namespace, found.config.role, found.config.role_kind) == ("ward", "reader", "Role")
    assert [(each.kind, each.name) for each in found.config.subjects] == [
        ("ServiceAccount", "default"),
        ("Group", "system:authenticated"),
    ]
    assert found.relations == {"role": ("Role/ward/reader",)}
    assert found.lines["config.subjects[1]"] == Lines("app.yaml", 11, 11)


@pytest.mark.parametrize(("stated", "mounts"), [("", True), ("automountServiceAccountToken: false\n", False)])
def test_an_account(stated: str, mounts: bool) -> None:
    """Left out, its token is mounted."""
    text = f"apiVersion: v1\nkind: ServiceAccount\nmetadata: {{name: default, namespace: ward}}\n{stated}"
    config: Any = one(text, "kubernetes.service_account").config

    assert config.mounts_token is mounts


@pytest.mark.parametrize(
    ("labels", "level"),
    [
        ("{}", None),
        ("{pod-security.kubernetes.io/enforce: restricted}", "restricted"),
        ("{pod-security.kubernetes.io/warn: restricted}", None),
        (
            "{pod-security.kubernetes.io/enforce: strict}",
            Unknown("pod-security.kubernetes.io/enforce is 'strict', which is no level"),
        ),
    ],
)
def test_what_a_namespace_enforces(labels: str, level: Any) -> None:
    """Warning of something is not enforcing it."""
    text = f"apiVersion: v1\nkind: Namespace\nmetadata: {{name: ward, labels: {labels}}}\n"
    config: Any = one(text, "kubernetes.namespace").config

    assert config.pod_security == level


def test_pod_security_policies() -> None:
    """What is left out is forbidden, but for gaining rights and running as root."""
    text = "apiVersion: policy/v1beta1\nkind: PodSecurityPolicy\nmetadata: {name: p}\nspec: %s\n"
    loose: Any = one(text % "{runAsUser: {rule: RunAsAny}, hostPID: true}", "kubernetes.pod_security_policy").config
    strict: Any = one(
        text
        % "{runAsUser: {rule: MustRunAs, ranges: [{min: 1, max: 9}]}, requiredDropCapabilities: [ALL], allowPrivilegeEscalation: false}",
        "kubernetes.pod_security_policy",
    ).config

    assert (loose.privileged, loose.privilege_escalation, loose.root, loose.host_pid, loose.raw_packets) == (
        False,
        True,
        True,
        True,
        True,
    )
    assert (strict.privilege_escalation, strict.root, strict.raw_packets, strict.seccomp_default) == (
        False,
        False,
        False,
        False,
    )


POLICY = """\
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: p, namespace: ward}
spec: %s
"""


@pytest.mark.parametrize(
    ("spec", "admits", "kinds"),
    [
        ("{podSelector: {}}", False, ("Ingress",)),
        ("{podSelector: {}, ingress: [{}]}", True, ("Ingress",)),
        ("{podSelector: {}, ingress: [{ports: [{port: 443}]}]}", False, ("Ingress",)),
        ("{podSelector: {}, ingress: [{from: [{podSelector: {}}]}], egress: []}", False, ("Ingress", "Egress")),
        ("{podSelector: {}, ingress: [{from: [{ipBlock: {cidr: 0.0.0.0/0}}]}]}", True, ("Ingress",)),
        ('{podSelector: {}, ingress: [{from: [{ipBlock: {cidr: "::/0"}}]}]}', True, ("Ingress",)),
        (
            "{podSelector: {}, ingress: [{from: [{ipBlock: {cidr: 0.0.0.0/0, except: [10.0.0.0/8]}}]}]}",
            False,
            ("Ingress",),
        ),
    ],
)
def test_network_policies(spec: str, admits: Any, kinds: tuple[str, ...]) -> None:
    """A rule without sources and ports lets everything in."""
    config: Any = one(POLICY % spec, "kubernetes.network_policy").config

    assert (config.all_pods, config.admits_everything, config.kinds) == (True, admits, kinds)
