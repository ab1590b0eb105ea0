"""`phiward migrate`: what is written loads, what is not carried over is told, and nothing is widened."""

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from phiward.cli.main import main
from phiward.engine import content
from phiward.engine.config_file import load as load_config
from phiward.engine.control import Policy, Severity
from phiward.engine.migrate.written import TO_FILL
from phiward.engine.policy_file import policy_of

if TYPE_CHECKING:
    from phiward.errors import ContentError

CHECKOV = """\
directory: [infra]
skip-path: [bash-tools, ".*/tests"]
framework: [terraform]
output: [cli, sarif]
skip-check:
  - CKV_AWS_117  # one control, one type
  - CKV_AWS_18   # a control that asks many types
  - CKV_AWS_23   # nothing
  - LOW
  - CKV3_*
hard-fail-on: [HIGH]
external-checks-dir: [checks]
"""
BASELINE = """\
{"failed_checks": [{"file": "/infra/main.tf", "findings": [
  {"resource": "aws_s3_bucket.data", "check_ids": ["CKV_AWS_18", "CKV_AWS_999"]},
  {"resource": "module.x.aws_sns_topic.a", "check_ids": ["CKV_AWS_26"]}
]}]}
"""
MUTELIST = """\
Mutelist:
  Accounts:
    "*":
      Checks:
        "iam_password_policy_*":
          Regions: ["*"]
          Resources: ["*"]
        s3_bucket_default_encryption:
          Regions: ["eu-west-1"]
          Resources: [my-bucket, "arn:aws:s3:::other"]
          Description: the archive
        s3_bucket_object_versioning:
          Regions: ["*"]
          Resources: ["^log-.*"]
        ec2_ebs_volume_encryption:
          Regions: ["*"]
          Resources: ["*"]
          Tags: [a=b]
        "*":
          Regions: ["*"]
          Resources: ["*"]
          Tags: ["environment=dev"]
    "123456789012":
      Checks:
        "*":
          Regions: ["*"]
          Resources: ["*"]
          Exceptions: {Resources: [x]}
        awslambda_function_no_secrets:
          Regions: ["*"]
          Resources: ["*"]
"""


@pytest.fixture(autouse=True)
def _home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path(".git").mkdir()


def migrate(capsys: pytest.CaptureFixture[str], tool: str, name: str, text: str) -> list[str]:
    """Migrate a file of this content into `out`; return what is told, without the file's name."""
    Path(name).write_text(text)
    assert main(["migrate", tool, name, "-o", "out"]) == 0
    return [line.removeprefix(f"{name}:") for line in capsys.readouterr().out.splitlines()]


def policy(tool: str) -> Policy:
    """Return the policy that was written, which is whole and right."""
    problems: list[ContentError] = []
    name = f"migrated-from-{tool}.yaml"
    made = policy_of(content.read(Path("out", name)), name, name, problems)
    assert problems == []
    assert made is not None
    assert len(made.requirements) > 50
    return made


def test_checkov(capsys: pytest.CaptureFixture[str]) -> None:
    """A control is left out only where the check is all that it asks; each other line says why not."""
    told = migrate(capsys, "checkov", ".checkov.yaml", CHECKOV)
    config = load_config(Path("out/phiward.yaml"), "phiward.yaml")

    assert policy("checkov").controls.exclude == ("functions-inside-private-network",)
    assert policy("checkov").gate.fail_on == (Severity.CRITICAL, Severity.HIGH)
    assert (config.policy, config.targets, config.format) == ("migrated-from-checkov.yaml", ("infra",), "table")
    assert [each.pattern for each in config.leave_out] == ["bash-tools"]
    assert [line.split(": not carried over")[0] for line in told[:-1]] == [
        "2: skip-path: .*/tests",
        "3: framework",
        "4: output: sarif",
        "7: CKV_AWS_18",
        "8: CKV_AWS_23",
        "9: skip-check: LOW",
        "10: CKV3_*",
        "12: external-checks-dir",
    ]
    assert "it is activity-logged, which also asks" in told[3]


def test_a_baseline_becomes_waivers_that_people_complete(capsys: pytest.CaptureFixture[str]) -> None:
    """`waivers check` finds nothing wrong with them but what only people can say."""
    told = migrate(capsys, "checkov", ".checkov.baseline", BASELINE)
    main(["waivers", "check", "out"])
    problems = [line for line in capsys.readouterr().out.splitlines() if line.startswith("out/")]

    assert [line.split(":")[0] for line in told[:2]] == ["2", "3"]
    assert problems
    assert [line for line in problems if not any(name in line for name in TO_FILL) and ".risk:" not in line] == []
    text = Path("out/waivers/from-checkov.yaml").read_text()
    assert 'resources: ["infra:aws_s3_bucket.data"]' in text
    filled = text.replace('""', '"x"').replace('approved_at: "x"', 'approved_at: "2026-11-02"')
    filled = filled.replace('expires_at: "x"', 'expires_at: "2027-10-31"').replace('by: "x"', 'by: "y"', 1)
    Path("out/waivers/from-checkov.yaml").write_text(filled)
    assert main(["waivers", "check", "out", "--now", "2026-12-01T00:00:00Z"]) == 0


