"""Asking AWS: each question once, pages as they come, and every failure told in words.

The digest of an observation is over the parsed answer without its `ResponseMetadata` (a request id, a date: never twice
the same), as JSON with sorted keys, times as ISO 8601 in UTC, and bytes in base64.
"""

import base64
import hashlib
import json
from collections.abc import Collection, Iterator
from concurrent.futures import Future
from datetime import UTC, datetime
from threading import Event, Lock
from typing import Any, NamedTuple

from phiward.collectors.aws import calls, failures
from phiward.collectors.aws.clients import Clients, StoppedError
from phiward.collectors.aws.failures import Failure
from phiward.collectors.aws.limits import Limits
from phiward.collectors.aws.port import Denied
from phiward.inventory.model import Observation

CONTINUES = ("NextToken", "nextToken", "NextMarker", "IsTruncated", "Truncated")
"""Members of an answer that say there is more of it."""

BY_MARKER = {"waf-regional": "NextMarker", "wafv2": "NextMarker"}
"""Services whose listings go on by a marker, though the SDK has no paginator for them. They may give a marker with the
last entries as well: the page after it is empty and has none."""


class Answer(NamedTuple):
    """What a call gave: a body, or a failure; and its observation, where the service answered at all."""

    body: dict[str, Any] | None
    failure: Failure | None
    observation: Observation | None


class Listing:
    """A listing read page by page by whoever gets there first, and seen by all who ask for the same."""

    def __init__(self, pages: Iterator[Answer]) -> None:
        self._pages = pages
        self._read: list[Answer] = []
        self._ended = False
        self._lock = Lock()

    def __iter__(self) -> Iterator[Answer]:
        position = 0
        while True:
            with self._lock:
                if position == len(self._read):
                    if self._ended:
                        return
                    page = next(self._pages, None)
                    if page is None:
                        self._ended = True
                        return
                    self._read.append(page)
            yield self._read[position]
            position += 1


