"""Many accounts, over HTTP, against a simulated organisation."""

import json
import os
import signal
import stat
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from live.gateway import Answer, Gateway, Question, gateway, hang
from live.organisation import MANAGEMENT, REGIONS, Organisation

from phiward.collectors.aws.collector import AwsCollector
from phiward.collectors.aws.limits import Limits
from phiward.collectors.port import Options
from phiward.errors import CollectError
from phiward.inventory.model import CollectionGap, Need, Resource

pytestmark = pytest.mark.live

NOW = "2026-01-02T03:04:05Z"
NEED: Need = {
    "aws.logs.log_group": frozenset({"logging", "config"}),
    "aws.kms.key": frozenset({"config"}),
    "aws.s3.bucket": frozenset({"encryption_at_rest"}),
}
LIMITS = Limits(connect_seconds=2, read_seconds=5, attempts=3, silent_attempts=1, threads=8)


@pytest.fixture
def organisation(aws_environment: str) -> Organisation:
    """Make an organisation of four members: two good, one bad, one closed."""
    made = Organisation("prod-a", "prod-b", "test-c", "old-d")
    for name in ("prod-a", "prod-b", "test-c"):
        made.fill(name, good=name.startswith("prod"))
    made.close("old-d")
    return made


@pytest.fixture
def front(aws_environment: str, organisation: Organisation, monkeypatch: pytest.MonkeyPatch) -> Iterator[Gateway]:
    """Put a gateway before it."""
    with gateway(aws_environment) as server:
        monkeypatch.setenv("AWS_ENDPOINT_URL", server.endpoint)
        yield server


def scan(limits: Limits = LIMITS, **options: Any) -> tuple[list[Resource], list[CollectionGap], AwsCollector]:
    """Collect, and sort apart what comes."""
    collector = AwsCollector(limits)
    given = {"need": NEED, "now": NOW, "regions": REGIONS, **options}
    found = list(collector.collect("aws", Options(**given), lambda _: None))
    gaps = [each for each in found if isinstance(each, CollectionGap)]
    return [each for each in found if isinstance(each, Resource)], gaps, collector


def names(resources: list[Resource]) -> set[str]:
    """Return the names of the buckets and log groups."""
    return {str(each.name) for each in resources if each.type != "aws.kms.key"}


def everything(*accounts: str) -> set[str]:
    """Return what an account's buckets and log groups are called."""
    return {f"{name}-{rest}" for name in accounts for rest in (*REGIONS, "data")}


def test_every_active_account_is_read_and_the_suspended_one_is_told(organisation: Organisation) -> None:
    """Each as itself, in every region."""
    resources, gaps, collector = scan(org=True)

    assert gaps == []
    assert names(resources) == everything("prod-a", "prod-b", "test-c")
    assert {each.account for each in resources} == {
        organisation.accounts[name] for name in ("prod-a", "prod-b", "test-c")
    }
    assert collector.reach.notes == (f"account {organisation.accounts['old-d']} (old-d) is suspended: not read",)
    assert organisation.accounts["old-d"] not in collector.reach.reached["accounts"]
    assert set(collector.reach.reached["accounts"]) == {MANAGEMENT, *organisation.accounts.values()} - {
        organisation.accounts["old-d"]
    }


def test_the_principal_is_the_role_of_each_account(organisation: Organisation) -> None:
    """The role's name may have a path, and the external id is handed over."""
    resources, _, _ = scan(org=True, org_role="security/auditor", external_id="ours")

    for each in resources:
        if each.account != MANAGEMENT:
            assert each.observations[0].principal == f"arn:aws:sts::{each.account}:assumed-role/auditor/phiward"


def test_the_external_id_is_sent(front: Gateway) -> None:
    """Whoever trusts phiward's caller may ask for one."""
    scan(org=True, external_id="ours")

    sent = [question.text for question in front.asked if question.action == "AssumeRole"]
    assert len(sent) == 3
    assert all("ExternalId=ours" in text for text in sent)


