"""Whose request it was: a proxy is believed only where the settings name it."""

import pytest

from web.addresses import client_address, read_networks

PROXIES = read_networks(["10.0.0.0/8", "fd00::1"])


def address(peer: str | None, *forwarded: str) -> str:
    headers = [(b"x-forwarded-for", value.encode()) for value in forwarded]
    client = (peer, 1) if peer else None
    return client_address({"type": "http", "client": client, "headers": headers}, PROXIES)


def test_the_peer_is_the_client_where_no_proxy_stands_between() -> None:
    assert address("203.0.113.9") == "203.0.113.9"


def test_a_peer_that_is_no_proxy_is_not_believed() -> None:
    assert address("203.0.113.9", "198.51.100.1") == "203.0.113.9"


def test_a_proxy_is_believed() -> None:
    assert address("10.1.2.3", "198.51.100.1") == "198.51.100.1"


def test_what_the_client_itself_put_in_front_is_not_believed() -> None:
    assert address("10.1.2.3", "1.1.1.1, 198.51.100.1, 10.9.9.9") == "198.51.100.1"


def test_believing_the_first_entry_would_let_anyone_choose_an_address() -> None:
    forwarded = "1.1.1.1, 198.51.100.1"
    naive = forwarded.partition(",")[0]
    assert (naive, address("10.1.2.3", forwarded)) == ("1.1.1.1", "198.51.100.1")


def test_several_headers_are_read_as_one() -> None:
    assert address("10.1.2.3", "1.1.1.1", "198.51.100.1") == "198.51.100.1"


def test_an_ipv6_subscriber_is_one_address() -> None:
    assert address("2001:db8:1:2:3::4") == address("2001:db8:1:2:ffff::1") == "2001:db8:1:2::/64"


def test_an_address_mapped_into_ipv6_is_itself() -> None:
    assert address("::ffff:203.0.113.9") == "203.0.113.9"


@pytest.mark.parametrize("nonsense", ["unix", "", "-", "999.1.1.1", "<script>"])
def test_nonsense_from_a_proxy_is_nobody(nonsense: str) -> None:
    assert address("10.1.2.3", nonsense) in ("unknown", "10.1.2.3")


def test_a_local_socket_has_no_address() -> None:
    assert address(None) == "unknown"


def test_a_proxy_setting_that_is_no_address_is_refused() -> None:
    with pytest.raises(ValueError, match=r"proxy\.example"):
        read_networks(["proxy.example"])
