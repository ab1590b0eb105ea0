"""EKS clusters. Calls `eks:ListClusters`, `eks:DescribeCluster` and `kms:DescribeKey`.

What the API of a cluster holds (Secrets, ConfigMaps) lies on encrypted disks in every cluster, and from Kubernetes 1.28
on is enciphered once more under a key of AWS's own (*Default envelope encryption*, EKS user guide). A key that the
organisation names takes the place of AWS's: then `key_owner` is `customer`, else `provider`.
"""

from collections.abc import Iterator
from typing import Any

from msgspec import Struct

from phiward.collectors.aws.port import Aws
from phiward.collectors.terraform.block import Block, Parts
from phiward.collectors.terraform.form import Form, Source
from phiward.collectors.types.aws.answers import arn, live
from phiward.collectors.types.aws.arguments import as_texts, flag, text, texts
from phiward.collectors.types.aws.eks_versions import end_of_support
from phiward.collectors.types.aws.kms_keys import KeyOwner, named_key, owner_of, under_kms
from phiward.inventory.aspects import EncryptionAtRest, Exposure, Logging, Patching, Resilience
from phiward.inventory.catalog import Relation, ResourceType
from phiward.inventory.model import Maybe, Resource, Unknown

_WORLD = ("0.0.0.0/0", "::/0")


