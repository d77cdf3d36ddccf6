"""Only what is plainly public may be called, and a URL has one spelling."""

import pytest

from docchain.outbound.addresses import is_public, parsed
from docchain.outbound.errors import AddressRefused
from docchain.outbound.policy import Policy
from docchain.outbound.urls import target_of

OPEN = Policy(plain_http=True)


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1",
        "127.255.0.9",
        "0.0.0.0",
        "10.1.2.3",
        "172.16.0.1",
        "172.31.255.255",
        "192.168.1.1",
        "169.254.169.254",
        "169.254.170.2",
        "100.64.0.1",
        "100.127.255.255",
        "192.0.0.1",
        "198.18.0.1",
        "224.0.0.1",
        "255.255.255.255",
        "::",
        "::1",
        "::ffff:127.0.0.1",
        "::ffff:8.8.8.8",
        "::127.0.0.1",
        "64:ff9b::7f00:1",
        "64:ff9b:1::1",
        "2002:7f00:1::",
        "2001:0:4136:e378::1",
        "2001:db8::1",
        "fc00::1",
        "fd00:ec2::254",
        "fe80::1",
        "fec0::1",
        "ff02::1",
    ],
)
def test_an_address_that_is_not_public_is_refused(address: str) -> None:
    assert not is_public(parsed(address))


@pytest.mark.parametrize("address", ["8.8.8.8", "172.32.0.1", "100.128.0.1", "2606:4700::1111", "2a00:1450:4001::1"])
def test_a_public_address_is_allowed(address: str) -> None:
    assert is_public(parsed(address))


@pytest.mark.parametrize(
    "url",
    [
        "http://2130706433/",
        "http://0x7f000001/",
        "http://0x7f.0.0.1/",
        "http://0177.0.0.1/",
        "http://127.1/",
        "http://127.0.0.01/",
        "http://１２７.0.0.1/",
        "http://①②⑦.0.0.1/",
        "http://127。0。0。1/",
        "http://[::1%25lo]/",
        "http://[::1/",
        "http://[zz]/",
        "http://user@example.com/",
        "http://example.com:80@127.0.0.1/",
        "http://example.com\\@127.0.0.1/",
        "http://exa mple.com/",
        "http://example.com/\r\nX: y",
        "http://example.com/\tx",
        "http://example..com/",
        "http://-.com/",
        "http:///path",
        "ftp://example.com/",
        "file:///etc/passwd",
        "gopher://example.com/",
        "//example.com/",
        "example.com",
        "",
        "http://example.com:22/",
        "http://example.com:6379/",
        "http://example.com:99999/",
        "http://example.com/" + "x" * 8_000,
    ],
)
def test_an_odd_url_is_refused(url: str) -> None:
    with pytest.raises(AddressRefused):
        target_of(url, OPEN)


def test_plain_http_is_only_for_a_stage_that_says_so() -> None:
    with pytest.raises(AddressRefused, match="Only https"):
        target_of("http://example.com/", Policy())
    assert target_of("https://example.com/", Policy()).port == 443


def test_a_url_keeps_its_path_and_query_and_loses_its_fragment() -> None:
    target = target_of("https://Example.COM:8443/a%20b/ü?q=1&r=é#top", Policy())
    assert (target.authority, target.path) == ("example.com:8443", "/a%20b/%C3%BC?q=1&r=%C3%A9")


def test_an_ipv6_address_is_written_in_brackets_again() -> None:
    assert target_of("https://[2606:4700::1111]/", Policy()).authority == "[2606:4700::1111]"
