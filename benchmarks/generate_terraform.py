"""A repository of Terraform with known violations: what a scan must find, and what it must not claim.

    python benchmarks/generate_terraform.py FOLDER [STACKS]

Each stack is a root module of 20 resource instances made by a shared module with for_each, by count, by for_each and by
dynamic blocks. `expected()` tells the truth about them: (address, control, verdict).
"""

import sys
from collections.abc import Iterator
from pathlib import Path

PER_STACK = 20

MODULE = """\
variable "name" {
  type = string
}

variable "versions" {
  type    = bool
  default = true
}

resource "aws_s3_bucket" "this" {
  bucket = var.name
}

resource "aws_s3_bucket_versioning" "this" {
  bucket = aws_s3_bucket.this.id

  versioning_configuration {
    status = var.versions ? "Enabled" : "Suspended"
  }
}

resource "aws_s3_bucket_server_side_encryption_configuration" "this" {
  bucket = aws_s3_bucket.this.id

  rule {
    apply_server_side_encryption_by_default {
      sse_algorithm = "aws:kms"
    }
  }
}

resource "aws_s3_bucket_public_access_block" "this" {
  bucket                  = aws_s3_bucket.this.id
  block_public_acls       = true
  block_public_policy     = true
  ignore_public_acls      = true
  restrict_public_buckets = true
}
"""

STACK = """\
provider "aws" {{
  region = "us-east-1"
}}

variable "protect" {{
  type = bool
}}

locals {{
  encrypted = {encrypted}
  rules = {{
    https = {{ port = 443, from = "0.0.0.0/0" }}
    ssh   = {{ port = 22, from = {ssh} }}
  }}
}}

module "store" {{
  source   = "../modules/store"
  for_each = toset(["images", "letters", "exports"])

  name     = "stack-{n}-${{each.key}}"
  versions = {versions}
}}

resource "aws_kms_key" "this" {{
  description         = "stack {n}"
  enable_key_rotation = {rotation}
}}

resource "aws_db_instance" "records" {{
  count = 2

  identifier          = format("stack-{n}-%d", count.index)
  engine              = "postgres"
  engine_version      = "16.8"
  instance_class      = "db.m6g.large"
  allocated_storage   = 20
  storage_encrypted   = local.encrypted
  kms_key_id          = aws_kms_key.this.arn
  publicly_accessible = {public}
  deletion_protection = var.protect
}}

resource "aws_ebs_volume" "data" {{
  for_each = {{ a = 10, b = 20 }}

  availability_zone = "us-east-1${{each.key}}"
  size              = each.value
  encrypted         = local.encrypted
}}

resource "aws_security_group" "app" {{
  name = "stack-{n}"

  dynamic "ingress" {{
    for_each = local.rules

    content {{
      from_port   = ingress.value.port
      to_port     = ingress.value.port
      protocol    = "tcp"
      cidr_blocks = [ingress.value.from]
    }}
  }}
}}

resource "aws_cloudwatch_log_group" "app" {{
  name              = "/stack/{n}"
  retention_in_days = {retention}
}}

resource "aws_iam_policy" "app" {{
  name = "stack-{n}"
  policy = jsonencode({{
    Version = "2012-10-17"
    Statement = [{{
      Effect   = "Allow"
      Action   = {action}
      Resource = {resource}
    }}]
  }})
}}
"""


def settings(n: int) -> dict[str, bool]:
    """Say which violations are planted in a stack: different ones in different stacks."""
    return {
        "plain": n % 5 == 0,
        "ssh": n % 5 == 1,
        "public": n % 7 == 0,
        "unversioned": n % 6 == 0,
        "short": n % 4 == 0,
        "unrotated": n % 3 == 0,
        "everything": n % 8 == 0,
    }


def generate(folder: Path, stacks: int) -> None:
    """Write the repository."""
    module = folder / "modules" / "store"
    module.mkdir(parents=True)
    (module / "main.tf").write_text(MODULE)
    for n in range(stacks):
        bad = settings(n)
        root = folder / f"stack-{n:04d}"
        root.mkdir()
        text = STACK.format(
            n=n,
            encrypted=str(not bad["plain"]).lower(),
            ssh='"0.0.0.0/0"' if bad["ssh"] else '"10.0.0.0/8"',
            versions=str(not bad["unversioned"]).lower(),
            rotation=str(not bad["unrotated"]).lower(),
            public=str(bad["public"]).lower(),
            retention=7 if bad["short"] else 731,
            action='"*"' if bad["everything"] else '["s3:GetObject"]',
            resource='"*"' if bad["everything"] else '"arn:aws:s3:::stack/*"',
        )
        (root / "main.tf").write_text(text)


def expected(stacks: int) -> Iterator[tuple[str, str, str]]:
    """Yield (resource id, control, verdict) for everything that is planted, the good and the unknown too."""
    for n in range(stacks):
        bad = settings(n)
        root = f"stack-{n:04d}:"

        def verdict(planted: str, bad: dict[str, bool] = bad) -> str:
            return "fail" if bad[planted] else "pass"

        for i in range(2):
            database = f"{root}aws_db_instance.records[{i}]"
            yield database, "data-store-encrypted-at-rest", verdict("plain")
            yield database, "database-has-no-public-address", verdict("public")
            yield database, "data-store-protected-from-deletion", "unknown"
        for key in ("a", "b"):
            yield f'{root}aws_ebs_volume.data["{key}"]', "data-store-encrypted-at-rest", verdict("plain")
        for key in ("exports", "images", "letters"):
            bucket = f'{root}module.store["{key}"].aws_s3_bucket.this'
            yield bucket, "data-versions-kept", verdict("unversioned")
            yield bucket, "data-store-not-public", "pass"
        yield f"{root}aws_security_group.app", "remote-administration-not-open-to-world", verdict("ssh")
        yield f"{root}aws_cloudwatch_log_group.app", "logs-kept-long-enough", verdict("short")
        yield f"{root}aws_kms_key.this", "encryption-key-rotates", verdict("unrotated")
        yield f"{root}aws_iam_policy.app", "policy-does-not-allow-everything", verdict("everything")


if __name__ == "__main__":
    generate(Path(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else 50)
