"""The policy that an argument of Terraform code holds, as far as it is known.

`jsonencode` and `aws_iam_policy_document` give a text that is not known while one leaf of it is not (an ARN made by the
apply). Its structure is known all the same, and what the policy allows mostly is.
"""

from phiward.collectors.terraform.block import Block
from phiward.collectors.terraform.evaluate.data import policy_document
from phiward.collectors.terraform.evaluate.partly import opened
from phiward.collectors.terraform.evaluate.values import PartlyKnownJson
from phiward.collectors.terraform.form import Source
from phiward.inventory.iam import PolicyDocument
from phiward.inventory.iam_parse import parse_policy
from phiward.inventory.model import Maybe, Unknown


def policy_argument(block: Block, argument: str, source: Source) -> Maybe[PolicyDocument | None]:
    """Return the policy that an argument holds, its unknown leaves `Unknown`; None where the argument is not set.

    In a plan the text of an `aws_iam_policy_document` that waits for the apply is lost: it is put together again from
    the data source that the argument refers to.
    """
    value = block.get(argument)
    if value is None or value == "":
        return None
    if isinstance(value, PartlyKnownJson):
        return parse_policy(opened(value.value))
    if not isinstance(value, Unknown):
        return parse_policy(value)
    references = block.references(argument)
    data = source.find(references[0]) if len(references) == 1 else None
    if data is not None and data.type == "aws_iam_policy_document":
        return parse_policy(policy_document(data))
    return value


def policy_required(block: Block, argument: str, source: Source) -> Maybe[PolicyDocument]:
    """Return the policy of an argument that may not be left out."""
    return policy_argument(block, argument, source) or Unknown(f"{block.address} has no {argument}")
