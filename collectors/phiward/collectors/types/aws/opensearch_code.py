"""OpenSearch domains as Terraform writes them: `aws_opensearch_domain`, the older `aws_elasticsearch_domain`, and the
policy, which may be a resource of its own."""  # noqa: D205, D209 - the names are the summary

from collections.abc import Callable

from phiward.collectors.terraform.block import Block, Parts
from phiward.collectors.terraform.form import Form, Source
from phiward.collectors.types.aws.arguments import as_texts, flag, text
from phiward.collectors.types.aws.kms_keys import encrypts_with, named_key
from phiward.collectors.types.aws.nested import nested_flag, nested_text, only, part
from phiward.collectors.types.aws.opensearch_facts import DomainFacts, aspects
from phiward.collectors.types.aws.policies import policy_argument
from phiward.inventory.catalog import ResourceType
from phiward.inventory.iam import PolicyDocument
from phiward.inventory.model import Lines, Maybe, Resource, Unknown

_OLD_DEFAULT = "1.5"
"""The Elasticsearch version of an `aws_elasticsearch_domain` that names none (its documentation)."""

_NEWEST = Unknown("engine_version is not set: the newest is taken when it is made")


def forms(of: ResourceType) -> tuple[Form, ...]:
    """Return the Terraform forms of the type."""
    return (
        Form(
            main="aws_opensearch_domain",
            build=_builder(of, "aws_opensearch_domain_policy"),
            parts={"aws_opensearch_domain_policy": "domain_name"},
            identified_by=("domain_name", "arn", "id"),
        ),
        Form(
            main="aws_elasticsearch_domain",
            build=_builder(of, "aws_elasticsearch_domain_policy"),
            parts={"aws_elasticsearch_domain_policy": "domain_name"},
            identified_by=("domain_name", "arn", "id"),
        ),
    )


def _builder(of: ResourceType, policy: str) -> Callable[[Block, Parts, Source], Resource]:
    def build(block: Block, parts: Parts, source: Source) -> Resource:
        return from_terraform(block, parts, source, of, policy)

    return build


def from_terraform(block: Block, parts: Parts, source: Source, of: ResourceType, policy: str) -> Resource:
    """Build the domain that a block makes. `policy` is the Terraform type that may hold its access policy."""
    said = aspects(_facts(block, parts, source, policy))
    name = block.get("domain_name")
    network = only(block, "vpc_options")
    groups: Maybe[tuple[str, ...]] = ()
    if network is not None:
        groups = (
            network
            if isinstance(network, Unknown)
            else source.owners("aws_security_group", network, "security_group_ids")
        )
    return source.resource(
        block,
        of,
        parts=parts,
        **({"name": name} if isinstance(name, str) else {}),
        relations={
            "security_groups": groups
            if isinstance(groups, Unknown)
            else tuple(sorted(source.id(group) for group in groups)),
            "encrypts_with": encrypts_with(said["encryption_at_rest"]),
        },
        lines=_lines(block),
        **said,
    )


def _facts(block: Block, parts: Parts, source: Source, policy: str) -> DomainFacts:
    key_block = only(block, "encrypt_at_rest")
    owner, key = (
        (key_block, key_block)
        if isinstance(key_block, Unknown)
        else named_key(key_block, "kms_key_id", source)
        if key_block is not None
        else (None, None)
    )
    logs, groups = _logs(block)
    fine_grained = nested_flag(block, "advanced_security_options", "enabled", default=False, without=False)
    return DomainFacts(
        account=source.account,
        engine_version=_version(block),
        encrypted=nested_flag(block, "encrypt_at_rest", "enabled", default=False, without=False),
        key_owner=owner,
        key=key,
        node_to_node=nested_flag(block, "node_to_node_encryption", "enabled", default=False, without=False),
        in_vpc=_in_vpc(block),
        https=nested_flag(block, "domain_endpoint_options", "enforce_https", default=True, without=False),
        tls_policy=nested_text(block, "domain_endpoint_options", "tls_security_policy", default=None),
        policy=_policy(block, parts, source, policy),
        fine_grained=fine_grained,
        anonymous=nested_flag(
            block, "advanced_security_options", "anonymous_auth_enabled", default=False, without=False
        ),
        internal_users=nested_flag(
            block, "advanced_security_options", "internal_user_database_enabled", default=False, without=False
        ),
        logs=logs,
        log_groups=groups,
        updates=nested_flag(
            block, "software_update_options", "auto_software_update_enabled", default=False, without=False
        ),
        snapshots_paused=False,
        zones=nested_flag(block, "cluster_config", "zone_awareness_enabled", default=False, without=False),
    )


def _version(block: Block) -> Maybe[str]:
    if block.type == "aws_elasticsearch_domain":
        older = text(block, "elasticsearch_version", _OLD_DEFAULT)
        return older if isinstance(older, Unknown) else f"Elasticsearch_{older}"
    return text(block, "engine_version", _NEWEST)


def _in_vpc(block: Block) -> Maybe[bool]:
    network = only(block, "vpc_options")
    if network is None or isinstance(network, Unknown):
        return network or False
    return as_texts("subnet_ids", network.get("subnet_ids")) != ()  # what is not known of them is no empty list


def _policy(block: Block, parts: Parts, source: Source, kind: str) -> Maybe[PolicyDocument | None]:
    """Return the policy of the block, or of a resource beside it."""
    own = policy_argument(block, "access_policies", source)
    beside = part(parts, kind)
    if own is not None or beside is None:
        return own
    return beside if isinstance(beside, Unknown) else policy_argument(beside, "access_policies", source)


def _logs(block: Block) -> tuple[Maybe[tuple[str, ...]], Maybe[tuple[str, ...]]]:
    """Return the kinds of log that are published, and the log groups they go to."""
    kinds: set[str] = set()
    groups: list[Maybe[str]] = []
    for log in block.blocks("log_publishing_options"):
        if isinstance(log, Unknown):
            return log, log
        on, kind = flag(log, "enabled", default=True), text(log, "log_type", None)
        for state in (on, kind):
            if isinstance(state, Unknown):
                return state, state
        if on and isinstance(kind, str):
            kinds.add(kind)
            groups.append(text(log, "cloudwatch_log_group_arn", Unknown("no log group is named")))
    unseen = next((group for group in groups if isinstance(group, Unknown)), None)
    return tuple(sorted(kinds)), unseen or tuple(sorted({group for group in groups if isinstance(group, str)}))


def _lines(block: Block) -> dict[str, Lines]:
    deciding = {
        "encryption_at_rest": "encrypt_at_rest",
        "encryption_in_transit": "domain_endpoint_options",
        "exposure": "access_policies",
        "authentication": "advanced_security_options",
        "logging": "log_publishing_options",
        "patching": "software_update_options",
        "patching.end_of_support": "engine_version",
        "resilience": "cluster_config",
        "network": "vpc_options",
        "config.in_vpc": "vpc_options",
        "config.node_to_node_encryption": "node_to_node_encryption",
        "config.fine_grained_access": "advanced_security_options",
        "config.tls_policy": "domain_endpoint_options",
        "config.policy": "access_policies",
    }
    return {path: block.lines(argument) for path, argument in deciding.items()}
