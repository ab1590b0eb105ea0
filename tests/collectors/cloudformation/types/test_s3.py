"""Buckets: a template says what Terraform code says."""

from pathlib import Path

from cloudformation_code import assert_agree, collected

from phiward.inventory.model import Unknown

HCL = """
resource "aws_kms_key" "Key" {
  enable_key_rotation = true
}
resource "aws_s3_bucket" "Logs" {
  bucket = "logs"
}
resource "aws_s3_bucket" "Scans" {
  bucket              = "scans"
  object_lock_enabled = true
  tags = { data = "ephi" }
}
resource "aws_s3_bucket_server_side_encryption_configuration" "a" {
  bucket = aws_s3_bucket.Scans.id
  rule {
    apply_server_side_encryption_by_default {
      sse_algorithm     = "aws:kms"
      kms_master_key_id = aws_kms_key.Key.arn
    }
    bucket_key_enabled = true
  }
}
resource "aws_s3_bucket_public_access_block" "a" {
  bucket                  = aws_s3_bucket.Scans.id
  block_public_acls       = true
  block_public_policy     = true
  ignore_public_acls      = true
  restrict_public_buckets = true
}
resource "aws_s3_bucket_ownership_controls" "a" {
  bucket = aws_s3_bucket.Scans.id
  rule {
    object_ownership = "BucketOwnerEnforced"
  }
}
resource "aws_s3_bucket_versioning" "a" {
  bucket = aws_s3_bucket.Scans.id
  versioning_configuration {
    status = "Enabled"
  }
}
resource "aws_s3_bucket_object_lock_configuration" "a" {
  bucket = aws_s3_bucket.Scans.id
  rule {
    default_retention {
      mode = "COMPLIANCE"
      days = 30
    }
  }
}
resource "aws_s3_bucket_logging" "a" {
  bucket        = aws_s3_bucket.Scans.id
  target_bucket = aws_s3_bucket.Logs.id
  target_prefix = "scans/"
}
resource "aws_s3_bucket_lifecycle_configuration" "a" {
  bucket = aws_s3_bucket.Scans.id
  rule {
    id     = "old"
    status = "Enabled"
    noncurrent_version_expiration {
      noncurrent_days = 90
    }
  }
}
resource "aws_s3_bucket_notification" "a" {
  bucket      = aws_s3_bucket.Scans.id
  eventbridge = true
}
resource "aws_s3_bucket_policy" "a" {
  bucket = aws_s3_bucket.Scans.id
  policy = jsonencode({
    Statement = [{
      Effect    = "Deny"
      Principal = "*"
      Action    = "s3:*"
      Resource  = ["arn:aws:s3:::scans", "arn:aws:s3:::scans/*"]
      Condition = { Bool = { "aws:SecureTransport" = "false" } }
    }]
  })
}
"""
TEMPLATE = """
AWSTemplateFormatVersion: 2010-09-09
Resources:
  Key:
    Type: AWS::KMS::Key
    Properties: {EnableKeyRotation: true}
  Logs:
    Type: AWS::S3::Bucket
    Properties: {BucketName: logs}
  Scans:
    Type: AWS::S3::Bucket
    Properties:
      BucketName: scans
      ObjectLockEnabled: true
      Tags: [{Key: data, Value: ephi}]
      BucketEncryption:
        ServerSideEncryptionConfiguration:
          - ServerSideEncryptionByDefault: {SSEAlgorithm: "aws:kms", KMSMasterKeyID: !GetAtt Key.Arn}
            BucketKeyEnabled: true
      PublicAccessBlockConfiguration:
        BlockPublicAcls: true
        BlockPublicPolicy: true
        IgnorePublicAcls: true
        RestrictPublicBuckets: true
      OwnershipControls: {Rules: [{ObjectOwnership: BucketOwnerEnforced}]}
      VersioningConfiguration: {Status: Enabled}
      ObjectLockConfiguration:
        ObjectLockEnabled: Enabled
        Rule: {DefaultRetention: {Mode: COMPLIANCE, Days: 30}}
      LoggingConfiguration: {DestinationBucketName: !Ref Logs, LogFilePrefix: scans/}
      LifecycleConfiguration:
        Rules:
          - Id: old
            Status: Enabled
            NoncurrentVersionExpirationInDays: 90
      NotificationConfiguration: {EventBridgeConfiguration: {}}
  Policy:
    Type: AWS::S3::BucketPolicy
    Properties:
      Bucket: !Ref Scans
      PolicyDocument:
        Statement:
          - Effect: Deny
            Principal: "*"
            Action: s3:*
            Resource: ["arn:aws:s3:::scans", !Sub "arn:aws:s3:::${Scans}/*"]
            Condition: {Bool: {aws:SecureTransport: "false"}}
"""


def test_a_careful_bucket_is_the_same(tmp_path: Path) -> None:
    """With everything that a bucket may have."""
    assert_agree(tmp_path, "aws.s3.bucket", hcl=HCL, template=TEMPLATE)


def test_a_careless_bucket_is_the_same(tmp_path: Path) -> None:
    """With nothing but a public list of grants."""
    hcl = """
resource "aws_s3_bucket" "Open" {
  acl = "public-read"
}
"""
    template = """
Resources:
  Open:
    Type: AWS::S3::Bucket
    Properties: {AccessControl: PublicRead}
"""
    assert_agree(tmp_path, "aws.s3.bucket", hcl=hcl, template=template)


def test_a_bucket_without_another_to_log_to_keeps_its_own_log(tmp_path: Path) -> None:
    """CloudFormation: without `DestinationBucketName`, the log goes to the bucket itself."""
    template = """
Resources:
  Self:
    Type: AWS::S3::Bucket
    Properties: {LoggingConfiguration: {LogFilePrefix: log/}}
"""
    assert collected(tmp_path, template)["Self"].relations["logging_destination"] == ("template.yaml:Self",)


def test_a_setting_behind_an_undecided_condition_is_unknown(tmp_path: Path) -> None:
    """It may be there or not."""
    template = """
Parameters:
  Stage: {Type: String}
Conditions:
  Live: !Equals [!Ref Stage, live]
Resources:
  Scans:
    Type: AWS::S3::Bucket
    Properties:
      VersioningConfiguration: !If [Live, {Status: Enabled}, !Ref "AWS::NoValue"]
"""
    integrity = collected(tmp_path, template)["Scans"].integrity

    assert integrity is not None
    assert not isinstance(integrity, Unknown)
    assert isinstance(integrity.versioned, Unknown)
    assert "the parameter Stage has no value" in integrity.versioned.reason


def test_a_policy_finds_its_bucket_by_name(tmp_path: Path) -> None:
    """And its lines are those of the policy."""
    template = """
Resources:
  Scans:
    Type: AWS::S3::Bucket
    Properties: {BucketName: scans}
  Policy:
    Type: AWS::S3::BucketPolicy
    Properties:
      Bucket: scans
      PolicyDocument:
        Statement:
          - {Effect: Allow, Principal: "*", Action: "s3:GetObject", Resource: "arn:aws:s3:::scans/*"}
"""
    bucket = collected(tmp_path, template)["Scans"]

    assert bucket.exposure is not None
    assert not isinstance(bucket.exposure, Unknown)
    assert bucket.exposure.public is True or isinstance(bucket.exposure.public, Unknown)
    assert bucket.lines["exposure"].line == 10
