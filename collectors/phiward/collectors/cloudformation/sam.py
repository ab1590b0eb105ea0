"""What SAM adds to its resources before CloudFormation sees them."""

from typing import Any

from phiward.collectors.cloudformation.reading import Mapping, Sequence

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
