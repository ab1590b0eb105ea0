"""The schemas that editors use accept what is shipped, and refuse what is commonly mistyped."""

import copy
from collections.abc import Callable
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from phiward.engine import content, file_schemas
from phiward.engine.condition_schema import CONSTANTS, MEANINGS
from phiward.engine.grammar import MATCHER_WORDS
from phiward.engine.operators import OPERATORS

ROOT = Path(__file__).resolve().parents[2]
SCHEMAS = file_schemas.documents()
CHECKERS = {name.partition(".")[0]: jsonschema.Draft202012Validator(schema) for name, schema in SCHEMAS.items()}
CONTROLS = sorted((ROOT / "controls").rglob("*.yaml"))
POLICIES = sorted((ROOT / "policies").rglob("*.yaml"))
CONTROL = content.read(ROOT / "controls/encryption/tls-version-current.yaml").plain()
POLICY = content.read(ROOT / "policies/hipaa-security-rule.yaml").plain()
WAIVERS = {
    "waivers": [
        {
            "id": "W-1",
            "controls": ["backups-made"],
            "resources": ["main.tf/aws_x.y"],
            "reason": "Old imaging archive",
            "why_not_reasonable": "The maker no longer supports it",
            "alternative": {"measure": "Locked room", "evidence": "Site plan"},
            "risk": "Theft of the disk",
            "requested_by": "IT lead",
            "approved_by": "Security official",
            "approved_at": "2026-06-01",
            "expires_at": "2027-05-31",
        }
    ]
}


def refused(kind: str, document: Any) -> bool:
    """Say whether a schema refuses a document."""
    return not CHECKERS[kind].is_valid(document)


@pytest.mark.parametrize("name", SCHEMAS)
def test_a_schema_is_one(name: str) -> None:
    """An editor can load it."""
    jsonschema.Draft202012Validator.check_schema(SCHEMAS[name])


@pytest.mark.parametrize("path", [*CONTROLS, *POLICIES], ids=lambda path: path.stem)
def test_what_is_shipped_fits_the_schema_that_it_names(path: Path) -> None:
    """Each file names its schema in the first line, by a path that leads there, and fits it."""
    named = path.read_text().splitlines()[0].partition("$schema=")[2]
    kind = "control" if path in CONTROLS else "policy"

    assert (path.parent / named).resolve() == ROOT / f"docs/reference/schemas/{kind}.schema.json"
    assert [error.message for error in CHECKERS[kind].iter_errors(content.read(path).plain())] == []


def test_a_scope_fits() -> None:
    """Statements as people write them: a text or several, of both sides."""
    where = {"tags": {"a": "*", "b": ["c", "d*"]}, "account": "1", "name": ["x", "y"], "macie": "not-sensitive"}
    scope = {"unclassified": "in", "in": [], "out": [{"id": "a", "where": where, "reason": "r"}]}

    assert not refused("policy", {**POLICY, "scope": scope})


def test_a_waiver_fits() -> None:
    """A file of waivers that the loader takes fits too."""
    assert not refused("waivers", WAIVERS)


def test_example_waivers_fit() -> None:
    """The examples can be copied."""
    found = {path: content.read(path).plain() for path in ROOT.glob("examples/**/waivers/*.yaml")}

    assert [path for path, document in found.items() if refused("waivers", document)] == []


def asserts(condition: Any) -> Callable[[Any], None]:
    """Return what gives a control another assert."""
    return lambda control: control.update({"assert": condition})


