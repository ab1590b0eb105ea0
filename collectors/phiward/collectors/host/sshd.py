"""sshd: what it really does (`sshd -T`), and what its files ask for. The two are different facts and stay apart.

Grammar: sshd_config(5). The first value of a keyword counts; `Match` blocks change some keywords for some connections.
"""

import re

from msgspec import Struct

from phiward.collectors.host.frames import Answer
from phiward.inventory.model import Maybe, Unknown

KEYWORD = re.compile(r"\s*([A-Za-z][A-Za-z0-9]*)(?:\s*=\s*|\s+)(.*?)\s*$")
MANY = frozenset(
    {"port", "listenaddress", "hostkey", "acceptenv", "allowusers", "allowgroups", "denyusers", "denygroups"}
)
FORMER = {"challengeresponseauthentication": "kbdinteractiveauthentication"}
"""Keywords that have another name since OpenSSH 8.7."""
MAIN = "/etc/ssh/sshd_config"
DEEPEST = 16


class Override(Struct, frozen=True, kw_only=True):
    """One keyword that a `Match` block sets for some connections."""

    match: str
    """The criteria as written: `user backup address 10.0.0.0/8`."""
    keyword: str
    value: str


class Settings(Struct, frozen=True, kw_only=True):
    """Keywords, lower case, to their value; of a keyword that may come many times, the values in order."""

    values: dict[str, tuple[str, ...]]
    overrides: tuple[Override, ...] = ()

    def get(self, keyword: str) -> str | None:
        """Return the value that counts; `None` where the keyword is not set."""
        found = self.values.get(keyword)
        return found[0] if found else None

    def number(self, keyword: str) -> Maybe[int | None]:
        """Return a whole number."""
        value = self.get(keyword)
        if value is None:
            return None
        return int(value) if re.fullmatch(r"[0-9]{1,9}", value) else Unknown(f"{keyword} {value} is no whole number")

    def seconds(self, keyword: str) -> Maybe[int | None]:
        """Return a time span in seconds (sshd_config(5), TIME FORMATS: `90`, `1h30m`)."""
        value = self.get(keyword)
        if value is None:
            return None
        if not re.fullmatch(r"(?:[0-9]{1,9}[smhdwSMHDW]?)+", value):
            return Unknown(f"{keyword} {value} is no time span")
        units = {"": 1, "s": 1, "m": 60, "h": 3600, "d": 86400, "w": 604800}
        return sum(int(n) * units[u.lower()] for n, u in re.findall(r"([0-9]+)([smhdwSMHDW]?)", value))

    def listed(self, keyword: str) -> tuple[str, ...] | None:
        """Return a comma-separated list (`ciphers`), sorted."""
        value = self.get(keyword)
        return None if value is None else tuple(sorted({word for word in value.split(",") if word}))


def effective(answer: Answer) -> Maybe[Settings | None]:
    """Return what sshd says it does; `None` where no sshd is installed.

    The overrides come from the files: `sshd -T` shows what holds for a connection that no `Match` block fits.
    """
    there = answer.installed("sshd/installed")
    if there is not True:
        return there if isinstance(there, Unknown) else None
    text = answer.text("sshd/effective")
    if isinstance(text, Unknown) or text is None:
        return text
    values: dict[str, tuple[str, ...]] = {}
    for line in text.split("\n"):
        # Warnings (`/etc/ssh/sshd_config line 5: Deprecated option`) come first and are no settings.
        match = re.fullmatch(r"([a-z][a-z0-9]*) (.*)", line.rstrip())
        if match:
            keyword = FORMER.get(match[1], match[1])
            values[keyword] = (*values.get(keyword, ()), match[2])
    if "permitrootlogin" not in values:
        return Unknown("sshd -T gave no settings")
    files = configured(answer)
    return (
        Settings(values=values, overrides=files.overrides)
        if isinstance(files, Settings)
        else Unknown(
            files.reason if isinstance(files, Unknown) else f"sshd runs without {MAIN}: its Match blocks were not found"
        )
    )


