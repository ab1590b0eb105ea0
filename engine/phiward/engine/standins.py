"""Stand-ins for what is unknown of a resource, so that the controls that do not read it need not wait for it.

A projection refuses a line of which a stated field is missing. Where the line lists that field as unknown, anything of
the right shape can stand in its place: whoever reads it is asked of the reference interpreter, and nobody else sees it.
A field that is missing and not listed gets no stand-in, so that the projection still refuses the line.
"""

from collections.abc import Mapping
from typing import Any

from phiward.inventory import paths
from phiward.inventory.catalog import Field

_PLAIN: dict[str, Any] = {"bool": False, "int": 0, "str": "", "list": [], "map": {}, "policy": {}}


def stood_in(body: Mapping[str, Any], root: Field) -> dict[str, Any]:
    """Return a resource in its wire form with a stand-in at each path that it lists as unknown; the same otherwise."""
    whole = dict(body)
    for path, _ in body["unknown"]:
        steps = paths.parse(path)
        names = tuple(step for step in steps if isinstance(step, str))
        inner = next((index for index, step in enumerate(steps) if not isinstance(step, str)), len(names))
        _put(whole, root, names[:inner])
    return whole


def _put(holder: dict[str, Any], field: Field, names: tuple[str, ...]) -> None:
    """Put a stand-in at a path. What lies inside a list makes the whole list one."""
    for number, name in enumerate(names, 1):
        declared = field.item if field.kind == "map" else field.fields.get(name)
        if declared is None or declared.kind == "any":
            return
        if number == len(names) or declared.kind == "list":
            holder[name] = _of(declared)
            return
        inner = holder.get(name)
        if inner is not None and not isinstance(inner, dict):
            return
        holder[name] = inner = dict(inner or {})
        holder, field = inner, declared


def _of(field: Field) -> Any:
    if field.values:
        return field.values[0]
    if field.kind == "struct":
        return {name: _of(each) for name, each in field.fields.items() if each.kind != "any"}
    return _PLAIN[field.kind]
