"""Whole folders: roots and nested stacks, SAM, CDK, loops, parameter files, and what is no template."""

import json
from pathlib import Path

import pytest
from cloudformation_code import collected, found

from phiward.collectors.cloudformation.collector import CloudformationCollector
from phiward.collectors.port import Options
from phiward.errors import CollectError
from phiward.inventory.model import CollectionGap, OriginKind, Resource, Unknown

BUCKET = "Resources:\n  Bucket:\n    Type: AWS::S3::Bucket\n"


def scan(folder: Path, **options: object) -> list[Resource | CollectionGap]:
    """Collect a folder."""
    return list(CloudformationCollector().collect(str(folder), Options(**options), lambda _: None))  # type: ignore[arg-type]


def resources(folder: Path, **options: object) -> dict[str, Resource]:
    """Collect a folder without gaps, by id."""
    every = scan(folder, **options)
    assert [each for each in every if not isinstance(each, Resource)] == []
    return {each.id: each for each in every if isinstance(each, Resource)}


def gaps(folder: Path) -> list[tuple[str, int | None, str]]:
    """Return the gaps of a folder: where, line, reason."""
    return [(Path(each.where).name, each.line, each.reason) for each in scan(folder) if isinstance(each, CollectionGap)]


def write(folder: Path, **files: str) -> None:
    """Write files, `a__b` for the path `a/b`, each a template with `.yaml` at its end."""
    for name, text in files.items():
        path = folder / f"{name.replace('__', '/')}.yaml"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)


def test_a_resource_says_where_it_is(tmp_path: Path) -> None:
    """By its file and logical id, with its lines and the digest of the file."""
    write(tmp_path, stacks__data=BUCKET)

    (bucket,) = resources(tmp_path).values()

    assert bucket.id == "stacks/data.yaml:Bucket"
    assert bucket.origin.kind is OriginKind.CLOUDFORMATION
    assert (bucket.origin.line, bucket.origin.end_line) == (2, 3)
    assert bucket.observations[0].digest is not None


def test_a_single_template_is_a_target(tmp_path: Path) -> None:
    """And nothing beside it is read."""
    write(tmp_path, a=BUCKET, b=BUCKET)
    collector = CloudformationCollector()

    assert collector.claims(str(tmp_path / "a.yaml"))
    assert list(resources(tmp_path / "a.yaml")) == ["a.yaml:Bucket"]


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("play.yml", "- hosts: all\n  tasks: []\n"),
        ("chart/templates/a.yaml", "apiVersion: v1\nkind: Secret\ndata: {{ .Values.a }}\n"),
        ("k8s.yaml", "apiVersion: v1\nkind: Pod\n"),
        ("docker-compose.yml", "services:\n  db: {image: postgres}\n"),
        ("package.json", '{"name": "x"}'),
        ("resources.yaml", "Resources:\n  a: {Type: plain}\n"),
        ("empty.yaml", ""),
    ],
)
def test_what_is_no_template_is_not_claimed(tmp_path: Path, name: str, text: str) -> None:
    """It is another kind of YAML."""
    path = tmp_path / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)

    assert not CloudformationCollector().claims(str(tmp_path))
    assert not CloudformationCollector().claims(str(path))


def test_what_is_left_alone_is_told(tmp_path: Path) -> None:
    """With the kind of each, beside a template that is read."""
    write(tmp_path, a=BUCKET, play="- hosts: all\n", k1="apiVersion: v1\n", k2="apiVersion: v1\n")
    collector = CloudformationCollector()
    list(collector.collect(str(tmp_path), Options(), lambda _: None))

    (note,) = collector.reach.notes
    assert note.endswith("left alone as no CloudFormation: 1 Ansible playbook, 2 Kubernetes manifests")


def test_a_template_that_cannot_be_read_is_a_gap_with_its_line(tmp_path: Path) -> None:
    """And the others are read."""
    write(tmp_path, bad=f"AWSTemplateFormatVersion: 2010-09-09\n{BUCKET}    Properties: [\n", good=BUCKET)

    every = scan(tmp_path)

    assert [each.id for each in every if isinstance(each, Resource)] == ["good.yaml:Bucket"]
    ((where, line, reason),) = gaps(tmp_path)
    assert (where, line) == ("bad.yaml", 6)
    assert reason.startswith("it is no YAML")


