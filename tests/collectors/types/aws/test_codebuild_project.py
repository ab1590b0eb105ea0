"""CodeBuild projects, live and in Terraform."""

from typing import Any

import pytest
from fakes import FakeAws
from fakes_terraform import FakeBlock, FakeSource

from phiward.collectors.aws.port import Denied
from phiward.collectors.types.aws import codebuild_project
from phiward.collectors.types.aws.codebuild_project import BuildSource, ProjectConfig
from phiward.inventory.aspects import Exposure, Logging
from phiward.inventory.model import Resource, Unknown

ARN = "arn:aws:codebuild:us-east-1:123456789012:project/portal"
PROJECT: dict[str, Any] = {
    "name": "portal",
    "arn": ARN,
    "source": {"type": "GITHUB", "location": "https://github.com/clinic/portal.git"},
    "environment": {
        "environmentVariables": [
            {"name": "STAGE", "value": "canary-plain", "type": "PLAINTEXT"},
            {"name": "AWS_SECRET_ACCESS_KEY", "value": "canary-key"},
            {"name": "DB_PASSWORD", "value": "canary-reference", "type": "SECRETS_MANAGER"},
        ],
        "privilegedMode": True,
    },
    "tags": [{"key": "team", "value": "portal"}],
}


def answers(project: dict[str, Any] | None = None, credentials: list[dict[str, str]] | None = None) -> dict[str, Any]:
    """Return the recorded answers of one project."""
    return {
        "codebuild:ListProjects": {"projects": ["portal"]},
        "codebuild:BatchGetProjects": {"projects": [{**PROJECT, **(project or {})}]},
        "codebuild:ListSourceCredentials": {"sourceCredentialsInfos": credentials or []},
    }


def read(aws: FakeAws) -> Resource:
    """Read the one project."""
    return codebuild_project.resource(aws, next(codebuild_project.items(aws)))


def config(resource: Resource) -> ProjectConfig:
    """Return what only projects have."""
    assert isinstance(resource.config, ProjectConfig)
    return resource.config


def code(blocks: dict[str, list[Any]], *others: FakeBlock, **arguments: Any) -> Resource:
    """Build a project from code."""
    block = FakeBlock("aws_codebuild_project.portal", blocks, name="portal", **arguments)
    return codebuild_project.from_terraform(block, {}, FakeSource([block, *others]))


def test_only_names_of_plain_variables_are_kept() -> None:
    """No value, no name of what is fetched from a secret, and no address."""
    project = read(FakeAws(answers()))

    assert config(project).plain_variables == ("AWS_SECRET_ACCESS_KEY", "STAGE")
    told = repr(project)
    assert "canary" not in told
    assert "DB_PASSWORD" not in told
    assert "github.com" not in told


def test_what_says_nothing_logs_to_cloudwatch_and_is_private() -> None:
    """Both are CodeBuild's defaults."""
    project = read(FakeAws(answers()))

    assert project.logging == Logging(enabled=True, destinations=("cloudwatch",), off_host=True)
    assert project.exposure == Exposure(public=False)
    assert config(project).privileged is True


def test_a_public_project_without_a_log() -> None:
    """Anybody may read what its builds print."""
    logs = {"cloudWatchLogs": {"status": "DISABLED"}, "s3Logs": {"status": "DISABLED"}}
    project = read(FakeAws(answers({"projectVisibility": "PUBLIC_READ", "logsConfig": logs})))

    assert project.logging == Logging(enabled=False, off_host=False)
    assert project.exposure == Exposure(public=True, ways=("public-builds",))


@pytest.mark.parametrize(
    ("source", "credentials", "sign_in"),
    [
        ({"type": "GITHUB"}, [{"serverType": "GITHUB", "authType": "PERSONAL_ACCESS_TOKEN"}], "PERSONAL_ACCESS_TOKEN"),
        ({"type": "GITHUB"}, [{"serverType": "BITBUCKET", "authType": "OAUTH"}], None),
        ({"type": "GITHUB", "auth": {"type": "CODECONNECTIONS"}}, [], "CODECONNECTIONS"),
        ({"type": "CODECOMMIT"}, [{"serverType": "GITHUB", "authType": "BASIC_AUTH"}], None),
    ],
)
def test_how_it_signs_in(source: dict[str, Any], credentials: list[dict[str, str]], sign_in: str | None) -> None:
    """Its own way first, then the account's for that host."""
    project = read(FakeAws(answers({"source": source}, credentials)))

    assert config(project).sources == (BuildSource(kind=source["type"], sign_in=sign_in, credentials_in_address=False),)


