"""Networks and times: https://developer.hashicorp.com/terraform/language/functions (IP Network, Date and Time)."""

import ipaddress
import re
from datetime import datetime, timedelta
from typing import Any

from phiward.collectors.terraform.evaluate.functions.registry import function
from phiward.collectors.terraform.evaluate.values import Failure, ListOf
from phiward.inventory.unknown import Unknown

_PREFIX = re.compile(r"([0-9a-fA-F.:%\w]{2,60})/(\d{1,3})", re.ASCII)
_Network = ipaddress.IPv4Network | ipaddress.IPv6Network


def _network(text: str) -> _Network:
    found = _PREFIX.fullmatch(text)
    if found is None:
        raise Failure(f"{text!r} is not a network in CIDR notation")
    address, length = _address(found[1]), int(found[2])
    mapped = address.ipv4_mapped if isinstance(address, ipaddress.IPv6Address) else None
    if mapped is not None and length >= 96:
        return ipaddress.ip_network((int(mapped), length - 96), strict=False)
    return ipaddress.ip_network((address, length), strict=False)


def _address(text: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address:
    """Read an address. Zeros before the parts of an IPv4 address mean nothing: they never made it octal."""
    if re.fullmatch(r"\d{1,9}(?:\.\d{1,9}){3}", text, re.ASCII):
        text = ".".join(str(int(part)) for part in text.split("."))
    if "%" in text:
        raise Failure(f"{text!r} is not an address")
    return ipaddress.ip_address(text)


@function("cidrhost", "s i")
def _cidrhost(prefix: str, number: int) -> str:
    network = _network(prefix)
    if not -network.num_addresses <= number < network.num_addresses:
        raise Failure(f"cidrhost(): {prefix} has no host {number}")
    base = network.network_address if number >= 0 else network.broadcast_address + 1
    return str(base + number)


@function("cidrnetmask", "s")
def _cidrnetmask(prefix: str) -> str:
    network = _network(prefix)
    if network.version != 4:
        raise Failure("cidrnetmask() is for IPv4 only")
    return str(network.netmask)


def _subnet(network: _Network, bits: int, number: int) -> _Network:
    length = network.prefixlen + bits
    if bits < 0 or length > network.max_prefixlen or not 0 <= number < 2**bits:
        raise Failure(f"cidrsubnet(): {network} has no subnet {number} of {bits} more bits")
    address = int(network.network_address) + (number << (network.max_prefixlen - length))
    return type(network)((address, length))


@function("cidrsubnet", "s i i")
def _cidrsubnet(prefix: str, bits: int, number: int) -> Any:
    network = _network(prefix)
    if bits < 0 or number < 0:
        return Unknown("what cidrsubnet() makes of a negative number is not followed")
    return str(_subnet(network, bits, number))


@function("cidrsubnets", "s i*")
def _cidrsubnets(prefix: str, *bits: int) -> list[str]:
    network = _network(prefix)
    at = int(network.network_address)
    out: list[str] = ListOf()
    for more in bits:
        length = network.prefixlen + more
        if not 1 <= more <= 32 or length > network.max_prefixlen or len(bits) > 10_000:
            raise Failure("cidrsubnets(): not a usable prefix length")
        size = 2 ** (network.max_prefixlen - length)
        at = -(-at // size) * size
        subnet = type(network)((at, length))
        if int(subnet.broadcast_address) > int(network.broadcast_address):
            raise Failure(f"cidrsubnets(): {prefix} is too small")
        out.append(str(subnet))
        at += size
    return out


@function("cidrcontains", "s s")
def _cidrcontains(prefix: str, inner: str) -> bool:
    """Say whether a network holds an address, or all of another network. OpenTofu 1.7 and later."""
    outer = _network(prefix)
    within = _network(inner) if "/" in inner else ipaddress.ip_network(_address(inner))
    if isinstance(outer, ipaddress.IPv4Network) and isinstance(within, ipaddress.IPv4Network):
        return within.subnet_of(outer)
    if isinstance(outer, ipaddress.IPv6Network) and isinstance(within, ipaddress.IPv6Network):
        return within.subnet_of(outer)
    raise Failure(f"cidrcontains(): {prefix} and {inner} are not of one family")


def _time(text: str) -> datetime:
    if not re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)", text):
        raise Failure(f"{text!r} is not an RFC 3339 time")
    return datetime.fromisoformat(text)


def _written(moment: datetime) -> str:
    text = moment.replace(microsecond=0).isoformat()
    return text.removesuffix("+00:00") + "Z" if text.endswith("+00:00") else text


_DURATION = re.compile(r"[+-]?(?:0|(?:(?:\d+(?:\.\d*)?|\.\d+)(?:h|ms|us|µs|ns|m|s))+)", re.ASCII)
_UNITS = {"h": 3600.0, "m": 60.0, "s": 1.0, "ms": 1e-3, "us": 1e-6, "µs": 1e-6, "ns": 1e-9}


@function("timeadd", "s s")
def _timeadd(time: str, duration: str) -> str:
    if not _DURATION.fullmatch(duration) or len(duration) > 100:
        raise Failure(f"timeadd(): {duration!r} is not a duration")
    found = re.findall(r"(\d+(?:\.\d*)?|\.\d+)(ms|us|µs|ns|h|m|s)", duration)
    seconds = sum(float(amount) * _UNITS[unit] for amount, unit in found)
    return _written(_time(time) + timedelta(seconds=-seconds if duration.startswith("-") else seconds))


@function("timecmp", "s s")
def _timecmp(left: str, right: str) -> int:
    first, second = _time(left), _time(right)
    return (first > second) - (first < second)


_DATE = re.compile(r"'((?:[^']|'')*)'|([a-zA-Z])\2*|[^a-zA-Z']+")


@function("formatdate", "s s")
def _formatdate(form: str, time: str) -> str:
    moment = _time(time)
    zone = moment.strftime("%z")
    utc = moment.utcoffset() == timedelta(0)
    half = (moment.hour + 11) % 12 + 1
    colon = f"{zone[:3]}:{zone[3:]}"
    table: dict[str, Any] = {
        "YYYY": f"{moment.year:04}", "YY": f"{moment.year % 100:02}",
        "MMMM": moment.strftime("%B"), "MMM": moment.strftime("%b"), "MM": f"{moment.month:02}", "M": moment.month,
        "DD": f"{moment.day:02}", "D": moment.day, "EEEE": moment.strftime("%A"), "EEE": moment.strftime("%a"),
        "hh": f"{moment.hour:02}", "h": moment.hour, "HH": f"{half:02}", "H": half,
        "AA": "AM" if moment.hour < 12 else "PM", "aa": "am" if moment.hour < 12 else "pm",
        "mm": f"{moment.minute:02}", "m": moment.minute, "ss": f"{moment.second:02}", "s": moment.second,
        "ZZZZZ": colon, "ZZZZ": zone, "ZZZ": "UTC" if utc else zone, "Z": "Z" if utc else colon,
    }  # fmt: skip
    out: list[str] = []
    at = 0
    while at < len(form):
        match = _DATE.match(form, at)
        if match is None:
            raise Failure("formatdate(): a quote is never closed")
        at = match.end()
        if match[1] is not None:
            out.append(match[1].replace("''", "'") or "'")
        elif match[2]:
            if match[0] not in table:
                raise Failure(f"formatdate(): {match[0]!r} is not a format")
            out.append(str(table[match[0]]))
        else:
            out.append(match[0])
    return "".join(out)
