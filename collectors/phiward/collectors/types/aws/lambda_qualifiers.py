"""Who may call a version or an alias of a function. Calls `lambda:ListFunctions`, `ListAliases`, `GetPolicy`.

Each has a policy of its own, and `GetPolicy` without a qualifier tells of none of them. Published versions are listed
for all functions of the region together; an alias may also stand for the unpublished code, so each function is asked.
"""

from phiward.collectors.aws.port import Aws
from phiward.collectors.types.aws.answers import listed
from phiward.collectors.types.aws.resource_policies import policy_exposure
from phiward.inventory.aspects import Exposure
from phiward.inventory.iam_parse import parse_policy
from phiward.inventory.kleene import some
from phiward.inventory.model import Maybe, Unknown

_FILLS = ("exposure",)
_UNPUBLISHED = "$LATEST"


def published_versions(aws: Aws) -> Maybe[dict[str, list[str]]]:
    """Return the numbers of the published versions of every function that has some, by its name."""
    every = listed(aws, "lambda", "list_functions", "Functions", fills=_FILLS, FunctionVersion="ALL")
    if isinstance(every, Unknown):
        return every
    found: dict[str, list[str]] = {}
    for each in every:
        version = each.get("Version", _UNPUBLISHED)
        if version != _UNPUBLISHED:
            found.setdefault(each["FunctionName"], []).append(version)
    return found


def qualified_exposure(aws: Aws, name: str, versions: Maybe[list[str]], unqualified: Exposure) -> Exposure:
    """Return the exposure of a function by the policies of it, its versions and its aliases together."""
    aliases = listed(aws, "lambda", "list_aliases", "Aliases", fills=_FILLS, FunctionName=name)
    qualifiers: list[str] = []
    found = [unqualified]
    for some_of_them in (versions, aliases):
        if isinstance(some_of_them, Unknown):
            found.append(_unseen(some_of_them))
        else:
            qualifiers += [each if isinstance(each, str) else each["Name"] for each in some_of_them]
    return _together([*found, *(_exposure(aws, name, qualifier) for qualifier in qualifiers)])


def _exposure(aws: Aws, name: str, qualifier: str) -> Exposure:
    answer = aws.ask(
        "lambda",
        "get_policy",
        fills=_FILLS,
        absent=("ResourceNotFoundException",),
        FunctionName=name,
        Qualifier=qualifier,
    )
    if isinstance(answer, Unknown):
        return _unseen(answer)
    found = policy_exposure(None if answer is None else parse_policy(answer["Policy"]), aws.account)
    ways = found.ways if isinstance(found.ways, Unknown) else tuple(f"{way}:{qualifier}" for way in found.ways)
    return Exposure(public=found.public, ways=ways, shared_with=found.shared_with)


def _unseen(why: Unknown) -> Exposure:
    return Exposure(public=why, ways=why, shared_with=why)


def _together(every: list[Exposure]) -> Exposure:
    """Return what several policies let in: public as soon as one is."""
    public = some(each.public for each in every)
    ways: Maybe[tuple[str, ...]] = ()
    shared: Maybe[tuple[str, ...]] = ()
    for each in every:
        ways = _added(ways, each.ways)
        shared = _added(shared, each.shared_with)
    return Exposure(public=public, ways=ways, shared_with=shared)


def _added(before: Maybe[tuple[str, ...]], more: Maybe[tuple[str, ...]]) -> Maybe[tuple[str, ...]]:
    if isinstance(before, Unknown) or isinstance(more, Unknown):
        return before if isinstance(before, Unknown) else more
    return tuple(dict.fromkeys([*before, *more]))
