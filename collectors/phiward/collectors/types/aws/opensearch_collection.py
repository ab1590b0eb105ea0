"""Collections of OpenSearch Serverless.

Calls `aoss:ListCollections`, `BatchGetCollection` (a hundred at once), `ListTagsForResource`, once per region
`ListSecurityPolicies` with `GetSecurityPolicy` for each network policy, and `kms:DescribeKey` where one names a key.
Every collection is encrypted and speaks TLS 1.2 alone. Network policies choose collections by patterns of names; a
public one wins over a private one (*Network access for Amazon OpenSearch Serverless*, Developer Guide).
"""

from collections.abc import Iterator
from fnmatch import fnmatchcase
from typing import Any

from phiward.collectors.aws.port import Aws
from phiward.collectors.types.aws.answers import listed, live, told
from phiward.collectors.types.aws.kms_keys import encrypts_with, owner_of
from phiward.inventory.aspects import EncryptionAtRest, EncryptionInTransit, Exposure, Resilience
from phiward.inventory.catalog import Relation, ResourceType
from phiward.inventory.model import Maybe, Resource, Unknown

TYPE = ResourceType(
    name="aws.opensearch.collection",
    title="OpenSearch Serverless collection",
    aspects=(EncryptionAtRest, EncryptionInTransit, Exposure, Resilience),
    relations={"encrypts_with": Relation("the KMS key it is encrypted with", ("aws.kms.key",))},
    stores_data=True,
)

_SERVICE = "opensearchserverless"
_AWS_OWNED = "auto"
_AT_ONCE = 100
_NETWORK = ("exposure.public", "exposure.ways")
_LEFT_OUT = Unknown("aoss:BatchGetCollection tells nothing of it")
_SHARED = Unknown("whom its data access policies name is not read")


def items(aws: Aws) -> Iterator[dict[str, Any]]:
    """Yield every collection of the region, with its details."""
    every = list(aws.pages(_SERVICE, "list_collections", "collectionSummaries"))
    for start in range(0, len(every), _AT_ONCE):
        some = every[start : start + _AT_ONCE]
        answer = aws.ask(_SERVICE, "batch_get_collection", fills=("resilience",), ids=[each["id"] for each in some])
        details = told(answer, lambda found: {each["id"]: each for each in found.get("collectionDetails", ())})
        for each in some:
            yield {
                "collection": each,
                "details": details if isinstance(details, Unknown) else details.get(each["id"], _LEFT_OUT),
            }


def resource(aws: Aws, item: dict[str, Any]) -> Resource:
    """Return one collection, with what network policies say of it."""
    collection, details = item["collection"], item["details"]
    tags = aws.ask(_SERVICE, "list_tags_for_resource", fills=("tags",), resourceArn=collection["arn"])
    encryption = _encryption(aws, collection.get("kmsKeyArn"))
    return live(
        aws,
        TYPE,
        collection["arn"],
        name=collection["name"],
        tags=told(tags, lambda found: {tag["key"]: tag["value"] for tag in found.get("tags", ())}),
        encryption_at_rest=encryption,
        encryption_in_transit=EncryptionInTransit(enforced=True, minimum_tls="1.2"),
        exposure=_exposure(aws, collection["name"]),
        resilience=Resilience(
            redundant=told(details, lambda found: found.get("standbyReplicas") == "ENABLED"),
            deletion_protected=told(details, lambda found: found.get("deletionProtection") == "ENABLED"),
        ),
        relations={"encrypts_with": encrypts_with(encryption)},
    )


def _encryption(aws: Aws, key: str | None) -> EncryptionAtRest:
    if not key or key == _AWS_OWNED:
        return EncryptionAtRest(enabled=True, algorithm="aws:kms", key_owner="provider")
    return EncryptionAtRest(enabled=True, algorithm="aws:kms", key_owner=owner_of(aws, key), key=key)


def _exposure(aws: Aws, name: str) -> Exposure:
    """Return whether a network policy opens it, or its dashboard, to the internet. Without a policy nobody gets in."""
    policies = listed(
        aws, _SERVICE, "list_security_policies", "securityPolicySummaries", fills=_NETWORK, type="network"
    )
    if isinstance(policies, Unknown):
        return Exposure(public=policies, ways=policies, shared_with=_SHARED)
    unseen: Unknown | None = None
    ways: list[str] = []
    for policy in policies:
        answer = aws.ask(_SERVICE, "get_security_policy", fills=_NETWORK, type="network", name=policy["name"])
        opens = _opens(answer, name)
        if isinstance(opens, Unknown):
            unseen = unseen or opens
        elif opens:
            ways.append(f"network-policy:{policy['name']}")
    if ways:
        return Exposure(public=True, ways=tuple(sorted(ways)), shared_with=_SHARED)
    return Exposure(public=unseen or False, ways=unseen or (), shared_with=_SHARED)


def _opens(answer: Maybe[dict[str, Any] | None], name: str) -> Maybe[bool]:
    """Say whether one policy lets the internet in to a collection of this name."""
    if isinstance(answer, Unknown):
        return answer
    rules = ((answer or {}).get("securityPolicyDetail") or {}).get("policy")
    if not isinstance(rules, list):
        return Unknown("aoss:GetSecurityPolicy gives a policy that is no list of rules")
    return any(_chooses(rule, name) for rule in rules if rule.get("AllowFromPublic"))


def _chooses(rule: dict[str, Any], name: str) -> bool:
    chosen = (pattern for each in rule.get("Rules", ()) for pattern in each.get("Resource", ()))
    return any(fnmatchcase(f"collection/{name}", pattern) for pattern in chosen)
