"""Which resources a comment in Terraform stands at: blocks, their parts, calls of modules, code and plan alike."""

from pathlib import Path
from typing import Any

import msgspec
import pytest

from phiward.collectors.port import Options
from phiward.collectors.terraform.collector import TerraformCollector
from phiward.inventory.model import WaiverComment

CODE = """\
# phiward:waive above until=2027-01-01 reason=x
resource "aws_sns_topic" "a" {
  # phiward:waive within until=2027-01-01 reason=x
  name = "a"
}

module "m" { # phiward:waive call until=2027-01-01 reason=x
  source = "./m"
  count  = 2
}

resource "aws_s3_bucket" "b" {
  bucket = "b"
}

resource "aws_s3_bucket_versioning" "b" {
  bucket = aws_s3_bucket.b.id
  versioning_configuration { # phiward:waive part until=2027-01-01 reason=x
    status = "Disabled"
  }
}

# phiward:waive stray until=2027-01-01 reason=x

variable "v" {} # checkov:skip=CKV_AWS_1
"""
MODULE = """\
resource "aws_sns_topic" "q" {
  name = "q"
}
"""


@pytest.fixture(autouse=True)
def _code(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "m").mkdir()
    (tmp_path / "m" / "main.tf").write_text(MODULE)
    (tmp_path / "main.tf").write_text(CODE)


def asked(target: str, **options: Any) -> list[tuple[str, str, int]]:
    """Return resource, control and line of each comment found."""
    found = TerraformCollector().collect(target, Options(**options), lambda _: None)
    return sorted((each.resource, each.text.split()[1], each.line) for each in found if isinstance(each, WaiverComment))


def test_block_part_and_module_call() -> None:
    """A module's call stands for everything that it makes; what stands at nothing is told as such."""
    assert asked(".") == [
        ("", "stray", 23),
        ("aws_s3_bucket.b", "part", 18),
        ("aws_sns_topic.a", "above", 1),
        ("aws_sns_topic.a", "within", 3),
        ("module.m[0].aws_sns_topic.q", "call", 7),
        ("module.m[1].aws_sns_topic.q", "call", 7),
    ]


def test_a_plan_finds_them_in_its_code() -> None:
    """Where the code lies beside the plan, its comments count for the plan too."""
    topic = {"address": "aws_sns_topic.a", "mode": "managed", "type": "aws_sns_topic", "name": "a"}
    queue = {"address": "module.m[0].aws_sns_topic.q", "mode": "managed", "type": "aws_sns_topic", "name": "q"}
    change = {"actions": ["create"], "after": {"name": "a"}, "after_unknown": {}, "after_sensitive": {}}
    expression = {"name": {"constant_value": "a"}}
    inner = {"resources": [{**queue, "address": "aws_sns_topic.q", "expressions": {"name": {"constant_value": "q"}}}]}
    plan = {
        "format_version": "1.2",
        "terraform_version": "1.9.0",
        "resource_changes": [{**each, "change": change} for each in (topic, queue)],
        "configuration": {
            "root_module": {
                "resources": [{**topic, "expressions": expression}],
                "module_calls": {"m": {"source": "./m", "module": inner, "count_expression": {"constant_value": 2}}},
            }
        },
    }
    Path("plan.json").write_bytes(msgspec.json.encode(plan))
    head, _, _ = CODE.partition('resource "aws_s3_bucket"')
    Path("main.tf").write_text(head)

    assert asked("plan.json") == [
        ("aws_sns_topic.a", "above", 1),
        ("aws_sns_topic.a", "within", 3),
        ("module.m[0].aws_sns_topic.q", "call", 7),
    ]
