"""What SAM makes beside what is written (the APIs of events, the roles of functions), and what CDK says of names."""

from pathlib import Path
from typing import Any

from cloudformation_code import collected

from phiward.inventory.model import Unknown

HEAD = """
Transform: AWS::Serverless-2016-10-31
"""


def test_events_make_an_api(tmp_path: Path) -> None:
    """One of each kind, with the settings that are global, at the lines of the first event."""
    template = f"""{HEAD}
Globals:
  Api: {{TracingEnabled: true}}
Resources:
  F:
    Type: AWS::Serverless::Function
    Properties:
      Handler: a.b
      Events:
        One: {{Type: Api, Properties: {{Path: /a, Method: get}}}}
        Two: {{Type: Api, Properties: {{Path: /b, Method: get}}}}
        Three: {{Type: HttpApi}}
        Four: {{Type: Schedule}}
"""
    made: dict[str, Any] = dict(collected(tmp_path, template))

    assert {name for name in made if name.startswith("Serverless")} == {"ServerlessRestApi", "ServerlessHttpApi"}
    assert made["ServerlessRestApi"].monitoring.enabled is True
    assert made["ServerlessRestApi"].origin.line == 12


def test_an_event_that_names_its_api_makes_none(tmp_path: Path) -> None:
    """It is written itself, or is in another stack."""
    template = f"""{HEAD}
Resources:
  Api: {{Type: AWS::Serverless::Api, Properties: {{StageName: prod}}}}
  F:
    Type: AWS::Serverless::Function
    Properties:
      Handler: a.b
      Events: {{One: {{Type: Api, Properties: {{Path: /a, Method: get, RestApiId: !Ref Api}}}}}}
"""
    assert sorted(collected(tmp_path, template)) == ["Api", "F", "FRole"]


def test_an_api_of_functions_that_may_not_be_there_may_not_be_there(tmp_path: Path) -> None:
    """With the one condition of all of them it is decided with them; where they differ, nobody knows."""
    template = f"""{HEAD}
Conditions:
  No: !Equals [a, b]
  Yes: !Equals [a, a]
Resources:
  F:
    Type: AWS::Serverless::Function
    Condition: No
    Properties: {{Handler: a.b, Events: {{One: {{Type: Api}}}}}}
"""
    assert collected(tmp_path, template) == {}


def test_the_role_of_a_function_is_known_by_its_name(tmp_path: Path) -> None:
    """What a policy is attached to is the role that SAM makes, not something else."""
    template = f"""{HEAD}
Resources:
  F: {{Type: AWS::Serverless::Function, Properties: {{Handler: a.b}}}}
  Policy:
    Type: AWS::IAM::Policy
    Properties:
      PolicyName: everything
      Roles: [!Ref FRole]
      PolicyDocument: {{Version: "2012-10-17", Statement: [{{Effect: Allow, Action: "*", Resource: "*"}}]}}
"""
    made: dict[str, Any] = dict(collected(tmp_path, template))

    assert made["FRole"].authorization.administrator is True
    assert not isinstance(made["FRole"].authorization.grants, Unknown)


def test_what_cdk_makes_is_called_as_in_its_code(tmp_path: Path) -> None:
    """The logical id is the id still; a name that is written counts more."""
    template = """
Resources:
  Scans0A1B2C:
    Type: AWS::S3::Bucket
    Metadata: {"aws:cdk:path": Records/Scans/Resource}
  Topic:
    Type: AWS::SNS::Topic
    Metadata: {"aws:cdk:path": Records/Topic/Resource}
    Properties: {TopicName: events}
  Odd:
    Type: AWS::SNS::Topic
    Metadata: {"aws:cdk:path": [a]}
"""
    made = collected(tmp_path, template)

    assert {name: each.name for name, each in made.items()} == {
        "Scans0A1B2C": "Records/Scans",
        "Topic": "events",
        "Odd": "Odd",
    }
