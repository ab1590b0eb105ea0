"""Which files count, what they may change, and what is chosen from outside: OpenTofu, overrides, workspaces, values."""

import json
from pathlib import Path

import pytest
from collectors.terraform.evaluate.test_load import folder

from phiward.collectors.port import Options
from phiward.collectors.terraform.collector import TerraformCollector
from phiward.collectors.terraform.evaluate.load import load
from phiward.collectors.terraform.evaluate.sources import fits
from phiward.errors import UsageError
from phiward.inventory.model import Lines
from phiward.inventory.unknown import Unknown

BLOCK = 'resource "a_b" "c" {{\n  v = "{}"\n}}\n'


def test_a_file_of_opentofu_takes_the_place_of_terraforms(tmp_path: Path) -> None:
    """`main.tofu` wins over `main.tf`, of the JSON forms too; what has no such rival is read."""
    files = {
        "main.tf": BLOCK.format("terraform"),
        "main.tofu": BLOCK.format("tofu"),
        "more.tf.json": json.dumps({"resource": {"a_b": {"d": {"v": "terraform"}}}}),
        "more.tofu.json": json.dumps({"resource": {"a_b": {"d": {"v": "tofu"}}}}),
        "more.tf": 'resource "a_b" "e" {\n  v = "read"\n}\n',
        "c_override.tofu": 'resource "a_b" "e" {\n  w = "changed"\n}\n',
    }

    blocks = {block.name: block for block in folder(tmp_path, files).trees[0].resources()}

    assert {name: block.get("v") for name, block in blocks.items()} == {"c": "tofu", "d": "tofu", "e": "read"}
    assert blocks["e"].get("w") == "changed"


def test_a_folder_of_opentofu_alone_is_scanned(tmp_path: Path) -> None:
    """It is claimed, and a folder with no other file is a root module."""
    (tmp_path / "main.tofu").write_text(BLOCK.format("x"))

    assert TerraformCollector().claims(str(tmp_path))
    assert [block.get("v") for block in load(tmp_path).trees[0].resources()] == ["x"]


def test_an_override_changes_arguments_and_replaces_blocks(tmp_path: Path) -> None:
    """Static and dynamic blocks of a type go together; `lifecycle` is merged; each line is the one that decides."""
    files = {
        "main.tf": 'resource "a_b" "c" {\n  v = 1\n  w = 1\n  rule {\n    n = 1\n  }\n  dynamic "rule" {\n    for_each = [2]\n'
        "    content {\n      n = rule.value\n    }\n  }\n  lifecycle {\n    prevent_destroy = true\n  }\n}\n",
        "main_override.tf": '# only\n# this\nresource "a_b" "c" {\n  v = 2\n  rule {\n    n = 3\n  }\n'
        "  lifecycle {\n    create_before_destroy = true\n  }\n}\n",
    }

    (block,) = folder(tmp_path, files).trees[0].resources()
    (lifecycle,) = block.blocks("lifecycle")

    assert (block.get("v"), block.get("w")) == (2, 1)
    assert [rule.get("n") for rule in block.blocks("rule") if not isinstance(rule, Unknown)] == [3]
    assert not isinstance(lifecycle, Unknown)
    assert lifecycle.get("prevent_destroy") is lifecycle.get("create_before_destroy") is True
    assert block.lines("v") == Lines("main_override.tf", 4, 4)
    assert block.lines("w") == Lines("main.tf", 3, 3)


def test_what_is_declared_twice_is_told(tmp_path: Path) -> None:
    """One of two blocks of a name cannot vanish: Terraform would refuse them."""
    loaded = folder(
        tmp_path,
        {"a.tf": BLOCK.format("1") + "locals {\n  x = 1\n}\n", "b.tf": "locals {\n  x = 2\n}\n" + BLOCK.format("2")},
    )

    assert [(problem.file, problem.line, problem.message) for problem in loaded.problems] == [
        ("b.tf", 2, "local.x is declared twice: only this one is judged"),
        ("b.tf", 4, "resource.a_b.c is declared twice: only this one is judged"),
    ]


