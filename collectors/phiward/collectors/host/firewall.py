"""The packet filter: whether what no rule admits is refused, and what is admitted from outside.

nftables speaks JSON (libnftables-json(5)); where only iptables is installed, `iptables-save` is read. What a rule asks
beyond protocol, port and source makes it unknown rather than wider or narrower than it is.
"""

import json
import re
from typing import Any

from msgspec import Struct

from phiward.collectors.host.frames import Answer
from phiward.inventory.aspects import Rule
from phiward.inventory.model import Maybe, Unknown

EVERYWHERE = ("0.0.0.0/0", "::/0")
DEEPEST = 16
MOST = 2000
"""Rules that are read at most."""


class Filter(Struct, frozen=True, kw_only=True):
    """What a host admits."""

    default_deny: Maybe[bool | None]
    ingress: Maybe[tuple[Maybe[Rule], ...]]


OPEN = Filter(default_deny=False, ingress=(Rule(protocol="all", from_port=0, to_port=65535, sources=EVERYWHERE),))


def read(answer: Answer) -> Filter:
    """Return what the packet filter of a host admits to the host itself."""
    nft = answer.text("firewall/nft")
    if isinstance(nft, str):
        found = from_nft(nft)
        if found != OPEN:
            return found
    legacy = answer.text("firewall/iptables"), answer.text("firewall/ip6tables")
    if isinstance(legacy[0], str):
        return from_iptables(legacy[0], legacy[1])
    unseen = next((text for text in (nft, *legacy) if isinstance(text, Unknown)), None)
    if unseen is not None:
        return Filter(default_deny=unseen, ingress=unseen)
    if nft is not None:
        return OPEN
    reason = Unknown("neither nft nor iptables is installed: the kernel's packet filter was not read")
    return Filter(default_deny=reason, ingress=reason)


def manager(answer: Answer) -> Maybe[str | None]:
    """Return what manages the packet filter, where it is switched on."""
    ufw, firewalld = answer.text("firewall/ufw"), answer.text("firewall/firewalld")
    if isinstance(ufw, str) and "ENABLED=yes" in ufw:
        return "ufw"
    if isinstance(firewalld, str) and firewalld.strip() == "running":
        return "firewalld"
    filters = answer.text("firewall/nft"), answer.text("firewall/iptables")
    for name, text in zip(("nftables", "iptables"), filters, strict=True):
        if isinstance(text, str) and re.search(r'"chain"|^-A ', text, re.MULTILINE):
            return name
    return next((text for text in (firewalld, *filters) if isinstance(text, Unknown)), None)


def from_nft(text: str) -> Filter:
    """Read `nft -j list ruleset`: the base chains on the input hook, and the chains they jump to."""
    shape = Unknown("nft gave an answer of another shape")
    try:
        items = json.loads(text)["nftables"]
        chains = [item["chain"] for item in items if "chain" in item]
        rules: dict[tuple[str, str, str], list[list[Any]]] = {}
        for item in items:
            if "rule" in item:
                rule = item["rule"]
                rules.setdefault((rule["family"], rule["table"], rule["chain"]), []).append(rule["expr"])
        redirects = any({"dnat", "redirect"} & set(s) for chain in rules.values() for expr in chain for s in expr)
        if not redirects:
            # `ct status dnat accept` (firewalld) admits what the host's own rules sent here; there are none.
            rules = {key: [e for e in chain if '"dnat"' not in json.dumps(e)] for key, chain in rules.items()}
        bases = [c for c in chains if c.get("hook") == "input" and c.get("family") in {"ip", "ip6", "inet"}]
        verdicts = []
        for family in ("ip", "ip6"):
            admitted: list[Maybe[Rule]] = []
            denies = False
            for chain in bases:
                if chain["family"] in {family, "inet"} and chain.get("type") == "filter":
                    key = (chain["family"], chain["table"], chain["name"])
                    ends = _walk(key, rules, admitted, family, 0)
                    denies = denies or chain.get("policy") == "drop" or ends
            verdicts.append((denies, admitted))
    except (ValueError, RecursionError, KeyError, TypeError, AttributeError, IndexError):
        return Filter(default_deny=shape, ingress=shape)
    if not any(denies for denies, _ in verdicts):
        return OPEN
    merged: list[Maybe[Rule]] = []
    for index, (denies, admitted) in enumerate(verdicts):
        merged += admitted
        if not denies:
            merged.append(Rule(protocol="all", from_port=0, to_port=65535, sources=(EVERYWHERE[index],)))
    return Filter(default_deny=all(denies for denies, _ in verdicts), ingress=_ordered(merged))


