"""The aspects: what the law asks about, in typed fields that mean the same for every source.

A field without a default must be stated by the collector (a value, or `Unknown`). `None` is allowed only where the
type says so, and means that the target said there is none. Times are `YYYY-MM-DDTHH:MM:SSZ`, dates `YYYY-MM-DD`,
durations and retentions whole days unless the name says otherwise, versions dotted numbers as strings, networks CIDR.
The text under a field is its documentation: `phiward schema` prints it.
"""

from typing import Literal

from msgspec import Struct

from phiward.inventory.iam import PolicyDocument
from phiward.inventory.unknown import Maybe


class Aspect(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One kind of question that the law asks."""


class EncryptionAtRest(Aspect, frozen=True, kw_only=True, omit_defaults=True):
    """Whether what is stored is encrypted, and under whose key. §164.312(a)(2)(iv)."""

    enabled: Maybe[bool]
    """Everything the store holds is encrypted."""
    algorithm: Maybe[str | None] = None
    """As the source names it: `AES256`, `aws:kms`, `luks2`."""
    key_owner: Maybe[Literal["provider", "managed", "customer"] | None] = None
    """Who controls the key: `provider` (the service's own, out of sight), `managed` (the provider's, in the account),
    `customer` (the organisation's own, whose use it can grant, log and end). None where nothing is encrypted."""
    key: Maybe[str | None] = None
    """The key's id, where one is named."""


class EncryptionInTransit(Aspect, frozen=True, kw_only=True, omit_defaults=True):
    """Whether traffic to it is encrypted. §164.312(e)(1), (e)(2)(ii)."""

    enforced: Maybe[bool | None]
    """Connections in plain text are refused. None where it takes no connections itself: a certificate."""
    minimum_tls: Maybe[str | None] = None
    """The lowest TLS version it accepts: `1.2`; SSL, which is older, is `0`. None where it accepts any, or speaks
    another protocol."""
    certificate_expires: Maybe[str | None] = None
    """When its certificate ends (a time)."""


class Exposure(Aspect, frozen=True, kw_only=True, omit_defaults=True):
    """Who outside can reach or read it. §164.312(a)(1), §164.312(e)(1)."""

    public: Maybe[bool]
    """Anyone on the internet, or any customer of the provider, can reach or read it."""
    ways: Maybe[tuple[str, ...]] = ()
    """How: `acl`, `policy`, `public-address`, `shared-snapshot`, `ingress`; or the whole way over a network:
    `internet > igw-1 > rtb-1 > subnet-1 > sg-1 (tcp 443)`."""
    shared_with: Maybe[tuple[str, ...]] = ()
    """Other accounts that are let in, by id."""
    public_access_blocked: Maybe[bool | None] = None
    """A guard stands that keeps it private whatever a policy or list says. None where the type has no such guard."""


class Credential(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Something an identity signs in with."""

    id: str
    """Its public identifier; never the secret."""
    kind: Literal["password", "access-key", "signing-certificate", "ssh-key", "token"]
    active: Maybe[bool]
    created: Maybe[str | None] = None
    """When it was made or last renewed (a time)."""
    last_used: Maybe[str | None] = None
    """When it was last used (a time). None: never."""


class PasswordRules(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What a password must be, where an account, host or directory sets that. §164.308(a)(5)(ii)(D)."""

    minimum_length: Maybe[int | None] = None
    """Characters. None: no rule."""
    character_classes: Maybe[int | None] = None
    """How many of upper case, lower case, digits and symbols are demanded, 0 to 4."""
    history: Maybe[int | None] = None
    """How many earlier passwords may not come back. None: no rule."""
    maximum_age_days: Maybe[int | None] = None
    """Days until it must be changed. None: never."""
    lockout_attempts: Maybe[int | None] = None
    """Failed attempts until the account is locked. None: never."""


class Authentication(Aspect, frozen=True, kw_only=True, omit_defaults=True):
    """How identities prove who they are. §164.312(d), §164.308(a)(5)(ii)(D)."""

    mfa: Maybe[bool | None]
    """A second factor is registered (an identity) or demanded (an entry point). None where it cannot apply."""
    password: Maybe[bool | None] = None
    """A password alone, or as one factor, opens it. None where passwords do not exist."""
    anonymous: Maybe[bool | None] = None
    """It can be used without proving an identity at all."""
    centralized: Maybe[bool | None] = None
    """Identities come from a central directory or the provider's IAM, not from accounts of its own."""
    root_login: Maybe[bool | None] = None
    """The all-powerful account can sign in directly."""
    session_timeout_minutes: Maybe[int | None] = None
    """Minutes without activity until a session ends. None: never. §164.312(a)(2)(iii)."""
    rules: Maybe[PasswordRules | None] = None
    credentials: Maybe[tuple[Credential, ...]] = ()
    last_activity: Maybe[str | None] = None
    """When the identity last did anything (a time). None: never."""


class Grant(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A policy that gives rights."""

    name: str
    kind: Literal["inline", "customer", "provider", "resource", "boundary"]
    """Written into the identity, the customer's own managed one, the provider's managed one, on a resource, a limit."""
    document: Maybe[PolicyDocument]


class Authorization(Aspect, frozen=True, kw_only=True, omit_defaults=True):
    """Who may do what. §164.308(a)(4), §164.312(a)(1)."""

    administrator: Maybe[bool | None]
    """It may do everything (an identity), or lets someone do everything (a resource)."""
    grants: Maybe[tuple[Grant, ...]] = ()
    """The policies in force."""
    escalations: Maybe[tuple[Maybe[str], ...] | None] = None
    """Ways from these rights to more, each named by the actions that open it: `iam:PassRole + ec2:RunInstances`. An
    `Unknown` among them stands for any number that cannot be told. Empty where it may do everything anyway; of the
    provider's own policies only those whose documents are known count. None where that is not a question."""
    direct: Maybe[bool | None] = None
    """Rights are given to the person directly instead of through a group or role."""
    privileged: Maybe[tuple[str, ...]] = ()
    """Names of those who may become all-powerful (sudoers, administrators)."""
    passwordless: Maybe[bool | None] = None
    """Someone becomes all-powerful without proving who they are again."""


class Logging(Aspect, frozen=True, kw_only=True, omit_defaults=True):
    """Whether activity is recorded, and for how long. §164.312(b), §164.308(a)(1)(ii)(D)."""

    enabled: Maybe[bool | None]
    """Activity on it, or in it, is recorded. None where it has no such record to keep: a network load balancer without
    TLS."""
    destinations: Maybe[tuple[str, ...]] = ()
    """Where the record goes, by id or name."""
    off_host: Maybe[bool | None] = None
    """The record is also kept away from the thing it is about."""
    retention_days: Maybe[int | None] = None
    """Days it is kept. None: for ever."""
    kinds: Maybe[tuple[str, ...]] = ()
    """Which kinds are recorded, as the source names them: `audit`, `error`, `management`, `data`."""


class Patching(Aspect, frozen=True, kw_only=True, omit_defaults=True):
    """Whether known weaknesses are mended. §164.308(a)(5)(ii)(B), §164.308(a)(1)(ii)(B)."""

    automatic: Maybe[bool | None]
    """Security updates install by themselves. None where the provider patches and nobody can turn it off."""
    version: Maybe[str | None] = None
    """The version that runs."""
    end_of_support: Maybe[str | None] = None
    """The last day its maker mends weaknesses (a date). None: no end is announced."""
    pending_security_updates: Maybe[int | None] = None
    """How many security updates wait."""
    reboot_required: Maybe[bool | None] = None
    """Installed updates wait for a restart."""
    checked: Maybe[str | None] = None
    """When the list of updates was last fetched (a time)."""


class MalwareProtection(Aspect, frozen=True, kw_only=True, omit_defaults=True):
    """Whether malicious software is looked for. §164.308(a)(5)(ii)(B)."""

    installed: Maybe[bool]
    active: Maybe[bool | None] = None
    """It runs now, or on a schedule."""
    signatures_updated: Maybe[str | None] = None
    """When its signatures were made (a time)."""


class Backup(Aspect, frozen=True, kw_only=True, omit_defaults=True):
    """Whether an exact copy can be brought back. §164.308(a)(7)(ii)(A), §164.310(d)(2)(iv)."""

    enabled: Maybe[bool]
    """Copies are made by themselves, or every version is kept."""
    retention_days: Maybe[int | None] = None
    """Days a copy is kept. None: for ever, or as long as the thing itself."""
    last_success: Maybe[str | None] = None
    """When the last copy was finished (a time)."""
    other_site: Maybe[bool | None] = None
    """A copy is kept in another region or place."""
    encrypted: Maybe[bool | None] = None
    """The copies are encrypted."""
    planned: Maybe[bool | None] = None
    """A plan of the provider's central backup service covers it. None where no such service backs up its type."""
    last_recovery_point: Maybe[str | None] = None
    """When the provider's central backup service last saved a copy of it that is still kept (a time). None: never, or
    no such service backs up its type."""


class Resilience(Aspect, frozen=True, kw_only=True, omit_defaults=True):
    """Whether it survives a failure or a mistake. §164.308(a)(7)(i), §164.312(a)(2)(ii)."""

    redundant: Maybe[bool | None] = None
    """It goes on when one site fails."""
    deletion_protected: Maybe[bool | None] = None
    """It cannot be deleted by one careless call."""


class Integrity(Aspect, frozen=True, kw_only=True, omit_defaults=True):
    """Whether improper change or destruction is prevented or found. §164.312(c)(1), (c)(2)."""

    versioned: Maybe[bool | None] = None
    """Earlier states are kept when something is overwritten or deleted."""
    immutable: Maybe[bool | None] = None
    """What is written cannot be changed for a set time (WORM, object lock)."""
    tamper_evident: Maybe[bool | None] = None
    """Change would be found: digests, signatures, file integrity monitoring."""
    delete_needs_mfa: Maybe[bool | None] = None
    """Deleting for good asks for a second factor."""
    time_synchronized: Maybe[bool | None] = None
    """Its clock follows a trusted source, so that its records can be ordered."""


class Rule(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One permission of a packet filter. Denials are left out where the filter denies by default."""

    protocol: Maybe[str]
    """`tcp`, `udp`, `icmp`, `icmpv6`, `all`, or a number of IANA's list."""
    from_port: Maybe[int]
    """The first port, 0 to 65535; 0 to 65535 where the protocol is `all` or has no ports."""
    to_port: Maybe[int]
    sources: Maybe[tuple[Maybe[str], ...]] = ()
    """Networks, IPv4 and IPv6 (CIDR)."""
    groups: Maybe[tuple[str, ...]] = ()
    """Other groups or named sets it admits."""


class Listener(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A service that waits for connections."""

    protocol: Literal["tcp", "udp"]
    address: str
    """The address it is bound to; `0.0.0.0` and `::` are all of them."""
    port: int
    process: Maybe[str | None] = None
    """The program's name."""


class Network(Aspect, frozen=True, kw_only=True, omit_defaults=True):
    """What may reach it over the network. §164.312(a)(1), §164.312(e)(1)."""

    default_deny: Maybe[bool | None] = None
    """What no rule admits is refused."""
    ingress: Maybe[tuple[Maybe[Rule], ...]] = ()
    """What is admitted. An `Unknown` among them stands for any number of rules that could not be seen."""
    egress: Maybe[tuple[Maybe[Rule], ...]] = ()
    """What may leave."""
    listeners: Maybe[tuple[Listener, ...]] = ()
    private: Maybe[bool | None] = None
    """It has no address or endpoint that the internet routes to."""
    in_use: Maybe[bool | None] = None
    """Something is attached to it."""


class Monitoring(Aspect, frozen=True, kw_only=True, omit_defaults=True):
    """Whether somebody is told when something happens. §164.308(a)(1)(ii)(D), §164.308(a)(6)(ii)."""

    enabled: Maybe[bool]
    """Its behaviour is measured or watched."""
    alerts: Maybe[tuple[str, ...]] = ()
    """Where alerts go, by id or name."""


class Record(Aspect, frozen=True, kw_only=True, omit_defaults=True):
    """A record the organisation keeps: a training, a test, a review, an agreement. §164.316(b)."""

    performed: Maybe[str | None] = None
    """When it was done (a date). None: never."""
    valid_until: Maybe[str | None] = None
    """When it lapses (a date). None: it does not."""
    outcome: Maybe[str | None] = None
    """`passed`, `failed`, or the organisation's own word."""
    document: Maybe[str | None] = None
    """`sha256:` of the document that shows it."""
