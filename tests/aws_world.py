"""An AWS account that is made up from the services' own models: a body for every question, the same for the same one.

What a member holds is drawn from what its model allows (enumerations, numbers, times), from the words that the type
modules themselves look for, and from what was asked, so that answers fit together and branches are taken. Each `seed`
is another account.
"""

import ast
import importlib.util
import json
import random
import re
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

from botocore.exceptions import ClientError
from botocore.model import ListShape, MapShape, Shape, StructureShape
from service_model import operation_model

from phiward.collectors.aws import calls, plan
from phiward.collectors.types import aws as package

ACCOUNT = "123456789012"
REGION = "us-east-1"
FOLDER = Path(str(package.__path__[0]))
_DEEPEST = 9
_MOST = 2
_NUMBERS = (0, 1, 7, 22, 90, 365, 443, 3389)
_TIMES = tuple(datetime(year, 3, 1, tzinfo=UTC) for year in (2019, 2025, 2026, 2031))
_OWNER = f"arn:aws:iam::{ACCOUNT}:root"
_DOCUMENTS: tuple[dict[str, Any], ...] = tuple(
    {"Version": "2012-10-17", "Statement": [statement]}
    for statement in (
        {"Effect": "Allow", "Principal": "*", "Action": "*", "Resource": "*"},
        {"Effect": "Allow", "Principal": {"AWS": _OWNER}, "Action": "s3:GetObject", "Resource": "*"},
        {
            "Effect": "Deny",
            "Principal": "*",
            "Action": "*",
            "Resource": "*",
            "Condition": {"Bool": {"aws:SecureTransport": "false"}},
        },
        {
            "Effect": "Allow",
            "Principal": {"AWS": _OWNER},
            "Action": "kms:Decrypt",
            "Resource": "*",
            "Condition": {"StringEqualsIgnoreCase": {"kms:RecipientAttestation:ImageSha384": "aa"}},
        },
    )
)
_REPORT = (
    "user,arn,user_creation_time,password_enabled,password_last_used,password_last_changed,password_next_rotation,"
    "mfa_active,access_key_1_active,access_key_1_last_rotated,access_key_1_last_used_date,"
    "access_key_1_last_used_region,access_key_1_last_used_service,access_key_2_active,access_key_2_last_rotated,"
    "access_key_2_last_used_date,access_key_2_last_used_region,access_key_2_last_used_service,cert_1_active,"
    "cert_1_last_rotated,cert_2_active,cert_2_last_rotated\n"
    f"<root_account>,{_OWNER},2019-03-01T00:00:00+00:00,not_supported,2025-03-01T00:00:00+00:00,not_supported,"
    "not_supported,true,true,2019-03-01T00:00:00+00:00,N/A,N/A,N/A,false,N/A,N/A,N/A,N/A,false,N/A,false,N/A\n"
)
_POLICY = re.compile(r"policy(document)?$|polic(y|ies)_?(text|json)$", re.IGNORECASE)
_KEY = re.compile(r"kms|(^|sse|encryption)key(id|arn)?$|kmskey", re.IGNORECASE)
_TIME = re.compile(r"(date|time|modified|createdat|updatedat|expiry|notafter)$", re.IGNORECASE)
_KINDS: dict[str, tuple[str, ...]] = {
    "engine": ("postgres", "mysql", "aurora-postgresql", "aurora-mysql", "mariadb", "memcached"),
    "engineversion": ("16.8", "8.0.36", "5.7.44"),
    "ipv6address": ("2600:1f18::1", "fd00::1"),
    "protocol": ("HTTP", "HTTPS", "tcp", "-1"),
    "cidrip": ("0.0.0.0/0", "10.0.0.0/8"),
    "cidripv6": ("::/0", "fd00::/8"),
    "cidrblock": ("0.0.0.0/0", "10.0.0.0/8"),
    "destinationcidrblock": ("0.0.0.0/0", "10.0.0.0/8"),
    "destinationipv6cidrblock": ("::/0",),
    "logtype": ("ACCESS_LOGS", "APPLICATION_LOGS"),
    "gatewayid": ("igw-1", "local"),
    "backup.resources": ("*", "Resources-1"),
    "uri": (
        "http://acs.amazonaws.com/groups/global/AllUsers",
        "http://acs.amazonaws.com/groups/s3/LogDelivery",
        "http://example.com/",
    ),
}
"""Members, in lower case, whose text has a form of its own, in all services or in one."""
_VERSIONED = {
    "get_bucket_replication": "ReplicationConfigurationNotFoundError",
    "get_object_lock_configuration": "ObjectLockConfigurationNotFoundError",
}
"""What a bucket can only have with its versions kept, and the code that says that it has none."""
_OWNERS_ALONE = {"Owner": {"ID": "me"}, "Grants": [{"Grantee": {"ID": "me"}, "Permission": "FULL_CONTROL"}]}
_TAGGED = {"dynamodb:table": ("dynamodb", "table/TableNames"), "kms:key": ("kms", "key/")}
"""How the things of a kind are called that the listings of that kind give."""
_OPERATION = re.compile(r"(get|list|describe|batch_get|lookup|generate)(_[a-z0-9]+)+")
_WHOLE = 8
"""Every so many accounts, one leaves nothing out."""


