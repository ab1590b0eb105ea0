"""Local accounts and groups. The probe hands over states and ages, never a hash, a person's name or an origin."""

import re
from collections import Counter
from datetime import datetime, timezone

from msgspec import Struct

from phiward.collectors.host.frames import Answer
from phiward.inventory.model import Maybe, Unknown

NO_SHELL = re.compile(r".*/(nologin|false|sync|shutdown|halt|git-shell)")
CENTRAL = frozenset({"sss", "ldap", "winbind", "nis", "nisplus", "ad"})


class Shadow(Struct, frozen=True, kw_only=True):
    """What is kept of a line of shadow(5)."""

    state: str
    """`set`, `locked`, `empty`."""
    algorithm: str | None
    """crypt(5)'s letters: `y`, `6`, `5`, `1`, `2b`, `des`."""
    changed: int | None
    """Days since 1970 of the last change; 0: it must be changed at the next sign-in."""
    maximum: int | None
    expires: int | None


class Account(Struct, frozen=True, kw_only=True):
    """One line of passwd(5)."""

    name: str
    password: str
    """`shadow`, `empty`, `locked`, `set`: what the file itself says."""
    uid: int
    gid: int
    shell: str

    @property
    def interactive(self) -> bool:
        """Say whether it has a shell to work in; no shell named is `/bin/sh`."""
        return NO_SHELL.fullmatch(self.shell) is None


def accounts(answer: Answer) -> Maybe[tuple[Account, ...]]:
    """Return the local accounts in the order of the file."""
    text = answer.text("accounts/passwd")
    if text is None:
        return Unknown("this host has no /etc/passwd")
    if isinstance(text, Unknown):
        return text
    found = []
    for line in text.split("\n"):
        words = line.split(":")
        if not line or words[0].startswith(("+", "-")):
            continue  # an NIS line: no local account
        if len(words) != 5 or not words[0] or not _number(words[2]) or not _number(words[3]):
            return Unknown("/etc/passwd has a line of another shape")
        found.append(Account(name=words[0], password=words[1], uid=int(words[2]), gid=int(words[3]), shell=words[4]))
    return tuple(found)


def shadow(answer: Answer) -> Maybe[dict[str, Shadow] | None]:
    """Return what is kept of /etc/shadow by account; `None` where there is no such file."""
    text = answer.text("accounts/shadow")
    if not isinstance(text, str):
        return text
    found = {}
    for line in text.split("\n"):
        words = line.split(":")
        if not line:
            continue
        if len(words) != 8 or words[1] not in {"set", "locked", "empty"}:
            return Unknown("/etc/shadow has a line of another shape")
        found[words[0]] = Shadow(
            state=words[1],
            algorithm=words[2] or None,
            changed=int(words[3]) if _number(words[3]) else None,
            maximum=int(words[5]) if _number(words[5]) else None,
            expires=int(words[7]) if _number(words[7]) else None,
        )
    return found


def state_of(account: Account, shadows: Maybe[dict[str, Shadow] | None]) -> Maybe[str]:
    """Return `set`, `locked` or `empty` for an account's password, wherever it is kept."""
    if account.password != "shadow":  # noqa: S105 - a word of ours
        return account.password
    if isinstance(shadows, Unknown):
        return shadows
    line = (shadows or {}).get(account.name)
    return line.state if line else "locked"


def root_accounts(people: Maybe[tuple[Account, ...]]) -> Maybe[tuple[str, ...]]:
    """Return the accounts with the number 0."""
    return people if isinstance(people, Unknown) else tuple(sorted(a.name for a in people if a.uid == 0))


def duplicate_uids(people: Maybe[tuple[Account, ...]]) -> Maybe[tuple[str, ...]]:
    """Return the accounts that share their number with another."""
    if isinstance(people, Unknown):
        return people
    numbers = Counter(account.uid for account in people)
    return tuple(sorted(account.name for account in people if numbers[account.uid] > 1))


def passwordless(
    people: Maybe[tuple[Account, ...]], shadows: Maybe[dict[str, Shadow] | None]
) -> Maybe[tuple[str, ...]]:
    """Return the accounts with a shell and an empty password."""
    if isinstance(people, Unknown):
        return people
    states = [(account, state_of(account, shadows)) for account in people if account.interactive]
    unseen = next((state for _, state in states if isinstance(state, Unknown)), None)
    return unseen or tuple(sorted(account.name for account, state in states if state == "empty"))


def groups(answer: Answer) -> Maybe[dict[str, tuple[int, tuple[str, ...]]]]:
    """Return group to its id and the members it names."""
    text = answer.text("accounts/group")
    if text is None:
        return Unknown("this host has no /etc/group")
    if isinstance(text, Unknown):
        return text
    found = {}
    for line in text.split("\n"):
        words = line.split(":")
        if len(words) == 3 and _number(words[1]):
            found[words[0]] = (int(words[1]), tuple(name for name in words[2].split(",") if name))
    return found


def members(group: str, known: dict[str, tuple[int, tuple[str, ...]]], people: tuple[Account, ...]) -> tuple[str, ...]:
    """Return the accounts of a group, those whose own group it is included."""
    gid, named = known.get(group, (-1, ()))
    return tuple(sorted({*named, *(a.name for a in people if a.gid == gid)}))


def centralized(answer: Answer) -> Maybe[bool | None]:
    """Say whether accounts come from a directory too (nsswitch.conf(5))."""
    text = answer.text("accounts/nsswitch")
    if text is None:
        return False
    if isinstance(text, Unknown):
        return text
    line = next((line for line in text.split("\n") if line.startswith("passwd:")), "")
    return bool(set(line.removeprefix("passwd:").split()) & CENTRAL)


def last_logins(answer: Answer) -> Maybe[dict[str, str | None]]:
    """Return account to its last sign-in (a time); `None`: never."""
    text = answer.text("accounts/lastlog")
    if text is None:
        return Unknown("this host keeps no lastlog")
    if isinstance(text, Unknown):
        return text
    found: dict[str, str | None] = {}
    for line in text.split("\n"):
        words = line.split()
        if len(words) == 1:
            found[words[0]] = None
        elif len(words) == 6:
            try:
                when = datetime.strptime(" ".join(words[1:]), "%b %d %H:%M:%S %z %Y")
            except ValueError:
                continue
            found[words[0]] = when.astimezone(timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")  # noqa: UP017
    return found


def _number(word: str) -> bool:
    """Say whether a word is a number of ours."""
    return re.fullmatch(r"[0-9]{1,10}", word) is not None
