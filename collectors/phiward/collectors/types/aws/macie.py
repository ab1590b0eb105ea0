"""What Amazon Macie found in a bucket. Calls `macie2:DescribeBuckets`, for all buckets of a region together.

Macie answers with a score: above 50 it found sensitive data (or a person said so), 50 is *not yet analysed*, 1 to 49 is
*not sensitive*, -1 an error (*Sensitivity scoring for S3 buckets*, Amazon Macie User Guide). What it found itself is
never read.
"""

from collections.abc import Iterator
from typing import Any

from phiward.collectors.aws.failures import NOT_ENABLED
from phiward.collectors.aws.port import Aws
from phiward.inventory.model import Maybe, Unknown

FILLS = ("sensitive_data",)
_NOT_ANALYSED = 50
_PAGES = 1_000
"""Of a region's buckets; Macie watches at most 10,000."""


def sensitive_data(aws: Aws, region: str | None, name: str) -> Maybe[bool | None]:
    """Say whether Macie found sensitive data in a bucket. None: it is off there, or has not analysed the bucket."""
    if region is None and aws.needs(*FILLS):
        return Unknown("the bucket's region could not be seen")
    for page in _pages(aws, region):
        if page is None or isinstance(page, Unknown):
            return page
        for bucket in page.get("buckets", ()):
            if bucket.get("bucketName") == name:
                return _of(bucket)
    return None


def _pages(aws: Aws, region: str | None) -> Iterator[Maybe[dict[str, Any] | None]]:
    """Yield the pages of a region's listing. Every bucket asks for the same ones, so that each is sent for once."""
    more: dict[str, str] = {}
    for _ in range(_PAGES):
        page = aws.ask("macie2", "describe_buckets", fills=FILLS, absent=(NOT_ENABLED,), region=region, **more)
        yield page
        if isinstance(page, Unknown) or page is None or not page.get("nextToken"):
            return
        more = {"nextToken": page["nextToken"]}
    yield Unknown(f"macie2:DescribeBuckets goes on after {_PAGES} pages")


def _of(bucket: dict[str, Any]) -> Maybe[bool | None]:
    score = bucket.get("sensitivityScore")
    if isinstance(score, int) and score > _NOT_ANALYSED:
        return True
    if bucket.get("errorCode"):
        return Unknown(f"Macie could not look at the bucket ({bucket['errorCode']})")
    if bucket.get("automatedDiscoveryMonitoringStatus") != "MONITORED" or score in (None, _NOT_ANALYSED):
        return None
    return False if score > 0 else Unknown("Macie met errors while it analysed the bucket")
