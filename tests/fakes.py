"""Fakes of the ports: what a test hands to code that would otherwise touch the world."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import Any, NamedTuple

import service_model

from phiward.collectors.aws import calls
from phiward.collectors.aws.asking import entries
from phiward.collectors.aws.need import needed
from phiward.collectors.aws.port import Denied
from phiward.inventory.model import Maybe, Observation, Unknown


class Code(NamedTuple):
    """An answer that is an error code: `Code("NoSuchBucketPolicy")`."""

    code: str


def asked(action: str, **arguments: Any) -> str:
    """Return the key of the answer to one exact question, for `FakeAws(answers=...)`."""
    return f"{action} {sorted(arguments.items())!r}"


class FakeAws:
    """The `Aws` port over recorded answers.

    `answers` maps an API action, or the action with its arguments (`asked("s3:GetBucketPolicy", Bucket="a")`), to the
    recorded answer: a dict, a list of dicts
    (the pages of a listing), `None` (the service says *not configured*) or a `Code`. `denied` holds the API or IAM
    actions that are refused. `need` holds the paths that selected controls read; None is everything. An unrecorded
    question is a mistake of the test and fails it, and so is a question or an answer that the service's own model
    does not know (`service_model`). `calls` holds the requests made: asking twice makes one.
    """

    def __init__(
        self,
        answers: Mapping[str, Any] | None = None,
        *,
        denied: Iterable[str] = (),
        need: Iterable[str] | None = None,
        account: str = "123456789012",
        region: str = "us-east-1",
        partition: str = "aws",
        now: str = "2026-01-02T03:04:05Z",
    ) -> None:
        self.answers = dict(answers or {})
        self.denied = set(denied)
        self.need = None if need is None else frozenset(need)
        self.account = account
        self.region = region
        self.partition = partition
        self.now = now
        self.observations: tuple[Observation, ...] = ()
        self.calls: list[tuple[str, dict[str, Any]]] = []

    def needs(self, *paths: str) -> bool:
        """Say whether a path, what it lies in, or something in it is among the needed ones."""
        return needed(paths, self.need)

    def pages(self, service: str, operation: str, key: str, **arguments: Any) -> Iterator[dict[str, Any]]:
        """Yield the entries under `key` of the recorded pages."""
        answer = self._request(service, operation, arguments, fills=())
        pages = answer if isinstance(answer, list) else [answer]
        for page in pages:
            if isinstance(page, Code):
                raise Denied(calls.call(service, operation), page.code)
            yield from entries(page, key)

    def ask(
        self,
        service: str,
        operation: str,
        *,
        fills: Collection[str],
        absent: Collection[str] = (),
        pending: Collection[str] = (),
        region: str | None = None,
        **arguments: Any,
    ) -> Maybe[dict[str, Any] | None]:
        """Return the recorded answer, as the port promises."""
        if not self.needs(*fills):
            return Unknown(calls.NOT_ASKED)
        try:
            answer = self._request(service, operation, arguments, fills=fills)
        except Denied as denied:
            return Unknown(denied.reason)
        if isinstance(answer, Code):
            return None if answer.code in absent else Unknown(f"{calls.call(service, operation)}: {answer.code}")
        if answer is not None and not isinstance(answer, dict):
            message = f"the answer to {calls.call(service, operation)} is recorded as pages: ask() wants one dict"
            raise AssertionError(message)
        return answer

    def _request(self, service: str, operation: str, arguments: dict[str, Any], *, fills: Collection[str]) -> Any:
        calls.refuse_writes(service, operation)
        service_model.check_question(service, operation, arguments)
        action = calls.call(service, operation)
        if (action, arguments) not in self.calls:
            self.calls.append((action, arguments))
        if action in self.denied or calls.grant(service, operation) in self.denied:
            raise Denied(action, calls.access_denied(service, operation))
        for key in (asked(action, **arguments), action):
            if key in self.answers:
                seen = Observation(
                    call=action, fills=tuple(sorted(fills)), at=self.now, principal="arn:aws:iam::123456789012:user/a"
                )
                if seen not in self.observations:
                    self.observations = (*self.observations, seen)
                service_model.check_answer(service, operation, self.answers[key])
                return self.answers[key]
        message = f"no answer is recorded for {action} with {arguments}"
        raise AssertionError(message)
