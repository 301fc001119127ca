"""Which network addresses are of the public internet: only those may be called at a URL that somebody gave."""

from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address

NOT_PUBLIC = tuple(
    map(
        IPv4Network,
        (
            "0.0.0.0/8",  # this network
            "10.0.0.0/8",  # private
            "100.64.0.0/10",  # carrier-grade NAT
            "127.0.0.0/8",  # loopback
            "169.254.0.0/16",  # link-local, where clouds keep their credentials
            "172.16.0.0/12",  # private
            "192.0.0.0/24",  # protocol assignments
            "192.0.2.0/24",  # documentation
            "192.88.99.0/24",  # relays of 6to4
            "192.168.0.0/16",  # private
            "198.18.0.0/15",  # benchmarks
            "198.51.100.0/24",  # documentation
            "203.0.113.0/24",  # documentation
            "224.0.0.0/4",  # multicast
            "240.0.0.0/4",  # reserved, broadcast
        ),
    )
)
GLOBAL_UNICAST = IPv6Network("2000::/3")
NOT_PUBLIC_6 = tuple(
    map(
        IPv6Network,
        (
            "2001::/23",  # protocol assignments, Teredo among them
            "2001:db8::/32",  # documentation
            "2002::/16",  # 6to4: an IPv4 address in disguise
            "3fff::/20",  # documentation
        ),
    )
)
"""RFC 6890 and IANA's special-purpose registries. Of IPv6 only global unicast is public to begin with, so addresses
that hold an IPv4 address are not: mapped (::ffff:0:0/96), compatible (::/96), and of NAT64 (64:ff9b::/96, RFC 6052)."""


def is_public(text: str) -> bool:
    """Whether the text is an address of the public internet; what is no address is none of it."""
    try:
        address = ip_address(text)
    except ValueError:
        return False
    if isinstance(address, IPv4Address):
        return not any(address in network for network in NOT_PUBLIC)
    return is_public_6(address)


def is_public_6(address: IPv6Address) -> bool:
    """Whether an IPv6 address is of the public internet; one with a zone never is."""
    is_within = address in GLOBAL_UNICAST and not any(address in network for network in NOT_PUBLIC_6)
    return is_within and address.scope_id is None


def is_address(text: str) -> bool:
    """Whether the text is a network address, and not a name."""
    try:
        ip_address(text)
    except ValueError:
        return False
    return True