def test_the_workspace_is_what_was_selected_or_said(tmp_path: Path) -> None:
    """Nothing is guessed: `.terraform/environment`, or `--var terraform.workspace=NAME`."""
    files = {"main.tf": 'resource "a_b" "c" {\n  v = terraform.workspace\n}\n'}

    (block,) = folder(tmp_path, files).trees[0].resources()
    unsaid = block.get("v")
    (said,) = load(tmp_path, {"terraform.workspace": "prod"}).trees[0].resources()
    (selected,) = folder(tmp_path, {".terraform/environment": "staging"}).trees[0].resources()

    assert isinstance(unsaid, Unknown)
    assert "--var terraform.workspace=NAME" in unsaid.reason
    assert said.get("v") == "prod"
    assert selected.get("v") == "staging"


def test_a_variable_without_a_value_names_the_files_that_would_give_one(tmp_path: Path) -> None:
    """An environment's own variable file is not read by itself; what it would say is worth a word."""
    files = {
        "main.tf": 'variable "x" {}\nresource "a_b" "c" {\n  v = var.x\n}\n',
        "prod.tfvars": "x = 1\n",
        "env/dev.tfvars": "x = 2\n",
        "env/other.tfvars": "y = 2\n",
    }

    (block,) = folder(tmp_path, files).trees[0].resources()
    (chosen,) = load(tmp_path, {}, [str(tmp_path / "prod.tfvars")]).trees[0].resources()

    told = block.get("v").reason
    assert told.startswith("var.x has no value: ")
    assert told.endswith(
        "; give it with --var x=… (--var-file env/dev.tfvars or --var-file prod.tfvars would give it one)"
    )
    assert chosen.get("v") == 1


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("regin", "--var regin: no root module declares this variable: did you mean 'region'?"),
        ("zzz", "--var zzz: no root module declares this variable"),
        ("inner", "--var inner: no root module declares this variable"),
        ("terraform.workspce", ("--var terraform.workspce: no root module declares this variable: "
         "did you mean 'terraform.workspace'?")),
    ],
)  # fmt: skip
def test_a_value_for_a_variable_that_is_not_declared_is_refused(tmp_path: Path, name: str, said: str) -> None:
    """It is a slip of the hand, and what it was meant for has no value."""
    folder(
        tmp_path,
        {
            "main.tf": 'variable "region" {}\nmodule "m" {\n  source = "./m"\n}\n',
            "m/main.tf": 'variable "inner" {}\n',
        },
    )

    with pytest.raises(UsageError) as refused:
        list(TerraformCollector().collect(str(tmp_path), Options(variables={name: "x"}), lambda _: None))

    assert str(refused.value) == said


def test_a_value_is_not_refused_where_its_declaration_may_be_unread(tmp_path: Path) -> None:
    """A file that is no HCL may declare it, and so may another target."""
    folder(tmp_path, {"main.tf": BLOCK.format("x"), "broken.tf": "variable {{{\n"})
    assert load(tmp_path, {"x": "1"}).undeclared is None

    (tmp_path / "broken.tf").unlink()
    several = Options(variables={"x": "1"}, targets=(str(tmp_path), "other"))
    assert list(TerraformCollector().collect(str(tmp_path), several, lambda _: None)) == []


def test_a_provider_with_for_each_is_chosen_by_its_key(tmp_path: Path) -> None:
    """OpenTofu's: each resource, and each module, has the region of the instance that it names."""
    files = {
        "main.tofu": 'variable "k" {}\nprovider "aws" {\n  alias = "by"\n  for_each = { w = "us-west-2", e = "us-east-1" }\n'
        '  region = each.value\n}\nprovider "aws" {\n  region = "eu-west-1"\n}\n'
        'resource "aws_vpc" "w" {\n  provider = aws.by["w"]\n}\nresource "aws_vpc" "plain" {}\n'
        'resource "aws_vpc" "unknown" {\n  provider = aws.by[var.k]\n}\n'
        'module "m" {\n  source = "./m"\n  for_each = toset(["e", "w"])\n  providers = {\n    aws = aws.by[each.key]\n  }\n}\n',
        "m/main.tofu": 'resource "aws_vpc" "v" {}\n',
    }
    tree = folder(tmp_path, files).trees[0]

    regions = {
        block.address: provider.get("region") for block in tree.resources() if (provider := tree.provider(block))
    }
    unknown = regions.pop("aws_vpc.unknown")

    assert regions == {
        "aws_vpc.w": "us-west-2",
        "aws_vpc.plain": "eu-west-1",
        'module.m["e"].aws_vpc.v': "us-east-1",
        'module.m["w"].aws_vpc.v': "us-west-2",
    }
    assert isinstance(unknown, Unknown)
    assert unknown.refs == ("var.k",)


