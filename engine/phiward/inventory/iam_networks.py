"""Networks of a condition: which of them, alone or together, are as good as the whole internet."""

from functools import lru_cache


def is_world(network: str) -> bool:
    """Say whether a network counts as the whole internet: wider than /8 (IPv4) or /32 (IPv6), or unreadable.

    The widths are S3's own (*The meaning of "public"*): two halves such as `0.0.0.0/1` are the world too.
    """
    address, slash, bits = network.partition("/")
    if not slash:
        return not address or "*" in address
    return not (bits.isascii() and bits.isdigit()) or int(bits) < (32 if ":" in address else 8)


@lru_cache(maxsize=1024)
def are_world(networks: tuple[str, ...]) -> bool:
    """Say whether networks that are each narrow enough cover half of all IPv4 addresses together.

    The world can be written as 256 networks of /8. As networks of /32 that IPv6 takes, no policy is long enough for it.
    """
    if len(networks) < 128:
        return False
    import ipaddress

    read: list[ipaddress.IPv4Network] = []
    for network in networks:
        try:
            read.append(ipaddress.IPv4Network(network, strict=False))
        except ValueError:
            continue
    return sum(each.num_addresses for each in ipaddress.collapse_addresses(read)) >= 2**31
