"""Whole folders: count, for_each, dynamic blocks, modules, variables, and what cannot be known."""

import json
import re
from pathlib import Path
from typing import Any

import pytest

from phiward.collectors.terraform.evaluate.load import Loaded, load
from phiward.collectors.terraform.evaluate.values import PartlyKnownJson, PartlyKnownText, decode_json
from phiward.inventory.unknown import Unknown


def folder(tmp_path: Path, files: dict[str, str], **variables: str) -> Loaded:
    """Write files below a folder and load it."""
    for name, text in files.items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return load(tmp_path, variables)


def value(tmp_path: Path, expression: str, more: str = "") -> Any:
    """Evaluate one expression in a root module."""
    tree = folder(tmp_path, {"main.tf": f'resource "x_y" "z" {{\n  v = {expression}\n}}\n{more}\n'}).trees[0]
    block = tree.find("x_y.z")
    assert block is not None
    return block.get("v")


def test_for_each_over_a_module_makes_each_of_its_resources(tmp_path: Path) -> None:
    """Every instance has its own address, inputs and references."""
    loaded = folder(
        tmp_path,
        {
            "main.tf": 'module "m" {\n  source = "./m"\n  for_each = toset(["a", "b"])\n  name = "x-${each.key}"\n}\n'
            'resource "aws_s3_bucket_versioning" "v" {\n  bucket = module.m["b"].id\n}\n',
            "m/main.tf": 'variable "name" {}\nresource "aws_s3_bucket" "this" {\n  bucket = var.name\n}\n'
            'output "id" {\n  value = aws_s3_bucket.this.id\n}\n',
        },
    )

    blocks = {block.address: block for block in loaded.trees[0].resources()}

    assert len(loaded.trees) == 1
    assert blocks['module.m["a"].aws_s3_bucket.this'].get("bucket") == "x-a"
    assert blocks["aws_s3_bucket_versioning.v"].get("bucket") == "x-b"
    assert blocks["aws_s3_bucket_versioning.v"].references("bucket") == ('module.m["b"].aws_s3_bucket.this',)


def test_a_module_may_be_called_data(tmp_path: Path) -> None:
    """Its resources are still managed ones."""
    files = {
        "m.tf": 'module "data" {\n  source = "./m"\n}\n',
        "m/m.tf": 'resource "aws_s3_bucket" "b" {\n  bucket = "x"\n  v = aws_s3_bucket.b.id\n}\n',
    }

    (block,) = folder(tmp_path, files).trees[0].resources()

    assert block.get("v") == "x"


def test_count_makes_instances_and_zero_makes_none(tmp_path: Path) -> None:
    """A known count is exact."""
    text = 'resource "a_b" "two" {\n  count = 2\n  n = count.index\n}\nresource "a_b" "none" {\n  count = 0\n}\n'

    found = [(block.address, block.get("n")) for block in folder(tmp_path, {"m.tf": text}).trees[0].resources()]

    assert found == [("a_b.two[0]", 0), ("a_b.two[1]", 1)]


def test_an_unknown_count_leaves_one_uncertain_instance(tmp_path: Path) -> None:
    """A resource that may exist is never dropped."""
    text = 'variable "on" {}\nresource "a_b" "c" {\n  count = var.on ? 1 : 0\n  encrypted = false\n}\n'

    (block,) = folder(tmp_path, {"m.tf": text}).trees[0].resources()

    assert block.address == 'a_b.c["?"]'
    assert block.uncertain is not None
    assert block.uncertain.refs == ("var.on",)
    assert block.get("encrypted") is False


def test_try_does_not_rely_on_an_instance_that_may_not_exist(tmp_path: Path) -> None:
    """Its fallback may be the value."""
    more = 'variable "on" {}\nresource "a_b" "c" {\n  count = var.on ? 1 : 0\n  name = "x"\n}\n'

    assert isinstance(value(tmp_path, "try(a_b.c[0].name, null)", more), Unknown)


def test_dynamic_blocks_and_static_ones_keep_their_order(tmp_path: Path) -> None:
    """A static block after a dynamic one loses none of its instances."""
    text = """
resource "aws_security_group" "g" {
  dynamic "ingress" {
    for_each = { ssh = 22, web = 443 }
    iterator = port
    content {
      from_port = port.value
      description = port.key
    }
  }
  ingress {
    from_port = 80
  }
  egress {}
}
"""
    (block,) = folder(tmp_path, {"m.tf": text}).trees[0].resources()

    ports = [inner.get("from_port") for inner in block.blocks("ingress") if not isinstance(inner, Unknown)]

    assert ports == [22, 443, 80]
    assert block.lines("ingress").line == 3


def test_an_unknown_dynamic_block_is_an_unknown_in_the_list(tmp_path: Path) -> None:
    """How many rules there are is said not to be known."""
    text = 'variable "r" {}\nresource "a_b" "c" {\n  dynamic "rule" {\n    for_each = var.r\n    content {}\n  }\n}\n'
    (block,) = folder(tmp_path, {"m.tf": text}).trees[0].resources()

    (rule,) = block.blocks("rule")

    assert isinstance(rule, Unknown)
    assert rule.refs == ("var.r",)


