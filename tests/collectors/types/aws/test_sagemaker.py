"""SageMaker notebooks and endpoint configurations: encrypted always, under a named key or not; the forms agree."""

from types import ModuleType
from typing import Any

import pytest
from fakes import FakeAws
from fakes_terraform import FakeBlock, FakeSource, Ref

from phiward.collectors.aws.port import Denied
from phiward.collectors.types.aws import sagemaker_endpoint_config, sagemaker_notebook_instance
from phiward.inventory.aspects import EncryptionAtRest
from phiward.inventory.model import Resource, Unknown

KEY = "arn:aws:kms:us-east-1:123456789012:key/0f0f"
NOTEBOOK_ARN = "arn:aws:sagemaker:us-east-1:123456789012:notebook-instance/study"
CONFIG_ARN = "arn:aws:sagemaker:us-east-1:123456789012:endpoint-config/triage"
ANSWERS: dict[str, Any] = {
    "sagemaker:ListNotebookInstances": {
        "NotebookInstances": [{"NotebookInstanceName": "study", "NotebookInstanceArn": NOTEBOOK_ARN}]
    },
    "sagemaker:DescribeNotebookInstance": {
        "NotebookInstanceArn": NOTEBOOK_ARN,
        "NotebookInstanceName": "study",
        "SubnetId": "subnet-1",
        "SecurityGroups": ["sg-1"],
        "KmsKeyId": KEY,
        "DirectInternetAccess": "Disabled",
        "RootAccess": "Disabled",
        "InstanceMetadataServiceConfiguration": {"MinimumInstanceMetadataServiceVersion": "2"},
    },
    "sagemaker:ListEndpointConfigs": {
        "EndpointConfigs": [{"EndpointConfigName": "triage", "EndpointConfigArn": CONFIG_ARN}]
    },
    "sagemaker:DescribeEndpointConfig": {
        "EndpointConfigName": "triage",
        "EndpointConfigArn": CONFIG_ARN,
        "KmsKeyId": KEY,
        "DataCaptureConfig": {"EnableCapture": True},
    },
    "sagemaker:ListTags": {"Tags": [{"Key": "Owner", "Value": "research"}]},
    "kms:DescribeKey": {"KeyMetadata": {"KeyManager": "CUSTOMER"}},
}
SAME_IN_BOTH = (
    "encryption_at_rest.enabled",
    "encryption_at_rest.algorithm",
    "encryption_at_rest.key_owner",
    "config",
)
BOTH = (sagemaker_notebook_instance, sagemaker_endpoint_config)
UNNAMED = EncryptionAtRest(enabled=True, algorithm="AES256", key_owner="provider")


def at(resource: Resource, path: str) -> Any:
    """Return the value at a path."""
    value: Any = resource
    for name in path.split("."):
        value = getattr(value, name)
    return value


def live(module: ModuleType, **given: Any) -> Resource:
    """Return the live resource of a type."""
    aws = FakeAws({**ANSWERS, **given.pop("answers", {})}, **given)
    (item,) = module.items(aws)
    resource: Resource = module.resource(aws, item)
    return resource


def code(module: ModuleType, **arguments: Any) -> Resource:
    """Return the resource of a block of the type."""
    (form,) = module.TERRAFORM
    block = FakeBlock(f"{form.main}.a", **arguments)
    resource: Resource = form.build(block, {}, FakeSource([block, FakeBlock("aws_kms_key.ephi")]))
    return resource


def written(module: ModuleType) -> Resource:
    """Return the same as is recorded, in code."""
    key = Ref("aws_kms_key.ephi.arn")
    if module is sagemaker_endpoint_config:
        return code(module, name="triage", kms_key_arn=key, blocks={"data_capture_config": [{"enable_capture": True}]})
    return code(
        module,
        name="study",
        kms_key_id=key,
        direct_internet_access="Disabled",
        root_access="Disabled",
        subnet_id=Ref("aws_subnet.a.id"),
        blocks={"instance_metadata_service_configuration": [{"minimum_instance_metadata_service_version": "2"}]},
    )


