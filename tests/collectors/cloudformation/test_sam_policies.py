"""SAM's policy templates become the statements that they stand for; those that are not known stay unknown."""

from pathlib import Path
from typing import Any

import pytest
from cloudformation_code import collected

from phiward.collectors.cloudformation.sam_policies import TEMPLATES
from phiward.inventory.model import Unknown

HEAD = """
Transform: AWS::Serverless-2016-10-31
Resources:
  Bucket: {Type: AWS::S3::Bucket}
  F:
    Type: AWS::Serverless::Function
    Properties:
      Handler: a.b
"""


def role(folder: Path, policies: str) -> Any:
    """Return what is granted to the role that SAM makes for a function."""
    made: Any = collected(folder, f"{HEAD}      Policies: {policies}\n")
    return made["FRole"].authorization


def test_reading_a_bucket_is_not_reading_everything(tmp_path: Path) -> None:
    """The document is known, down to the bucket's name."""
    found = role(tmp_path, "[{S3ReadPolicy: {BucketName: scans}}]")

    assert found.administrator is False
    (grant,) = [each for each in found.grants if each.kind == "inline"]
    (statement,) = grant.document.statements
    assert set(statement.actions) >= {"s3:getobject", "s3:listbucket"}


def test_what_is_read_may_be_of_the_same_template(tmp_path: Path) -> None:
    """The name of the bucket is known when it is deployed; the actions are known now."""
    found = role(tmp_path, "[{S3CrudPolicy: {BucketName: !Ref Bucket}}]")

    assert found.administrator is False


@pytest.mark.parametrize(
    "policies", ["[{NobodyKnowsPolicy: {}}]", "[{S3ReadPolicy: {}}]", "[{S3ReadPolicy: {BucketName: [a]}}]"]
)
def test_others_are_unknown(tmp_path: Path, policies: str) -> None:
    """A template that is none of the table's, or lacks its parameter, may allow anything."""
    assert isinstance(role(tmp_path, policies).administrator, Unknown)


@pytest.mark.parametrize("name", TEMPLATES)
def test_every_template_gives_a_document(tmp_path: Path, name: str) -> None:
    """None of them is everything."""
    parameter = TEMPLATES[name][0]
    found = role(tmp_path, f"[{{{name}: {{{parameter}{': x' if parameter else ''}}}}}]")

    assert found.administrator is False
