"""What a condition does to those outside: whether it keeps them out of an Allow, or holds for all of them in a Deny.

A condition keeps outsiders out when it demands a *fixed value* (no wildcard, no policy variable) of a key that says who
or where the caller is: *Blocking public access to your Amazon S3 storage*, section *The meaning of "public"* (Amazon
S3 User Guide), whose keys are taken with the global ones that IAM Access Analyzer trusts. Operators: *IAM JSON policy
elements: Condition operators* (IAM User Guide): `...IfExists` and `ForAllValues:` hold where the key is missing, and so
do the negated operators; `ForAnyValue:` does not.
"""

from typing import Final

from phiward.inventory.iam import Condition, Statement
from phiward.inventory.kleene import each, every, some
from phiward.inventory.unknown import Maybe, Unknown

ACCOUNT_KEYS: Final = frozenset(
    {"aws:principalaccount", "aws:sourceaccount", "aws:sourceowner", "kms:calleraccount", "s3:dataaccesspointaccount"}
)
ORGANIZATION_KEYS: Final = frozenset(
    {"aws:principalorgid", "aws:principalorgpaths", "aws:sourceorgid", "aws:sourceorgpaths"}
)
ARN_KEYS: Final = frozenset({"aws:principalarn", "aws:sourcearn", "s3:dataaccesspointarn"})
_OTHER_KEYS: Final = frozenset(
    {"aws:sourcevpc", "aws:sourcevpce", "aws:userid", "s3:x-amz-server-side-encryption-aws-kms-key-id"}
)
ADDRESS_KEYS: Final = frozenset({"aws:sourceip", "aws:vpcsourceip"})
IDENTIFYING: Final = ACCOUNT_KEYS | ORGANIZATION_KEYS | ARN_KEYS | _OTHER_KEYS

EQUAL: Final = frozenset({"stringequals", "stringequalsignorecase", "arnequals", "arnlike", "stringlike"})
UNEQUAL: Final = frozenset(
    {"stringnotequals", "stringnotequalsignorecase", "arnnotequals", "arnnotlike", "stringnotlike"}
)
LITERAL: Final = frozenset({"stringequals", "stringequalsignorecase", "stringnotequals", "stringnotequalsignorecase"})
_BY_SERVICE: Final = frozenset({"aws:principalisawsservice", "aws:viaawsservice"})


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
    if key in _BY_SERVICE and name == "bool":
        fixed = every(each(condition.values, lambda value: value.lower() == "true"))
    elif key in ADDRESS_KEYS and name == "ipaddress":
        fixed = every(each(condition.values, lambda value: not is_world(value)))
    elif key in IDENTIFYING and name in EQUAL:
        fixed = every(each(condition.values, lambda value: is_fixed(key, name, value)))
    else:
        return False
    if if_exists or prefix == "forallvalues":
        return every((fixed, demanded.get(key, False)))
    return fixed


def _spares_only_insiders(condition: Condition) -> Maybe[bool]:
    """Say whether one condition of a Deny holds for every outsider."""
    prefix, name, if_exists = operator(condition)
    key = condition.key
    if prefix == "foranyvalue":
        return False
    if key in _BY_SERVICE and name == "bool" and if_exists:
        return some(each(condition.values, lambda value: value.lower() == "false"))
    if key in ADDRESS_KEYS and name == "notipaddress":
        return every(each(condition.values, lambda value: not is_world(value)))
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
    if key in ARN_KEYS:
        return account_of(value) is not None
    if key in ORGANIZATION_KEYS:  # `o-abc/r-1/ou-2/*`: everything below one organization's unit
        return not any(wild in value.split("/", 1)[0] for wild in "*?")
    if key == "aws:userid":  # `AROAEXAMPLEID:*`: every session of one role
        return ":" in value and not any(wild in value.split(":", 1)[0] for wild in "*?")
    return False


def account_of(principal: str) -> str | None:
    """Return the account that an ARN or a bare number names, or None."""
    parts = principal.split(":")
    account = principal if len(parts) == 1 else parts[4] if len(parts) > 5 and parts[0] == "arn" else ""
    return account if len(account) == 12 and account.isascii() and account.isdigit() else None


def is_world(network: str) -> bool:
    """Say whether a network counts as the whole internet: wider than /8 (IPv4) or /32 (IPv6), or unreadable.

    The widths are S3's own (*The meaning of "public"*): two halves such as `0.0.0.0/1` are the world too.
    """
    address, slash, bits = network.partition("/")
    if not slash:
        return not address or "*" in address
    return not (bits.isascii() and bits.isdigit()) or int(bits) < (32 if ":" in address else 8)
