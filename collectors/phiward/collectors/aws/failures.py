"""What a failed call means, in words a reader can act on."""

import re
from typing import Any

from msgspec import Struct

from phiward.collectors.aws import calls

DENIED = frozenset(
    {
        "403",
        "AccessDenied",
        "AccessDeniedException",
        "AccessDeniedFault",
        "AuthorizationError",
        "AuthorizationErrorException",
        "Forbidden",
        "NotAuthorized",
        "UnauthorizedAccess",
        "UnauthorizedException",
        "UnauthorizedOperation",
    }
)
NOT_ENABLED = "NotEnabled"
"""The code of a refusal that says that the service is off, where the service has no code of its own for that."""
_OFF = {"macie2": "Macie is not enabled"}
"""Services that say it by a denial: what its message says. A caller who may not ask gets another message."""
EXPIRED = frozenset({"ExpiredToken", "ExpiredTokenException", "RequestExpired", "TokenRefreshRequired"})
REJECTED = frozenset(
    {
        "AuthFailure",
        "IncompleteSignature",
        "InvalidAccessKeyId",
        "InvalidClientTokenId",
        "InvalidSignatureException",
        "MissingAuthenticationToken",
        "SignatureDoesNotMatch",
        "UnrecognizedClientException",
    }
)
"""The service does not know the credentials: wrong ones, or a region that is not enabled for the account."""
THROTTLED = frozenset(
    {
        "BandwidthLimitExceeded",
        "EC2ThrottledException",
        "LimitExceededException",
        "PriorRequestNotComplete",
        "ProvisionedThroughputExceededException",
        "RequestLimitExceeded",
        "RequestThrottled",
        "RequestThrottledException",
        "SlowDown",
        "ThrottledException",
        "Throttling",
        "ThrottlingException",
        "TooManyRequestsException",
        "TransactionInProgressException",
    }
)

_EXPLICIT_DENY = re.compile(
    r"explicit deny in an? (service control|resource control|identity-based|resource-based|session"
    r"|permissions boundary|VPC endpoint) ?(?:policy)?"
)


class Failure(Struct, frozen=True, kw_only=True):
    """A call that gave no answer, or an error as its answer."""

    reason: str
    code: str | None = None
    """The service's error code, where the service answered."""
    request_id: str | None = None
    silent: bool = False
    """Nothing answered at all."""
    expired: bool = False
    """The credentials have ended: no later call can succeed."""


def of_answer(response: dict[str, Any], service: str, operation: str, region: str) -> Failure:
    """Return what an error answer means. Messages are not repeated: they may hold names and values."""
    error = response.get("Error", {})
    metadata = response.get("ResponseMetadata", {})
    code = str(error.get("Code") or "")
    status = metadata.get("HTTPStatusCode")
    call = calls.call(service, operation)
    attempts = metadata.get("RetryAttempts", 0) + 1
    expired = code in EXPIRED
    if expired:
        reason = f"the credentials expired before {call} in {region}: sign in again and repeat the run"
    elif code in DENIED and service in _OFF and _OFF[service] in str(error.get("Message", "")):
        code, reason = NOT_ENABLED, f"{call} in {region}: the service is not enabled"
    elif code in DENIED:
        why = _EXPLICIT_DENY.search(str(error.get("Message", "")))
        by = f" (explicitly denied by a {why[1]} policy)".replace("boundary policy", "boundary") if why else ""
        reason = f"{calls.access_denied(service, operation)}{by}"
    elif code in REJECTED:
        reason = f"{call}: {region} does not accept the credentials ({code}): is the region enabled for the account?"
    elif code in THROTTLED:
        reason = f"throttled after {attempts} attempts: {call} in {region}"
    elif isinstance(status, int) and status >= 500:
        reason = f"{call} in {region} failed after {attempts} attempts: {code or 'no code'} (HTTP {status})"
    else:
        reason = f"{call}: {code or f'HTTP {status}'}"
    return Failure(reason=reason, code=code or None, request_id=metadata.get("RequestId"), expired=expired)


def of_silence(error: Exception, service: str, operation: str, region: str, attempts: int) -> Failure:
    """Return what a library error without an answer of the service means."""
    from botocore import exceptions

    call = calls.call(service, operation)
    if isinstance(error, exceptions.ReadTimeoutError | exceptions.ConnectTimeoutError):
        reason = f"timed out after {attempts} attempts: {call} in {region}"
        return Failure(reason=reason, silent=True)
    if isinstance(error, silences()):
        reason = f"no connection to {service} in {region} after {attempts} attempts: {call} ({type(error).__name__})"
        return Failure(reason=reason, silent=True)
    if isinstance(error, credential_errors()):
        reason = f"the credentials ended before {call} in {region}: sign in again and repeat the run"
        return Failure(reason=reason, expired=True)
    if isinstance(error, exceptions.PaginationError):
        return Failure(reason=f"{call} in {region} names the same next page twice: the listing was stopped there")
    return Failure(reason=f"{call} in {region}: the answer could not be read ({type(error).__name__})")


def silences() -> tuple[type[Exception], ...]:
    """Return the library errors that mean that nothing answered."""
    from botocore import exceptions

    return (exceptions.HTTPClientError, exceptions.ConnectionError)


def credential_errors() -> tuple[type[Exception], ...]:
    """Return the library errors that mean there are no usable credentials."""
    from botocore import exceptions

    return (
        exceptions.NoCredentialsError,
        exceptions.PartialCredentialsError,
        exceptions.CredentialRetrievalError,
        exceptions.MetadataRetrievalError,
        exceptions.NoAuthTokenError,
        exceptions.SSOError,
        exceptions.TokenRetrievalError,
        exceptions.LoginError,
        exceptions.RefreshWithMFAUnsupportedError,
    )