def literals(module: str) -> frozenset[str]:
    """Return the words that a module of `types/aws`, and those that it imports from there, look for."""
    found: set[str] = set()
    for name in _closure(module):
        found |= _words(name)
    return frozenset(found)


def operations(module: str) -> frozenset[str]:
    """Return boto3's names of the calls that stand in a module of `types/aws` and in those that it imports."""
    return frozenset().union(*map(_operations, _closure(module)))


@cache
def _operations(module: str) -> frozenset[str]:
    return frozenset(
        node.value
        for node in ast.walk(_tree(module))
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and _OPERATION.fullmatch(node.value)
    )


def _closure(module: str) -> frozenset[str]:
    waiting, found = [module], {module}
    while waiting:
        for name in _imported(waiting.pop()) - found:
            found.add(name)
            waiting.append(name)
    return frozenset(found)


@cache
def _tree(module: str) -> ast.Module:
    return ast.parse((FOLDER / f"{module}.py").read_text())


@cache
def _imported(module: str) -> frozenset[str]:
    found: set[str] = set()
    for node in ast.walk(_tree(module)):
        if isinstance(node, ast.ImportFrom) and node.module and node.module.startswith(plan.PACKAGE):
            rest = node.module.removeprefix(plan.PACKAGE).strip(".")
            found |= {rest} if rest else {alias.name for alias in node.names}
    return frozenset(name for name in found if (FOLDER / f"{name}.py").exists())


@cache
def _words(module: str) -> frozenset[str]:
    return frozenset(
        node.value
        for node in ast.walk(_tree(module))
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and 1 < len(node.value) < 60
        if not re.search(r"\s\w+\s|^[a-z]+(_[a-z0-9]+)+$|^[a-z_]+\.[a-z_.]+$", node.value)
    )


