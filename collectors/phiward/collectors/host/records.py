"""What is recorded on a host: the kernel's audit trail, the system's records, and where both go."""

import re

from msgspec import Struct

from phiward.collectors.host.frames import Answer
from phiward.collectors.host.system import running
from phiward.inventory.aspects import Logging
from phiward.inventory.model import Maybe, Unknown

SHIPPERS = frozenset(
    {
        "fluent-bit",
        "fluentd",
        "td-agent",
        "vector",
        "filebeat",
        "promtail",
        "alloy",
        "splunkd",
        "nxlog",
        "elastic-agent",
    }
    | {"wazuh-agentd", "otelcol", "amazon-cloudwat", "google_cloud_op", "datadog-agent"}
)
"""Programs that send records away, to a place that is written in files of their own."""


class Audit(Struct, frozen=True, kw_only=True):
    """The kernel's audit trail."""

    active: Maybe[bool]
    """auditd is installed and runs, or starts with the system where nothing runs yet."""
    rules: Maybe[int | None]
    """Rules that the kernel follows now. None where auditd is not installed."""
    immutable: Maybe[bool | None]
    """The rules cannot be changed until the next start (`-e 2`)."""
    full: Maybe[str | None]
    """What auditd does with a full log: `rotate`, `keep_logs`, ... (auditd.conf(5))."""


def audit(answer: Answer) -> Audit:
    """Return the state of the kernel's audit trail."""
    if answer.status("audit/rules") == "nocmd":
        return Audit(active=False, rules=None, immutable=None, full=None)
    processes = running(answer)
    rules, status, settings = (answer.text(f"audit/{name}") for name in ("rules", "status", "settings"))
    count: Maybe[int | None] = (
        rules if not isinstance(rules, str) else len(re.findall(r"^-[aAw] ", rules, re.MULTILINE))
    )
    immutable: Maybe[bool | None]
    if isinstance(status, str):
        found = re.search(r"^enabled (\d)", status, re.MULTILINE)
        immutable = found[1] == "2" if found else Unknown("auditctl -s did not say whether it is enabled")
    else:
        immutable = status
    full: Maybe[str | None] = settings if isinstance(settings, Unknown) else None
    if isinstance(settings, str) and (action := re.search(r"max_log_file_action\s*=\s*(\w+)", settings)):
        full = action[1].lower()
    return Audit(
        active=processes if isinstance(processes, Unknown) else "auditd" in processes,
        rules=count,
        immutable=immutable,
        full=full,
    )


def logging(answer: Answer, trail: Audit) -> Maybe[Logging]:
    """Return what is recorded on the host, where it goes, and for how long it is kept."""
    processes = running(answer)
    if isinstance(processes, Unknown):
        return processes
    system = processes & {"rsyslogd", "syslog-ng", "syslogd", "systemd-journal"}
    kinds: Maybe[tuple[str, ...]]
    match trail.active, trail.rules:
        case True, Unknown() as reason:
            kinds = reason
        case Unknown() as reason, _:
            kinds = reason
        case True, int() as rules if rules:
            kinds = ("audit", "system") if system else ("audit",)
        case _:
            kinds = ("system",) if system else ()
    destinations = _destinations(answer, processes)
    shippers = sorted(processes & SHIPPERS)
    off_host: Maybe[bool | None]
    if isinstance(destinations, Unknown):
        off_host = destinations
    elif destinations:
        off_host = True
    elif shippers:
        off_host = Unknown(f"{shippers[0]} runs; where it sends what was not read")
    else:
        off_host = False
    recorded: Maybe[bool] = True if system else (kinds if isinstance(kinds, Unknown) else bool(kinds))
    return Logging(
        enabled=recorded,
        kinds=kinds,
        destinations=off_host if isinstance(off_host, Unknown) and not destinations else destinations,
        off_host=off_host,
        retention_days=_retention(answer, processes),
    )


def _destinations(answer: Answer, processes: frozenset[str]) -> Maybe[tuple[str, ...]]:
    """Return the hosts that records are sent to, by the settings of the daemons that run."""
    found: set[str] = set()
    for daemon, name, words in (
        ("rsyslogd", "rsyslog", r"\s@@?(?:\([^)]*\))?([^\s;@(]+)|[Tt]arget=\"([^\"]+)\""),
        ("syslog-ng", "syslog-ng", r"\([ \t]*\"([^\"]+)\""),
        ("systemd-journal-upload"[:15], "upload", r"URL=(?:https?://)?(\S+)"),
    ):
        if daemon not in processes:
            continue
        text = answer.text(f"logs/{name}")
        if isinstance(text, Unknown):
            return text
        for match in re.finditer(words, text or "", re.MULTILINE):
            found.add(next(group for group in match.groups() if group))
    busybox = answer.text("logs/busybox")
    if "syslogd" in processes and isinstance(busybox, str):
        found.update(re.findall(r"R (\S+)", busybox))
    return tuple(sorted(found))


def _retention(answer: Answer, processes: frozenset[str]) -> Maybe[int | None]:
    """Return the days that records of the system stay on the host."""
    text = answer.text("logs/rotation")
    if isinstance(text, str) and processes & {"rsyslogd", "syslog-ng"}:
        days = {"daily": 1, "weekly": 7, "monthly": 30, "yearly": 365}
        spans = re.findall(r"^\s*(daily|weekly|monthly|yearly)", text, re.MULTILINE)
        counts = re.findall(r"^\s*rotate\s+(\d{1,5})", text, re.MULTILINE)
        if spans and counts:
            return days[spans[-1]] * int(counts[-1])
    journal = answer.text("logs/journald")
    if isinstance(journal, str) and (
        kept := re.findall(r"MaxRetentionSec=(\d{1,5})\s*(day|week|month|year)s?", journal)
    ):
        return int(kept[-1][0]) * {"day": 1, "week": 7, "month": 30, "year": 365}[kept[-1][1]]
    if isinstance(text, Unknown):
        return text
    return Unknown("records are kept by size, not by age: how many days that is cannot be told")


def journal_persistent(answer: Answer) -> Maybe[bool | None]:
    """Say whether the journal outlives a restart (journald.conf(5): `auto` where /var/log/journal is there)."""
    processes = running(answer)
    if isinstance(processes, Unknown):
        return processes
    if "systemd-journal" not in processes:
        return None
    text = answer.text("logs/journald")
    if not isinstance(text, str):
        return text
    storage = (re.findall(r"^Storage=(\w+)", text, re.MULTILINE) or ["auto"])[-1]
    return answer.installed("logs/persistent") if storage == "auto" else storage == "persistent"
