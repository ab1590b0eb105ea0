"""Folders that were made to hurt: everything ends in values, unknowns and problems."""

import itertools
import json
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from phiward.collectors.terraform.evaluate.load import Loaded, load
from phiward.inventory.unknown import Unknown

CORPUS = (Path(__file__).parents[1] / "hcl" / "corpus" / "clinic.tf").read_text()
PIECES = [
    "${",
    "%{",
    '"',
    "{",
    "}",
    "[",
    "]",
    "(",
    ")",
    "local.",
    "var.",
    "each.value",
    "count = ",
    "\n",
    "null",
    "-",
    "*",
    "...",
]


def read_all(loaded: Loaded) -> int:
    """Ask everything of every block."""
    asked = 0
    for tree in loaded.trees:
        for block in [*tree.resources(), *tree.data()]:
            tree.provider(block)
            for name in sorted(block.names()):
                block.get(name)
                block.blocks(name)
                block.references(name)
                block.lines(name)
                asked += 1
    return asked


@settings(max_examples=80, deadline=None)
@given(st.lists(st.tuples(st.integers(0, len(CORPUS)), st.integers(0, 6), st.sampled_from(PIECES)), max_size=3))
def test_mutated_folders_are_read(edits: list[tuple[int, int, str]]) -> None:
    """Whatever still parses is evaluated without an exception; whatever does not is a problem with its place."""
    text = CORPUS
    for at, cut, insert in edits:
        text = text[:at] + insert + text[at + cut :]
    with TemporaryDirectory() as folder:
        Path(folder, "m.tf").write_text(text)

        loaded = load(folder)
        asked = read_all(loaded)

    assert asked or any(problem.file == "m.tf" for problem in loaded.problems)


@settings(max_examples=60, deadline=None)
@given(st.binary(max_size=100), st.sampled_from(["m.tf", "m.tf.json", "terraform.tfvars", "a.auto.tfvars.json"]))
def test_any_bytes_are_read_or_a_problem(data: bytes, name: str) -> None:
    """No file can end a run."""
    with TemporaryDirectory() as folder:
        Path(folder, "ok.tf").write_text('resource "a_b" "c" {}\n')
        Path(folder, name).write_bytes(data)

        addresses = {block.address for tree in load(folder).trees for block in tree.resources()}

    assert "a_b.c" in addresses


@pytest.mark.parametrize(
    ("expression", "known"),
    [
        (f"jsondecode({json.dumps('[' * 900 + ']' * 900)})", None),
        (f"yamldecode({json.dumps('[' * 900 + ']' * 900)})", None),
        (f"jsondecode({json.dumps('[' * 100_000)})", False),
        (('yamldecode("a: &a [x,x,x,x,x,x,x,x]\\nb: &b [*a,*a,*a,*a,*a,*a,*a,*a]\\nc: &c [*b,*b,*b,*b,*b,*b,*b,*b]\\n'
         'd: &d [*c,*c,*c,*c,*c,*c,*c,*c]\\ne: &e [*d,*d,*d,*d,*d,*d,*d,*d]\\nf: [*e,*e,*e,*e,*e,*e,*e,*e]")'), False),
        ('file("/etc/passwd")', False),
        ('fileset(".", "**/*.tf")', True),
        ("setproduct(range(1000), range(1000))", False),
        ('replace(join("", [for i in range(1000) : "aaaaaaaaaa"]), "a", join("", [for i in range(1000) : "bbbbb"]))', False),
        ("pow(9999, 9999)", False),
        ('indent(1000000000, "a\\nb")', False),
    ],
)  # fmt: skip
def test_hostile_values_stay_bounded(tmp_path: Path, expression: str, known: bool | None) -> None:
    """Nesting, aliases and repetition come out unknown, in a moment; None: either is right."""
    (tmp_path / "m.tf").write_text(f'resource "a_b" "c" {{\n  v = {expression}\n}}\n')

    (block,) = load(tmp_path).trees[0].resources()
    got = block.get("v")

    assert known is None or isinstance(got, Unknown) is not known


@pytest.mark.parametrize(
    ("value", "known"),
    [
        ("jsonencode(local.h)", False),
        ("length(flatten(local.h))", False),
        ("jsonencode([for i in range(1000) : local.e])", False),
        ("length(local.h)", True),
        ("length(flatten(local.b))", True),
        ("length([for i in range(1000) : [i]])", True),
    ],
)
def test_lists_that_name_each_other_stay_bounded(tmp_path: Path, value: str, known: bool) -> None:
    """Eight steps of eight would be 160 million parts once they are written out: unknown, in a moment."""
    steps = ["  a = [1, 1, 1, 1, 1, 1, 1, 1, 1, 1]"]
    steps += [f"  {name} = [{', '.join([f'local.{before}'] * 8)}]" for before, name in itertools.pairwise("abcdefgh")]
    (tmp_path / "m.tf").write_text("\n".join(["locals {", *steps, "}", f'resource "a_b" "c" {{\n  v = {value}\n}}\n']))

    (block,) = load(tmp_path).trees[0].resources()

    assert isinstance(block.get("v"), Unknown) is not known
