"""What a condition does to those outside: whether it keeps them out of an Allow, or holds for all of them in a Deny.

A condition keeps outsiders out when it demands a *fixed value* (no wildcard, no policy variable) of a key that says who
or where the caller is: *Blocking public access to your Amazon S3 storage*, section *The meaning of "public"* (Amazon
S3 User Guide; the EFS User Guide has the same section), whose keys are taken with the global ones that IAM Access
Analyzer trusts. Operators: *IAM JSON policy elements: Condition operators* (IAM User Guide): `...IfExists` and
`ForAllValues:` hold where the key is missing, and so do the negated operators; `ForAnyValue:` does not.

What keeps nobody out: `aws:ViaAWSService`, `aws:CalledVia` and `kms:ViaService` say which service carries the request,
not for whom, and everybody can use the services; tags and names of the caller (`aws:PrincipalTag`, `aws:username`) are
given by the caller's own account; and a private address (`aws:VpcSourceIp`) is one in every network of the world.
"""

from typing import Final

from phiward.inventory.iam import Condition, Statement
from phiward.inventory.iam_networks import are_world, is_world
from phiward.inventory.kleene import each, every, some
from phiward.inventory.unknown import Maybe, Unknown

PRINCIPAL_KEYS: Final = frozenset({"aws:principalaccount", "aws:principalarn", "kms:calleraccount"})
"""Keys that say whose the caller is."""
ACCOUNT_KEYS: Final = frozenset(
    {"aws:principalaccount", "aws:sourceaccount", "aws:sourceowner", "kms:calleraccount", "s3:dataaccesspointaccount"}
)
ORGANIZATION_KEYS: Final = frozenset(
    {"aws:principalorgid", "aws:principalorgpaths", "aws:sourceorgid", "aws:sourceorgpaths"}
)
ARN_KEYS: Final = frozenset({"aws:principalarn", "aws:sourcearn", "s3:dataaccesspointarn"})
_NETWORK_ORGANIZATION_KEYS: Final = frozenset({"aws:vpceorgid", "aws:vpceorgpaths"})
_WORKLOAD_ARN_KEYS: Final = frozenset({"aws:sourcevpcarn", "ec2:sourceinstancearn", "lambda:sourcefunctionarn"})
_OTHER_KEYS: Final = frozenset(
    {
        "aws:ec2instancesourcevpc",
        "aws:principalservicename",
        "aws:sourcevpc",
        "aws:sourcevpce",
        "aws:userid",
        "aws:vpceaccount",
        "s3:x-amz-server-side-encryption-aws-kms-key-id",
    }
)
ADDRESS_KEYS: Final = frozenset({"aws:sourceip"})
IDENTIFYING: Final = (
    ACCOUNT_KEYS | ORGANIZATION_KEYS | ARN_KEYS | _NETWORK_ORGANIZATION_KEYS | _WORKLOAD_ARN_KEYS | _OTHER_KEYS
)

EQUAL: Final = frozenset({"stringequals", "stringequalsignorecase", "arnequals", "arnlike", "stringlike"})
UNEQUAL: Final = frozenset(
    {"stringnotequals", "stringnotequalsignorecase", "arnnotequals", "arnnotlike", "stringnotlike"}
)
LITERAL: Final = frozenset({"stringequals", "stringequalsignorecase", "stringnotequals", "stringnotequalsignorecase"})
_BY_SERVICE: Final = "aws:principalisawsservice"
_INSIDE: Final = frozenset({_BY_SERVICE, "elasticfilesystem:accessedviamounttarget"})
"""Keys that are true only of callers who are no strangers: AWS's services, machines in a file system's network."""


def operator(condition: Condition) -> tuple[str, str, bool]:
    """Return a condition's set prefix (`forallvalues`, `foranyvalue` or empty), operator, and whether `IfExists`."""
    prefix, _, name = condition.operator.lower().rpartition(":")
    bare = name.removesuffix("ifexists")
    return prefix, bare, bare != name


