"""What a stage of a REST API is, in whichever form it was read."""

from typing import Any

from msgspec import Struct

from phiward.collectors.types.aws import tls_policies
from phiward.inventory import kleene
from phiward.inventory.aspects import EncryptionInTransit, Logging, Monitoring
from phiward.inventory.catalog import Relation, ResourceType
from phiward.inventory.model import Maybe, Unknown

ALL_METHODS = "*/*"
"""The path under which a stage keeps the settings of all methods that have none of their own."""

_KEPT_THERE = Unknown("the destination of the log decides")


class StageConfig(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What only a stage of a REST API has."""

    private: Maybe[bool]
    """It is reached through endpoints in a VPC alone."""
    execution_log_level: Maybe[str]
    """What is recorded of each call of a method that has no settings of its own: `ERROR`, `INFO`, or `OFF`."""
    unlogged: Maybe[tuple[str, ...]]
    """Methods whose own settings turn that record off: `pets/GET`."""
    client_certificate: Maybe[str | None]
    """The certificate by which it proves to what lies behind it that it is the gateway. None: it proves nothing."""
    caches: Maybe[bool]
    """It keeps responses for a while."""
    cache_encrypted: Maybe[bool | None]
    """All that it keeps is encrypted. None where it keeps nothing."""
    web_acl: Maybe[str | None]
    """The web ACL that filters its traffic. None: nothing does."""


TYPE = ResourceType(
    name="aws.apigateway.stage",
    title="REST API stage",
    aspects=(EncryptionInTransit, Logging, Monitoring),
    config=StageConfig,
    relations={
        "web_acl": Relation(
            "the web ACL that filters its traffic", ("aws.waf.web_acl", "aws.wafregional.web_acl", "aws.wafv2.web_acl")
        )
    },
)


class MethodSettings(Struct, frozen=True, kw_only=True):
    """How calls of a method, or of all, are recorded and cached."""

    log_level: Maybe[str]
    cached: Maybe[bool]
    cache_encrypted: Maybe[bool]


NO_SETTINGS = MethodSettings(log_level="OFF", cached=False, cache_encrypted=False)


class StageFacts(Struct, frozen=True, kw_only=True):
    """One stage."""

    private: Maybe[bool]
    minimum_tls: Maybe[str | None]
    access_log: Maybe[str | None]
    """Where the record of who called goes."""
    execution_log: Maybe[str]
    """The log group of the record of each call, which API Gateway names itself."""
    tracing: Maybe[bool]
    client_certificate: Maybe[str | None]
    cache_on: Maybe[bool]
    """A cache was made for it, whatever is kept in it."""
    settings: Maybe[dict[str, MethodSettings]]
    web_acl: Maybe[str | None]

    @property
    def of_all(self) -> Maybe[MethodSettings]:
        """The settings of the methods that have none of their own."""
        return self.settings if isinstance(self.settings, Unknown) else self.settings.get(ALL_METHODS, NO_SETTINGS)


def api_tls(policy: Maybe[str | None], *, private: Maybe[bool], default_off: Maybe[bool]) -> Maybe[str | None]:
    """Return the lowest TLS version of an API's own address.

    Without a policy it is TLS 1.0, of a private API 1.2 (*Choose a security policy for your REST API*). Where the own
    address is off, that of the domain names decides.
    """
    if isinstance(default_off, Unknown) or default_off:
        return default_off if isinstance(default_off, Unknown) else Unknown("its domain names decide")
    if policy is not None:
        return tls_policies.of_api(policy)
    return private if isinstance(private, Unknown) else "1.2" if private else "1.0"


def aspects(facts: StageFacts) -> dict[str, Any]:
    """Return the aspects of either form. API Gateway answers nothing but TLS."""
    return {
        "encryption_in_transit": EncryptionInTransit(enforced=True, minimum_tls=facts.minimum_tls),
        "logging": recorded(facts.access_log, _level(facts), facts.execution_log),
        "monitoring": Monitoring(enabled=facts.tracing),
    }


def recorded(access_log: Maybe[str | None], level: Maybe[str | None], execution_log: Maybe[str]) -> Logging:
    """Return the logging of a stage: of who called (access), and of what became of each call (execution)."""
    access = access_log if isinstance(access_log, Unknown) else access_log is not None
    execution = level if isinstance(level, Unknown) else level not in {None, "OFF"}
    enabled = kleene.some((access, execution))
    unseen = next((each for each in (access, execution) if isinstance(each, Unknown)), None)
    destinations: list[str] = [access_log] if isinstance(access_log, str) else []
    if execution is True:
        if isinstance(execution_log, Unknown):
            unseen = unseen or execution_log
        else:
            destinations.append(execution_log)
    return Logging(
        enabled=enabled,
        destinations=unseen or tuple(destinations),
        off_host=enabled,
        retention_days=_KEPT_THERE,
        kinds=next((each for each in (access, execution) if isinstance(each, Unknown)), None)
        or (*(("access",) if access else ()), *(("execution",) if execution else ())),
    )


def configuration(facts: StageFacts) -> StageConfig:
    """Return what only this type has."""
    caches, encrypted = _cache(facts)
    return StageConfig(
        private=facts.private,
        execution_log_level=_level(facts),
        unlogged=_unlogged(facts.settings),
        client_certificate=facts.client_certificate,
        caches=caches,
        cache_encrypted=encrypted,
        web_acl=facts.web_acl,
    )


def web_acl_relation(facts: StageFacts) -> dict[str, Maybe[tuple[str, ...]]]:
    """Return the relation to the web ACL."""
    acl = facts.web_acl
    return {"web_acl": acl if isinstance(acl, Unknown) else (acl,) if acl else ()}


def _level(facts: StageFacts) -> Maybe[str]:
    return facts.of_all if isinstance(facts.of_all, Unknown) else facts.of_all.log_level


def _unlogged(settings: Maybe[dict[str, MethodSettings]]) -> Maybe[tuple[str, ...]]:
    if isinstance(settings, Unknown):
        return settings
    return off_among({path: own.log_level for path, own in settings.items() if path != ALL_METHODS})


def off_among(levels: dict[str, Maybe[str]]) -> Maybe[tuple[str, ...]]:
    """Return the methods or routes whose record is off."""
    off = tuple(sorted(path for path, level in levels.items() if level == "OFF"))
    return off or next((level for level in levels.values() if isinstance(level, Unknown)), ())


def _cache(facts: StageFacts) -> tuple[Maybe[bool], Maybe[bool | None]]:
    """Return whether it keeps responses, and whether encrypted.

    A cache whose stage has no settings of all methods keeps the responses of each GET, in plain text.
    """
    if isinstance(facts.cache_on, Unknown):
        return facts.cache_on, facts.cache_on
    if not facts.cache_on:
        return False, None
    if isinstance(facts.settings, Unknown):
        return facts.settings, facts.settings
    by_default = MethodSettings(log_level="OFF", cached=True, cache_encrypted=False)
    settings = {ALL_METHODS: by_default, **facts.settings}
    caches = kleene.some(own.cached for own in settings.values())
    if isinstance(caches, Unknown):
        return caches, caches
    if not caches:
        return False, None
    return True, kleene.every(
        kleene.some((kleene.negate(own.cached), own.cache_encrypted)) for own in settings.values()
    )