class ClusterConfig(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What only EKS clusters have."""

    public_endpoint: Maybe[bool]
    """The Kubernetes API has an address that the internet routes to."""
    private_endpoint: Maybe[bool]
    """The Kubernetes API can be reached from inside its network."""
    public_networks: Maybe[tuple[Maybe[str], ...]]
    """The networks (CIDR) that the public endpoint lets in; empty where there is no public endpoint."""
    support: Maybe[str]
    """What happens after standard support: `STANDARD` (it is upgraded), `EXTENDED` (it stays, for money)."""


class Facts(Struct, frozen=True, kw_only=True):
    """What both forms know of a cluster."""

    version: Maybe[str | None]
    public: Maybe[bool]
    private: Maybe[bool]
    networks: Maybe[tuple[Maybe[str], ...]]
    kinds: Maybe[tuple[str, ...]]
    owner: Maybe[KeyOwner | None]
    """None where the organisation names no key."""
    key: Maybe[str | None]
    support: Maybe[str]
    protected: Maybe[bool]
    encrypted: Maybe[bool] = True
    """Always, where a cluster could be seen at all."""


TYPE = ResourceType(
    name="aws.eks.cluster",
    title="EKS cluster",
    aspects=(EncryptionAtRest, Exposure, Logging, Patching, Resilience),
    config=ClusterConfig,
    relations={"encrypts_with": Relation("the KMS key that its secrets are encrypted with", ("aws.kms.key",))},
    stores_data=True,
)


def items(aws: Aws) -> Iterator[dict[str, Any]]:
    """List the clusters of the region."""
    for name in aws.pages("eks", "list_clusters", "clusters"):
        yield {"name": name}


def resource(aws: Aws, item: dict[str, Any]) -> Resource:
    """Describe one cluster, and normalize."""
    name = item["name"]
    answer = aws.ask("eks", "describe_cluster", fills=(), name=name)
    if not isinstance(answer, dict):
        why = answer or Unknown(f"eks:DescribeCluster finds no cluster {name}")
        return live(aws, TYPE, arn(aws, "eks", f"cluster/{name}"), name=name, tags=why, **_fields(_unseen(why)))
    cluster = answer["cluster"]
    network = cluster.get("resourcesVpcConfig") or {}
    public = bool(network.get("endpointPublicAccess"))
    key = _live_key(cluster)
    facts = Facts(
        version=cluster.get("version"),
        public=public,
        private=bool(network.get("endpointPrivateAccess")),
        networks=tuple(sorted(network.get("publicAccessCidrs", ()))) if public else (),
        kinds=_kinds(
            kind
            for each in (cluster.get("logging") or {}).get("clusterLogging", ())
            if each.get("enabled")
            for kind in each.get("types", ())
        ),
        owner=owner_of(aws, key) if key else None,
        key=key,
        support=(cluster.get("upgradePolicy") or {}).get("supportType", "EXTENDED"),
        protected=bool(cluster.get("deletionProtection")),
    )
    return live(aws, TYPE, cluster["arn"], name=name, tags=cluster.get("tags") or {}, **_fields(facts))


def from_terraform(block: Block, parts: Parts, source: Source) -> Resource:
    """Build the cluster that an `aws_eks_cluster` block makes."""
    network = next(iter(block.blocks("vpc_config")), Unknown("vpc_config is missing"))
    public: Maybe[bool] = network if isinstance(network, Unknown) else flag(network, "endpoint_public_access", True)
    networks: Maybe[tuple[Maybe[str], ...]] = ()
    if public is not False:
        named = network if isinstance(network, Unknown) else network.get("public_access_cidrs")
        networks = as_texts("public_access_cidrs", named) if named is not None else _WORLD[:1]
    owner, key = _code_key(block, source)
    logs = texts(block, "enabled_cluster_log_types")
    unseen = () if isinstance(logs, Unknown) else [each for each in logs if isinstance(each, Unknown)]
    support: Maybe[str] = "EXTENDED"
    for policy in block.blocks("upgrade_policy"):
        support = policy if isinstance(policy, Unknown) else text(policy, "support_type", "EXTENDED")
    facts = Facts(
        version=text(block, "version", None),
        public=public,
        private=network if isinstance(network, Unknown) else flag(network, "endpoint_private_access", False),
        networks=networks,
        kinds=logs if isinstance(logs, Unknown) else unseen[0] if unseen else _kinds(map(str, logs)),
        owner=owner,
        key=key,
        support=support,
        protected=flag(block, "deletion_protection", False),
    )
    return source.resource(
        block,
        TYPE,
        parts=parts,
        lines={
            "encryption_at_rest": block.lines("encryption_config"),
            "exposure": block.lines("vpc_config"),
            "config.public_endpoint": block.lines("vpc_config"),
            "config.support": block.lines("upgrade_policy"),
            "logging": block.lines("enabled_cluster_log_types"),
            "patching": block.lines("version"),
            "resilience": block.lines("deletion_protection"),
        },
        **_fields(facts),
    )


def _fields(facts: Facts) -> dict[str, Any]:
    recorded: Maybe[bool] = facts.kinds if isinstance(facts.kinds, Unknown) else "audit" in facts.kinds
    key: Maybe[tuple[str, ...]] = ()
    if facts.key is not None:
        key = facts.key if isinstance(facts.key, Unknown) else (facts.key,)
    return {
        "encryption_at_rest": under_kms(facts.encrypted, "provider" if facts.owner is None else facts.owner, facts.key),
        "exposure": _exposure(facts),
        "logging": Logging(enabled=recorded, off_host=recorded, kinds=facts.kinds),
        "patching": Patching(
            automatic=None,  # EKS mends the control plane within its version, and nobody can turn that off
            version=facts.version,
            end_of_support=end_of_support(facts.version),
        ),
        "resilience": Resilience(redundant=True, deletion_protected=facts.protected),  # in three zones, always
        "config": ClusterConfig(
            public_endpoint=facts.public,
            private_endpoint=facts.private,
            public_networks=facts.networks,
            support=facts.support,
        ),
        "relations": {"encrypts_with": key},
    }


def _exposure(facts: Facts) -> Exposure:
    """Return whether the whole internet can reach the Kubernetes API."""
    if facts.public is False:
        return Exposure(public=False)
    if isinstance(facts.networks, Unknown):
        return Exposure(public=facts.networks, ways=facts.networks)
    # An endpoint whose networks are not stated lets everybody in.
    open_wide: Maybe[bool] = not facts.networks or any(each in _WORLD for each in facts.networks)
    if not open_wide:
        open_wide = next((each for each in facts.networks if isinstance(each, Unknown)), False)
        return Exposure(public=open_wide, ways=open_wide if isinstance(open_wide, Unknown) else ())
    if isinstance(facts.public, Unknown):
        return Exposure(public=facts.public, ways=facts.public)
    return Exposure(public=True, ways=("public-endpoint",))


def _unseen(why: Unknown) -> Facts:
    return Facts(
        version=why,
        public=why,
        private=why,
        networks=why,
        kinds=why,
        owner=why,
        key=why,
        support=why,
        protected=why,
        encrypted=why,
    )


def _kinds(found: Iterator[str] | Any) -> tuple[str, ...]:
    return tuple(sorted(set(found)))


def _live_key(cluster: dict[str, Any]) -> str | None:
    for each in cluster.get("encryptionConfig") or ():
        key = (each.get("provider") or {}).get("keyArn")
        if key and "secrets" in each.get("resources", ()):
            return str(key)
    return None


def _code_key(block: Block, source: Source) -> tuple[Maybe[KeyOwner | None], Maybe[str | None]]:
    for encryption in block.blocks("encryption_config"):
        if isinstance(encryption, Unknown):
            return encryption, encryption
        for provider in encryption.blocks("provider"):
            if isinstance(provider, Unknown):
                return provider, provider
            if provider.get("key_arn") is not None:
                return named_key(provider, "key_arn", source)
    return None, None


TERRAFORM = (Form(main="aws_eks_cluster", build=from_terraform, identified_by=("name", "id", "arn")),)
