"""Which addresses are asked at all: the same answer for every spelling, before and after a name is resolved."""

from __future__ import annotations

import socket
import threading

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.fetch.hostile_web import FakeClock, HostileWeb, answering, open_for, with_limits
from torusnb.fetch import Allowed, Client
from torusnb.fetch.address import Guard
from torusnb.fetch.failure import FetchFailure
from torusnb.fetch.networks import find_closed, parse_ip


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("ftp://docs.test/", "scheme is 'ftp'"),
        ("//docs.test/", "scheme is ''"),
        ("docs.test", "scheme is ''"),
        ("http:///page", "names no host"),
        ("http:docs.test", "names no host"),
        ("http://user@docs.test/", "user name"),
        ("http://user:pass@docs.test/", "user name"),
        ("http://docs.test:8080/", "port is 8080"),
        ("http://docs.test:0x50/", "cannot be read"),
        ("http://docs.test:99999/", "cannot be read"),
        ("http://docs.test/a b", "white space"),
        ("http://docs.test/\r\nX: y", "control character"),
        ("http://docs.test\t/", "control character"),
        ("http://docs.test\\.evil.test/", "backslash"),
        ("http://[::1", "cannot be read"),
        ("http://[docs.test]/", "cannot be read"),
        ("http://[fe80::1%25eth0]/", "no IPv6 address"),
        ("http://127.0.0.1/", "loopback"),
        ("http://127.1/", "unusual spelling"),
        ("http://0x7f000001/", "unusual spelling"),
        ("http://0177.0.0.1/", "unusual spelling"),
        ("http://2130706433/", "unusual spelling"),
        ("http://127.0.0.1./", "loopback"),
        ("http://0/", "unusual spelling"),
        ("http://10.0.0.256/", "unusual spelling"),
        ("http://１２７.０.０.１/", "loopback"),
        ("http://127。0。0。1/", "loopback"),
        ("http://0.0.0.0/", "unspecified"),
        ("http://[::]/", "unspecified"),
        ("http://[::1]/", "loopback"),
        ("http://[0:0:0:0:0:ffff:7f00:1]/", "IPv4 address inside"),
        ("http://[64:ff9b::a9fe:a9fe]/", "NAT64"),
        ("http://localhost/", "own network"),
        ("http://LOCALHOST./", "own network"),
        ("http://printer/", "own network"),
        ("http://api.localhost/", "own network"),
        ("http://metadata.google.internal/", "own network"),
        ("http://nas.local/", "own network"),
        ("http://a..test/", "no name of a host"),
        ("http://-a.test/", "no name of a host"),
        ("http://a%2e.test/", "no name of a host"),
        ("http://" + "a" * 64 + ".test/", "no name of a host"),
        ("http://\u2028.test/", "international name"),
        ("http://docs.test/" + "a" * 2100, "more than 2048"),
    ],
)
def test_an_address_that_is_not_to_be_asked_is_refused_before_its_name_is_resolved(url: str, said: str) -> None:
    with pytest.raises(FetchFailure) as refusal:
        Guard().parse_target(url)
    assert refusal.value.outcome == "refused"
    assert said in refusal.value.text


@pytest.mark.parametrize(
    ("url", "sent"),
    [
        ("https://Docs.Test", "https://docs.test/"),
        ("HTTPS://docs.test:443/a#part", "https://docs.test/a"),
        ("http://docs.test./?q=a%20b", "http://docs.test/?q=a%20b"),
        ("https://docs.test/Ecto.Query.html?v=1/2&w=[x]#from/2", "https://docs.test/Ecto.Query.html?v=1/2&w=%5Bx%5D"),
        ("https://docs.test/größe", "https://docs.test/gr%C3%B6%C3%9Fe"),
        ("https://bücher.test/", "https://xn--bcher-kva.test/"),
        ("https://аpple.test/", "https://xn--pple-43d.test/"),
        ("http://8.8.8.8/", "http://8.8.8.8/"),
        ("http://[2606:4700:0::1111]/", "http://[2606:4700::1111]/"),
    ],
)
def test_an_address_goes_out_in_one_spelling(url: str, sent: str) -> None:
    target = Guard().parse_target(url)
    assert target.url == sent
    assert Guard().parse_target(sent) == target


@given(st.text(max_size=60) | st.from_regex(r"https?://[^/]{0,30}(/.{0,20})?", fullmatch=True))
@settings(max_examples=300, deadline=None)
def test_any_text_is_refused_or_goes_out_in_ascii_that_says_the_same_again(url: str) -> None:
    try:
        target = Guard().parse_target(url)
    except FetchFailure:
        return
    assert target.url.isascii()
    assert target.url.isprintable()
    assert Guard().parse_target(target.url) == target