@pytest.mark.parametrize(
    ("text", "line", "told"),
    [
        (f"{BUCKET}  Odd: {{Type: !Rain::Module x}}\n", 4, "the resource Odd has no type: !Rain::Module is no tag"),
        (f"{BUCKET}  Odd: [a]\n", 4, "the resource Odd is no mapping"),
        (f"{BUCKET}  Odd: {{Properties: {{}}}}\n", 4, "the resource Odd has no type"),
        (f"{BUCKET}  Bucket: {{Type: AWS::S3::Bucket}}\n", 4, "Bucket is there twice (first in line 2)"),
        (f"Transform: [MyMacro]\n{BUCKET}", 1, "the macro MyMacro changes it when it is deployed"),
        (f"Parameters: [a]\n{BUCKET}", 1, "Parameters is no mapping"),
        (f"{BUCKET}---\n{BUCKET}", 5, "a second template in one file: only the first is read"),
        ("AWSTemplateFormatVersion: 2010-09-09\n", 1, "it has no Resources"),
        (
            f"{BUCKET}  Fn::ForEach::L: [X, !Ref Y, {{}}]\nParameters: {{Y: {{Type: CommaDelimitedList}}}}\n",
            4,
            "Fn::ForEach::L: the resources it makes cannot be seen",
        ),
    ],
)
def test_what_is_odd_is_a_gap_and_the_rest_is_read(tmp_path: Path, text: str, line: int, told: str) -> None:
    """With its line."""
    write(tmp_path, a=text)

    ((_, at, reason),) = gaps(tmp_path)

    assert at == line
    assert told in reason


def test_types_that_no_form_reads_are_counted(tmp_path: Path) -> None:
    """By CloudFormation's name."""
    write(tmp_path, a=f"{BUCKET}  A: {{Type: AWS::Location::Map}}\n  B: {{Type: AWS::Location::Map}}\n")
    collector = CloudformationCollector()
    list(collector.collect(str(tmp_path), Options(), lambda _: None))

    assert collector.unread == {"AWS::Location::Map": 2}


def test_a_resource_behind_a_condition(tmp_path: Path) -> None:
    """False: it is not there. Not decided: it is judged, and what it would decide for others is unknown."""
    template = """
Parameters:
  Stage: {Type: String}
  Kind: {Type: String, Default: test}
Conditions:
  Never: !Equals [!Ref Kind, live]
  Maybe: !Equals [!Ref Stage, live]
Resources:
  Never: {Type: AWS::S3::Bucket, Condition: Never}
  Bucket: {Type: AWS::S3::Bucket}
  Policy:
    Type: AWS::S3::BucketPolicy
    Condition: Maybe
    Properties:
      Bucket: !Ref Bucket
      PolicyDocument: {Statement: []}
"""
    found_ = collected(tmp_path, template)

    assert set(found_) == {"Bucket"}
    assert isinstance(found_["Bucket"].encryption_in_transit, object)
    enforced = getattr(found_["Bucket"].encryption_in_transit, "enforced", None)
    assert isinstance(enforced, Unknown)
    assert "may not exist: the condition Maybe is not decided" in enforced.reason


PARENT = """
Parameters:
  Days: {Type: Number, Default: 30}
Resources:
  Keys:
    Type: AWS::CloudFormation::Stack
    Properties: {TemplateURL: ./keys.yaml}
  Data:
    Type: AWS::CloudFormation::Stack
    Properties:
      TemplateURL: nested/data.yaml
      Parameters: {Key: !GetAtt Keys.Outputs.Key, Days: !Ref Days}
"""
KEYS = """
Resources:
  Key: {Type: AWS::KMS::Key}
Outputs:
  Key: {Value: !GetAtt Key.Arn}
"""
DATA = """
Parameters:
  Key: {Type: String}
  Days: {Type: Number, Default: 1}
Resources:
  Group:
    Type: AWS::Logs::LogGroup
    Properties: {KmsKeyId: !Ref Key, RetentionInDays: !Ref Days}
"""