def test_prowler(capsys: pytest.CaptureFixture[str]) -> None:
    """Exact resources become waivers, tags of every check the scope; patterns, accounts and exceptions are told."""
    told = migrate(capsys, "prowler", "mutelist.yaml", MUTELIST)

    assert policy("prowler").controls.exclude == ("passwords-mix-characters",)
    assert [each.id for each in policy("prowler").scope.without] == ["muted-dev"]
    waivers = Path("out/waivers/from-prowler.yaml").read_text()
    assert 'resources: ["arn:aws:s3:::my-bucket", "arn:aws:s3:::other"]' in waivers
    assert 'reason: "the archive"' in waivers
    assert [line.split(": not carried over")[0] for line in told if "not carried" in line] == [
        "5: iam_password_policy_minimum_length_14",
        "5: iam_password_policy_reuse_24",
        "12: s3_bucket_object_versioning in account *",
        "15: ec2_ebs_volume_encryption in account *",
        "25: * in account 123456789012",
        "29: awslambda_function_no_secrets in account 123456789012",
    ]


def test_an_allowlist_is_read_too(capsys: pytest.CaptureFixture[str]) -> None:
    """It is what the mutelist was called before; another file is none."""
    migrate(capsys, "prowler", "allowlist.yaml", MUTELIST.replace("Mutelist", "Allowlist"))
    assert policy("prowler").controls.exclude

    Path("other.yaml").write_text("a: b\n")
    main(["migrate", "prowler", "other.yaml", "-o", "elsewhere"])
    assert "is no mutelist" in capsys.readouterr().out


def test_trivy(capsys: pytest.CaptureFixture[str]) -> None:
    """Ends, paths and vulnerabilities are told; severities and folders are taken over."""
    ignored = "# c\nAVD-AWS-0173\naws-0170 exp:2027-01-01\nCVE-2023-1\nAVD-AWS-0089 # x\n"
    told = migrate(capsys, "trivy", ".trivyignore", ignored)
    assert policy("trivy").controls.exclude == ("default-security-group-closed",)
    assert [line.split(": not carried over")[0] for line in told[:-1]] == [
        "3: aws-0170",
        "4: CVE-2023-1",
        "5: AVD-AWS-0089",
    ]
    assert "until 2027-01-01" in told[0]


def test_trivy_yaml(capsys: pytest.CaptureFixture[str]) -> None:
    """The ignore file in YAML, and the configuration."""
    ignored = (
        "vulnerabilities: [{id: CVE-1}]\nmisconfigurations:\n  - id: AVD-AWS-0173\n"
        "  - {id: AVD-AWS-0009, paths: [a.tf]}\n  - {id: AVD-AWS-0008, expired_at: 2027-01-01}\n"
    )
    told = migrate(capsys, "trivy", ".trivyignore.yaml", ignored)
    assert policy("trivy").controls.exclude == ("default-security-group-closed",)
    assert [line.split(": not carried over")[0] for line in told[:-1]] == [
        "1: vulnerabilities (1)",
        "4: AVD-AWS-0009",
        "5: AVD-AWS-0008",
    ]

    Path("trivy.yaml").write_text("severity: [HIGH, UNKNOWN]\nscan: {skip-dirs: [./examples]}\nformat: sarif\n")
    assert main(["migrate", "trivy", "trivy.yaml", "-o", "second"]) == 0
    config = load_config(Path("second/phiward.yaml"), "phiward.yaml")
    assert ([each.pattern for each in config.leave_out], config.format) == (["examples"], "sarif")


def test_nothing_is_overwritten(capsys: pytest.CaptureFixture[str]) -> None:
    """What is there is somebody's work."""
    migrate(capsys, "checkov", ".checkov.yaml", CHECKOV)

    assert main(["migrate", "checkov", ".checkov.yaml", "-o", "out"]) == 2
    assert "is already there; nothing was written" in capsys.readouterr().err


@pytest.mark.parametrize("tool", ["checkov", "prowler", "trivy"])
@pytest.mark.parametrize("text", ["[]", "a", "a: &a [*a]", "failed_checks: {a: [b]}", "Mutelist: {Accounts: {a: 1}}"])
def test_other_files_are_told_apart(tool: str, text: str, capsys: pytest.CaptureFixture[str]) -> None:
    """Whatever is given ends in a message, never in a traceback."""
    Path("x.yaml").write_text(text)

    assert main(["migrate", tool, "x.yaml", "-o", "out"]) in {0, 2}
    assert "Traceback" not in capsys.readouterr().err
