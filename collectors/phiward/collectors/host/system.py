"""The operating system: which, how long it is supported, what updates wait, whether they come by themselves."""

import csv
import re
from datetime import date, datetime, timezone
from email.utils import parsedate_to_datetime

from phiward.collectors.host.frames import Answer
from phiward.collectors.host.platform import container
from phiward.inventory.model import Maybe, Unknown

STALE_DAYS = 7
"""A list of updates that was fetched longer ago than this does not show that nothing waits."""

STALE_ARCHIVE_DAYS = 30
"""A security archive is made anew every day or so, whether or not anything was mended."""

END_OF_SUPPORT = {
    # Last day of free security updates, as the makers announced it by 2026-11; kept for hosts without distro-info-data.
    # https://endoflife.date/api/{debian,ubuntu,rhel,rocky-linux,almalinux,fedora,alpine-linux,amazon-linux}.json
    # Debian's are those of its long-term support, whose updates come free and from the same archive.
    "debian": {"10": "2024-06-30", "11": "2026-08-31", "12": "2028-06-30", "13": "2030-06-30"},
    "ubuntu": {"18.04": "2023-05-31", "20.04": "2025-05-29", "22.04": "2027-06-01", "24.04": "2029-05-31"},
    "rhel": {"7": "2024-06-30", "8": "2029-05-31", "9": "2032-05-31", "10": "2035-05-31"},
    "rocky": {"8": "2029-05-31", "9": "2032-05-31", "10": "2035-05-31"},
    "almalinux": {"8": "2029-03-01", "9": "2032-05-31", "10": "2035-05-31"},
    "centos": {"7": "2024-06-30", "8": "2024-05-31", "9": "2027-05-31"},
    "ol": {"7": "2024-12-31", "8": "2029-07-31", "9": "2032-06-30"},
    "fedora": {"40": "2025-05-13", "41": "2025-12-15", "42": "2026-05-13"},
    "alpine": {
        "3.18": "2025-05-09",
        "3.19": "2025-11-01",
        "3.20": "2026-04-01",
        "3.21": "2026-11-01",
        "3.22": "2027-05-01",
    },
    "amzn": {"2": "2026-06-30", "2023": "2029-06-30"},
}

APT_INSTALL = re.compile(r"Inst (\S+) (?:\[[^\]]*\] )?\(([^)]*)\)")
APK_UPGRADE = re.compile(r"\(\d+/\d+\) Upgrading (\S+) \(")
RELEASE_FIELD = re.compile(r"(\S+):(Origin|Label|Suite|Codename|Date|Valid-Until): (.*)")
ASSIGNMENT = re.compile(r"^\s*([A-Za-z_][A-Za-z0-9_]*)=(.*?)\s*$")


def release(answer: Answer) -> Maybe[dict[str, str]]:
    """Return the fields of `os-release` (os-release(5)), unquoted."""
    text = answer.text("os/release")
    if text is None:
        return Unknown("this host has no /etc/os-release")
    return text if isinstance(text, Unknown) else assignments(text)


def assignments(text: str) -> dict[str, str]:
    """Read lines of the form `NAME=value`, with shell quotes around the value; the last one counts."""
    found = {}
    for line in text.split("\n"):
        match = ASSIGNMENT.match(line)
        if match:
            value = match[2]
            if len(value) >= 2 and value[0] == value[-1] and value[0] in "\"'":
                value = value[1:-1]
            found[match[1]] = value
    return found


def end_of_support(answer: Answer, fields: Maybe[dict[str, str]]) -> Maybe[str | None]:
    """Return the last day of security updates: by the host's own distro-info table, by our table, or unknown.

    The longest support that costs nothing and needs no subscription counts: Debian's LTS, Ubuntu's standard support.
    """
    if isinstance(fields, Unknown):
        return fields
    if re.fullmatch(r"\d{4}-\d\d-\d\d", fields.get("SUPPORT_END", "")):
        return fields["SUPPORT_END"]
    system, version = fields.get("ID", ""), fields.get("VERSION_ID", "")
    if system in {"debian", "ubuntu"}:
        if not version:
            return Unknown(f"{system} without a version: a testing or unstable release has no announced end")
        table = answer.text(f"os/distro-info:{system}")
        if isinstance(table, str):
            for row in csv.DictReader(table.split("\n")):
                if (row.get("version") or "").split(" ")[0] == version and row.get("eol"):
                    return str((system == "debian" and row.get("eol-lts")) or row["eol"])
    known = END_OF_SUPPORT.get(system, {})
    for wanted in (version, version.partition(".")[0], ".".join(version.split(".")[:2])):
        if wanted in known:
            return known[wanted]
    return Unknown(f"no end of support is known for {system or 'this system'} {version}".strip())


def pending(answer: Answer, now: str | None) -> tuple[Maybe[int | None], Maybe[str | None]]:
    """Return how many security updates wait, and when the list they are counted from was fetched (a time)."""
    for tool, read in (("apt", _apt), ("dnf", _dnf), ("apk", _apk)):
        text = answer.text(f"updates/{tool}")
        if text is None:
            continue
        count, checked = read(answer, text, now)
        return _fresh(count, checked, now), checked
    reason = Unknown("no apt, dnf or apk on this host to ask for updates")
    return reason, reason