def test_nested_stacks_pass_values_down_and_up(tmp_path: Path) -> None:
    """A template that is nested is no root beside that."""
    write(tmp_path, main=PARENT, keys=KEYS, nested__data=DATA)

    every = resources(tmp_path)

    assert set(every) == {"main.yaml:Keys/Key", "main.yaml:Data/Group"}
    group = every["main.yaml:Data/Group"]
    assert group.relations["encrypts_with"] == ("main.yaml:Keys/Key",)
    assert getattr(group.logging, "retention_days", None) == 30
    assert group.lines["encryption_at_rest"].file.endswith("nested/data.yaml")


@pytest.mark.parametrize(
    ("files", "roots"),
    [
        ({"a": ("b",), "b": ("a",)}, ["a.yaml:Bucket", "a.yaml:S0/Bucket"]),
        ({"a": ("a",)}, ["a.yaml:Bucket"]),
    ],
)
def test_a_circle_of_stacks_ends(tmp_path: Path, files: dict[str, tuple[str, ...]], roots: list[str]) -> None:
    """With a gap that says so."""
    for name, children in files.items():
        nested = "".join(
            f"  S{n}: {{Type: AWS::CloudFormation::Stack, Properties: {{TemplateURL: {child}.yaml}}}}\n"
            for n, child in enumerate(children)
        )
        write(tmp_path, **{name: BUCKET + nested})

    every = scan(tmp_path)

    assert [each.id for each in every if isinstance(each, Resource)] == roots
    assert any("in which it lies itself" in reason for _, _, reason in gaps(tmp_path))


def test_no_file_outside_the_folder_is_read(tmp_path: Path) -> None:
    """Neither by a nested stack nor by a link."""
    write(tmp_path, outside=KEYS)
    write(
        tmp_path / "repo",
        a=f"{BUCKET}  S: {{Type: AWS::CloudFormation::Stack, Properties: {{TemplateURL: ../outside.yaml}}}}\n",
    )
    (tmp_path / "repo" / "link.yaml").symlink_to(tmp_path / "outside.yaml")

    assert list(resources(tmp_path / "repo")) == ["a.yaml:Bucket"]


def test_cdk_nests_by_its_assets(tmp_path: Path) -> None:
    """`cdk.out` has JSON, and says in the metadata where a nested template lies."""
    out = tmp_path / "cdk.out"
    out.mkdir()
    nested = {"Type": "AWS::CloudFormation::Stack", "Metadata": {"aws:asset:path": "N.nested.template.json"}}
    nested["Properties"] = {"TemplateURL": {"Fn::Join": ["", ["https://s3.", {"Ref": "AWS::URLSuffix"}, "/x"]]}}
    (out / "App.template.json").write_text(json.dumps({"Resources": {"N": nested}}))
    (out / "N.nested.template.json").write_text(json.dumps({"Resources": {"Key": {"Type": "AWS::KMS::Key"}}}))
    (out / "manifest.json").write_text('{"version": "36.0.0", "artifacts": {}}')

    assert list(resources(tmp_path)) == ["cdk.out/App.template.json:N/Key"]


def test_loops_make_resources(tmp_path: Path) -> None:
    """With the loop's variable in names and values."""
    template = """
Transform: AWS::LanguageExtensions
Parameters:
  Names: {Type: CommaDelimitedList, Default: "scans,logs"}
Resources:
  Fn::ForEach::Buckets:
    - Name
    - !Ref Names
    - "Bucket${Name}":
        Type: AWS::S3::Bucket
        Properties: {BucketName: !Sub "my-${Name}"}
"""
    every = collected(tmp_path, template)

    assert {name: each.name for name, each in every.items()} == {"Bucketscans": "my-scans", "Bucketlogs": "my-logs"}


