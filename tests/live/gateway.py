"""A gateway before a simulated AWS: it remembers who asked what, and refuses, delays or spoils what it is told to."""

import http.client
import re
import threading
import time
import urllib.parse
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import NamedTuple


class Question(NamedTuple):
    """One request, as the service sees it."""

    key: str
    """The access key that signed it."""
    region: str
    service: str
    action: str
    """The operation where the protocol names it (`DescribeRegions`), else the method."""
    text: str
    """Path and body."""


class Answer(NamedTuple):
    """What the gateway says in the service's place."""

    status: int
    body: bytes


Rule = Callable[[Question, int], Answer | None]
"""Given a question and how often it was asked before, an answer of the gateway's own, or None to pass it on."""


class Gateway(ThreadingHTTPServer):
    """Passes on what its rule lets through."""

    daemon_threads = True
    block_on_close = False
    request_queue_size = 128

    def __init__(self, behind: str) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.behind = urllib.parse.urlsplit(behind).netloc
        self.rule: Rule = lambda _question, _times: None
        self.asked: Counter[Question] = Counter()
        self.accounts: dict[str, str] = {}
        """Access keys that were given out for roles, and the accounts of these."""
        self.lock = threading.Lock()

    def handle_error(self, request: object, client_address: object) -> None:
        """Say nothing of those who go away: some are killed."""

    @property
    def endpoint(self) -> str:
        """Return its address."""
        return f"http://127.0.0.1:{self.server_port}"

    def count(self, *actions: str) -> int:
        """Return how often some actions were asked for."""
        return sum(times for question, times in self.asked.items() if question.action in actions)


@contextmanager
def gateway(behind: str) -> Iterator[Gateway]:
    """Run a gateway."""
    with Gateway(behind) as server:
        threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
        yield server
        server.shutdown()


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: Gateway

    def _answer(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        question = self._question(body)
        with self.server.lock:
            times = self.server.asked[question]
            self.server.asked[question] += 1
        given = self.server.rule(question, times)
        if given is None:
            with closing(http.client.HTTPConnection(self.server.behind, timeout=60)) as connection:
                connection.request(self.command, self.path, body, dict(self.headers))
                passed = connection.getresponse()
                content = passed.read()
            self.send_response(passed.status)
            for name, value in passed.getheaders():
                if name.lower() not in ("content-length", "connection", "transfer-encoding"):
                    self.send_header(name, value)
            if question.action == "AssumeRole":
                self._note(question, content)
        else:
            content = given.body
            self.send_response(given.status)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(content)

    def _note(self, question: Question, content: bytes) -> None:
        """Remember whose key the service gives out."""
        key = re.search(rb"<AccessKeyId>(\w+)<", content)
        account = re.search(r"iam%3A%3A(\d{12})%3A", question.text)
        if key and account:
            self.server.accounts[key[1].decode()] = account[1]

    def _question(self, body: bytes) -> Question:
        scope = self.headers.get("Authorization", "").partition("Credential=")[2].split("/")
        key, _, region, service = (*scope, "?", "?", "?", "?")[:4]
        text = body.decode(errors="replace")
        named = urllib.parse.parse_qs(text).get("Action")
        action = self.headers.get("X-Amz-Target", "").rpartition(".")[2] or (named[0] if named else self.command)
        return Question(key, region, service, action, f"{self.path} {text}")

    do_GET = do_POST = do_HEAD = do_PUT = do_DELETE = _answer  # noqa: N815 - the base class's names

    def log_message(self, *_: object) -> None:
        """Say nothing."""


def hang(seconds: float) -> None:
    """Answer nothing for so long."""
    time.sleep(seconds)