@pytest.mark.parametrize(
    "harm",
    [
        lambda control: control.update(severty=control.pop("severity")),
        lambda control: control.update(severity="severe"),
        lambda control: control.update(concerns="patients"),
        lambda control: control.update(domain="encrypt"),
        lambda control: control.update(id="Tls_Version"),
        lambda control: control.update(citations={"hipaa": ["164.312(e)(1)"]}),
        lambda control: control.update(applies_to={"aspects": "backup"}),
        lambda control: control.update(applies_to={"aspect": "backup", "type": "aws.kms.key"}),
        lambda control: control.update(applies_to={}),
        lambda control: control["parameters"]["minimum"].pop("why"),
        lambda control: control["examples"][0].update(verdict="passed"),
        asserts({}),
        asserts({"equals": 1}),
        asserts({"backup.retention_days": {"gt_or_equal": 7}}),
        asserts({"backup.retention_days": {"gte": "seven"}}),
        asserts({"backup.enabled": [True]}),
        asserts({"backup.last_success": {"newer_than": "2 days"}}),
        asserts({"backup.last_success": {"after": "tomorrow"}}),
        asserts({"patching.version": {"version_gte": 1.2}}),
        asserts({"any": {"backup.enabled": True}}),
        asserts({"any": []}),
        asserts({"related": {"each": {"backup.enabled": True}}}),
        asserts({"related": {"relation": "copy", "every": {"backup.enabled": True}}}),
        asserts({"network.ingress": {"none": {"from_port": {"under": 22}}}}),
        asserts({"config.policy": {"policy_allows": {"action": ["*"]}}}),
        asserts({"tags": {"has_entry": {"value": "public"}}}),
        asserts({"tags": {"has_entry": "class"}}),
        asserts({"Backup Enabled": True}),
    ],
)
def test_a_wrong_control_is_refused(harm: Callable[[Any], None]) -> None:
    """A mistyped field, word, operator or constant is underlined where it stands."""
    control = copy.deepcopy(CONTROL)
    harm(control)

    assert refused("control", control)


@pytest.mark.parametrize(
    "condition",
    [
        {"tags.owner": {"exists": True}},
        {'tags["a.b"]': {"exists": True}},
        {"tags": {"has_entry": {"key": "class$", "value": "^public$"}}},
        {"tags": {"has_entry": {"key": "class$"}}},
        {"network.ingress": {"count": {"lte": 3}, "none": {"sources": {"some": {"cidr_overlaps": ["::/0"]}}}}},
        {"exposure.shared_with": {"each": {"not": {"in": "${known}"}}}},
        {
            "any": [
                {"not": {"backup.enabled": False}},
                {"related": {"relation": "copy", "some": {"backup.enabled": True}}},
            ]
        },
        {"backup.retention_days": {"gte": "${days}"}, "backup.last_success": {"newer_than": "${hours}h"}},
    ],
)
def test_what_the_language_has_is_accepted(condition: Any) -> None:
    """Every form of a condition can be written."""
    assert not refused("control", {**CONTROL, "assert": condition})


@pytest.mark.parametrize(
    "harm",
    [
        lambda policy: policy.update(version=2013),
        lambda policy: policy.update(control=policy.pop("controls")),
        lambda policy: policy["gate"].update(unknown="ignore"),
        lambda policy: policy["gate"].update(fail_on=["severe"]),
        lambda policy: policy["requirements"][0].update(level="optional"),
        lambda policy: policy["requirements"][0].pop("asks"),
        lambda policy: policy.update(scope={"unclassified": "out"}),
        lambda policy: policy.update(scope={"out": [{"id": "a", "where": {"name": "b"}}]}),
        lambda policy: policy.update(scope={"out": [{"id": "a", "where": {}, "reason": "r"}]}),
        lambda policy: policy.update(scope={"out": [{"id": "a", "where": {"tags": {}}, "reason": "r"}]}),
        lambda policy: policy.update(scope={"out": [{"id": "a", "where": {"tag": {"b": "c"}}, "reason": "r"}]}),
        lambda policy: policy.update(scope={"out": [{"id": "a", "where": {"account": 12}, "reason": "r"}]}),
    ],
)
def test_a_wrong_policy_is_refused(harm: Callable[[Any], None]) -> None:
    """A mistyped policy is underlined where it is wrong."""
    policy = copy.deepcopy(POLICY)
    harm(policy)

    assert refused("policy", policy)


@pytest.mark.parametrize(
    "wrong",
    [
        {"resources": ["*"]},
        {"resources": []},
        {"controls": "backups-made"},
        {"expires_at": "31.05.2027"},
        {"expires": "2027-05-31"},
        {"alternative": "Locked room"},
    ],
)
def test_a_wrong_waiver_is_refused(wrong: dict[str, Any]) -> None:
    """A waiver that does not say what it must is underlined."""
    assert refused("waivers", {"waivers": [WAIVERS["waivers"][0] | wrong]})


def test_every_word_is_explained() -> None:
    """An operator that is added is given a meaning and the form of its constant."""
    assert set(MEANINGS) == set(MATCHER_WORDS)
    assert {each.constant for each in OPERATORS.values()} == set(CONSTANTS)
