"""`phiward fix`: a patch that was seen to mend, and nothing that people must decide."""

import stat
import subprocess
from pathlib import Path

import pytest

from phiward.cli import fix, fix_examples
from phiward.cli.main import main
from phiward.cli.mending import Plan
from phiward.cli.rulebook import load
from phiward.engine.library import Library
from phiward.inventory.catalog import Catalog

POLICY = "hipaa-security-rule"
DECLARING = sorted(
    path.stem for path in (Path(__file__).parents[2] / "controls").rglob("*.yaml") if "\n  fixes:" in path.read_text()
)

CLINIC = """\
# The patients' records.
resource "aws_db_instance" "records" {
  engine              = "postgres"
  publicly_accessible = true # for the vendor
  deletion_protection = var.protect
  storage_encrypted   = false

  tags = { ephi = "yes" }
}

variable "protect" {
  default = false
}

resource "aws_lambda_function" "web" {
  count   = 2
  runtime = "python3.13"

  description = <<-EOT
    # no comment
    tracing_config {}
  EOT
}

module "key" {
  source  = "./key"
  rotates = false
}
"""
KEY = """\
variable "rotates" {}

resource "aws_kms_key" "this" {
  enable_key_rotation = var.rotates
}
"""


@pytest.fixture
def clinic(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a folder of code, as the current one."""
    (tmp_path / "main.tf").write_text(CLINIC)
    (tmp_path / "key").mkdir()
    (tmp_path / "key/main.tf").write_text(KEY)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def fails(capsys: pytest.CaptureFixture[str], path: str = ".") -> set[str]:
    """Return what fails, as `control resource`."""
    import json

    capsys.readouterr()
    main(["scan", path, "--format", "json", "-q"])
    found = json.loads(capsys.readouterr().out)["findings"]
    return {f"{each['control']} {each['resource']['id']}" for each in found if each["verdict"] == "fail"}


def test_the_patch_mends_what_it_says_and_breaks_nothing(clinic: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Taken over by git, the findings are gone."""
    before = fails(capsys)
    assert main(["fix", ".", "--select", "database-has-no-public-address,systems-watched"]) == 0
    told = capsys.readouterr()
    subprocess.run(["git", "apply", "-"], input=told.out.encode(), check=True, cwd=clinic)

    after = fails(capsys)

    assert before - after >= {
        "database-has-no-public-address aws_db_instance.records",
        "systems-watched aws_lambda_function.web[0]",
        "systems-watched aws_lambda_function.web[1]",
    }
    assert after <= before
    assert "2 fixes in 1 file mend 3 findings" in told.err
    assert (clinic / "main.tf").read_text() == CLINIC.replace("= true # for", "= false # for").replace(
        "  EOT\n}", '  EOT\n\n  tracing_config {\n    mode = "Active"\n  }\n}'
    )


def test_writing_leaves_nothing_to_do(clinic: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The same files, their modes kept; the second time there is no patch."""
    (clinic / "main.tf").chmod(0o640)

    assert main(["fix", ".", "--write"]) == 0
    first = capsys.readouterr()
    assert main(["fix", "."]) == 0
    second = capsys.readouterr()

    assert first.out == ""
    assert "mended" in first.err
    assert second.out == ""
    assert "no fix is to be made" in second.err
    assert stat.S_IMODE((clinic / "main.tf").stat().st_mode) == 0o640
    assert (clinic / "key/main.tf").read_text() == KEY
    assert list(clinic.glob(".*")) == []


def test_what_would_be_made_anew_waits_to_be_allowed(clinic: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """An encrypted copy of a database is a new database."""
    select = ["--select", "data-store-encrypted-at-rest"]
    main(["fix", ".", *select])
    refused = capsys.readouterr()
    main(["fix", ".", *select, "--allow-replacement"])
    allowed = capsys.readouterr()

    assert refused.out == ""
    assert "--allow-replacement" in refused.err
    assert "+  storage_encrypted   = true" in allowed.out
    assert "MAKES IT ANEW" in allowed.err


def test_what_a_variable_decides_is_told_and_left(clinic: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """With where it is decided: the default, or the call of the module."""
    assert main(["fix", ".", "--select", "data-store-protected-from-deletion,encryption-key-rotates"]) == 0
    told = capsys.readouterr()

    assert told.out == ""
    assert "deletion_protection comes from var.protect; decided by the default of var.protect (main.tf:12)" in told.err
    assert "comes from var.rotates; decided by the call of the module gives var.rotates (main.tf:27)" in told.err


def test_a_variable_from_outside_is_told_so(clinic: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """There is no line to edit then."""
    main(["fix", ".", "--select", "data-store-protected-from-deletion", "--var", "protect=false"])

    assert "var.protect (main.tf:11) is given from outside" in capsys.readouterr().err


def test_what_an_override_decides_is_edited_there(clinic: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The block that has the last word."""
    (clinic / "main.tf").write_text('resource "aws_db_instance" "a" {\n  engine = "postgres"\n}\n')
    (clinic / "z_override.tf").write_text('resource "aws_db_instance" "a" {\n  multi_az = false\n}\n')
    main(["fix", ".", "--select", "data-store-survives-site-failure", "-q"])

    assert capsys.readouterr().out.splitlines()[:2] == ["--- a/z_override.tf", "+++ b/z_override.tf"]


CONTROL = """\
id: keys-are-described
title: Keys say what they are for
domain: encryption
severity: low
applies_to: {type: aws.kms.key}
assert: {config.rotation: true}
citations: {hipaa: {"164.312(a)(1)": "For a test."}}
rationale: For a test.
remediation:
  text: Describe it.
  fixes:
    aws.kms.key:
      - {in: aws_kms_key, set: {SETTING: true}}
"""


@pytest.mark.parametrize(
    ("setting", "why"),
    [("is_enabled", "something else decides too"), ("nothing.known", "something else decides too")],
)
def test_a_fix_that_does_not_mend_is_not_offered(
    setting: str, why: str, clinic: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """What a control declares is a claim, and is tried."""
    field = _rotation_field()
    (clinic / "own/encryption").mkdir(parents=True)
    text = CONTROL.replace("SETTING", setting).replace("config.rotation", field)
    (clinic / "own/encryption/keys-are-described.yaml").write_text(text)
    (clinic / "main.tf").write_text('resource "aws_kms_key" "k" {\n  description = "x"\n}\n')
    assert main(["fix", "main.tf", "--controls", "own", "--select", "keys-are-described"]) == 0
    told = capsys.readouterr()

    assert told.out == ""
    assert why in told.err


def _rotation_field() -> str:
    """Return what the shipped control asks of keys."""
    import yaml

    shipped = Path(__file__).parents[2] / "controls/encryption/encryption-key-rotates.yaml"
    asked: str = next(iter(yaml.safe_load(shipped.read_text())["assert"]))
    return asked


def test_two_settings_of_a_block_are_made_at_once(clinic: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """One hunk, and a parameter of the control where it says so."""
    (clinic / "main.tf").write_text('resource "aws_iam_account_password_policy" "p" {}\n')
    main(["fix", "main.tf", "-q"])
    made = capsys.readouterr().out

    assert made.count("@@ -") == 1
    assert "+  minimum_password_length      = 14" in made
    assert made.count("require_symbols") == 1


def test_files_of_windows_stay_so(clinic: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """In the patch and on the disk."""
    (clinic / "main.tf").write_bytes(CLINIC.replace("\n", "\r\n").encode())
    main(["fix", ".", "--write", "-q"])

    text = (clinic / "main.tf").read_bytes()

    assert b"publicly_accessible = false # for the vendor\r\n" in text
    assert text.count(b"\n") == text.count(b"\r\n")


def test_code_that_programs_write_is_told_and_left(clinic: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """JSON syntax."""
    (clinic / "main.tf").unlink()
    (clinic / "main.tf.json").write_text('{"resource": {"aws_kms_key": {"k": {"enable_key_rotation": false}}}}')
    assert main(["fix", ".", "--select", "encryption-key-rotates"]) == 0
    told = capsys.readouterr()

    assert told.out == ""
    assert "JSON syntax" in told.err


def test_a_downloaded_module_is_left_alone(clinic: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The next download would undo it."""
    (clinic / "main.tf").write_text('module "m" {\n  source = "registry/x/aws"\n}\n')
    (clinic / ".terraform/modules/m").mkdir(parents=True)
    (clinic / ".terraform/modules/modules.json").write_text(
        '{"Modules": [{"Key": "m", "Dir": ".terraform/modules/m"}]}'
    )
    (clinic / ".terraform/modules/m/main.tf").write_text('resource "aws_kms_key" "k" {}\n')
    assert main(["fix", ".", "--select", "encryption-key-rotates"]) == 0
    told = capsys.readouterr()

    assert told.out == ""
    assert "downloaded module" in told.err


@pytest.mark.parametrize("target", ["plan.json", "aws"])
def test_only_code_is_mended(target: str, clinic: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A plan is made from code, an account is no file."""
    (clinic / "plan.json").write_text('{"format_version": "1.2", "planned_values": {}, "resource_changes": []}')

    assert main(["fix", target]) == 2
    assert "only code is mended" in capsys.readouterr().err


def test_a_file_that_was_changed_meanwhile_is_left(
    clinic: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """What somebody saved just now is not written over."""
    written = fix._written

    def changed(plan: Plan) -> None:
        (clinic / "main.tf").write_text(CLINIC + "\n")
        written(plan)

    monkeypatch.setattr(fix, "_written", changed)

    assert main(["fix", ".", "--write"]) == 2
    assert "was changed meanwhile" in capsys.readouterr().err
    assert (clinic / "main.tf").read_text() == CLINIC + "\n"


@pytest.fixture(scope="module")
def library() -> tuple[Library, Catalog]:
    """Return the shipped library."""
    found, types, _ = load([], POLICY)
    return found, types


@pytest.mark.parametrize("control", DECLARING)
def test_every_shipped_fix_mends_its_example(control: str, library: tuple[Library, Catalog]) -> None:
    """Code that fails without it, and passes with it."""
    controls, catalog = library

    assert list(fix_examples.wrong(controls.controls[control], catalog, controls.policies[POLICY])) == []


@pytest.mark.parametrize(
    ("setting", "example", "why"),
    [
        ("is_enabled", "", "it does not mend its example"),
        ("enable_key_rotation", "enable_key_rotation = true", "its example does not fail"),
    ],
)
def test_a_wrong_fix_is_found_by_testing_the_control(
    setting: str, example: str, why: str, clinic: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Like a wrong example."""
    (clinic / "own/encryption").mkdir(parents=True)
    text = CONTROL.replace("SETTING: true}", f"{setting}: true}}, example: '{example}'").replace(
        "config.rotation", _rotation_field()
    )
    (clinic / "own/encryption/keys-are-described.yaml").write_text(text.replace(", example: ''", ""))

    assert main(["controls", "test", "keys-are-described", "--controls", "own"]) == 1
    assert why in capsys.readouterr().out


TEMPLATE = """\
Parameters:
  Protect:
    Type: String
    Default: "false"
Resources:
  Records:
    Type: AWS::RDS::DBInstance
    Properties:
      Engine: postgres
      PubliclyAccessible: true # for the vendor
      DeletionProtection: !Ref Protect
"""


def test_templates_are_mended_too(clinic: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Beside Terraform in the same folder: one patch, one more part of the talk."""
    (clinic / "stack").mkdir()
    (clinic / "stack/db.yaml").write_text(TEMPLATE)
    select = "database-has-no-public-address,data-store-protected-from-deletion"
    assert main(["fix", ".", "--select", select]) == 0
    told = capsys.readouterr()
    subprocess.run(["git", "apply", "-"], input=told.out.encode(), check=True, cwd=clinic)

    assert (clinic / "stack/db.yaml").read_text() == TEMPLATE.replace("true # for", "false # for")
    assert "publicly_accessible = false # for the vendor" in (clinic / "main.tf").read_text()
    assert (
        "DeletionProtection comes from Protect; decided by parameter Protect (stack/db.yaml:2, default false)"
        in told.err
    )
    assert "database-has-no-public-address stack/db.yaml:Records" not in fails(capsys)


def test_a_template_alone_can_be_written(clinic: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """And has nothing left to do then."""
    (clinic / "db.yaml").write_text(TEMPLATE)
    main(["fix", "db.yaml", "--write", "--allow-replacement"])
    assert "+" not in capsys.readouterr().out
    main(["fix", "db.yaml", "--allow-replacement"])

    assert capsys.readouterr().out == ""
    assert "PubliclyAccessible: false # for the vendor\n" in (clinic / "db.yaml").read_text()
    assert "StorageEncrypted: true\n" in (clinic / "db.yaml").read_text()
