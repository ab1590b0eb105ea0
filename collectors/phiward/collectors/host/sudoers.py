"""Who may become all-powerful, and whether without proving who they are again: sudo and doas.

`cvtsudoers` is asked where it is installed; else the files are read by the grammar of sudoers(5), strictly: a line that
is not understood makes the answer unknown.
"""

import json
import re
from typing import Any

from msgspec import Struct

from phiward.collectors.host.frames import Answer
from phiward.collectors.host.people import Account, members
from phiward.inventory.model import Maybe, Unknown

MAIN = "/etc/sudoers"
ROOT_EQUIVALENT = ("docker", "lxd", "incus-admin", "disk")
"""Groups whose members can make themselves root without sudo."""
TAG = re.compile(
    r"\s*(NOPASSWD|PASSWD|NOEXEC|EXEC|SETENV|NOSETENV|LOG_INPUT|NOLOG_INPUT|LOG_OUTPUT|NOLOG_OUTPUT|FOLLOW|"
    r"NOFOLLOW|MAIL|NOMAIL|INTERCEPT|NOINTERCEPT)\s*:\s*"
)
OPTION = re.compile(r"\s*(?:CWD|CHROOT|TIMEOUT|NOTBEFORE|NOTAFTER|ROLE|TYPE|PRIVS|LIMITPRIVS|APPARMOR_PROFILE)=\S+\s*")
DEEPEST = 16


class Right(Struct, frozen=True, kw_only=True):
    """One rule: who may run what, and whether sudo asks them for a password first."""

    who: tuple[str, ...]
    """Names, `%group`, `#id`, `ALL`, `!name`, aliases already replaced."""
    everything: bool
    """Any command, as root."""
    passwordless: bool


class Rights(Struct, frozen=True, kw_only=True):
    """All rules of a host."""

    rights: tuple[Right, ...]
    asks_nobody: bool = False
    """`Defaults !authenticate`: nobody is asked for a password."""


def sudo(answer: Answer) -> Maybe[Rights | None]:
    """Return what sudo allows; `None` where it is not installed."""
    there = answer.installed("sudoers/installed")
    if there is not True:
        return there if isinstance(there, Unknown) else None
    text = answer.text("sudoers/json")
    if isinstance(text, str):
        return from_json(text)
    files = answer.files("sudoers/file")
    if isinstance(files, Unknown):
        return files
    if MAIN not in files:
        return Unknown(f"{MAIN} is missing: sudo may be ruled by a directory (LDAP)")
    lines, reason = _lines(MAIN, files, 0)
    return Unknown(reason) if reason else from_lines(lines)


def from_json(text: str) -> Maybe[Rights]:
    """Read the answer of `cvtsudoers -e -f json`."""
    try:
        value = json.loads(text)
        rights = tuple(right for spec in value.get("User_Specs", []) for right in _from_spec(spec))
        asks_nobody = any(
            option.get("authenticate") is False and "Binding" not in default
            for default in value.get("Defaults", [])
            for option in default.get("Options", [])
        )
    except (ValueError, RecursionError, AttributeError, TypeError, KeyError):
        return Unknown("cvtsudoers gave an answer of another shape")
    return Rights(rights=rights, asks_nobody=asks_nobody)


def _from_spec(spec: dict[str, Any]) -> list[Right]:
    """Read one user specification of cvtsudoers."""
    marks = {
        "username": "",
        "usergroup": "%",
        "userid": "#",
        "usergid": "%#",
        "netgroup": "+",
        "nonunixgroup": "%:",
        "nonunixgid": "%:#",
        "useralias": "alias:",
    }
    who = []
    for user in spec["User_List"]:
        mark = next(key for key in marks if key in user)
        who.append(("!" if user.get("negated") else "") + marks[mark] + str(user[mark]))
    found = []
    for command in spec["Cmnd_Specs"]:
        runas = command.get("runasusers")
        as_root = runas is None and not command.get("runasgroups")
        as_root = as_root or any(
            user.get("username") in {"ALL", "root"} or user.get("userid") == 0 for user in runas or []
        )
        everything = any(c.get("command") == "ALL" and not c.get("negated") for c in command["Commands"])
        free = any(option.get("authenticate") is False for option in command.get("Options", []))
        found.append(Right(who=tuple(who), everything=everything and as_root, passwordless=free))
    return found


