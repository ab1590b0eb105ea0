"""Folders that were made to hurt: everything ends in values, unknowns and problems."""

import itertools
import json
import time
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from phiward.collectors.port import Options
from phiward.collectors.terraform.collector import TerraformCollector
from phiward.collectors.terraform.evaluate.load import Loaded, load
from phiward.inventory.model import CollectionGap, Resource
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


HERE = Path(__file__).parent
REAL = [
    CORPUS.encode(),
    *sorted(path.read_bytes() for path in HERE.glob("language/**/*") if path.suffix in {".tf", ".json"}),
]
EXPRESSIONS = [line.encode() for line in (HERE / "console.txt").read_text().splitlines() if line and line[0] != "#"]
EDITS = st.one_of(
    st.tuples(st.integers(0, 20_000), st.integers(0, 40), st.binary(max_size=8)),
    st.tuples(st.integers(0, 20_000), st.integers(0, 40), st.sampled_from(PIECES).map(str.encode)),
    st.tuples(st.integers(0, 20_000), st.just(-1), st.sampled_from(EXPRESSIONS)),
)


@settings(max_examples=150, deadline=10_000)
@given(st.sampled_from(REAL), st.lists(EDITS, max_size=5))
def test_real_files_with_bytes_changed_end_in_resources_or_gaps(
    data: bytes, edits: list[tuple[int, int, bytes]]
) -> None:
    """The whole collector, over bytes put in, taken out, and arguments that are set to any expression (-1)."""
    for at, cut, insert in edits:
        start = at % (len(data) + 1)
        end = start + cut
        if cut < 0:
            start = data.find(b"= ", start) + 2
            end = max(start, data.find(b"\n", start))
        data = data[:start] + insert + data[end:]
    with TemporaryDirectory() as folder:
        name = "m.tf.json" if data.startswith(b"{") else "m.tf"
        Path(folder, name).write_bytes(data)
        Path(folder, "ok.tf").write_text('resource "aws_s3_bucket" "ok" {}\n')

        found = list(TerraformCollector().collect(folder, Options(), lambda _: None))

    gaps = [each for each in found if isinstance(each, CollectionGap)]
    assert any(isinstance(each, Resource) and each.id == "aws_s3_bucket.ok" for each in found)
    assert all(gap.where and gap.line for gap in gaps)


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


BIG = (
    'locals {\n  big = join("", [for i in range(1000) : join("", [for j in range(100) : "aaaaaaaaaaaaaaaaaaaa"])])\n'
    '  wide = [for p in setproduct(range(100), range(100)) : "${p[0]}-${p[1]}"]\n'
    '  yaml = join("", [for i in range(1000) : "- [a, b, c, d]\\n"])\n}\n'
)


@pytest.mark.parametrize(
    "expression",
    [
        '[for i in range(1000) : "${local.big}${i}"]',
        "[for i in range(1000) : sha512(local.big)]",
        'replace(local.big, "/(a|b|ab)*c/", "x")',
        'can(regex("(a*)*b", local.big))',
        "[for i in range(1000) : yamldecode(local.yaml)]",
        "[for i in range(1000) : sort(local.wide)]",
        "[for i in range(1000) : distinct([for x in local.wide : [x]])]",
        "[for i in range(1000) : local.wide == local.wide]",
        "merge([for i in range(1000) : { for x in local.wide : x => i }]...)",
        'format("%999999999d", 1)',
        'templatestring("%{ for x in range(1000) }%{ for y in range(1000) }aaa%{ endfor }%{ endfor }", {})',
        'templatefile("self.tftpl", {})',
    ],
)
def test_what_functions_cost_is_counted(tmp_path: Path, expression: str) -> None:
    """Work that a short line asks for a thousand times over ends in unknown, soon."""
    (tmp_path / "self.tftpl").write_text('${templatefile("self.tftpl", {})}')
    (tmp_path / "m.tf").write_text(f'{BIG}resource "a_b" "c" {{\n  v = {expression}\n}}\n')
    started = time.process_time()

    (block,) = load(tmp_path).trees[0].resources()
    got = block.get("v")

    assert isinstance(got, Unknown)
    assert time.process_time() - started < 20


def test_modules_that_multiply_are_a_gap_and_end(tmp_path: Path) -> None:
    """A thousand thousand thousand instances, and nine ways through eleven folders: told with their lines."""
    for name, text in {
        "m.tf": 'module "a" {\n  source = "./a"\n  count  = 10000\n}\n',
        "a/m.tf": 'module "b" {\n  source = "../b"\n  count  = 10000\n}\n',
        "b/m.tf": 'resource "a_b" "c" {\n  count = 10000\n}\n',
    }.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text)

    loaded = load(tmp_path)
    resources = [block for tree in loaded.trees for block in tree.resources()]

    assert len(resources) <= 200_000
    assert {(problem.file, problem.line) for problem in loaded.problems} == {("a/m.tf", 1), ("b/m.tf", 1)}
    assert "more than 200,000 instances" in loaded.problems[0].message


@pytest.mark.parametrize(
    ("data", "line"),
    [
        (b'resource "a_b" "c" {}\n'.decode().encode("utf-16"), 1),
        (b"\xef\xbb\xbflocals {\r\n  a =\r\n}\r\n", 2),
        (b'a_b = 1\nresource "a_b" "c" {\n  v = "\xff"\n}\n', 3),
        (b"\0" * 100, 1),
        (b"[" * 100_000, 1),
        (b"locals {\n  a = " + b"[" * 100_000, 2),
    ],
)
def test_what_is_no_hcl_is_told_with_its_line(tmp_path: Path, data: bytes, line: int) -> None:
    """UTF-16, stray bytes, nesting without an end."""
    (tmp_path / "m.tf").write_bytes(data)

    assert [(problem.file, problem.line) for problem in load(tmp_path).problems] == [("m.tf", line)]


def test_secrets_outside_the_folder_are_never_read(tmp_path: Path) -> None:
    """By `..`, an absolute path, a home folder or a link; of folders too, and of modules."""
    (tmp_path / "secret").write_text("SECRET")
    top = tmp_path / "code"
    top.mkdir()
    (top / "link").symlink_to(tmp_path / "secret")
    (top / "out").symlink_to(tmp_path)
    (top / "linked.tf").symlink_to(tmp_path / "secret")
    asked = [
        'file("../secret")', f'file("{tmp_path}/secret")', 'file("link")', 'file("out/secret")', 'file("~/secret")',
        'filebase64("../secret")', 'filesha256("link")', 'templatefile("../secret", {})', 'fileexists("../secret")',
        'fileset("..", "*")', 'fileset(".", "../*")', 'fileset("out", "*")', 'pathexpand("~")', 'abspath(".")',
    ]  # fmt: skip
    (top / "m.tf").write_text(
        f'resource "a_b" "c" {{\n  v = [{", ".join(f"try({each}, null)" for each in asked)}]\n}}\n'
    )

    loaded = load(top)
    (block,) = loaded.trees[0].resources()

    assert all(item is None or isinstance(item, Unknown) for item in block.get("v"))
    assert "SECRET" not in str(block.get("v"))
    assert [problem.file for problem in loaded.problems] == ["linked.tf"]
