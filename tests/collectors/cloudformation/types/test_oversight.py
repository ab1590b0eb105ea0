"""The edge, the network, keys, vaults and what watches over an account: a template says what Terraform code says."""

from pathlib import Path

import pytest
from cloudformation_code import assert_agree

PAIRS: dict[str, tuple[str, str, str]] = {
    "web ACLs": (
        "aws.wafv2.web_acl",
        """
resource "aws_cloudwatch_log_group" "Log" {
  name = "aws-waf-logs-scans"
}
resource "aws_wafv2_web_acl" "Good" {
  name  = "good"
  scope = "REGIONAL"
  default_action {
    allow {}
  }
  visibility_config {
    cloudwatch_metrics_enabled = true
    metric_name                = "good"
    sampled_requests_enabled   = true
  }
}
resource "aws_wafv2_web_acl_logging_configuration" "Logging" {
  resource_arn            = aws_wafv2_web_acl.Good.arn
  log_destination_configs = [aws_cloudwatch_log_group.Log.arn]
}
resource "aws_wafv2_web_acl" "Bad" {
  name  = "bad"
  scope = "CLOUDFRONT"
}
""",
        """
Resources:
  Log:
    Type: AWS::Logs::LogGroup
    Properties: {LogGroupName: aws-waf-logs-scans}
  Good:
    Type: AWS::WAFv2::WebACL
    Properties:
      Name: good
      Scope: REGIONAL
      DefaultAction: {Allow: {}}
      VisibilityConfig: {CloudWatchMetricsEnabled: true, MetricName: good, SampledRequestsEnabled: true}
  Logging:
    Type: AWS::WAFv2::LoggingConfiguration
    Properties:
      ResourceArn: !GetAtt Good.Arn
      LogDestinationConfigs: [!GetAtt Log.Arn]
  Bad:
    Type: AWS::WAFv2::WebACL
    Properties: {Name: bad, Scope: CLOUDFRONT}
""",
    ),
    "load balancers behind web ACLs": (
        "aws.elbv2.load_balancer",
        """
resource "aws_wafv2_web_acl" "Acl" {
  name  = "acl"
  scope = "REGIONAL"
}
resource "aws_wafregional_web_acl" "Old" {
  name        = "old"
  metric_name = "old"
}
resource "aws_lb" "Guarded" {
  name               = "guarded"
  load_balancer_type = "application"
}
resource "aws_wafv2_web_acl_association" "Association" {
  resource_arn = aws_lb.Guarded.arn
  web_acl_arn  = aws_wafv2_web_acl.Acl.arn
}
resource "aws_lb" "Older" {
  name               = "older"
  load_balancer_type = "application"
}
resource "aws_wafregional_web_acl_association" "OldAssociation" {
  resource_arn = aws_lb.Older.arn
  web_acl_id   = aws_wafregional_web_acl.Old.id
}
resource "aws_lb" "Bare" {
  name               = "bare"
  load_balancer_type = "application"
}
resource "aws_lb" "Network" {
  name               = "network"
  load_balancer_type = "network"
}
resource "aws_cloudwatch_log_delivery_source" "Source" {
  name         = "connections"
  log_type     = "NLB_ACCESS_LOGS"
  resource_arn = aws_lb.Network.arn
}
resource "aws_cloudwatch_log_delivery" "Delivery" {
  delivery_source_name     = aws_cloudwatch_log_delivery_source.Source.name
  delivery_destination_arn = "arn:aws:logs:us-east-1:123456789012:delivery-destination:d"
}
""",
        """
Resources:
  Acl:
    Type: AWS::WAFv2::WebACL
    Properties: {Name: acl, Scope: REGIONAL}
  Old:
    Type: AWS::WAFRegional::WebACL
    Properties: {Name: old, MetricName: old, DefaultAction: {Type: ALLOW}}
  Guarded:
    Type: AWS::ElasticLoadBalancingV2::LoadBalancer
    Properties: {Name: guarded, Type: application}
  Association:
    Type: AWS::WAFv2::WebACLAssociation
    Properties: {ResourceArn: !Ref Guarded, WebACLArn: !GetAtt Acl.Arn}
  Older:
    Type: AWS::ElasticLoadBalancingV2::LoadBalancer
    Properties: {Name: older, Type: application}
  OldAssociation:
    Type: AWS::WAFRegional::WebACLAssociation
    Properties: {ResourceArn: !Ref Older, WebACLId: !Ref Old}
  Bare:
    Type: AWS::ElasticLoadBalancingV2::LoadBalancer
    Properties: {Name: bare, Type: application}
  Network:
    Type: AWS::ElasticLoadBalancingV2::LoadBalancer
    Properties: {Name: network, Type: network}
  Source:
    Type: AWS::Logs::DeliverySource
    Properties: {Name: connections, LogType: NLB_ACCESS_LOGS, ResourceArn: !Ref Network}
  Delivery:
    Type: AWS::Logs::Delivery
    Properties:
      DeliverySourceName: !Ref Source
      DeliveryDestinationArn: arn:aws:logs:us-east-1:123456789012:delivery-destination:d
""",
    ),
    "stages of HTTP and socket APIs": (
        "aws.apigatewayv2.stage",
        """
resource "aws_apigatewayv2_api" "Http" {
  name          = "http"
  protocol_type = "HTTP"
}
resource "aws_apigatewayv2_api" "Socket" {
  name          = "socket"
  protocol_type = "WEBSOCKET"
}
resource "aws_apigatewayv2_stage" "Good" {
  api_id = aws_apigatewayv2_api.Http.id
  name   = "prod"
  access_log_settings {
    destination_arn = "arn:aws:logs:us-east-1:123456789012:log-group:access"
    format          = "$context.requestId"
  }
  default_route_settings {
    detailed_metrics_enabled = true
  }
}
resource "aws_apigatewayv2_stage" "Speaking" {
  api_id = aws_apigatewayv2_api.Socket.id
  name   = "prod"
  default_route_settings {
    logging_level      = "INFO"
    data_trace_enabled = false
  }
}
resource "aws_apigatewayv2_stage" "Bad" {
  api_id = aws_apigatewayv2_api.Socket.id
  name   = "test"
}
""",
        """
Resources:
  Http:
    Type: AWS::ApiGatewayV2::Api
    Properties: {Name: http, ProtocolType: HTTP}
  Socket:
    Type: AWS::ApiGatewayV2::Api
    Properties: {Name: socket, ProtocolType: WEBSOCKET}
  Good:
    Type: AWS::ApiGatewayV2::Stage
    Properties:
      ApiId: !Ref Http
      StageName: prod
      AccessLogSettings:
        DestinationArn: arn:aws:logs:us-east-1:123456789012:log-group:access
        Format: $context.requestId
      DefaultRouteSettings: {DetailedMetricsEnabled: true}
  Speaking:
    Type: AWS::ApiGatewayV2::Stage
    Properties:
      ApiId: !Ref Socket
      StageName: prod
      DefaultRouteSettings: {LoggingLevel: INFO, DataTraceEnabled: false}
  Bad:
    Type: AWS::ApiGatewayV2::Stage
    Properties: {ApiId: !Ref Socket, StageName: test}
""",
    ),
    "certificates": (
        "aws.acm.certificate",
        """
resource "aws_acm_certificate" "Wide" {
  domain_name       = "*.example.org"
  validation_method = "DNS"
}
resource "aws_acm_certificate" "Private" {
  domain_name               = "scans.example.org"
  certificate_authority_arn = "arn:aws:acm-pca:us-east-1:123456789012:certificate-authority/a"
}
""",
        """
Resources:
  Wide:
    Type: AWS::CertificateManager::Certificate
    Properties: {DomainName: "*.example.org", ValidationMethod: DNS}
  Private:
    Type: AWS::CertificateManager::Certificate
    Properties:
      DomainName: scans.example.org
      CertificateAuthorityArn: arn:aws:acm-pca:us-east-1:123456789012:certificate-authority/a
""",
    ),
    "certificates of servers": (
        "aws.iam.server_certificate",
        """
resource "aws_iam_server_certificate" "Old" {
  name             = "old"
  certificate_body = "given"
  private_key      = "given-later"
}
""",
        """
Resources:
  Old:
    Type: AWS::IAM::ServerCertificate
    Properties: {ServerCertificateName: old, CertificateBody: given, PrivateKey: given-later}
""",
    ),
    "classic load balancers with policies of their own": (
        "aws.elb.load_balancer",
        """
resource "aws_elb" "Good" {
  name     = "good"
  internal = true
  listener {
    lb_port            = 443
    lb_protocol        = "https"
    instance_port      = 80
    instance_protocol  = "http"
    ssl_certificate_id = "arn:aws:acm:us-east-1:123456789012:certificate/c"
  }
}
resource "aws_load_balancer_policy" "Tls" {
  load_balancer_name = aws_elb.Good.name
  policy_name        = "tls"
  policy_type_name   = "SSLNegotiationPolicyType"
  policy_attribute {
    name  = "Reference-Security-Policy"
    value = "ELBSecurityPolicy-TLS-1-2-2017-01"
  }
}
resource "aws_load_balancer_listener_policy" "Listener" {
  load_balancer_name = aws_elb.Good.name
  load_balancer_port = 443
  policy_names       = ["tls"]
}
resource "aws_elb" "Bad" {
  name = "bad"
  listener {
    lb_port           = 80
    lb_protocol       = "http"
    instance_port     = 80
    instance_protocol = "http"
  }
}
""",
        """
Resources:
  Good:
    Type: AWS::ElasticLoadBalancing::LoadBalancer
    Properties:
      LoadBalancerName: good
      Scheme: internal
      CrossZone: true
      Policies:
        - PolicyName: tls
          PolicyType: SSLNegotiationPolicyType
          Attributes: [{Name: Reference-Security-Policy, Value: ELBSecurityPolicy-TLS-1-2-2017-01}]
      Listeners:
        - LoadBalancerPort: "443"
          Protocol: https
          InstancePort: "80"
          InstanceProtocol: http
          SSLCertificateId: arn:aws:acm:us-east-1:123456789012:certificate/c
          PolicyNames: [tls]
  Bad:
    Type: AWS::ElasticLoadBalancing::LoadBalancer
    Properties:
      LoadBalancerName: bad
      CrossZone: true
      Listeners: [{LoadBalancerPort: "80", Protocol: http, InstancePort: "80", InstanceProtocol: http}]
""",
    ),
    "tables of routes": (
        "aws.ec2.route_table",
        """
resource "aws_vpc" "Vpc" {
  cidr_block = "10.0.0.0/16"
}
resource "aws_internet_gateway" "Door" {}
resource "aws_internet_gateway_attachment" "Attached" {
  vpc_id              = aws_vpc.Vpc.id
  internet_gateway_id = aws_internet_gateway.Door.id
}
resource "aws_subnet" "Outer" {
  vpc_id     = aws_vpc.Vpc.id
  cidr_block = "10.0.1.0/24"
}
resource "aws_route_table" "Open" {
  vpc_id = aws_vpc.Vpc.id
}
resource "aws_route" "Out" {
  route_table_id         = aws_route_table.Open.id
  destination_cidr_block = "0.0.0.0/0"
  gateway_id             = aws_internet_gateway.Door.id
}
resource "aws_route" "OutSix" {
  route_table_id              = aws_route_table.Open.id
  destination_ipv6_cidr_block = "::/0"
  gateway_id                  = aws_internet_gateway.Door.id
}
resource "aws_route_table_association" "Association" {
  route_table_id = aws_route_table.Open.id
  subnet_id      = aws_subnet.Outer.id
}
resource "aws_route_table" "Closed" {
  vpc_id = aws_vpc.Vpc.id
}
""",
        """
Resources:
  Vpc:
    Type: AWS::EC2::VPC
    Properties: {CidrBlock: 10.0.0.0/16}
  Door: {Type: AWS::EC2::InternetGateway}
  Attached:
    Type: AWS::EC2::VPCGatewayAttachment
    Properties: {VpcId: !Ref Vpc, InternetGatewayId: !Ref Door}
  Outer:
    Type: AWS::EC2::Subnet
    Properties: {VpcId: !Ref Vpc, CidrBlock: 10.0.1.0/24}
  Open:
    Type: AWS::EC2::RouteTable
    Properties: {VpcId: !Ref Vpc}
  Out:
    Type: AWS::EC2::Route
    Properties: {RouteTableId: !Ref Open, DestinationCidrBlock: 0.0.0.0/0, GatewayId: !Ref Door}
  OutSix:
    Type: AWS::EC2::Route
    Properties: {RouteTableId: !Ref Open, DestinationIpv6CidrBlock: "::/0", GatewayId: !Ref Door}
  Association:
    Type: AWS::EC2::SubnetRouteTableAssociation
    Properties: {RouteTableId: !Ref Open, SubnetId: !Ref Outer}
  Closed:
    Type: AWS::EC2::RouteTable
    Properties: {VpcId: !Ref Vpc}
""",
    ),
    "gateways to the internet": (
        "aws.ec2.internet_gateway",
        """
resource "aws_vpc" "Vpc" {
  cidr_block = "10.0.0.0/16"
}
resource "aws_internet_gateway" "Door" {
  tags = { Name = "door" }
}
resource "aws_internet_gateway_attachment" "Attached" {
  vpc_id              = aws_vpc.Vpc.id
  internet_gateway_id = aws_internet_gateway.Door.id
}
""",
        """
Resources:
  Vpc:
    Type: AWS::EC2::VPC
    Properties: {CidrBlock: 10.0.0.0/16}
  Door:
    Type: AWS::EC2::InternetGateway
    Properties: {Tags: [{Key: Name, Value: door}]}
  Attached:
    Type: AWS::EC2::VPCGatewayAttachment
    Properties: {VpcId: !Ref Vpc, InternetGatewayId: !Ref Door}
""",
    ),
    "groups that admit a list of networks": (
        "aws.ec2.security_group",
        """
resource "aws_ec2_managed_prefix_list" "Offices" {
  name           = "offices"
  address_family = "IPv4"
  max_entries    = 2
  entry {
    cidr        = "198.51.100.0/24"
    description = "north"
  }
  entry {
    cidr = "0.0.0.0/0"
  }
}
resource "aws_security_group" "Group" {
  name = "group"
  ingress {
    protocol        = "tcp"
    from_port       = 22
    to_port         = 22
    prefix_list_ids = [aws_ec2_managed_prefix_list.Offices.id]
  }
  egress {
    protocol    = "-1"
    from_port   = 0
    to_port     = 0
    cidr_blocks = ["0.0.0.0/0"]
  }
}
""",
        """
Resources:
  Offices:
    Type: AWS::EC2::PrefixList
    Properties:
      PrefixListName: offices
      AddressFamily: IPv4
      MaxEntries: 2
      Entries: [{Cidr: 198.51.100.0/24, Description: north}, {Cidr: 0.0.0.0/0}]
  Group:
    Type: AWS::EC2::SecurityGroup
    Properties:
      GroupName: group
      SecurityGroupIngress: [{IpProtocol: tcp, FromPort: 22, ToPort: 22, SourcePrefixListId: !Ref Offices}]
""",
    ),
    "groups of users": (
        "aws.iam.group",
        """
resource "aws_iam_user" "Nurse" {
  name = "nurse"
}
resource "aws_iam_group" "Care" {
  name = "care"
}
resource "aws_iam_group_policy" "Inline" {
  group  = aws_iam_group.Care.name
  name   = "inline"
  policy = jsonencode({ Version = "2012-10-17", Statement = [{ Effect = "Allow", Action = "*", Resource = "*" }] })
}
resource "aws_iam_group_policy_attachment" "Attached" {
  group      = aws_iam_group.Care.name
  policy_arn = "arn:aws:iam::aws:policy/AdministratorAccess"
}
resource "aws_iam_group_membership" "Members" {
  name  = "members"
  group = aws_iam_group.Care.name
  users = [aws_iam_user.Nurse.name]
}
""",
        """
Resources:
  Nurse:
    Type: AWS::IAM::User
    Properties: {UserName: nurse}
  Care:
    Type: AWS::IAM::Group
    Properties:
      GroupName: care
      Policies:
        - PolicyName: inline
          PolicyDocument: {Version: "2012-10-17", Statement: [{Effect: Allow, Action: "*", Resource: "*"}]}
      ManagedPolicyArns: ["arn:aws:iam::aws:policy/AdministratorAccess"]
  Members:
    Type: AWS::IAM::UserToGroupAddition
    Properties: {GroupName: !Ref Care, Users: [!Ref Nurse]}
""",
    ),
    "vaults": (
        "aws.backup.vault",
        """
resource "aws_kms_key" "Key" {}
resource "aws_backup_vault" "Good" {
  name        = "good"
  kms_key_arn = aws_kms_key.Key.arn
  tags        = { Owner = "records" }
}
resource "aws_backup_vault_lock_configuration" "Lock" {
  backup_vault_name   = aws_backup_vault.Good.name
  changeable_for_days = 3
  min_retention_days  = 30
  max_retention_days  = 3650
}
resource "aws_backup_vault_policy" "Policy" {
  backup_vault_name = aws_backup_vault.Good.name
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Deny"
      Principal = "*"
      Action    = ["backup:DeleteRecoveryPoint", "backup:UpdateRecoveryPointLifecycle"]
      Resource  = "*"
    }]
  })
}
resource "aws_backup_vault" "Bad" {
  name = "bad"
}
resource "aws_backup_logically_air_gapped_vault" "Apart" {
  name               = "apart"
  min_retention_days = 7
  max_retention_days = 35
}
""",
        """
Resources:
  Key: {Type: AWS::KMS::Key}
  Good:
    Type: AWS::Backup::BackupVault
    Properties:
      BackupVaultName: good
      EncryptionKeyArn: !GetAtt Key.Arn
      BackupVaultTags: {Owner: records}
      LockConfiguration: {ChangeableForDays: 3, MinRetentionDays: 30, MaxRetentionDays: 3650}
      AccessPolicy:
        Version: "2012-10-17"
        Statement:
          - Effect: Deny
            Principal: "*"
            Action: [backup:DeleteRecoveryPoint, backup:UpdateRecoveryPointLifecycle]
            Resource: "*"
  Bad:
    Type: AWS::Backup::BackupVault
    Properties: {BackupVaultName: bad}
  Apart:
    Type: AWS::Backup::LogicallyAirGappedBackupVault
    Properties: {BackupVaultName: apart, MinRetentionDays: 7, MaxRetentionDays: 35}
""",
    ),
    "databases that a plan chooses": (
        "aws.rds.instance",
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
  }
}
resource "aws_backup_selection" "Selection" {
  plan_id      = aws_backup_plan.Plan.id
  name         = "tagged"
  iam_role_arn = "arn:aws:iam::123456789012:role/backup"
  selection_tag {
    type  = "STRINGEQUALS"
    key   = "Backup"
    value = "yes"
  }
}
resource "aws_db_instance" "Chosen" {
  identifier              = "chosen"
  engine                  = "mysql"
  backup_retention_period = 1
  publicly_accessible     = false
  tags                    = { Backup = "yes" }
}
resource "aws_db_instance" "Left" {
  identifier              = "left"
  engine                  = "mysql"
  backup_retention_period = 1
  publicly_accessible     = false
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
  Selection:
    Type: AWS::Backup::BackupSelection
    Properties:
      BackupPlanId: !Ref Plan
      BackupSelection:
        SelectionName: tagged
        IamRoleArn: arn:aws:iam::123456789012:role/backup
        ListOfTags: [{ConditionType: STRINGEQUALS, ConditionKey: Backup, ConditionValue: "yes"}]
  Chosen:
    Type: AWS::RDS::DBInstance
    Properties:
      DBInstanceIdentifier: chosen
      Engine: mysql
      PubliclyAccessible: false
      Tags: [{Key: Backup, Value: "yes"}]
  Left:
    Type: AWS::RDS::DBInstance
    Properties: {DBInstanceIdentifier: left, Engine: mysql, PubliclyAccessible: false}
""",
    ),
    "a recorder of configuration": (
        "aws.config.region",
        """
resource "aws_config_configuration_recorder" "Recorder" {
  name     = "default"
  role_arn = "arn:aws:iam::123456789012:role/config"
  recording_group {
    all_supported                 = true
    include_global_resource_types = true
  }
}
resource "aws_config_configuration_recorder_status" "Recorder" {
  name       = aws_config_configuration_recorder.Recorder.name
  is_enabled = true
}
resource "aws_config_delivery_channel" "Channel" {
  s3_bucket_name = "configured"
}
""",
        """
Resources:
  Recorder:
    Type: AWS::Config::ConfigurationRecorder
    Properties:
      Name: default
      RoleARN: arn:aws:iam::123456789012:role/config
      RecordingGroup: {AllSupported: true, IncludeGlobalResourceTypes: true}
  Channel:
    Type: AWS::Config::DeliveryChannel
    Properties: {S3BucketName: configured}
""",
    ),
    "what finds threats": (
        "aws.guardduty.region",
        """
resource "aws_guardduty_detector" "Detector" {
  enable                       = true
  finding_publishing_frequency = "FIFTEEN_MINUTES"
}
""",
        """
Resources:
  Detector:
    Type: AWS::GuardDuty::Detector
    Properties: {Enable: true, FindingPublishingFrequency: FIFTEEN_MINUTES}
""",
    ),
    "what gathers findings": (
        "aws.securityhub.region",
        """
resource "aws_securityhub_account" "Hub" {
  enable_default_standards = false
}
resource "aws_securityhub_standards_subscription" "Cis" {
  standards_arn = "arn:aws:securityhub:us-east-1::standards/cis-aws-foundations-benchmark/v/1.4.0"
}
resource "aws_securityhub_product_subscription" "Threats" {
  product_arn = "arn:aws:securityhub:us-east-1::product/aws/guardduty"
}
""",
        """
Resources:
  Hub:
    Type: AWS::SecurityHub::Hub
    Properties: {EnableDefaultStandards: false}
  Cis:
    Type: AWS::SecurityHub::Standard
    Properties: {StandardsArn: "arn:aws:securityhub:us-east-1::standards/cis-aws-foundations-benchmark/v/1.4.0"}
  Threats:
    Type: AWS::SecurityHub::ProductSubscription
    Properties: {ProductArn: "arn:aws:securityhub:us-east-1::product/aws/guardduty"}
""",
    ),
    "what finds what is shared": (
        "aws.accessanalyzer.region",
        """
resource "aws_accessanalyzer_analyzer" "Analyzer" {
  analyzer_name = "outside"
  type          = "ACCOUNT"
}
""",
        """
Resources:
  Analyzer:
    Type: AWS::AccessAnalyzer::Analyzer
    Properties: {AnalyzerName: outside, Type: ACCOUNT}
""",
    ),
    "documents": (
        "aws.ssm.document",
        """
resource "aws_ssm_document" "Run" {
  name          = "run"
  document_type = "Command"
  content       = "{}"
}
""",
        """
Resources:
  Run:
    Type: AWS::SSM::Document
    Properties: {Name: run, DocumentType: Command, Content: {schemaVersion: "2.2"}}
""",
    ),
    "keys of other kinds": (
        "aws.kms.key",
        """
resource "aws_kms_external_key" "Imported" {
  description  = "imported"
  enabled      = true
  multi_region = true
}
resource "aws_kms_replica_key" "Copy" {
  description     = "copy"
  primary_key_arn = "arn:aws:kms:us-east-1:123456789012:key/mrk-1"
  policy          = jsonencode({ Version = "2012-10-17", Statement = [] })
  enabled         = true
}
resource "aws_kms_key" "Signing" {
  description              = "signing"
  customer_master_key_spec = "RSA_2048"
  key_usage                = "SIGN_VERIFY"
  is_enabled               = false
}
""",
        """
Resources:
  Imported:
    Type: AWS::KMS::Key
    Properties: {Description: imported, Origin: EXTERNAL, Enabled: true, MultiRegion: true}
  Copy:
    Type: AWS::KMS::ReplicaKey
    Properties:
      Description: copy
      PrimaryKeyArn: arn:aws:kms:us-east-1:123456789012:key/mrk-1
      KeyPolicy: {Version: "2012-10-17", Statement: []}
      Enabled: true
  Signing:
    Type: AWS::KMS::Key
    Properties: {Description: signing, KeySpec: RSA_2048, KeyUsage: SIGN_VERIFY, Enabled: false}
""",
    ),
    "alarms": (
        "aws.cloudwatch.alarm",
        """
resource "aws_cloudwatch_metric_alarm" "Simple" {
  alarm_name          = "simple"
  namespace           = "Trail"
  metric_name         = "RootUse"
  comparison_operator = "GreaterThanOrEqualToThreshold"
  evaluation_periods  = 1
  alarm_actions       = ["arn:aws:sns:us-east-1:123456789012:alarm"]
}
resource "aws_cloudwatch_metric_alarm" "Computed" {
  alarm_name          = "computed"
  comparison_operator = "GreaterThanOrEqualToThreshold"
  evaluation_periods  = 1
  actions_enabled     = false
  metric_query {
    id = "m"
    metric {
      namespace   = "Trail"
      metric_name = "Denied"
      period      = 300
      stat        = "Sum"
    }
  }
}
""",
        """
Resources:
  Simple:
    Type: AWS::CloudWatch::Alarm
    Properties:
      AlarmName: simple
      Namespace: Trail
      MetricName: RootUse
      ComparisonOperator: GreaterThanOrEqualToThreshold
      EvaluationPeriods: 1
      AlarmActions: ["arn:aws:sns:us-east-1:123456789012:alarm"]
  Computed:
    Type: AWS::CloudWatch::Alarm
    Properties:
      AlarmName: computed
      ComparisonOperator: GreaterThanOrEqualToThreshold
      EvaluationPeriods: 1
      ActionsEnabled: false
      Metrics:
        - Id: m
          MetricStat: {Metric: {Namespace: Trail, MetricName: Denied}, Period: 300, Stat: Sum}
""",
    ),
}


@pytest.mark.parametrize("case", PAIRS)
def test_the_template_says_the_same(case: str, tmp_path: Path) -> None:
    """Field by field."""
    type_name, hcl, template = PAIRS[case]
    assert_agree(tmp_path, type_name, hcl=hcl, template=template)
