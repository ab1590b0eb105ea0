"""Waivers in templates and manifests: comments on and in a resource, metadata, annotations, and what stands at nothing."""

from pathlib import Path

import pytest

from phiward.collectors.cloudformation.collector import CloudformationCollector
from phiward.collectors.kubernetes.collector import KubernetesCollector
from phiward.collectors.port import Collector, Options
from phiward.inventory.model import Lines, WaiverComment

TEMPLATE = """\
AWSTemplateFormatVersion: "2010-09-09"
# phiward:waive stray until=2027-01-01 reason=x

Resources:
  # phiward:waive above until=2027-01-01 reason=x
  Topic:
    Type: AWS::SNS::Topic
    Metadata:
      phiward: {waive: metadata until=2027-01-01 reason=x}
      checkov: {skip: [{id: CKV_AWS_26, comment: why}]}
    Properties:
      TopicName: "# phiward:waive no"
      DisplayName: a  # phiward:waive within until=2027-01-01 reason=x
  # phiward:waive bucket until=2027-01-01 reason=x
  Bucket:
    Type: AWS::S3::Bucket
  Policy:  # phiward:waive part until=2027-01-01 reason=x
    Type: AWS::S3::BucketPolicy
    Properties:
      Bucket: !Ref Bucket
      PolicyDocument: {Statement: []}
  # phiward:waive unread until=2027-01-01 reason=x
  Unread:
    Type: AWS::Nothing::Known
"""
JSON = """\
{"AWSTemplateFormatVersion": "2010-09-09",
 "Resources": {"Topic": {"Type": "AWS::SNS::Topic",
   "Metadata": {"phiward": {"waive": ["one until=2027-01-01 reason=x", "two until=2027-01-01 reason=x"]}}}}}
"""
MANIFEST = """\
# phiward:waive above until=2027-01-01 reason=x
apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
  annotations:
    phiward.io/waive: annotated until=2027-01-01 reason=x
spec:
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec:
      containers:
        - name: web  # phiward:waive within until=2027-01-01 reason=x
          image: example.org/web:1
---
apiVersion: v1
kind: ConfigMap
metadata: {name: c}
data:
  script: |
    # phiward:waive no
# phiward:waive behind until=2027-01-01 reason=x
"""


def asked(collector: Collector) -> list[tuple[str, str, str, int]]:
    """Return resource, tool, first word and line of each waiver found in the current folder."""
    found = collector.collect(".", Options(), lambda _: None)
    return sorted(
        (each.resource, each.tool, each.text.split()[-3] if each.tool == "phiward" else each.text, each.line)
        for each in found
        if isinstance(each, WaiverComment)
    )


@pytest.fixture(autouse=True)
def _here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def test_a_template() -> None:
    """A policy belongs to its bucket; a resource that no form reads is no stray."""
    Path("t.yaml").write_text(TEMPLATE)

    assert asked(CloudformationCollector()) == [
        ("", "phiward", "stray", 2),
        ("t.yaml:Bucket", "phiward", "bucket", 14),
        ("t.yaml:Bucket", "phiward", "part", 17),
        ("t.yaml:Topic", "checkov", "CKV_AWS_26:why", 8),
        ("t.yaml:Topic", "phiward", "above", 5),
        ("t.yaml:Topic", "phiward", "metadata", 8),
        ("t.yaml:Topic", "phiward", "within", 13),
    ]


def test_a_template_in_json() -> None:
    """It has no comments; metadata says the same."""
    Path("t.json").write_text(JSON)

    assert asked(CloudformationCollector()) == [
        ("t.json:Topic", "phiward", "one", 3),
        ("t.json:Topic", "phiward", "two", 3),
    ]


def test_a_manifest() -> None:
    """Comments and annotations stand at every resource that the object makes; text in data is no comment."""
    Path("web.yaml").write_text(MANIFEST)
    found = asked(KubernetesCollector())

    made = {resource for resource, *_ in found if resource}
    assert made
    for resource in made:
        own = [(tool, word, line) for where, tool, word, line in found if where == resource]
        assert own == [("phiward", "above", 1), ("phiward", "annotated", 7), ("phiward", "within", 14)]
    assert [each for each in found if not each[0]] == [("", "phiward", "behind", 23)]


def test_a_file_that_is_gone_asks_for_nothing() -> None:
    """It was read a moment ago."""
    from phiward.collectors.in_place.files import InFiles

    files = InFiles()
    files.known(Lines("gone.yaml", 1, 2))

    assert list(files.stray()) == []