def _walk(
    key: tuple[str, str, str],
    rules: dict[tuple[str, str, str], list[list[Any]]],
    admitted: list[Maybe[Rule]],
    family: str,
    depth: int,
) -> bool:
    """Gather what a chain accepts; say whether it ends by refusing everything that is left."""
    if depth > DEEPEST or len(admitted) > MOST:
        admitted.append(Unknown("the packet filter has more chains or rules than are read"))
        return False
    returns = False
    for expression in rules.get(key, []):
        statements = [s for s in expression if not set(s) & {"counter", "log", "limit", "comment"}]
        limited = len(statements) != len([s for s in expression if not set(s) & {"counter", "log", "comment"}])
        verdict = statements[-1] if statements else {}
        matches = statements[:-1]
        if "drop" in verdict or "reject" in verdict:
            if not matches and not limited:
                # Some left the chain before, and are not refused here.
                return not returns
        elif "accept" in verdict:
            admitted += _nft_rules(matches, family)
            if not matches and not limited:
                return not returns
        elif "return" in verdict:
            if not matches:
                return False
            returns = True
        elif "jump" in verdict or "goto" in verdict:
            target = str(next(verdict[way] for way in ("jump", "goto") if way in verdict)["target"])
            matches = [match for match in matches if not _from_a_wire(match)]
            inner: list[Maybe[Rule]] = []
            ends = _walk((*key[:2], target), rules, inner, family, depth + 1)
            # Under a condition, what the chain accepts is narrower than it says.
            admitted += (
                inner if not matches else [Unknown(f"admitted by chain {target}, under a condition")] * bool(inner)
            )
            if not matches and (ends or "goto" in verdict):
                return ends
        elif "vmap" in json.dumps(verdict) and '"accept"' in json.dumps(verdict):
            admitted += _vmap(verdict)
    return False


def _from_a_wire(statement: dict[str, Any]) -> bool:
    """Say whether a condition is that a packet comes over a network card: what it admits, it admits from outside."""
    match = statement.get("match", {})
    on = match.get("left", {}).get("meta", {}) if isinstance(match.get("left"), dict) else {}
    name = match.get("right")
    return (
        on.get("key") == "iifname" and isinstance(name, str) and re.match(r"eth|en[opsx]|wl|bond|ib", name) is not None
    )


def _vmap(verdict: dict[str, Any]) -> list[Maybe[Rule]]:
    """Read a verdict map; the one on connection state admits nothing new."""
    on = json.dumps(verdict["vmap"].get("key", {}))
    return [] if '"state"' in on else [Unknown("a verdict map admits some")]


def _nft_rules(matches: list[dict[str, Any]], family: str) -> list[Maybe[Rule]]:
    """Read the conditions of an accepting rule: a rule for each range of ports; none where it admits nothing new."""
    protocol, ports, source = "all", [(0, 65535)], EVERYWHERE[family == "ip6"]
    sources: tuple[Maybe[str], ...] = (source,)
    for statement in matches:
        match = statement.get("match")
        if not isinstance(match, dict) or match.get("op") not in {"==", "in"}:
            return [Unknown("a rule admits some under a condition that is not read")]
        left, right = match["left"], match["right"]
        if "ct" in left and left["ct"].get("key") == "state":
            states = right if isinstance(right, list) else [right]
            if "new" not in states:
                return []
        elif "meta" in left and left["meta"]["key"] in {"iif", "iifname"} and right == "lo":
            return []
        elif "meta" in left and left["meta"]["key"] == "l4proto" and isinstance(right, str):
            protocol = {"ipv6-icmp": "icmpv6"}.get(right, right)
        elif "meta" in left and left["meta"]["key"] == "nfproto" and isinstance(right, str):
            if (right == "ipv6") != (family == "ip6"):
                return []
        elif "payload" in left:
            what = left["payload"]
            if what.get("protocol") in {"ip", "ip6"} and (what["protocol"] == "ip6") != (family == "ip6"):
                return []
            if what.get("field") == "dport":
                protocol, ports = what["protocol"], _ports(right)
            elif what.get("field") == "saddr":
                sources = _sources(right)
            elif what.get("field") == "protocol" and isinstance(right, str):
                protocol = right
            elif what.get("protocol") in {"icmp", "icmpv6"}:
                protocol = what["protocol"]
            else:
                return [Unknown(f"a rule admits some by {what.get('protocol')} {what.get('field')}")]
        else:
            return [Unknown("a rule admits some under a condition that is not read")]
    return [Rule(protocol=protocol, from_port=low, to_port=high, sources=sources) for low, high in ports]


def _ports(right: Any) -> list[tuple[int, int]]:
    """Return the ranges of ports of a match: a number, a range, or a set of both."""
    if isinstance(right, int):
        return [(right, right)]
    if isinstance(right, dict) and "range" in right:
        low, high = right["range"]
        return [(int(low), int(high))]
    if isinstance(right, dict) and "set" in right:
        return sorted(pair for item in right["set"] for pair in _ports(item))
    raise TypeError(right)


def _sources(right: Any) -> tuple[Maybe[str], ...]:
    """Return the networks of a match."""
    if isinstance(right, str):
        if right.startswith("@"):
            return (Unknown(f"the set {right[1:]} was not read"),)
        return (right if "/" in right else f"{right}/{128 if ':' in right else 32}",)
    if "prefix" in right:
        return (f"{right['prefix']['addr']}/{int(right['prefix']['len'])}",)
    if "set" in right:
        return tuple(network for item in right["set"] for network in _sources(item))
    return (Unknown("a range of addresses"),)