def test_sam_functions_get_what_globals_give(tmp_path: Path) -> None:
    """And a role of their own where they name none."""
    template = """
Transform: AWS::Serverless-2016-10-31
Globals:
  Function:
    Runtime: python3.12
    Tracing: Active
    Environment: {Variables: {STAGE: live}}
Resources:
  Reader:
    Type: AWS::Serverless::Function
    Properties:
      Environment: {Variables: {DB_PASSWORD: x}}
      Policies:
        - AdministratorAccess
        - Statement: [{Effect: Allow, Action: "s3:*", Resource: "*"}]
      FunctionUrlConfig: {AuthType: NONE}
  Table:
    Type: AWS::Serverless::SimpleTable
    Properties: {SSESpecification: {SSEEnabled: true}}
"""
    every = collected(tmp_path, template)

    assert set(every) == {"Reader", "ReaderRole", "Table"}
    function = every["Reader"]
    assert getattr(function.config, "runtime", None) == "python3.12"
    assert getattr(function.config, "secret_variables", None) == 1
    assert getattr(function.config, "function_url", None) == "NONE"
    assert getattr(function.monitoring, "enabled", None) is True
    assert getattr(every["ReaderRole"].authorization, "admin", None) is not False
    assert getattr(every["Table"].config, "billing_mode", None) == "PAY_PER_REQUEST"


GROUP = """
Parameters:
  Days: {Type: Number, Default: 1}
Resources:
  Group:
    Type: AWS::Logs::LogGroup
    Properties: {RetentionInDays: !Ref Days}
"""


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("p.json", '[{"ParameterKey": "Days", "ParameterValue": "30"}]'),
        ("p.json", '{"Parameters": {"Days": "30"}}'),
        ("p.json", '{"Days": 30}'),
        ("p.json", '["Days=30"]'),
        ("p.yaml", "Days: 30\n"),
    ],
)
def test_parameter_files_of_every_form(tmp_path: Path, name: str, text: str) -> None:
    """Those of `create-stack`, `deploy` and pipelines."""
    (tmp_path / name).write_text(text)
    (tmp_path / "in").mkdir()

    every = collected(tmp_path / "in", GROUP, variable_files=(str(tmp_path / name),))

    assert getattr(every["Group"].logging, "retention_days", None) == 30


def test_the_command_line_comes_before_files(tmp_path: Path) -> None:
    """And Terraform's own files are left to it."""
    (tmp_path / "p.json").write_text('{"Days": 30}')
    (tmp_path / "a.tfvars").write_text("Days = 3")
    (tmp_path / "in").mkdir()

    every = collected(
        tmp_path / "in",
        GROUP,
        variables={"Days": "60"},
        variable_files=(str(tmp_path / "p.json"), str(tmp_path / "a.tfvars")),
    )

    assert getattr(every["Group"].logging, "retention_days", None) == 60


@pytest.mark.parametrize("text", ["[1]", "{", "", "3"])
def test_a_parameter_file_of_no_form_is_an_error(tmp_path: Path, text: str) -> None:
    """A wrong file is not passed over."""
    (tmp_path / "p.json").write_text(text)
    (tmp_path / "in").mkdir()

    with pytest.raises(CollectError, match="--var-file"):
        found(tmp_path / "in", GROUP, variable_files=(str(tmp_path / "p.json"),))


def test_account_and_region_may_be_given(tmp_path: Path) -> None:
    """As pseudo parameters."""
    given = {"AWS::Region": "eu-west-1", "AWS::AccountId": "123456789012"}
    (bucket,) = collected(tmp_path, BUCKET, variables=given).values()

    assert (bucket.region, bucket.account) == ("eu-west-1", "123456789012")


def test_sam_apis_have_a_stage_and_an_api(tmp_path: Path) -> None:
    """Which SAM makes together."""
    template = """
Transform: AWS::Serverless-2016-10-31
Resources:
  Rest:
    Type: AWS::Serverless::Api
    Properties:
      StageName: live
      TracingEnabled: true
      EndpointConfiguration: PRIVATE
      MethodSettings: [{ResourcePath: "/*", HttpMethod: "*", LoggingLevel: INFO}]
  Http:
    Type: AWS::Serverless::HttpApi
    Properties: {AccessLogSettings: {DestinationArn: "arn:aws:logs:us-east-1:123456789012:log-group:a", Format: x}}
"""
    every = collected(tmp_path, template)

    assert set(every) == {"Rest", "Http"}
    assert getattr(every["Rest"].config, "private", None) is True
    assert getattr(every["Rest"].config, "execution_log_level", None) == "INFO"
    assert getattr(every["Http"].config, "protocol", None) == "HTTP"
    assert getattr(every["Http"].logging, "enabled", None) is True