def _lines(path: str, files: dict[str, str], depth: int) -> tuple[list[str], str | None]:
    """Return the logical lines of a file with its includes in their place, and why they are not all, if so."""
    if depth > DEEPEST:
        return [], f"{path} is included too deep"
    found: list[str] = []
    for line in re.sub(r"\\\n", " ", files[path]).split("\n"):
        include = re.match(r"\s*[@#](include|includedir)\s+\"?([^\"\s]+)", line)
        if include:
            target = include[2]
            if include[1] == "include":
                inside = [target] if target in files else None
            elif target.rstrip("/") == f"{MAIN}.d":
                # sudo passes over names with a dot and those that end in ~.
                inside = sorted(
                    n for n in files if n.startswith(f"{MAIN}.d/") and "." not in n.rpartition("/")[2] and n[-1] != "~"
                )
            else:
                inside = None
            if inside is None:
                return found, f"{path} includes {target}, which was not read"
            for name in inside:
                more, reason = _lines(name, files, depth + 1)
                found += more
                if reason:
                    return found, reason
            continue
        # A `#` begins a comment, but for `#1000`, a user's number.
        code = re.sub(r"(^|\s)#(?!\d).*$", "", line).strip()
        if code:
            found.append(code)
    return found, None


def from_lines(lines: list[str]) -> Maybe[Rights]:
    """Read logical lines of sudoers files."""
    users: dict[str, list[str]] = {}
    commands: dict[str, list[str]] = {}
    runas: dict[str, list[str]] = {}
    rules: list[str] = []
    asks_nobody = False
    for line in lines:
        head = line.split(None, 1)
        table = {"User_Alias": users, "Cmnd_Alias": commands, "Cmd_Alias": commands, "Runas_Alias": runas}.get(head[0])
        if table is not None:
            for definition in re.split(r"(?<!\\):", head[1] if len(head) > 1 else ""):
                name, equals, rest = definition.partition("=")
                if not equals:
                    return Unknown("sudoers has an alias without a meaning")
                table[name.strip()] = _split(rest)
        elif head[0] == "Defaults":
            asks_nobody = asks_nobody or re.search(r"(^|[\s,])!authenticate\b", line) is not None
        elif head[0].startswith("Defaults") or head[0] == "Host_Alias":
            if "!authenticate" in line:
                return Unknown("sudoers frees some from proving who they are (Defaults with a binding)")
        else:
            rules.append(line)
    rights: list[Right] = []
    for line in rules:
        right = _rule(line, users, commands, runas)
        if isinstance(right, Unknown):
            return right
        rights += right
    return Rights(rights=tuple(rights), asks_nobody=asks_nobody)


def _rule(
    line: str, users: dict[str, list[str]], commands: dict[str, list[str]], runas: dict[str, list[str]]
) -> Maybe[list[Right]]:
    """Read one user specification: `who hosts = (runas) TAGS: commands`."""
    match = re.fullmatch(r"(.+?)\s+([^\s=]+(?:\s*,\s*[^\s=]+)*)\s*=\s*(.*)", line)
    if match is None:
        return Unknown("sudoers has a line that is no rule")
    who = tuple(_expand(_split(match[1]), users))
    found: list[Right] = []
    as_root, free = True, False
    for item in _split(match[3]):
        rest = item
        inside = re.match(r"\s*\(([^)]*)\)\s*", rest)
        if inside:
            names = _expand(_split(inside[1].partition(":")[0]), runas)
            # (:group) keeps the caller's own account.
            as_root = bool({"ALL", "root", "#0"} & set(names))
            rest = rest[inside.end() :]
        while option := OPTION.match(rest):
            rest = rest[option.end() :]
        while tag := TAG.match(rest):
            free = {"NOPASSWD": True, "PASSWD": False}.get(tag[1], free)
            rest = rest[tag.end() :]
        named = _expand([rest.strip()], commands)
        found.append(Right(who=who, everything=as_root and "ALL" in named, passwordless=free))
    return found


def _split(text: str) -> list[str]:
    """Split at commas that are not escaped."""
    return [word.strip() for word in re.split(r"(?<!\\),", text) if word.strip()]


def _expand(words: list[str], aliases: dict[str, list[str]], depth: int = 0) -> list[str]:
    """Replace aliases by what they stand for."""
    if depth > DEEPEST:
        return words
    return [
        inner for word in words for inner in (_expand(aliases[word], aliases, depth + 1) if word in aliases else [word])
    ]


