"""Roles and cluster roles: which rights on Kubernetes itself somebody can be given.

The rules are kept as they are written, and as the statements of a policy document, so that the questions asked of the
policies of a cloud are asked of them too: `*` on `*` of every API group is everything.
"""

from collections.abc import Iterable
from typing import NamedTuple

from msgspec import Struct

from phiward.collectors.kubernetes.form import Form, Source
from phiward.collectors.kubernetes.objects import items, texts
from phiward.collectors.types.kubernetes.workload import namespace
from phiward.inventory.aspects import Authorization, Grant
from phiward.inventory.catalog import ResourceType
from phiward.inventory.iam import PolicyDocument, Statement
from phiward.inventory.model import Maybe, Resource, Unknown

RBAC = "rbac.authorization.k8s.io"
_ANY = "*"
_DANGEROUS_NAMES = frozenset({"cluster-admin", "admin", "system:masters"})


class RoleRule(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One rule of a role: verbs on resources."""

    groups: Maybe[tuple[str, ...]] = ()
    """API groups; empty text is the core group, `*` is every one."""
    resources: Maybe[tuple[str, ...]] = ()
    """`pods`, `pods/exec`, `secrets`; `*` is every one."""
    verbs: Maybe[tuple[str, ...]] = ()
    """`get`, `list`, `create`, ...; `*` is every one."""
    names: Maybe[tuple[str, ...]] = ()
    """The only objects that it holds for. Empty: all of them."""
    urls: Maybe[tuple[str, ...]] = ()
    """Paths of the API that are no resources: `/metrics`."""


class RoleConfig(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What only roles have."""

    namespace: Maybe[str | None]
    """Where it holds. None: everywhere (a cluster role)."""
    rules: Maybe[tuple[Maybe[RoleRule], ...]]
    wildcards: Maybe[tuple[str, ...]]
    """Where a rule says `*`: `verbs`, `resources`, `groups`."""
    reads_secrets: Maybe[bool]
    """It may read secrets, or change them, without naming which."""
    enters_pods: Maybe[bool]
    """It may start programs in running containers, or reach every kubelet (pods/exec, pods/attach, nodes/proxy)."""
    changes_roles: Maybe[bool]
    """It may write or delete roles and role bindings."""


TYPE = ResourceType(name="kubernetes.role", title="Kubernetes role", aspects=(Authorization,), config=RoleConfig)


class _Way(NamedTuple):
    """A right that leads to more, and the resources and verbs that give it."""

    told: str
    group: str
    resources: tuple[str, ...]
    verbs: tuple[str, ...]


_WAYS = (
    _Way("escalate roles", RBAC, ("roles", "clusterroles"), ("escalate",)),
    _Way("bind roles", RBAC, ("roles", "clusterroles", "rolebindings", "clusterrolebindings"), ("bind",)),
    _Way("impersonate", "", ("users", "groups", "serviceaccounts"), ("impersonate",)),
    _Way(
        "approve certificate signing requests",
        "certificates.k8s.io",
        ("certificatesigningrequests/approval",),
        ("update", "patch"),
    ),
    _Way("approve certificate signing requests", "certificates.k8s.io", ("signers",), ("approve",)),
    _Way(
        "change admission webhooks",
        "admissionregistration.k8s.io",
        ("mutatingwebhookconfigurations", "validatingwebhookconfigurations"),
        ("create", "update", "patch"),
    ),
    _Way("create tokens of service accounts", "", ("serviceaccounts/token",), ("create",)),
)


def build(source: Source) -> Iterable[Resource]:
    """Read one role."""
    manifest = source.manifest
    where: Maybe[str | None] = None if manifest.kind == "ClusterRole" else namespace(manifest)
    source.said("authorization", "rules")
    source.said("config.rules", "rules")
    if manifest.at("aggregationRule") is not None:
        why = Unknown("its rules are gathered by the cluster from other roles (aggregationRule)")
        yield source.resource(
            TYPE,
            authorization=Authorization(administrator=why, grants=why, escalations=why),
            config=RoleConfig(
                namespace=where, rules=why, wildcards=why, reads_secrets=why, enters_pods=why, changes_roles=why
            ),
        )
        return
    rules = tuple(_rule(each) for _, each in items(manifest.body, "rules"))
    document = PolicyDocument(statements=tuple(_statement(rule) for rule in rules))
    wild = ("verbs", "resources", "groups")
    yield source.resource(
        TYPE,
        authorization=Authorization(
            administrator=_any(source, rules, "authorization.administrator", ((_ANY,), (_ANY,), (_ANY,))),
            grants=(Grant(name=manifest.name, kind="customer", document=document),),
            escalations=_escalations(source, rules),
        ),
        config=RoleConfig(
            namespace=where,
            rules=rules,
            wildcards=_wildcards(source, rules, wild),
            reads_secrets=_any(source, rules, "config.reads_secrets", (("",), ("secrets",), _SECRETS)),
            enters_pods=_any(source, rules, "config.enters_pods", (("",), _INSIDE, ("create", "get"))),
            changes_roles=_any(source, rules, "config.changes_roles", ((RBAC,), _ROLES, _WRITE)),
        ),
    )


_SECRETS = ("get", "list", "watch", "create", "update", "patch", "delete", "deletecollection")
_INSIDE = ("pods/exec", "pods/attach", "nodes/proxy")
_ROLES = ("roles", "clusterroles", "rolebindings", "clusterrolebindings")
_WRITE = ("create", "update", "patch", "delete", "deletecollection")


def _rule(body: dict[str, object]) -> RoleRule:
    return RoleRule(
        groups=texts(body, "apiGroups"),
        resources=texts(body, "resources"),
        verbs=texts(body, "verbs"),
        names=texts(body, "resourceNames"),
        urls=texts(body, "nonResourceURLs"),
    )


def _statement(rule: RoleRule) -> Statement:
    """Return a rule as a statement: an action is a verb of a group, `*` is every verb of every group."""
    groups, verbs, resources = rule.groups, rule.verbs, rule.resources
    actions: Maybe[tuple[str, ...]]
    if isinstance(groups, Unknown):
        actions = groups
    elif isinstance(verbs, Unknown):
        actions = verbs
    else:
        every = _ANY in groups and _ANY in verbs
        actions = (_ANY,) if every else tuple(f"{group or 'core'}:{verb}" for group in groups for verb in verbs)
    named = bool(rule.names) and not isinstance(rule.names, Unknown)
    on = tuple(f"named/{each}" for each in resources) if named and not isinstance(resources, Unknown) else resources
    return Statement(effect="Allow", actions=actions, resources=on)


def _covers(given: Maybe[tuple[str, ...]], asked: tuple[str, ...]) -> Maybe[bool]:
    """Say whether some of a rule's words takes in any of those asked."""
    if isinstance(given, Unknown):
        return given
    return _ANY in given or not set(given).isdisjoint(asked) or any(_below(each, given) for each in asked)


def _below(resource: str, given: tuple[str, ...]) -> bool:
    """`pods/*` and `*/exec` take in `pods/exec`."""
    kind, slash, part = resource.partition("/")
    return bool(slash) and (f"{kind}/*" in given or f"*/{part}" in given)


def _allows(rule: RoleRule, groups: tuple[str, ...], resources: tuple[str, ...], verbs: tuple[str, ...]) -> Maybe[bool]:
    names = rule.names
    limited: Maybe[bool] = names if isinstance(names, Unknown) else bool(names) and not set(names) & _DANGEROUS_NAMES
    if limited is True:
        return False
    parts = (_covers(rule.groups, groups), _covers(rule.resources, resources), _covers(rule.verbs, verbs))
    if any(part is False for part in parts):
        return False
    return next((part for part in (*parts, limited) if isinstance(part, Unknown)), True)


def _any(
    source: Source,
    rules: tuple[RoleRule, ...],
    path: str,
    asked: tuple[tuple[str, ...], tuple[str, ...], tuple[str, ...]],
) -> Maybe[bool]:
    """Say whether any rule allows, of some groups, one of some resources and one of some verbs."""
    source.said(path, "rules")
    unseen: Unknown | None = None
    for number, rule in enumerate(rules):
        allowed = _allows(rule, *asked)
        if allowed is True:
            source.said(path, "rules", number)
            return True
        unseen = allowed if isinstance(allowed, Unknown) else unseen
    return False if unseen is None else unseen


def _wildcards(source: Source, rules: tuple[RoleRule, ...], parts: tuple[str, ...]) -> Maybe[tuple[str, ...]]:
    source.said("config.wildcards", "rules")
    found: dict[str, None] = {}
    unseen: Unknown | None = None
    for number, rule in enumerate(rules):
        for part in parts:
            given = getattr(rule, part)
            if isinstance(given, Unknown):
                unseen = given
            elif _ANY in given:
                if not found:
                    source.said("config.wildcards", "rules", number)
                found[part] = None
    return tuple(found) if found or unseen is None else unseen


def _escalations(source: Source, rules: tuple[RoleRule, ...]) -> tuple[Maybe[str], ...]:
    source.said("authorization.escalations", "rules")
    found: dict[str, None] = {}
    unseen: list[Unknown] = []
    for number, rule in enumerate(rules):
        for way in _WAYS:
            allowed = _allows(rule, (way.group,), way.resources, way.verbs)
            if isinstance(allowed, Unknown):
                unseen = [allowed]
            elif allowed:
                if not found:
                    source.said("authorization.escalations", "rules", number)
                found[way.told] = None
    return (*found, *unseen)


KUBERNETES = (Form(kinds={"Role": (RBAC,), "ClusterRole": (RBAC,)}, build=build),)