def test_a_role_that_cannot_be_assumed_is_the_gap_of_its_account(front: Gateway, organisation: Organisation) -> None:
    """The others are read."""
    closed = organisation.accounts["prod-b"]

    def rule(question: Question, _: int) -> Answer | None:
        refused = question.action == "AssumeRole" and closed in question.text
        return _xml_error("AccessDenied", 403) if refused else None

    front.rule = rule
    resources, gaps, collector = scan(org=True)

    assert names(resources) == everything("prod-a", "test-c")
    assert [(each.where, each.call) for each in gaps] == [(f"{closed} (prod-b)", "sts:AssumeRole")]
    assert f"may not assume arn:aws:iam::{closed}:role/phiward-audit" in gaps[0].reason
    assert closed not in collector.reach.reached["accounts"]


@pytest.mark.parametrize(
    ("code", "says"),
    [
        ("AccessDeniedException", "grant organizations:ListAccounts to arn:aws:.* --accounts 111122223333"),
        ("AWSOrganizationsNotInUseException", "belongs to no organisation: leave --org out"),
    ],
)
def test_accounts_that_cannot_be_listed_are_an_error_that_says_what_to_do(front: Gateway, code: str, says: str) -> None:
    """Nothing is known of what there is to read."""
    front.rule = lambda question, _: _json_error(code) if question.action == "ListAccounts" else None

    with pytest.raises(CollectError, match=says):
        scan(org=True)


def test_named_accounts_need_no_list(front: Gateway, organisation: Organisation) -> None:
    """Where the organisation may not be asked."""
    resources, gaps, _ = scan(accounts=(organisation.accounts["prod-a"],))

    assert gaps == []
    assert names(resources) == everything("prod-a")
    assert front.count("ListAccounts") == 0


def test_what_was_left_out_by_choice_is_told(organisation: Organisation) -> None:
    """Accounts by pattern, services, regions and tags."""
    resources, gaps, collector = scan(
        org=True,
        accounts=("prod-*", "test-?"),
        services=("logs", "kms"),
        tags=(("env", "prod"),),
        regions=("us-east-1",),
    )

    assert gaps == []
    assert names(resources) == {"prod-a-us-east-1", "prod-b-us-east-1"}
    assert [each.type for each in resources].count("aws.kms.key") == 3
    assert collector.reach.asked == {
        "accounts": ("prod-*", "test-?"),
        "regions": ("us-east-1",),
        "services": ("kms", "logs"),
        "tags": ("env=prod",),
    }
    assert collector.reach.left_out == (
        f"1 of 4 active accounts (--accounts): {MANAGEMENT} (master)",
        "every region but us-east-1 (--regions)",
        "every service but kms, logs (--services)",
        "1 resources that do not carry env=prod (--tag)",
    )
    assert set(collector.reach.reached["accounts"]) == {
        organisation.accounts[name] for name in ("prod-a", "prod-b", "test-c")
    }


@pytest.mark.parametrize(
    ("options", "says"),
    [
        ({"org": True, "accounts": ("prdo-*",)}, "--accounts prdo-\\*: no account of the organisation"),
        ({"accounts": ("prod-*",)}, "a pattern needs --org"),
        ({"org": True, "org_role": "arn:aws:iam::1:role/x"}, "not the name of a role"),
        ({"org": True, "services": ("ec3",)}, "did you mean"),
        ({"org": True, "services": ("iam",)}, "no selected control reads anything of these services"),
        ({"org": True, "accounts": ("old-d",)}, "none that was asked for is active"),
    ],
)
def test_a_choice_of_nothing_is_an_error(organisation: Organisation, options: dict[str, Any], says: str) -> None:
    """A typo never becomes an empty pass."""
    with pytest.raises(CollectError, match=says):
        scan(**options)