def test_a_redirect_that_takes_the_encryption_away_is_refused() -> None:
    secure = Guard().parse_target("https://docs.test/a/b")
    assert Guard().parse_redirect(secure, "../c").url == "https://docs.test/c"
    assert Guard().parse_redirect(secure, "//other.test/c#d").url == "https://other.test/c"
    with pytest.raises(FetchFailure, match="not encrypted"):
        Guard().parse_redirect(secure, "http://docs.test/a/b")


def test_another_port_is_asked_only_when_a_setting_says_so() -> None:
    assert Guard(ports=(8080,)).parse_target("http://docs.test:8080/").authority == "docs.test:8080"
    with pytest.raises(FetchFailure, match="loopback"):
        Guard(ports=(8080,)).parse_target("http://127.0.0.1:8080/")


@pytest.mark.parametrize(
    "address",
    [
        *("0.0.0.0", "10.1.2.3", "100.64.0.1", "100.127.255.255", "127.0.0.1", "127.255.255.254", "169.254.169.254"),
        *("172.16.0.1", "172.31.255.255", "192.0.0.1", "192.0.2.1", "192.88.99.1", "192.168.0.1", "198.18.0.1"),
        *("198.51.100.1", "203.0.113.1", "224.0.0.1", "239.1.1.1", "240.0.0.1", "255.255.255.255"),
        *("::", "::1", "::7f00:1", "::ffff:127.0.0.1", "::ffff:8.8.8.8", "64:ff9b::7f00:1", "64:ff9b:1::1", "100::1"),
        *("2001::1", "2001:0:7f00:1::", "2001:10::1", "2001:db8::1", "2002:7f00:1::", "3fff::1", "5f00::1", "fc00::1"),
        *("fd12:3456::1", "fe80::1", "fec0::1", "ff02::1", "fe80::1%eth0"),
    ],
)
def test_addresses_that_are_not_public_are_closed(address: str) -> None:
    parsed = parse_ip(address)
    assert parsed is not None
    assert find_closed(parsed)


@pytest.mark.parametrize("address", ["1.1.1.1", "100.63.0.1", "172.32.0.1", "2606:4700::1111", "2a04:4e42::1"])
def test_public_addresses_are_open(address: str) -> None:
    parsed = parse_ip(address)
    assert parsed is not None
    assert find_closed(parsed) == ""


def test_an_exception_for_tests_is_for_one_network_and_one_port() -> None:
    guard = Guard(allowed_networks=(Allowed("127.0.0.1/32", 8123),))
    assert guard.parse_target("http://127.0.0.1:8123/").port == 8123
    for url in ("http://127.0.0.1/", "http://127.0.0.1:8124/", "http://127.0.0.2:8123/", "http://10.0.0.1:8123/"):
        with pytest.raises(FetchFailure):
            guard.parse_target(url)


def test_a_name_is_refused_when_any_of_its_addresses_is_closed() -> None:
    with Client(resolver=lambda host: ["1.1.1.1", "10.0.0.1"], clock=FakeClock()) as client:
        fetched = client.fetch("http://docs.test/")
    assert fetched.outcome == "refused"
    assert "docs.test is 10.0.0.1, a private address" in fetched.message
    assert (fetched.attempts, fetched.exchanges) == (0, ())


def test_dns_that_changes_its_mind_changes_nothing() -> None:
    asked: list[str] = []

    def rebinding(host: str) -> list[str]:
        asked.append(host)
        return ["127.0.0.1"] if len(asked) == 1 else ["169.254.169.254"]

    with HostileWeb(page=answering(), other=answering()) as web:
        allowed = (Allowed("127.0.0.1/32", web.port),)
        with Client(resolver=rebinding, allowed_networks=allowed, clock=FakeClock(), interval=0) as client:
            outcomes = [client.fetch(web.url(path)).outcome for path in ("/page", "/other")]
    assert outcomes == ["ok", "ok"]
    assert asked == ["docs.test"]
    assert {headers["host"] for _, headers in web.seen} == {f"docs.test:{web.port}"}


def test_dns_that_names_a_closed_address_later_is_refused_then() -> None:
    with HostileWeb() as web:
        web.pages["/page"] = answering(302, b"", Location=web.url("/page", host="inner.test"))
        allowed = (Allowed("127.0.0.1/32", web.port),)
        addresses = {"docs.test": ["127.0.0.1"], "inner.test": ["127.0.0.2"]}
        with Client(resolver=addresses.__getitem__, allowed_networks=allowed, clock=FakeClock(), interval=0) as client:
            fetched = client.fetch(web.url("/page"))
    assert fetched.outcome == "refused"
    assert web.paths == ["/page"]


def test_a_name_that_does_not_resolve_is_no_answer() -> None:
    def unknown(host: str) -> list[str]:
        raise socket.gaierror(-2, "Name or service not known")

    with Client(resolver=unknown, clock=FakeClock()) as client:
        fetched = client.fetch("https://docs.test/")
    assert (fetched.outcome, fetched.robots.verdict) == ("no-answer", "unreachable")
    assert "the name 'docs.test' is unknown" in fetched.message