def from_iptables(four: str, six: Maybe[str | None]) -> Filter:
    """Read `iptables-save` and `ip6tables-save`, filter table, INPUT chain and what it jumps to."""
    both: list[tuple[bool, list[Maybe[Rule]]]] = []
    for family, text in (("ip", four), ("ip6", six)):
        if isinstance(text, str):
            both.append(_save(text, family))
        else:
            both.append((False, [text or Unknown("ip6tables is not installed: what IPv6 admits was not read")]))
    if not any(denies for denies, _ in both):
        return OPEN
    ingress: list[Maybe[Rule]] = []
    for index, (denies, admitted) in enumerate(both):
        ingress += admitted
        if not denies and not any(isinstance(rule, Unknown) for rule in admitted):
            ingress.append(Rule(protocol="all", from_port=0, to_port=65535, sources=(EVERYWHERE[index],)))
    unseen = None if isinstance(six, str) else both[1][1][0]
    return Filter(
        default_deny=unseen if isinstance(unseen, Unknown) else all(denies for denies, _ in both),
        ingress=_ordered(ingress),
    )


def _save(text: str, family: str) -> tuple[bool, list[Maybe[Rule]]]:
    """Read one family's saved rules."""
    part = re.search(r"^\*filter$(.*?)^COMMIT$", text, re.MULTILINE | re.DOTALL)
    if part is None:
        return False, []
    policies = dict(re.findall(r"^:(\S+) (\S+)", part[1], re.MULTILINE))
    chains: dict[str, list[list[str]]] = {}
    for line in part[1].split("\n"):
        if line.startswith("-A "):
            words = line.split()
            chains.setdefault(words[1], []).append(words[2:])
    admitted: list[Maybe[Rule]] = []
    ends = _follow("INPUT", chains, admitted, family, 0)
    return policies.get("INPUT") == "DROP" or ends, admitted


def _follow(
    chain: str, chains: dict[str, list[list[str]]], admitted: list[Maybe[Rule]], family: str, depth: int
) -> bool:
    """Gather what a chain accepts; say whether it ends by refusing everything that is left."""
    if depth > DEEPEST or len(admitted) > MOST:
        admitted.append(Unknown("the packet filter has more chains or rules than are read"))
        return False
    returns = False
    for words in chains.get(chain, []):
        where = next((i for i, word in enumerate(words[:-1]) if word in {"-j", "-g"}), len(words))
        conditions, target = words[:where], words[where + 1] if where < len(words) else ""
        if target == "RETURN":
            if not conditions:
                return False
            returns = True
        elif target in {"DROP", "REJECT"}:
            if not conditions:
                # Some left the chain before, and are not refused here.
                return not returns
        elif target == "ACCEPT":
            admitted += _iptables_rules(conditions, family)
            if not conditions:
                return not returns
        elif target in chains:
            inner: list[Maybe[Rule]] = []
            ends = _follow(target, chains, inner, family, depth + 1)
            if not conditions:
                admitted += inner
                if ends:
                    return True
            elif inner == _iptables_rules([], family):
                admitted += _iptables_rules(conditions, family)
            elif inner:
                admitted.append(Unknown(f"admitted by chain {target}, under a condition"))
    return False


def _iptables_rules(words: list[str], family: str) -> list[Maybe[Rule]]:
    """Read the conditions of an accepting rule: a rule for each range of ports; none where it admits nothing new.

    The port something comes from, and the host's own address that it goes to, narrow a rule that names a port too
    little to matter, and are left out.
    """
    protocol, ports, source = "all", [(0, 65535)], EVERYWHERE[family == "ip6"]
    narrowed = False
    rest = iter(words)
    for word in rest:
        value = next(rest, "")
        if word == "-i" and value == "lo":
            return []
        if word in {"--state", "--ctstate"}:
            if "NEW" not in value.split(","):
                return []
        elif word == "-p":
            protocol = {"ipv6-icmp": "icmpv6"}.get(value, value)
        elif word == "-s":
            source = value
        elif word in {"--dport", "--dports"} and re.fullmatch(r"\d{1,5}([:,]\d{1,5})*", value):
            ports = [(int(span.split(":")[0]), int(span.split(":")[-1])) for span in value.split(",")]
        elif word in {"-d", "--sport"}:
            narrowed = True
        elif word == "--comment":
            while value.startswith('"') and not (len(value) > 1 and value.endswith('"')):
                following = next(rest, None)
                value = value if following is None else f"{value} {following}"
                if following is None:
                    break
        elif word not in {"-m", "--icmp-type", "--icmpv6-type"}:
            return [Unknown(f"a rule admits some under a condition that is not read: {word}")]
    if narrowed and ports == [(0, 65535)]:
        return [Unknown("a rule admits some by where they come from or go to")]
    return [Rule(protocol=protocol, from_port=low, to_port=high, sources=(source,)) for low, high in ports]


def _ordered(rules: list[Maybe[Rule]]) -> tuple[Maybe[Rule], ...]:
    """Leave out what is said twice, and keep the order of the rules."""
    return tuple(dict.fromkeys(rules))
