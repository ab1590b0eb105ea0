"""Checkov: `.checkov.yaml`, and the baseline that `checkov --create-baseline` writes.

Sources: "CLI Command Reference", "Hard and soft fail" (checkov.io); the baseline holds `failed_checks`, a list of
`file` and `findings`, each of a `resource` and its `check_ids`.
"""

import posixpath
import re

from phiward.engine.content import Node
from phiward.engine.migrate.carried import Carried, Draft, Names, skip

_SEVERITIES = {"CRITICAL", "HIGH", "MEDIUM", "LOW"}
_FORMATS = {"sarif": "sarif", "json": "json", "cli": "table"}
_REGEX = re.compile(r"[\\^$+?()\[\]{}|]|\.\*|(?<!/)\*|\*(?!/)")
_TALK = {"compact", "quiet", "no-guide", "output-bc-ids", "download-external-modules", "evaluate-variables"}


def carry(carried: Carried, node: Node, names: Names) -> None:
    """Carry a configuration or a baseline over."""
    members = node.value if isinstance(node.value, dict) else {}
    if "failed_checks" in members:
        _baseline(carried, members["failed_checks"], names)
        return
    skipped: dict[str, int] = {}
    chosen: dict[str, int] = {}
    for name, child in members.items():
        line = node.keys[name][0]
        words = _words(child)
        match name:
            case "skip-check":
                skipped |= words
            case "check":
                chosen |= words
            case "skip-path":
                _paths(carried, words)
            case "directory" | "file":
                carried.targets += [word for word in words if word not in carried.targets]
                carried.done += 1
            case "hard-fail-on":
                _fail_on(carried, words, line)
            case "output":
                _output(carried, words)
            case _ if name in _TALK:
                carried.left(line, name, "says how Checkov talks or evaluates; there is nothing to set")
            case _:
                carried.left(line, name, _WHY.get(name, "there is nothing like it here"))
    _check(carried, chosen, names)
    for word in _SEVERITIES & set(skipped):
        carried.left(skipped.pop(word), f"skip-check: {word}", "write the others into `gate.fail_on` of the policy")
    wild = {word: line for word, line in skipped.items() if "*" in word}
    for pattern, line in wild.items():
        del skipped[pattern]
        found = names.matching(pattern)
        skipped |= dict.fromkeys(found, line)
        if not found:
            carried.left(line, pattern, "no control answers anything of that name")
    skip(carried, names, skipped, "skip-check of Checkov")


_WHY = {
    "soft-fail": "let the pipeline go on whatever the exit code; the gate of the policy stays what it is",
    "soft-fail-on": "the policy says which severities stop a pipeline: `gate.fail_on`",
    "framework": "every kind of code that is there is read",
    "skip-framework": "leave the folders out with `leave_out` in phiward.yaml",
    "external-checks-dir": "Python checks cannot be run: write them as controls (`phiward controls new`)",
    "external-checks-git": "Python checks cannot be run: write them as controls (`phiward controls new`)",
    "baseline": "migrate that file by itself: `phiward migrate checkov FILE`",
    "var-file": "name it with --var-file",
    "bc-api-key": "a secret; nothing here needs one",
    "repo-id": "nothing is sent anywhere",
    "branch": "nothing is sent anywhere",
}  # fmt: skip


def _check(carried: Carried, chosen: dict[str, int], names: Names) -> None:
    """Ask only the controls that answer the checks chosen."""
    for word in _SEVERITIES & set(chosen):
        carried.left(
            chosen.pop(word), f"check: {word}", "the policy says which severities stop a pipeline: `gate.fail_on`"
        )
    for word, line in chosen.items():
        found = {control for name in names.matching(word) for control, _ in names.answering(name)}
        carried.include |= dict.fromkeys(sorted(found))
        carried.done += bool(found)
        if not found:
            carried.left(line, word, "no control answers it")


def _fail_on(carried: Carried, words: dict[str, int], line: int) -> None:
    order = ["LOW", "MEDIUM", "HIGH", "CRITICAL"]
    lowest = min((order.index(word.upper()) for word in words if word.upper() in order), default=None)
    if lowest is not None:
        carried.severities(line, order[lowest:])
    for word in words:
        if word.upper() not in order:
            carried.left(line, f"hard-fail-on: {word}", "the gate goes by severity, not by single controls")


def _output(carried: Carried, words: dict[str, int]) -> None:
    for word, line in words.items():
        if word in _FORMATS and carried.format is None:
            carried.format = _FORMATS[word]
            carried.done += 1
        else:
            carried.left(line, f"output: {word}", "phiward.yaml names one format; ask for another with --format")


def _paths(carried: Carried, words: dict[str, int]) -> None:
    """Leave paths out. Checkov's are regular expressions; only those that are plain paths mean the same here."""
    for word, line in words.items():
        if _REGEX.search(word) or not word.strip("/."):
            carried.left(line, f"skip-path: {word}", "a regular expression: write it as a pattern into `leave_out`")
        else:
            carried.leave_out.append(word.removeprefix("./"))
            carried.done += 1


def _baseline(carried: Carried, node: Node, names: Names) -> None:
    for entry in node.value if isinstance(node.value, list) else ():
        members = entry.value if isinstance(entry.value, dict) else {}
        file = _text(members.get("file")).lstrip("/")
        findings = members.get("findings")
        for finding in findings.value if findings is not None and isinstance(findings.value, list) else ():
            _finding(carried, finding, file, names)


def _finding(carried: Carried, finding: Node, file: str, names: Names) -> None:
    members = finding.value if isinstance(finding.value, dict) else {}
    address = _text(members.get("resource"))
    ids = _words(members["check_ids"]) if "check_ids" in members else {}
    controls: dict[str, None] = {}
    for identity, line in ids.items():
        found = sorted({control for control, _ in names.answering(identity)})
        controls |= dict.fromkeys(found)
        if not found:
            carried.left(line, f"{identity} of {address}", "no control answers it")
    if not controls:
        return
    if address.startswith("module.") or not file.endswith((".tf", ".tf.json")):
        what = f"{', '.join(ids)} of {address} in {file}"
        carried.left(
            finding.line, what, "the id it has here cannot be told from the file: scan, and waive what is shown"
        )
        return
    folder = posixpath.dirname(file)
    carried.waivers.append(
        Draft(
            controls=tuple(controls),
            resources=(f"{folder}:{address}" if folder else address,),
            reason=f"In Checkov's baseline as {', '.join(ids)}",
            source=f"{carried.file}:{finding.line}",
        )
    )
    carried.done += 1


def _words(node: Node) -> dict[str, int]:
    """Return the words of a list or of one text with commas, each with its line."""
    listed = node.value if isinstance(node.value, list) else [node]
    return {
        word.strip(): child.line
        for child in listed
        for word in str(child.plain()).split(",")
        if word.strip() and child.value is not None
    }


def _text(node: Node | None) -> str:
    return node.value if node is not None and isinstance(node.value, str) else ""
