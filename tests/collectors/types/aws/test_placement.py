"""Whether the internet will reach what a service runs in subnets of the customer's, as the code tells it."""

from pathlib import Path
from typing import Any

import pytest

from phiward.collectors.port import Options
from phiward.collectors.terraform.collector import TerraformCollector
from phiward.inventory.aspects import Exposure, Network
from phiward.inventory.model import Resource, Unknown

NETWORK = """
variable "port" {}
resource "aws_vpc" "v" { cidr_block = "10.0.0.0/16" }
resource "aws_internet_gateway" "g" { vpc_id = aws_vpc.v.id }
resource "aws_subnet" "a" {
  vpc_id     = aws_vpc.v.id
  cidr_block = "10.0.1.0/24"
}
resource "aws_route_table" "t" {
  vpc_id = aws_vpc.v.id
  route {
    cidr_block = "0.0.0.0/0"
    gateway_id = aws_internet_gateway.g.id
  }
}
resource "aws_route_table_association" "a" {
  subnet_id      = aws_subnet.a.id
  route_table_id = aws_route_table.t.id
}
resource "aws_security_group" "d" {
  vpc_id = aws_vpc.v.id
  ingress {
    protocol    = "tcp"
    from_port   = 5439
    to_port     = 5439
    cidr_blocks = ["0.0.0.0/0"]
  }
}
"""
WAREHOUSE = """
resource "aws_redshift_subnet_group" "s" {
  name       = "stores"
  subnet_ids = [aws_subnet.a.id]
}
resource "aws_redshift_cluster" "it" {
  cluster_identifier        = "warehouse"
  publicly_accessible       = true
  cluster_subnet_group_name = aws_redshift_subnet_group.s.name
  vpc_security_group_ids    = [aws_security_group.d.id]
}
"""
MOVER = """
resource "aws_dms_replication_subnet_group" "s" {
  replication_subnet_group_id = "stores"
  subnet_ids                  = [aws_subnet.a.id]
}
resource "aws_dms_replication_instance" "it" {
  replication_instance_id     = "mover"
  publicly_accessible         = true
  replication_subnet_group_id = aws_dms_replication_subnet_group.s.id
  vpc_security_group_ids      = [aws_security_group.d.id]
}
"""
WAY = ("internet > aws_internet_gateway.g > aws_route_table.t > aws_subnet.a > aws_security_group.d (tcp 5439)",)


def built(folder: Path, code: str) -> Resource:
    """Return the resource named `it`."""
    (folder / "main.tf").write_text(code)
    found = TerraformCollector().collect(str(folder), Options(), lambda _: None)
    return next(each for each in found if isinstance(each, Resource) and each.id.endswith(".it"))


@pytest.mark.parametrize("store", [WAREHOUSE, MOVER])
@pytest.mark.parametrize(
    ("old", "new", "exposure"),
    [
        ("", "", Exposure(public=True, ways=WAY)),
        ("= true", "= false", Exposure(public=False)),
        ('"0.0.0.0/0"]', '"10.0.0.0/8"]', Exposure(public=False)),
        ("gateway_id = aws_internet_gateway.g.id", 'gateway_id = "vgw-1"', Exposure(public=False)),
    ],
)
def test_address_route_and_group_must_meet(tmp_path: Path, store: str, old: str, new: str, exposure: Exposure) -> None:
    """One that is missing keeps the internet out; the way in names the blocks."""
    found = built(tmp_path, (NETWORK + store).replace(old, new) if old else NETWORK + store)

    assert found.exposure == exposure
    assert isinstance(found.network, Network)
    assert found.network.private is (new == "= false")


@pytest.mark.parametrize(
    ("store", "old", "new"),
    [
        (WAREHOUSE, "cluster_subnet_group_name = aws_redshift_subnet_group.s.name", ""),
        (WAREHOUSE, "vpc_security_group_ids    = [aws_security_group.d.id]", ""),
        (WAREHOUSE, "vpc_security_group_ids    = [aws_security_group.d.id]", 'vpc_security_group_ids = ["sg-1"]'),
        (WAREHOUSE, "= true", "= true\n  port = var.port"),
        (MOVER, "replication_subnet_group_id = aws_dms_replication_subnet_group.s.id", ""),
    ],
)
def test_what_the_code_does_not_show_leaves_it_open(tmp_path: Path, store: str, old: str, new: str) -> None:
    """Subnets and groups that are elsewhere, and a port that a variable decides."""
    found: Any = built(tmp_path, NETWORK + store.replace(old, new))

    assert isinstance(found.exposure.public, Unknown)


def test_another_port_is_no_door(tmp_path: Path) -> None:
    """What is open for another service does not open the warehouse."""
    found: Any = built(tmp_path, NETWORK + WAREHOUSE.replace("= true", "= true\n  port = 5440"))

    assert found.exposure.public is False
