"""Questions to AWS, with a client that answers as told."""

from collections.abc import Iterator
from threading import Event
from typing import Any

import pytest
from botocore.exceptions import ClientError, ConnectTimeoutError, EndpointConnectionError

from phiward.collectors.aws.asking import Asking, digest
from phiward.collectors.aws.calls import RefusedCallError
from phiward.collectors.aws.limits import Limits
from phiward.collectors.aws.login import Login
from phiward.collectors.aws.port import Denied
from phiward.collectors.aws.view import View
from phiward.inventory.model import Unknown


def error(code: str, status: int = 400, message: str = "", retries: int = 0) -> ClientError:
    """Return an error answer of a service."""
    metadata = {"HTTPStatusCode": status, "RequestId": "r-1", "RetryAttempts": retries, "HostId": "", "HTTPHeaders": {}}
    return ClientError({"Error": {"Code": code, "Message": message}, "ResponseMetadata": metadata}, "Op")


KEY = {"KeyId": "k"}


class Client:
    """A client whose every operation gives the next of the told answers; the last one for ever."""

    def __init__(self, *answers: Any) -> None:
        self.answers = list(answers)
        self.made: list[str] = []

    def __getattr__(self, operation: str) -> Any:
        return lambda **arguments: self.answer(operation)

    def answer(self, operation: str) -> Any:
        """Return or raise the next answer."""
        self.made.append(operation)
        given = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        if isinstance(given, Exception):
            raise given
        return {**given, "ResponseMetadata": {"RequestId": f"r-{len(self.made)}"}}

    def can_paginate(self, operation: str) -> bool:
        """Say whether the operation has pages: listings whose name says so."""
        return operation != "describe_trails"

    def get_paginator(self, operation: str) -> Any:
        """Return the pages, which never end by themselves."""
        client = self

        class Pages:
            def paginate(self, **arguments: Any) -> Iterator[Any]:
                while True:
                    yield client.answer(operation)

        return Pages()


class Clients:
    """One client for every service and region."""

    def __init__(self, client: Client) -> None:
        self.client = client

    def get(self, service: str, region: str) -> Client:
        """Return the client."""
        return self.client


def view(client: Client, wanted: frozenset[str] | None = None) -> View:
    """Return the port over a client."""
    limits = Limits(pages=3, pending_attempts=3, pending_seconds=0)
    clients: Any = Clients(client)
    asking = Asking(clients, principal="arn:p", now="2026-01-02T03:04:05Z", limits=limits, stopped=Event())
    login = Login(session=None, account="1", partition="aws", principal="arn:p", region=None)
    return View(asking, login, region="us-east-1", now="2026-01-02T03:04:05Z", wanted=wanted)


def ask(port: View, **options: Any) -> Any:
    """Ask for a bucket's encryption."""
    return port.ask("s3", "get_bucket_encryption", fills=("encryption_at_rest",), **options)


@pytest.mark.parametrize(
    ("given", "reason"),
    [
        (error("AccessDenied", 403), "access denied: s3:GetEncryptionConfiguration"),
        (
            error("AccessDenied", 403, "is not authorized ... with an explicit deny in a service control policy"),
            "access denied: s3:GetEncryptionConfiguration (explicitly denied by a service control policy)",
        ),
        (error("SlowDown", 503, retries=9), "throttled after 10 attempts: s3:GetBucketEncryption in us-east-1"),
        (
            error("InternalError", 500, retries=9),
            "s3:GetBucketEncryption in us-east-1 failed after 10 attempts: InternalError (HTTP 500)",
        ),
        (
            ConnectTimeoutError(endpoint_url="https://x"),
            "timed out after 3 attempts: s3:GetBucketEncryption in us-east-1",
        ),
        (
            error("ExpiredToken"),
            "the credentials expired before s3:GetBucketEncryption in us-east-1: sign in again and repeat the run",
        ),
        (error("NoSuchBucket", 404), "s3:GetBucketEncryption: NoSuchBucket"),
    ],
)
def test_a_failed_call_is_unknown_and_says_why(given: Exception, reason: str) -> None:
    """In words that say what would help."""
    assert ask(view(Client(given))) == Unknown(reason)


def test_a_code_that_means_not_configured_is_absence() -> None:
    """Such an answer is data, observed like any other."""
    port = view(Client(error("ServerSideEncryptionConfigurationNotFoundError", 404)))

    assert ask(port, absent=("ServerSideEncryptionConfigurationNotFoundError",)) is None
    assert [(seen.call, seen.fills) for seen in port.observations] == [
        ("s3:GetBucketEncryption", ("encryption_at_rest",))
    ]


def test_the_same_question_costs_one_request() -> None:
    """Whoever asks."""
    client = Client({"a": 1})
    port = view(client)

    assert [ask(port), ask(port.for_item())] == [{"a": 1}, {"a": 1}]
    assert len(client.made) == 1


def test_a_question_across_regions_outlives_the_region() -> None:
    """A trail is listed in every region: whoever comes last, its home is asked once."""
    client = Client({"a": 1})
    port = view(client)

    ask(port, region="us-east-1")
    port._asking.forget("us-east-1")
    ask(port, region="us-east-1")

    assert len(client.made) == 1


def test_what_nobody_needs_is_not_asked() -> None:
    """No request is made."""
    client = Client({"a": 1})

    assert ask(view(client, frozenset({"exposure.public"}))) == Unknown("not asked: no selected control reads it")
    assert client.made == []


