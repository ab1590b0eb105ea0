"""Rules for passwords, lockout and sessions: PAM, pwquality, faillock, login.defs, TMOUT."""

import re

from msgspec import Struct

from phiward.collectors.host.frames import Answer
from phiward.inventory.aspects import PasswordRules
from phiward.inventory.model import Maybe, Unknown

SECOND_FACTORS = frozenset(
    {"pam_google_authenticator.so", "pam_duo.so", "pam_u2f.so", "pam_oath.so", "pam_yubico.so", "pam_privacyidea.so"}
)
"""PAM modules that ask for something other than a password."""
PAM_LINE = re.compile(r"\s*-?(auth|account|password|session)\s+(\[[^\]]*\]|\S+)\s+(\S+)\s*(.*)$")
NEVER = 99999
DEEPEST = 16


class Step(Struct, frozen=True, kw_only=True):
    """One line of a PAM stack."""

    control: str
    module: str
    arguments: tuple[str, ...]

    def value(self, name: str) -> str | None:
        """Return what follows `name=`; the last one counts."""
        return next((a.partition("=")[2] for a in reversed(self.arguments) if a.startswith(f"{name}=")), None)


def stack(files: dict[str, str], service: str, kind: str, depth: int = 0) -> Maybe[tuple[Step, ...]]:
    """Return the steps of a service's stack (pam.conf(5)), with what it includes in their place."""
    path = f"/etc/pam.d/{service}"
    if path not in files or depth > DEEPEST:
        return Unknown(f"{path} was not found, or includes itself")
    steps: list[Step] = []
    for line in files[path].replace("\\\n", " ").split("\n"):
        code = line.partition("#")[0].strip()
        if code.startswith("@include"):
            inside = stack(files, code.removeprefix("@include").strip(), kind, depth + 1)
        else:
            match = PAM_LINE.match(code)
            if match is None or match[1] != kind:
                continue
            if match[2] not in {"include", "substack"}:
                module = match[3].rpartition("/")[2]
                steps.append(Step(control=match[2], module=module, arguments=tuple(match[4].split())))
                continue
            inside = stack(files, match[3], kind, depth + 1)
        if isinstance(inside, Unknown):
            return inside
        steps.extend(inside)
    return tuple(steps)


def entry(files: dict[str, str], *services: str) -> str:
    """Return the first of the services that has a file."""
    return next((name for name in services if f"/etc/pam.d/{name}" in files), services[-1])


def password_rules(answer: Answer) -> Maybe[PasswordRules | None]:
    """Return what a password must be and when an account is locked."""
    pam = answer.files("passwords/pam")
    age = maximum_age(answer)
    if isinstance(pam, Unknown):
        return PasswordRules(
            minimum_length=pam, character_classes=pam, history=pam, lockout_attempts=pam, maximum_age_days=age
        )
    if not pam:
        none = Unknown("this host has no PAM: what its own tools demand of a password was not read")
        return PasswordRules(
            minimum_length=none, character_classes=none, history=none, lockout_attempts=None, maximum_age_days=age
        )
    changes = stack(pam, entry(pam, "common-password", "system-auth", "passwd"), "password")
    signing = stack(pam, entry(pam, "common-auth", "password-auth", "system-auth", "login"), "auth")
    length, classes = _quality(answer, changes)
    return PasswordRules(
        minimum_length=length,
        character_classes=classes,
        history=_history(answer, changes),
        maximum_age_days=age,
        lockout_attempts=_lockout(answer, signing),
    )


def _quality(answer: Answer, steps: Maybe[tuple[Step, ...]]) -> tuple[Maybe[int | None], Maybe[int | None]]:
    """Return the least length and the demanded classes of characters."""
    if isinstance(steps, Unknown):
        return steps, steps
    for step in steps:
        if step.module in {"pam_pwquality.so", "pam_cracklib.so"}:
            settings = _pwquality(answer) if step.module == "pam_pwquality.so" else {}
            if isinstance(settings, Unknown):
                return settings, settings
            settings = settings | dict(a.split("=", 1) for a in step.arguments if "=" in a)
            credits_ = [_whole(settings.get(f"{kind}credit", "0")) for kind in "ulod"]
            named = sum(1 for credit in credits_ if credit is not None and credit < 0)
            least = _whole(settings.get("minclass", "0"))
            length = _whole(settings.get("minlen", "8"))
            return (
                Unknown("minlen is no whole number") if length is None else length,
                Unknown("minclass is no whole number") if least is None else max(named, least),
            )
        if step.module == "pam_passwdqc.so":
            return Unknown("pam_passwdqc: its rules depend on the kind of password"), Unknown("pam_passwdqc")
    unix = next((step for step in steps if step.module == "pam_unix.so"), None)
    if unix is None:
        return Unknown("no PAM module that is known decides on new passwords"), 0
    # pam_unix(8): six characters, where nothing is said.
    length = _whole(unix.value("minlen") or "6")
    return (Unknown("minlen is no whole number") if length is None else length), 0


def _pwquality(answer: Answer) -> Maybe[dict[str, str]]:
    """Return pwquality.conf with its folder; the last one counts."""
    files = answer.files("passwords/pwquality")
    if isinstance(files, Unknown):
        return files
    main = "/etc/security/pwquality.conf"
    found: dict[str, str] = {}
    # The folder is read first, in order, and the main file last (pwquality.conf(5)).
    for path in [*sorted(name for name in files if name != main), *([main] if main in files else [])]:
        found |= settings_of(files[path])
    return found