def test_a_variable_may_decide_where_a_module_is(tmp_path: Path) -> None:
    """OpenTofu's early evaluation: the folder is a module, and no root of its own."""
    files = {
        "main.tofu": 'variable "kind" {\n  default = "m"\n}\nmodule "x" {\n  source = "./${var.kind}"\n}\n',
        "m/main.tofu": BLOCK.format("x"),
    }

    loaded = folder(tmp_path, files)

    assert [tree.root for tree in loaded.trees] == [""]
    assert [block.address for block in loaded.trees[0].resources()] == ["module.x.a_b.c"]


def manifest(**entry: str) -> dict[str, str]:
    """Return a folder that calls a module of the registry, and has one installed."""
    return {
        "main.tf": 'module "vpc" {\n  source  = "terraform-aws-modules/vpc/aws"\n  version = "~> 5.1"\n}\n',
        ".terraform/modules/modules.json": json.dumps({"Modules": [{"Key": "", "Dir": "."}, {"Key": "vpc", **entry}]}),
        ".terraform/modules/vpc/main.tf": 'module "deep" {\n  source = "x/deep/aws"\n}\n' + BLOCK.format("x"),
    }


@pytest.mark.parametrize(
    ("entry", "said"),
    [
        ({"Version": "5.0.9"}, "its version is to be '~> 5.1', and 5.0.9 is what is installed; run `terraform init` again"),
        ({"Source": "registry.terraform.io/x/vpc/aws"}, ("its source is 'terraform-aws-modules/vpc/aws', and "
         "'registry.terraform.io/x/vpc/aws' is what is installed; run `terraform init` again")),
        ({"Dir": ".terraform/modules/gone"}, ("its source 'terraform-aws-modules/vpc/aws' was installed to "
         ".terraform/modules/gone, which is not in this folder; run `terraform init`")),
        ({"Dir": "../../outside"}, ("its source 'terraform-aws-modules/vpc/aws' was installed to "
         "../../outside, which is not in this folder; run `terraform init`")),
    ],
)  # fmt: skip
def test_an_installed_module_that_is_not_the_one_asked_for_is_a_gap(
    tmp_path: Path, entry: dict[str, str], said: str
) -> None:
    """Another version, another source, or a folder that is gone: nothing is judged in its place."""
    good = {
        "Source": "registry.terraform.io/terraform-aws-modules/vpc/aws",
        "Version": "5.8.1",
        "Dir": ".terraform/modules/vpc",
    }

    loaded = folder(tmp_path, manifest(**{**good, **entry}))

    assert [problem.message for problem in loaded.problems] == [f"module 'vpc' could not be read: {said}"]
    assert (loaded.problems[0].file, loaded.problems[0].line) == ("main.tf", 1)


def test_a_module_within_an_installed_one_is_found_by_its_place(tmp_path: Path) -> None:
    """`vpc.deep` is what the list calls it; one that is not listed names `terraform init`."""
    good = {
        "Source": "registry.terraform.io/terraform-aws-modules/vpc/aws",
        "Version": "5.8.1",
        "Dir": ".terraform/modules/vpc",
    }
    files = manifest(**good)

    missing = folder(tmp_path, files)
    listed = json.loads(files[".terraform/modules/modules.json"])
    listed["Modules"].append({"Key": "vpc.deep", "Source": "x/deep/aws", "Dir": ".terraform/modules/vpc.deep"})
    there = folder(
        tmp_path,
        {
            ".terraform/modules/modules.json": json.dumps(listed),
            ".terraform/modules/vpc.deep/m.tf": BLOCK.format("deep"),
        },
    )

    (problem,) = missing.problems
    assert "run `terraform init`" in problem.message
    assert problem.file == ".terraform/modules/vpc/main.tf"
    assert there.problems == []
    assert [block.address for block in there.trees[0].resources()] == [
        "module.vpc.a_b.c",
        "module.vpc.module.deep.a_b.c",
    ]


