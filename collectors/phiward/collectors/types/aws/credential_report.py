"""The account's credential report: who has which credential, since when, and when it was last used.

Calls `iam:GenerateCredentialReport` (which writes nothing but the report) and `iam:GetCredentialReport`. IAM makes a
report at most every four hours, so an identity may be newer than the report: then it is `Unknown`.
Source: *Getting credential reports for your AWS account* (IAM User Guide).
"""

import csv
from collections.abc import Collection, Iterator, Mapping
from functools import lru_cache
from typing import TypeAlias

from phiward.collectors.aws.port import Aws
from phiward.collectors.types.aws.answers import moment
from phiward.inventory.aspects import Credential
from phiward.inventory.model import Maybe, Unknown

Row: TypeAlias = Mapping[str, str]
"""One identity's line: column to value."""

_MAX_BYTES = 64 * 1024 * 1024
_NOTHING = frozenset({"", "N/A", "no_information", "not_supported"})


def row(aws: Aws, arn: str, *, fills: Collection[str]) -> Maybe[Row]:
    """Return the report's line of an identity."""
    begun = aws.ask("iam", "generate_credential_report", fills=fills)
    if isinstance(begun, Unknown):
        return begun
    report = aws.ask("iam", "get_credential_report", fills=fills, pending=("ReportInProgress", "ReportNotPresent"))
    if isinstance(report, Unknown):
        return report
    content = (report or {}).get("Content", b"")
    if len(content) > _MAX_BYTES:
        return Unknown("the credential report is too large to be read")
    return _rows(content if isinstance(content, bytes) else content.encode()).get(
        arn, Unknown(f"the credential report does not list {arn} yet: it is made anew every four hours")
    )


@lru_cache(maxsize=4)
def _rows(content: bytes) -> dict[str, Row]:
    """Return the lines by ARN. Kept, since every user of an account asks for the same report."""
    lines = content.decode("utf-8", "replace").splitlines()
    return {line["arn"]: line for line in csv.DictReader(lines) if line.get("arn")}


def time(line: Row, column: str) -> str | None:
    """Return a column's time, None where the report has none."""
    value = line.get(column) or ""
    return None if value in _NOTHING else moment(value)


def flag(line: Row, column: str) -> Maybe[bool]:
    """Return a column's yes or no."""
    value = (line.get(column) or "").lower()
    return value == "true" if value in {"true", "false"} else Unknown(f"the credential report has no {column}")


def credentials(line: Row) -> tuple[Credential, ...]:
    """Return what the identity signs in with. The report has no ids of keys: they are numbered, as it numbers them."""
    return tuple(sorted(_credentials(line), key=lambda credential: credential.id))


def last_activity(line: Row) -> str | None:
    """Return when a password or key was last used, None: never."""
    columns = ("password_last_used", "access_key_1_last_used_date", "access_key_2_last_used_date")
    return max((used for column in columns if (used := time(line, column))), default=None)


def _credentials(line: Row) -> Iterator[Credential]:
    if flag(line, "password_enabled") is True:
        yield Credential(
            id="password",
            kind="password",
            active=True,
            created=time(line, "password_last_changed"),
            last_used=time(line, "password_last_used"),
        )
    for number in (1, 2):
        active = flag(line, f"access_key_{number}_active")
        made = time(line, f"access_key_{number}_last_rotated")
        if made is not None or active is True:
            yield Credential(
                id=f"access-key-{number}",
                kind="access-key",
                active=active,
                created=made,
                last_used=time(line, f"access_key_{number}_last_used_date"),
            )
        if flag(line, f"cert_{number}_active") is True:
            yield Credential(
                id=f"signing-certificate-{number}",
                kind="signing-certificate",
                active=True,
                created=time(line, f"cert_{number}_last_rotated"),
                last_used=Unknown("IAM does not tell when a signing certificate was last used"),
            )
