"""A Linux host as a whole: what it runs, who gets in, what it admits, what it records. Read by the host probe."""

from msgspec import Struct

from phiward.collectors.host import (
    firewall,
    identity,
    people,
    platform,
    records,
    rules,
    services,
    sshd,
    storage,
    sudoers,
    system,
)
from phiward.collectors.host.frames import Answer
from phiward.inventory.aspects import (
    Authentication,
    Authorization,
    EncryptionAtRest,
    Integrity,
    Logging,
    MalwareProtection,
    Monitoring,
    Network,
    Patching,
)
from phiward.inventory.catalog import Relation, ResourceType
from phiward.inventory.model import Maybe, Resource, Unknown


class SshdConfig(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Settings of sshd. None: not set, or not known to this version of sshd."""

    permit_root_login: Maybe[str | None] = None
    """`yes`, `no`, `prohibit-password`, `forced-commands-only`."""
    password_authentication: Maybe[bool | None] = None
    keyboard_interactive: Maybe[bool | None] = None
    public_key: Maybe[bool | None] = None
    permit_empty_passwords: Maybe[bool | None] = None
    authentication_methods: Maybe[str | None] = None
    """Combinations that open a session: `publickey,keyboard-interactive`."""
    max_auth_tries: Maybe[int | None] = None
    login_grace_seconds: Maybe[int | None] = None
    """Seconds until a connection that has not signed in is closed; 0: never."""
    client_alive_interval_seconds: Maybe[int | None] = None
    client_alive_count_max: Maybe[int | None] = None
    ciphers: Maybe[tuple[str, ...] | None] = None
    """Sorted. In a file, a list that begins with `+`, `-` or `^` changes the default."""
    macs: Maybe[tuple[str, ...] | None] = None
    kex: Maybe[tuple[str, ...] | None] = None
    host_key_algorithms: Maybe[tuple[str, ...] | None] = None
    x11_forwarding: Maybe[bool | None] = None
    tcp_forwarding: Maybe[str | None] = None
    """`yes`, `no`, `local`, `remote`."""
    ignore_rhosts: Maybe[str | None] = None
    host_based: Maybe[bool | None] = None
    log_level: Maybe[str | None] = None
    banner: Maybe[str | None] = None
    """The file shown before sign-in; `none`."""
    ports: Maybe[tuple[str, ...]] = ()
    limited_to: Maybe[tuple[str, ...]] = ()
    """Which of `allowusers`, `allowgroups`, `denyusers`, `denygroups` are set."""
    overrides: Maybe[tuple[str, ...]] = ()
    """What `Match` blocks set for some connections: `user backup: passwordauthentication yes`."""


class LinuxConfig(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What only a Linux host has."""

    os: Maybe[str | None]
    """The distribution's id: `debian`, `ubuntu`, `rhel`, `rocky`, `alpine`."""
    os_version: Maybe[str | None]
    """Its version: `12`, `22.04`, `9.4`."""
    kernel: Maybe[str | None]
    """The running kernel's release."""
    uptime_days: Maybe[int | None]
    """Whole days since the last start."""
    container: Maybe[bool]
    """It is a container: it shares the kernel, and often the storage, of another host."""
    virtual: Maybe[bool]
    """It is a virtual machine."""
    swap_encrypted: Maybe[bool | None]
    """All swap is encrypted by this host. None: no swap, or only compressed memory."""
    temporary_without_noexec: Maybe[tuple[str, ...]]
    """Which of `/tmp`, `/var/tmp`, `/dev/shm` let programs run from them; one without a file system of its own does."""
    sshd: Maybe[SshdConfig | None]
    """What sshd really does (`sshd -T`). None: no sshd installed."""
    sshd_configured: Maybe[SshdConfig | None]
    """What sshd's files ask for; a keyword they do not set is None here, whatever the default. None: no files."""
    session_timeout_fixed: Maybe[bool | None]
    """Users cannot switch the session timeout off. None: there is no timeout."""
    password_hash: Maybe[str | None]
    """How new passwords are kept (login.defs): `YESCRYPT`, `SHA512`. None: not set there."""
    password_warn_days: Maybe[int | None]
    """Days of warning before a password ends (login.defs)."""
    root_accounts: Maybe[tuple[str, ...]]
    """Accounts with the number 0, `root` included."""
    duplicate_uids: Maybe[tuple[str, ...]]
    """Accounts that share their number with another."""
    passwordless_accounts: Maybe[tuple[str, ...]]
    """Accounts with an empty password."""
    restricted_passwordless: Maybe[bool | None]
    """Someone may run some commands as root, not all, without proving who they are again. None: no sudo or doas."""
    su_restricted: Maybe[bool | None]
    """Only members of a group may use `su` (pam_wheel)."""
    firewall: Maybe[str | None]
    """What manages the packet filter: `ufw`, `firewalld`, `nftables`, `iptables`. None: nothing that was found."""
    plaintext_services: Maybe[tuple[str, ...]]
    """Services that speak plain text by design and that others can reach: `telnet`, `ftp`, `rsh`, `snmp`."""
    audit_active: Maybe[bool]
    """auditd runs."""
    audit_rules: Maybe[int | None]
    """Rules that the kernel's audit follows now. None: auditd is not installed."""
    audit_immutable: Maybe[bool | None]
    """The audit rules cannot be changed until the next start."""
    audit_full: Maybe[str | None]
    """What auditd does with a full log: `rotate` loses the oldest, `keep_logs` none."""
    journal_persistent: Maybe[bool | None]
    """The journal outlives a restart. None: no journald."""
    mandatory_access_control: Maybe[str | None]
    """`selinux` (enforcing), `apparmor`. None: neither is on."""
    core_dumps: Maybe[bool | None]
    """Programs that give up rights, or are set-uid, may leave their memory on disk (`fs.suid_dumpable` not 0)."""
    sysctl: Maybe[dict[str, Maybe[str]]]
    """Settings of the running kernel, `_` for the dots: `kernel_randomize_va_space`, `net_ipv4_tcp_syncookies`."""


TYPE = ResourceType(
    name="host.linux",
    title="Linux host",
    aspects=(
        Authentication,
        Authorization,
        EncryptionAtRest,
        Integrity,
        Logging,
        MalwareProtection,
        Monitoring,
        Network,
        Patching,
    ),
    config=LinuxConfig,
    relations={
        "filesystems": Relation("the file systems it holds data on", ("host.filesystem",)),
        "accounts": Relation("its local accounts", ("host.account",)),
    },
    stores_data=True,
)


def normalize(answer: Answer, now: str | None) -> Resource:
    """Turn one run of the probe into the host."""
    release = system.release(answer)
    blocks, mounted = storage.disks(answer), storage.mounts(answer)
    swap = storage.swap_encrypted(answer, blocks, mounted)
    accounts = people.accounts(answer)
    powers = sudoers.powers((sudoers.sudo(answer), sudoers.doas(answer)), accounts, people.groups(answer))
    settings = sshd.effective(answer)
    timeout = rules.session_timeout(answer)
    trail = records.audit(answer)
    packets = firewall.read(answer)
    listening = services.listeners(answer)
    defs = rules.login_defs(answer)
    return identity.resource(
        answer,
        TYPE.name,
        now,
        patching=_patching(answer, release, now),
        authentication=_authentication(answer, settings, accounts, timeout),
        authorization=Authorization(administrator=None, privileged=powers.names, passwordless=powers.passwordless),
        encryption_at_rest=storage.whole(storage.places(answer, blocks, mounted), storage.beneath(swap, answer)),
        logging=records.logging(answer, trail),
        malware_protection=services.malware(answer),
        monitoring=services.monitoring(answer),
        integrity=services.integrity(answer, system.time_synchronized(answer)),
        network=Network(
            default_deny=packets.default_deny,
            ingress=packets.ingress,
            egress=Unknown("what may leave is not read"),
            listeners=listening,
            private=services.private(answer),
            in_use=True,
        ),
        config=LinuxConfig(
            os=_field(release, "ID"),
            os_version=_field(release, "VERSION_ID"),
            kernel=platform.kernel(answer),
            uptime_days=platform.uptime_days(answer),
            container=platform.container(answer),
            virtual=platform.virtual(answer),
            swap_encrypted=swap,
            temporary_without_noexec=storage.temporary_without_noexec(mounted),
            sshd=_sshd(settings),
            sshd_configured=_sshd(sshd.configured(answer)),
            session_timeout_fixed=timeout.fixed,
            password_hash=_field(defs, "ENCRYPT_METHOD"),
            password_warn_days=rules.warn_days(answer),
            root_accounts=people.root_accounts(accounts),
            duplicate_uids=people.duplicate_uids(accounts),
            passwordless_accounts=people.passwordless(accounts, people.shadow(answer)),
            restricted_passwordless=powers.restricted_passwordless,
            su_restricted=sudoers.su_restricted(answer),
            firewall=firewall.manager(answer),
            plaintext_services=services.plaintext(listening),
            audit_active=trail.active,
            audit_rules=trail.rules,
            audit_immutable=trail.immutable,
            audit_full=trail.full,
            journal_persistent=records.journal_persistent(answer),
            mandatory_access_control=platform.mandatory_access_control(answer),
            core_dumps=platform.core_dumps(answer),
            sysctl=platform.sysctl(answer),
        ),
        relations={
            "filesystems": _parts(answer, storage.places(answer, blocks, mounted)),
            "accounts": accounts
            if isinstance(accounts, Unknown)
            else tuple(sorted(identity.part_id(answer, f"account:{account.name}") for account in accounts)),
        },
    )


def _parts(answer: Answer, places: Maybe[list[storage.Place]]) -> Maybe[tuple[str, ...]]:
    """Return the ids of the file systems."""
    if isinstance(places, Unknown):
        return places
    return tuple(sorted(identity.part_id(answer, f"filesystem:{place.mount.target}") for place in places))


def _field(fields: Maybe[dict[str, str] | None], name: str) -> Maybe[str | None]:
    """Return one word of a file of words."""
    return fields if isinstance(fields, Unknown) else (fields or {}).get(name)


def _patching(answer: Answer, release: Maybe[dict[str, str]], now: str | None) -> Patching:
    """Return how the system is kept up to date."""
    pending, checked = system.pending(answer, now)
    container = platform.container(answer)
    return Patching(
        automatic=system.automatic(answer),
        version=_field(release, "VERSION_ID"),
        end_of_support=system.end_of_support(answer, release),
        pending_security_updates=pending,
        reboot_required=system.reboot_required(answer, platform.kernel(answer), shared=container is not False),
        checked=checked,
    )


def _authentication(
    answer: Answer,
    settings: Maybe[sshd.Settings | None],
    accounts: Maybe[tuple[people.Account, ...]],
    timeout: rules.Timeout,
) -> Authentication:
    """Return how people get in from afar (sshd), and what holds for their passwords."""
    mfa: Maybe[bool | None]
    password: Maybe[bool | None]
    root_login: Maybe[bool | None]
    if isinstance(settings, Unknown):
        mfa = password = root_login = settings
    elif settings is None:
        mfa = password = root_login = None
    else:
        combinations, password = sshd.ways(settings)
        mfa = _mfa(answer, combinations)
        root_login = sshd.allows(settings, "permitrootlogin", frozenset({"no"}))
    empty = people.passwordless(accounts, people.shadow(answer))
    return Authentication(
        mfa=mfa,
        password=password,
        anonymous=empty if isinstance(empty, Unknown) else bool(empty),
        centralized=people.centralized(answer),
        root_login=root_login,
        session_timeout_minutes=timeout.minutes,
        rules=rules.password_rules(answer),
        last_activity=Unknown("when anybody last used the host is told by its accounts"),
    )


def _mfa(answer: Answer, combinations: tuple[frozenset[str], ...]) -> Maybe[bool]:
    """Say whether every way in asks for two factors: two methods, or a password and PAM's second factor."""
    single = [way for way in combinations if len(way) < 2]
    if not single:
        return True
    if any(not way & {"keyboard-interactive", "password"} for way in single):
        return False
    return rules.second_factor(answer, "sshd")


def _sshd(settings: Maybe[sshd.Settings | None]) -> Maybe[SshdConfig | None]:
    """Put sshd's keywords in plain names."""
    if not isinstance(settings, sshd.Settings):
        return settings
    get, number = settings.get, settings.number

    def switch(keyword: str) -> Maybe[bool | None]:
        value = get(keyword)
        if value is None:
            return None
        return value == "yes" if value in {"yes", "no"} else Unknown(f"{keyword} {value} is neither yes nor no")

    return SshdConfig(
        permit_root_login={"without-password": "prohibit-password"}.get(
            get("permitrootlogin") or "", get("permitrootlogin")
        ),
        password_authentication=switch("passwordauthentication"),
        keyboard_interactive=switch("kbdinteractiveauthentication"),
        public_key=switch("pubkeyauthentication"),
        permit_empty_passwords=switch("permitemptypasswords"),
        authentication_methods=get("authenticationmethods"),
        max_auth_tries=number("maxauthtries"),
        login_grace_seconds=settings.seconds("logingracetime"),
        client_alive_interval_seconds=settings.seconds("clientaliveinterval"),
        client_alive_count_max=number("clientalivecountmax"),
        ciphers=settings.listed("ciphers"),
        macs=settings.listed("macs"),
        kex=settings.listed("kexalgorithms"),
        host_key_algorithms=settings.listed("hostkeyalgorithms"),
        x11_forwarding=switch("x11forwarding"),
        tcp_forwarding=get("allowtcpforwarding"),
        ignore_rhosts=get("ignorerhosts"),
        host_based=switch("hostbasedauthentication"),
        log_level=get("loglevel"),
        banner=get("banner"),
        ports=settings.values.get("port", ()),
        limited_to=tuple(k for k in ("allowgroups", "allowusers", "denygroups", "denyusers") if k in settings.values),
        overrides=tuple(f"{o.match}: {o.keyword} {o.value}" for o in settings.overrides),
    )
