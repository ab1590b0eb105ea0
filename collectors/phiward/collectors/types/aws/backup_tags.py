"""The tags of what AWS Backup has. Calls `backup:ListTags`."""

from phiward.collectors.aws.port import Aws
from phiward.inventory.model import Maybe, Unknown


def tags_of_arn(aws: Aws, arn: str) -> Maybe[dict[str, str]]:
    """Return the tags of a plan, a vault or a recovery point; `Unknown` where they may not be read."""
    answer = aws.ask("backup", "list_tags", fills=("tags",), ResourceArn=arn)
    if isinstance(answer, Unknown):
        return answer
    if (answer or {}).get("NextToken"):
        return Unknown("it has more tags than the first page")
    return dict((answer or {}).get("Tags") or {})