def doas(answer: Answer) -> Maybe[Rights | None]:
    """Return what doas allows (doas.conf(5)); `None` where it is not installed."""
    there = answer.installed("sudoers/doas-installed")
    if there is not True:
        return there if isinstance(there, Unknown) else None
    files = answer.files("sudoers/doas")
    if isinstance(files, Unknown):
        return files
    rights = []
    for line in "\n".join(files[name] for name in sorted(files)).split("\n"):
        words = line.partition("#")[0].split()
        if not words or words[0] == "deny":
            continue
        if words[0] != "permit":
            return Unknown("doas.conf has a line that is no rule")
        rest = " ".join(words[1:])
        rest = re.sub(r"setenv\s*\{[^}]*\}", "", rest)
        plain = [word for word in rest.split() if word not in {"nopass", "persist", "keepenv", "nolog"}]
        if not plain:
            return Unknown("doas.conf has a rule for nobody")
        who = plain[0].replace(":", "%") if plain[0].startswith(":") else plain[0]
        everything = "cmd" not in plain and ("as" not in plain or plain[plain.index("as") + 1 :][:1] == ["root"])
        rights.append(Right(who=(who,), everything=everything, passwordless="nopass" in words))
    return Rights(rights=tuple(rights))


def su_restricted(answer: Answer) -> Maybe[bool | None]:
    """Say whether only members of a group may use `su`."""
    status = answer.status("sudoers/wheel")
    if status == "1":
        return False  # grep's word for *no such line*
    text = answer.text("sudoers/wheel")
    if not isinstance(text, str):
        return text
    return (
        re.search(r"^\s*auth\s+(required|requisite)\s+\S*pam_wheel\.so(?!.*\btrust\b)", text, re.MULTILINE) is not None
    )


class Powers(Struct, frozen=True, kw_only=True):
    """Who may become all-powerful."""

    names: Maybe[tuple[str, ...]]
    """Accounts besides `root`; `%group` for a group this host does not have itself."""
    passwordless: Maybe[bool | None]
    restricted_passwordless: Maybe[bool | None]
    """Someone may run some commands, not all, without proving who they are again."""


def powers(
    tools: tuple[Maybe[Rights | None], ...],
    people: Maybe[tuple[Account, ...]],
    known: Maybe[dict[str, tuple[int, tuple[str, ...]]]],
) -> Powers:
    """Say who may become all-powerful: by sudo or doas, with the number of root, or through a group that equals it."""
    unseen = next((tool for tool in (*tools, people, known) if isinstance(tool, Unknown)), None)
    if unseen or isinstance(people, Unknown) or isinstance(known, Unknown):
        reason = unseen or Unknown("not seen")
        return Powers(names=reason, passwordless=reason, restricted_passwordless=reason)
    given = [tool for tool in tools if isinstance(tool, Rights)]
    rights = [right for tool in given for right in tool.rights]
    names: set[str] = {account.name for account in people if account.uid == 0}
    for group in ROOT_EQUIVALENT:
        names.update(members(group, known, people))
    for right in rights:
        if right.everything:
            for who in right.who:
                names.update(_people(who, people, known))
    free = [right for right in rights if right.passwordless and _others(right)]
    everyone_free = any(tool.asks_nobody for tool in given)
    return Powers(
        names=tuple(sorted(names - {"root"})),
        passwordless=everyone_free or any(right.everything for right in free),
        restricted_passwordless=any(not right.everything for right in free) if given else None,
    )


def _others(right: Right) -> bool:
    """Say whether a rule is for anyone besides root, who needs none."""
    return any(who not in {"root", "#0"} and not who.startswith("!") for who in right.who)


def _people(who: str, people: tuple[Account, ...], known: dict[str, tuple[int, tuple[str, ...]]]) -> tuple[str, ...]:
    """Return the accounts a rule's subject stands for."""
    if who.startswith("!"):
        return ()
    if who == "ALL":
        return tuple(account.name for account in people if account.interactive)
    if who.startswith("%#"):
        who = "%" + next((name for name, (gid, _) in known.items() if str(gid) == who[2:]), who[1:])
    if who.startswith("%"):
        return members(who[1:], known, people) if who[1:] in known else (who,)
    if who.startswith("#"):
        return tuple(account.name for account in people if str(account.uid) == who[1:])
    return (who,)
