"""What runs and listens: services on the network, protection against malware, monitoring, integrity."""

import ipaddress
import json
import re
from datetime import datetime, timezone

from phiward.collectors.host.frames import Answer
from phiward.collectors.host.system import enabled, running
from phiward.inventory.aspects import Integrity, Listener, MalwareProtection, Monitoring
from phiward.inventory.model import Maybe, Unknown

PLAINTEXT = {
    ("tcp", 21): "ftp",
    ("tcp", 23): "telnet",
    ("tcp", 512): "rexec",
    ("tcp", 513): "rlogin",
    ("tcp", 514): "rsh",
    ("udp", 69): "tftp",
    ("udp", 161): "snmp",
    ("tcp", 110): "pop3",
    ("tcp", 143): "imap",
    ("tcp", 873): "rsync",
}
"""Services that carry what they are given, or passwords, in plain text by design."""
AGENTS = {
    "falcon-sensor": "CrowdStrike Falcon",
    "wdavdaemon": "Microsoft Defender",
    "sentinelone-age": "SentinelOne",
    "s1-agent": "SentinelOne",
    "ds_agent": "Trend Micro",
    "sophos_threat_d": "Sophos",
    "cbagentd": "Carbon Black",
    "cylancesvc": "Cylance",
    "oaeventd": "ESET",
    "clamd": "ClamAV",
    "clamonacc": "ClamAV",
}
"""Process names (15 characters) of protection against malware."""
MONITORS = frozenset(
    {"node_exporter", "prometheus-node", "zabbix_agentd", "zabbix_agent2", "nrpe", "telegraf", "netdata", "collectd"}
    | {"datadog-agent", "agent", "amazon-cloudwat", "check_mk_agent", "snmpd", "monit", "metricbeat", "otelcol"}
    | {"wazuh-agentd", "icinga2", "dynatrace", "oneagentwatchdo", "newrelic-infra", "scollector", "munin-node"}
) - {"agent"}
SS_LINE = re.compile(r"(tcp|udp)\s+\S+\s+\d+\s+\d+\s+(\S+):(\d{1,5})\s+\S+(?:\s+(.*))?")


def listeners(answer: Answer) -> Maybe[tuple[Listener, ...]]:
    """Return what waits for connections, from `ss` or from /proc/net; names of others' processes need root."""
    text = answer.text("listeners/ss")
    if text is None:
        return _from_proc(answer)
    if isinstance(text, Unknown):
        return text
    found: set[tuple[str, str, int, str | None]] = set()
    for line in text.split("\n"):
        if not line.strip():
            continue
        match = SS_LINE.fullmatch(line.strip())
        if match is None:
            return Unknown("ss gave a line of another shape")
        address = match[2].strip("[]").partition("%")[0]
        name = re.search(r'users:\(\("([^"]*)"', match[4] or "")
        found.add((match[1], _address(address.strip("[]")), int(match[3]), name[1] if name else None))
    return _sorted(found, Unknown("needs root: listeners/ss") if answer.uid else None)


def _from_proc(answer: Answer) -> Maybe[tuple[Listener, ...]]:
    """Read /proc/net/{tcp,udp}{,6}: address and port in hexadecimal; state 0A listens, 07 is an open UDP socket."""
    found: set[tuple[str, str, int, str | None]] = set()
    seen = False
    for table in ("tcp", "tcp6", "udp", "udp6"):
        text = answer.text(f"listeners/{table}")
        if isinstance(text, Unknown):
            return text
        seen = seen or text is not None
        for line in (text or "").split("\n")[1:]:
            words = line.split()
            if len(words) < 4 or words[3] not in {"0A", "07"} or (words[3] == "07") != table.startswith("udp"):
                continue
            match = re.fullmatch(r"([0-9A-F]{8}|[0-9A-F]{32}):([0-9A-F]{4})", words[1])
            if match is None:
                return Unknown(f"/proc/net/{table} has a line of another shape")
            raw = bytes.fromhex(match[1])
            # Each 32-bit word is written in the host's order: little-endian on every platform that matters here.
            network = b"".join(raw[i : i + 4][::-1] for i in range(0, len(raw), 4))
            found.add((table[:3], str(ipaddress.ip_address(network)), int(match[2], 16), None))
    nameless = Unknown("/proc/net does not name programs: install ss")
    return _sorted(found, nameless) if seen else Unknown("neither ss nor /proc/net says what listens")


def _sorted(found: set[tuple[str, str, int, str | None]], unnamed: Maybe[str | None]) -> tuple[Listener, ...]:
    """Order listeners, and say why a process has no name."""
    ordered = sorted(found, key=lambda entry: (entry[0], entry[2], entry[1], entry[3] or ""))
    return tuple(
        Listener(protocol="tcp" if protocol == "tcp" else "udp", address=address, port=port, process=name or unnamed)
        for protocol, address, port, name in ordered
    )


def _address(text: str) -> str:
    """Return an address in its usual form; `*` is all of them."""
    if text == "*":
        return "::"
    try:
        return str(ipaddress.ip_address(text))
    except ValueError:
        return text


def plaintext(found: Maybe[tuple[Listener, ...]]) -> Maybe[tuple[str, ...]]:
    """Return the services in plain text that others can reach: those bound to more than the host itself."""
    if isinstance(found, Unknown):
        return found
    return tuple(
        sorted(
            {PLAINTEXT[key] for e in found if (key := (e.protocol, e.port)) in PLAINTEXT and not _loopback(e.address)}
        )
    )