def _dated(archive: dict[str, str]) -> str:
    """Return when an archive's list was made; 1970 where it does not say."""
    try:
        made = parsedate_to_datetime(archive.get("Date", ""))
        return instant(int(made.timestamp()))
    except (ValueError, TypeError, OverflowError):
        return instant(0)


def _apt(answer: Answer, text: str | Unknown, now: str | None) -> tuple[Maybe[int | None], Maybe[str | None]]:
    """Count the packages that `apt-get -s upgrade` would take from a security archive."""
    checked = newest(answer.text("updates/apt-fetched"))
    if isinstance(text, Unknown):
        return text, checked
    index = answer.text("updates/apt-index")
    if isinstance(index, Unknown):
        return index, checked
    archives: dict[str, dict[str, str]] = {}
    for line in (index or "").split("\n"):
        match = RELEASE_FIELD.match(line)
        if match:
            archives.setdefault(match[1], {}).setdefault(match[2], match[3])
    secure = [a for a in archives.values() if "security" in (a.get("Suite", "") + a.get("Label", "")).lower()]
    if not secure:
        return Unknown("apt has no list of a security archive: add one to its sources and run apt-get update"), checked
    if now is not None and all(_days(_dated(a), now) > STALE_ARCHIVE_DAYS for a in secure):
        return Unknown(
            "the security archive apt knows has not changed for a month: it is stale, or not kept up any more"
        ), checked
    waiting = {m[1] for m in APT_INSTALL.finditer(text) if "security" in m[2].lower() or "UbuntuESM" in m[2]}
    return len(waiting), checked


def _dnf(answer: Answer, text: str | Unknown, _now: str | None) -> tuple[Maybe[int | None], Maybe[str | None]]:
    """Count the packages that `dnf updateinfo list --security` names."""
    index = answer.text("updates/dnf-index")
    checked = newest(index)
    if isinstance(text, Unknown):
        return text, checked
    if isinstance(index, str) and "updateinfo" not in index:
        return Unknown("the package repositories publish no security advisories (updateinfo)"), checked
    waiting = set()
    for line in text.split("\n"):
        words = line.split()
        # dnf 4: ADVISORY Severity/Sec. PACKAGE; dnf 5: ADVISORY security SEVERITY PACKAGE ISSUED...
        if len(words) == 3 and words[1].endswith("Sec."):
            waiting.add(words[2])
        elif len(words) >= 4 and words[1] == "security":
            waiting.add(words[3])
    return len(waiting), checked


def _apk(answer: Answer, text: str | Unknown, _now: str | None) -> tuple[Maybe[int | None], Maybe[str | None]]:
    """Read `apk -s upgrade`: it does not tell security updates from others, but none at all is none."""
    checked = newest(answer.text("updates/apk-index"))
    if isinstance(text, Unknown):
        return text, checked
    waiting = {m[1] for m in APK_UPGRADE.finditer(text)}
    if waiting:
        return Unknown(f"{len(waiting)} updates wait; apk does not say which of them are for security"), checked
    return (0 if "OK:" in text else Unknown("apk gave no summary")), checked


def _fresh(count: Maybe[int | None], checked: Maybe[str | None], now: str | None) -> Maybe[int | None]:
    """Doubt a count of none where the list it comes from is old; updates that are seen to wait, wait."""
    if isinstance(count, Unknown) or count:
        return count
    if not isinstance(checked, str):
        return Unknown("no update was seen to wait, but it is not known when the list was fetched")
    if now is not None and (days := _days(checked, now)) > STALE_DAYS:
        return Unknown(
            f"the list of updates is {days} days old: fetch it (apt-get update, dnf makecache) and look again"
        )
    return count


def _days(since: str, now: str) -> int:
    """Return the whole days between two times."""
    return (datetime.fromisoformat(now) - datetime.fromisoformat(since)).days


def newest(text: Maybe[str | None]) -> Maybe[str | None]:
    """Return the latest modification time of `stat -c '%Y %n'` lines."""
    if isinstance(text, Unknown):
        return text
    seconds = [int(m[1]) for line in (text or "").split("\n") if (m := re.match(r"(\d{1,11}) /", line))]
    return instant(max(seconds)) if seconds else Unknown("the list of updates was never fetched")


