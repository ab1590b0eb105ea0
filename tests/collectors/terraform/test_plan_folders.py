"""The code of a plan: found where it is, and only there; every line where Terraform code itself has it."""

import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from phiward.collectors.port import Options
from phiward.collectors.terraform import plan, plan_folders
from phiward.collectors.terraform.block import Block, Unknown
from phiward.collectors.terraform.collector import TerraformCollector, shown
from phiward.collectors.terraform.plan import PlanTree
from phiward.inventory.model import Lines, Resource

FIXTURES = Path(__file__).parent / "fixtures"


@pytest.fixture(name="folder")
def copied(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return the recorded code with its plan, in a repository that phiward runs in."""
    monkeypatch.chdir(tmp_path)
    return Path(shutil.copytree(FIXTURES / "traced", tmp_path / "infra"))


def collected(target: Path, *others: Path) -> dict[str, Resource]:
    """Return the resources of a target, by id, without those that are named otherwise in code."""
    options = Options(targets=tuple(str(each) for each in (target, *others)))
    return {
        each.id: each
        for each in TerraformCollector().collect(str(target), options, lambda _: None)
        if isinstance(each, Resource)
    }


def tree_of(file: Path) -> PlanTree:
    """Return a plan with its code."""
    tree, _ = plan.read(file, "plan.json")
    tree.code = plan_folders.find(file, tree.configuration, tree.references, (), shown)
    return tree


def block(tree: PlanTree, address: str) -> Block:
    """Return a block that must be there."""
    found = tree.find(address)
    assert found is not None
    return found


def line_of(file: Path, text: str) -> int:
    """Return the number of the first line that holds a text."""
    return next(number for number, line in enumerate(file.read_text().splitlines(), 1) if text in line)


def told(target: Path, *others: Path) -> set[str | None]:
    """Return the files that the resources of a plan are told to be in."""
    return {each.origin.file for each in collected(target, *others).values()}


@pytest.mark.parametrize("name", ["records", "traced"])
def test_a_plan_points_where_its_code_does(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Files, lines of blocks and of arguments: modules, count, for_each, dynamic blocks, sets, JSON and all."""
    monkeypatch.chdir(tmp_path)
    folder = Path(shutil.copytree(FIXTURES / name, tmp_path / "infra"))
    code, planned = collected(folder), collected(folder / "plan.json")

    def places(found: dict[str, Resource]) -> Iterator[Any]:
        for id_, each in found.items():
            yield id_, each.origin.file, each.origin.line, each.origin.end_line, each.lines

    assert list(places(planned)) == list(places(code))
    assert len(planned) > 8


def test_an_instance_of_a_nested_module_has_its_lines(folder: Path) -> None:
    """Keys of `for_each` are no part of where it is written."""
    bucket = block(tree_of(folder / "plan.json"), 'module.ward["east"].module.store.aws_s3_bucket.this')
    file = "infra/modules/ward/store/main.tf"

    assert bucket.where == Lines(file, 5, 8)
    assert bucket.lines("force_destroy") == Lines(file, 7, 7)
    assert bucket.lines("never_written") == bucket.where


def test_a_set_that_the_plan_sorts_keeps_its_lines_and_references(folder: Path) -> None:
    """The parameter written first is planned last."""
    first, second = block(tree_of(folder / "plan.json"), "aws_db_parameter_group.tls").blocks("parameter")
    main = folder / "main.tf"

    assert not isinstance(first, Unknown)
    assert not isinstance(second, Unknown)
    assert (first.get("name"), second.get("name")) == ("application_name", "rds.force_ssl")
    assert first.lines("name").line == line_of(main, '"application_name"')
    assert second.lines("name").line == line_of(main, '"rds.force_ssl"')
    assert first.references("value") == ("aws_vpc.clinic",)
    assert second.references("value") == ()


def test_blocks_that_a_dynamic_block_makes_stand_in_its_content(folder: Path) -> None:
    """Both rules for 443 are made by the same lines; the one for 5432 stands alone."""
    main = folder / "main.tf"
    rules = block(tree_of(folder / "plan.json"), "aws_security_group.records").blocks("ingress")

    told_at = {
        (each.get("from_port"), each.lines("from_port").line, each.where.line)
        for each in rules
        if not isinstance(each, Unknown)
    }

    content = line_of(main, "content {")
    assert told_at == {
        (443, line_of(main, "from_port   = 443"), content),
        (5432, line_of(main, "= 5432"), line_of(main, "ingress {")),
    }


def test_a_data_source_has_its_lines(folder: Path) -> None:
    """Its statements too."""
    document = block(tree_of(folder / "plan.json"), "data.aws_iam_policy_document.reading")
    _, everything = document.blocks("statement")

    assert document.where.line == line_of(folder / "main.tf", 'data "aws_iam_policy_document" "reading"')
    assert not isinstance(everything, Unknown)
    assert everything.lines("sid").line == line_of(folder / "main.tf", '"Everything"')


def test_blocks_that_cannot_be_told_apart_share_their_lines(tmp_path: Path) -> None:
    """Both rules are of references alone: a line of one of them would be a guess."""
    rule = "  ingress {\n    from_port = var.{}\n  }\n"
    (tmp_path / "main.tf").write_text(
        'resource "aws_security_group" "a" {\n' + rule.replace("{}", "a") + rule.replace("{}", "b") + "}\n"
    )
    waits = {"references": ["var.a", "var.b"]}
    file = written(
        tmp_path,
        [("aws_security_group.a", {"ingress": [{"from_port": 1}, {"from_port": 2}]})],
        [{"address": "aws_security_group.a", "expressions": {"ingress": waits}}],
    )

    first, second = block(tree_of(file), "aws_security_group.a").blocks("ingress")

    assert not isinstance(first, Unknown)
    assert not isinstance(second, Unknown)
    assert first.where.line == second.where.line == 2
    assert first.where.end_line == second.where.end_line == 7
    assert (first.lines("from_port").line, first.lines("from_port").end_line) == (3, 6)


def written(
    folder: Path, changes: list[tuple[str, dict[str, Any]]], resources: list[dict[str, Any]], **more: Any
) -> Path:
    """Write a small plan."""
    file = folder / "plan.json"
    table = {
        "format_version": "1.2",
        "resource_changes": [
            {
                "address": address,
                "mode": "managed",
                "type": address.split(".")[-2],
                "name": address.split(".")[-1],
                "change": {"actions": ["create"], "before": None, "after": after, "after_unknown": {}},
            }
            for address, after in changes
        ],
        "configuration": {"root_module": {"resources": resources, **more}},
    }
    file.write_text(json.dumps(table))
    return file


# -- where the code is looked for ------------------------------------------------------------------------------------


def test_a_plan_below_its_root_module_finds_it(folder: Path) -> None:
    """The plan is written into a folder of its own."""
    (folder / "build" / "out").mkdir(parents=True)
    file = (folder / "plan.json").rename(folder / "build" / "out" / "plan.json")

    assert told(file) == told(folder)


def test_a_plan_elsewhere_is_found_its_code_among_the_targets(folder: Path, tmp_path: Path) -> None:
    """`phiward scan infra out/plan.json`: the root module may be anywhere below the folder."""
    (tmp_path / "out").mkdir()
    file = (folder / "plan.json").rename(tmp_path / "out" / "plan.json")

    assert told(file) == {"out/plan.json"}
    assert told(file, tmp_path / "infra") == told(folder)
    assert "infra/main.tf" in told(file, tmp_path)


def test_code_above_where_phiward_runs_is_not_read(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What was not given to be scanned is not looked at."""
    (folder / "build").mkdir()
    file = (folder / "plan.json").rename(folder / "build" / "plan.json")
    monkeypatch.chdir(folder / "modules")

    assert told(file) == {shown(file)}
    monkeypatch.chdir(folder)
    assert "main.tf" in told(file)


def test_modules_outside_the_scanned_folder_keep_the_plan(folder: Path, tmp_path: Path) -> None:
    """A module that a link or a source leads out to is not read; the root module's own resources have their lines."""
    outside = tmp_path.parent / f"{tmp_path.name}-outside"
    shutil.move(folder / "modules", outside)
    try:
        (folder / "modules").symlink_to(outside)

        found = collected(folder / "plan.json")
    finally:
        shutil.rmtree(outside)

    assert found["aws_ebs_volume.studies[0]"].origin.file == "infra/main.tf"
    inside = found['module.ward["east"].module.store.aws_s3_bucket.this'].origin
    assert (inside.file, inside.line) == ("infra/plan.json", 1)


def test_installed_modules_are_found(folder: Path) -> None:
    """`terraform init` keeps a module of a registry below `.terraform`, and says where."""
    installed = folder / ".terraform" / "modules"
    installed.mkdir(parents=True)
    shutil.move(folder / "modules" / "ward", installed / "ward")
    main = folder / "main.tf"
    main.write_text(main.read_text().replace('"./modules/ward"', '"app.terraform.io/clinic/ward/aws"'))
    listed = [
        {"Key": "", "Source": "", "Dir": "."},
        {
            "Key": "ward",
            "Source": "app.terraform.io/clinic/ward/aws",
            "Version": "1.0.0",
            "Dir": ".terraform/modules/ward",
        },
        {"Key": "ward.store", "Source": "./store", "Dir": ".terraform/modules/ward/store"},
    ]
    (installed / "modules.json").write_text(json.dumps({"Modules": listed}))

    found = collected(folder / "plan.json")

    origin = found['module.ward["west"].module.store.aws_s3_bucket.this'].origin
    assert (origin.file, origin.line) == ("infra/.terraform/modules/ward/store/main.tf", 5)


# -- what counts as the code of a plan -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "edit",
    [
        lambda text: text + 'resource "aws_s3_bucket" "more" {}\n',
        lambda text: text.replace('"aws_vpc" "clinic"', '"aws_vpc" "other"'),
        lambda text: text.replace('module "ward"', 'module "floor"'),
        lambda text: text + 'data "aws_region" "here" {}\n',
        lambda text: text + "}\n",
    ],
)
def test_a_folder_of_other_addresses_is_not_the_plans(folder: Path, edit: Any) -> None:
    """One resource, data source or module call more, less or of another name: it is other code."""
    main = folder / "main.tf"
    main.write_text(edit(main.read_text()))

    assert told(folder / "plan.json") == {"infra/plan.json"}


@pytest.mark.parametrize(
    "edit",
    [
        lambda text: text.replace("size              = 20", "size              = 30"),
        lambda text: text.replace("  encrypted         = true\n", ""),
        lambda text: text.replace("  encrypted         = true\n", "  encrypted         = true\n  iops = 1\n"),
    ],
)
def test_a_resource_that_was_changed_since_keeps_the_plan(folder: Path, edit: Any) -> None:
    """The lines would not say what the plan does; those of the others do."""
    main = folder / "main.tf"
    main.write_text(edit(main.read_text()))

    found = collected(folder / "plan.json")

    assert found["aws_ebs_volume.studies[1]"].origin.file == "infra/plan.json"
    assert found["aws_ebs_volume.studies[1]"].origin.line == 1
    assert found["aws_s3_bucket.plain"].origin.file == "infra/main.tf"


def test_a_nested_block_that_was_changed_since_counts(folder: Path) -> None:
    """The constants of nested blocks are held against the plan too."""
    main = folder / "main.tf"
    main.write_text(main.read_text().replace("noncurrent_days = 2200", "noncurrent_days = 1"))

    bucket = block(tree_of(folder / "plan.json"), "aws_s3_bucket_lifecycle_configuration.plain")

    assert bucket.where == Lines("plan.json", 1, 1)


def test_a_module_that_was_changed_since_keeps_the_plan(folder: Path) -> None:
    """It declares more than the plan knows of."""
    inner = folder / "modules" / "ward" / "store" / "main.tf"
    inner.write_text(inner.read_text() + 'resource "aws_s3_bucket" "more" {}\n')

    found = collected(folder / "plan.json")

    assert found['module.ward["west"].module.store.aws_s3_bucket.this'].origin.file == "infra/plan.json"
    assert found["aws_s3_bucket.plain"].origin.file == "infra/main.tf"


def test_two_environments_of_the_same_addresses_are_told_apart_by_what_they_say(folder: Path, tmp_path: Path) -> None:
    """Where both say the same too, neither is taken."""
    file = (folder / "plan.json").rename(tmp_path / "plan.json")
    other = Path(shutil.copytree(folder, tmp_path / "test"))

    assert told(file, tmp_path) == {"plan.json"}

    main = other / "main.tf"
    main.write_text(main.read_text().replace("size              = 20", "size              = 30"))
    assert "infra/main.tf" in told(file, tmp_path)
    assert "test/main.tf" not in told(file, tmp_path)


def test_what_cannot_be_parsed_beside_a_plan_is_no_gap(folder: Path) -> None:
    """The plan has all there is to say: only the lines are missing."""
    (folder / "broken.tf").write_text('resource "aws_s3_bucket" {{{\n')

    found = list(TerraformCollector().collect(str(folder / "plan.json"), Options(), lambda _: None))

    assert all(isinstance(each, Resource) for each in found)


def test_the_reading_is_the_plans(folder: Path) -> None:
    """The values are the plan's, so is the digest, wherever the lines are."""
    digests = {seen.digest for each in collected(folder / "plan.json").values() for seen in each.observations}

    assert digests == {plan.read(folder / "plan.json", "")[1]}