def keeps_outsiders_out(statement: Statement) -> Maybe[bool]:
    """Say whether an Allow's conditions admit only callers from a fixed place or identity."""
    conditions = statement.conditions
    if isinstance(conditions, Unknown):
        return conditions
    return some(_restricts(condition, _demanded(conditions)) for condition in conditions)


def holds_for_outsiders(statement: Statement) -> Maybe[bool]:
    """Say whether a Deny's conditions hold for everyone but callers from a fixed place or identity."""
    conditions = statement.conditions
    if isinstance(conditions, Unknown):
        return conditions
    return every(_spares_only_insiders(condition) for condition in conditions)


def _demanded(conditions: tuple[Condition, ...]) -> dict[str, Maybe[bool]]:
    """Return the keys that a `Null` condition of the same statement demands to be there."""
    return {
        condition.key: every(each(condition.values, lambda value: value.lower() == "false"))
        for condition in conditions
        if operator(condition) == ("", "null", False) and condition.values != ()
    }


def _restricts(condition: Condition, demanded: dict[str, Maybe[bool]]) -> Maybe[bool]:
    """Say whether one condition of an Allow keeps outsiders out."""
    prefix, name, if_exists = operator(condition)
    key = condition.key
    if key in _INSIDE and name == "bool":
        fixed = every(each(condition.values, lambda value: value.lower() == "true"))
    elif key in ADDRESS_KEYS and name == "ipaddress":
        fixed = _are_narrow(condition)
    elif key in IDENTIFYING and name in EQUAL:
        fixed = every(each(condition.values, lambda value: is_fixed(key, name, value)))
    else:
        return False
    if if_exists or prefix == "forallvalues":
        return every((fixed, demanded.get(key, False)))
    return fixed


def _are_narrow(condition: Condition) -> Maybe[bool]:
    """Say whether a condition's networks are, each and together, less than the world."""
    known = () if isinstance(condition.values, Unknown) else condition.values
    if are_world(tuple(value for value in known if isinstance(value, str))):
        return False
    return every(each(condition.values, lambda value: not is_world(value)))


def _spares_only_insiders(condition: Condition) -> Maybe[bool]:
    """Say whether one condition of a Deny holds for every outsider."""
    prefix, name, if_exists = operator(condition)
    key = condition.key
    if prefix == "foranyvalue":
        return False
    if key == _BY_SERVICE and name == "bool" and if_exists:
        return some(each(condition.values, lambda value: value.lower() == "false"))
    if key in ADDRESS_KEYS and name == "notipaddress":
        return _are_narrow(condition)
    if key in IDENTIFYING and name in UNEQUAL:
        return every(each(condition.values, lambda value: is_fixed(key, name, value)))
    return False


def is_fixed(key: str, name: str, value: str) -> bool:
    """Say whether a condition's value names one caller or place: no policy variable, no wildcard that counts.

    An ARN may hold wildcards once its account is fixed: `arn:aws:iam::123456789012:role/*`.
    """
    if "${" in value:
        return False
    if name in LITERAL or ("*" not in value and "?" not in value):
        return True
    if key in ARN_KEYS or key in _WORKLOAD_ARN_KEYS:
        return account_of(value) is not None
    if key in ORGANIZATION_KEYS or key in _NETWORK_ORGANIZATION_KEYS:
        return organization_of(value) is not None
    if key == "aws:userid":  # `AROAEXAMPLEID:*`: every session of one role
        return ":" in value and not any(wild in value.split(":", 1)[0] for wild in "*?")
    return False


def account_of(principal: str) -> str | None:
    """Return the account that an ARN or a bare number names, or None."""
    parts = principal.split(":")
    account = principal if len(parts) == 1 else parts[4] if len(parts) > 5 and parts[0] == "arn" else ""
    return account if len(account) == 12 and account.isascii() and account.isdigit() else None


def organization_of(value: str) -> str | None:
    """Return the one organization that an id or a path (`o-abc/r-1/ou-2/*`, all below one unit) lies in, or None."""
    first = value.split("/", 1)[0]
    return None if any(wild in first for wild in "*?$") else first