def test_after_credentials_expired_nothing_more_is_sent() -> None:
    """No later call can succeed."""
    client = Client(error("ExpiredToken"))
    port = view(client)

    ask(port)

    assert isinstance(port.ask("kms", "describe_key", fills=()), Unknown)
    assert len(client.made) == 1


def test_an_endpoint_that_twice_gave_no_answer_is_left_alone() -> None:
    """A silent region does not cost a timeout for each thing in it."""
    client = Client(EndpointConnectionError(endpoint_url="https://x"))
    port = view(client)

    for name in "abcd":
        ask(port, Bucket=name)

    assert len(client.made) == 2


def test_a_report_that_is_not_ready_is_asked_for_again() -> None:
    """Until it is there."""
    port = view(Client(error("ReportInProgress", 404), {"Content": b"x"}))

    assert port.ask("iam", "get_credential_report", fills=(), pending=("ReportInProgress",)) == {"Content": b"x"}


def test_a_report_that_is_never_ready_is_unknown() -> None:
    """Waiting is bounded."""
    port = view(Client(error("ReportInProgress", 404)))

    answer = port.ask("iam", "get_credential_report", fills=(), pending=("ReportInProgress",))

    assert answer == Unknown("iam:GetCredentialReport was not ready after 3 attempts")


def test_an_endless_listing_is_stopped_and_told() -> None:
    """What came before the end is kept."""
    entries = view(Client({"Keys": [KEY]})).pages("kms", "list_keys", "Keys")

    assert [next(entries) for _ in range(3)] == [KEY, KEY, KEY]
    with pytest.raises(Denied, match="goes on after 3 pages"):
        next(entries)


class Marked(Client):
    """A client whose listings go on by a marker, without a paginator."""

    def __init__(self, *answers: Any) -> None:
        super().__init__(*answers)
        self.given: list[dict[str, Any]] = []

    def __getattr__(self, operation: str) -> Any:
        def call(**arguments: Any) -> Any:
            self.given.append(arguments)
            return self.answer(operation)

        return call

    def can_paginate(self, operation: str) -> bool:
        """Say that there is no paginator."""
        return False


def test_a_listing_goes_on_by_its_marker() -> None:
    """AWS WAF gives a marker with the last entries too: the page after it is empty."""
    client = Marked({"WebACLs": [KEY], "NextMarker": "a"}, {"WebACLs": [KEY], "NextMarker": "b"}, {"WebACLs": []})

    found = list(view(client).pages("wafv2", "list_web_acls", "WebACLs", Scope="REGIONAL"))

    assert found == [KEY, KEY]
    assert [each.get("NextMarker") for each in client.given] == [None, "a", "b"]
    assert {each["Scope"] for each in client.given} == {"REGIONAL"}


def test_a_marker_without_end_is_told() -> None:
    """A listing that never ends is stopped like any other."""
    entries = view(Marked({"WebACLs": [KEY], "NextMarker": "a"})).pages("wafv2", "list_web_acls", "WebACLs")

    assert [next(entries) for _ in range(3)] == [KEY, KEY, KEY]
    with pytest.raises(Denied, match="goes on after 3 pages"):
        next(entries)


def test_a_marked_listing_that_is_refused_is_denied() -> None:
    """The second page is refused: the first is kept, and the rest is told."""
    client = Marked({"WebACLs": [KEY], "NextMarker": "a"}, error("AccessDeniedException"))
    entries = view(client).pages("wafv2", "list_web_acls", "WebACLs")

    assert next(entries) == KEY
    with pytest.raises(Denied, match="access denied: wafv2:ListWebACLs"):
        next(entries)


def test_the_entries_of_a_listing_may_lie_deeper() -> None:
    """CloudFront puts them into a member; an account without any gives none."""
    client = Client({"DistributionList": {"Items": [KEY]}}, {"DistributionList": {"Quantity": 0}})
    entries = view(client).pages("cloudfront", "list_distributions", "DistributionList.Items")

    assert next(entries) == KEY


def test_more_pages_than_can_be_read_are_told() -> None:
    """An answer in parts, of an operation that has no pages."""
    entries = view(Client({"trailList": [KEY], "NextToken": "x"})).pages("cloudtrail", "describe_trails", "trailList")

    assert next(entries) == KEY
    with pytest.raises(Denied, match="more pages"):
        next(entries)


def test_a_listing_that_breaks_off_keeps_what_it_gave() -> None:
    """The second page is throttled: the first is kept, and the rest is told."""
    entries = view(Client({"Keys": [KEY]}, error("ThrottlingException", retries=9))).pages("kms", "list_keys", "Keys")

    assert next(entries) == KEY
    with pytest.raises(Denied, match="throttled after 10 attempts: kms:ListKeys in us-east-1"):
        next(entries)


def test_a_write_never_reaches_the_client() -> None:
    """A type module's mistake is refused before anything is sent."""
    client = Client({})

    with pytest.raises(RefusedCallError):
        view(client).ask("s3", "delete_bucket", fills=())
    assert client.made == []


def test_the_digest_does_not_depend_on_the_order_of_members() -> None:
    """The same answer has the same digest, whatever order it came in."""
    assert digest({"a": b"1", "b": 2}) == digest({"b": 2, "a": b"1"}) != digest({"a": b"1", "b": 3})