def _loopback(address: str) -> bool:
    """Say whether an address is the host's own."""
    try:
        return ipaddress.ip_address(address).is_loopback
    except ValueError:
        return False


def private(answer: Answer) -> Maybe[bool | None]:
    """Say whether none of the host's addresses is routed on the internet."""
    text = answer.text("addresses/ip")
    if text is None:
        return Unknown("ip is not installed: the host's addresses were not read")
    if isinstance(text, Unknown):
        return text
    try:
        links = json.loads(text)
        addresses = [
            ipaddress.ip_address(a["local"]) for link in links for a in link.get("addr_info", []) if "local" in a
        ]
    except (ValueError, RecursionError, AttributeError, TypeError, KeyError):
        return Unknown("ip gave an answer of another shape")
    return not any(address.is_global for address in addresses)


def malware(answer: Answer) -> Maybe[MalwareProtection]:
    """Return whether protection against malware is installed, runs or is scheduled, and how old its signatures are."""
    processes, units = running(answer), enabled(answer)
    clamav = answer.installed("malware/clamav:clamscan"), answer.installed("malware/clamav:clamd")
    if isinstance(clamav[0], Unknown):
        return clamav[0]
    others = [name for name in answer.names("malware/agent") if answer.installed(name) is True]
    defender = answer.text("malware/mdatp")
    found = {AGENTS[name] for name in processes if name in AGENTS} if not isinstance(processes, Unknown) else set()
    if not (True in clamav or others or defender is not None or found):
        return MalwareProtection(installed=False, active=False, signatures_updated=None)
    return MalwareProtection(
        installed=True,
        active=_active(answer, found, processes, units),
        signatures_updated=_signatures(answer, defender),
    )


def _active(
    answer: Answer, found: set[str], processes: Maybe[frozenset[str]], units: Maybe[frozenset[str]]
) -> Maybe[bool | None]:
    """Say whether a scanner runs, or is started on a schedule."""
    if found:
        return True
    scheduled = answer.text("processes/scheduled")
    if isinstance(scheduled, str) and re.search(r"clamd?scan$", scheduled, re.MULTILINE):
        return True
    return next((value for value in (processes, units, scheduled) if isinstance(value, Unknown)), False)


def _signatures(answer: Answer, defender: Maybe[str | None]) -> Maybe[str | None]:
    """Return when the newest signatures were made: in ClamAV's header, or by Defender's own word."""
    made: list[str] = []
    for name in sorted(answer.names("malware/signatures")):
        text = answer.text(name)
        # ClamAV-VDB:21 Nov 2026 08-41 +0000:27462:...: the first 512 bytes of a database.
        match = (
            re.match(r"ClamAV-VDB:(\d\d? \w{3} \d{4} \d\d-\d\d [+-]\d{4}):", text) if isinstance(text, str) else None
        )
        if match:
            try:
                when = datetime.strptime(match[1], "%d %b %Y %H-%M %z")
                made.append(when.astimezone(timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ"))  # noqa: UP017
            except (ValueError, OverflowError):
                continue
    if made:
        return max(made)
    if isinstance(defender, str):
        match = re.search(r'"definitionsUpdated"\s*:\s*"?(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)', defender)
        if match:
            return f"{match[1]}Z"
    return Unknown("the age of its signatures could not be read")


def monitoring(answer: Answer) -> Maybe[Monitoring]:
    """Say whether an agent that watches the host runs."""
    processes = running(answer)
    if isinstance(processes, Unknown):
        return processes
    return Monitoring(
        enabled=bool(processes & MONITORS),
        alerts=Unknown("where alerts go is known by the server that the agent reports to")
        if processes & MONITORS
        else (),
    )


def integrity(answer: Answer, time_synchronized: Maybe[bool | None]) -> Integrity:
    """Say whether a changed file would be found: a file integrity monitor with a database and a schedule."""
    return Integrity(tamper_evident=_tamper_evident(answer), time_synchronized=time_synchronized)


def _tamper_evident(answer: Answer) -> Maybe[bool | None]:
    """Judge AIDE, Tripwire and agents that watch files."""
    processes = running(answer)
    if not isinstance(processes, Unknown) and processes & {"wazuh-syscheckd", "ossec-syscheckd", "samhain", "osqueryd"}:
        return True
    aide, tripwire = answer.installed("integrity/aide"), answer.installed("integrity/tripwire")
    if isinstance(aide, Unknown):
        return aide
    if aide is False and tripwire is False:
        return processes if isinstance(processes, Unknown) else False
    scheduled, units = answer.text("processes/scheduled"), enabled(answer)
    if isinstance(units, Unknown):
        return units
    planned = isinstance(scheduled, str) and re.search(r"(aide|tripwire)$", scheduled, re.MULTILINE) is not None
    planned = planned or bool(units & {"dailyaidecheck.timer", "aidecheck.timer", "aide-check.timer"})
    if not planned:
        return scheduled if isinstance(scheduled, Unknown) else False
    database = answer.text("integrity/aide-database")
    if aide is True:
        return database if isinstance(database, Unknown) else bool(database)
    return Unknown("whether Tripwire has a database was not read")