class World:
    """The answers of one made-up account. `words` are those that the reader of the answers looks for.

    `other` is an IAM action: the answers of its calls are others than those of the same seed without it.
    `codes` maps (service, operation) to the error codes that mean *not configured*: now and then one is the answer.
    """

    def __init__(self, seed: int, words: frozenset[str] = frozenset(), other: str = "") -> None:
        self.seed = seed
        self._other = other
        self.codes: dict[tuple[str, str], tuple[str, ...]] = {}
        self._words = tuple(sorted(words))
        self._names = tuple(word for word in self._words if re.fullmatch(r"[A-Za-z][A-Za-z0-9]+", word))
        self._kept: dict[str, Any] = {}

    def answer(self, service: str, operation: str, arguments: Mapping[str, Any]) -> dict[str, Any]:
        """Return the body of an answer. Raises `ClientError` where the answer is that it is not configured."""
        question = _question(service, operation, arguments)
        if question not in self._kept:
            self._kept[question] = self._made(question, service, operation, arguments)
        made = self._kept[question]
        if isinstance(made, str):
            raise refusal(made, operation, 404)
        body: dict[str, Any] = made
        return dict(body)

    def _made(self, question: str, service: str, operation: str, arguments: Mapping[str, Any]) -> Any:
        made = self._drawn(question, service, operation, arguments)
        return self._fitting(made, operation, arguments) if service == "s3" else made

    def _fitting(self, made: Any, operation: str, arguments: Mapping[str, Any]) -> Any:
        """Return an answer that can stand beside the others of its bucket: S3 refuses settings that contradict.

        The others are those of the account as it is without its `other` answers, so that only these differ.
        """

        def beside(asked: str) -> Any:
            plain = World(self.seed, frozenset(self._words))
            plain.codes = self.codes
            return plain._drawn(_question("s3", asked, arguments), "s3", asked, arguments)

        if operation in _VERSIONED and beside("get_bucket_versioning").get("Status") != "Enabled":
            return _VERSIONED[operation]
        if operation == "get_bucket_acl" and _enforces(beside("get_bucket_ownership_controls")):
            return _OWNERS_ALONE
        if self._other == "s3:GetBucketVersioning" and operation == "get_bucket_versioning":
            as_it_is = beside(operation)
            return as_it_is if as_it_is.get("Status") == "Enabled" and made.get("Status") != "Enabled" else made
        if self._other == "s3:GetBucketOwnershipControls" and operation == "get_bucket_ownership_controls":
            return beside(operation) if _enforces(made) else made
        return made

    def _drawn(self, question: str, service: str, operation: str, arguments: Mapping[str, Any]) -> Any:
        other = " otherwise" if self._other == calls.grant(service, operation) else ""
        draw = random.Random(f"{self.seed} {question}{other}")
        codes = self.codes.get((service, operation), ())
        if codes and draw.random() < 0.2:
            return draw.choice(codes)
        if operation == "get_credential_report":
            return {"Content": _REPORT.encode(), "ReportFormat": "text/csv", "GeneratedTime": _TIMES[2]}
        shape = operation_model(service, operation).output_shape
        if shape is None:
            return {}
        return _Maker(self, draw, service, arguments).of(shape, "", 0)

    def words(self, draw: random.Random) -> str | None:
        """Return a word that the reader looks for."""
        return draw.choice(self._words) if self._words else None

    def names(self) -> tuple[str, ...]:
        """Return the words that may be names of attributes."""
        return self._names

    def kept(self, draw: random.Random) -> bool:
        """Say whether a member that may be left out is there."""
        return self.seed % _WHOLE == 0 or draw.random() < (0.5 if self.seed % _WHOLE == 1 else 0.85)


def _question(service: str, operation: str, arguments: Mapping[str, Any]) -> str:
    return f"{service}.{operation} {json.dumps(arguments, sort_keys=True, default=str)}"


def _enforces(made: Any) -> bool:
    """Say whether ownership controls take the effect of lists of grants away."""
    rules: list[Any] = made["OwnershipControls"]["Rules"] if isinstance(made, dict) else []
    return bool(rules) and rules[0]["ObjectOwnership"] == "BucketOwnerEnforced"


def refusal(code: str, operation: str, status: int) -> ClientError:
    """Return the error of a refused call."""
    return ClientError({"Error": {"Code": code}, "ResponseMetadata": {"HTTPStatusCode": status}}, operation)


