"""The skeleton of a control: what can be written without knowing what it is for, and marks for the rest."""

import json
import re
from typing import Any

from phiward.engine.control import Domain
from phiward.engine.reading import UNFILLED
from phiward.errors import UsageError
from phiward.inventory.catalog import Catalog, PathError
from phiward.inventory.describe import Row, describe

SCHEMA = "https://raw.githubusercontent.com/phiward/phiward/main/docs/reference/schemas/control.schema.json"
_TIME = "(a time)"
"""What the meaning of a path says where it holds one."""
_ID = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")


def skeleton(  # noqa: PLR0913 - what a skeleton is made from
    catalog: Catalog,
    identity: str,
    *,
    type_name: str | None = None,
    aspect: str | None = None,
    path: str | None = None,
    domain: Domain = Domain.ADMINISTRATIVE,
    title: str | None = None,
) -> str:
    """Return the text of a control's file. `catalog` with docs. Raises `UsageError` for a name that does not exist."""
    if not _ID.fullmatch(identity):
        raise UsageError(f"{identity!r} is not kebab-case (lower case, digits, single dashes): name the good state")
    about = type_name or aspect or ""
    try:
        rows = describe(catalog, about)
    except PathError as error:
        raise UsageError(str(error)) from error
    row = _row(rows, path, about)
    example = type_name or _type_with(catalog, about)
    asked, good, bad = _asked(row)
    sentence = title or f"{UNFILLED}: one sentence that is true of what passes"
    return _TEXT.format(
        schema=SCHEMA,
        id=identity,
        title=_quoted(sentence),
        domain=domain,
        kind="type" if type_name else "aspect",
        about=about,
        path=row.path,
        holds=row.type,
        doc=_comment(row.doc),
        asked=asked,
        unfilled=UNFILLED,
        example=example,
        good=_resource(example, row.path, good),
        bad=_resource(example, row.path, bad),
        now='\n    now: "2026-11-23T00:00:00Z"' if _TIME in row.doc else "",
        unseen=json.dumps({"type": example, "unknown": [[row.path, "access denied"]]}),
    )


def _row(rows: tuple[Row, ...], path: str | None, about: str) -> Row:
    if path is not None:
        found = next((row for row in rows if row.path == path), None)
        if found is None:
            from phiward.engine.content import nearest

            near = nearest(path, [row.path for row in rows])
            raise UsageError(f"{about} has no {path!r}" + (f" (did you mean {near!r}?)" if near else ""))
        if "[]" in path or ".NAME" in path:
            raise UsageError(f"{path}: is within a list or map; name the list, and write each: or some: yourself")
        return found
    simple = [row for row in rows if "[]" not in row.path and ".NAME" not in row.path]
    own = [row for row in simple if row.path.startswith("config.")] + simple
    found = next((row for row in own if row.type == "true/false"), next((row for row in own if "." in row.path), None))
    if found is None:
        raise UsageError(f"{about} has nothing that a skeleton could ask: name it with --path")
    return found


def _type_with(catalog: Catalog, aspect: str) -> str:
    """Return a type that has an aspect, one that holds data where there is one."""
    having = [info for info in catalog.types.values() if aspect in info.aspects]
    having.sort(key=lambda info: (not info.stores_data, not info.name.startswith("aws."), info.name))
    if not having:
        raise UsageError(f"no installed type has the aspect {aspect}")
    return having[0].name


def _asked(row: Row) -> tuple[str, Any, Any]:
    """Return what is asserted of a path, and a value that passes and one that does not."""
    if row.type == "true/false":
        return "true", True, False
    if row.type == "number":
        return "{gte: 1}", 1, 0
    if row.type.startswith("list"):
        return "{count: {gte: 1}}", ["a"], []
    if " | " in row.type:
        first, second, *_ = row.type.split(" | ")
        return first, first, second
    if row.type == "text" and _TIME in row.doc:
        return "{newer_than: 2d}", "2026-11-22T00:00:00Z", "2026-01-01T00:00:00Z"
    if row.type == "text":
        return "a", "a", "b"
    return "{exists: true}", {}, None


def _resource(type_name: str, path: str, value: Any) -> str:
    made: Any = value
    for name in reversed(path.split(".")):
        made = {name: made}
    return json.dumps({"type": type_name, **made}, ensure_ascii=False)


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)


def _comment(text: str) -> str:
    return " ".join(text.split())


_TEXT = """\
# yaml-language-server: $schema={schema}
id: {id}
title: {title}
domain: {domain}  # the folder that this file lies in
severity: medium  # critical, high, medium or low
applies_to:
  {kind}: {about}
assert:
  # {path} ({holds}): {doc}
  # What else there is to ask: phiward schema {about}
  {path}: {asked}
citations:
  hipaa:
    "164.308(a)(1)(ii)(B)": "{unfilled}: one sentence why it answers exactly this requirement (phiward policies show)"
rationale: "{unfilled}: why it matters, for somebody who has never seen a cloud console"
remediation:
  text: "{unfilled}: how to mend it, in general"
  # by_type:
  #   {example}: {{terraform: "the argument to set", aws: "the console's words"}}
examples:  # run by: phiward controls test
  - resource: {good}{now}
    verdict: pass
  - resource: {bad}{now}
    verdict: fail
  - resource: {unseen}{now}
    verdict: unknown
"""
