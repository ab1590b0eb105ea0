"""The flags of the programs that make up a cluster: from the command of a pod, or from the settings of kubeadm."""

import shlex
from typing import Any

from phiward.collectors.kubernetes.form import Source
from phiward.collectors.kubernetes.objects import PLACEHOLDER, Malformed, items, mapping
from phiward.collectors.types.kubernetes.pod import pod_of
from phiward.inventory.model import Maybe, Unknown

_SHELLS = frozenset({"sh", "bash", "ash", "dash"})
Where = tuple[str | int, ...]


class Flags:
    """What a program is started with."""

    def __init__(self, source: Source, given: dict[str, tuple[Maybe[str], Where]], whole: Where) -> None:
        self.source = source
        self._given = given
        self.whole = whole

    def text(self, name: str, *paths: str) -> Maybe[str | None]:
        """Return a flag's value, None where it is not given; note its lines for some paths of the resource."""
        value, where = self._given.get(name, (None, self.whole))
        for path in paths:
            self.source.said(path, *where)
        return value

    def true(self, name: str, default: bool, *paths: str) -> Maybe[bool]:
        """Return a flag that is true or false."""
        value = self.text(name, *paths)
        if value is None or isinstance(value, Unknown):
            return default if value is None else value
        if value.lower() in {"true", "t", "1", ""}:
            return True
        return False if value.lower() in {"false", "f", "0"} else Unknown(f"--{name} is {value!r}")

    def number(self, name: str, *paths: str) -> Maybe[int | None]:
        """Return a flag that is a whole number."""
        value = self.text(name, *paths)
        if value is None or isinstance(value, Unknown):
            return value
        return int(value) if value.lstrip("-").isdecimal() and len(value) < 16 else Unknown(f"--{name} is {value!r}")

    def listed(self, name: str, *paths: str) -> Maybe[tuple[str, ...] | None]:
        """Return a flag that is a list, written with commas."""
        value = self.text(name, *paths)
        if value is None or isinstance(value, Unknown):
            return value
        return tuple(each.strip() for each in value.split(",") if each.strip())

    def given(self, *names: str, path: str) -> Maybe[bool]:
        """Say whether all of some flags are given, and not empty."""
        found: Maybe[bool] = True
        for name in names:
            value = self.text(name, path)
            if value in (None, ""):
                return False
            if isinstance(value, Unknown):
                found = value
        return found


def of_pod(source: Source, program: str) -> Flags | None:
    """Return the flags that a pod starts a program with; None where none of its containers is that program."""
    pod = pod_of(source.manifest)
    if pod is None:
        return None
    for number, container in items(pod.spec, "containers"):
        where: Where = (*pod.path, "spec", "containers", number)
        words: list[tuple[str, Where]] = []
        for key in ("command", "args"):
            listed = container.get(key)
            for index, word in enumerate(listed if isinstance(listed, list) else ()):
                words.append((str(word), (*where, key, index)))
        words = _unwrapped(words)
        names = [word.rpartition("/")[2] for word, _ in words[:1]]
        if names != [program]:
            continue
        return Flags(source, _environment(container, where, program) | _flags(words[1:]), (*where, "command"))
    return None


def of_kubeadm(source: Source, defaults: dict[str, str], *path: str) -> Flags | None:
    """Return the flags that kubeadm starts a program with: its own, and what the settings add.

    Up to v1beta3 they are a mapping, from v1beta4 a list of names and values.
    """
    settings = source.manifest.at(*path)
    if settings is not None and not isinstance(settings, dict):
        raise Malformed(f"{path[-1]} is no mapping", source.manifest.span(*path).line)
    where: Where = (*path, "extraArgs")
    given: dict[str, tuple[Maybe[str], Where]] = {name: (value, path) for name, value in defaults.items()}
    extra = (settings or {}).get("extraArgs")
    if isinstance(extra, dict):
        given |= {name: (_value(value), (*where, name)) for name, value in extra.items()}
    elif isinstance(extra, list):
        for number, each in items(settings, "extraArgs"):
            given[str(each.get("name"))] = (_value(each.get("value")), (*where, number))
    return Flags(source, given, path)


def _unwrapped(words: list[tuple[str, Where]]) -> list[tuple[str, Where]]:
    """Return the words that a shell is given as one text (`sh -c "exec kube-apiserver --x"`)."""
    if len(words) < 3 or words[0][0].rpartition("/")[2] not in _SHELLS or not words[1][0].startswith("-"):
        return words
    text, where = words[2]
    try:
        split = shlex.split(text.replace("\\\n", " "))
    except ValueError:
        return words
    return [(word, where) for word in split if word not in {"exec", "&&", ";"}]


def _flags(words: list[tuple[str, Where]]) -> dict[str, tuple[Maybe[str], Where]]:
    found: dict[str, tuple[Maybe[str], Where]] = {}
    number = 0
    while number < len(words):
        word, where = words[number]
        number += 1
        if not word.startswith("-"):
            continue
        name, sign, value = word.lstrip("-").partition("=")
        if not sign and number < len(words) and not words[number][0].startswith("-"):
            value = words[number][0]
            number += 1
        found[name.replace("_", "-")] = (_value(value), where)
    return found


def _environment(container: Any, where: Where, program: str) -> dict[str, tuple[Maybe[str], Where]]:
    """Return the flags of etcd that are given as variables: `ETCD_CLIENT_CERT_AUTH`."""
    found: dict[str, tuple[Maybe[str], Where]] = {}
    if program != "etcd":
        return found
    for number, each in items(container, "env"):
        name, value = str(each.get("name")), each.get("value")
        if name.startswith("ETCD_") and value is not None:
            found[name[5:].lower().replace("_", "-")] = (_value(value), (*where, "env", number))
    return found


def _value(value: Any) -> Maybe[str]:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Unknown):
        return value
    text = "" if value is None else str(value)
    if (found := PLACEHOLDER.search(text)) or (text.startswith("$") and len(text) > 1):
        return Unknown(f"{found[0] if found else text} is filled in when it starts")
    return text


def tls_version(value: Maybe[str | None], default: str) -> Maybe[str | None]:
    """Return a version of TLS as it is written in flags: `VersionTLS12`, `TLS1.2`."""
    if value is None or value == "" or isinstance(value, Unknown):
        return value or default
    digits = "".join(each for each in value if each.isdigit())
    return f"{digits[0]}.{digits[1]}" if len(digits) == 2 else Unknown(f"{value!r} is no version of TLS")


def settings_of(source: Source, *path: str) -> Any:
    """Return a mapping of an object's settings, empty where it is left out."""
    found: Any = source.manifest.body
    for step in path:
        found = mapping(found, step)
    return found