@pytest.mark.parametrize(
    ("constraint", "version", "held"),
    [
        ("5.1.0", "5.1.0", True),
        ("= 5.1", "5.1.0", True),
        ("5.1.0", "5.1.1", False),
        ("~> 5.1", "5.9.0", True),
        ("~> 5.1", "6.0.0", False),
        ("~> 5.1.2", "5.1.9", True),
        ("~> 5.1.2", "5.2.0", False),
        ("~> 5", "6.1.0", False),
        (">= 1.0, < 2.0, != 1.5.0", "1.4.0", True),
        (">= 1.0, < 2.0, != 1.5.0", "1.5.0", False),
        ("> 1.0", "1.0.0", False),
        ("<= 1.0", "1.0.1", False),
        ("anything", "1.0.0", True),
        (">= 1.0", "1.0.0-beta1", True),
    ],
)
def test_versions_are_held_to_constraints(constraint: str, version: str, held: bool) -> None:
    """As Terraform reads them; what is no version is let be."""
    assert fits(version, constraint) is held


def test_values_that_run_only_are_unknown(tmp_path: Path) -> None:
    """Ephemeral resources, data sources and remote state: not absent, and not guessed."""
    text = (
        'ephemeral "random_password" "p" {}\ndata "terraform_remote_state" "net" {\n  backend = "s3"\n}\n'
        'resource "a_b" "c" {\n  v = ephemeral.random_password.p.result\n'
        "  w = data.terraform_remote_state.net.outputs.vpc_id\n}\n"
    )

    (block,) = folder(tmp_path, {"main.tf": text}).trees[0].resources()

    assert block.get("v").refs == ("ephemeral.random_password.p",)
    assert block.get("w").refs == ("data.terraform_remote_state.net.outputs",)


def test_blocks_that_make_nothing_are_passed_over(tmp_path: Path) -> None:
    """Moves, removals, imports, checks and the encryption of state are no resources, and no errors."""
    text = (
        "moved {\n  from = a_b.old\n  to = a_b.c\n}\nremoved {\n  from = a_b.gone\n  lifecycle {\n    destroy = false\n  }\n}\n"
        'import {\n  to = a_b.c\n  id = "x"\n}\ncheck "health" {\n  data "http" "h" {}\n  assert {\n    condition = true\n'
        '    error_message = "x"\n  }\n}\nterraform {\n  encryption {\n    key_provider "pbkdf2" "k" {\n      passphrase = var.p\n'
        "    }\n  }\n}\n"
    )

    loaded = folder(tmp_path, {"main.tf": text + BLOCK.format("x")})

    assert [block.address for block in loaded.trees[0].resources()] == ["a_b.c"]
    assert loaded.problems == []


def test_lines_of_json_are_those_of_the_block_that_is_meant(tmp_path: Path) -> None:
    """Names come again and again: each block and argument has its own place."""
    text = (
        '{\n "resource": {\n  "a_b": {\n   "this": {\n    "tags": {\n     "v": "no"\n    },\n    "v": 1\n   }\n  },\n'
        '  "c_d": {\n   "this": {\n    "dynamic": {\n     "rule": {\n      "for_each": [1],\n      "content": {\n       "v": 2\n'
        '      }\n     }\n    },\n    "v": {\n     "x": 1\n    }\n   }\n  }\n }\n}\n'
    )
    first, second = folder(tmp_path, {"m.tf.json": text}).trees[0].resources()
    (rule,) = second.blocks("rule")

    assert (first.where.line, first.lines("v")) == (4, Lines("m.tf.json", 8, 8))
    assert (second.where.line, second.lines("v")) == (12, Lines("m.tf.json", 21, 22))
    assert second.lines("rule").line == 14
    assert not isinstance(rule, Unknown)
    assert rule.get("v") == 2
    assert rule.lines("v") == Lines("m.tf.json", 17, 17)


def test_an_expression_of_json_that_is_none_is_told_with_its_line(tmp_path: Path) -> None:
    """The key's own."""
    (problem,) = folder(tmp_path, {"m.tf.json": '{\n "locals": {\n  "a": 1,\n  "b": "${"\n }\n}\n'}).problems

    assert (problem.line, problem.message) == (4, "b: an expression is missing here")
