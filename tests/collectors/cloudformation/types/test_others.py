"""What a template says of a type is what Terraform code says of it: one pair for each."""

from pathlib import Path

import pytest
from cloudformation_code import assert_agree

PAIRS: dict[str, tuple[str, str, str]] = {
    "an encrypted database in a closed network": (
        "aws.rds.instance",
        """
resource "aws_kms_key" "Key" {}
resource "aws_security_group" "Group" {
  ingress {
    protocol    = "tcp"
    from_port   = 5432
    to_port     = 5432
    cidr_blocks = ["10.0.0.0/8"]
  }
}
resource "aws_db_parameter_group" "Parameters" {
  family = "postgres16"
  parameter {
    name  = "rds.force_ssl"
    value = "1"
  }
}
resource "aws_db_instance" "Db" {
  identifier                          = "scans"
  engine                              = "postgres"
  engine_version                      = "16.3"
  storage_encrypted                   = true
  kms_key_id                          = aws_kms_key.Key.arn
  parameter_group_name                = aws_db_parameter_group.Parameters.name
  iam_database_authentication_enabled = true
  enabled_cloudwatch_logs_exports     = ["postgresql", "upgrade"]
  backup_retention_period             = 35
  multi_az                            = true
  deletion_protection                 = true
  publicly_accessible                 = false
  vpc_security_group_ids              = [aws_security_group.Group.id]
  ca_cert_identifier                  = "rds-ca-rsa4096-g1"
  copy_tags_to_snapshot               = true
  monitoring_interval                 = 60
  performance_insights_enabled        = true
  auto_minor_version_upgrade          = false
}
""",
        """
Resources:
  Key: {Type: AWS::KMS::Key}
  Group:
    Type: AWS::EC2::SecurityGroup
    Properties:
      SecurityGroupIngress: [{IpProtocol: tcp, FromPort: 5432, ToPort: 5432, CidrIp: 10.0.0.0/8}]
  Parameters:
    Type: AWS::RDS::DBParameterGroup
    Properties: {Family: postgres16, Parameters: {rds.force_ssl: "1"}}
  Db:
    Type: AWS::RDS::DBInstance
    Properties:
      DBInstanceIdentifier: scans
      Engine: postgres
      EngineVersion: "16.3"
      StorageEncrypted: true
      KmsKeyId: !GetAtt Key.Arn
      DBParameterGroupName: !Ref Parameters
      EnableIAMDatabaseAuthentication: true
      EnableCloudwatchLogsExports: [postgresql, upgrade]
      BackupRetentionPeriod: 35
      MultiAZ: true
      DeletionProtection: true
      PubliclyAccessible: false
      VPCSecurityGroups: [!Ref Group]
      CACertificateIdentifier: rds-ca-rsa4096-g1
      CopyTagsToSnapshot: true
      MonitoringInterval: 60
      EnablePerformanceInsights: true
      AutoMinorVersionUpgrade: false
""",
    ),
    "a careless database": (
        "aws.rds.instance",
        """
resource "aws_db_instance" "Db" {
  engine                  = "mysql"
  engine_version          = "8.0"
  publicly_accessible     = true
  backup_retention_period = 0
}
""",
        """
Resources:
  Db:
    Type: AWS::RDS::DBInstance
    Properties:
      Engine: mysql
      EngineVersion: "8.0"
      PubliclyAccessible: true
      BackupRetentionPeriod: 0
""",
    ),
    "an instance of a cluster": (
        "aws.rds.instance",
        """
resource "aws_rds_cluster" "Cluster" {
  engine            = "aurora-postgresql"
  engine_version    = "15.4"
  storage_encrypted = true
}
resource "aws_rds_cluster_instance" "Member" {
  cluster_identifier  = aws_rds_cluster.Cluster.id
  engine              = "aurora-postgresql"
  publicly_accessible = false
}
""",
        """
Resources:
  Cluster:
    Type: AWS::RDS::DBCluster
    Properties: {Engine: aurora-postgresql, EngineVersion: "15.4", StorageEncrypted: true}
  Member:
    Type: AWS::RDS::DBInstance
    Properties: {DBClusterIdentifier: !Ref Cluster, Engine: aurora-postgresql, PubliclyAccessible: false}
""",
    ),
    "a cluster": (
        "aws.rds.cluster",
        """
resource "aws_kms_key" "Key" {}
resource "aws_rds_cluster_parameter_group" "Parameters" {
  family = "aurora-mysql8.0"
  parameter {
    name  = "require_secure_transport"
    value = "ON"
  }
}
resource "aws_rds_cluster" "Cluster" {
  cluster_identifier              = "scans"
  engine                          = "aurora-mysql"
  engine_version                  = "8.0.mysql_aurora.3.05.2"
  storage_encrypted               = true
  kms_key_id                      = aws_kms_key.Key.arn
  db_cluster_parameter_group_name = aws_rds_cluster_parameter_group.Parameters.name
  backup_retention_period         = 14
  deletion_protection             = true
  enabled_cloudwatch_logs_exports = ["audit"]
}
""",
        """
Resources:
  Key: {Type: AWS::KMS::Key}
  Parameters:
    Type: AWS::RDS::DBClusterParameterGroup
    Properties: {Family: aurora-mysql8.0, Parameters: {require_secure_transport: "ON"}}
  Cluster:
    Type: AWS::RDS::DBCluster
    Properties:
      DBClusterIdentifier: scans
      Engine: aurora-mysql
      EngineVersion: 8.0.mysql_aurora.3.05.2
      StorageEncrypted: true
      KmsKeyId: !Ref Key
      DBClusterParameterGroupName: !Ref Parameters
      BackupRetentionPeriod: 14
      DeletionProtection: true
      EnableCloudwatchLogsExports: [audit]
""",
    ),
    "a key": (
        "aws.kms.key",
        """
resource "aws_kms_key" "Key" {
  enable_key_rotation     = true
  rotation_period_in_days = 180
  multi_region            = true
  policy = jsonencode({
    Statement = [{ Effect = "Allow", Principal = "*", Action = "kms:*", Resource = "*" }]
  })
}
resource "aws_kms_alias" "Alias" {
  name          = "alias/ephi"
  target_key_id = aws_kms_key.Key.id
}
resource "aws_kms_key" "Plain" {}
""",
        """
Resources:
  Key:
    Type: AWS::KMS::Key
    Properties:
      EnableKeyRotation: true
      RotationPeriodInDays: 180
      MultiRegion: true
      KeyPolicy:
        Statement: [{Effect: Allow, Principal: "*", Action: "kms:*", Resource: "*"}]
  Alias:
    Type: AWS::KMS::Alias
    Properties: {AliasName: alias/ephi, TargetKeyId: !Ref Key}
  Plain: {Type: AWS::KMS::Key}
""",
    ),
    "security groups": (
        "aws.ec2.security_group",
        """
resource "aws_vpc" "Vpc" {
  cidr_block = "10.0.0.0/16"
}
resource "aws_security_group" "Web" {
  vpc_id = aws_vpc.Vpc.id
  ingress {
    protocol         = "tcp"
    from_port        = 22
    to_port          = 22
    ipv6_cidr_blocks = ["::/0"]
  }
  ingress {
    protocol        = "tcp"
    from_port       = 443
    to_port         = 443
    security_groups = [aws_security_group.Inner.id]
  }
  egress {
    protocol    = "-1"
    from_port   = 0
    to_port     = 0
    cidr_blocks = ["0.0.0.0/0"]
  }
}
resource "aws_security_group" "Inner" {
  vpc_id = aws_vpc.Vpc.id
  egress {
    protocol    = "tcp"
    from_port   = 443
    to_port     = 443
    cidr_blocks = ["10.0.0.0/8"]
  }
}
resource "aws_vpc_security_group_ingress_rule" "Open" {
  security_group_id = aws_security_group.Inner.id
  ip_protocol       = "-1"
  cidr_ipv4         = "0.0.0.0/0"
}
""",
        """
Resources:
  Vpc:
    Type: AWS::EC2::VPC
    Properties: {CidrBlock: 10.0.0.0/16}
  Web:
    Type: AWS::EC2::SecurityGroup
    Properties:
      VpcId: !Ref Vpc
      SecurityGroupIngress:
        - {IpProtocol: tcp, FromPort: 22, ToPort: 22, CidrIpv6: "::/0"}
        - {IpProtocol: tcp, FromPort: 443, ToPort: 443, SourceSecurityGroupId: !GetAtt Inner.GroupId}
  Inner:
    Type: AWS::EC2::SecurityGroup
    Properties:
      VpcId: !Ref Vpc
      SecurityGroupEgress: [{IpProtocol: tcp, FromPort: 443, ToPort: 443, CidrIp: 10.0.0.0/8}]
  Open:
    Type: AWS::EC2::SecurityGroupIngress
    Properties: {GroupId: !Ref Inner, IpProtocol: "-1", CidrIp: 0.0.0.0/0}
""",
    ),
    "an instance with its volumes": (
        "aws.ec2.instance",
        """
resource "aws_security_group" "Group" {
  ingress {
    protocol    = "tcp"
    from_port   = 22
    to_port     = 22
    cidr_blocks = ["0.0.0.0/0"]
  }
}
resource "aws_iam_role" "Role" {
  assume_role_policy = jsonencode({ Statement = [] })
}
resource "aws_iam_instance_profile" "Profile" {
  role = aws_iam_role.Role.name
}
resource "aws_instance" "Web" {
  ami                         = "ami-1"
  instance_type               = "m5.large"
  ebs_optimized               = true
  monitoring                  = true
  iam_instance_profile        = aws_iam_instance_profile.Profile.name
  associate_public_ip_address = true
  vpc_security_group_ids      = [aws_security_group.Group.id]
  user_data                   = "boot"
  root_block_device {
    encrypted = true
  }
  ebs_block_device {
    device_name = "/dev/sdf"
    encrypted   = false
  }
}
""",
        """
Resources:
  Group:
    Type: AWS::EC2::SecurityGroup
    Properties:
      SecurityGroupIngress: [{IpProtocol: tcp, FromPort: 22, ToPort: 22, CidrIp: 0.0.0.0/0}]
  Role:
    Type: AWS::IAM::Role
    Properties: {AssumeRolePolicyDocument: {Statement: []}}
  Profile:
    Type: AWS::IAM::InstanceProfile
    Properties: {Roles: [!Ref Role]}
  Web:
    Type: AWS::EC2::Instance
    Properties:
      ImageId: ami-1
      InstanceType: m5.large
      EbsOptimized: true
      Monitoring: true
      IamInstanceProfile: !Ref Profile
      NetworkInterfaces: [{DeviceIndex: "0", AssociatePublicIpAddress: true, GroupSet: [!Ref Group]}]
      UserData: !Base64 boot
      BlockDeviceMappings:
        - {DeviceName: /dev/xvda, Ebs: {Encrypted: true}}
        - {DeviceName: /dev/sdf, Ebs: {Encrypted: false}}
""",
    ),
    "volumes, of an instance and by themselves": (
        "aws.ec2.volume",
        """
resource "aws_kms_key" "Key" {}
resource "aws_instance" "Web" {
  ami = "ami-1"
  root_block_device {
    encrypted  = true
    kms_key_id = aws_kms_key.Key.arn
  }
  ebs_block_device {
    device_name = "/dev/sdf"
    encrypted   = false
  }
}
resource "aws_ebs_volume" "Data" {
  availability_zone = "us-east-1a"
  encrypted         = true
  kms_key_id        = aws_kms_key.Key.arn
}
resource "aws_volume_attachment" "a" {
  instance_id = aws_instance.Web.id
  volume_id   = aws_ebs_volume.Data.id
  device_name = "/dev/sdg"
}
""",
        """
Resources:
  Key: {Type: AWS::KMS::Key}
  Web:
    Type: AWS::EC2::Instance
    Properties:
      ImageId: ami-1
      BlockDeviceMappings:
        - {DeviceName: /dev/xvda, Ebs: {Encrypted: true, KmsKeyId: !Ref Key}}
        - {DeviceName: /dev/sdf, Ebs: {Encrypted: false}}
      Volumes: [{VolumeId: !Ref Data, Device: /dev/sdg}]
  Data:
    Type: AWS::EC2::Volume
    Properties: {AvailabilityZone: us-east-1a, Encrypted: true, KmsKeyId: !GetAtt Key.Arn}
""",
    ),
    "a role": (
        "aws.iam.role",
        """
resource "aws_iam_policy" "Reader" {
  policy = jsonencode({ Statement = [{ Effect = "Allow", Action = "s3:GetObject", Resource = "*" }] })
}
resource "aws_iam_role" "Role" {
  name                 = "imaging"
  max_session_duration = 7200
  assume_role_policy = jsonencode({
    Statement = [{ Effect = "Allow", Action = "sts:AssumeRole", Principal = { Service = "ec2.amazonaws.com" } }]
  })
  managed_policy_arns = ["arn:aws:iam::aws:policy/AdministratorAccess", aws_iam_policy.Reader.arn]
  inline_policy {
    name   = "own"
    policy = jsonencode({ Statement = [{ Effect = "Allow", Action = "kms:*", Resource = "*" }] })
  }
}
resource "aws_iam_role_policy" "More" {
  name   = "more"
  role   = aws_iam_role.Role.id
  policy = jsonencode({ Statement = [{ Effect = "Allow", Action = "iam:*", Resource = "*" }] })
}
""",
        """
Resources:
  Reader:
    Type: AWS::IAM::ManagedPolicy
    Properties: {PolicyDocument: {Statement: [{Effect: Allow, Action: "s3:GetObject", Resource: "*"}]}}
  Role:
    Type: AWS::IAM::Role
    Properties:
      RoleName: imaging
      MaxSessionDuration: 7200
      AssumeRolePolicyDocument:
        Statement: [{Effect: Allow, Action: "sts:AssumeRole", Principal: {Service: ec2.amazonaws.com}}]
      ManagedPolicyArns: ["arn:aws:iam::aws:policy/AdministratorAccess", !Ref Reader]
      Policies:
        - {PolicyName: own, PolicyDocument: {Statement: [{Effect: Allow, Action: "kms:*", Resource: "*"}]}}
  More:
    Type: AWS::IAM::Policy
    Properties:
      PolicyName: more
      Roles: [!Ref Role]
      PolicyDocument: {Statement: [{Effect: Allow, Action: "iam:*", Resource: "*"}]}
""",
    ),
    "a user with a group": (
        "aws.iam.user",
        """
resource "aws_iam_group" "Staff" {
  name = "staff"
}
resource "aws_iam_group_policy_attachment" "a" {
  group      = aws_iam_group.Staff.name
  policy_arn = "arn:aws:iam::aws:policy/ReadOnlyAccess"
}
resource "aws_iam_user" "Person" {
  name = "person"
}
resource "aws_iam_user_group_membership" "a" {
  user   = aws_iam_user.Person.name
  groups = [aws_iam_group.Staff.name]
}
resource "aws_iam_user_login_profile" "a" {
  user = aws_iam_user.Person.name
}
resource "aws_iam_access_key" "a" {
  user   = aws_iam_user.Person.name
  status = "Inactive"
}
resource "aws_iam_user_policy" "a" {
  name   = "own"
  user   = aws_iam_user.Person.name
  policy = jsonencode({ Statement = [{ Effect = "Allow", Action = "*", Resource = "*" }] })
}
""",
        """
Resources:
  Staff:
    Type: AWS::IAM::Group
    Properties: {GroupName: staff, ManagedPolicyArns: ["arn:aws:iam::aws:policy/ReadOnlyAccess"]}
  Person:
    Type: AWS::IAM::User
    Properties:
      UserName: person
      Groups: [!Ref Staff]
      LoginProfile: {Password: "{{resolve:secretsmanager:first}}"}
      Policies:
        - {PolicyName: own, PolicyDocument: {Statement: [{Effect: Allow, Action: "*", Resource: "*"}]}}
  Key:
    Type: AWS::IAM::AccessKey
    Properties: {UserName: !Ref Person, Status: Inactive}
""",
    ),
    "a managed policy": (
        "aws.iam.policy",
        """
resource "aws_iam_user" "Person" {
  name = "person"
}
resource "aws_iam_policy" "Everything" {
  name   = "everything"
  policy = jsonencode({ Statement = [{ Effect = "Allow", Action = "*", Resource = "*" }] })
}
resource "aws_iam_policy_attachment" "a" {
  name       = "a"
  users      = [aws_iam_user.Person.name]
  policy_arn = aws_iam_policy.Everything.arn
}
""",
        """
Resources:
  Person:
    Type: AWS::IAM::User
    Properties: {UserName: person}
  Everything:
    Type: AWS::IAM::ManagedPolicy
    Properties:
      ManagedPolicyName: everything
      Users: [!Ref Person]
      PolicyDocument: {Statement: [{Effect: Allow, Action: "*", Resource: "*"}]}
""",
    ),
    "a trail": (
        "aws.cloudtrail.trail",
        """
resource "aws_s3_bucket" "Logs" {
  bucket = "logs"
}
resource "aws_cloudwatch_log_group" "Group" {
  name = "trail"
}
resource "aws_kms_key" "Key" {}
resource "aws_cloudtrail" "Trail" {
  name                          = "trail"
  s3_bucket_name                = aws_s3_bucket.Logs.id
  kms_key_id                    = aws_kms_key.Key.arn
  is_multi_region_trail         = true
  enable_log_file_validation    = true
  include_global_service_events = true
  cloud_watch_logs_group_arn    = aws_cloudwatch_log_group.Group.arn
  event_selector {
    read_write_type = "All"
    data_resource {
      type   = "AWS::S3::Object"
      values = ["arn:aws:s3"]
    }
  }
}
resource "aws_cloudwatch_log_metric_filter" "Filter" {
  name           = "root"
  log_group_name = aws_cloudwatch_log_group.Group.name
  pattern        = "{ $.userIdentity.type = \\"Root\\" && $.userIdentity.invokedBy NOT EXISTS && $.eventType != \\"AwsServiceEvent\\" }"
  metric_transformation {
    name      = "Root"
    namespace = "Trail"
    value     = "1"
  }
}
resource "aws_cloudwatch_metric_alarm" "Alarm" {
  alarm_name          = "root"
  metric_name         = "Root"
  namespace           = "Trail"
  comparison_operator = "GreaterThanOrEqualToThreshold"
  evaluation_periods  = 1
  threshold           = 1
  statistic           = "Sum"
  period              = 300
  alarm_actions       = ["arn:aws:sns:us-east-1:123456789012:security"]
}
""",
        """
Resources:
  Logs:
    Type: AWS::S3::Bucket
    Properties: {BucketName: logs}
  Group:
    Type: AWS::Logs::LogGroup
    Properties: {LogGroupName: trail}
  Key: {Type: AWS::KMS::Key}
  Trail:
    Type: AWS::CloudTrail::Trail
    Properties:
      TrailName: trail
      S3BucketName: !Ref Logs
      KMSKeyId: !GetAtt Key.Arn
      IsLogging: true
      IsMultiRegionTrail: true
      EnableLogFileValidation: true
      IncludeGlobalServiceEvents: true
      CloudWatchLogsLogGroupArn: !GetAtt Group.Arn
      EventSelectors:
        - ReadWriteType: All
          DataResources: [{Type: "AWS::S3::Object", Values: ["arn:aws:s3"]}]
  Filter:
    Type: AWS::Logs::MetricFilter
    Properties:
      FilterName: root
      LogGroupName: !Ref Group
      FilterPattern: >-
        { $.userIdentity.type = "Root" && $.userIdentity.invokedBy NOT EXISTS && $.eventType != "AwsServiceEvent" }
      MetricTransformations: [{MetricName: Root, MetricNamespace: Trail, MetricValue: "1"}]
  Alarm:
    Type: AWS::CloudWatch::Alarm
    Properties:
      AlarmName: root
      MetricName: Root
      Namespace: Trail
      ComparisonOperator: GreaterThanOrEqualToThreshold
      EvaluationPeriods: 1
      Threshold: 1
      Statistic: Sum
      Period: 300
      AlarmActions: ["arn:aws:sns:us-east-1:123456789012:security"]
""",
    ),
    "log groups": (
        "aws.logs.log_group",
        """
resource "aws_kms_key" "Key" {}
resource "aws_cloudwatch_log_group" "Kept" {
  name              = "kept"
  retention_in_days = 365
  kms_key_id        = aws_kms_key.Key.arn
}
resource "aws_cloudwatch_log_group" "Plain" {}
""",
        """
Resources:
  Key: {Type: AWS::KMS::Key}
  Kept:
    Type: AWS::Logs::LogGroup
    Properties: {LogGroupName: kept, RetentionInDays: 365, KmsKeyId: !GetAtt Key.Arn}
  Plain: {Type: AWS::Logs::LogGroup}
""",
    ),
    "functions": (
        "aws.lambda.function",
        """
resource "aws_iam_role" "Role" {
  assume_role_policy = jsonencode({ Statement = [] })
}
resource "aws_kms_key" "Key" {}
resource "aws_lambda_function" "Read" {
  function_name                  = "read"
  role                           = aws_iam_role.Role.arn
  runtime                        = "python3.12"
  handler                        = "a.b"
  kms_key_arn                    = aws_kms_key.Key.arn
  reserved_concurrent_executions = 5
  environment {
    variables = { DB_PASSWORD = "x", STAGE = "y" }
  }
  vpc_config {
    subnet_ids         = ["subnet-1"]
    security_group_ids = ["sg-1"]
  }
  tracing_config {
    mode = "Active"
  }
  dead_letter_config {
    target_arn = "arn:aws:sqs:us-east-1:123456789012:dead"
  }
}
resource "aws_lambda_permission" "Anybody" {
  function_name = aws_lambda_function.Read.arn
  action        = "lambda:InvokeFunction"
  principal     = "*"
}
resource "aws_lambda_function_url" "Url" {
  function_name      = aws_lambda_function.Read.arn
  authorization_type = "NONE"
}
resource "aws_lambda_function" "Image" {
  function_name = "image"
  role          = aws_iam_role.Role.arn
  package_type  = "Image"
}
""",
        """
Resources:
  Role:
    Type: AWS::IAM::Role
    Properties: {AssumeRolePolicyDocument: {Statement: []}}
  Key: {Type: AWS::KMS::Key}
  Read:
    Type: AWS::Lambda::Function
    Properties:
      FunctionName: read
      Role: !GetAtt Role.Arn
      Runtime: python3.12
      Handler: a.b
      KmsKeyArn: !GetAtt Key.Arn
      ReservedConcurrentExecutions: 5
      Environment: {Variables: {DB_PASSWORD: x, STAGE: y}}
      VpcConfig: {SubnetIds: [subnet-1], SecurityGroupIds: [sg-1]}
      TracingConfig: {Mode: Active}
      DeadLetterConfig: {TargetArn: "arn:aws:sqs:us-east-1:123456789012:dead"}
  Anybody:
    Type: AWS::Lambda::Permission
    Properties: {FunctionName: !Ref Read, Action: "lambda:InvokeFunction", Principal: "*"}
  Url:
    Type: AWS::Lambda::Url
    Properties: {TargetFunctionArn: !GetAtt Read.Arn, AuthType: NONE}
  Image:
    Type: AWS::Lambda::Function
    Properties:
      FunctionName: image
      Role: !GetAtt Role.Arn
      Code: {ImageUri: 123456789012.dkr.ecr.us-east-1.amazonaws.com/a}
""",
    ),
}


@pytest.mark.parametrize("case", PAIRS)
def test_the_template_says_the_same(case: str, tmp_path: Path) -> None:
    """Field by field."""
    type_name, hcl, template = PAIRS[case]
    assert_agree(tmp_path, type_name, hcl=hcl, template=template)
