"""What reading a folder of CloudFormation templates costs, beside reading their bytes as YAML, and Checkov.

    python benchmarks/cloudformation.py [--templates 300] [--checkov PATH] [FOLDER]

Without a folder, templates of the size that public collections have (some 10 KB) are written: parameters, mappings,
conditions, and resources with every function. CPU is that of user and system, the median of three runs.
"""

import argparse
import sys
import tempfile
from pathlib import Path

from measure import Cost, median, run, warm_bytecode

HEAD = """\
AWSTemplateFormatVersion: "2010-09-09"
Description: >
  Template {number} of a made-up collection: a service that keeps records, with what it needs.
Metadata:
  AWS::CloudFormation::Interface:
    ParameterGroups:
      - Label: {{default: Network}}
        Parameters: [VpcId, Subnets, Allowed]
Parameters:
  VpcId: {{Type: "AWS::EC2::VPC::Id", Description: The network that the service lies in}}
  Subnets: {{Type: "List<AWS::EC2::Subnet::Id>", Description: Private subnets of different zones}}
  Allowed: {{Type: String, Default: 10.0.0.0/8, AllowedPattern: "[0-9./]+"}}
  Stage: {{Type: String, Default: prod, AllowedValues: [prod, test]}}
Mappings:
  Sizes:
    prod: {{Class: db.m6g.large, Days: 35}}
    test: {{Class: db.t4g.small, Days: 1}}
Conditions:
  IsProduction: !Equals [!Ref Stage, prod]
  IsKept: !Or [!Condition IsProduction, !Equals [!Ref AWS::Region, eu-west-1]]
Resources:
"""
PART = """\
  # Records of service {number}: encrypted under a key of their own.
  Key{number}:
    Type: AWS::KMS::Key
    Properties:
      EnableKeyRotation: !If [IsProduction, true, false]
      KeyPolicy:
        Version: "2012-10-17"
        Statement:
          - Sid: Account
            Effect: Allow
            Principal:
              AWS: !Sub "arn:${{AWS::Partition}}:iam::${{AWS::AccountId}}:root"
            Action: kms:*
            Resource: "*"
  Bucket{number}:
    Type: AWS::S3::Bucket
    DeletionPolicy: Retain
    Properties:
      BucketName: !Join ["-", [records, !Ref Stage, "{number}"]]
      BucketEncryption:
        ServerSideEncryptionConfiguration:
          - ServerSideEncryptionByDefault:
              SSEAlgorithm: aws:kms
              KMSMasterKeyID: !GetAtt Key{number}.Arn
      VersioningConfiguration:
        Status: !If [IsKept, Enabled, Suspended]
      PublicAccessBlockConfiguration:
        BlockPublicAcls: true
        BlockPublicPolicy: true
        IgnorePublicAcls: true
        RestrictPublicBuckets: true
      Tags:
        - {{Key: Stage, Value: !Ref Stage}}
        - Key: Owner
          Value: records
  Group{number}:
    Type: AWS::EC2::SecurityGroup
    Properties:
      GroupDescription: The database of service {number}
      VpcId: !Ref VpcId
      SecurityGroupIngress:
        - IpProtocol: tcp
          FromPort: 5432
          ToPort: 5432
          CidrIp: !Ref Allowed
  Database{number}:
    Type: AWS::RDS::DBInstance
    Properties:
      Engine: postgres
      EngineVersion: "16.3"
      DBInstanceClass: !FindInMap [Sizes, !Ref Stage, Class]
      BackupRetentionPeriod: !FindInMap [Sizes, !Ref Stage, Days]
      StorageEncrypted: true
      KmsKeyId: !GetAtt Key{number}.Arn
      VPCSecurityGroups: [!Ref Group{number}]
      PubliclyAccessible: false
      MultiAZ: !If [IsProduction, true, !Ref AWS::NoValue]
  Role{number}:
    Type: AWS::IAM::Role
    Properties:
      AssumeRolePolicyDocument:
        Version: "2012-10-17"
        Statement:
          - Effect: Allow
            Principal: {{Service: lambda.amazonaws.com}}
            Action: sts:AssumeRole
      Policies:
        - PolicyName: records
          PolicyDocument:
            Version: "2012-10-17"
            Statement:
              - Effect: Allow
                Action: [s3:GetObject, s3:PutObject]
                Resource: !Sub "${{Bucket{number}.Arn}}/*"
  Function{number}:
    Type: AWS::Lambda::Function
    Properties:
      Runtime: python3.13
      Handler: index.handler
      Role: !GetAtt Role{number}.Arn
      Environment:
        Variables:
          BUCKET: !Ref Bucket{number}
          DATABASE: !GetAtt Database{number}.Endpoint.Address
      Code:
        ZipFile: |
          def handler(event, context):
              return {{"bucket": "records", "event": event}}
"""


def write(folder: Path, templates: int) -> None:
    """Write templates of three services each."""
    for number in range(templates):
        parts = "".join(PART.format(number=part) for part in range(3))
        (folder / f"service-{number}.yaml").write_text(HEAD.format(number=number) + parts, encoding="utf-8")


def main() -> None:
    """Measure, and print a line for each way."""
    words = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    words.add_argument("folder", type=Path, nargs="?")
    words.add_argument("--templates", type=int, default=300)
    words.add_argument("--checkov", help="its program")
    given = words.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        folder: Path = given.folder or Path(scratch, "templates")
        if given.folder is None:
            folder.mkdir()
            write(folder, given.templates)
        files = [path for path in folder.rglob("*") if path.suffix in {".yaml", ".yml", ".json", ".template"}]
        print(f"{len(files)} templates, {sum(path.stat().st_size for path in files) / 1e6:.2f} MB")
        environment = warm_bytecode(Path(scratch, "bytecode"))
        costs = {name: median(3, lambda c=command: run(c, environment=environment)) for name, command in _ways(folder)}
        if given.checkov:
            checkov = [given.checkov, "--framework", "cloudformation", "--quiet", "--compact", "-d", str(folder)]
            costs["checkov"] = run(checkov, environment=environment)
        for name, cost in costs.items():
            print(_line(name, cost, costs["yaml"]))


def _ways(folder: Path) -> list[tuple[str, list[str]]]:
    loading = (
        "import sys, pathlib, yaml\n"
        "class Loader(yaml.CSafeLoader): pass\n"
        "Loader.add_multi_constructor('!', lambda loader, tag, node: None)\n"
        "for path in pathlib.Path(sys.argv[1]).rglob('*'):\n"
        "    path.is_file() and list(yaml.load_all(path.read_bytes(), Loader))\n"
    )
    collecting = (
        "import sys\n"
        "from phiward.collectors.cloudformation.collector import CloudformationCollector\n"
        "from phiward.collectors.port import Options\n"
        "print(sum(1 for _ in CloudformationCollector().collect(sys.argv[1], Options(), lambda _: None)))\n"
    )
    program = str(Path(sys.executable).with_name("phiward"))
    return [
        ("yaml", [sys.executable, "-c", loading, str(folder)]),
        ("collect", [sys.executable, "-c", collecting, str(folder)]),
        ("scan", [program, "scan", str(folder)]),
    ]


def _line(name: str, cost: Cost, yaml: Cost) -> str:
    share = f"{cost.cpu / yaml.cpu:.2f} x yaml"
    return f"{name:8} {cost.cpu:7.2f} s CPU  {cost.memory:6.0f} MB  {share}  (exit {cost.code})"


if __name__ == "__main__":
    main()
