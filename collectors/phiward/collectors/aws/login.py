"""Who is asking: credentials of a profile, an assumed role, and the account they belong to."""

import re
from contextlib import closing
from typing import Any

from msgspec import Struct

from phiward.collectors.aws import clients, failures
from phiward.collectors.aws.limits import Limits
from phiward.errors import CollectError

HOMES = {"aws": "us-east-1", "aws-us-gov": "us-gov-west-1", "aws-cn": "cn-north-1"}
"""Where each partition's global services answer."""

_ROLE = re.compile(r"arn:(aws[a-z-]*):iam::\d{12}:role/[\w+=,.@/-]+")


class Login(Struct, frozen=True, kw_only=True):
    """A session that has proved who it is."""

    session: Any
    account: str
    partition: str
    principal: str
    """The caller's ARN."""
    region: str | None
    """The region that the profile or environment names."""

    @property
    def home(self) -> str:
        """The region of the partition's global services."""
        return HOMES.get(self.partition, self.region or "us-east-1")

    def holds(self, region: str) -> bool:
        """Say whether a region is of the account's partition, as far as anybody knows."""
        from botocore.exceptions import UnknownRegionError

        try:
            return bool(self.session.get_partition_for_region(region) == self.partition)
        except UnknownRegionError:
            return True


def sign_in(profile: str | None, role: str | None, limits: Limits, external_id: str | None = None) -> Login:
    """Return the login of a profile (None: the environment's default), in `role` where one is named.

    Raises `CollectError` where there are no credentials, or AWS does not accept them.
    """
    from botocore import exceptions
    from botocore.session import Session

    from phiward.collectors.aws import models

    session = Session(profile=profile)
    try:
        session.register_component("data_loader", models.loader(session))
        if session.get_credentials() is None:
            message = (
                "no AWS credentials found: sign in (`aws sso login`, `aws configure`), or name a profile with --profile"
            )
            raise CollectError(message)
        region = session.get_config_variable("region")
        if role is not None:
            assume(session, role, region, limits, external_id=external_id)
        with closing(clients.make(session, "sts", region or _home_of_role(role), limits)) as sts:
            caller = sts.get_caller_identity()
    except exceptions.ClientError as error:
        raise CollectError(_refusal(error.response, profile, role)) from error
    except exceptions.ProfileNotFound as error:
        known = ", ".join(sorted(session.available_profiles)) or "none"
        message = f"AWS profile {profile or session.profile!r} is not configured (there are: {known})"
        raise CollectError(message) from error
    except failures.credential_errors() as error:
        message = f"AWS credentials of {_whose(profile)} cannot be used: {error}. Sign in again (`aws sso login`)"
        raise CollectError(message) from error
    except (exceptions.ConfigParseError, exceptions.ConfigNotFound) as error:
        raise CollectError(f"the AWS configuration cannot be read: {error}. Mend the file, or name another") from error
    except exceptions.BotoCoreError as error:
        message = f"AWS cannot be reached to ask who the caller is (sts:GetCallerIdentity): {error}"
        raise CollectError(message) from error
    return Login(
        session=session,
        account=caller["Account"],
        partition=caller["Arn"].split(":")[1],
        principal=caller["Arn"],
        region=region,
    )


def enter(login: Login, role: str, external_id: str | None, limits: Limits) -> Login:
    """Return the login of a role in another account, taken by the first login, whose settings and data it shares.

    Raises `CollectError` where the role cannot be assumed, `ExpiredError` where the first login's credentials ended.
    """
    from botocore import exceptions
    from botocore.session import Session

    session = Session(profile=login.session.profile)
    # A session's own copies of botocore's data cost 10 MB and more. How to share them: botocore/session.py.
    session.register_component("data_loader", login.session.get_component("data_loader"))
    resolver = login.session._get_internal_component("endpoint_resolver")  # noqa: SLF001 - it has no public name
    session._internal_components.register_component("endpoint_resolver", resolver)  # noqa: SLF001 - the same
    region = login.region or login.home
    source = login.session.get_credentials()
    assume(session, role, region, limits, external_id=external_id, source=source)
    try:
        with closing(clients.make(session, "sts", region, limits)) as sts:
            caller = sts.get_caller_identity()
    except exceptions.ClientError as error:
        code = error.response.get("Error", {}).get("Code", "")
        if code in failures.EXPIRED:
            raise ExpiredError(EXPIRED) from error
        raise CollectError(_no_entry(code, login.principal, role)) from error
    except failures.credential_errors() as error:
        raise ExpiredError(EXPIRED) from error
    except exceptions.BotoCoreError as error:
        raise CollectError(f"{role} could not be assumed (sts:AssumeRole): {type(error).__name__}") from error
    return Login(
        session=session,
        account=caller["Account"],
        partition=login.partition,
        principal=caller["Arn"],
        region=login.region,
    )