def settings_of(text: str) -> dict[str, str]:
    """Read lines of the form `name = value`, or a bare word, with `#` comments."""
    found = {}
    for line in text.split("\n"):
        name, _, value = line.partition("#")[0].partition("=")
        if name.strip():
            found[name.strip()] = value.strip()
    return found


def _history(answer: Answer, steps: Maybe[tuple[Step, ...]]) -> Maybe[int | None]:
    """Return how many earlier passwords are refused."""
    if isinstance(steps, Unknown):
        return steps
    for step in steps:
        if step.module == "pam_pwhistory.so":
            text = answer.text("passwords/pwhistory")
            if isinstance(text, Unknown):
                return text
            # pam_pwhistory(8): ten, where nothing is said.
            value = step.value("remember") or settings_of(text or "").get("remember") or "10"
            count = _whole(value)
            return Unknown("remember is no whole number") if count is None else count
        if step.module == "pam_unix.so" and step.value("remember"):
            return _whole(step.value("remember") or "")
    return None


def _lockout(answer: Answer, steps: Maybe[tuple[Step, ...]]) -> Maybe[int | None]:
    """Return after how many failures an account is locked."""
    if isinstance(steps, Unknown):
        return steps
    for step in steps:
        if step.module == "pam_faillock.so":
            text = answer.text("passwords/faillock")
            if isinstance(text, Unknown):
                return text
            # faillock.conf(5): three, where nothing is said; 0 switches it off.
            count = _whole(step.value("deny") or settings_of(text or "").get("deny") or "3")
            return Unknown("deny is no whole number") if count is None else (count or None)
        if step.module in {"pam_tally2.so", "pam_tally.so"}:
            return _whole(step.value("deny") or "") or None
    return None


def login_defs(answer: Answer) -> Maybe[dict[str, str] | None]:
    """Return login.defs(5)."""
    text = answer.text("passwords/login.defs")
    if not isinstance(text, str):
        return text
    words = (line.split() for line in text.split("\n") if not line.lstrip().startswith("#"))
    return {w[0]: w[1] for w in words if len(w) >= 2}


def maximum_age(answer: Answer) -> Maybe[int | None]:
    """Return the days after which a new account's password must be changed."""
    defs = login_defs(answer)
    if isinstance(defs, Unknown):
        return defs
    days = _whole((defs or {}).get("PASS_MAX_DAYS", "-1"))
    if days is None:
        return Unknown("PASS_MAX_DAYS is no whole number")
    return days if 0 <= days < NEVER else None


def warn_days(answer: Answer) -> Maybe[int | None]:
    """Return the days of warning before a password ends."""
    defs = login_defs(answer)
    return defs if isinstance(defs, Unknown) else _whole((defs or {}).get("PASS_WARN_AGE", ""))


def second_factor(answer: Answer, service: str) -> Maybe[bool]:
    """Say whether a service's PAM stack demands a second factor."""
    pam = answer.files("passwords/pam")
    if isinstance(pam, Unknown):
        return pam
    steps = stack(pam, entry(pam, service, "other"), "auth")
    if isinstance(steps, Unknown):
        return steps
    return any(
        step.module in SECOND_FACTORS and step.control in {"required", "requisite"} and "nullok" not in step.arguments
        for step in steps
    )


class Timeout(Struct, frozen=True, kw_only=True):
    """When an idle shell or session ends."""

    minutes: Maybe[int | None]
    fixed: Maybe[bool | None]
    """Users cannot switch it off (`readonly TMOUT`, or logind). None where there is no timeout."""


def session_timeout(answer: Answer) -> Timeout:
    """Return the idle limit that all shells get (TMOUT), or that logind enforces."""
    shell, logind = answer.text("sessions/shell"), answer.text("sessions/logind")
    if isinstance(logind, str) and (spans := re.findall(r"^StopIdleSessionSec=(\S+)", logind, re.MULTILINE)):
        seconds = _span(spans[-1])
        if seconds:
            return Timeout(minutes=-(-seconds // 60), fixed=True)
    if isinstance(shell, Unknown) or isinstance(logind, Unknown):
        reason = shell if isinstance(shell, Unknown) else logind
        assert isinstance(reason, Unknown)  # noqa: S101 - one of them is
        return Timeout(minutes=reason, fixed=reason)
    text = shell or ""
    values = re.findall(r"\bTMOUT=([^\s;&|]*)", text)
    if not values:
        return Timeout(minutes=None, fixed=None)
    if not all(re.fullmatch(r"[0-9]{1,9}", value) for value in values):
        unclear = Unknown("TMOUT is set by an expression of the shell")
        return Timeout(minutes=unclear, fixed=unclear)
    seconds = max(int(value) for value in values) if all(int(v) for v in values) else 0
    fixed = re.search(r"\b(readonly|declare\s+-\w*r\w*|typeset\s+-\w*r\w*)\s+[^#\n]*TMOUT", text) is not None
    return Timeout(minutes=-(-seconds // 60) or None, fixed=fixed if seconds else None)


def _span(value: str) -> int | None:
    """Return a systemd time span in seconds; `None` for `infinity` and what is not understood."""
    units = {"": 1, "s": 1, "sec": 1, "m": 60, "min": 60, "h": 3600, "hr": 3600, "d": 86400}
    parts = re.findall(r"([0-9]{1,9})([a-z]*)", value)
    if not parts or any(unit not in units for _, unit in parts):
        return None
    return sum(int(number) * units[unit] for number, unit in parts)


def _whole(value: str) -> int | None:
    """Return a whole number, or `None`."""
    return int(value) if re.fullmatch(r"-?[0-9]{1,9}", value) else None
