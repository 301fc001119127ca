"""What an operator's list of hosts lets user code connect to."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assay.domain.egress import Destination, destinations, is_open

LABEL = st.from_regex(r"[a-z][a-z0-9]{0,8}", fullmatch=True)
NAMES = st.lists(LABEL, min_size=2, max_size=4).map(".".join)
PORTS = st.integers(1, 65535)


def test_a_list_names_hosts_and_ports_and_443_where_it_says_none():
    assert destinations(" API.example.com, *.example.org:8443 ,10.1.2.3:80,") == (
        Destination("api.example.com", 443),
        Destination("example.org", 8443, is_any_below=True),
        Destination("10.1.2.3", 80),
    )


@pytest.mark.parametrize(
    "entry", ["https://a.com", "a.com/", "a.com:0", "a.com:65536", "a.com:", "*", "*.", "a..com", "-a.com", "[::1]:80",
              "a_b.com", "*.10.0.0.1", "a.com b.com", "a.*.com", "a.com\n", "ä.com"],
)  # fmt: skip
def test_what_is_no_entry_is_refused_by_itself(entry):
    with pytest.raises(ValueError, match="is none of host, host:port"):
        Destination.parsed(entry)


@given(NAMES, PORTS, NAMES, PORTS)
def test_an_entry_is_of_one_host_and_one_port(name, port, other, another):
    entry = Destination.parsed(f"{name}:{port}")
    assert entry.is_of(name, port)
    assert entry.is_of(other, another) == ((name, port) == (other, another))


@given(NAMES, PORTS, LABEL)
def test_a_star_is_of_what_is_below_and_of_nothing_that_only_ends_alike(name, port, label):
    entry = Destination.parsed(f"*.{name}:{port}")
    assert entry.is_of(f"{label}.{name}", port)
    assert not entry.is_of(name, port)
    assert not entry.is_of(f"{label}{name}", port)


def test_a_star_is_of_no_address():
    assert not Destination.parsed("*.0.0.1:80").is_of("127.0.0.1", 80)


@pytest.mark.parametrize(
    ("address", "host", "allowed"),
    [
        ("93.184.216.34", "example.com", True),
        ("2606:4700::1111", "example.com", True),
        ("10.0.0.1", "inner.example.com", False),
        ("127.0.0.1", "localhost", False),
        ("::ffff:10.0.0.1", "example.com", False),
        ("10.0.0.1", "10.0.0.1", True),
        ("127.0.0.1", "127.0.0.1", True),
        ("169.254.169.254", "169.254.169.254", False),
        ("169.254.170.2", "metadata.example.com", False),
    ],
)
def test_a_name_leads_to_public_addresses_only_and_nothing_leads_to_those_of_a_link(address, host, allowed):
    assert is_open(address, host) is allowed