@pytest.mark.parametrize(
    ("address", "held"),
    [
        ("https://github.com/clinic/portal", False),
        ("git@github.com:clinic/portal.git", False),
        ("ssh://git@github.com/clinic/portal.git", False),
        ("https://user@bitbucket.org/clinic/portal", True),
        ("https://user:canary@bitbucket.org/clinic/portal", True),
        ("ssh://user:canary@bitbucket.org/clinic/portal", True),
        ("https://github.com/clinic/portal?access_token=canary", True),
        ("https://[broken", Unknown("the address of the source is not a URL")),
    ],
)
def test_credentials_in_an_address(address: str, held: Any) -> None:
    """A user name, a password or a token; of secondary sources too."""
    project = read(FakeAws(answers({"secondarySources": [{"type": "BITBUCKET", "location": address}]})))

    sources = config(project).sources
    assert isinstance(sources, tuple)
    assert sources[1].credentials_in_address == held
    assert "canary" not in repr(project)


def test_many_projects_are_described_by_the_hundred() -> None:
    """Three calls for two hundred and one."""
    names = [f"p{number}" for number in range(201)]
    found = answers()
    found["codebuild:ListProjects"] = [{"projects": names[:100]}, {"projects": names[100:]}]
    aws = FakeAws(found)

    list(codebuild_project.items(aws))

    asked = [arguments["names"] for call, arguments in aws.calls if call == "codebuild:BatchGetProjects"]
    assert [len(each) for each in asked] == [100, 100, 1]
    assert [name for each in asked for name in each] == names


def test_denied_credentials_make_only_the_sign_in_unknown() -> None:
    """The rest of the source is still told."""
    project = read(FakeAws(answers(), denied={"codebuild:ListSourceCredentials"}))

    why = Unknown("access denied: codebuild:ListSourceCredentials")
    assert config(project).sources == (BuildSource(kind="GITHUB", sign_in=why, credentials_in_address=False),)
    assert config(project).plain_variables == ("AWS_SECRET_ACCESS_KEY", "STAGE")


@pytest.mark.parametrize("call", ["codebuild:ListProjects", "codebuild:BatchGetProjects"])
def test_a_denied_listing_is_a_gap(call: str) -> None:
    """No project is not the same as none seen."""
    with pytest.raises(Denied):
        list(codebuild_project.items(FakeAws(answers(), denied={call})))


def test_no_credentials_are_asked_about_that_no_control_reads() -> None:
    """The description is enough for the variables."""
    aws = FakeAws(answers(), need={"config.plain_variables"})

    read(aws)

    assert [call for call, _ in aws.calls] == ["codebuild:ListProjects", "codebuild:BatchGetProjects"]


def test_both_forms_agree() -> None:
    """Field by field."""
    live = read(FakeAws(answers(None, [{"serverType": "GITHUB", "authType": "PERSONAL_ACCESS_TOKEN"}])))
    variables = [
        {"name": "STAGE", "value": "x"},
        {"name": "AWS_SECRET_ACCESS_KEY", "value": "x", "type": "PLAINTEXT"},
        {"name": "DB_PASSWORD", "value": "x", "type": "SECRETS_MANAGER"},
    ]
    credential = FakeBlock(
        "aws_codebuild_source_credential.a", server_type="GITHUB", auth_type="PERSONAL_ACCESS_TOKEN", token="x"
    )

    coded = code(
        {
            "source": [{"type": "GITHUB", "location": "https://github.com/clinic/portal.git"}],
            "environment": [{"privileged_mode": True, "blocks": {"environment_variable": variables}}],
        },
        credential,
    )

    for aspect in ("exposure", "logging", "config"):
        assert getattr(coded, aspect) == getattr(live, aspect), aspect


def test_bad_code() -> None:
    """Public, and without a log; the account's credential is not in the code."""
    off = {"blocks": {"cloudwatch_logs": [{"status": "DISABLED"}]}}

    coded = code(
        {"source": [{"type": "BITBUCKET", "location": "https://a:b@bitbucket.org/x"}], "logs_config": [off]},
        project_visibility="PUBLIC_READ",
    )

    assert coded.logging == Logging(enabled=False, off_host=False)
    assert coded.exposure == Exposure(public=True, ways=("public-builds",))
    sources = config(coded).sources
    assert isinstance(sources, tuple)
    assert sources[0].credentials_in_address is True
    assert isinstance(sources[0].sign_in, Unknown)


def test_unknown_parts_of_code() -> None:
    """A variable whose kind is not known may be in plain text."""
    later = Unknown("var.kind has no value")

    coded = code(
        {
            "source": [later],
            "environment": [{"blocks": {"environment_variable": [{"name": "A", "type": later}, {"name": "B"}]}}],
            "logs_config": [later],
        }
    )

    assert config(coded).plain_variables == ("B", later)
    assert config(coded).sources == later
    assert coded.logging == Logging(enabled=later, destinations=later, off_host=later)
