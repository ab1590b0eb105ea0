"""Machines, builds, caches, clusters and replication: a template says what Terraform code says."""

from pathlib import Path

import pytest
from cloudformation_code import assert_agree

PAIRS: dict[str, tuple[str, str, str]] = {
    "caches of tables": (
        "aws.dax.cluster",
        """
resource "aws_security_group" "Group" {}
resource "aws_dax_cluster" "Good" {
  cluster_name                     = "scans"
  cluster_endpoint_encryption_type = "TLS"
  replication_factor               = 3
  availability_zones               = ["us-east-1a", "us-east-1b"]
  security_group_ids               = [aws_security_group.Group.id]
  iam_role_arn                     = "arn:aws:iam::123456789012:role/dax"
  node_type                        = "dax.r5.large"
  server_side_encryption {
    enabled = true
  }
  tags = { Owner = "records" }
}
resource "aws_dax_cluster" "Bad" {
  cluster_name       = "careless"
  replication_factor = 1
}
""",
        """
Resources:
  Group: {Type: AWS::EC2::SecurityGroup}
  Good:
    Type: AWS::DAX::Cluster
    Properties:
      ClusterName: scans
      ClusterEndpointEncryptionType: TLS
      ReplicationFactor: 3
      AvailabilityZones: [us-east-1a, us-east-1b]
      SecurityGroupIds: [!Ref Group]
      IAMRoleARN: arn:aws:iam::123456789012:role/dax
      NodeType: dax.r5.large
      SSESpecification: {SSEEnabled: true}
      Tags: {Owner: records}
  Bad:
    Type: AWS::DAX::Cluster
    Properties: {ClusterName: careless, ReplicationFactor: 1}
""",
    ),
    "replication of databases": (
        "aws.dms.replication_instance",
        """
resource "aws_security_group" "Group" {}
resource "aws_kms_key" "Key" {}
resource "aws_vpc" "Vpc" {
  cidr_block = "10.0.0.0/16"
}
resource "aws_subnet" "Inner" {
  vpc_id     = aws_vpc.Vpc.id
  cidr_block = "10.0.1.0/24"
}
resource "aws_dms_replication_subnet_group" "Subnets" {
  replication_subnet_group_id          = "inner"
  replication_subnet_group_description = "inner"
  subnet_ids                           = [aws_subnet.Inner.id]
}
resource "aws_dms_replication_instance" "Good" {
  replication_instance_id     = "move"
  replication_instance_class  = "dms.t3.medium"
  replication_subnet_group_id = aws_dms_replication_subnet_group.Subnets.id
  engine_version              = "3.5.4"
  auto_minor_version_upgrade  = true
  multi_az                    = true
  publicly_accessible         = false
  kms_key_arn                 = aws_kms_key.Key.arn
  vpc_security_group_ids      = [aws_security_group.Group.id]
}
resource "aws_dms_replication_instance" "Bad" {
  replication_instance_id    = "open"
  replication_instance_class = "dms.t3.medium"
  publicly_accessible        = true
}
""",
        """
Resources:
  Group: {Type: AWS::EC2::SecurityGroup}
  Key: {Type: AWS::KMS::Key}
  Vpc:
    Type: AWS::EC2::VPC
    Properties: {CidrBlock: 10.0.0.0/16}
  Inner:
    Type: AWS::EC2::Subnet
    Properties: {VpcId: !Ref Vpc, CidrBlock: 10.0.1.0/24}
  Subnets:
    Type: AWS::DMS::ReplicationSubnetGroup
    Properties:
      ReplicationSubnetGroupIdentifier: inner
      ReplicationSubnetGroupDescription: inner
      SubnetIds: [!Ref Inner]
  Good:
    Type: AWS::DMS::ReplicationInstance
    Properties:
      ReplicationInstanceIdentifier: move
      ReplicationInstanceClass: dms.t3.medium
      ReplicationSubnetGroupIdentifier: !Ref Subnets
      EngineVersion: "3.5.4"
      AutoMinorVersionUpgrade: true
      MultiAZ: true
      PubliclyAccessible: false
      KmsKeyId: !GetAtt Key.Arn
      VpcSecurityGroupIds: [!Ref Group]
  Bad:
    Type: AWS::DMS::ReplicationInstance
    Properties:
      ReplicationInstanceIdentifier: open
      ReplicationInstanceClass: dms.t3.medium
      PubliclyAccessible: true
""",
    ),
    "builds": (
        "aws.codebuild.project",
        """
resource "aws_codebuild_source_credential" "Login" {
  auth_type   = "PERSONAL_ACCESS_TOKEN"
  server_type = "GITHUB"
  token       = "given-later"
}
resource "aws_codebuild_project" "Good" {
  name         = "good"
  service_role = "arn:aws:iam::123456789012:role/build"
  environment {
    compute_type = "BUILD_GENERAL1_SMALL"
    image        = "aws/codebuild/standard:7.0"
    type         = "LINUX_CONTAINER"
    environment_variable {
      name  = "PASSWORD"
      type  = "SECRETS_MANAGER"
      value = "scans"
    }
  }
  source {
    type     = "GITHUB"
    location = "https://github.com/example/scans"
  }
  artifacts {
    type = "NO_ARTIFACTS"
  }
  logs_config {
    cloudwatch_logs {
      status     = "ENABLED"
      group_name = "builds"
    }
    s3_logs {
      status   = "ENABLED"
      location = "logs/builds"
    }
  }
}
resource "aws_codebuild_project" "Bad" {
  name               = "bad"
  project_visibility = "PUBLIC_READ"
  environment {
    privileged_mode = true
    environment_variable {
      name  = "AWS_SECRET_ACCESS_KEY"
      value = "x"
    }
  }
  source {
    type     = "BITBUCKET"
    location = "https://someone:secret@bitbucket.org/example/scans"
  }
  secondary_sources {
    type              = "S3"
    location          = "bucket/path"
    source_identifier = "more"
  }
  logs_config {
    cloudwatch_logs {
      status = "DISABLED"
    }
  }
}
""",
        """
Resources:
  Login:
    Type: AWS::CodeBuild::SourceCredential
    Properties: {AuthType: PERSONAL_ACCESS_TOKEN, ServerType: GITHUB, Token: given-later}
  Good:
    Type: AWS::CodeBuild::Project
    Properties:
      Name: good
      ServiceRole: arn:aws:iam::123456789012:role/build
      Environment:
        ComputeType: BUILD_GENERAL1_SMALL
        Image: aws/codebuild/standard:7.0
        Type: LINUX_CONTAINER
        EnvironmentVariables: [{Name: PASSWORD, Type: SECRETS_MANAGER, Value: scans}]
      Source: {Type: GITHUB, Location: "https://github.com/example/scans"}
      Artifacts: {Type: NO_ARTIFACTS}
      LogsConfig:
        CloudWatchLogs: {Status: ENABLED, GroupName: builds}
        S3Logs: {Status: ENABLED, Location: logs/builds}
  Bad:
    Type: AWS::CodeBuild::Project
    Properties:
      Name: bad
      Visibility: PUBLIC_READ
      Environment:
        PrivilegedMode: true
        EnvironmentVariables: [{Name: AWS_SECRET_ACCESS_KEY, Value: x}]
      Source: {Type: BITBUCKET, Location: "https://someone:secret@bitbucket.org/example/scans"}
      SecondarySources: [{Type: S3, Location: bucket/path, SourceIdentifier: more}]
      LogsConfig:
        CloudWatchLogs: {Status: DISABLED}
""",
    ),
    "notebooks": (
        "aws.sagemaker.notebook_instance",
        """
resource "aws_kms_key" "Key" {}
resource "aws_security_group" "Group" {}
resource "aws_sagemaker_notebook_instance" "Good" {
  name                   = "good"
  instance_type          = "ml.t3.medium"
  role_arn               = "arn:aws:iam::123456789012:role/notes"
  kms_key_id             = aws_kms_key.Key.arn
  subnet_id              = "subnet-1"
  security_groups        = [aws_security_group.Group.id]
  direct_internet_access = "Disabled"
  root_access            = "Disabled"
  instance_metadata_service_configuration {
    minimum_instance_metadata_service_version = "2"
  }
}
resource "aws_sagemaker_notebook_instance" "Bad" {
  name          = "bad"
  instance_type = "ml.t3.medium"
  role_arn      = "arn:aws:iam::123456789012:role/notes"
}
""",
        """
Resources:
  Key: {Type: AWS::KMS::Key}
  Group: {Type: AWS::EC2::SecurityGroup}
  Good:
    Type: AWS::SageMaker::NotebookInstance
    Properties:
      NotebookInstanceName: good
      InstanceType: ml.t3.medium
      RoleArn: arn:aws:iam::123456789012:role/notes
      KmsKeyId: !GetAtt Key.Arn
      SubnetId: subnet-1
      SecurityGroupIds: [!Ref Group]
      DirectInternetAccess: Disabled
      RootAccess: Disabled
      InstanceMetadataServiceConfiguration: {MinimumInstanceMetadataServiceVersion: "2"}
  Bad:
    Type: AWS::SageMaker::NotebookInstance
    Properties:
      NotebookInstanceName: bad
      InstanceType: ml.t3.medium
      RoleArn: arn:aws:iam::123456789012:role/notes
""",
    ),
    "configurations of endpoints": (
        "aws.sagemaker.endpoint_config",
        """
resource "aws_kms_key" "Key" {}
resource "aws_sagemaker_endpoint_configuration" "Good" {
  name        = "good"
  kms_key_arn = aws_kms_key.Key.arn
  production_variants {
    variant_name = "one"
    model_name   = "model"
  }
  data_capture_config {
    enable_capture              = true
    destination_s3_uri          = "s3://captured"
    initial_sampling_percentage = 100
    kms_key_id                  = aws_kms_key.Key.arn
    capture_options {
      capture_mode = "Input"
    }
  }
}
resource "aws_sagemaker_endpoint_configuration" "Bad" {
  name = "bad"
  production_variants {
    variant_name = "one"
    model_name   = "model"
  }
}
""",
        """
Resources:
  Key: {Type: AWS::KMS::Key}
  Good:
    Type: AWS::SageMaker::EndpointConfig
    Properties:
      EndpointConfigName: good
      KmsKeyId: !GetAtt Key.Arn
      ProductionVariants: [{VariantName: one, ModelName: model}]
      DataCaptureConfig:
        EnableCapture: true
        DestinationS3Uri: s3://captured
        InitialSamplingPercentage: 100
        KmsKeyId: !GetAtt Key.Arn
        CaptureOptions: [{CaptureMode: Input}]
  Bad:
    Type: AWS::SageMaker::EndpointConfig
    Properties:
      EndpointConfigName: bad
      ProductionVariants: [{VariantName: one, ModelName: model}]
""",
    ),
    "environments": (
        "aws.elasticbeanstalk.environment",
        """
resource "aws_elastic_beanstalk_environment" "Good" {
  name                = "good"
  application         = "scans"
  solution_stack_name = "64bit Amazon Linux 2023 v4.1.0 running Python 3.11"
  setting {
    namespace = "aws:elasticbeanstalk:healthreporting:system"
    name      = "SystemType"
    value     = "enhanced"
  }
  setting {
    namespace = "aws:elasticbeanstalk:managedactions"
    name      = "ManagedActionsEnabled"
    value     = "true"
  }
  setting {
    namespace = "aws:elasticbeanstalk:cloudwatch:logs"
    name      = "StreamLogs"
    value     = "true"
  }
  setting {
    namespace = "aws:elasticbeanstalk:cloudwatch:logs"
    name      = "RetentionInDays"
    value     = "2192"
  }
}
resource "aws_elastic_beanstalk_environment" "Bad" {
  name        = "bad"
  application = "scans"
}
""",
        """
Resources:
  Good:
    Type: AWS::ElasticBeanstalk::Environment
    Properties:
      EnvironmentName: good
      ApplicationName: scans
      SolutionStackName: 64bit Amazon Linux 2023 v4.1.0 running Python 3.11
      OptionSettings:
        - {Namespace: "aws:elasticbeanstalk:healthreporting:system", OptionName: SystemType, Value: enhanced}
        - {Namespace: "aws:elasticbeanstalk:managedactions", OptionName: ManagedActionsEnabled, Value: "true"}
        - {Namespace: "aws:elasticbeanstalk:cloudwatch:logs", OptionName: StreamLogs, Value: "true"}
        - {Namespace: "aws:elasticbeanstalk:cloudwatch:logs", OptionName: RetentionInDays, Value: "2192"}
  Bad:
    Type: AWS::ElasticBeanstalk::Environment
    Properties: {EnvironmentName: bad, ApplicationName: scans}
""",
    ),
    "launch templates": (
        "aws.ec2.launch_template",
        """
resource "aws_kms_key" "Key" {}
resource "aws_security_group" "Group" {}
resource "aws_launch_template" "Good" {
  name                   = "good"
  image_id               = "ami-1"
  instance_type          = "m7i.large"
  vpc_security_group_ids = [aws_security_group.Group.id]
  metadata_options {
    http_tokens                 = "required"
    http_endpoint               = "enabled"
    http_put_response_hop_limit = 1
  }
  monitoring {
    enabled = true
  }
  iam_instance_profile {
    arn = "arn:aws:iam::123456789012:instance-profile/web"
  }
  block_device_mappings {
    device_name = "/dev/xvda"
    ebs {
      encrypted   = true
      kms_key_id  = aws_kms_key.Key.arn
      volume_size = 20
    }
  }
}
resource "aws_launch_template" "Bad" {
  name = "bad"
  network_interfaces {
    associate_public_ip_address = true
    security_groups             = [aws_security_group.Group.id]
  }
  block_device_mappings {
    device_name = "/dev/xvda"
    ebs {
      encrypted = false
    }
  }
}
""",
        """
Resources:
  Key: {Type: AWS::KMS::Key}
  Group: {Type: AWS::EC2::SecurityGroup}
  Good:
    Type: AWS::EC2::LaunchTemplate
    Properties:
      LaunchTemplateName: good
      LaunchTemplateData:
        ImageId: ami-1
        InstanceType: m7i.large
        SecurityGroupIds: [!Ref Group]
        MetadataOptions: {HttpTokens: required, HttpEndpoint: enabled, HttpPutResponseHopLimit: 1}
        Monitoring: {Enabled: true}
        IamInstanceProfile: {Arn: "arn:aws:iam::123456789012:instance-profile/web"}
        BlockDeviceMappings:
          - DeviceName: /dev/xvda
            Ebs: {Encrypted: true, KmsKeyId: !GetAtt Key.Arn, VolumeSize: 20}
  Bad:
    Type: AWS::EC2::LaunchTemplate
    Properties:
      LaunchTemplateName: bad
      LaunchTemplateData:
        NetworkInterfaces: [{AssociatePublicIpAddress: true, Groups: [!Ref Group]}]
        BlockDeviceMappings: [{DeviceName: /dev/xvda, Ebs: {Encrypted: false}}]
""",
    ),
    "launch configurations": (
        "aws.autoscaling.launch_configuration",
        """
resource "aws_security_group" "Group" {}
resource "aws_launch_configuration" "Good" {
  name                        = "good"
  image_id                    = "ami-1"
  instance_type               = "m5.large"
  security_groups             = [aws_security_group.Group.id]
  associate_public_ip_address = false
  enable_monitoring           = true
  iam_instance_profile        = "web"
  metadata_options {
    http_tokens                 = "required"
    http_endpoint               = "enabled"
    http_put_response_hop_limit = 1
  }
  root_block_device {
    encrypted = true
  }
  ebs_block_device {
    device_name = "/dev/sdb"
    encrypted   = true
  }
}
resource "aws_launch_configuration" "Bad" {
  name                        = "bad"
  associate_public_ip_address = true
  enable_monitoring           = false
  root_block_device {
    encrypted = false
  }
}
""",
        """
Resources:
  Group: {Type: AWS::EC2::SecurityGroup}
  Good:
    Type: AWS::AutoScaling::LaunchConfiguration
    Properties:
      LaunchConfigurationName: good
      ImageId: ami-1
      InstanceType: m5.large
      SecurityGroups: [!Ref Group]
      AssociatePublicIpAddress: false
      InstanceMonitoring: true
      IamInstanceProfile: web
      MetadataOptions: {HttpTokens: required, HttpEndpoint: enabled, HttpPutResponseHopLimit: 1}
      BlockDeviceMappings:
        - {DeviceName: /dev/xvda, Ebs: {Encrypted: true}}
        - {DeviceName: /dev/sdb, Ebs: {Encrypted: true}}
  Bad:
    Type: AWS::AutoScaling::LaunchConfiguration
    Properties:
      LaunchConfigurationName: bad
      AssociatePublicIpAddress: true
      InstanceMonitoring: false
      BlockDeviceMappings: [{DeviceName: /dev/xvda, Ebs: {Encrypted: false}}]
""",
    ),
    "clusters of Hadoop": (
        "aws.emr.cluster",
        """
resource "aws_emr_security_configuration" "Sealed" {
  name          = "sealed"
  configuration = jsonencode({
    EncryptionConfiguration = {
      EnableAtRestEncryption    = true
      EnableInTransitEncryption = true
      AtRestEncryptionConfiguration = {
        S3EncryptionConfiguration = { EncryptionMode = "SSE-KMS", AwsKmsKey = "arn:aws:kms:us-east-1:123456789012:key/k" }
        LocalDiskEncryptionConfiguration = {
          EncryptionKeyProviderType = "AwsKms"
          AwsKmsKey                 = "arn:aws:kms:us-east-1:123456789012:key/k"
        }
      }
      InTransitEncryptionConfiguration = {
        TLSCertificateConfiguration = { CertificateProviderType = "PEM", S3Object = "s3://certificates/my.zip" }
      }
    }
  })
}
resource "aws_emr_cluster" "Good" {
  name                              = "good"
  release_label                     = "emr-7.1.0"
  service_role                      = "emr"
  security_configuration            = aws_emr_security_configuration.Sealed.name
  log_uri                           = "s3://logs/emr"
  termination_protection            = true
  keep_job_flow_alive_when_no_steps = true
  ec2_attributes {
    subnet_id        = "subnet-1"
    instance_profile = "emr"
  }
}
resource "aws_emr_cluster" "Bad" {
  name                              = "bad"
  release_label                     = "emr-7.1.0"
  service_role                      = "emr"
  keep_job_flow_alive_when_no_steps = true
}
resource "aws_emr_cluster" "Brief" {
  name                              = "brief"
  service_role                      = "emr"
  keep_job_flow_alive_when_no_steps = false
}
""",
        """
Resources:
  Sealed:
    Type: AWS::EMR::SecurityConfiguration
    Properties:
      Name: sealed
      SecurityConfiguration:
        EncryptionConfiguration:
          EnableAtRestEncryption: true
          EnableInTransitEncryption: true
          AtRestEncryptionConfiguration:
            S3EncryptionConfiguration:
              EncryptionMode: SSE-KMS
              AwsKmsKey: arn:aws:kms:us-east-1:123456789012:key/k
            LocalDiskEncryptionConfiguration:
              EncryptionKeyProviderType: AwsKms
              AwsKmsKey: arn:aws:kms:us-east-1:123456789012:key/k
          InTransitEncryptionConfiguration:
            TLSCertificateConfiguration: {CertificateProviderType: PEM, S3Object: "s3://certificates/my.zip"}
  Good:
    Type: AWS::EMR::Cluster
    Properties:
      Name: good
      ReleaseLabel: emr-7.1.0
      ServiceRole: emr
      JobFlowRole: emr
      SecurityConfiguration: !Ref Sealed
      LogUri: s3://logs/emr
      Instances: {TerminationProtected: true, KeepJobFlowAliveWhenNoSteps: true, Ec2SubnetId: subnet-1}
  Bad:
    Type: AWS::EMR::Cluster
    Properties:
      Name: bad
      ReleaseLabel: emr-7.1.0
      ServiceRole: emr
      JobFlowRole: emr
      Instances: {KeepJobFlowAliveWhenNoSteps: true}
  Brief:
    Type: AWS::EMR::Cluster
    Properties: {Name: brief, ServiceRole: emr, JobFlowRole: emr, Instances: {}}
""",
    ),
    "caches without copies": (
        "aws.elasticache.memcached",
        """
resource "aws_security_group" "Group" {}
resource "aws_elasticache_cluster" "Good" {
  cluster_id                 = "good"
  engine                     = "memcached"
  engine_version             = "1.6.22"
  node_type                  = "cache.t3.small"
  num_cache_nodes            = 2
  az_mode                    = "cross-az"
  transit_encryption_enabled = true
  auto_minor_version_upgrade = true
  security_group_ids         = [aws_security_group.Group.id]
}
resource "aws_elasticache_cluster" "Bad" {
  cluster_id      = "bad"
  engine          = "memcached"
  num_cache_nodes = 1
}
""",
        """
Resources:
  Group: {Type: AWS::EC2::SecurityGroup}
  Good:
    Type: AWS::ElastiCache::CacheCluster
    Properties:
      ClusterName: good
      Engine: memcached
      EngineVersion: 1.6.22
      CacheNodeType: cache.t3.small
      NumCacheNodes: 2
      AZMode: cross-az
      TransitEncryptionEnabled: true
      AutoMinorVersionUpgrade: true
      VpcSecurityGroupIds: [!Ref Group]
  Bad:
    Type: AWS::ElastiCache::CacheCluster
    Properties: {ClusterName: bad, Engine: memcached, NumCacheNodes: 1}
""",
    ),
    "a single node of Redis": (
        "aws.elasticache.cluster",
        """
resource "aws_elasticache_cluster" "One" {
  cluster_id                 = "one"
  engine                     = "redis"
  engine_version             = "7.1"
  num_cache_nodes            = 1
  snapshot_retention_limit   = 7
  transit_encryption_enabled = false
}
""",
        """
Resources:
  One:
    Type: AWS::ElastiCache::CacheCluster
    Properties:
      ClusterName: one
      Engine: redis
      EngineVersion: "7.1"
      NumCacheNodes: 1
      SnapshotRetentionLimit: 7
      TransitEncryptionEnabled: false
""",
    ),
    "search domains of the older engine": (
        "aws.opensearch.domain",
        """
resource "aws_elasticsearch_domain" "Good" {
  domain_name           = "good"
  elasticsearch_version = "7.10"
  encrypt_at_rest {
    enabled = true
  }
  node_to_node_encryption {
    enabled = true
  }
  domain_endpoint_options {
    enforce_https       = true
    tls_security_policy = "Policy-Min-TLS-1-2-2019-07"
  }
  cluster_config {
    instance_count         = 3
    zone_awareness_enabled = true
    zone_awareness_config {
      availability_zone_count = 3
    }
  }
  vpc_options {
    subnet_ids = ["subnet-1"]
  }
}
resource "aws_elasticsearch_domain" "Bad" {
  domain_name = "bad"
}
""",
        """
Resources:
  Good:
    Type: AWS::Elasticsearch::Domain
    Properties:
      DomainName: good
      ElasticsearchVersion: "7.10"
      EncryptionAtRestOptions: {Enabled: true}
      NodeToNodeEncryptionOptions: {Enabled: true}
      DomainEndpointOptions: {EnforceHTTPS: true, TLSSecurityPolicy: Policy-Min-TLS-1-2-2019-07}
      ElasticsearchClusterConfig:
        InstanceCount: 3
        ZoneAwarenessEnabled: true
        ZoneAwarenessConfig: {AvailabilityZoneCount: 3}
      VPCOptions: {SubnetIds: [subnet-1]}
  Bad:
    Type: AWS::Elasticsearch::Domain
    Properties: {DomainName: bad}
""",
    ),
}


@pytest.mark.parametrize("case", PAIRS)
def test_the_template_says_the_same(case: str, tmp_path: Path) -> None:
    """Field by field."""
    type_name, hcl, template = PAIRS[case]
    assert_agree(tmp_path, type_name, hcl=hcl, template=template)
