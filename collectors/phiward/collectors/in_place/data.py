"""Waivers written as data, where a format has no comments: a CloudFormation resource's `Metadata`, and annotations.

    Metadata:
      phiward: {waive: 'data-store-encrypted-at-rest until=2027-03-01 reason="…"'}
    annotations:
      phiward.io/waive: 'pods-run-unprivileged until=2027-03-01 reason="…"'

Several are a list, or lines of one text. A mapping of `control`, `until` and `reason` says the same. Input of another
shape yields what can be read of it as text, so that the engine refuses it with its place.
"""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from phiward.collectors.in_place.comments import written
from phiward.inventory.model import Lines, WaiverComment

ANNOTATION = "phiward.io/waive"
_MOST = 100


def of_metadata(resource: str, type_name: str, file: str, line: int, metadata: Any) -> Iterator[WaiverComment]:
    """Yield what the `Metadata` of a CloudFormation resource asks for, that of other tools too."""
    if not isinstance(metadata, Mapping):
        return
    own = metadata.get("phiward")
    for text in _texts(own.get("waive") if isinstance(own, Mapping) else own):
        yield written(resource, type_name, file, line, text)
    for tool, path in (
        ("checkov", ("checkov", "skip")),
        ("cfn_nag", ("cfn_nag", "rules_to_suppress")),
        ("guard", ("guard", "SuppressedRules")),
    ):
        for rule in _listed(_at(metadata, path)):
            yield written(resource, type_name, file, line, _rule(rule), tool)


def of_annotations(
    resource: str, type_name: str, place: Callable[[str], Lines], annotations: Any
) -> Iterator[WaiverComment]:
    """Yield what the annotations of a Kubernetes object ask for: `phiward.io/waive`, and `checkov.io/skip1`.

    `place` returns where an annotation is written.
    """
    if not isinstance(annotations, Mapping):
        return
    for name, value in sorted(annotations.items(), key=lambda item: str(item[0])):
        file, line, _ = place(str(name))
        if name == ANNOTATION:
            for text in _texts(value):
                yield written(resource, type_name, file, line, text)
        elif str(name).startswith(("checkov.io/skip", "bridgecrew.io/skip")):
            identity, _, reason = str(value).partition("=")
            yield written(resource, type_name, file, line, f"{identity}:{reason}", "checkov")


def _texts(value: Any) -> Iterator[str]:
    for each in _listed(value):
        if isinstance(each, Mapping):
            control = str(each.get("control", ""))
            others = (f'{name}="{_quoted(text)}"' for name, text in each.items() if name != "control")
            yield " ".join((control, *others)).strip()
        else:
            yield from (line.strip() for line in str(each).splitlines() if line.strip())


def _quoted(value: Any) -> str:
    return str(value).replace("\\", "\\\\").replace('"', '\\"')


def _rule(rule: Any) -> str:
    if not isinstance(rule, Mapping):
        return str(rule)
    reason = rule.get("comment") or rule.get("reason") or ""
    return f"{rule.get('id', '')}:{reason}" if reason else str(rule.get("id", ""))


def _listed(value: Any) -> list[Any]:
    if value is None:
        return []
    return value[:_MOST] if isinstance(value, list) else [value]


def _at(value: Any, path: tuple[str, ...]) -> Any:
    for name in path:
        value = value.get(name) if isinstance(value, Mapping) else None
    return value
