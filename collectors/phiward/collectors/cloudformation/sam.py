"""What SAM adds to its resources before CloudFormation sees them."""

from collections.abc import Iterator
from typing import Any

from phiward.collectors.documents import Mapping, Sequence

_SECTIONS = {
    "AWS::Serverless::Function": "Function",
    "AWS::Serverless::Api": "Api",
    "AWS::Serverless::HttpApi": "HttpApi",
    "AWS::Serverless::SimpleTable": "SimpleTable",
}


def with_globals(written: Mapping, kind: str, properties: Mapping) -> Mapping:
    """Return the properties of a SAM resource over those that `Globals` gives to all of its kind.

    Mappings are merged, lists put one after the other, anything else replaced (SAM, *Globals section*).
    """
    section = written.get(_SECTIONS.get(kind, ""))
    return _merged(section, properties) if isinstance(section, Mapping) else properties


_IMPLICIT = {
    "Api": ("ServerlessRestApi", "AWS::Serverless::Api", "RestApiId", "Prod"),
    "HttpApi": ("ServerlessHttpApi", "AWS::Serverless::HttpApi", "ApiId", "$default"),
}
"""Kind of event to the API that SAM makes for those that name none: its logical id, type, and stage."""


def with_implicit(resources: Mapping) -> Mapping:
    """Return the resources of a SAM template with the APIs that its functions' events imply.

    One API of each kind serves all events that name none (*Generated resources*, SAM Developer Guide).
    """
    asking: dict[str, list[tuple[Mapping, Mapping]]] = {}
    for function in resources.values():
        if isinstance(function, Mapping) and function.get("Type") == "AWS::Serverless::Function":
            for kind, event in _events(function):
                asking.setdefault(kind, []).append((function, event))
    if not asking:
        return resources
    made = Mapping(resources.span, resources)
    made.spans = dict(resources.spans)
    for kind, found in sorted(asking.items()):
        name, of_type, _, stage = _IMPLICIT[kind]
        if name in resources:
            continue
        span = found[0][1].span
        api, properties = Mapping(span), Mapping(span)
        properties.put("StageName", stage, span)
        api.put("Type", of_type, span)
        api.put("Properties", properties, span)
        conditions = [function.get("Condition") for function, _ in found]
        if None not in conditions:
            # It is there where any of its functions is: with several conditions, nobody has named that one.
            alike = all(condition == conditions[0] for condition in conditions)
            api.put("Condition", conditions[0] if alike else Sequence(span, conditions), span)
        made.put(name, api, span)
    return made


def generated_role(name: str, resources: Mapping) -> bool:
    """Say whether a name is that of the role which SAM makes for a function: `UploadRole` of `Upload`."""
    function = resources.get(name.removesuffix("Role")) if name.endswith("Role") else None
    return isinstance(function, Mapping) and function.get("Type") == "AWS::Serverless::Function"


def _events(function: Mapping) -> Iterator[tuple[str, Mapping]]:
    properties = function.get("Properties")
    events = properties.get("Events") if isinstance(properties, Mapping) else None
    for event in events.values() if isinstance(events, Mapping) else ():
        kind = event.get("Type") if isinstance(event, Mapping) else None
        if isinstance(event, Mapping) and isinstance(kind, str) and kind in _IMPLICIT:
            given = event.get("Properties")
            if not isinstance(given, Mapping) or _IMPLICIT[kind][2] not in given:
                yield kind, event


def _merged(below: Mapping, above: Mapping) -> Mapping:
    made = Mapping(above.span)
    made.unseen = above.unseen
    for key, value in below.items():
        made.put(key, value, below.spans.get(key, below.span))
    for key, value in above.items():
        made.put(key, _over(below.get(key), value), above.spans.get(key, above.span))
    return made


def _over(below: Any, above: Any) -> Any:
    if isinstance(below, Mapping) and isinstance(above, Mapping):
        return _merged(below, above)
    if isinstance(below, Sequence) and isinstance(above, Sequence):
        return Sequence(above.span, [*below, *above])
    return above