def test_a_name_that_came_to_nothing_is_asked_for_once_in_five_minutes() -> None:
    asked: list[str] = []

    def unknown(host: str) -> list[str]:
        asked.append(host)
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    clock = FakeClock()
    with Client(resolver=unknown, clock=clock) as client:
        found = [
            client.fetch(f"{origin}/{n}") for n in range(3) for origin in ("https://docs.test", "http://docs.test")
        ]
        assert (asked, {fetched.outcome for fetched in found}) == (["docs.test"], {"no-answer"})
        assert "robots.txt" not in found[0].message
        client.fetch("https://other.test/")
        clock.sleep(301)
        client.fetch("https://docs.test/again")
    assert asked == ["docs.test", "other.test", "docs.test"]


def test_where_no_name_can_be_asked_for_no_other_is() -> None:
    asked: list[str] = []

    def away(host: str) -> list[str]:
        asked.append(host)
        raise socket.gaierror(socket.EAI_AGAIN, "Temporary failure in name resolution")

    clock = FakeClock()
    with Client(resolver=away, clock=clock) as client:
        found = [client.fetch(f"https://{name}.test/") for name in ("docs", "other", "more")]
        assert asked == ["docs.test", "other.test"]
        clock.sleep(301)
        client.fetch("https://last.test/")
    assert "could not be asked for (Temporary failure in name resolution)" in found[1].message
    assert "was not asked for, since no name can be resolved here" in found[2].message
    assert asked == ["docs.test", "other.test", "last.test"]


@pytest.mark.parametrize("hosts", [["lame.test", "good.test", "fine.test"], ["good.test", "lame.test", "fine.test"]])
def test_one_name_that_cannot_be_asked_for_does_not_keep_others_from_it(hosts: list[str]) -> None:
    asked: list[str] = []

    def some(host: str) -> list[str]:
        asked.append(host)
        if host == "lame.test":
            raise socket.gaierror(socket.EAI_AGAIN, "Temporary failure in name resolution")
        return ["10.0.0.1"]

    with Client(resolver=some, clock=FakeClock()) as client:
        for host in hosts:
            client.fetch(f"https://{host}/")
    assert asked == hosts


def test_a_resolver_that_hangs_is_left_behind() -> None:
    ended = threading.Event()

    def hanging(host: str) -> list[str]:
        ended.wait(20)
        return []

    limits = with_limits(resolve_seconds=0.1, retries=0)
    with Client(resolver=hanging, clock=FakeClock(), limits=limits) as client:
        fetched = client.fetch("https://docs.test/")
    ended.set()
    assert fetched.outcome == "no-answer"
    assert "not resolved within 0.1 s" in fetched.message


def test_a_homograph_is_shown_in_ascii() -> None:
    with HostileWeb(page=answering()) as web, open_for(web) as client:
        fetched = client.fetch(web.url("/page", host="eliхir.test"))
    assert fetched.outcome == "ok"
    assert fetched.url == web.url("/page", host="xn--eliir-sze.test")
    assert "The host's name is xn--eliir-sze.test in ASCII" in fetched.note


def test_tls_is_asked_for_the_name_at_the_pinned_address() -> None:
    hello: list[bytes] = []
    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.settimeout(5)
        port = listener.getsockname()[1]

        def listen() -> None:
            connection, _ = listener.accept()
            with connection:
                connection.settimeout(5)
                hello.append(connection.recv(4096))

        thread = threading.Thread(target=listen, daemon=True)
        thread.start()
        allowed = (Allowed("127.0.0.1/32", port),)
        with Client(
            resolver=lambda host: ["127.0.0.1"], allowed_networks=allowed, limits=with_limits(retries=0)
        ) as client:
            fetched = client.fetch(f"https://docs.test:{port}/")
        thread.join(5)
    assert fetched.outcome == "no-answer"
    assert b"docs.test" in hello[0]


def test_nothing_is_taken_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    with HostileWeb(page=answering()) as web, open_for(web) as client:
        assert client.fetch(web.url("/page")).outcome == "ok"
    sent = web.seen[-1][1]
    assert set(sent) - {""} == {"host", "user-agent", "accept-encoding", "accept", "connection"}


@pytest.mark.usefixtures("socket_disabled")
def test_offline_opens_no_socket_and_resolves_no_name() -> None:
    def loud(host: str) -> list[str]:
        raise AssertionError(host)

    with Client(offline=True, resolver=loud) as client:
        fetched = client.fetch("https://docs.test/page")
        several = list(client.fetch_all(["https://a.test/", "https://b.test/"]))
    assert [fetched.outcome, *(one.outcome for one in several)] == ["offline"] * 3
    assert "offline" in fetched.message
    assert fetched.exchanges == ()