def test_variable_values_override_in_terraforms_order(tmp_path: Path) -> None:
    """Default, terraform.tfvars, auto.tfvars, then what is given."""
    names = ("a", "b", "c", "d")
    text = "".join(f'variable "{name}" {{\n  default = "default"\n}}\n' for name in names)
    text += 'resource "x_y" "z" {\n  v = [var.a, var.b, var.c, var.d]\n}\n'
    files = {
        "m.tf": text,
        "terraform.tfvars": 'b = "file"\nc = "file"\nd = "file"\n',
        "x.auto.tfvars": 'c = "auto"\nd = "auto"\n',
    }

    (block,) = folder(tmp_path, files, d="given").trees[0].resources()

    assert block.get("v") == ["default", "file", "auto", "given"]


def test_a_broken_file_is_a_problem_and_the_rest_is_read(tmp_path: Path) -> None:
    """The problem has its place; what may be declared in the broken file is unknown."""
    loaded = folder(
        tmp_path, {"a.tf": 'resource "a_b" "c" {\n  v = local.gone\n}\n', "b.tf": "locals {\n  gone = \n}\n"}
    )

    (block,) = loaded.trees[0].resources()

    assert [(problem.file, problem.line) for problem in loaded.problems] == [("b.tf", 2)]
    assert isinstance(block.get("v"), Unknown)
    assert "could not be read" in block.get("v").reason


def test_a_module_that_is_not_there_is_a_problem(tmp_path: Path) -> None:
    """It is named with its line, and its outputs are unknown."""
    text = '\nmodule "vpc" {\n  source = "terraform-aws-modules/vpc/aws"\n}\nresource "a_b" "c" {\n  v = module.vpc.id\n}\n'
    loaded = folder(tmp_path, {"m.tf": text})

    (block,) = loaded.trees[0].resources()

    assert [(problem.file, problem.line) for problem in loaded.problems] == [("m.tf", 2)]
    assert isinstance(block.get("v"), Unknown)


def test_installed_modules_are_used(tmp_path: Path) -> None:
    """What `terraform init` installed below the folder is read."""
    where = {"Modules": [{"Key": "vpc", "Source": "r", "Dir": ".terraform/modules/vpc"}]}
    files = {
        "m.tf": 'module "vpc" {\n  source = "registry/vpc/aws"\n}\n',
        ".terraform/modules/modules.json": json.dumps(where),
        ".terraform/modules/vpc/main.tf": 'resource "aws_vpc" "this" {}\n',
    }

    loaded = folder(tmp_path, files)

    assert [block.address for block in loaded.trees[0].resources()] == ["module.vpc.aws_vpc.this"]
    assert loaded.problems == []


def test_a_module_that_calls_itself_ends(tmp_path: Path) -> None:
    """Recursion is a problem, not a hang."""
    loaded = folder(tmp_path, {"m.tf": 'module "me" {\n  source = "./"\n}\nresource "a_b" "c" {}\n'})

    assert [block.address for block in loaded.trees[0].resources()] == ["a_b.c"]
    assert len(loaded.problems) == 1


def test_nothing_outside_the_folder_is_read(tmp_path: Path) -> None:
    """Neither `..` nor a symlink leads out."""
    (tmp_path / "secret.tf").write_text('resource "a_b" "secret" {}\n')
    inside = tmp_path / "inside"
    inside.mkdir()
    (inside / "link.tf").symlink_to(tmp_path / "secret.tf")
    text = 'module "up" {\n  source = "../"\n}\nresource "a_b" "c" {\n  v = file("../secret.tf")\n}\n'
    (inside / "m.tf").write_text(text)

    loaded = load(inside)

    (block,) = loaded.trees[0].resources()
    assert isinstance(block.get("v"), Unknown)
    assert [problem.file for problem in loaded.problems] == ["link.tf", "m.tf"]


def test_a_partly_known_policy_keeps_its_structure(tmp_path: Path) -> None:
    """`Action: *` stays visible beside an ARN that is not known."""
    got = value(tmp_path, 'jsonencode({ Action = "*", Resource = a_b.c.arn })', 'resource "a_b" "c" {}')

    assert isinstance(got, PartlyKnownJson)
    assert got.value["Action"] == "*"
    assert got.value["Resource"].refs == ("a_b.c.arn",)


def test_a_heredoc_policy_with_holes_can_be_read(tmp_path: Path) -> None:
    """Holes within strings and in place of values both leave the rest readable."""
    text = '<<EOT\n{"Action": "*", "Resource": "${a_b.c.arn}/*", "N": ${a_b.c.n}}\nEOT\n'

    got = decode_json(value(tmp_path, text, 'resource "a_b" "c" {}'))

    assert got["Action"] == "*"
    assert isinstance(got["Resource"], PartlyKnownText)
    assert isinstance(got["N"], Unknown)


