"""Whose address it is: what one subscriber holds counts as one."""

from ipaddress import IPv6Address, ip_address


def network_of(address: str | None) -> str:
    """An IPv4 address, or the /64 network of an IPv6 address, of which one customer has many; `unknown` for what
    is no address."""
    try:
        parsed = ip_address(address or "")
    except ValueError:
        return "unknown"
    if isinstance(parsed, IPv6Address) and parsed.ipv4_mapped is None:
        return f"{parsed.exploded[:19]}::/64"
    return str(getattr(parsed, "ipv4_mapped", None) or parsed)
