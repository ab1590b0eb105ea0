"""ElastiCache as Terraform writes it: replication groups, single nodes, Memcached, and the users of a group."""

from typing import Any

from phiward.collectors.terraform.block import Block, Parts
from phiward.collectors.terraform.form import Form, Source
from phiward.collectors.types.aws.arguments import as_texts, flag, number, text
from phiward.collectors.types.aws.elasticache_facts import MEMCACHED, CacheFacts, aspects, memcached_aspects
from phiward.collectors.types.aws.kms_keys import encrypts_with, named_key
from phiward.collectors.types.aws.nested import nested_text
from phiward.inventory.catalog import ResourceType
from phiward.inventory.model import Maybe, Resource, Unknown

_GROUP = "aws_elasticache_replication_group"
_OF_PRIMARY = Unknown("it is as the first group of its global datastore")
_SET_LATER = Unknown("the token is set by the apply")
_NEWEST = Unknown("engine_version is not set: ElastiCache chooses it")


def group_forms(of: ResourceType) -> tuple[Form, ...]:
    """Return the Terraform form of replication groups."""

    def build(block: Block, parts: Parts, source: Source) -> Resource:
        return _resource(block, parts, source, of, facts=group_facts(block, source), named="replication_group_id")

    return (Form(main=_GROUP, build=build, identified_by=("replication_group_id", "id", "arn")),)


def cluster_forms(of: ResourceType, memcached: ResourceType) -> tuple[Form, ...]:
    """Return the Terraform form of single nodes, which makes Memcached clusters too: `engine` says which."""

    def build(block: Block, parts: Parts, source: Source) -> Resource:
        facts = _cluster_facts(block, source)
        made = memcached if facts.engine == MEMCACHED else of
        return _resource(block, parts, source, made, facts=facts, named="cluster_id")

    return (Form(main="aws_elasticache_cluster", build=build, identified_by=("cluster_id", "id", "arn")),)


def _resource(  # noqa: PLR0913 - a block, where it was read, and what it makes
    block: Block, parts: Parts, source: Source, of: ResourceType, *, facts: CacheFacts, named: str
) -> Resource:
    said = (memcached_aspects if facts.engine == MEMCACHED else aspects)(facts)
    groups = source.owners("aws_security_group", block, "security_group_ids")
    relations: dict[str, Any] = {
        "security_groups": groups
        if isinstance(groups, Unknown)
        else tuple(sorted(source.id(group) for group in groups))
    }
    if "encrypts_with" in of.relations:
        relations["encrypts_with"] = encrypts_with(said["encryption_at_rest"])
    name = block.get(named)
    deciding = {
        "encryption_at_rest": "at_rest_encryption_enabled",
        "encryption_at_rest.key": "kms_key_id",
        "encryption_at_rest.key_owner": "kms_key_id",
        "encryption_in_transit": "transit_encryption_enabled",
        "authentication": "auth_token",
        "patching": "auto_minor_version_upgrade",
        "patching.end_of_support": "engine_version",
        "backup": "snapshot_retention_limit",
        "resilience": "multi_az_enabled",
        "config.engine": "engine",
        "config.engine_version": "engine_version",
    }
    return source.resource(
        block,
        of,
        parts=parts,
        **({"name": name} if isinstance(name, str) else {}),
        relations=relations,
        lines={path: block.lines(argument) for path, argument in deciding.items() if path.partition(".")[0] in said},
        **said,
    )