def test_a_slow_account_does_not_hold_up_the_others(front: Gateway, organisation: Organisation) -> None:
    """Its requests take seconds; all of the others' are answered long before it is done."""
    slow = organisation.accounts["prod-a"]
    done: dict[str, float] = {}

    def rule(question: Question, _: int) -> Answer | None:
        if front.accounts.get(question.key) == slow:
            hang(2)
        return None

    front.rule = rule
    run = AwsCollector(LIMITS).collect("aws", Options(need=NEED, now=NOW, regions=REGIONS, org=True), lambda _: None)
    begun = time.monotonic()
    for each in run:
        if isinstance(each, Resource) and each.account is not None:
            done[each.account] = time.monotonic() - begun

    quick = [seconds for account, seconds in done.items() if account != slow]
    assert len(quick) == 2
    assert max(quick) < done[slow]


def test_credentials_that_end_in_the_middle_keep_what_there_is(
    front: Gateway, organisation: Organisation, tmp_path: Path
) -> None:
    """Clearly, with nothing more sent, and a resumed run reads only what is missing."""
    asked: Counter[str] = Counter()

    def rule(question: Question, _: int) -> Answer | None:
        asked["logs"] += question.action == "DescribeLogGroups"
        ended = asked["logs"] > 3 and question.action != "GetCallerIdentity"
        return _any_error(question, "ExpiredTokenException") if ended else None

    front.rule = rule
    need: Need = {"aws.logs.log_group": NEED["aws.logs.log_group"]}
    one = Limits(connect_seconds=2, read_seconds=5, attempts=3, silent_attempts=1, threads=1)
    first, gaps, collector = scan(one, need=need, org=True, state=str(tmp_path / "state"))

    assert 0 < len(names(first)) < 6
    assert gaps
    assert all("credentials expired before" in each.reason for each in gaps)
    assert any("--resume" in note for note in collector.reach.notes)
    before = front.count("DescribeLogGroups")
    front.rule = lambda _question, _times: None

    second, gaps, _ = scan(one, need=need, org=True, state=str(tmp_path / "state"), resume=True)

    assert gaps == []
    assert len(names(second)) == 6
    assert front.count("DescribeLogGroups") - before < 8  # four accounts, two regions; those finished are not asked
    assert list((tmp_path / "state" / "aws").iterdir()) == []


KILLED = """
import os, signal, sys
from phiward.collectors.aws.collector import AwsCollector
from phiward.collectors.aws.limits import Limits
from phiward.collectors.port import Options
need = {"aws.logs.log_group": frozenset({"logging", "config"}), "aws.kms.key": frozenset({"config"})}
limits = Limits(connect_seconds=5, read_seconds=20, threads=4, accounts=2)
options = Options(need=need, now=sys.argv[2], regions=("us-east-1", "eu-west-1"), org=True, state=sys.argv[1])
for found in AwsCollector(limits).collect("aws", options, lambda _: None):
    print(found.id, flush=True)
"""


def test_a_killed_run_goes_on_where_it_stopped(front: Gateway, organisation: Organisation, tmp_path: Path) -> None:
    """SIGKILL in the middle; then no question of a finished part is asked again, and nothing is missing."""
    state = tmp_path / "state"
    need = {name: NEED[name] for name in ("aws.logs.log_group", "aws.kms.key")}
    whole, _, _ = scan(need=need, org=True)
    front.asked.clear()
    first = _killed_after(4, state)
    folder = state / "aws"
    finished = _finished(folder)
    assert first
    assert finished
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert {stat.S_IMODE(path.stat().st_mode) for path in folder.iterdir()} == {0o600}
    asked = Counter(front.asked)
    front.asked.clear()

    resumed, gaps, collector = scan(need=need, org=True, state=str(state), resume=True)

    assert gaps == []
    assert {each.id for each in resumed} == {each.id for each in whole}
    listings = {"aws.logs.log_group": "DescribeLogGroups", "aws.kms.key": "ListKeys"}
    units = Counter((type_, region) for _, region, type_ in finished)
    for type_, action in listings.items():
        for region in REGIONS:
            again = sum(times for each, times in front.asked.items() if each.action == action and each.region == region)
            assert again == 4 - units[type_, region], (asked, front.asked)
    assert set(collector.reach.reached["accounts"]) >= {account for account, _, _ in finished}
    assert list(folder.iterdir()) == []