class _Maker:
    """Makes one answer."""

    def __init__(self, world: World, draw: random.Random, service: str, arguments: Mapping[str, Any]) -> None:
        self._world = world
        self._draw = draw
        self._service = service
        self._asked = {name.lower(): value for name, value in arguments.items()}

    def of(self, shape: Shape, name: str, depth: int) -> Any:
        """Return a value of a shape; `name` is the member that it is for."""
        if isinstance(shape, StructureShape):
            return dict(self._members(shape, depth))
        if isinstance(shape, ListShape):
            wanted = self._asked.get(name.lower())
            if isinstance(wanted, list) and wanted and isinstance(wanted[0], str):
                return list(wanted)
            number = 0 if depth > _DEEPEST else self._draw.choice((1, 1, _MOST, _MOST, 0 if depth else 1))
            return [self.of(shape.member, name, depth + 1) for _ in range(number)]
        if isinstance(shape, MapShape):
            keys = getattr(shape.key, "enum", None) or self._world.names() or ("key",)
            return {key: self.of(shape.value, key, depth + 1) for key in keys}
        if name == "AccountAccessKeysPresent":
            return 1  # as the credential report says
        simple: dict[str, Callable[[], Any]] = {
            "boolean": lambda: self._draw.random() < 0.5,
            "integer": lambda: self._draw.choice(_NUMBERS),
            "long": lambda: self._draw.choice(_NUMBERS),
            "float": lambda: float(self._draw.choice(_NUMBERS)),
            "double": lambda: float(self._draw.choice(_NUMBERS)),
            "timestamp": lambda: self._draw.choice(_TIMES),
            "blob": lambda: b"x",
        }
        return simple[shape.type_name]() if shape.type_name in simple else self._text(shape, name)

    def _members(self, shape: StructureShape, depth: int) -> Iterator[tuple[str, Any]]:
        for name, member in shape.members.items():
            if name in ("NextToken", "nextToken", "NextMarker", "Marker", "IsTruncated", "Truncated", "position"):
                continue
            if depth > _DEEPEST and name not in shape.required_members:
                continue
            if name in shape.required_members or depth < 1 or self._world.kept(self._draw):
                yield name, self.of(member, name, depth + 1)

    def _text(self, shape: Shape, name: str) -> Any:
        if self._asked.get("resourcetypefilters"):
            return self._plain(name)
        choices = getattr(shape, "enum", None)
        if choices:
            return self._draw.choice(choices)
        echo = self._echo(name)
        if echo is not None and self._draw.random() < 0.9:
            return echo
        if shape.name == "policyDocumentType" or _POLICY.search(name):
            document = self._draw.choice(_DOCUMENTS)
            return document if shape.name == "policyDocumentType" else json.dumps(document)
        kinds = _KINDS.get(f"{self._service}.{name.lower()}") or _KINDS.get(name.lower())
        if kinds:
            return self._draw.choice(kinds)
        word = None if name.lower().endswith(("arn", "arns")) else self._world.words(self._draw)
        if word is not None and self._draw.random() < 0.35:
            return word
        return self._plain(name)

    def _echo(self, name: str) -> str | None:
        """Return what was asked about, where a member is called as the argument is."""
        low = name.lower()
        for asked in (low, f"{low}s"):
            value = self._asked.get(asked)
            if isinstance(value, str):
                return value
            if isinstance(value, list | tuple) and value and isinstance(value[0], str):
                return str(self._draw.choice(value))
        return None

    def _plain(self, name: str) -> str:
        number = self._draw.choice((1, 2))
        if name == "ResourceARN" and self._asked.get("resourcetypefilters"):
            service, thing = _TAGGED[self._asked["resourcetypefilters"][0]]
            return f"arn:aws:{service}:{REGION}:{ACCOUNT}:{thing}{'' if thing.endswith('/') else '-'}{number}"
        if _KEY.search(name):
            return f"arn:aws:kms:{REGION}:{ACCOUNT}:key/{number}"
        if _TIME.search(name):
            return self._draw.choice(_TIMES).isoformat()
        if "region" in name.lower():
            return REGION
        if name.lower().endswith(("arn", "arns", "resource", "resourceid")):
            return f"arn:aws:service:{REGION}:{ACCOUNT}:thing/{number}"
        if name in ("Account", "AccountId", "OwnerAccountId", "OwnerId", "UserId", "accountId"):
            return ACCOUNT
        return f"name-{number}" if name.lower().endswith("name") else f"{name}-{number}" if name else str(number)


def module_of(live: plan.TypeModule) -> str:
    """Return the file of a type module, without its ending."""
    spec = importlib.util.find_spec(getattr(live, "__name__", ""))
    assert spec is not None
    return spec.name.rpartition(".")[2]
