"""What CloudFormation does where a property is left out, and Terraform's provider does otherwise."""

from pathlib import Path
from typing import Any

import pytest
from cloudformation_code import collected

from phiward.inventory.model import Resource, Unknown

RECOVERED = "PointInTimeRecoverySpecification: {PointInTimeRecoveryEnabled: true}"


def at(resource: Resource, path: str) -> Any:
    """Return what lies at a path of attributes."""
    found: Any = resource
    for name in path.split("."):
        found = getattr(found, name)
    return found


@pytest.mark.parametrize(
    ("properties", "path", "value"),
    [
        ("Type: AWS::RDS::DBInstance, Properties: {Engine: mysql}", "backup.retention_days", 1),
        ("Type: AWS::RDS::DBCluster, Properties: {Engine: aurora-mysql}", "backup.retention_days", 1),
        ("Type: AWS::Serverless::SimpleTable", "config.billing_mode", "PAY_PER_REQUEST"),
        (
            "Type: AWS::OpenSearchService::Domain, Properties: {DomainEndpointOptions: {TLSSecurityPolicy: a}}",
            "encryption_in_transit.enforced",
            False,
        ),
        (
            "Type: AWS::DynamoDB::GlobalTable, Properties: {Replicas: [{Region: a}, {Region: b}]}",
            "backup.other_site",
            True,
        ),
        (
            f"Type: AWS::DynamoDB::GlobalTable, Properties: {{Replicas: [{{{RECOVERED}}}]}}",
            "backup.enabled",
            True,
        ),
    ],
)
def test_defaults(tmp_path: Path, properties: str, path: str, value: Any) -> None:
    """The AWS documentation of each type."""
    (made,) = collected(tmp_path, f"Resources:\n  A: {{{properties}}}\n").values()

    assert at(made, path) == value


@pytest.mark.parametrize(
    ("properties", "path"),
    [
        ("Type: AWS::RDS::DBInstance, Properties: {Engine: mysql}", "config.publicly_accessible"),
        ("Type: AWS::Redshift::Cluster", "config.publicly_accessible"),
        ("Type: AWS::KMS::Key, Properties: !If [C, {EnableKeyRotation: true}, {}]", "config.rotation_enabled"),
        ("Type: AWS::KMS::Key, Properties: {Fn::Transform: {Name: AWS::Include}, Tags: []}", "config.rotation_enabled"),
        ("Type: AWS::KMS::Key, Properties: {EnableKeyRotation: !Ref P}", "config.rotation_enabled"),
    ],
)
def test_what_nobody_can_tell_is_unknown(tmp_path: Path, properties: str, path: str) -> None:
    """Never the default of something else."""
    head = "Parameters:\n  P: {Type: String}\nConditions:\n  C: !Equals [!Ref P, a]\n"
    (made,) = collected(tmp_path, f"{head}Resources:\n  A: {{{properties}}}\n").values()

    assert isinstance(at(made, path), Unknown)


def test_a_group_lets_everything_out_unless_it_says_what(tmp_path: Path) -> None:
    """Terraform takes AWS's own rule away; CloudFormation leaves it."""
    template = """
Resources:
  Open: {Type: AWS::EC2::SecurityGroup}
  Closed:
    Type: AWS::EC2::SecurityGroup
    Properties: {SecurityGroupEgress: [{IpProtocol: tcp, FromPort: 443, ToPort: 443, CidrIp: 10.0.0.0/8}]}
"""
    made = collected(tmp_path, template)

    assert [len(at(made[name], "network.egress")) for name in ("Open", "Closed")] == [1, 1]
    assert at(made["Open"], "network.egress")[0].sources == ("0.0.0.0/0",)
    assert at(made["Closed"], "network.egress")[0].sources == ("10.0.0.0/8",)


@pytest.mark.parametrize("written", ["!Ref Kind", "!If [C, LUSTRE, WINDOWS]", "SOMETHING"])
def test_a_file_system_of_no_known_kind_has_no_known_settings(tmp_path: Path, written: str) -> None:
    """Each kind has defaults of its own: Lustre's would be wrong for Windows."""
    template = f"""
Parameters:
  Kind: {{Type: String}}
Conditions:
  C: !Equals [!Ref Kind, a]
Resources:
  Files:
    Type: AWS::FSx::FileSystem
    Properties:
      FileSystemType: {written}
      WindowsConfiguration: {{DeploymentType: MULTI_AZ_1, AutomaticBackupRetentionDays: 35}}
"""
    (made,) = collected(tmp_path, template).values()

    assert isinstance(at(made, "resilience.redundant"), Unknown)
    assert isinstance(at(made, "backup.enabled"), Unknown)
    assert isinstance(at(made, "config.access_audit"), Unknown)


def test_a_kind_that_a_parameter_names_is_known(tmp_path: Path) -> None:
    """By its default, or by what the user gives."""
    template = """
Parameters:
  Kind: {Type: String, Default: OPENZFS}
Resources:
  Files:
    Type: AWS::FSx::FileSystem
    Properties: {FileSystemType: !Ref Kind, OpenZFSConfiguration: {DeploymentType: SINGLE_AZ_1}}
"""
    (made,) = collected(tmp_path, template).values()

    assert (at(made, "config.kind"), at(made, "resilience.redundant")) == ("OPENZFS", False)


@pytest.mark.parametrize(
    "arn",
    [
        "!Sub 'arn:${AWS::Partition}:iam::aws:policy/AdministratorAccess'",
        "!Join ['', ['arn:', !Ref 'AWS::Partition', ':iam::aws:policy/AdministratorAccess']]",
        "arn:aws-us-gov:iam::aws:policy/AdministratorAccess",
    ],
)
def test_a_policy_of_the_provider_is_the_same_in_every_partition(tmp_path: Path, arn: str) -> None:
    """Which partition it is, is known when it is deployed; which policy it is, is written."""
    template = f"""
Resources:
  Role:
    Type: AWS::IAM::Role
    Properties: {{ManagedPolicyArns: [{arn}]}}
  User:
    Type: AWS::IAM::User
    Properties: {{ManagedPolicyArns: [{arn}]}}
"""
    for made in collected(tmp_path, template).values():
        assert at(made, "authorization.administrator") is True


def test_a_policy_that_is_named_by_half_is_not_the_providers(tmp_path: Path) -> None:
    """The account decides whose it is."""
    template = """
Parameters: {Owner: {Type: String}}
Resources:
  Role:
    Type: AWS::IAM::Role
    Properties: {ManagedPolicyArns: [!Sub "arn:aws:iam::${Owner}:policy/AdministratorAccess"]}
"""
    (made,) = collected(tmp_path, template).values()

    assert isinstance(at(made, "authorization.administrator"), Unknown)