def instant(seconds: int) -> str:
    """Return seconds of the Unix clock as a time."""
    return datetime.fromtimestamp(seconds, timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")  # noqa: UP017 - 3.11 has both


def day(days: int) -> str:
    """Return days since 1970 as the time that day began."""
    return f"{date.fromordinal(date(1970, 1, 1).toordinal() + days).isoformat()}T00:00:00Z"


def enabled(answer: Answer) -> Maybe[frozenset[str]]:
    """Return the names of the services and timers that start with the system (systemd, OpenRC)."""
    units, openrc = answer.text("processes/enabled"), answer.text("processes/openrc")
    if isinstance(units, Unknown):
        return units
    if isinstance(openrc, Unknown):
        return openrc
    names = {line.split()[0] for line in (units or "").split("\n") if line.split()}
    return frozenset(names | {f"{line}.service" for line in (openrc or "").split("\n") if line})


def running(answer: Answer) -> Maybe[frozenset[str]]:
    """Return the names of the processes that run, as the kernel has them (15 characters at most)."""
    text = answer.text("processes/names")
    if text is None:
        return Unknown("the processes of this host cannot be seen (hidepid, or no /proc)")
    return text if isinstance(text, Unknown) else frozenset(line for line in text.split("\n") if line)


def automatic(answer: Answer) -> Maybe[bool | None]:
    """Say whether security updates install by themselves."""
    units = enabled(answer)
    apt = answer.text("automatic/apt")
    if isinstance(apt, Unknown):
        return apt
    if apt is not None:
        return _apt_automatic(answer, apt, units)
    dnf = answer.text("automatic/dnf")
    if isinstance(dnf, Unknown):
        return dnf
    if dnf is None:
        fields = release(answer)
        if not isinstance(fields, Unknown) and fields.get("ID") == "alpine":
            return Unknown("apk has no service that installs updates; a scheduled one of your own was not looked for")
        return Unknown("neither unattended-upgrades nor dnf-automatic is known on this host")
    if isinstance(units, Unknown):
        return units
    if "dnf-automatic-install.timer" in units:
        return True
    timers = {"dnf-automatic.timer", "dnf5-automatic.timer"}
    return assignments(dnf.replace(" ", "")).get("apply_updates", "no").lower() in {"yes", "true", "1"} and bool(
        units & timers
    )


def _apt_automatic(answer: Answer, dump: str, units: Maybe[frozenset[str]]) -> Maybe[bool | None]:
    """Judge APT::Periodic, unattended-upgrades, its origins, and what starts them."""
    there = answer.installed("automatic/unattended-upgrade")
    if there is not True:
        return there
    options = dict(re.findall(r'^APT::Periodic::([A-Za-z-]+) "([^"]*)";', dump, re.MULTILINE))
    if options.get("Enable", "1") == "0":
        return False
    if any(options.get(name, "0") in {"", "0"} for name in ("Unattended-Upgrade", "Update-Package-Lists")):
        return False
    origins = answer.text("automatic/apt-origins")
    if isinstance(origins, Unknown):
        return origins
    wanted = re.findall(
        r'^Unattended-Upgrade::(?:Origins-Pattern|Allowed-Origins):: "([^"]*)";', origins or "", re.MULTILINE
    )
    if not any("security" in origin.lower() for origin in wanted):
        return False
    if isinstance(units, Unknown):
        return units
    return "apt-daily-upgrade.timer" in units or answer.installed("automatic/apt-cron")


def reboot_required(answer: Answer, kernel: Maybe[str | None], *, shared: bool) -> Maybe[bool | None]:
    """Say whether installed updates wait for a restart."""
    flag = answer.installed("reboot/flag")
    if flag is not False:
        return flag
    status = answer.status("reboot/needs-restarting")
    if status in {"0", "1"}:
        return status == "1"
    recorders = [answer.installed(name) for name in answer.names("reboot/recorder")]
    kernels = answer.text("reboot/kernels")
    if isinstance(kernels, str) and isinstance(kernel, str) and not shared:
        installed = [line for line in kernels.split("\n") if line]
        if installed and max(installed, key=version_key) != kernel and kernel in installed:
            return True
    if True in recorders:
        return False
    if status == "denied":
        return Unknown(answer.why("reboot/needs-restarting", status))
    return Unknown("nothing on this host records that a restart is needed (update-notifier, needs-restarting)")


def version_key(version: str) -> tuple[tuple[int, int, str], ...]:
    """Order kernel releases: numbers by value, words by letter."""
    return tuple((1, int(p), "") if p.isdigit() else (0, 0, p) for p in re.findall(r"[0-9]{1,18}|[a-z]+", version))


def time_synchronized(answer: Answer) -> Maybe[bool | None]:
    """Say whether the clock follows a trusted source: by the daemon's own word, else by none being there."""
    chrony = answer.text("time/chrony")
    if isinstance(chrony, str) and (leap := re.search(r"^Leap status\s*:\s*(.+)$", chrony, re.MULTILINE)):
        return leap[1].strip() != "Not synchronised"
    ntpq = answer.text("time/ntpq")
    if isinstance(ntpq, str) and re.search(r"^[*o]\S+", ntpq, re.MULTILINE):
        return True
    shown = answer.text("time/timedatectl")
    if isinstance(shown, str) and "NTPSynchronized=" in shown:
        return "NTPSynchronized=yes" in shown
    processes = running(answer)
    if isinstance(processes, Unknown):
        return processes
    daemons = sorted(processes & {"chronyd", "ntpd", "systemd-timesyn", "ptp4l", "phc2sys", "openntpd", "timemaster"})
    if container(answer) is True:
        return Unknown("a container: its clock is that of its host")
    if daemons:
        return Unknown(f"{daemons[0]} runs, but did not say whether the clock follows its source")
    return False