@pytest.mark.parametrize("module", BOTH)
@pytest.mark.parametrize("path", SAME_IN_BOTH)
def test_both_forms_agree(module: ModuleType, path: str) -> None:
    """The same, live and in code, has the same facts."""
    assert at(written(module), path) == at(live(module), path)


@pytest.mark.parametrize(
    ("module", "call", "said"),
    [
        (
            sagemaker_notebook_instance,
            "sagemaker:DescribeNotebookInstance",
            {"NotebookInstanceName": "study", "DirectInternetAccess": "Enabled"},
        ),
        (sagemaker_endpoint_config, "sagemaker:DescribeEndpointConfig", {"EndpointConfigName": "triage"}),
    ],
)
def test_without_a_named_key_the_service_encrypts(module: ModuleType, call: str, said: dict[str, Any]) -> None:
    """It is not unencrypted; the key is out of the organisation's hands. Both forms agree on the rest as well."""
    found, own = live(module, answers={call: said}), code(module, name="a")

    assert found.encryption_at_rest == UNNAMED
    assert [at(own, path) for path in SAME_IN_BOTH] == [at(found, path) for path in SAME_IN_BOTH]


def test_a_notebook_has_a_way_out_unless_it_is_declined() -> None:
    """SageMaker gives it one by itself, in both forms."""
    said = {"sagemaker:DescribeNotebookInstance": {"NotebookInstanceName": "study"}}

    assert at(live(sagemaker_notebook_instance, answers=said), "config.direct_internet_access") is True
    assert at(code(sagemaker_notebook_instance), "config.direct_internet_access") is True


@pytest.mark.parametrize(
    ("module", "denied", "unknown"),
    [
        (
            sagemaker_notebook_instance,
            "sagemaker:DescribeNotebookInstance",
            {
                "encryption_at_rest.algorithm",
                "encryption_at_rest.key_owner",
                "config.direct_internet_access",
                "config.root_access",
            },
        ),
        (
            sagemaker_endpoint_config,
            "sagemaker:DescribeEndpointConfig",
            {"encryption_at_rest.algorithm", "encryption_at_rest.key_owner", "config.data_capture"},
        ),
        (sagemaker_notebook_instance, "kms:DescribeKey", {"encryption_at_rest.key_owner"}),
        (sagemaker_endpoint_config, "sagemaker:ListTags", {"tags"}),
    ],
)
def test_a_denied_call_makes_its_own_facts_unknown(module: ModuleType, denied: str, unknown: set[str]) -> None:
    """With the call's name; that it is encrypted is so in any case."""
    found = live(module, denied={denied})

    assert all(denied in at(found, path).reason for path in unknown)
    assert at(found, "encryption_at_rest.enabled") is True
    others = {"tags", "encryption_at_rest.key_owner"} - unknown
    assert not any(isinstance(at(found, path), Unknown) for path in others)


@pytest.mark.parametrize(
    ("module", "call"),
    [
        (sagemaker_notebook_instance, "sagemaker:ListNotebookInstances"),
        (sagemaker_endpoint_config, "sagemaker:ListEndpointConfigs"),
    ],
)
def test_a_denied_listing_is_a_gap(module: ModuleType, call: str) -> None:
    """An account that refuses the listing is not an empty one."""
    with pytest.raises(Denied, match=call):
        list(module.items(FakeAws(denied={call})))


@pytest.mark.parametrize("module", BOTH)
def test_nothing_is_asked_that_no_control_reads(module: ModuleType) -> None:
    """Where only tags are read, nothing is described."""
    aws = FakeAws(ANSWERS, need={"tags"})
    (item,) = module.items(aws)
    module.resource(aws, item)

    assert [call for call, _ in aws.calls][1:] == ["sagemaker:ListTags"]


@pytest.mark.parametrize(
    ("arguments", "path"),
    [
        (
            {"direct_internet_access": Unknown("var.direct has no value", ("var.direct",))},
            "config.direct_internet_access",
        ),
        ({"kms_key_id": KEY}, "encryption_at_rest.key_owner"),
    ],
)
def test_what_code_cannot_tell_is_unknown(arguments: dict[str, Any], path: str) -> None:
    """A variable without a value; a key named by its id, which does not tell whose it is."""
    assert isinstance(at(code(sagemaker_notebook_instance, **arguments), path), Unknown)
