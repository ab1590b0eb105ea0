"""A small catalog, conditions that fit it, resources of it, and what may go wrong with them, for property tests."""

import copy
from typing import Any, Literal

from hypothesis import strategies as st
from msgspec import Struct

from phiward.engine.condition import All, Any_, Condition, Count, Elements, Not, Quantifier, Related, Test
from phiward.engine.control import AppliesTo, Control, Domain, Level, Policy, Remediation, Requirement, Severity
from phiward.engine.rules import Rule, Rules
from phiward.inventory.aspects import Backup, EncryptionAtRest, Grant, Network, Patching
from phiward.inventory.catalog import Catalog, Field, Relation, ResourceType
from phiward.inventory.iam import PolicyDocument
from phiward.inventory.unknown import Maybe

NOW = "2026-11-23T12:00:00Z"


class Part(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A part of a store."""

    kind: Maybe[Literal["a", "b"]]
    size: Maybe[int | None] = None
    names: Maybe[tuple[Maybe[str], ...]] = ()


class StoreConfig(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What a store has."""

    state: Maybe[str]
    count: Maybe[int | None] = None
    parts: Maybe[tuple[Maybe[Part], ...]] = ()
    main: Maybe[Part | None] = None
    flags: Maybe[dict[str, Maybe[bool]]] = {}
    anything: Maybe[Any] = None
    policy: Maybe[PolicyDocument | None] = None
    grants: Maybe[tuple[Grant, ...]] = ()


CATALOG = Catalog.of(
    [
        ResourceType(
            name="test.store",
            title="store",
            aspects=(EncryptionAtRest, Network, Patching),
            config=StoreConfig,
            relations={"key": Relation("its key", ("test.key",)), "copy": "its copy"},
            stores_data=True,
        ),
        ResourceType(
            name="test.key",
            title="key",
            aspects=(Backup, EncryptionAtRest),
            relations={"copy": Relation("its copy", ("test.store",))},
        ),
    ]
)

TEXTS = ["a", "b", "enabled", "10.0.0.0/8", "0.0.0.0/0", "10.1.2.3", "1.2", "1.2.0", "2", "odd value", ""]
TIMES = ["2026-11-23T12:00:00Z", "2026-11-22T12:00:00Z", "2025-01-01", "2026-11-23", "2027-01-01T00:00:00Z", "soon"]
ODD: list[Any] = [
    None,
    True,
    0,
    7,
    -1,
    1.5,
    2**60,
    "a",
    "",
    [],
    ["x", None],
    {},
    {"kind": "a"},
    [[]],
    {"enabled": True},
]
_WORDS = st.sampled_from([*TEXTS, *TIMES])


_STATEMENTS = st.fixed_dictionaries(
    {"effect": st.sampled_from(["Allow", "Deny"])},
    optional={
        "principals": st.sampled_from([["*"], ["111122223333"], ["arn:aws:iam::444455556666:root"]]),
        "actions": st.sampled_from([["s3:getobject"], ["*"], ["s3:*", "kms:decrypt"]]),
        "resources": st.sampled_from([["*"], ["arn:aws:s3:::a/*"]]),
        "conditions": st.just([{"operator": "Bool", "key": "aws:securetransport", "values": ["false"]}]),
    },
)


def values_of(field: Field) -> st.SearchStrategy[Any]:
    """Draw a value that a field can hold."""
    if field.values:
        return st.sampled_from(field.values)
    match field.kind:
        case "bool":
            return st.booleans()
        case "int":
            return st.integers(-2, 400)
        case "str":
            return _WORDS
        case "list":
            return st.lists(values_of(field.item or Field(kind="any")), max_size=3)
        case "map":
            return st.dictionaries(
                st.sampled_from(["x", "y", "a.b"]), values_of(field.item or Field(kind="any")), max_size=2
            )
        case "struct":
            stated = {name: values_of(each) for name, each in field.fields.items() if each.stated}
            others = {name: values_of(each) for name, each in field.fields.items() if not each.stated}
            return st.fixed_dictionaries(stated, optional=others)
        case "policy":
            return st.fixed_dictionaries({"statements": st.lists(_STATEMENTS, max_size=2)})
        case _:
            return st.sampled_from([1, "a", True, [1], {"k": 1}])


def bodies(type_name: str, identity: str) -> st.SearchStrategy[dict[str, Any]]:
    """Draw a whole resource in its wire form."""
    root = CATALOG.root(type_name)
    names = [*CATALOG.types[type_name].aspects] + (["config"] if type_name == "test.store" else [])
    ids = st.lists(st.sampled_from(["k1", "s1", "gone"]), max_size=2)
    relations = st.dictionaries(st.sampled_from(sorted(CATALOG.types[type_name].relations)), ids, max_size=2)
    return st.fixed_dictionaries(
        {
            "id": st.just(identity),
            "type": st.just(type_name),
            "origin": st.just({"kind": "live", "file": "m.tf", "line": 3}),
        }
        | {name: values_of(root.fields[name]) for name in names},
        optional={
            "relations": relations,
            "account": st.sampled_from(["111122223333", "777788889999"]),
            "tags": st.dictionaries(st.sampled_from(["x", "y"]), _WORDS, max_size=2),
            "lines": st.just({"config": ["c.tf", 1, 2], "config.parts[0]": ["p.tf", 5, 5]}),
            "observations": st.just([{"call": "x:Get", "fills": ["encryption_at_rest"]}, {"call": "x:List"}]),
        },
    )


def places(value: Any, path: str = "") -> list[tuple[str, Any, Any]]:
    """Return every place of a resource: path, container, key."""
    found: list[tuple[str, Any, Any]] = []
    if isinstance(value, dict):
        for key, member in value.items():
            if path or key not in ("id", "type", "origin", "lines", "observations", "unknown"):
                step = f'["{key}"]' if "." in key else f".{key}" if path else key
                found += [(path + step, value, key), *places(member, path + step)]
    elif isinstance(value, list):
        for index, member in enumerate(value):
            found += [(f"{path}[{index}]", value, index), *places(member, f"{path}[{index}]")]
    return found


@st.composite
def mutated(draw: st.DrawFn, body: dict[str, Any]) -> dict[str, Any]:
    """Draw a resource with something dropped, retyped, nulled or made unknown."""
    body = copy.deepcopy(body)
    for _ in range(draw(st.integers(0, 2))):
        found = places(body)
        if not found:
            break
        path, container, key = draw(st.sampled_from(found))
        match draw(st.sampled_from(["drop", "retype", "null", "unknown"])):
            case "drop" if isinstance(container, dict):
                del container[key]
            case "retype":
                container[key] = copy.deepcopy(draw(st.sampled_from(ODD)))
            case "unknown":
                if isinstance(container, dict):
                    del container[key]
                else:
                    container[key] = None
                body["unknown"] = [*body.get("unknown", []), [path, "denied"]]
            case _:
                container[key] = None
    return body


_TESTS = {
    "str": ["equals", "in", "exists", "contains", "starts_with", "ends_with", "matches", "older_than", "newer_than",
            "before", "after", "version_gte", "version_lt", "cidr_within", "cidr_overlaps"],
    "int": ["equals", "in", "exists", "gt", "gte", "lt", "lte"],
    "bool": ["equals", "in", "exists"],
    "policy": ["exists", "policy_public", "policy_enforces_tls", "policy_cross_account", "policy_unguarded_service",
               "policy_whole_service", "policy_allows"],
}  # fmt: skip
_CONSTANTS: dict[str, st.SearchStrategy[Any]] = {
    "exists": st.booleans(),
    "policy_public": st.booleans(),
    "policy_enforces_tls": st.booleans(),
    "policy_cross_account": st.booleans(),
    "policy_unguarded_service": st.booleans(),
    "policy_whole_service": st.booleans(),
    "policy_allows": st.sampled_from([{"actions": ["*"]}, {"actions": ["s3:getobject"], "resources": ["*"]}]),
    "contains": st.sampled_from(["a", "1", "en"]),
    "starts_with": st.sampled_from(["a", "10."]),
    "ends_with": st.sampled_from(["d", "0"]),
    "matches": st.sampled_from(["^a$", "[0-9]+", "en|b"]),
    "older_than": st.sampled_from(["1d", "90d", "12h"]),
    "newer_than": st.sampled_from(["1d", "90d", "12h"]),
    "before": st.sampled_from(["now", "now+30d", "2026-01-01"]),
    "after": st.sampled_from(["now", "now-30d", "2026-01-01T00:00:00Z"]),
    "version_gte": st.sampled_from(["1.2", "2.0"]),
    "version_lt": st.sampled_from(["1.2", "2.0"]),
    "cidr_within": st.sampled_from(["10.0.0.0/8", ["10.0.0.0/8", "::/0"]]),
    "cidr_overlaps": st.sampled_from(["0.0.0.0/0", ["10.1.0.0/16"]]),
}


def constants(operator: str, field: Field) -> st.SearchStrategy[Any]:
    """Draw a constant for an operator on a field."""
    if operator in _CONSTANTS:
        return _CONSTANTS[operator]
    one = st.sampled_from([True, False]) if field.kind == "bool" else st.sampled_from(field.values or TEXTS)
    if field.kind == "int":
        one = st.sampled_from([0, 7, 90])
    return st.lists(one, min_size=1, max_size=3) if operator == "in" else one


def readable(field: Field, path: str = "", depth: int = 0) -> list[tuple[str, Field]]:
    """Return the paths of a field that a test can be asked of."""
    found: list[tuple[str, Field]] = []
    for name, each in field.fields.items():
        if name in ("id", "type", "origin", "relations", "provider", "account", "region"):
            continue
        here = f"{path}.{name}" if path else name
        found.append((here, each))
        if each.kind == "struct" and depth < 3:
            found += readable(each, here, depth + 1)
        if each.kind == "map":
            found.append((f"{here}.x", each.item or Field(kind="any")))
    return found


@st.composite
def conditions(draw: st.DrawFn, field: Field, depth: int = 2, *, top: bool = True) -> Condition:
    """Draw a condition that can be asked of a field (a struct, or a scalar element)."""
    kinds = ["test", "test", "test"]
    if depth:
        kinds += ["all", "any", "not"]
    relations = field.fields.get("relations")
    if top and depth and relations:
        kinds.append("related")
    kind = draw(st.sampled_from(kinds))
    if kind in ("all", "any"):
        inner = tuple(draw(st.lists(conditions(field, depth - 1, top=top), min_size=1, max_size=3)))
        return All(inner) if kind == "all" else Any_(inner)
    if kind == "not":
        return Not(draw(conditions(field, depth - 1, top=top)))
    if kind == "related" and relations:
        target = CATALOG.root(draw(st.sampled_from(["test.store", "test.key"])))
        inner_condition = draw(conditions(target, 1, top=False))
        return Related(
            draw(st.sampled_from(sorted(relations.fields))), draw(st.sampled_from(Quantifier)), inner_condition
        )
    path, found = draw(st.sampled_from(readable(field))) if field.kind == "struct" else ("", field)
    return draw(_of(path, found, depth))


@st.composite
def _of(draw: st.DrawFn, path: str, field: Field, depth: int) -> Condition:
    if field.kind == "list":
        if draw(st.booleans()):
            number = draw(_of("", Field(kind="int"), 0))
            return Count(path, number)
        inner = draw(conditions(field.item or Field(kind="any"), max(depth - 1, 0), top=False))
        return Elements(path, draw(st.sampled_from(Quantifier)), inner)
    if field.kind == "any":
        operator = draw(st.sampled_from(["equals", "exists", "gte", "contains"]))
        constant = {"exists": True, "gte": 1, "contains": "a"}.get(operator, draw(st.sampled_from([1, "a", True])))
        return Test(path, operator, constant)
    operator = draw(st.sampled_from(_TESTS.get(field.kind, ["exists"])))
    return Test(path, operator, draw(constants(operator, field)))


def rules_of(controls: list[tuple[str, Condition | None, Condition]]) -> Rules:
    """Make rules of types, wheres and conditions."""
    rules = [
        Rule.of(
            Control(
                id=f"control-{number}",
                title="t",
                domain=Domain.ACCESS,
                severity=Severity.HIGH,
                applies_to=AppliesTo(types=(name,), where=where),
                condition=condition,
                citations={},
                rationale="r",
                remediation=Remediation("m"),
            ),
            (name,),
            ("r1",),
            CATALOG,
        )
        for number, (name, where, condition) in enumerate(controls)
    ]
    requirement = Requirement(id="r1", title="t", level=Level.REQUIRED, asks="a")
    policy = Policy(id="p", title="t", version="1", source="s", requirements=(requirement,))
    return Rules(policy, tuple(rules), CATALOG)
