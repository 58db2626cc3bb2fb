"""No URL and no name leads to what is ours (reliability A19)."""

from __future__ import annotations

import socket

import pytest

from loyalty.outgoing import guard
from loyalty.refusals import Refusal

HOSTILE_URLS = [
    "",
    "https://",
    "https:///path",
    "hooks.example.com",
    "http://hooks.example.com/",
    "ftp://hooks.example.com/",
    "file:///proc/self/environ",
    "gopher://hooks.example.com/",
    "HTTPS ://hooks.example.com/",
    "https://hooks.example.com:8443/",
    "https://hooks.example.com:80/",
    "https://hooks.example.com:0/",
    "https://hooks.example.com:99999/",
    "https://hooks.example.com:x/",
    "https://user@hooks.example.com/",
    "https://user:secret@hooks.example.com/",
    "https://hooks.example.com@127.0.0.1/",
    "https://hooks.example.com#@127.0.0.1/",
    "https://hooks.example.com/#fragment",
    "https://localhost/",
    "https://localhost./",
    "https://LOCALHOST/",
    "https://127.0.0.1/",
    "https://127.1/",
    "https://2130706433/",
    "https://0x7f.1/",
    "https://0x7f000001/",
    "https://0177.0.0.1/",
    "https://0/",
    "https://169.254.169.254/latest/meta-data/",
    "https://8.8.8.8/",
    "https://[::1]/",
    "https://[::ffff:127.0.0.1]/",
    "https://[64:ff9b::7f00:1]/",
    "https://[fe80::1%25eth0]/",
    "https://[::1/",
    "https://hooks/",
    "https://-hooks.example.com/",
    "https://hooks..example.com/",
    "https://hooks.example.com./",
    "https://hooks.example.1/",
    "https://hooks.exa\tmple.com/",
    "https://hooks.example.com/\r\nX-Injected: 1",
    "https://hooks.example.com/ space",
    "https://hooks.example.com\\@127.0.0.1/",
    "https://hooks.example.com/\x00",
    "https://ex\u0430mple.com/",  # a Cyrillic letter
    "https://\u2460.example.com/",  # ①, which some resolvers read as 1
    "https://127\u30020\u30020\u30021/",  # ideographic full stops
    "https://hooks.example.com/" + "a" * guard.LONGEST_URL,
]


@pytest.mark.parametrize("url", HOSTILE_URLS)
def test_hostile_urls_are_refused(url: str) -> None:
    with pytest.raises(Refusal) as refused:
        guard.target(url)
    assert (refused.value.kind, refused.value.code) == ("invalid", "bad_url")


@pytest.mark.parametrize("url", [url for url in HOSTILE_URLS if "localhost/" not in url.lower()])
def test_the_exception_of_one_machine_opens_nothing_else(url: str) -> None:
    if url in {"https://127.0.0.1/", "https://[::1]/"}:
        assert guard.target(url, local=True).host in {"127.0.0.1", "::1"}
        return
    with pytest.raises(Refusal):
        guard.target(url, local=True)


@pytest.mark.parametrize(
    ("url", "path"),
    [
        ("https://hooks.example.com", "/"),
        ("https://hooks.example.com/a/b?c=d&e=%20", "/a/b?c=d&e=%20"),
        ("https://HOOKS.example.com:443/x", "/x"),
        ("https://xn--e1afmkfd.xn--p1ai/x", "/x"),
    ],
)
def test_public_https_is_taken(url: str, path: str) -> None:
    found = guard.target(url)
    assert (found.scheme, found.port, found.path) == ("https", 443, path)
    assert found.header == found.host


INNER = [
    "0.0.0.0",
    "0.1.2.3",
    "10.0.0.1",
    "100.64.0.1",
    "100.100.100.200",  # metadata of another cloud
    "127.0.0.1",
    "127.255.255.254",
    "169.254.169.254",
    "169.254.170.2",
    "172.16.0.1",
    "172.31.255.255",
    "192.0.0.8",
    "192.0.0.170",
    "192.0.2.1",
    "192.88.99.1",
    "192.168.1.1",
    "198.18.0.1",
    "198.51.100.1",
    "203.0.113.1",
    "224.0.0.1",
    "239.255.255.255",
    "240.0.0.1",
    "255.255.255.255",
    "::",
    "::1",
    "::7f00:1",
    "::ffff:127.0.0.1",
    "::ffff:10.0.0.1",
    "::ffff:169.254.169.254",
    "64:ff9b::7f00:1",
    "64:ff9b::a9fe:a9fe",
    "64:ff9b:1::1",
    "100::1",
    "2001::1",
    "2001:0:7f00:1::",
    "2001:db8::1",
    "2002:7f00:1::",
    "2002:a9fe:a9fe::1",
    "3fff::1",
    "fc00::1",
    "fd00:ec2::254",
    "fe80::1",
    "fe80::1%eth0",
    "fec0::1",
    "ff02::1",
    "nonsense",
    "",
]
PUBLIC = ["8.8.8.8", "1.1.1.1", "93.184.215.14", "2606:4700:4700::1111", "::ffff:8.8.8.8"]


@pytest.mark.parametrize("address", INNER)
def test_inner_addresses_are_never_connected_to(address: str) -> None:
    assert not guard.may_connect(address)
    assert guard.choose([address]) is None
    assert guard.choose(["8.8.8.8", address]) is None
    assert guard.choose([address, "8.8.8.8"]) is None


@pytest.mark.parametrize("address", PUBLIC)
def test_public_addresses_may_be_connected_to(address: str) -> None:
    assert guard.may_connect(address)
    assert guard.choose([address, "1.1.1.1"]) == address
    # On one machine nothing leaves it by a name on loopback: the name itself is judged before.
    assert guard.choose([]) is None


def test_only_loopback_is_open_on_one_machine() -> None:
    open_now = [address for address in INNER if guard.may_connect(address, local=True)]
    assert open_now == ["127.0.0.1", "127.255.255.254", "::1", "::ffff:127.0.0.1"]


@pytest.mark.parametrize("text", ["2130706433", "0x7f.1", "127.1", "0177.0.0.1"])
def test_what_the_resolver_makes_of_numbers_is_judged_too(text: str) -> None:
    addresses = {str(one[4][0]) for one in socket.getaddrinfo(text, 443)}
    assert addresses == {"127.0.0.1"}
    assert guard.choose(sorted(addresses)) is None
