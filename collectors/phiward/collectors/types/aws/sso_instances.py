"""The Identity Center of an account. Calls `sso:ListInstances`.

An organization has one, in one region; other accounts see it too, and are given people's sessions by it. It is read
where it belongs, in the management account, so that one instance is not told once for each account.
"""

from collections.abc import Iterator
from typing import Any

from phiward.collectors.aws.port import Aws


def own(aws: Aws) -> Iterator[dict[str, Any]]:
    """Yield the instances of this region that belong to this account."""
    for instance in aws.pages("sso-admin", "list_instances", "Instances"):
        if instance.get("OwnerAccountId", aws.account) == aws.account:
            yield instance
