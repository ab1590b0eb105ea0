"""Lists and maps of which a part is known: what they surely hold counts, whatever else is in them."""

from pathlib import Path
from typing import Any

import pytest
from collectors.terraform.evaluate.test_load import folder, value

from phiward.collectors.port import Options
from phiward.collectors.terraform.collector import TerraformCollector
from phiward.collectors.terraform.evaluate.values import PartlyKnownJson, PartlyKnownText
from phiward.inventory.model import Resource
from phiward.inventory.unknown import Unknown

MORE = 'variable "u" {}\n'


@pytest.mark.parametrize(
    ("expression", "known"),
    [
        ('contains(concat(["a"], var.u), "a")', True),
        ('concat(["a", "b"], var.u)[1]', "b"),
        ('merge({ a = 1 }, var.u, { b = 2 })["b"]', 2),
        ("merge({ a = 1 }, var.u, { b = 2 }).b", 2),
        ('lookup(merge(var.u, { b = 2 }), "b", 3)', 2),
        ('[for x in concat(["a"], var.u) : upper(x)][0]', "A"),
        ('{ for k, v in merge(var.u, { b = 2 }) : upper(k) => v + 1 }["B"]', 3),
        ('{ for x in ["a", "b"] : x => 1 if x == "a" || x == var.u }["a"]', 1),
        ("concat([{ p = 1 }], var.u)[*].p", None),
        ("[for x in concat([{ p = 1 }], var.u) : x.p][0]", 1),
        ('flatten([["a"], var.u])[0]', "a"),
        ('contains(flatten([["a"], var.u, ["b"]]), "b")', True),
        ('contains(toset(concat(["a"], var.u)), "a")', True),
        ('contains(keys(merge({ a = 1 }, { (var.u) = 2 })), "a")', None),
        ("contains(values(merge(var.u, { b = 2 })), 2)", True),
        ("alltrue(concat([false], var.u))", False),
        ("anytrue(concat([true], var.u))", True),
        ('contains(compact(["a", var.u, ""]), "a")', True),
        ('contains(distinct(["a", var.u, "b"]), "b")', True),
        ('jsondecode(jsonencode({ a = concat(["x"], var.u) })).a[0]', "x"),
        ('length(concat(["a"], var.u))', None),
        ('merge({ a = 1 }, var.u)["a"]', None),
        ('merge({ a = 1 }, var.u)["c"]', None),
        ('concat(["a"], var.u)[1]', None),
        ('concat(var.u, ["a"])[0]', None),
        ('reverse(concat(["a"], var.u))[0]', None),
        ('sort(["b", var.u])[0]', None),
        ('tolist(toset(["b", var.u]))[0]', None),
        ('[for x in toset(["b", var.u]) : x][0]', None),
    ],
)
def test_what_is_surely_there_is_known(tmp_path: Path, expression: str, known: Any) -> None:
    """And what is not is unknown (None), with the variable that decides it."""
    found = value(tmp_path, expression, MORE)

    if known is None:
        assert isinstance(found, Unknown)
        assert found.refs == ("var.u",)
    else:
        assert found == known


def test_joined_text_keeps_what_is_there(tmp_path: Path) -> None:
    """Separators beside what is not seen may not be there."""
    found = value(tmp_path, 'join(",", concat(["a", "b"], var.u))', MORE)

    assert isinstance(found, PartlyKnownText)
    assert found.parts[0] == "a,b"
    assert len(found.parts) == 2


def test_dynamic_blocks_that_are_surely_there_are_read(tmp_path: Path) -> None:
    """One for each known element, and an unknown for any number of others."""
    text = (
        'variable "more" {}\nresource "a_b" "c" {\n  dynamic "rule" {\n    for_each = concat([{ port = 22 }], var.more)\n'
        "    content {\n      port = rule.value.port\n      at = rule.key\n    }\n  }\n}\n"
    )

    (block,) = folder(tmp_path, {"m.tf": text}).trees[0].resources()
    first, rest = block.blocks("rule")

    assert not isinstance(first, Unknown)
    assert (first.get("port"), first.get("at")) == (22, 0)
    assert isinstance(rest, Unknown)
    assert rest.refs == ("var.more",)


def test_instances_that_surely_exist_are_certain(tmp_path: Path) -> None:
    """Those of the unknown part are one that may not; a reference by key finds the right one."""
    text = (
        'variable "more" {}\nresource "a_b" "c" {\n  for_each = merge(var.more, { x = 1, y = 2 })\n  v = each.value\n}\n'
        'resource "a_b" "d" {\n  v = a_b.c["y"].v\n}\n'
    )

    blocks = {block.address: block for block in folder(tmp_path, {"m.tf": text}).trees[0].resources()}

    assert {address: block.uncertain is None for address, block in blocks.items()} == {
        'a_b.c["x"]': True, 'a_b.c["y"]': True, 'a_b.c["?"]': False, "a_b.d": True,
    }  # fmt: skip
    assert blocks['a_b.c["x"]'].get("v") == 1
    assert blocks["a_b.d"].get("v") == 2


def test_unknown_elements_of_a_set_are_one_instance(tmp_path: Path) -> None:
    """Two keys that are not known do not share one address as two instances."""
    text = 'variable "u" {}\nvariable "v" {}\nresource "a_b" "c" {\n  for_each = toset([var.u, var.v, "k"])\n}\n'

    addresses = [block.address for block in folder(tmp_path, {"m.tf": text}).trees[0].resources()]

    assert addresses == ['a_b.c["k"]', 'a_b.c["?"]']


def test_an_open_rule_is_seen_beside_networks_that_are_not_known(tmp_path: Path) -> None:
    """A security group that admits the world fails whatever else a variable adds."""
    (tmp_path / "m.tf").write_text(
        'variable "more" {}\nresource "aws_security_group" "g" {\n  ingress {\n    from_port = 22\n    to_port = 22\n'
        '    protocol = "tcp"\n    cidr_blocks = concat(["0.0.0.0/0"], var.more)\n  }\n}\n'
    )

    found = TerraformCollector().collect(str(tmp_path), Options(), lambda _: None)
    (group,) = (each for each in found if isinstance(each, Resource))

    assert not isinstance(group.network, Unknown | None)
    assert "0.0.0.0/0" in str(group.network.ingress)


def test_a_statement_of_a_policy_is_seen_beside_others(tmp_path: Path) -> None:
    """What is known of a list within encoded JSON is kept."""
    found = value(tmp_path, 'jsonencode({ Statement = concat([{ Effect = "Allow" }], var.u) })', MORE)

    assert isinstance(found, PartlyKnownJson)
    assert "Allow" in str(found.value)
