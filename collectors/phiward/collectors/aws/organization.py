"""Which accounts a run is about: the caller's own, those that are named, or all of the organisation."""

from __future__ import annotations

import re
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING, Any, NamedTuple

from phiward.collectors.aws import failures
from phiward.errors import CollectError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from phiward.collectors.aws.asking import Asking
    from phiward.collectors.aws.login import Login
    from phiward.collectors.port import Options

ROLE = "phiward-audit"
"""The role that is assumed in each account, where no other is named."""

_NUMBER = re.compile(r"\d{12}")
_ROLE_NAME = re.compile(r"([\w+=,.@-]+/)*[\w+=,.@-]{1,64}")
_SHOWN = 20


class Member(NamedTuple):
    """An account that may be read."""

    id: str
    name: str | None = None

    def __str__(self) -> str:
        return f"{self.id} ({self.name})" if self.name else self.id


class Members(NamedTuple):
    """The accounts to read, and what there is to say of the others."""

    read: tuple[Member, ...]
    left_out: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()


def role_of(options: Options, partition: str, account: str) -> str:
    """Return the ARN of the role to assume in an account. Raises `CollectError` for what is no name of a role."""
    name = options.org_role or ROLE
    if not _ROLE_NAME.fullmatch(name):
        message = f"--org-role {name}: not the name of a role: give it without account and ARN, like {ROLE}"
        raise CollectError(message)
    return f"arn:{partition}:iam::{account}:role/{name}"


def members(asking: Asking, login: Login, options: Options) -> Members:
    """Return the accounts of a run. Raises `CollectError` where they cannot be listed, or a wanted one is not there."""
    if not options.org:
        return _named(options.accounts)
    active: list[tuple[Member, str]] = []
    inactive: list[tuple[Member, str]] = []
    for account in _listed(asking, login):
        member = Member(str(account["Id"]), account.get("Name"))
        state = str(account.get("State") or account.get("Status") or "ACTIVE")
        (active if state == "ACTIVE" else inactive).append((member, state))
    everyone = sorted(member for member, _ in active)
    gone = sorted((member, state) for member, state in inactive if _wanted(member, options.accounts))
    read = tuple(member for member in everyone if _wanted(member, options.accounts))
    for word in options.accounts:
        if not any(_matches(member, word) for member, _ in (*active, *inactive)):
            message = f"--accounts {word}: no account of the organisation has that number or name"
            raise CollectError(message)
    if not read:
        raise CollectError("no account to read: none that was asked for is active")
    return Members(read, tuple(_others(everyone, read)), tuple(_inactive(gone)))


def _named(words: tuple[str, ...]) -> Members:
    for word in words:
        if not _NUMBER.fullmatch(word):
            message = (
                f"--accounts {word}: not an account's twelve digits; a pattern needs --org, which lists the accounts"
            )
            raise CollectError(message)
    return Members(tuple(Member(word) for word in sorted(set(words))))


def _listed(asking: Asking, login: Login) -> Iterator[dict[str, Any]]:
    for page in asking.listing("organizations", "list_accounts", login.home, {}):
        if page.failure is not None:
            raise CollectError(_refused(page.failure, login))
        yield from (page.body or {}).get("Accounts", ())


def _refused(failure: failures.Failure, login: Login) -> str:
    if failure.code == "AWSOrganizationsNotInUseException":
        return f"account {login.account} belongs to no organisation: leave --org out"
    if failure.code in failures.DENIED:
        return (
            f"the accounts of the organisation may not be listed ({failure.reason}): grant organizations:ListAccounts "
            f"to {login.principal}, which must be in the management account or a delegated administrator; or leave "
            "--org out and name the accounts: --accounts 111122223333,444455556666"
        )
    return f"the accounts of the organisation could not be listed: {failure.reason}"


def _wanted(member: Member, words: tuple[str, ...]) -> bool:
    return not words or any(_matches(member, word) for word in words)


def _matches(member: Member, word: str) -> bool:
    return member.id == word or fnmatchcase(member.id, word) or fnmatchcase(member.name or "", word)


def _others(everyone: list[Member], read: tuple[Member, ...]) -> Iterator[str]:
    others = [member for member in everyone if member not in set(read)]
    if others:
        yield f"{len(others)} of {len(everyone)} active accounts (--accounts): {_list(others)}"


def _inactive(gone: Iterable[tuple[Member, str]]) -> Iterator[str]:
    for member, state in gone:
        yield f"account {member} is {state.lower().replace('_', ' ')}: not read"


def _list(members: list[Member]) -> str:
    more = f", … and {len(members) - _SHOWN} more" if len(members) > _SHOWN else ""
    return ", ".join(map(str, members[:_SHOWN])) + more