def _killed_after(results: int, state: Path) -> list[str]:
    """Run in another process, kill it once it has told so many results, and return what it told."""
    process = subprocess.Popen(
        [sys.executable, "-c", KILLED, str(state), NOW], stdout=subprocess.PIPE, text=True, env=dict(os.environ)
    )
    with process:
        assert process.stdout is not None
        told = [process.stdout.readline() for _ in range(results)]
        until = time.monotonic() + 20
        while time.monotonic() < until and process.poll() is None and not _finished(state / "aws"):
            time.sleep(0.01)
        process.send_signal(signal.SIGKILL)
    assert process.returncode == -signal.SIGKILL
    return told


def _finished(folder: Path) -> set[tuple[str, str, str]]:
    """Return account, region and type of what a state folder says is finished."""
    found = set()
    for path in folder.glob("*.journal"):
        for line in path.read_text().splitlines():
            _, key, body = [*line.split(" ", 2), "", ""][:3]
            if body.startswith("end ") and body.endswith("Z"):
                _, region, type_ = key.split("/")
                found.add((path.stem, region, type_))
    return found


def test_an_interrupted_run_goes_on_where_it_stopped(
    front: Gateway, organisation: Organisation, tmp_path: Path
) -> None:
    """Ctrl-C: what is missing is told, for accounts too that were not opened; then only that is read."""
    state = str(tmp_path / "state")
    need: Need = {"aws.logs.log_group": NEED["aws.logs.log_group"]}
    limits = Limits(connect_seconds=5, read_seconds=20, threads=1, accounts=1)
    collector = AwsCollector(limits)
    options = Options(need=need, now=NOW, regions=REGIONS, org=True, state=state)
    run = collector.collect("aws", options, lambda _: None)
    first: list[Resource | CollectionGap] = []
    while sum(isinstance(each, Resource) for each in first) < 3:
        first.append(next(run))
    missing = [run.throw(KeyboardInterrupt)]  # type: ignore[attr-defined]
    with pytest.raises(KeyboardInterrupt):
        missing.extend(run)
    told = {each.where for each in missing if isinstance(each, CollectionGap)}
    front.asked.clear()

    resumed, gaps, _ = scan(limits, need=need, org=True, state=state, resume=True)

    assert told
    assert all("--resume" in note or "old-d" in note for note in collector.reach.notes)
    assert gaps == []
    assert len(names(resumed)) == 6
    assert 0 < front.count("DescribeLogGroups") < 7


def test_a_resumed_run_fills_the_gaps_and_reads_nothing_else(
    front: Gateway, organisation: Organisation, tmp_path: Path
) -> None:
    """Once what was refused has been granted."""
    state = str(tmp_path / "state")
    need: Need = {"aws.logs.log_group": NEED["aws.logs.log_group"]}
    refused = organisation.accounts["prod-b"]

    def rule(question: Question, _: int) -> Answer | None:
        here = front.accounts.get(question.key) == refused and question.region == "eu-west-1"
        return _json_error("AccessDeniedException") if here and question.action == "DescribeLogGroups" else None

    front.rule = rule
    first, gaps, _ = scan(need=need, org=True, state=state)
    assert [each.where for each in gaps] == [f"{refused}/eu-west-1"]
    assert len(first) == 5
    front.rule = lambda _question, _times: None
    front.asked.clear()

    second, gaps, _ = scan(need=need, org=True, state=state, resume=True)

    assert gaps == []
    assert len(second) == 6
    assert front.count("DescribeLogGroups") == 1