def configured(answer: Answer) -> Maybe[Settings | None]:
    """Return what the files ask for; `None` where there is no `sshd_config`."""
    files = answer.files("sshd/config")
    if isinstance(files, Unknown):
        return files
    if MAIN not in files:
        return None
    values: dict[str, tuple[str, ...]] = {}
    overrides: list[Override] = []
    reason = _read(MAIN, files, None, values, overrides)
    return Unknown(reason) if reason else Settings(values=values, overrides=tuple(overrides))


def _read(  # noqa: PLR0913 - one walk, its state told apart
    path: str,
    files: dict[str, str],
    match: str | None,
    values: dict[str, tuple[str, ...]],
    overrides: list[Override],
    *,
    depth: int = 0,
) -> str | None:
    """Read one file, and what it includes where it includes it. Returns why it could not be, if so."""
    if depth > DEEPEST:
        return f"{path} is included too deep"
    for line in files[path].split("\n"):
        if not line.strip() or line.lstrip().startswith("#"):
            continue
        found = KEYWORD.match(line)
        if not found:
            return f"{path} has a line that is no setting"
        keyword, value = found[1].lower(), found[2].strip('"')
        keyword = FORMER.get(keyword, keyword)
        if keyword == "match":
            # `Match all` ends the conditions; what follows still counts only where nothing set it before.
            match = None if value.lower() == "all" else value.lower()
        elif keyword == "include":
            for pattern in value.split():
                whole = pattern if pattern.startswith("/") else f"/etc/ssh/{pattern}"
                inside = sorted(name for name in files if _fits(name, whole))
                if not inside and not whole.startswith("/etc/ssh/sshd_config.d/"):
                    return f"{path} includes {whole}, which was not read"
                for name in inside:
                    reason = _read(name, files, match, values, overrides, depth=depth + 1)
                    if reason:
                        return reason
        elif match is not None:
            overrides.append(Override(match=match, keyword=keyword, value=value))
        elif keyword in MANY:
            values[keyword] = (*values.get(keyword, ()), value)
        else:
            values.setdefault(keyword, (value,))
    return None


def _fits(name: str, pattern: str) -> bool:
    """Say whether a path fits a shell pattern of one folder."""
    if not re.fullmatch(r"[A-Za-z0-9_./*?+~=-]{1,256}", pattern):
        return False
    shape = re.escape(pattern).replace(r"\*", "[^/]*").replace(r"\?", "[^/]")
    return name != MAIN and re.fullmatch(shape, name) is not None


def allows(settings: Settings, keyword: str, refused: frozenset[str]) -> bool:
    """Say whether a keyword, or an override of it, has a value other than the refused ones."""
    values = [settings.get(keyword) or "", *(o.value for o in settings.overrides if o.keyword == keyword)]
    return any(value.lower() not in refused for value in values)


def ways(settings: Settings) -> tuple[tuple[frozenset[str], ...], bool]:
    """Return the combinations of methods that open a session, and whether a password is among them somewhere.

    `AuthenticationMethods` names combinations; without it, each method that is switched on is enough alone.
    """
    no = frozenset({"no"})
    on = {"publickey"} if allows(settings, "pubkeyauthentication", no) else set()
    if allows(settings, "passwordauthentication", no):
        on.add("password")
    if allows(settings, "kbdinteractiveauthentication", no) and settings.get("usepam") == "yes":
        on.add("keyboard-interactive")
    if settings.get("gssapiauthentication") == "yes":
        on.add("gssapi-with-mic")
    if settings.get("hostbasedauthentication") == "yes":
        on.add("hostbased")
    written = [settings.get("authenticationmethods") or "any"]
    written += [o.value for o in settings.overrides if o.keyword == "authenticationmethods"]
    found: list[frozenset[str]] = []
    for value in written:
        for combination in value.lower().split():
            if combination == "any":
                found += [frozenset({method}) for method in sorted(on)]
            else:
                methods = frozenset(word.partition(":")[0] for word in combination.split(",") if word)
                # A combination with a method that is switched off opens nothing.
                if methods <= on:
                    found.append(methods)
    password = any(way & {"password", "keyboard-interactive"} for way in found)
    return tuple(found), password