def group_facts(block: Block, source: Source) -> CacheFacts:
    """Return what the code says of a replication group."""
    secondary = block.get("global_replication_group_id") is not None
    engine: Maybe[str] = text(block, "engine", _OF_PRIMARY if secondary else "redis")
    owner, key = named_key(block, "kms_key_id", source)
    by_default: Maybe[bool] = engine if isinstance(engine, Unknown) else engine == "valkey"
    tls: Maybe[bool] = flag(block, "transit_encryption_enabled", default=_OF_PRIMARY if secondary else by_default)
    return CacheFacts(
        engine=engine,
        version=text(block, "engine_version", _OF_PRIMARY if secondary else _NEWEST),
        encrypted=flag(block, "at_rest_encryption_enabled", default=_OF_PRIMARY if secondary else by_default),
        key_owner=owner if block.get("kms_key_id") is not None else "provider",
        key=key,
        tls=tls,
        plain_too=_plain_too(block),
        anonymous=_anonymous(block, source),
        token_set=_SET_LATER if block.get("auth_token") or block.get("auth_token_wo") else None,
        upgrades=flag(block, "auto_minor_version_upgrade", default=True),
        retention_days=number(block, "snapshot_retention_limit", 0),
        redundant=flag(block, "multi_az_enabled", default=False),
    )


def _cluster_facts(block: Block, source: Source) -> CacheFacts:
    """Return what the code says of a single node; one that is added to a group is as its group."""
    if block.get("replication_group_id") is not None:
        owners = source.owners(_GROUP, block, "replication_group_id")
        group = source.find(owners[0]) if not isinstance(owners, Unknown) and owners else None
        if group is not None:
            return group_facts(group, source)
        why = owners if isinstance(owners, Unknown) else Unknown("its replication group is not in the code")
        return CacheFacts(**dict.fromkeys(CacheFacts.__struct_fields__, why))
    engine = text(block, "engine", Unknown("engine is not set"))
    return CacheFacts(
        engine=engine,
        version=text(block, "engine_version", _NEWEST),
        encrypted=False,  # only a group can be encrypted at rest
        key_owner=None,
        key=None,
        tls=flag(block, "transit_encryption_enabled", default=False),
        plain_too=False,
        token_set=None,
        anonymous=True,  # only a group can have a token or users
        upgrades=flag(block, "auto_minor_version_upgrade", default=True),
        retention_days=number(block, "snapshot_retention_limit", 0),
        redundant=None if engine == MEMCACHED else False,
    )


def _plain_too(block: Block) -> Maybe[bool]:
    mode = nested_text(block, "transit_encryption_mode", default="required")
    return mode if isinstance(mode, Unknown) else mode == "preferred"


def _anonymous(block: Block, source: Source) -> Maybe[bool]:
    """Say whether a group serves whoever reaches it: without a token, and without users of whom `default` is closed."""
    token = block.get("auth_token")
    if isinstance(token, Unknown):
        return False if block.references("auth_token") else token  # what another resource makes is not null
    if token or block.get("auth_token_wo"):
        return False
    if block.get("user_group_ids") is None:
        return True
    groups = source.owners("aws_elasticache_user_group", block, "user_group_ids")
    if isinstance(groups, Unknown):
        return groups
    found = [source.find(group) for group in groups]
    states = [
        Unknown("its user group is not in the code") if group is None else _open(group, source) for group in found
    ]
    unseen = next((state for state in states if isinstance(state, Unknown)), None)
    if any(state is True for state in states):
        return True
    return unseen or (False if states else Unknown("its user groups are not in the code"))


def _open(group: Block, source: Source) -> Maybe[bool]:
    """Say whether the user named `default` of a group is open. AWS's own, of the id `default`, is."""
    ids = as_texts("user_ids", group.get("user_ids"))
    if isinstance(ids, tuple) and "default" in ids:
        return True
    users = source.owners("aws_elasticache_user", group, "user_ids")
    if isinstance(users, Unknown):
        return users
    for user in map(source.find, users):
        if user is None or user.get("user_name") != "default":
            continue
        kind = nested_text(user, "authentication_mode", "type", default=None)
        without = flag(user, "no_password_required", default=False)
        access = text(user, "access_string", "")
        for state in (kind, without, access):
            if isinstance(state, Unknown):
                return state
        return "on" in str(access).split() and (without is True or kind == "no-password-required")
    return Unknown("the default user of its user group is not in the code")
