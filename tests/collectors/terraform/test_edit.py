"""Setting an argument of a block of HCL: nothing else changes."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from phiward.collectors.edits import Edit, Refused, applied
from phiward.collectors.terraform.edit import begins, edits, literal
from phiward.collectors.terraform.hcl import parse

DATABASE = "aws_db_instance"


def edited(code: str, settings: dict[str, Any], line: int = 1, kind: str = DATABASE, file: str = "main.tf") -> str:
    """Return the code with the edits made. A refusal fails."""
    made = edits(code, file, kind, line, settings)
    assert isinstance(made, tuple), made
    return applied(code, made)


def refusal(code: str, settings: dict[str, Any], line: int = 1, kind: str = DATABASE, file: str = "main.tf") -> Refused:
    """Return why the code is not edited."""
    made = edits(code, file, kind, line, settings)
    assert isinstance(made, Refused)
    return made


@pytest.mark.parametrize(
    ("value", "before", "after"),
    [
        (True, "false", "true"),
        (35, "7", "35"),
        ("Enabled", '"Suspended"', '"Enabled"'),
        (True, '"false"', "true"),
        (False, "null", "false"),
    ],
)
def test_a_value_that_is_written_out_gives_way(value: Any, before: str, after: str) -> None:
    """Its comment, its line end and all around it stay."""
    code = f'resource "{DATABASE}" "a" {{\n  x   = {before} # why\n  other = "/* no comment"\n}}\n'

    assert edited(code, {"x": value}) == code.replace(f"= {before} #", f"= {after} #")


def test_carriage_returns_stay() -> None:
    """A file of Windows stays one, what is added too."""
    code = f'resource "{DATABASE}" "a" {{\r\n  x = 1\r\n}}\r\n'

    assert edited(code, {"y": True}) == f'resource "{DATABASE}" "a" {{\r\n  x = 1\r\n  y = true\r\n}}\r\n'


def test_a_byte_order_mark_shifts_nothing() -> None:
    """It is a character of the text, and none of the code."""
    code = f'\ufeffresource "{DATABASE}" "a" {{\n  x = false\n}}\n'

    assert edited(code, {"x": True}) == code.replace("false", "true")


def test_an_argument_is_added_in_line_with_the_others() -> None:
    """As `terraform fmt` writes it: lined up, and before the nested blocks."""
    code = f"""
