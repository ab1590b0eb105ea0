"""`--baseline` and `--changed-since`: only what is new counts for the gate, and the rest is told as known."""

import json
import subprocess
from pathlib import Path
from typing import Any

import pytest
from hostile import BAD, ENCRYPTED, GOOD, folder

from phiward.cli.arguments import FORMATS
from phiward.cli.main import main

SELECT = ("--select", ENCRYPTED, "--quiet")
SECOND = BAD.replace('"a"', '"b"')


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return an empty folder to work in."""
    for name in ("XDG_CACHE_HOME", "XDG_CONFIG_HOME"):
        monkeypatch.setenv(name, str(tmp_path / name))
    work = tmp_path / "work"
    work.mkdir()
    monkeypatch.chdir(work)
    for name in ("GIT_DIR", "GIT_INDEX_FILE", "GIT_WORK_TREE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", str(tmp_path / "gitconfig"))
    monkeypatch.setenv("GIT_CONFIG_SYSTEM", "/dev/null")
    return work


def git(*words: str, at: Path | None = None) -> str:
    """Run git as somebody."""
    who = ("-c", "user.name=somebody", "-c", "user.email=somebody@example.org", "-c", "init.defaultBranch=main")
    done = subprocess.run(["git", *who, *words], cwd=at, check=True, capture_output=True, text=True)
    return done.stdout.strip()


def commit() -> str:
    """Commit everything, and return the commit."""
    git("add", "-A")
    git("commit", "-q", "-m", "x", "--allow-empty")
    return git("rev-parse", "HEAD")


@pytest.fixture
def repository(home: Path) -> Path:
    """Return a repository in whose folder `infra` one database fails."""
    git("init", "-q")
    folder(home / "infra", a=BAD)
    commit()
    return home


def scan(capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, dict[str, Any]]:
    """Scan, and return the exit code and the JSON report."""
    capsys.readouterr()
    code = main(["scan", *words, *SELECT, "--format", "json"])
    said = capsys.readouterr()
    return code, json.loads(said.out) if said.out else {"said": said.err}


def states(document: dict[str, Any]) -> dict[str, str]:
    """Return how each finding that a gate counts stands."""
    return {each["resource"]["id"]: each["state"] for each in document["findings"] if each["state"]}


def counts(document: dict[str, Any]) -> tuple[int, int, int]:
    """Return how many are new, known and fixed."""
    found = document["comparison"]
    return found["new"], found["known"], found["fixed"]


def test_what_was_there_does_not_stop_a_change(repository: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Neither unchanged, nor with lines moved."""
    assert scan(capsys, "infra")[0] == 1
    code, told = scan(capsys, "infra", "--changed-since", "HEAD")
    assert (code, states(told), counts(told)) == (0, {"aws_db_instance.a": "known"}, (0, 1, 0))

    folder(repository / "infra", a="\n\n# moved down\n" + BAD)

    assert scan(capsys, "infra", "--changed-since", "HEAD")[0] == 0