EXPIRED = "the credentials expired before it was read: sign in again and repeat the run"


class ExpiredError(CollectError):
    """The credentials that roles are assumed with have ended: no other account can be entered either."""


def assume(  # noqa: PLR0913 - a role is assumed with this much
    session: Any,
    role: str,
    region: str | None,
    limits: Limits,
    *,
    external_id: str | None = None,
    source: Any = None,
) -> None:
    """Put a role's credentials, renewed by themselves when they end, in place of the session's own.

    `source`: the credentials to assume it with, the session's own where none are given.
    """
    from botocore.credentials import AssumeRoleCredentialFetcher, DeferredRefreshableCredentials

    if not _ROLE.fullmatch(role):
        message = f"{role!r} is not a role: name its ARN, like arn:aws:iam::111122223333:role/auditor"
        raise CollectError(message)

    def client(service: str, **keys: Any) -> Any:
        place = region or _home_of_role(role)
        return _Once(session.create_client(service, region_name=place, config=clients.config(session, limits), **keys))

    fetcher = AssumeRoleCredentialFetcher(
        client,
        source or session.get_credentials(),
        role,
        extra_args={"RoleSessionName": "phiward", **({"ExternalId": external_id} if external_id else {})},
    )
    session.register_component("credential_provider", _Renewing(DeferredRefreshableCredentials, fetcher))
    session._credentials = None  # noqa: SLF001 - the only way to have a session look for its credentials again


class _Once:
    """A client for one question: botocore makes one for each renewal and forgets to close it."""

    def __init__(self, client: Any) -> None:
        self._client = client

    def assume_role(self, **arguments: Any) -> Any:
        """Ask for the role's credentials."""
        with closing(self._client) as client:
            return client.assume_role(**arguments)


class _Renewing:
    """A place where a session finds credentials that renew themselves."""

    def __init__(self, credentials: Any, fetcher: Any) -> None:
        self._credentials = credentials
        self._fetcher = fetcher

    def load_credentials(self) -> Any:
        """Return the credentials; the role is assumed when they are first used."""
        return self._credentials(method="assume-role", refresh_using=self._fetcher.fetch_credentials)


def _no_entry(code: str, principal: str, role: str) -> str:
    if code in failures.DENIED:
        return (
            f"access denied: {principal} may not assume {role} (sts:AssumeRole): is the role there, does its trust "
            "policy name the caller (and the external id), and may the caller assume it?"
        )
    return f"{role} could not be assumed (sts:AssumeRole): {code or 'no code'}"


def _home_of_role(role: str | None) -> str:
    partition = role.split(":")[1] if role else "aws"
    return HOMES.get(partition, "us-east-1")


def _refusal(response: dict[str, Any], profile: str | None, role: str | None) -> str:
    code = response.get("Error", {}).get("Code", "")
    if role is not None and code in failures.DENIED:
        return f"access denied: {_whose(profile)} may not assume {role} (sts:AssumeRole): check the role's trust policy"
    if code in failures.EXPIRED:
        return f"the AWS credentials of {_whose(profile)} have expired: sign in again (`aws sso login`)"
    elsewhere = (
        "; are they of GovCloud or China? Then name a region of theirs (AWS_REGION)"
        if code in failures.REJECTED
        else ""
    )
    return (
        f"AWS does not accept the credentials of {_whose(profile)} ({code}): sign in again, or name another profile"
        f"{elsewhere}"
    )


def _whose(profile: str | None) -> str:
    return f"profile {profile!r}" if profile else "the environment"
