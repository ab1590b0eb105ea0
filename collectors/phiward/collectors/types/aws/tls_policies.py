"""The lowest TLS version that each of AWS's security policies accepts, by the policy's name.

Sources: *Security policies for your Application Load Balancer*, *... Network Load Balancer*, *Predefined SSL security
policies for Classic Load Balancers* (Elastic Load Balancing user guides), *Supported protocols and ciphers between
viewers and CloudFront* (CloudFront developer guide), and *Security policies for REST APIs*, *... HTTP APIs*,
*... WebSocket APIs* (API Gateway developer guide), as of 2025-11. SSL, which is older than every TLS, counts as `0`.
"""

import re
from collections.abc import Iterable
from typing import Final

from phiward.inventory.model import Maybe, Unknown

SSL: Final = "0"

LOAD_BALANCER_DEFAULT: Final = "ELBSecurityPolicy-2016-08"
"""What a listener has where nobody chose: of every kind of load balancer, unless the console made it."""

_LOAD_BALANCER: Final = {
    "ELBSecurityPolicy-2011-08": SSL,
    "ELBSecurityPolicy-2014-01": SSL,
    "ELBSecurityPolicy-2014-10": "1.0",
    "ELBSecurityPolicy-2015-02": "1.0",
    "ELBSecurityPolicy-2015-03": "1.0",
    "ELBSecurityPolicy-2015-05": "1.0",
    "ELBSecurityPolicy-2016-08": "1.0",
    "ELBSecurityPolicy-FS-2018-06": "1.0",
}
"""Those that are named by their date alone."""
_SAYS_SO = re.compile(r"ELBSecurityPolicy-(?:TLS13|TLS|FS)-1-([0-3])-")
"""The others name the lowest version: `ELBSecurityPolicy-TLS13-1-2-Res-PQ-2025-09`, `...-FS-1-1-2019-08`."""

_CLOUDFRONT: Final = {
    "SSLv3": SSL,
    "TLSv1": "1.0",
    "TLSv1_2016": "1.0",
    "TLSv1.1_2016": "1.1",
    "TLSv1.2_2018": "1.2",
    "TLSv1.2_2019": "1.2",
    "TLSv1.2_2021": "1.2",
    "TLSv1.2_2025": "1.2",
    "TLSv1.3_2025": "1.3",
}

_API: Final = {
    "TLS_1_0": "1.0",
    "TLS_1_2": "1.2",
    "SecurityPolicy_TLS13_2025_EDGE": "1.3",
    "SecurityPolicy_TLS12_PFS_2025_EDGE": "1.2",
    "SecurityPolicy_TLS12_2018_EDGE": "1.2",
}
_API_SAYS_SO = re.compile(r"SecurityPolicy_TLS13_1_([0-3])_")


def of_load_balancer(policy: Maybe[str | None]) -> Maybe[str | None]:
    """Return the lowest version of a listener's policy; None of a listener without TLS."""
    if policy is None or isinstance(policy, Unknown):
        return policy
    said = _SAYS_SO.match(policy)
    return f"1.{said[1]}" if said else _LOAD_BALANCER.get(policy) or _unknown(policy)


def of_distribution(policy: Maybe[str]) -> Maybe[str]:
    """Return the lowest version of a CloudFront distribution's policy."""
    return policy if isinstance(policy, Unknown) else _CLOUDFRONT.get(policy) or _unknown(policy)


def of_api(policy: Maybe[str]) -> Maybe[str]:
    """Return the lowest version of an API's policy."""
    if isinstance(policy, Unknown):
        return policy
    said = _API_SAYS_SO.match(policy)
    return f"1.{said[1]}" if said else _API.get(policy) or _unknown(policy)


def of_protocols(accepted: Iterable[str]) -> Maybe[str]:
    """Return the lowest of protocols as classic load balancers name them: `Protocol-TLSv1.2`."""
    names = {"Protocol-SSLv2": SSL, "Protocol-SSLv3": SSL, "Protocol-TLSv1": "1.0"}
    versions = [names.get(each) or each.removeprefix("Protocol-TLSv") for each in accepted]
    return min(versions, default=None) or Unknown("its policy names no protocol")


def lowest(versions: Iterable[Maybe[str | None]]) -> Maybe[str | None]:
    """Return the lowest of several, None where there is none. What is unknown may be lower than all but the lowest."""
    known: list[str] = []
    unknown: Unknown | None = None
    for version in versions:
        if isinstance(version, Unknown):
            unknown = unknown or version
        elif version is not None:
            known.append(version)
    least = min(known, default=None)
    return unknown if unknown is not None and (least is None or least > "1.0") else least


def _unknown(policy: str) -> Unknown:
    return Unknown(f"what the security policy {policy} accepts is not published in what phiward knows")
