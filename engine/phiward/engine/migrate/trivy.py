"""Trivy: `.trivyignore`, `.trivyignore.yaml` and `trivy.yaml`.

Sources: "Filtering" and "Config file" (trivy.dev). A plain ignore file holds an id on each line, and perhaps
`exp:DATE` behind it.
"""

import re

from phiward.engine.content import Node
from phiward.engine.migrate.carried import Carried, Names, skip

_FORMATS = {"sarif": "sarif", "json": "json", "table": "table"}
_CHECK = re.compile(r"(AVD-)?[A-Z]+-?[A-Z0-9]*-\d+|[a-z]+(-[a-z0-9]+){2,}")
_FOREIGN = re.compile(r"(CVE|GHSA|TEMP|DLA|DSA|RHSA|ALAS)-", re.IGNORECASE)
_NO_END = "a policy has no end: take the control out by hand and put the day into your calendar, or waive resources"


def carry_plain(carried: Carried, text: str, names: Names) -> None:
    """Carry `.trivyignore` over."""
    given: dict[str, int] = {}
    for number, raw in enumerate(text.splitlines(), 1):
        line = raw.partition("#")[0].strip()
        if not line:
            continue
        identity, *more = line.split()
        until = next((word.removeprefix("exp:") for word in more if word.startswith("exp:")), None)
        if _FOREIGN.match(identity):
            carried.left(number, identity, "a vulnerability of a package, which no control is about")
        elif until is not None:
            carried.left(number, identity, f"until {until}: {_NO_END}")
        else:
            given[identity] = number
    skip(carried, names, given, "ignored in Trivy")


def carry(carried: Carried, node: Node, names: Names) -> None:
    """Carry `.trivyignore.yaml` or `trivy.yaml` over."""
    members = node.value if isinstance(node.value, dict) else {}
    if {"vulnerabilities", "misconfigurations", "secrets", "licenses"} & set(members):
        _ignored(carried, node, names)
        return
    for name, child in members.items():
        _setting(carried, name, child, node.keys[name][0])


def _ignored(carried: Carried, node: Node, names: Names) -> None:
    given: dict[str, int] = {}
    for name, child in node.value.items():
        entries = child.value if isinstance(child.value, list) else []
        if name != "misconfigurations":
            if entries:
                what = f"{name} ({len(entries)})"
                carried.left(node.keys[name][0], what, "no control is about packages, secrets in files or licences")
            continue
        for entry in entries:
            fields = {key: value.plain() for key, value in entry.value.items()} if isinstance(entry.value, dict) else {}
            identity = str(fields.get("id", ""))
            if fields.get("paths") or fields.get("purls"):
                why = "only for some paths: put `phiward:waive` comments there, or a waiver for each resource"
                carried.left(entry.line, identity, why)
            elif fields.get("expired_at"):
                carried.left(entry.line, identity, f"until {fields['expired_at']}: {_NO_END}")
            elif identity:
                given[identity] = entry.line
    skip(carried, names, given, "ignored in Trivy")


def _setting(carried: Carried, name: str, node: Node, line: int) -> None:
    match name:
        case "severity":
            carried.severities(line, [word for word in _texts(node) if word.upper() != "UNKNOWN"])
        case "format":
            word = str(node.value)
            if word in _FORMATS:
                carried.format = _FORMATS[word]
                carried.done += 1
            else:
                carried.left(line, f"format: {word}", "ask for another format with --format")
        case "scan":
            for inner, child in (node.value if isinstance(node.value, dict) else {}).items():
                if inner in {"skip-dirs", "skip-files"}:
                    carried.leave_out += [each.removeprefix("./") for each in _texts(child)]
                    carried.done += 1
                else:
                    carried.left(node.keys[inner][0], f"scan.{inner}", "there is nothing like it here")
        case "ignorefile":
            carried.left(line, name, "migrate that file by itself: `phiward migrate trivy FILE`")
        case "exit-code":
            carried.left(line, name, "the gate of the policy decides: see exit codes")
        case _:
            carried.left(line, name, "there is nothing like it here")


def _texts(node: Node) -> list[str]:
    listed = node.value if isinstance(node.value, list) else [node]
    return [word.strip() for child in listed for word in str(child.plain()).split(",") if word.strip()]
