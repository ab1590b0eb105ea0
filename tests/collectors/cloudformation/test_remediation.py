"""Every fix that is told in Terraform's words for a type of AWS is told in CloudFormation's, in names that it knows."""

import re
from functools import cache

import pytest
from cloudformation_schemas import every_name, index, schema

from phiward.collectors.cloudformation import shapes
from phiward.collectors.registry import catalog
from phiward.collectors.terraform import forms
from phiward.engine.library import load, shipped

NOT_BY_CLOUDFORMATION = {
    ("default-security-group-closed", "aws.ec2.security_group"): "it cannot take over the group that comes with a VPC",
    ("public-access-blocked", "aws.emr.cluster"): "it has no type for the region's block of public access",
    ("data-store-not-public", "aws.rds.snapshot"): "it has no property for the accounts that share a snapshot",
    ("service-not-public", "aws.ssm.document"): "it has no property for the accounts that share a document",
}
"""Fixes that no template can hold, and why."""
OF_POLICIES = {
    *("Action", "AWS", "Bool", "Condition", "Deny", "Effect", "Null", "Principal", "Resource"),
    *("StringEquals", "StringEqualsIgnoreCase"),
}
"""Words of policy documents."""
OF_KEYS = {"AUDIT_LOGS", "ES_APPLICATION_LOGS"}
"""Keys of mappings that the schema leaves open."""


@cache
def texts() -> dict[tuple[str, str], dict[str, str]]:
    """Return the fixes of each control for each type of AWS that templates make."""
    every = forms.discover()
    mains = {shape.main for shape in shapes.discover().values()}
    made = {name for main, name in every.names.items() if main in mains}
    return {
        (control.id, kind): told
        for control in load(shipped(), catalog()).controls.values()
        for kind, told in control.remediation.by_type.items()
        if kind in made and "terraform" in told
    }


@cache
def names() -> set[str]:
    """Return the properties, at all levels, of every type that templates are read for, or that a fix names."""
    named = {kind for told in texts().values() for kind in re.findall(r"AWS::\w+::\w+", told.get("cloudformation", ""))}
    return {name for kind in {*shapes.discover(), *(named & set(index()))} for name in every_name(schema(kind))}


def test_every_fix_in_code_is_told_for_templates() -> None:
    """Or somebody says why no template can hold it."""
    missing = {place for place, told in texts().items() if "cloudformation" not in told}

    assert missing - set(NOT_BY_CLOUDFORMATION) == set()
    assert set(NOT_BY_CLOUDFORMATION) & {place for place, told in texts().items() if "cloudformation" in told} == set()
    assert len(texts()) > 250


@pytest.mark.parametrize("place", sorted(texts()), ids="-".join)
def test_a_fix_names_properties_of_the_schema(place: tuple[str, str]) -> None:
    """Whoever pastes it gets what it says."""
    told = texts()[place].get("cloudformation", "")
    properties = set(re.findall(r"(?<![\w:\"$])([A-Z]\w+):(?!:)", told))
    kinds = set(re.findall(r"AWS::\w+::\w+", told))

    assert properties - names() - OF_POLICIES - OF_KEYS == set()
    assert {kind for kind in kinds if kind not in index()} <= {"AWS::S3::Object"}