resource "{DATABASE}" "a" {{
  # the engine
  engine            = "postgres" // yes
  allocated_storage = 5

  timeouts {{
    create = "1h"
  }}
}}
"""

    assert edited(code, {"multi_az": True}, line=2) == code.replace(
        "allocated_storage = 5\n", "allocated_storage = 5\n  multi_az          = true\n"
    )


def test_a_longer_name_stands_apart() -> None:
    """The lines above need not be lined up anew: a blank line parts them."""
    code = f'resource "{DATABASE}" "a" {{\n  x = 1\n}}\n'

    assert edited(code, {"storage_encrypted": True}) == (
        f'resource "{DATABASE}" "a" {{\n  x = 1\n\n  storage_encrypted = true\n}}\n'
    )


def test_several_settings_of_one_missing_block_make_one_block() -> None:
    """Two blocks of one name would mean something else."""
    code = f'resource "{DATABASE}" "a" {{\n  x = 1\n}}\n'

    assert edited(code, {"options.tokens": "required", "options.hops": 1, "y": 2, "deep.er.z": True}) == (
        f'resource "{DATABASE}" "a" {{\n  x = 1\n  y = 2\n\n'
        '  options {\n    tokens = "required"\n    hops   = 1\n  }\n\n'
        "  deep {\n    er {\n      z = true\n    }\n  }\n}\n"
    )


def test_a_nested_block_that_is_there_is_edited() -> None:
    """With its own indentation."""
    code = f'resource "{DATABASE}" "a" {{\n\toptions {{\n\t\ttokens = "optional"\n\t}}\n}}\n'

    assert edited(code, {"options.tokens": "required", "options.hops": 1}) == (
        f'resource "{DATABASE}" "a" {{\n\toptions {{\n\t\ttokens = "required"\n\t\thops   = 1\n\t}}\n}}\n'
    )


@pytest.mark.parametrize(
    ("code", "after"),
    [
        ('resource "{k}" "a" {{}}\n', 'resource "{k}" "a" {{\n  y = true\n}}\n'),
        ('resource "{k}" "a" {{ x = 1 }}', 'resource "{k}" "a" {{\n  x = 1\n  y = true\n}}'),
        ("resource {k} a {{\n}}\n", "resource {k} a {{\n  y = true\n}}\n"),
        ('resource "{k}" "a" {{\n  x = <<-EOT\n    y = no\n  EOT\n}}\n',
         'resource "{k}" "a" {{\n  x = <<-EOT\n    y = no\n  EOT\n  y = true\n}}\n'),
        ('resource "{k}" "a" {{\n  x = [\n    1,\n  ] # list\n}}\n',
         'resource "{k}" "a" {{\n  x = [\n    1,\n  ] # list\n  y = true\n}}\n'),
        ('resource "{k}" "a" {{\n  count = 2\n  x = {{\n    y = 1\n  }}\n}}\n',
         'resource "{k}" "a" {{\n  count = 2\n  x = {{\n    y = 1\n  }}\n  y = true\n}}\n'),
        ('resource "{k}" "a" {{ # first\n  inner {{\n  }}\n}}\n',
         'resource "{k}" "a" {{ # first\n  y = true\n  inner {{\n  }}\n}}\n'),
    ],
)  # fmt: skip
def test_blocks_of_every_shape_take_an_argument(code: str, after: str) -> None:
    """Empty ones, one-liners, bare labels, heredocs, lists and objects."""
    assert edited(code.format(k=DATABASE), {"y": True}) == after.format(k=DATABASE)


@pytest.mark.parametrize(
    ("body", "says", "named"),
    [
        ("x = var.on", "x comes from var.on", ("var.on",)),
        ("x = local.on ? true : module.a.off", "x comes from local.on, module.a.off", ("local.on", "module.a.off")),
        ('x = "${var.a}-b"', "x comes from var.a", ("var.a",)),
        ("x = each.value.on", "x comes from each.value.on", ("each.value.on",)),
        ("x = tobool(1)", "worked out by an expression", ()),
        ("x = !true", "worked out by an expression", ()),
        ("x = false == true", "worked out by an expression", ()),
        ("x = <<EOT\nfalse\nEOT", "worked out by an expression", ()),
        ('dynamic "x" {\n    for_each = []\n    content {}\n  }', "made by a dynamic block", ()),
        ("lifecycle {\n    ignore_changes = [x]\n  }", "ignore changes of x", ()),
        ("lifecycle {\n    ignore_changes = all\n  }", None, ()),
        ("x = true", "set already", ()),
        ("a = 1 }", "closing brace", ()),
    ],
)
def test_what_something_else_decides_is_left_alone(body: str, says: str | None, named: tuple[str, ...]) -> None:
    """And what that is, is told."""
    code = (
        f'resource "{DATABASE}" "a" {{\n  {body}\n}}\n'
        if body[-1] != "}" or "{" in body
        else (f'resource "{DATABASE}" "a" {{\n  {body}\n')
    )

    told = refusal(code, {"x": True})

    assert (says or "ignore changes") in told.reason
    assert told.references == named


def test_one_of_several_blocks_is_not_guessed() -> None:
    """Nobody said which."""
    code = f'resource "{DATABASE}" "a" {{\n  rule {{\n  }}\n  rule {{\n  }}\n}}\n'

    assert "several rule blocks" in refusal(code, {"rule.x": True}).reason


def test_a_block_written_as_an_argument_is_left_alone() -> None:
    """`rule = [...]` is another syntax."""
    code = f'resource "{DATABASE}" "a" {{\n  rule = [{{ x = false }}]\n}}\n'

    assert "as an argument" in refusal(code, {"rule.x": True}).reason


def test_code_that_programs_write_is_left_alone() -> None:
    """Its JSON would be written over the next time."""
    assert "JSON syntax" in refusal("{}", {"x": True}, file="main.tf.json").reason


def test_code_that_cannot_be_read_is_left_alone() -> None:
    """With the line that says why."""
    assert "(line 2)" in refusal(f'resource "{DATABASE}" "a" {{\n  x =\n', {"x": True}).reason


def test_the_block_is_the_one_of_the_kind_that_has_the_line() -> None:
    """Others of the same file are none of it."""
    code = 'resource "other" "a" {\n}\n\nresource "mine" "b" {\n  x = 1\n}\n'

    assert edits(code, "main.tf", "mine", 2, {"x": 2}) is None
    assert begins(code, "main.tf", "mine", 6) == 4
    assert begins(code, "main.tf", "mine", 1) is None


def test_edits_that_overlap_are_refused() -> None:
    """Nobody knows what was meant."""
    with pytest.raises(ValueError, match="overlap"):
        applied("abc", [Edit(0, 2, ""), Edit(1, 3, "")])


@given(value=st.text() | st.integers() | st.booleans())
def test_a_literal_is_read_as_what_was_written(value: Any) -> None:
    """Quotes, backslashes, templates and all."""
    if isinstance(value, str):
        value = "".join(sign for sign in value if sign.isprintable())
    if isinstance(value, int) and not isinstance(value, bool):
        value = abs(value)
    body = parse(f"x = {literal(value)}\n", "a.tf")
    found = body.attributes["x"].value

    assert found.value == value


_NAMES = st.sampled_from(["a", "bb", "long_name", "x"])
_VALUES = st.sampled_from(["1", '"t"', "var.v", '"${var.v}"', "[1, 2]", "{ k = 1 }", "<<E\n}\nE", "f(1)", "true"])


@given(
    before=st.lists(st.tuples(_NAMES, _VALUES, st.sampled_from(["", " # c", " // c"])), max_size=4, unique_by=lambda e: e[0]),
    nested=st.booleans(),
    end=st.sampled_from(["\n", "\r\n"]),
    indent=st.sampled_from(["  ", "\t", "    "]),
)  # fmt: skip
def test_an_edited_block_says_the_same_and_what_was_set(
    before: list[tuple[str, str, str]], nested: bool, end: str, indent: str
) -> None:
    """Whatever is written there: all other arguments keep their very text."""
    lines = [f"{indent}{name} = {value}{'' if '<<' in value else comment}" for name, value, comment in before]
    lines += [f"{indent}rule {{", f"{indent}{indent}z = 1", f"{indent}}}"] if nested else []
    code = end.join([f'resource "{DATABASE}" "a" {{', *lines, "}", ""]).replace("\r\n", "\n").replace("\n", end)
    made = edits(code, "m.tf", DATABASE, 1, {"new": True, "rule.w": 2})
    assert isinstance(made, tuple)

    after = applied(code, made)
    block = parse(after, "m.tf").blocks[0]

    assert {name: str(each.value) for name, each in block.body.attributes.items() if name != "new"} == {
        name: str(each.value) for name, each in parse(code, "m.tf").blocks[0].body.attributes.items()
    }
    assert block.body.attributes["new"].value.value is True
    assert [each.body.attributes["w"].value.value for each in block.body.blocks] == [2]
    for line in code.split(end):
        assert line in after
    assert after.count("\n") == after.count(end)
