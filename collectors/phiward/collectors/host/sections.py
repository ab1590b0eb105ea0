"""The sections of the probe, and which paths of which type each of them gives."""

from phiward.inventory.model import Need

LINUX, FILESYSTEM, ACCOUNT = "host.linux", "host.filesystem", "host.account"

FILLS: dict[str, dict[str, tuple[str, ...]]] = {
    "os": {
        LINUX: (
            "patching.version",
            "patching.end_of_support",
            "config.os",
            "config.os_version",
            "config.kernel",
            "config.uptime_days",
            "config.container",
            "config.virtual",
            "encryption_at_rest",
        ),
        FILESYSTEM: ("encryption_at_rest",),
        ACCOUNT: (),
    },
    "processes": {
        LINUX: (
            "patching.automatic",
            "malware_protection",
            "logging",
            "integrity",
            "monitoring",
            "config.audit_active",
            "config.journal_persistent",
        ),
    },
    "updates": {LINUX: ("patching.pending_security_updates", "patching.checked")},
    "automatic": {LINUX: ("patching.automatic",)},
    "reboot": {LINUX: ("patching.reboot_required",)},
    "disks": {
        LINUX: ("encryption_at_rest", "config.swap_encrypted", "config.temporary_without_noexec"),
        FILESYSTEM: ("encryption_at_rest", "config"),
    },
    "sshd": {
        LINUX: (
            "authentication.mfa",
            "authentication.password",
            "authentication.root_login",
            "config.sshd",
            "config.sshd_configured",
        )
    },
    "passwords": {
        LINUX: ("authentication.mfa", "authentication.rules", "config.password_hash", "config.password_warn_days"),
        ACCOUNT: ("config.system",),
    },
    "accounts": {
        LINUX: (
            "authentication.anonymous",
            "authentication.centralized",
            "authorization",
            "config.root_accounts",
            "config.duplicate_uids",
            "config.passwordless_accounts",
            "config.restricted_passwordless",
        ),
        ACCOUNT: ("authentication", "authorization", "config"),
    },
    "sudoers": {
        LINUX: ("authorization", "config.restricted_passwordless", "config.su_restricted"),
        ACCOUNT: ("authorization",),
    },
    "firewall": {LINUX: ("network.default_deny", "network.ingress", "config.firewall")},
    "audit": {
        LINUX: ("logging", "config.audit_active", "config.audit_rules", "config.audit_immutable", "config.audit_full")
    },
    "logs": {LINUX: ("logging", "config.journal_persistent")},
    "time": {LINUX: ("integrity.time_synchronized",)},
    "malware": {LINUX: ("malware_protection",)},
    "listeners": {LINUX: ("network.listeners", "config.plaintext_services")},
    "addresses": {LINUX: ("network.private",)},
    "kernel": {LINUX: ("config.sysctl", "config.core_dumps", "config.mandatory_access_control")},
    "sessions": {LINUX: ("authentication.session_timeout_minutes", "config.session_timeout_fixed")},
    "integrity": {LINUX: ("integrity.tamper_evident",)},
}

LISTS = {FILESYSTEM: "disks", ACCOUNT: "accounts"}
"""The section that says which resources of a type there are."""


def wanted(need: Need | None) -> tuple[str, ...]:
    """Return the sections that give something a selected control reads; `os` always, for it says who answers."""
    if need is None:
        return tuple(FILLS)
    return tuple(
        section
        for section, types in FILLS.items()
        if section == "os"
        or section in {LISTS[kind] for kind in need if kind in LISTS}
        or any(overlaps(path, given) for kind, paths in types.items() for path in need.get(kind, ()) for given in paths)
    )


def overlaps(path: str, given: str) -> bool:
    """Say whether one path lies within the other."""
    return path == given or path.startswith((given + ".", given + "[")) or given.startswith(path + ".")
