"""A local account of a host. Read by the host probe, section `accounts`; only names, states and ages leave the host."""

from collections.abc import Iterator

from msgspec import Struct

from phiward.collectors.host import identity, people, rules, sudoers
from phiward.collectors.host.frames import Answer
from phiward.collectors.host.system import day
from phiward.inventory.aspects import Authentication, Authorization, Credential, PasswordRules
from phiward.inventory.catalog import Relation, ResourceType
from phiward.inventory.model import CollectionGap, Maybe, Resource, Unknown

ALGORITHMS = {"y": "yescrypt", "gy": "gost-yescrypt", "7": "scrypt", "2b": "bcrypt", "2a": "bcrypt", "2y": "bcrypt"} | {
    "6": "sha512",
    "5": "sha256",
    "1": "md5",
    "des": "des",
}
"""crypt(5)'s prefixes."""


UNLISTED = Unknown("lastlog does not name the account")


class AccountConfig(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What only a local account has."""

    uid: Maybe[int]
    interactive: Maybe[bool]
    """It has a shell to work in."""
    system: Maybe[bool]
    """Its number lies below those for people (login.defs, UID_MIN)."""
    password_state: Maybe[str]
    """`set`, `locked` (no password opens it), `empty` (none is asked)."""
    password_algorithm: Maybe[str | None]
    """How the password is kept: `yescrypt`, `sha512`, `md5`, `des`. None: no password, or one that is not known."""
    expires: Maybe[str | None]
    """When the account ends (a time). None: never."""


TYPE = ResourceType(
    name="host.account",
    title="Local account",
    aspects=(Authentication, Authorization),
    config=AccountConfig,
    relations={"host": Relation("the host it is on", ("host.linux",))},
)


def normalize(answer: Answer, now: str | None) -> Iterator[Resource | CollectionGap]:
    """Yield the local accounts in the order of their names."""
    accounts = people.accounts(answer)
    if isinstance(accounts, Unknown):
        yield CollectionGap(
            source="host",
            where=identity.host_name(answer),
            reason=accounts.reason,
            types=(TYPE.name,),
            call="probe:accounts",
        )
        return
    shadows, logins = people.shadow(answer), people.last_logins(answer)
    powers = sudoers.powers((sudoers.sudo(answer), sudoers.doas(answer)), accounts, people.groups(answer))
    defs = rules.login_defs(answer)
    least = (defs or {}).get("UID_MIN", "1000") if not isinstance(defs, Unknown) else "1000"
    for name in sorted({account.name for account in accounts}):
        account = next(account for account in accounts if account.name == name)
        line = shadows if isinstance(shadows, Unknown) else (shadows or {}).get(name)
        state = people.state_of(account, shadows)
        yield identity.resource(
            answer,
            TYPE.name,
            now,
            part=f"account:{name}",
            authentication=_authentication(account, state, line, logins),
            authorization=Authorization(
                administrator=account.uid == 0
                or (powers.names if isinstance(powers.names, Unknown) else name in powers.names)
            ),
            config=AccountConfig(
                uid=account.uid,
                interactive=account.interactive,
                system=0 < account.uid < (int(least) if least.isdecimal() else 1000) or account.uid == 65534,
                password_state=state,
                password_algorithm=line
                if isinstance(line, Unknown)
                else ALGORITHMS.get((line.algorithm if line else None) or ""),
                expires=line
                if isinstance(line, Unknown)
                else day(line.expires)
                if line is not None and line.expires is not None
                else None,
            ),
            relations={"host": (f"host:{identity.host_name(answer)}",)},
        )


def _authentication(
    account: people.Account,
    state: Maybe[str],
    line: Maybe[people.Shadow | None],
    logins: Maybe[dict[str, str | None]],
) -> Authentication:
    """Return how an account proves who it is: by its password, as far as this host keeps one."""
    last: Maybe[str | None] = logins if isinstance(logins, Unknown) else logins.get(account.name, UNLISTED)
    password: Maybe[bool] = state if isinstance(state, Unknown) else state == "set"
    limit: Maybe[int | None] = line if isinstance(line, Unknown) else line.maximum if line else None
    # The host knows when the account was used, not by which of its credentials.
    used: Maybe[str | None] = Unknown("by which means the account was last used is not kept") if last else last
    credentials: Maybe[tuple[Credential, ...]] = ()
    if isinstance(line, Unknown):
        credentials = line
    elif line is not None and line.algorithm is not None:
        changed: Maybe[str | None] = Unknown("the day of the last change is not kept")
        if line.changed is not None:
            changed = day(line.changed)
        credentials = (
            Credential(id=account.name, kind="password", active=state == "set", created=changed, last_used=used),
        )
    unseen = Unknown("this is decided by the host, not by the account")
    return Authentication(
        mfa=Unknown("a local account does not say whether a second factor is asked for; sshd and PAM do"),
        password=password,
        anonymous=state if isinstance(state, Unknown) else state == "empty" and account.interactive,
        centralized=False,
        session_timeout_minutes=unseen,
        rules=PasswordRules(
            minimum_length=unseen,
            character_classes=unseen,
            history=unseen,
            lockout_attempts=unseen,
            maximum_age_days=None if isinstance(limit, int) and limit >= rules.NEVER else limit,
        ),
        credentials=credentials,
        last_activity=last,
    )
