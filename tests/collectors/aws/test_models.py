"""Of botocore's models only what is asked is kept, and that as it was."""

from typing import Any

import botocore.session
import pytest
from botocore import xform_name
from botocore.model import ListShape, MapShape, ServiceModel, Shape, StructureShape

from phiward.collectors.aws import models, questions

SERVICES = sorted({each.service for every in questions.by_type().values() for each in every})


def told(shape: Shape | None, seen: frozenset[str] = frozenset()) -> Any:
    """Return all that a shape says of itself, but prose; what is within itself by its name."""
    if shape is None or shape.name in seen:
        return shape and shape.name
    inner = seen | {shape.name}
    within: Any = None
    if isinstance(shape, StructureShape):
        within = {name: told(member, inner) for name, member in shape.members.items()}
    elif isinstance(shape, ListShape):
        within = told(shape.member, inner)
    elif isinstance(shape, MapShape):
        within = (told(shape.key, inner), told(shape.value, inner))
    return shape.name, shape.type_name, shape.serialization, shape.metadata, within


@pytest.mark.parametrize("service", ["s3", "kms", "dynamodb", "rds", "lambda", "sns", "cloudfront"])
def test_what_is_asked_is_kept_as_it_was(service: str) -> None:
    """Operations with what goes in and comes out, one service of each protocol."""
    session = botocore.session.get_session()
    whole = ServiceModel(session.get_component("data_loader").load_service_model(service, "service-2"), service)
    kept = ServiceModel(models.loader(session).load_service_model(service, "service-2"), service)

    names = [name for name in whole.operation_names if xform_name(name) in (models.asked(service) or ())]
    assert names == kept.operation_names
    for name in names:
        before, after = whole.operation_model(name), kept.operation_model(name)
        assert told(after.input_shape) == told(before.input_shape)
        assert told(after.output_shape) == told(before.output_shape)
        assert [told(shape) for shape in after.error_shapes] == [told(shape) for shape in before.error_shapes]
        assert after.http == before.http
    assert kept.metadata == whole.metadata


@pytest.mark.parametrize("service", SERVICES)
def test_every_call_of_a_type_can_be_made(service: str) -> None:
    """The client has a method for each, and for no operation that writes."""
    session = botocore.session.get_session()
    session.register_component("data_loader", models.loader(session))
    client = session.create_client(service, "us-east-1", aws_access_key_id="a", aws_secret_access_key="b")
    asked = {each.operation for every in questions.by_type().values() for each in every if each.service == service}

    assert {name for name in asked if not hasattr(client, name)} == set()
    assert not hasattr(client, {"s3": "put_object", "ec2": "run_instances"}.get(service, "delete_anything"))
    client.close()


def test_a_service_of_the_login_is_whole() -> None:
    """Roles are assumed with it, which no type module asks."""
    assert models.asked("sts") is None


def test_a_member_called_documentation_is_no_prose() -> None:
    """Only text under that name is emptied."""
    model = {
        "metadata": {},
        "operations": {
            "GetIt": {"output": {"shape": "It"}, "documentation": "long"},
            "PutIt": {"input": {"shape": "X"}},
        },
        "shapes": {
            "X": {"type": "string"},
            "Text": {"type": "string", "documentation": "long"},
            "It": {"type": "structure", "members": {"documentation": {"shape": "Text", "documentation": "long"}}},
        },
    }

    assert models.slim(model, frozenset({"get_it"})) == {
        "metadata": {},
        "operations": {"GetIt": {"output": {"shape": "It"}, "documentation": ""}},
        "shapes": {
            "Text": {"type": "string", "documentation": ""},
            "It": {"type": "structure", "members": {"documentation": {"shape": "Text", "documentation": ""}}},
        },
    }