def test_a_partly_known_arn_says_what_it_can_be(tmp_path: Path) -> None:
    """The known parts decide comparisons."""
    more = 'data "aws_partition" "p" {}'
    got = value(tmp_path, '"arn:${data.aws_partition.p.partition}:iam::aws:policy/Admin"', more)

    assert isinstance(got, PartlyKnownText)
    assert re.fullmatch(got.pattern(), "arn:aws:iam::aws:policy/Admin")
    assert not re.fullmatch(got.pattern(), "arn:aws:iam::aws:policy/Other")


def test_a_policy_document_is_put_together(tmp_path: Path) -> None:
    """Statements, principals and conditions become the JSON the provider would make."""
    more = """
data "aws_iam_policy_document" "d" {
  source_policy_documents = [jsonencode({ Statement = [{ Sid = "a", Effect = "Allow", Action = "old", Resource = "*" }] })]
  statement {
    sid       = "a"
    effect    = "Deny"
    actions   = ["s3:*"]
    resources = ["*", "x"]
    principals {
      type        = "AWS"
      identifiers = ["*"]
    }
    condition {
      test     = "Bool"
      variable = "aws:SecureTransport"
      values   = ["false"]
    }
  }
}
"""

    got = json.loads(value(tmp_path, "data.aws_iam_policy_document.d.json", more))

    assert got == {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Sid": "a",
                "Effect": "Deny",
                "Action": "s3:*",
                "Resource": ["*", "x"],
                "Principal": {"AWS": "*"},
                "Condition": {"Bool": {"aws:SecureTransport": "false"}},
            }
        ],
    }


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("var.u == 1 || true", True),
        ("var.u && false", False),
        ("var.u ? 1 : 1", 1),
        ('lookup({ a = var.u, b = 2 }, "b")', 2),
        ("length([var.u, 1])", 2),
        ('contains([var.u, "x"], "x")', True),
        ("[for x in [1, 2] : x if x > 1]", [2]),
        ("try(local.missing.a, 5)", None),
        ("path.module", "."),
    ],
)
def test_what_the_known_side_decides_is_known(tmp_path: Path, expression: str, expected: Any) -> None:
    """An unknown that does not matter does not spread; None here stands for unknown."""
    got = value(tmp_path, expression, 'variable "u" {}')

    assert isinstance(got, Unknown) if expected is None else got == expected


@pytest.mark.parametrize(
    "expression",
    [
        'join("", [for i in range(1000) : join("", [for j in range(1000) : join("", [for k in range(1000) : "x"])])])',
        "local.a",
        'format("%999999999d", 1)',
        'regex("(a+)+$", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaab")',
        'cidrsubnets("10.0.0.0/8", 1, 1, 1)',
        'parseint("z", 10)',
        "1 / 0",
        'timeadd("2020-01-01T00:00:00Z", "99999999999h")',
    ],
)
def test_hostile_expressions_end_in_unknown(tmp_path: Path, expression: str) -> None:
    """Explosions, cycles and errors cost a bounded time and come out unknown."""
    assert isinstance(value(tmp_path, expression, "locals {\n  a = local.b\n  b = local.a\n}"), Unknown)


def test_strings_that_double_stop(tmp_path: Path) -> None:
    """Forty doublings would be a terabyte."""
    doubling = "".join(f'  s{at + 1} = "${{local.s{at}}}${{local.s{at}}}"\n' for at in range(40))

    assert isinstance(value(tmp_path, "local.s40", f'locals {{\n  s0 = "x"\n{doubling}}}'), Unknown)


def test_the_provider_of_a_resource_is_found_through_modules(tmp_path: Path) -> None:
    """An alias passed to a module gives its resources their region."""
    files = {
        "m.tf": 'provider "aws" {\n  region = "eu-west-1"\n}\nprovider "aws" {\n  alias = "us"\n  region = "us-east-1"\n}\n'
        'module "m" {\n  source = "./m"\n  providers = {\n    aws = aws.us\n  }\n}\nresource "aws_vpc" "v" {}\n',
        "m/m.tf": 'resource "aws_vpc" "v" {}\n',
    }
    tree = folder(tmp_path, files).trees[0]

    regions = {
        block.address: provider.get("region") for block in tree.resources() if (provider := tree.provider(block))
    }

    assert regions == {"aws_vpc.v": "eu-west-1", "module.m.aws_vpc.v": "us-east-1"}


def test_json_syntax_is_read(tmp_path: Path) -> None:
    """A `.tf.json` file declares the same things."""
    table = {
        "variable": {"n": {"default": "x"}},
        "resource": {"a_b": {"c": {"v": "${var.n}-y", "rule": [{"port": 1}]}}},
    }

    (block,) = folder(tmp_path, {"m.tf.json": json.dumps(table)}).trees[0].resources()

    assert block.get("v") == "x-y"
    assert [rule.get("port") for rule in block.blocks("rule") if not isinstance(rule, Unknown)] == [1]
