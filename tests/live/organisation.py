"""A simulated AWS organisation: a management account with members, good and bad, one of them closed."""

from typing import Any

ROLE = "phiward-audit"
REGIONS = ("us-east-1", "eu-west-1")
MANAGEMENT = "123456789012"


class Organisation:
    """The accounts, by their names."""

    def __init__(self, *names: str) -> None:
        import boto3

        organizations = boto3.client("organizations", region_name="us-east-1")
        organizations.create_organization(FeatureSet="ALL")
        self.accounts = {name: self._create(organizations, name) for name in names}
        self._organizations = organizations

    @staticmethod
    def _create(organizations: Any, name: str) -> str:
        made = organizations.create_account(AccountName=name, Email=f"{name}@example.com")
        return str(made["CreateAccountStatus"]["AccountId"])

    def close(self, name: str) -> None:
        """Suspend an account."""
        self._organizations.close_account(AccountId=self.accounts[name])

    def client(self, name: str, service: str, region: str = "us-east-1") -> Any:
        """Return a client of a service in an account."""
        import boto3

        sts = boto3.client("sts", region_name="us-east-1")
        arn = f"arn:aws:iam::{self.accounts[name]}:role/setup"
        keys = sts.assume_role(RoleArn=arn, RoleSessionName="setup")["Credentials"]
        return boto3.client(
            service,
            region_name=region,
            aws_access_key_id=keys["AccessKeyId"],
            aws_secret_access_key=keys["SecretAccessKey"],
            aws_session_token=keys["SessionToken"],
        )

    def fill(self, name: str, *, good: bool) -> None:
        """Give an account a log group, a key and a bucket in each region."""
        for region in REGIONS:
            logs = self.client(name, "logs", region)
            logs.create_log_group(logGroupName=f"{name}-{region}", tags={"env": "prod" if good else "test"})
            if good:
                logs.put_retention_policy(logGroupName=f"{name}-{region}", retentionInDays=2557)
            kms = self.client(name, "kms", region)
            key = kms.create_key(Tags=[{"TagKey": "env", "TagValue": "prod"}])["KeyMetadata"]["KeyId"]
            if good:
                kms.enable_key_rotation(KeyId=key)
        self.client(name, "s3").create_bucket(Bucket=f"{name}-data")