def test_a_service_of_an_account_is_asked_no_faster_than_allowed(front: Gateway, organisation: Organisation) -> None:
    """Over all its regions; another account has a pace of its own."""
    need: Need = {"aws.logs.log_group": frozenset({"logging"})}
    regions = ("us-east-1", "us-east-2", "us-west-1", "us-west-2", "eu-west-1", "eu-west-2", "eu-west-3", "eu-north-1")
    begun = time.monotonic()

    _, gaps, _ = scan(need=need, accounts=(organisation.accounts["prod-a"],), regions=regions, per_second=4)

    assert gaps == []
    assert front.count("DescribeLogGroups") == len(regions)
    assert time.monotonic() - begun > (len(regions) - 1) / 4 - 0.2


def test_what_is_too_old_is_read_again_and_told(front: Gateway, organisation: Organisation, tmp_path: Path) -> None:
    """A day later, no answer of the interrupted run is taken for the present."""
    state = tmp_path / "state"
    _killed_after(6, state)
    assert _finished(state / "aws")
    need = {name: NEED[name] for name in ("aws.logs.log_group", "aws.kms.key")}
    front.asked.clear()

    _, gaps, collector = scan(need=need, org=True, state=str(state), resume=True, now="2026-01-03T03:04:06Z")

    assert gaps == []
    assert front.count("DescribeLogGroups") == 8
    assert any("more than 24 hours ago and were read again" in note for note in collector.reach.notes)


@pytest.mark.parametrize(
    ("changed", "says"),
    [
        ({"regions": ("us-east-1",)}, "--regions"),
        ({"org_role": "other"}, "--org-role"),
        ({"need": {"aws.kms.key": frozenset({"config"})}}, "other controls, or another policy"),
    ],
)
def test_a_resumed_run_must_ask_the_same(
    front: Gateway, organisation: Organisation, tmp_path: Path, changed: dict[str, Any], says: str
) -> None:
    """Answers to other questions are not its own."""
    state = tmp_path / "state"
    _killed_after(4, state)
    need = {name: NEED[name] for name in ("aws.logs.log_group", "aws.kms.key")}

    with pytest.raises(CollectError, match=f"asked something else \\({says}\\)"):
        scan(**{"need": need, "org": True, "state": str(state), "resume": True, **changed})


def test_the_command_line_narrows_reports_and_records(
    organisation: Organisation, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """From `--org` to the bundle's run record."""
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    bundle = tmp_path / "bundle.zip"
    command = ["scan", "aws", "--org", "--accounts", "prod-*", "--region", "us-east-1", "--services", "logs,kms"]
    output = subprocess.run(
        [str(Path(sys.executable).with_name("phiward")), *command, "--bundle", str(bundle)],
        capture_output=True,
        text=True,
        check=False,
        env=dict(os.environ),
    )

    assert output.returncode in (0, 1), output.stderr
    assert "NARROWED by choice" in output.stdout
    assert "every region but us-east-1 (--regions)" in output.stdout
    import zipfile

    with zipfile.ZipFile(bundle) as file:
        record = json.loads(file.read("run/run.json"))
    assert record["reach"][0]["asked"]["accounts"] == ["prod-*"]
    assert set(record["reach"][0]["reached"]["accounts"]) == {
        organisation.accounts[name] for name in ("prod-a", "prod-b")
    }
    assert not any((tmp_path / "state" / "phiward" / "aws" / "aws").iterdir())


def _json_error(code: str) -> Answer:
    return Answer(400, json.dumps({"__type": code, "message": ""}).encode())


def _xml_error(code: str, status: int) -> Answer:
    text = f"<ErrorResponse><Error><Code>{code}</Code><Message/></Error><RequestId>r</RequestId></ErrorResponse>"
    return Answer(status, text.encode())


def _any_error(question: Question, code: str) -> Answer:
    return _xml_error(code, 403) if question.service == "sts" else _json_error(code)
