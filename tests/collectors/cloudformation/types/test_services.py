"""More pairs of Terraform code and templates that say the same."""

from pathlib import Path

import pytest
from cloudformation_code import assert_agree

PAIRS: dict[str, tuple[str, str, str]] = {
    "tables": (
        "aws.dynamodb.table",
        """
resource "aws_kms_key" "Key" {}
resource "aws_dynamodb_table" "Table" {
  name                        = "scans"
  billing_mode                = "PAY_PER_REQUEST"
  deletion_protection_enabled = true
  server_side_encryption {
    enabled     = true
    kms_key_arn = aws_kms_key.Key.arn
  }
  point_in_time_recovery {
    enabled = true
  }
}
resource "aws_dynamodb_table" "Plain" {
  name = "plain"
}
""",
        """
Resources:
  Key: {Type: AWS::KMS::Key}
  Table:
    Type: AWS::DynamoDB::Table
    Properties:
      TableName: scans
      BillingMode: PAY_PER_REQUEST
      DeletionProtectionEnabled: true
      SSESpecification: {SSEEnabled: true, SSEType: KMS, KMSMasterKeyId: !GetAtt Key.Arn}
      PointInTimeRecoverySpecification: {PointInTimeRecoveryEnabled: true}
  Plain:
    Type: AWS::DynamoDB::Table
    Properties: {TableName: plain}
""",
    ),
    "topics": (
        "aws.sns.topic",
        """
resource "aws_kms_key" "Key" {}
resource "aws_sns_topic" "Topic" {
  name              = "alarms"
  kms_master_key_id = aws_kms_key.Key.id
}
resource "aws_sns_topic_policy" "a" {
  arn    = aws_sns_topic.Topic.arn
  policy = jsonencode({ Statement = [{ Effect = "Allow", Principal = "*", Action = "sns:Publish", Resource = "*" }] })
}
resource "aws_sns_topic" "Plain" {
  name = "plain"
}
""",
        """
Resources:
  Key: {Type: AWS::KMS::Key}
  Topic:
    Type: AWS::SNS::Topic
    Properties: {TopicName: alarms, KmsMasterKeyId: !Ref Key}
  Policy:
    Type: AWS::SNS::TopicPolicy
    Properties:
      Topics: [!Ref Topic]
      PolicyDocument: {Statement: [{Effect: Allow, Principal: "*", Action: "sns:Publish", Resource: "*"}]}
  Plain:
    Type: AWS::SNS::Topic
    Properties: {TopicName: plain}
""",
    ),
    "secrets": (
        "aws.secretsmanager.secret",
        """
resource "aws_kms_key" "Key" {}
resource "aws_secretsmanager_secret" "Secret" {
  name       = "db"
  kms_key_id = aws_kms_key.Key.arn
}
resource "aws_secretsmanager_secret_rotation" "a" {
  secret_id = aws_secretsmanager_secret.Secret.id
  rotation_rules {
    automatically_after_days = 30
  }
}
""",
        """
Resources:
  Key: {Type: AWS::KMS::Key}
  Secret:
    Type: AWS::SecretsManager::Secret
    Properties: {Name: db, KmsKeyId: !GetAtt Key.Arn, GenerateSecretString: {}}
  Rotation:
    Type: AWS::SecretsManager::RotationSchedule
    Properties: {SecretId: !Ref Secret, RotationRules: {AutomaticallyAfterDays: 30}}
""",
    ),
    "file systems": (
        "aws.efs.file_system",
        """
resource "aws_kms_key" "Key" {}
resource "aws_efs_file_system" "Files" {
  encrypted  = true
  kms_key_id = aws_kms_key.Key.arn
}
resource "aws_efs_backup_policy" "a" {
  file_system_id = aws_efs_file_system.Files.id
  backup_policy {
    status = "ENABLED"
  }
}
resource "aws_efs_file_system_policy" "a" {
  file_system_id = aws_efs_file_system.Files.id
  policy = jsonencode({
    Statement = [{
      Effect    = "Deny"
      Principal = "*"
      Action    = "*"
      Resource  = "*"
      Condition = { Bool = { "aws:SecureTransport" = "false" } }
    }]
  })
}
resource "aws_efs_file_system" "Plain" {}
""",
        """
Resources:
  Key: {Type: AWS::KMS::Key}
  Files:
    Type: AWS::EFS::FileSystem
    Properties:
      Encrypted: true
      KmsKeyId: !GetAtt Key.Arn
      BackupPolicy: {Status: ENABLED}
      FileSystemPolicy:
        Statement:
          - {Effect: Deny, Principal: "*", Action: "*", Resource: "*", Condition: {Bool: {aws:SecureTransport: "false"}}}
  Plain: {Type: AWS::EFS::FileSystem}
""",
    ),
    "file systems of Windows": (
        "aws.fsx.file_system",
        """
resource "aws_kms_key" "Key" {}
resource "aws_fsx_windows_file_system" "Share" {
  kms_key_id                      = aws_kms_key.Key.arn
  deployment_type                 = "MULTI_AZ_1"
  automatic_backup_retention_days = 30
}
""",
        """
Resources:
  Key: {Type: AWS::KMS::Key}
  Share:
    Type: AWS::FSx::FileSystem
    Properties:
      FileSystemType: WINDOWS
      KmsKeyId: !GetAtt Key.Arn
      WindowsConfiguration: {DeploymentType: MULTI_AZ_1, AutomaticBackupRetentionDays: 30}
""",
    ),
    "streams": (
        "aws.kinesis.stream",
        """
resource "aws_kinesis_stream" "Stream" {
  name             = "scans"
  encryption_type  = "KMS"
  kms_key_id       = "alias/aws/kinesis"
  retention_period = 48
}
""",
        """
Resources:
  Stream:
    Type: AWS::Kinesis::Stream
    Properties:
      Name: scans
      RetentionPeriodHours: 48
      StreamEncryption: {EncryptionType: KMS, KeyId: alias/aws/kinesis}
""",
    ),
    "load balancers": (
        "aws.elbv2.load_balancer",
        """
resource "aws_s3_bucket" "Logs" {
  bucket = "logs"
}
resource "aws_acm_certificate" "Certificate" {
  domain_name = "example.org"
}
resource "aws_lb" "Balancer" {
  name                       = "edge"
  internal                   = false
  subnets                    = ["subnet-1", "subnet-2"]
  enable_deletion_protection = true
  drop_invalid_header_fields = true
  access_logs {
    enabled = true
    bucket  = aws_s3_bucket.Logs.id
  }
}
resource "aws_lb_listener" "Plain" {
  load_balancer_arn = aws_lb.Balancer.arn
  port              = 80
  protocol          = "HTTP"
  default_action {
    type = "redirect"
    redirect {
      protocol    = "HTTPS"
      status_code = "HTTP_301"
    }
  }
}
resource "aws_lb_listener" "Secure" {
  load_balancer_arn = aws_lb.Balancer.arn
  port              = 443
  protocol          = "HTTPS"
  ssl_policy        = "ELBSecurityPolicy-TLS13-1-2-2021-06"
  certificate_arn   = aws_acm_certificate.Certificate.arn
  default_action {
    type             = "forward"
    target_group_arn = "arn:aws:elasticloadbalancing:us-east-1:123456789012:targetgroup/a/1"
  }
}
""",
        """
Resources:
  Logs:
    Type: AWS::S3::Bucket
    Properties: {BucketName: logs}
  Certificate:
    Type: AWS::CertificateManager::Certificate
    Properties: {DomainName: example.org}
  Balancer:
    Type: AWS::ElasticLoadBalancingV2::LoadBalancer
    Properties:
      Name: edge
      Scheme: internet-facing
      Subnets: [subnet-1, subnet-2]
      LoadBalancerAttributes:
        - {Key: deletion_protection.enabled, Value: "true"}
        - {Key: routing.http.drop_invalid_header_fields.enabled, Value: "true"}
        - {Key: access_logs.s3.enabled, Value: "true"}
        - {Key: access_logs.s3.bucket, Value: !Ref Logs}
  Plain:
    Type: AWS::ElasticLoadBalancingV2::Listener
    Properties:
      LoadBalancerArn: !Ref Balancer
      Port: 80
      Protocol: HTTP
      DefaultActions: [{Type: redirect, RedirectConfig: {Protocol: HTTPS, StatusCode: HTTP_301}}]
  Secure:
    Type: AWS::ElasticLoadBalancingV2::Listener
    Properties:
      LoadBalancerArn: !Ref Balancer
      Port: 443
      Protocol: HTTPS
      SslPolicy: ELBSecurityPolicy-TLS13-1-2-2021-06
      Certificates: [{CertificateArn: !Ref Certificate}]
      DefaultActions:
        - Type: forward
          TargetGroupArn: arn:aws:elasticloadbalancing:us-east-1:123456789012:targetgroup/a/1
""",
    ),
    "classic load balancers": (
        "aws.elb.load_balancer",
        """
resource "aws_elb" "Classic" {
  name                      = "classic"
  internal                  = true
  cross_zone_load_balancing = true
  access_logs {
    bucket  = "logs"
    enabled = true
  }
  listener {
    lb_port           = 443
    lb_protocol       = "https"
    instance_port     = 80
    instance_protocol = "http"
  }
}
""",
        """
Resources:
  Classic:
    Type: AWS::ElasticLoadBalancing::LoadBalancer
    Properties:
      LoadBalancerName: classic
      Scheme: internal
      CrossZone: true
      AccessLoggingPolicy: {Enabled: true, S3BucketName: logs}
      Listeners: [{LoadBalancerPort: 443, Protocol: https, InstancePort: 80, InstanceProtocol: http}]
""",
    ),
    "distributions": (
        "aws.cloudfront.distribution",
        """
resource "aws_cloudfront_distribution" "Site" {
  enabled    = true
  aliases    = ["example.org"]
  web_acl_id = "arn:aws:wafv2:us-east-1:123456789012:global/webacl/a/1"
  default_cache_behavior {
    viewer_protocol_policy = "redirect-to-https"
  }
  ordered_cache_behavior {
    viewer_protocol_policy = "allow-all"
  }
  viewer_certificate {
    acm_certificate_arn      = "arn:aws:acm:us-east-1:123456789012:certificate/a"
    minimum_protocol_version = "TLSv1.2_2021"
  }
  logging_config {
    bucket = "logs.s3.amazonaws.com"
  }
}
""",
        """
Resources:
  Site:
    Type: AWS::CloudFront::Distribution
    Properties:
      DistributionConfig:
        Enabled: true
        Aliases: [example.org]
        WebACLId: arn:aws:wafv2:us-east-1:123456789012:global/webacl/a/1
        DefaultCacheBehavior: {ViewerProtocolPolicy: redirect-to-https}
        CacheBehaviors: [{ViewerProtocolPolicy: allow-all}]
        ViewerCertificate:
          AcmCertificateArn: arn:aws:acm:us-east-1:123456789012:certificate/a
          MinimumProtocolVersion: TLSv1.2_2021
        Logging: {Bucket: logs.s3.amazonaws.com}
""",
    ),
    "search domains": (
        "aws.opensearch.domain",
        """
resource "aws_opensearch_domain" "Domain" {
  domain_name    = "scans"
  engine_version = "OpenSearch_2.11"
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
  vpc_options {
    subnet_ids = ["subnet-1"]
  }
  cluster_config {
    zone_awareness_enabled = true
  }
  log_publishing_options {
    log_type                 = "AUDIT_LOGS"
    cloudwatch_log_group_arn = "arn:aws:logs:us-east-1:123456789012:log-group:a"
  }
}
""",
        """
Resources:
  Domain:
    Type: AWS::OpenSearchService::Domain
    Properties:
      DomainName: scans
      EngineVersion: OpenSearch_2.11
      EncryptionAtRestOptions: {Enabled: true}
      NodeToNodeEncryptionOptions: {Enabled: true}
      DomainEndpointOptions: {EnforceHTTPS: true, TLSSecurityPolicy: Policy-Min-TLS-1-2-2019-07}
      VPCOptions: {SubnetIds: [subnet-1]}
      ClusterConfig: {ZoneAwarenessEnabled: true}
      LogPublishingOptions:
        AUDIT_LOGS: {Enabled: true, CloudWatchLogsLogGroupArn: "arn:aws:logs:us-east-1:123456789012:log-group:a"}
""",
    ),
    "task definitions": (
        "aws.ecs.task_definition",
        """
resource "aws_iam_role" "Role" {
  assume_role_policy = jsonencode({ Statement = [] })
}
resource "aws_ecs_task_definition" "Task" {
  family        = "reader"
  network_mode  = "awsvpc"
  task_role_arn = aws_iam_role.Role.arn
  container_definitions = jsonencode([{
    name                   = "app"
    image                  = "a"
    privileged             = true
    readonlyRootFilesystem = true
    user                   = "1000"
    environment            = [{ name = "DB_PASSWORD", value = "x" }]
    logConfiguration       = { logDriver = "awslogs", options = { "awslogs-group" = "g" } }
  }])
}
""",
        """
Resources:
  Role:
    Type: AWS::IAM::Role
    Properties: {AssumeRolePolicyDocument: {Statement: []}}
  Task:
    Type: AWS::ECS::TaskDefinition
    Properties:
      Family: reader
      NetworkMode: awsvpc
      TaskRoleArn: !GetAtt Role.Arn
      ContainerDefinitions:
        - Name: app
          Image: a
          Privileged: true
          ReadonlyRootFilesystem: true
          User: "1000"
          Environment: [{Name: DB_PASSWORD, Value: x}]
          LogConfiguration: {LogDriver: awslogs, Options: {awslogs-group: g}}
""",
    ),
    "clusters of Kubernetes": (
        "aws.eks.cluster",
        """
resource "aws_kms_key" "Key" {}
resource "aws_eks_cluster" "Cluster" {
  name                      = "apps"
  version                   = "1.31"
  enabled_cluster_log_types = ["api", "audit"]
  vpc_config {
    endpoint_public_access  = true
    endpoint_private_access = true
    public_access_cidrs     = ["192.0.2.0/24"]
  }
  encryption_config {
    resources = ["secrets"]
    provider {
      key_arn = aws_kms_key.Key.arn
    }
  }
}
""",
        """
Resources:
  Key: {Type: AWS::KMS::Key}
  Cluster:
    Type: AWS::EKS::Cluster
    Properties:
      Name: apps
      Version: "1.31"
      Logging: {ClusterLogging: {EnabledTypes: [{Type: api}, {Type: audit}]}}
      ResourcesVpcConfig:
        EndpointPublicAccess: true
        EndpointPrivateAccess: true
        PublicAccessCidrs: [192.0.2.0/24]
      EncryptionConfig: [{Resources: [secrets], Provider: {KeyArn: !GetAtt Key.Arn}}]
""",
    ),
    "subnets with a way to the internet": (
        "aws.ec2.subnet",
        """
resource "aws_vpc" "Vpc" {
  cidr_block = "10.0.0.0/16"
}
resource "aws_internet_gateway" "Gateway" {}
resource "aws_internet_gateway_attachment" "a" {
  vpc_id              = aws_vpc.Vpc.id
  internet_gateway_id = aws_internet_gateway.Gateway.id
}
resource "aws_route_table" "Table" {
  vpc_id = aws_vpc.Vpc.id
}
resource "aws_route" "a" {
  route_table_id         = aws_route_table.Table.id
  destination_cidr_block = "0.0.0.0/0"
  gateway_id             = aws_internet_gateway.Gateway.id
}
resource "aws_subnet" "Public" {
  vpc_id                  = aws_vpc.Vpc.id
  cidr_block              = "10.0.1.0/24"
  map_public_ip_on_launch = true
}
resource "aws_route_table_association" "a" {
  subnet_id      = aws_subnet.Public.id
  route_table_id = aws_route_table.Table.id
}
""",
        """
Resources:
  Vpc:
    Type: AWS::EC2::VPC
    Properties: {CidrBlock: 10.0.0.0/16}
  Gateway: {Type: AWS::EC2::InternetGateway}
  Attached:
    Type: AWS::EC2::VPCGatewayAttachment
    Properties: {VpcId: !Ref Vpc, InternetGatewayId: !Ref Gateway}
  Table:
    Type: AWS::EC2::RouteTable
    Properties: {VpcId: !Ref Vpc}
  Route:
    Type: AWS::EC2::Route
    Properties: {RouteTableId: !Ref Table, DestinationCidrBlock: 0.0.0.0/0, GatewayId: !Ref Gateway}
  Public:
    Type: AWS::EC2::Subnet
    Properties: {VpcId: !Ref Vpc, CidrBlock: 10.0.1.0/24, MapPublicIpOnLaunch: true}
  Association:
    Type: AWS::EC2::SubnetRouteTableAssociation
    Properties: {SubnetId: !Ref Public, RouteTableId: !Ref Table}
""",
    ),
    "networks with flow logs": (
        "aws.ec2.vpc",
        """
resource "aws_cloudwatch_log_group" "Group" {
  name = "flows"
}
resource "aws_vpc" "Vpc" {
  cidr_block = "10.0.0.0/16"
}
resource "aws_flow_log" "a" {
  vpc_id          = aws_vpc.Vpc.id
  traffic_type    = "REJECT"
  log_destination = aws_cloudwatch_log_group.Group.arn
}
resource "aws_vpc_endpoint" "a" {
  vpc_id            = aws_vpc.Vpc.id
  vpc_endpoint_type = "Interface"
  service_name      = "com.amazonaws.us-east-1.ec2"
}
""",
        """
Resources:
  Group:
    Type: AWS::Logs::LogGroup
    Properties: {LogGroupName: flows}
  Vpc:
    Type: AWS::EC2::VPC
    Properties: {CidrBlock: 10.0.0.0/16}
  Flow:
    Type: AWS::EC2::FlowLog
    Properties:
      ResourceType: VPC
      ResourceId: !Ref Vpc
      TrafficType: REJECT
      LogDestination: !GetAtt Group.Arn
  Endpoint:
    Type: AWS::EC2::VPCEndpoint
    Properties: {VpcId: !Ref Vpc, VpcEndpointType: Interface, ServiceName: com.amazonaws.us-east-1.ec2}
""",
    ),
    "network ACLs": (
        "aws.ec2.network_acl",
        """
resource "aws_vpc" "Vpc" {
  cidr_block = "10.0.0.0/16"
}
resource "aws_network_acl" "Acl" {
  vpc_id = aws_vpc.Vpc.id
}
resource "aws_network_acl_rule" "a" {
  network_acl_id = aws_network_acl.Acl.id
  rule_number    = 100
  egress         = false
  protocol       = "6"
  rule_action    = "allow"
  cidr_block     = "0.0.0.0/0"
  from_port      = 22
  to_port        = 22
}
""",
        """
Resources:
  Vpc:
    Type: AWS::EC2::VPC
    Properties: {CidrBlock: 10.0.0.0/16}
  Acl:
    Type: AWS::EC2::NetworkAcl
    Properties: {VpcId: !Ref Vpc}
  Rule:
    Type: AWS::EC2::NetworkAclEntry
    Properties:
      NetworkAclId: !Ref Acl
      RuleNumber: 100
      Protocol: 6
      RuleAction: allow
      CidrBlock: 0.0.0.0/0
      PortRange: {From: 22, To: 22}
""",
    ),
    "caches": (
        "aws.elasticache.replication_group",
        """
resource "aws_elasticache_replication_group" "Cache" {
  replication_group_id       = "cache"
  engine                     = "redis"
  engine_version             = "7.1"
  at_rest_encryption_enabled = true
  transit_encryption_enabled = true
  multi_az_enabled           = true
  snapshot_retention_limit   = 7
}
""",
        """
Resources:
  Cache:
    Type: AWS::ElastiCache::ReplicationGroup
    Properties:
      ReplicationGroupId: cache
      Engine: redis
      EngineVersion: "7.1"
      AtRestEncryptionEnabled: true
      TransitEncryptionEnabled: true
      MultiAZEnabled: true
      SnapshotRetentionLimit: 7
""",
    ),
    "warehouses": (
        "aws.redshift.cluster",
        """
resource "aws_redshift_parameter_group" "Group" {
  name   = "tls"
  family = "redshift-1.0"
  parameter {
    name  = "require_ssl"
    value = "true"
  }
}
resource "aws_redshift_cluster" "Cluster" {
  cluster_identifier                  = "scans"
  encrypted                           = true
  publicly_accessible                 = false
  enhanced_vpc_routing                = true
  automated_snapshot_retention_period = 14
  cluster_parameter_group_name        = aws_redshift_parameter_group.Group.name
}
resource "aws_redshift_logging" "a" {
  cluster_identifier = aws_redshift_cluster.Cluster.id
  bucket_name        = "logs"
}
""",
        """
Resources:
  Group:
    Type: AWS::Redshift::ClusterParameterGroup
    Properties:
      ParameterGroupName: tls
      ParameterGroupFamily: redshift-1.0
      Parameters: [{ParameterName: require_ssl, ParameterValue: "true"}]
  Cluster:
    Type: AWS::Redshift::Cluster
    Properties:
      ClusterIdentifier: scans
      Encrypted: true
      PubliclyAccessible: false
      EnhancedVpcRouting: true
      AutomatedSnapshotRetentionPeriod: 14
      ClusterParameterGroupName: !Ref Group
      LoggingProperties: {BucketName: logs}
""",
    ),
    "stages": (
        "aws.apigateway.stage",
        """
resource "aws_api_gateway_rest_api" "Api" {
  name = "api"
}
resource "aws_api_gateway_stage" "Stage" {
  rest_api_id          = aws_api_gateway_rest_api.Api.id
  stage_name           = "live"
  xray_tracing_enabled = true
  access_log_settings {
    destination_arn = "arn:aws:logs:us-east-1:123456789012:log-group:a"
    format          = "x"
  }
}
resource "aws_api_gateway_method_settings" "a" {
  rest_api_id = aws_api_gateway_rest_api.Api.id
  stage_name  = aws_api_gateway_stage.Stage.stage_name
  method_path = "*/*"
  settings {
    logging_level = "INFO"
  }
}
""",
        """
Resources:
  Api:
    Type: AWS::ApiGateway::RestApi
    Properties: {Name: api}
  Stage:
    Type: AWS::ApiGateway::Stage
    Properties:
      RestApiId: !Ref Api
      StageName: live
      TracingEnabled: true
      AccessLogSetting: {DestinationArn: "arn:aws:logs:us-east-1:123456789012:log-group:a", Format: x}
      MethodSettings: [{ResourcePath: "/*", HttpMethod: "*", LoggingLevel: INFO}]
""",
    ),
    "scaling groups": (
        "aws.autoscaling.group",
        """
resource "aws_launch_template" "Template" {
  name = "web"
}
resource "aws_autoscaling_group" "Group" {
  name              = "web"
  health_check_type = "ELB"
  target_group_arns = ["arn:aws:elasticloadbalancing:us-east-1:123456789012:targetgroup/a/1"]
  launch_template {
    id = aws_launch_template.Template.id
  }
  tag {
    key                 = "a"
    value               = "b"
    propagate_at_launch = true
  }
}
""",
        """
Resources:
  Template:
    Type: AWS::EC2::LaunchTemplate
    Properties: {LaunchTemplateName: web, LaunchTemplateData: {}}
  Group:
    Type: AWS::AutoScaling::AutoScalingGroup
    Properties:
      AutoScalingGroupName: web
      HealthCheckType: ELB
      TargetGroupARNs: ["arn:aws:elasticloadbalancing:us-east-1:123456789012:targetgroup/a/1"]
      LaunchTemplate: {LaunchTemplateId: !Ref Template, Version: "1"}
      Tags: [{Key: a, Value: b, PropagateAtLaunch: true}]
""",
    ),
    "backup plans": (
        "aws.backup.plan",
        """
resource "aws_backup_plan" "Plan" {
  name = "daily"
  rule {
    rule_name         = "daily"
    target_vault_name = "vault"
    schedule          = "cron(0 5 * * ? *)"
    lifecycle {
      delete_after = 35
    }
    copy_action {
      destination_vault_arn = "arn:aws:backup:us-west-2:123456789012:backup-vault:v"
    }
  }
}
""",
        """
Resources:
  Plan:
    Type: AWS::Backup::BackupPlan
    Properties:
      BackupPlan:
        BackupPlanName: daily
        BackupPlanRule:
          - RuleName: daily
            TargetBackupVault: vault
            ScheduleExpression: cron(0 5 * * ? *)
            Lifecycle: {DeleteAfterDays: 35}
            CopyActions: [{DestinationBackupVaultArn: "arn:aws:backup:us-west-2:123456789012:backup-vault:v"}]
""",
    ),
}


@pytest.mark.parametrize("case", PAIRS)
def test_the_template_says_the_same(case: str, tmp_path: Path) -> None:
    """Field by field."""
    type_name, hcl, template = PAIRS[case]
    assert_agree(tmp_path, type_name, hcl=hcl, template=template)
