"""The services' own models, as botocore ships them: no test asks or records what AWS does not have."""

import re
from functools import cache
from typing import Any

from botocore import xform_name
from botocore.loaders import Loader
from botocore.model import OperationModel, ServiceModel
from botocore.validate import ParamValidator

_LOADER = Loader()
_ALSO_GIVEN = re.compile(
    "^Missing required"  # a test records what it is about
    "|^Invalid length"
    "|value: None, "  # an empty element, as botocore parses XML
    "|Document, value: {.* type: <class 'dict'>, valid types: <class 'str'>"  # botocore decodes IAM's policies
)


@cache
def _operations(service: str) -> dict[str, OperationModel]:
    model = ServiceModel(_LOADER.load_service_model(service, "service-2"), service)
    return {xform_name(name): model.operation_model(name) for name in model.operation_names}


def operation_model(service: str, operation: str) -> OperationModel:
    """Return the model of an operation by boto3's name. Fails where the service has none of that name."""
    found = _operations(service).get(operation)
    assert found is not None, f"{service} has no operation {operation}"
    return found


def check_question(service: str, operation: str, arguments: dict[str, Any]) -> None:
    """Fail where a call has an argument that its service does not take, or lacks one."""
    shape = operation_model(service, operation).input_shape
    if shape is None:
        assert not arguments, f"{service}.{operation} takes no arguments"
        return
    report = ParamValidator().validate(arguments, shape).generate_report()
    assert not report, f"{service}.{operation}: {report}"


def check_answer(service: str, operation: str, answer: Any) -> None:
    """Fail where a recorded answer has a member, or a value of a kind, that the service does not give."""
    shape = operation_model(service, operation).output_shape
    for page in answer if isinstance(answer, list) else [answer]:
        if not isinstance(page, dict) or shape is None:
            continue
        report = ParamValidator().validate(page, shape).generate_report()
        wrong = [line for line in report.splitlines() if not _ALSO_GIVEN.search(line)]
        assert not wrong, f"an answer of {service}.{operation} that AWS never gives: {wrong}"
