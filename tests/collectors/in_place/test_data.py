"""Waivers as data: `Metadata` of CloudFormation, annotations of Kubernetes."""

from typing import Any

import pytest

from phiward.collectors.in_place.data import of_annotations, of_metadata
from phiward.inventory.model import Lines

TEXT = 'a until=2027-03-01 reason="x"'


@pytest.mark.parametrize(
    ("metadata", "found"),
    [
        ({"phiward": {"waive": TEXT}}, [("phiward", f"waive {TEXT}")]),
        ({"phiward": {"waive": [TEXT, "b"]}}, [("phiward", f"waive {TEXT}"), ("phiward", "waive b")]),
        (
            {"phiward": {"waive": {"control": "a", "until": "2027-03-01", "reason": 'the "x"'}}},
            [("phiward", 'waive a until="2027-03-01" reason="the \\"x\\""')],
        ),
        ({"checkov": {"skip": [{"id": "CKV_AWS_18", "comment": "why"}]}}, [("checkov", "CKV_AWS_18:why")]),
        ({"cfn_nag": {"rules_to_suppress": [{"id": "W35", "reason": "why"}]}}, [("cfn_nag", "W35:why")]),
        ({"guard": {"SuppressedRules": ["S3_BUCKET_LOGGING_ENABLED"]}}, [("guard", "S3_BUCKET_LOGGING_ENABLED")]),
        ({"phiward": 7}, [("phiward", "waive 7")]),
        ({"checkov": "no"}, []),
        ("no mapping", []),
        (None, []),
    ],
)
def test_metadata(metadata: Any, found: list[tuple[str, str]]) -> None:
    """Each tool has its own form; what is of no shape of phiward's is kept to be refused."""
    assert [(each.tool, each.text) for each in of_metadata("A", "t", "x.json", 3, metadata)] == found


def test_annotations() -> None:
    """Several stand in lines of one text."""
    annotations = {"phiward.io/waive": f"{TEXT}\n\nb\n", "checkov.io/skip1": "CKV_K8S_20=why", "other": TEXT}

    assert [
        (each.tool, each.text, each.line)
        for each in of_annotations("A", "t", lambda name: Lines("x.yaml", len(name), 9), annotations)
    ] == [
        ("checkov", "CKV_K8S_20:why", len("checkov.io/skip1")),
        ("phiward", f"waive {TEXT}", len("phiward.io/waive")),
        ("phiward", "waive b", len("phiward.io/waive")),
    ]
