"""CodeBuild projects. Calls `codebuild:ListProjects`, `BatchGetProjects` (by the hundred), `ListSourceCredentials`.

Of environment variables are kept the names of those in plain text, never a value. Of a source are kept its kind and how
CodeBuild signs in there: its address, which may hold a password, stays behind.
"""

from collections.abc import Iterator
from itertools import islice
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from msgspec import Struct

from phiward.collectors.aws.port import Aws
from phiward.collectors.terraform.block import Block, Parts
from phiward.collectors.terraform.form import Form, Source
from phiward.collectors.types.aws.answers import live, told
from phiward.collectors.types.aws.arguments import flag, text
from phiward.inventory.aspects import Exposure, Logging
from phiward.inventory.catalog import ResourceType
from phiward.inventory.model import Maybe, Resource, Unknown

_AT_ONCE = 100
"""How many projects one `BatchGetProjects` may ask about."""
_HOSTS = ("GITHUB", "GITHUB_ENTERPRISE", "GITLAB", "GITLAB_SELF_MANAGED", "BITBUCKET")
"""Kinds of source that CodeBuild has to sign in at."""
_WEB = ("http", "https")


class BuildSource(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One place that a project takes code from."""

    kind: Maybe[str]
    """`GITHUB`, `BITBUCKET`, `CODECOMMIT`, `S3`, `NO_SOURCE`, ..."""
    sign_in: Maybe[str | None]
    """How CodeBuild signs in at a host outside AWS: `OAUTH`, `CODECONNECTIONS`, `SECRETS_MANAGER`,
    `PERSONAL_ACCESS_TOKEN`, `BASIC_AUTH`. None: not at all, so that it reaches public code only; and inside AWS."""
    credentials_in_address: Maybe[bool]
    """The address itself holds a user name, password or token."""


class ProjectConfig(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What only CodeBuild projects have."""

    plain_variables: Maybe[tuple[Maybe[str], ...]]
    """Names of the environment variables whose value is stored in plain text."""
    sources: Maybe[tuple[BuildSource, ...]]
    """Its source, and its secondary ones."""
    privileged: Maybe[bool]
    """Builds run with the rights of root on their machine, as building container images needs."""


TYPE = ResourceType(
    name="aws.codebuild.project", title="CodeBuild project", aspects=(Exposure, Logging), config=ProjectConfig
)


def items(aws: Aws) -> Iterator[dict[str, Any]]:
    """List the projects of the region, described by the hundred."""
    names = aws.pages("codebuild", "list_projects", "projects")
    while some := list(islice(names, _AT_ONCE)):
        yield from aws.pages("codebuild", "batch_get_projects", "projects", names=some)


def resource(aws: Aws, item: dict[str, Any]) -> Resource:
    """Normalize one project, with the region's credentials for hosts of code."""
    logs = item.get("logsConfig") or {}
    given = [item.get("source") or {}, *(item.get("secondarySources") or ())]
    environment = item.get("environment") or {}
    variables = environment.get("environmentVariables") or ()
    return live(
        aws,
        TYPE,
        item["arn"],
        name=item["name"],
        tags={tag["key"]: tag.get("value", "") for tag in item.get("tags") or ()},
        exposure=_exposure(item.get("projectVisibility", "PRIVATE")),
        logging=_logging(
            (logs.get("cloudWatchLogs") or {}).get("status", "ENABLED"),
            (logs.get("s3Logs") or {}).get("status", "DISABLED"),
        ),
        config=ProjectConfig(
            plain_variables=tuple(
                sorted(each["name"] for each in variables if each.get("type", "PLAINTEXT") == "PLAINTEXT")
            ),
            sources=tuple(_live_source(aws, each) for each in given),
            privileged=bool(environment.get("privilegedMode")),
        ),
    )


def from_terraform(block: Block, parts: Parts, source: Source) -> Resource:
    """Build the project that an `aws_codebuild_project` block makes."""
    environment = next(iter(block.blocks("environment")), Unknown("environment is missing"))
    logs = next(iter(block.blocks("logs_config")), None)
    return source.resource(
        block,
        TYPE,
        parts=parts,
        exposure=_exposure(text(block, "project_visibility", "PRIVATE")),
        logging=_logging(_status(logs, "cloudwatch_logs", "ENABLED"), _status(logs, "s3_logs", "DISABLED")),
        config=ProjectConfig(
            plain_variables=_plain(environment),
            sources=_code_sources(block, source),
            privileged=environment
            if isinstance(environment, Unknown)
            else flag(environment, "privileged_mode", default=False),
        ),
        lines={
            "exposure": block.lines("project_visibility"),
            "logging": block.lines("logs_config"),
            "config.plain_variables": block.lines("environment"),
            "config.privileged": block.lines("environment"),
            "config.sources": block.lines("source"),
        },
    )


def _exposure(visibility: Maybe[str]) -> Exposure:
    """Return the exposure: of a public project anybody may read the logs and results of builds."""
    if isinstance(visibility, Unknown):
        return Exposure(public=visibility, ways=visibility)
    public = visibility == "PUBLIC_READ"
    return Exposure(public=public, ways=("public-builds",) if public else ())


def _logging(watched: Maybe[str], stored: Maybe[str]) -> Logging:
    states = {"cloudwatch": watched, "s3": stored}
    on = tuple(name for name, state in states.items() if state == "ENABLED")
    unseen = next((state for state in states.values() if isinstance(state, Unknown)), None)
    enabled: Maybe[bool] = True if on else unseen or False
    return Logging(enabled=enabled, destinations=unseen or on, off_host=enabled)


def _live_source(aws: Aws, source: dict[str, Any]) -> BuildSource:
    kind = source.get("type", "NO_SOURCE")
    sign_in: Maybe[str | None] = None
    if kind in _HOSTS:
        sign_in = (source.get("auth") or {}).get("type") or _account_credential(aws, kind)
    return BuildSource(kind=kind, sign_in=sign_in, credentials_in_address=_holds_credentials(source.get("location")))


def _account_credential(aws: Aws, kind: str) -> Maybe[str | None]:
    """Return how the account signs in at a kind of host, for projects that say nothing of their own."""
    answer = aws.ask("codebuild", "list_source_credentials", fills=("config.sources",))
    return told(
        answer,
        lambda given: next(
            (each["authType"] for each in given.get("sourceCredentialsInfos", ()) if each.get("serverType") == kind),
            None,
        ),
    )


def _holds_credentials(address: Any) -> Maybe[bool]:
    """Say whether an address holds a user name, password or token. `git@host:path` names no person."""
    if isinstance(address, Unknown):
        return address
    try:
        parts = urlsplit(str(address or ""))
        named = bool(parts.password) or (parts.scheme in _WEB and bool(parts.username))
        return named or any("token" in name.lower() for name, _ in parse_qsl(parts.query))
    except ValueError:
        return Unknown("the address of the source is not a URL")


def _status(logs: Block | Unknown | None, name: str, default: str) -> Maybe[str]:
    for each in [logs] if isinstance(logs, Unknown) else logs.blocks(name) if logs else []:
        return each if isinstance(each, Unknown) else text(each, "status", default)
    return default


def _plain(environment: Block | Unknown) -> Maybe[tuple[Maybe[str], ...]]:
    if isinstance(environment, Unknown):
        return environment
    names: list[Maybe[str]] = []
    for variable in environment.blocks("environment_variable"):
        if isinstance(variable, Unknown):
            names.append(variable)
            continue
        kind = text(variable, "type", "PLAINTEXT")
        if isinstance(kind, Unknown):
            names.append(kind)
        elif kind == "PLAINTEXT":
            names.append(text(variable, "name", ""))
    return tuple(sorted(names, key=str))


def _code_sources(block: Block, source: Source) -> Maybe[tuple[BuildSource, ...]]:
    found = []
    for each in [*block.blocks("source"), *block.blocks("secondary_sources")]:
        if isinstance(each, Unknown):
            return each
        kind = text(each, "type", "NO_SOURCE")
        sign_in: Maybe[str | None] = None
        if isinstance(kind, Unknown) or kind in _HOSTS:
            sign_in = kind if isinstance(kind, Unknown) else _code_sign_in(each, kind, source)
        address = _holds_credentials(each.get("location"))
        found.append(BuildSource(kind=kind, sign_in=sign_in, credentials_in_address=address))
    return tuple(found)


def _code_sign_in(block: Block, kind: str, source: Source) -> Maybe[str | None]:
    for auth in block.blocks("auth"):
        return auth if isinstance(auth, Unknown) else text(auth, "type", "OAUTH")
    for credential in source.blocks("aws_codebuild_source_credential"):
        server = text(credential, "server_type", None)
        if server == kind or isinstance(server, Unknown):
            sure = server if isinstance(server, Unknown) else source.certain(credential)
            return sure if isinstance(sure, Unknown) else text(credential, "auth_type", None)
    return Unknown("the code does not hold the credential that the account signs in with")


TERRAFORM = (Form(main="aws_codebuild_project", build=from_terraform, identified_by=("name", "id", "arn")),)
