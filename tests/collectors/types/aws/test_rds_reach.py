"""Whether the internet gets through to an RDS instance: in an account, and in code."""

from pathlib import Path
from typing import Any

import pytest
from rds_answers import (
    RECORDS,
    at,
    live,
)

from phiward.collectors.port import Options
from phiward.collectors.terraform.collector import TerraformCollector
from phiward.inventory.aspects import Exposure
from phiward.inventory.model import Resource, Unknown

WAY: dict[str, Any] = {
    "ec2:DescribeSecurityGroups": {
        "SecurityGroups": [
            {
                "GroupId": "sg-1",
                "IpPermissions": [
                    {"IpProtocol": "tcp", "FromPort": 5432, "ToPort": 5432, "IpRanges": [{"CidrIp": "0.0.0.0/0"}]}
                ],
            }
        ]
    },
    "ec2:DescribeRouteTables": {
        "RouteTables": [
            {
                "RouteTableId": "rtb-1",
                "Associations": [{"SubnetId": "subnet-1"}, {"SubnetId": "subnet-2"}],
                "Routes": [{"DestinationCidrBlock": "0.0.0.0/0", "GatewayId": "igw-1", "State": "active"}],
            }
        ]
    },
}
PRIVATE = {
    "ec2:DescribeRouteTables": {
        "RouteTables": [{"RouteTableId": "rtb-1", "Associations": [{"SubnetId": "subnet-1"}, {"SubnetId": "subnet-2"}]}]
    }
}
CLOSED = {"ec2:DescribeSecurityGroups": {"SecurityGroups": [{"GroupId": "sg-1", "IpPermissions": []}]}}
OPEN = {**RECORDS, "PubliclyAccessible": True}


def test_a_public_database_shows_the_way() -> None:
    """Flag, routes and group let the internet through: each step is named, for both subnets."""
    found = live(OPEN, answers=WAY)

    assert at(found, "config.publicly_accessible") is True
    assert found.exposure == Exposure(
        public=True,
        ways=(
            "internet > igw-1 > rtb-1 > subnet-1 > sg-1 (tcp 5432)",
            "internet > igw-1 > rtb-1 > subnet-2 > sg-1 (tcp 5432)",
        ),
    )


@pytest.mark.parametrize(
    ("item", "answers"),
    [
        (RECORDS, WAY),
        (OPEN, {**WAY, **PRIVATE}),
        (OPEN, {**WAY, **CLOSED}),
        ({**OPEN, "Endpoint": {"Port": 15432}}, WAY),
    ],
)
def test_one_step_missing_and_nobody_gets_through(item: dict[str, Any], answers: dict[str, Any]) -> None:
    """No address, no route, no rule, or a rule for another port."""
    assert live(item, answers=answers).exposure == Exposure(public=False)


@pytest.mark.parametrize("denied", ["ec2:DescribeSecurityGroups", "ec2:DescribeRouteTables"])
def test_a_step_that_may_not_be_seen_is_unknown(denied: str) -> None:
    """A public address behind a group or a route that nobody showed."""
    found = live(OPEN, answers=WAY, denied={denied})

    assert at(found, "exposure.public") == Unknown(f"access denied: {denied}")
    assert at(found, "config.publicly_accessible") is True


NETWORK = """
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
resource "aws_db_subnet_group" "s" {
  name       = "records"
  subnet_ids = [aws_subnet.a.id]
}
resource "aws_security_group" "d" {
  vpc_id = aws_vpc.v.id
  ingress {
    protocol    = "tcp"
    from_port   = 5432
    to_port     = 5432
    cidr_blocks = ["0.0.0.0/0"]
  }
}
variable "port" {}
variable "groups" {}
resource "aws_db_instance" "records" {
  engine                 = "postgres"
  publicly_accessible    = true
  db_subnet_group_name   = aws_db_subnet_group.s.name
  vpc_security_group_ids = [aws_security_group.d.id]
}
"""
THE_WAY = ("internet > aws_internet_gateway.g > aws_route_table.t > aws_subnet.a > aws_security_group.d (tcp 5432)",)


@pytest.mark.parametrize(
    ("change", "public", "ways"),
    [
        (("", ""), True, THE_WAY),
        (("publicly_accessible    = true", ""), False, ()),
        (("from_port   = 5432", "from_port   = 5433"), False, ()),
        (('"0.0.0.0/0"]', '"10.0.0.0/8"]'), False, ()),
        (("gateway_id = aws_internet_gateway.g.id", 'gateway_id = "vgw-1"'), False, ()),
        (('engine                 = "postgres"', 'engine                 = "mysql"'), False, ()),
        (("db_subnet_group_name   = aws_db_subnet_group.s.name", ""), None, None),
        (("vpc_security_group_ids = [aws_security_group.d.id]", ""), None, None),
        (("vpc_security_group_ids = [aws_security_group.d.id]", "vpc_security_group_ids = var.groups"), None, None),
        (("publicly_accessible    = true", "publicly_accessible    = true\n  port = var.port"), None, None),
    ],
)
def test_the_way_in_code(tmp_path: Path, change: tuple[str, str], public: bool | None, ways: Any) -> None:
    """The same steps, by the names of the blocks; one that the code does not show leaves it open."""
    (tmp_path / "main.tf").write_text(NETWORK.replace(*change))

    found = next(
        each
        for each in TerraformCollector().collect(str(tmp_path), Options(), lambda _: None)
        if isinstance(each, Resource) and each.type == "aws.rds.instance"
    )

    if public is None:
        assert isinstance(at(found, "exposure.public"), Unknown)
    else:
        assert found.exposure == Exposure(public=public, ways=ways)


def test_a_member_has_the_network_of_its_cluster(tmp_path: Path) -> None:
    """Groups and subnets are the cluster's, the public address is its own."""
    cluster = NETWORK.replace('resource "aws_db_instance" "records"', 'resource "aws_rds_cluster" "chart"').replace(
        "publicly_accessible    = true", ""
    )
    member = """
resource "aws_rds_cluster_instance" "chart" {
  cluster_identifier  = aws_rds_cluster.chart.id
  engine              = "aurora-postgresql"
  instance_class      = "db.r6g.large"
  publicly_accessible = true
}
"""
    (tmp_path / "main.tf").write_text(cluster + member)

    found = next(
        each
        for each in TerraformCollector().collect(str(tmp_path), Options(), lambda _: None)
        if isinstance(each, Resource) and each.type == "aws.rds.instance"
    )

    assert found.exposure == Exposure(public=True, ways=THE_WAY)