def test_what_a_change_adds_stops_it(repository: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """And only that is new."""
    folder(repository / "infra", a=BAD, b=SECOND)

    code, told = scan(capsys, "infra", "--changed-since", "HEAD")

    assert (code, states(told)) == (1, {"aws_db_instance.a": "known", "aws_db_instance.b": "new"})
    assert told["comparison"]["what"].startswith("HEAD (commit ")


def test_what_a_change_mends_is_told(repository: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Mended, and taken away, are two things."""
    folder(repository / "infra", b=SECOND)
    commit()
    folder(repository / "infra", a=GOOD, b="")

    code, told = scan(capsys, "infra", "--changed-since", "HEAD")

    assert (code, counts(told), told["comparison"]["gone"]) == (0, (0, 0, 1), 1)


def test_the_state_before_is_what_both_share(repository: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """What the other branch got since is not taken for a part of this change, nor for known."""
    git("checkout", "-q", "-b", "mine")
    folder(repository / "infra", c=GOOD.replace('"a"', '"c"'))
    commit()
    git("checkout", "-q", "main")
    folder(repository / "infra", b=SECOND)
    commit()
    git("checkout", "-q", "mine")
    folder(repository / "infra", b=SECOND)

    code, told = scan(capsys, "infra", "--changed-since", "main")

    assert (code, states(told)["aws_db_instance.b"]) == (1, "new")


@pytest.mark.parametrize("where", ["variable", "tfvars", "local", "module", "var-file", "provider"])
def test_a_change_elsewhere_that_a_resource_uses(
    repository: Path, capsys: pytest.CaptureFixture[str], where: str
) -> None:
    """Its own block stays as it is."""
    files = {
        "variable": ("variables.tf", 'variable "on" {\n  default = VALUE\n}\n', "var.on"),
        "tfvars": ("terraform.tfvars", "on = VALUE\n", "var.on"),
        "var-file": ("../vars.tfvars", "on = VALUE\n", "var.on"),
        "local": ("locals.tf", "locals {\n  on = VALUE\n}\n", "local.on"),
        "module": (
            "m/main.tf",
            'resource "aws_db_instance" "a" {\n  engine = "postgres"\n  storage_encrypted = VALUE\n}\n',
            "",
        ),
        "provider": ("m/out.tf", 'output "on" {\n  value = VALUE\n}\n', "module.m.on"),
    }
    name, text, used = files[where]
    body = GOOD.replace("true", used) if used else ""
    if where in {"tfvars", "var-file"}:
        body += 'variable "on" {}\n'
    if where in {"module", "provider"}:
        body += 'module "m" {\n  source = "./m"\n}\n'
    folder(repository / "infra", a=body)
    (repository / "infra" / "m").mkdir()
    file = repository / "infra" / name
    file.write_text(text.replace("VALUE", "true"))
    commit()
    words = ["infra", "--changed-since", "HEAD"] + (["--var-file", "vars.tfvars"] if where == "var-file" else [])
    assert (scan(capsys, *words)[0], counts(scan(capsys, *words)[1])) == (0, (0, 0, 0))

    file.write_text(text.replace("VALUE", "false"))
    code, told = scan(capsys, *words)

    assert (code, set(states(told).values())) == (1, {"new"})


def test_another_address_is_not_another_resource(repository: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Renamed, or moved into a module; but not where anything else changed with it."""
    folder(repository / "infra", a=BAD.replace('"a"', '"renamed"'))
    code, told = scan(capsys, "infra", "--changed-since", "HEAD")
    assert (code, counts(told), told["comparison"]["moved"]) == (0, (0, 1, 0), 1)

    folder(repository / "infra", a='module "m" {\n  source = "./m"\n}\n')
    folder(repository / "infra" / "m", a=BAD)
    assert scan(capsys, "infra", "--changed-since", "HEAD")[0] == 0

    folder(repository / "infra" / "m", a=BAD.replace('"postgres"', '"mysql"'))
    assert scan(capsys, "infra", "--changed-since", "HEAD")[0] == 1


def test_a_copy_is_new(repository: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The one it was copied from is still there."""
    folder(repository / "infra", b=SECOND)

    assert counts(scan(capsys, "infra", "--changed-since", "HEAD")[1]) == (1, 1, 0)


def test_several_folders_and_absolute_paths(repository: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Ids begin with the folders, then as now."""
    folder(repository / "more", a=BAD)
    commit()
    folder(repository / "more", b=SECOND)

    code, told = scan(capsys, "infra", str(repository / "more"), "--changed-since", "HEAD")

    assert (code, counts(told)) == (1, (1, 2, 0))
    assert scan(capsys, "infra", "--changed-since", "HEAD")[0] == 0


def test_one_of_several_folders_that_was_not_there(repository: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The ids of the others begin as they do now."""
    folder(repository / "more", a=BAD)
    git("add", "-A")

    assert counts(scan(capsys, "infra", "more", "--changed-since", "HEAD")[1]) == (1, 1, 0)


def test_from_within_a_folder(
    repository: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where phiward runs says nothing of where the repository begins."""
    monkeypatch.chdir(repository / "infra")
    Path("b.tf").write_text(SECOND)

    assert counts(scan(capsys, ".", "--changed-since", "HEAD")[1]) == (1, 1, 0)


def test_one_file(repository: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """It is read with what lies beside it, then as now."""
    folder(repository / "infra", a=GOOD.replace("true", "var.on"), variables='variable "on" {\n  default = false\n}\n')
    commit()

    code, told = scan(capsys, "infra/a.tf", "--changed-since", "HEAD")

    assert (code, counts(told)) == (0, (0, 1, 0))


def test_within_a_hook_of_git(
    repository: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """What git tells its hooks of the repository is told from its top."""
    monkeypatch.setenv("GIT_DIR", ".git")
    monkeypatch.setenv("GIT_INDEX_FILE", ".git/index")

    assert scan(capsys, "infra", "--changed-since", "HEAD")[0] == 0


def test_a_folder_that_was_not_there(repository: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Everything in it is new."""
    folder(repository / "more", a=BAD)
    git("add", "-A")

    assert counts(scan(capsys, "more", "--changed-since", "HEAD")[1]) == (1, 0, 0)


def test_a_waiver_that_is_taken_away(repository: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """What it let pass is new: somebody has to answer for it."""
    from cli.test_waivers import WAIVER

    waivers = repository / "infra" / "waivers"
    waivers.mkdir()
    (waivers / "w.yaml").write_text(WAIVER)
    commit()
    now = ("--now", "2026-12-01T00:00:00Z")
    assert scan(capsys, "infra", "--changed-since", "HEAD", *now)[0] == 0

    (waivers / "w.yaml").unlink()

    assert scan(capsys, "infra", "--changed-since", "HEAD", *now)[0] == 1


def test_a_waiver_in_code_that_is_taken_away(repository: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """It counted then, by whom CODEOWNERS named then."""
    ask = f'# phiward:waive {ENCRYPTED} until=2027-03-01 reason="the maker forbids it"'
    folder(repository / "infra", a=f"{ask}{BAD}")
    (repository / "CODEOWNERS").write_text("* @clinic/security\n")
    commit()
    now = ("--now", "2026-12-01T00:00:00Z")
    assert scan(capsys, "infra", *now)[0] == 0
    assert scan(capsys, "infra", "--changed-since", "HEAD", *now)[0] == 0

    folder(repository / "infra", a=BAD)

    code, told = scan(capsys, "infra", "--changed-since", "HEAD", *now)
    assert (code, counts(told)) == (1, (1, 0, 0))


def test_what_phiward_yaml_leaves_out(repository: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Is left out of both; a baseline that it names gives way to what the command says."""
    folder(repository / "infra" / "old", a=BAD)
    (repository / "phiward.yaml").write_text("baseline: none.zip\nleave_out: [infra/old/]\n")
    commit()

    code, told = scan(capsys, "infra", "--changed-since", "HEAD")

    assert (code, counts(told), told["comparison"]["gone"]) == (0, (0, 1, 0), 0)


def test_a_file_that_cannot_be_parsed(repository: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Known where it is the same file; touched, or new, it hides what changed."""
    folder(repository / "infra", a=GOOD, broken='resource "x" {\n')
    commit()
    assert scan(capsys, "infra")[0] == 3
    code, told = scan(capsys, "infra", "--changed-since", "HEAD")
    assert (code, told["comparison"]["known_gaps"]) == (0, 1)

    folder(repository / "infra", broken='resource "x" {\n# and more')
    assert scan(capsys, "infra", "--changed-since", "HEAD")[0] == 3


def test_what_git_ignores_is_taken_as_it_is(repository: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A pipeline writes variable files, `terraform init` fetches modules: neither is a part of the change."""
    (repository / ".gitignore").write_text("*.tfvars\n.terraform/\n")
    remote = 'module "m" {\n  source  = "example/m"\n  version = "1.0.0"\n}\n'
    folder(repository / "infra", a=GOOD.replace("true", "var.on") + 'variable "on" {}\n' + remote)
    commit()
    (repository / "infra" / "terraform.tfvars").write_text("on = false\n")
    installed = folder(repository / "infra" / ".terraform" / "modules" / "m", main=SECOND)
    listed = {"Modules": [{"Key": "m", "Source": "example/m", "Version": "1.0.0", "Dir": ".terraform/modules/m"}]}
    (installed.parent / "modules.json").write_text(json.dumps(listed))

    code, told = scan(capsys, "infra", "--changed-since", "HEAD")
    assert (code, counts(told)) == (0, (0, 2, 0))

    text = (repository / "infra" / "a.tf").read_text()
    (repository / "infra" / "a.tf").write_text(text.replace("1.0.0", "2.0.0"))
    (installed.parent / "modules.json").write_text(json.dumps(listed).replace("1.0.0", "2.0.0"))
    code, told = scan(capsys, "infra", "--changed-since", "HEAD")
    assert (code, states(told)) == (1, {"aws_db_instance.a": "known", "module.m.aws_db_instance.b": "new"})


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("infra", "--changed-since", "nowhere"), "has no such revision here: fetch it first"),
        (("infra", "--changed-since", "nowhere"), "fetch-depth: 0"),
        (("infra", "--changed-since=--upload-pack=x"), "this is no name of a revision"),
        (("infra", "--changed-since", "a\nb"), "this is no name of a revision"),
        (("host", "--changed-since", "HEAD"), "host is not in a git repository: use --baseline"),
        (("plan.json", "--changed-since", "HEAD"), "git does not keep plan.json"),
        (("infra", "--changed-since", "HEAD", "--baseline", "x"), "not allowed with argument"),
        (("infra", "--baseline", "none.zip"), "there is no such baseline: make one with"),
        (("infra", "--baseline-key", "x"), "name one"),
    ],
)
def test_what_cannot_be_compared(
    repository: Path, capsys: pytest.CaptureFixture[str], words: tuple[str, ...], told: str
) -> None:
    """It is told, with what to do, and never left out."""
    (repository / "plan.json").write_text('{"format_version": "1.2", "planned_values": {}}')

    try:
        code = main(["scan", *words, *SELECT])
    except SystemExit as error:
        code = int(str(error.code))

    assert code == 2
    assert told in capsys.readouterr().err.replace("\nphiward: ", " ")


def test_no_repository(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A folder that was unpacked from an archive."""
    folder(home / "infra", a=BAD)

    assert main(["scan", "infra", "--changed-since", "HEAD", *SELECT]) == 2
    assert "infra is not in the working folder of a git repository: use --baseline BUNDLE" in capsys.readouterr().err


def test_a_shallow_clone(repository: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    """What pipelines make by default: the message says what to ask them for."""
    git("checkout", "-q", "-b", "mine")
    folder(repository / "infra", b=SECOND)
    commit()
    git("checkout", "-q", "main")
    folder(repository / "infra", c=GOOD)
    commit()
    clone = repository.parent / "clone"
    git("clone", "-q", "--depth=1", "--no-single-branch", f"file://{repository}", str(clone))
    git("checkout", "-q", "mine", at=clone)
    monkeypatch.chdir(clone)

    assert main(["scan", "infra", "--changed-since", "origin/main", *SELECT]) == 2
    said = capsys.readouterr().err
    assert "shallow clone" in said
    assert "fetch-depth: 0" in said
    assert "GIT_DEPTH: 0" in said


def made(home: Path, *words: str) -> str:
    """Make a baseline of `infra`."""
    main(["scan", "infra", *SELECT, "--bundle", "base.zip", "--output", "/dev/null", *words])
    return str(home / "base.zip")


def test_a_baseline(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """What a bundle holds is known; whose signature it has is told."""
    folder(home / "infra", a=BAD)
    base = made(home)
    folder(home / "infra", a="\n" + BAD, b=SECOND)

    code, told = scan(capsys, "infra", "--baseline", base)

    assert (code, states(told)) == (1, {"aws_db_instance.a": "known", "aws_db_instance.b": "new"})
    assert "(intact, signed by a trusted key)" in told["comparison"]["what"]
    folder(home / "infra", b=GOOD.replace('"a"', '"b"'))
    assert scan(capsys, "infra", "--baseline", base)[0] == 0


def test_a_baseline_for_an_inventory(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """`evaluate` compares too, so that reading and judging may be two steps."""
    folder(home / "infra", a=BAD)
    base = made(home)
    main(["collect", "infra", "-o", "i.jsonl", "--quiet"])
    capsys.readouterr()

    assert main(["evaluate", "i.jsonl", *SELECT, "--baseline", base, "--format", "json"]) == 0
    assert counts(json.loads(capsys.readouterr().out)) == (0, 1, 0)


def test_an_address_that_changed_since_a_baseline(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The bundle holds the facts, so that it can be told."""
    folder(home / "infra", a=BAD)
    base = made(home)
    folder(home / "infra", a=BAD.replace('"a"', '"renamed"'))

    code, told = scan(capsys, "infra", "--baseline", base)

    assert (code, told["comparison"]["moved"]) == (0, 1)


def test_controls_that_a_baseline_did_not_ask(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """What they find is new, and why is told."""
    folder(home / "infra", a=BAD)
    base = made(home)
    capsys.readouterr()
    main(["scan", "infra", "--quiet", "--baseline", base, "--format", "json"])
    told = json.loads(capsys.readouterr().out)["comparison"]

    assert told["known"] == 1
    assert told["new_controls"] == told["new"] > 0


@pytest.mark.parametrize(
    ("now", "told"),
    [("2027-12-31T00:00:00Z", "it has expired: it was made on 2026-12-01"), ("2026-11-30T00:00:00Z", "after the time")],
)
def test_a_baseline_out_of_its_time(home: Path, capsys: pytest.CaptureFixture[str], now: str, told: str) -> None:
    """It lets things pass, as a waiver does, so it ends as a waiver does."""
    folder(home / "infra", a=BAD)
    base = made(home, "--now", "2026-12-01T00:00:00Z")

    assert main(["scan", "infra", *SELECT, "--baseline", base, "--now", now]) == 2
    assert told in capsys.readouterr().err


def test_a_baseline_that_was_changed(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Adding what one would like to be known."""
    import zipfile

    folder(home / "infra", a=BAD)
    unpacked = home / "unpacked"
    zipfile.ZipFile(made(home)).extractall(unpacked)
    results = next(unpacked.rglob("results.jsonl"))
    results.write_bytes(results.read_bytes().replace(b"aws_db_instance.a", b"aws_db_instance.b"))

    assert main(["scan", "infra", *SELECT, "--baseline", str(unpacked)]) == 2
    assert "changed since it was signed" in capsys.readouterr().err


def test_whose_baseline_it_is(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Intact and of nobody known is told; where a key is demanded, it is refused."""
    folder(home / "infra", a=BAD)
    main(["keygen", "theirs.key"])
    main(["keygen", "mine.key"])
    base = made(home, "--key", "theirs.key")
    assert main(["keygen", "third.key"]) == 0

    code, told = scan(capsys, "infra", "--baseline", base)
    assert (code, "signed by a key that is not trusted here" in told["comparison"]["what"]) == (0, True)
    assert scan(capsys, "infra", "--baseline", base, "--baseline-key", "theirs.pub")[0] == 0
    assert main(["scan", "infra", *SELECT, "--baseline", base, "--baseline-key", "mine.pub"]) == 2
    assert "signed by an unknown key" in capsys.readouterr().err


def test_a_baseline_of_another_policy(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Its findings answer other questions."""
    from cli.test_waivers import CONTROL, POLICY

    folder(home / "infra", a=BAD)
    base = made(home)
    (home / "own").mkdir()
    (home / "own" / "databases-named.yaml").write_text(CONTROL)
    (home / "mine.yaml").write_text(POLICY)

    words = ["--policy", "mine.yaml", "--controls", "own", "--baseline", base, "--quiet"]
    assert main(["scan", "infra", *words]) == 2
    assert "it was made by the policy hipaa-security-rule, and this run asks mine" in capsys.readouterr().err


def test_evidence_holds_what_is_not_new_too(repository: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A bundle says how things stand, whatever a gate lets pass; its findings follow from its facts."""
    assert main(["scan", "infra", *SELECT, "--changed-since", "HEAD", "--bundle", "b.zip"]) == 0
    assert main(["verify", "b.zip", "--deep"]) == 0
    capsys.readouterr()
    main(["report", "b.zip", "--format", "json"])

    told = json.loads(capsys.readouterr().out)
    assert [each["verdict"] for each in told["findings"]] == ["fail"]
    assert told["comparison"] is None


def plan(*encrypted: bool) -> str:
    """Return a plan of databases."""
    resources = [
        {
            "address": f"aws_db_instance.d{number}",
            "mode": "managed",
            "type": "aws_db_instance",
            "name": f"d{number}",
            "change": {
                "actions": ["create"],
                "after": {"engine": "postgres", "storage_encrypted": on},
                "after_unknown": {},
            },
        }
        for number, on in enumerate(encrypted)
    ]
    return json.dumps({"format_version": "1.2", "terraform_version": "1.9.0", "resource_changes": resources})


def test_a_plan(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Against the bundle of an earlier one; and against itself where git keeps it."""
    (home / "plan.json").write_text(plan(False, True))
    main(["scan", "plan.json", *SELECT, "--bundle", "base.zip"])
    (home / "plan.json").write_text(plan(False, False))

    code, told = scan(capsys, "plan.json", "--baseline", "base.zip")
    assert (code, states(told)) == (1, {"aws_db_instance.d0": "known", "aws_db_instance.d1": "new"})

    git("init", "-q")
    commit()
    assert scan(capsys, "plan.json", "--changed-since", "HEAD")[0] == 0
    (home / "plan.json").write_text(plan(False, False, False))
    assert counts(scan(capsys, "plan.json", "--changed-since", "HEAD")[1]) == (1, 2, 0)


@pytest.mark.parametrize("form", FORMATS)
def test_a_bundle_in_every_format(home: Path, capsys: pytest.CaptureFixture[str], form: str) -> None:
    """Printed again, it is as it was."""
    folder(home / "infra", a=BAD)
    base = made(home)
    capsys.readouterr()

    assert main(["report", base, "--format", form]) == 0
    assert "comparison" not in capsys.readouterr().out.replace('"comparison":null', "")


def test_a_template(repository: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """CloudFormation takes no more: a parameter's default decides, in a file of its own language."""
    template = repository / "stack" / "main.yaml"
    template.parent.mkdir()
    text = """\
AWSTemplateFormatVersion: "2010-09-09"
Parameters:
  On: {Type: String, Default: VALUE}
Resources:
  Records:
    Type: AWS::RDS::DBInstance
    Properties: {Engine: postgres, DBInstanceClass: db.t3.micro, AllocatedStorage: "5", StorageEncrypted: !Ref On}
"""
    template.write_text(text.replace("VALUE", '"true"'))
    commit()
    assert scan(capsys, "stack", "--changed-since", "HEAD")[0] == 0

    template.write_text(text.replace("VALUE", '"false"'))

    code, told = scan(capsys, "stack", "--changed-since", "HEAD")
    assert (code, counts(told)) == (1, (1, 0, 0))
    commit()
    template.write_text("# moved\n" + text.replace("VALUE", '"false"').replace("Records:", "Renamed:"))
    code, told = scan(capsys, "stack", "--changed-since", "HEAD")
    assert (code, counts(told), told["comparison"]["moved"]) == (0, (0, 1, 0), 1)