class Asking:
    """The requests of one run."""

    def __init__(self, clients: Clients, *, principal: str, now: str | None, limits: Limits, stopped: Event) -> None:
        self._clients = clients
        self._principal = principal
        self._now = now
        self._limits = limits
        self._stopped = stopped
        self._lock = Lock()
        self._answers: dict[str, dict[str, Future[Answer]]] = {}
        self._listings: dict[str, dict[str, Listing]] = {}
        self._expired: Failure | None = None
        self._silences: dict[tuple[str, str], tuple[int, Failure]] = {}
        self._silent: dict[str, tuple[int, Failure]] = {}
        """Of regions that never answered: how many calls got no answer."""
        self._heard: set[str] = set()

    @property
    def expired(self) -> bool:
        """Say whether the credentials have ended."""
        return self._expired is not None

    def one(  # noqa: PLR0913 - a call has this many parts
        self,
        service: str,
        operation: str,
        region: str,
        arguments: dict[str, Any],
        pending: Collection[str] = (),
        *,
        across: bool = False,
    ) -> Answer:
        """Return the answer of a call. Whoever asks the same meanwhile waits for the one request.

        `across`: other regions may ask the same of this one, so the answer outlives the region's own types.
        """
        calls.refuse_writes(service, operation)
        question = _question(service, operation, arguments)
        with self._lock:
            answers = self._answers.setdefault(f"{region} from anywhere" if across else region, {})
            waiting = answers.get(question)
            answer: Future[Answer] = waiting or answers.setdefault(question, Future())
        if waiting is None:
            try:
                answer.set_result(self._ready(service, operation, region, arguments, pending))
            except BaseException as error:  # reason: those who wait for it must hear of it too
                answer.set_exception(error)
                raise
        return answer.result()

    def listing(self, service: str, operation: str, region: str, arguments: dict[str, Any]) -> Listing:
        """Return the pages of a listing; the last one may be a failure."""
        calls.refuse_writes(service, operation)
        question = _question(service, operation, arguments)
        with self._lock:
            listings = self._listings.setdefault(region, {})
            if question not in listings:
                listings[question] = Listing(self._pages(service, operation, region, arguments))
            return listings[question]

    def forget(self, region: str) -> None:
        """Drop the answers of a region that nobody will ask about again."""
        with self._lock:
            self._answers.pop(region, None)
            self._listings.pop(region, None)

    def _ready(
        self, service: str, operation: str, region: str, arguments: dict[str, Any], pending: Collection[str]
    ) -> Answer:
        """Send, again and again while the service says that the answer is not ready."""
        for _ in range(self._limits.pending_attempts):
            answer = self._send(service, operation, region, arguments)
            if answer.failure is None or answer.failure.code not in pending:
                return answer
            self._stopped.wait(self._limits.pending_seconds)
        reason = f"{calls.call(service, operation)} was not ready after {self._limits.pending_attempts} attempts"
        return answer._replace(failure=Failure(reason=reason))

    def _send(self, service: str, operation: str, region: str, arguments: dict[str, Any]) -> Answer:
        from botocore import exceptions
        from botocore.parsers import ResponseParserError

        hopeless = self._hopeless(service, region)
        if hopeless is not None:
            return Answer(None, hopeless, None)
        try:
            body = getattr(self._clients.get(service, region), operation)(**arguments)
        except exceptions.ClientError as error:
            return self._error(error.response, service, operation, region)
        except exceptions.ParamValidationError:
            raise  # a mistake of the type module
        except (exceptions.BotoCoreError, ResponseParserError) as error:
            return self._silence(error, service, operation, region)
        return self._answer(service, operation, region, body)

    def _pages(self, service: str, operation: str, region: str, arguments: dict[str, Any]) -> Iterator[Answer]:
        from botocore import exceptions
        from botocore.parsers import ResponseParserError

        hopeless = self._hopeless(service, region)
        if hopeless is not None:
            yield Answer(None, hopeless, None)
            return
        call = calls.call(service, operation)
        try:
            client = self._clients.get(service, region)
            if not client.can_paginate(operation) and service in BY_MARKER:
                yield from self._marked(service, operation, region, arguments)
                return
            if not client.can_paginate(operation):
                answer = self._send(service, operation, region, arguments)
                yield answer
                if answer.body is not None and any(answer.body.get(name) for name in CONTINUES):
                    yield Answer(None, Failure(reason=f"{call} in {region} has more pages than the first"), None)
                return
            pages = iter(client.get_paginator(operation).paginate(**arguments))
            for number, body in enumerate(pages, 1):
                if number > self._limits.pages:
                    reason = f"{call} in {region} goes on after {self._limits.pages} pages: the listing was stopped"
                    yield Answer(None, Failure(reason=reason), None)
                    return
                yield self._answer(service, operation, region, body)
                if self._stopped.is_set():
                    raise StoppedError
        except exceptions.ClientError as error:
            yield self._error(error.response, service, operation, region)
        except exceptions.ParamValidationError:
            raise  # a mistake of the type module
        except (exceptions.BotoCoreError, ResponseParserError) as error:
            yield self._silence(error, service, operation, region)

    def _marked(self, service: str, operation: str, region: str, arguments: dict[str, Any]) -> Iterator[Answer]:
        """Send again with the marker of each answer until one has none."""
        name, given = BY_MARKER[service], dict(arguments)
        for _ in range(self._limits.pages):
            answer = self._send(service, operation, region, given)
            yield answer
            marker = (answer.body or {}).get(name)
            if not marker:
                return
            given = {**arguments, name: marker}
        reason = (
            f"{calls.call(service, operation)} in {region} goes on after {self._limits.pages} pages: "
            "the listing was stopped"
        )
        yield Answer(None, Failure(reason=reason), None)

    def _hopeless(self, service: str, region: str) -> Failure | None:
        """Return why a call need not be tried: the credentials ended, or the endpoint does not answer."""
        if self._stopped.is_set():
            raise StoppedError
        if self._expired is not None:
            return self._expired
        times, failure = self._silences.get((service, region), (0, None))
        if times > 1:
            return failure
        times, failure = self._silent.get(region, (0, None))
        if failure is None or times < self._limits.silent_calls or region in self._heard:
            return None
        return Failure(reason=f"{region} does not answer: {failure.reason}", silent=True)

    def _answer(self, service: str, operation: str, region: str, body: dict[str, Any]) -> Answer:
        self._heard.add(region)
        metadata = body.pop("ResponseMetadata", {})
        seen = self._observation(service, operation, metadata.get("RequestId"), body)
        return Answer(body, None, seen)

    def _error(self, response: dict[str, Any], service: str, operation: str, region: str) -> Answer:
        self._heard.add(region)
        failure = failures.of_answer(response, service, operation, region)
        if failure.expired:
            self._expired = failure
        seen = self._observation(service, operation, failure.request_id, {"Error": {"Code": failure.code}})
        return Answer(None, failure, seen)

    def _silence(self, error: Exception, service: str, operation: str, region: str) -> Answer:
        failure = failures.of_silence(error, service, operation, region, self._limits.silent_attempts)
        if failure.expired:
            self._expired = failure
        if failure.silent:
            with self._lock:
                times, _ = self._silences.get((service, region), (0, None))
                self._silences[service, region] = (times + 1, failure)
                self._silent[region] = (self._silent.get(region, (0, failure))[0] + 1, failure)
        return Answer(None, failure, None)

    def _observation(self, service: str, operation: str, request_id: str | None, body: dict[str, Any]) -> Observation:
        return Observation(
            call=calls.call(service, operation),
            at=self._now,
            principal=self._principal,
            request_id=request_id,
            digest=digest(body),
        )


def entries(body: dict[str, Any] | None, key: str) -> list[Any]:
    """Return the entries of a page; a dotted key leads into a member: `DistributionList.Items`."""
    found: Any = body or {}
    for name in key.split("."):
        found = found.get(name) or {}
    return found or []


def digest(body: dict[str, Any]) -> str:
    """Return the digest of a parsed answer."""
    text = json.dumps(body, sort_keys=True, separators=(",", ":"), ensure_ascii=False, default=_plain)
    return f"sha256:{hashlib.sha256(text.encode('utf-8', 'surrogatepass')).hexdigest()}"


def denied(answer: Answer, service: str, operation: str) -> Denied | None:
    """Return the failure of a page as the port's exception, None where it has none."""
    return None if answer.failure is None else Denied(calls.call(service, operation), answer.failure.reason)


def _question(service: str, operation: str, arguments: dict[str, Any]) -> str:
    return f"{service}.{operation} {json.dumps(arguments, sort_keys=True, default=_plain)}"


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat()
    if isinstance(value, bytes | bytearray):
        return base64.b64encode(value).decode()
    return str(value)
