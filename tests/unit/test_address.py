"""Addresses of the public internet: everything else is refused, however it is written."""

from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address, ip_network

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assay.domain.address import is_address, is_public

v4 = st.ip_addresses(v=4)
v6 = st.ip_addresses(v=6)


@given(v4 | v6)
def test_what_python_knows_to_be_anything_but_global_is_refused(address):
    if not address.is_global or address.is_multicast or address.is_reserved:
        assert not is_public(str(address))


@given(v4)
def test_an_ipv4_address_hidden_in_an_ipv6_address_is_refused_whatever_it_is(address):
    number = int(address)
    for start, shift in (
        ("::ffff:0:0", 0),
        ("::", 0),
        ("64:ff9b::", 0),
        ("64:ff9b:1::", 0),
        ("2002::", 80),
        ("2001::", 0),
    ):
        assert not is_public(str(IPv6Address(int(IPv6Address(start)) | number << shift)))


@pytest.mark.parametrize(
    "network",
    [
        *("0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12"),
        *("192.168.0.0/16", "198.18.0.0/15", "224.0.0.0/4", "240.0.0.0/4"),
        *(
            "::1/128",
            "fc00::/7",
            "fe80::/10",
            "ff00::/8",
            "::ffff:0:0/96",
            "64:ff9b::/96",
            "2002::/16",
            "2001:db8::/32",
        ),
    ],
)
def test_both_ends_of_a_network_that_is_not_public_are_refused(network):
    bounds = ip_network(network)
    assert not is_public(str(bounds[0]))
    assert not is_public(str(bounds[-1]))


@pytest.mark.parametrize("network", ["10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12"])
def test_the_neighbours_of_a_private_network_are_public(network):
    bounds = ip_network(network)
    assert is_public(str(bounds[0] - 1))
    assert is_public(str(bounds[-1] + 1))


@given(v4)
def test_most_of_the_internet_is_public(address):
    odd = (ip_network("192.88.99.0/24"), ip_network("192.0.0.0/24"))
    if address.is_global and not address.is_multicast and not any(address in one for one in odd):
        assert is_public(str(address))


@pytest.mark.parametrize("address", ["8.8.8.8", "104.18.7.192", "2606:4700::6812:7c0", "2a00:1450:4001:80b::200e"])
def test_providers_addresses_are_public(address):
    assert is_public(address)


@given(st.integers(0, 2**64 - 1))
def test_what_lies_outside_global_unicast_is_refused(number):
    address = IPv6Address(number << 64)
    assert is_public(str(address)) <= (address in IPv6Network("2000::/3"))


@given(st.text())
def test_what_is_no_address_is_not_public(text):
    try:
        ip_address(text)
    except ValueError:
        assert not is_public(text)
        assert not is_address(text)


@pytest.mark.parametrize(
    "text", ["127.1", "2130706433", "0x7f000001", "0177.0.0.1", "localhost", "", "[::1]", "2606::1%eth0"]
)
def test_other_spellings_are_no_public_addresses(text):
    assert not is_public(text)


@given(v4)
def test_an_address_is_told_from_a_name(address):
    assert is_address(str(IPv4Address(int(address))))
    assert not is_address(f"a{address}")
