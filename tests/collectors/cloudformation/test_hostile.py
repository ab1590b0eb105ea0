"""Templates that somebody broke: whatever is in them, the collector says what it could not read."""

from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from phiward.collectors.cloudformation.collector import CloudformationCollector
from phiward.collectors.port import Options
from phiward.inventory import wire

TEMPLATE = """AWSTemplateFormatVersion: 2010-09-09
Transform: [AWS::Serverless-2016-10-31, AWS::LanguageExtensions]
Parameters:
  P: {Type: String}
  L: {Type: CommaDelimitedList, Default: "a,b"}
Mappings:
  M: {a: {b: c}}
Conditions:
  C: !Equals [!Ref P, !FindInMap [M, a, b]]
Globals:
  Function: {Runtime: python3.12, Tags: {a: b}}
Resources:
  Fn::ForEach::Loop: [X, !Ref L, {"B${X}": {Type: AWS::S3::Bucket}}]
  K: {Type: AWS::KMS::Key, Condition: C, Properties: {EnableKeyRotation: !If [C, true, !Ref AWS::NoValue]}}
  S: {Type: AWS::CloudFormation::Stack, Properties: {TemplateURL: t.yaml, Parameters: {P: !GetAtt S.Outputs.O}}}
  F: {Type: AWS::Serverless::Function, Properties: {Policies: [{Statement: []}], FunctionUrlConfig: {AuthType: NONE}}}
  I:
    Type: AWS::EC2::Instance
    Properties:
      BlockDeviceMappings: [{DeviceName: /dev/sdf, Ebs: {Encrypted: true, KmsKeyId: !Ref K}}]
      NetworkInterfaces: [{GroupSet: [!GetAtt G.GroupId], SubnetId: !Select [0, !Ref L]}]
  G: {Type: AWS::EC2::SecurityGroup, Properties: {SecurityGroupIngress: [{IpProtocol: -1, CidrIp: !Sub "${P}/0"}]}}
  Q: {Type: AWS::IAM::Policy, Properties: {PolicyName: a, Roles: [!Ref R], PolicyDocument: {Statement: {Effect: Allow}}}}
  R: {Type: AWS::IAM::Role, Properties: {AssumeRolePolicyDocument: !Transform {Name: AWS::Include}}}
Outputs:
  O: {Value: !Join [",", [!Ref K, !ImportValue x, !Base64 y]]}
"""
PIECES = (
    "{",
    "}",
    "[",
    "]",
    ":",
    ",",
    "\n",
    " ",
    "-",
    "*a",
    "&a ",
    "<<: ",
    "!Ref ",
    "!Odd ",
    "Ref",
    "Fn::If",
    "null",
    "5",
    "\t",
)


@given(st.lists(st.tuples(st.integers(0, len(TEMPLATE)), st.integers(0, 40), st.sampled_from(PIECES)), max_size=4))
@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_broken_template_ends_in_resources_and_gaps(tmp_path: Path, cuts: list[tuple[int, int, str]]) -> None:
    """Parts cut out, others put in: never a traceback, and all that is found can be written."""
    text = TEMPLATE
    for at, length, piece in cuts:
        text = text[:at] + piece + text[at + length :]
    (tmp_path / "t.yaml").write_text(text)

    for each in CloudformationCollector().collect(str(tmp_path), Options(), lambda _: None):
        assert wire.encode(each)
