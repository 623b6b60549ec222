"""Addresses of pages: what may be asked at all, said before a name is resolved.

Everything the connection needs is taken from here, so no second reader of the address can understand it otherwise.
"""

from __future__ import annotations

import re
from ipaddress import IPv4Network, IPv6Network, ip_network
from urllib.parse import quote, urljoin, urlsplit

import idna

from torusnb.fetch.failure import FetchFailure
from torusnb.fetch.networks import Address, find_closed, parse_ip
from torusnb.models.base import Value

PORTS = {"http": 80, "https": 443}

_INNER_SUFFIXES = ("localhost", "local", "internal", "intranet", "lan", "home.arpa", "onion", "alt")
"""Names that only the reader's own network or another kind of network knows; they are not even resolved."""

_FORBIDDEN = re.compile(r"[\x00-\x20\x7f\\]")
_NUMBER = re.compile(r"(?:0x[0-9a-f]*|[0-9]+)\Z", re.IGNORECASE)
_LABEL = re.compile(r"[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?\Z")
_KEEP_PATH = "/:@!$&'()*+,;=-._~%"
_OPEN_IT = "Open the address in a browser, and cite another page if it is what it should be."


class Allowed(Value, frozen=True):
    """An exception from the guard, for tests against a server on loopback: a network and one port of it."""

    network: str
    port: int

    def covers(self, address: Address, port: int) -> bool:
        """Whether that address and port may be asked although the guard would refuse them."""
        network: IPv4Network | IPv6Network = ip_network(self.network)
        return port == self.port and address.version == network.version and address in network


class Target(Value, frozen=True):
    """An address taken apart.

    Attributes:
        url: The whole of it in ASCII, without fragment.
        host: Lower case, punycode, IPv6 without brackets.
        resource: Path and query, as they go into the request.
    """

    url: str
    scheme: str
    host: str
    port: int
    resource: str

    @property
    def origin(self) -> str:
        """Scheme, host and port: what a robots.txt speaks for."""
        return f"{self.scheme}://{self.authority}"

    @property
    def authority(self) -> str:
        """The `Host` header."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == PORTS[self.scheme] else f"{host}:{self.port}"


class Guard:
    """Says which addresses may be asked.

    Args:
        ports: Ports that may be asked besides 80 and 443.
        allowed_networks: Exceptions for tests; there are none otherwise, and no environment variable adds one.
        url_characters: The longest address.
    """

    def __init__(
        self, ports: tuple[int, ...] = (), allowed_networks: tuple[Allowed, ...] = (), url_characters: int = 2048
    ) -> None:
        self._ports = {*PORTS.values(), *ports}
        self._allowed = allowed_networks
        self._url_characters = url_characters

    def parse_target(self, url: str) -> Target:
        """An address taken apart and checked as far as it can be without resolving its name.

        Raises:
            FetchFailure: It is not to be asked (`refused`).
        """
        if len(url) > self._url_characters:
            raise _refused(f"the address has {len(url)} characters, more than {self._url_characters}")
        if _FORBIDDEN.search(url):
            raise _refused("the address holds white space, a control character or a backslash")
        try:
            parts = urlsplit(url)
            port = parts.port
        except ValueError as error:
            raise _refused(f"the address cannot be read ({error})") from error
        if parts.scheme not in PORTS:
            raise _refused(f"its scheme is '{parts.scheme[:20]}', and only http and https are fetched")
        if "@" in parts.netloc:
            raise _refused("it holds a user name or password")
        host = _parse_host(parts.hostname or "")
        target = _assemble(parts.scheme, host, port or PORTS[parts.scheme], parts.path, parts.query)
        self._check_port(target)
        ip = parse_ip(host)
        if ip is not None:
            self.check_ip(target, ip)
        return target

    def parse_redirect(self, source: Target, location: str) -> Target:
        """Where a redirect leads, checked like any other address.

        Raises:
            FetchFailure: The redirect is not to be followed (`refused`).
        """
        if len(location) > self._url_characters:
            raise _refused(f"it redirects to an address of {len(location)} characters")
        shown = location if len(location) <= 120 else f"{location[:120]}..."
        try:
            target = self.parse_target(urljoin(source.url, location.strip(" \t").replace(" ", "%20")))
        except (FetchFailure, ValueError) as error:
            raise _refused(f"it redirects to '{_visible(shown)}': {error}") from error
        if source.scheme == "https" and target.scheme == "http":
            raise _refused(f"it redirects from https to '{_visible(shown)}', which is not encrypted")
        return target

    def check_ip(self, target: Target, address: Address) -> None:
        """Refuse an address of the host that is not public.

        Raises:
            FetchFailure: It is not (`refused`).
        """
        reason = find_closed(address)
        if reason and not any(rule.covers(address, target.port) for rule in self._allowed):
            raise _refused(f"its host {target.host} is {address}, {reason}")

    def _check_port(self, target: Target) -> None:
        if target.port not in self._ports and all(rule.port != target.port for rule in self._allowed):
            raise _refused(f"its port is {target.port}, and only 80 and 443 are asked unless a setting adds one")


def _refused(text: str) -> FetchFailure:
    return FetchFailure("refused", text, _OPEN_IT)


def _visible(text: str) -> str:
    return "".join(character if character.isprintable() else "?" for character in text)


def _parse_host(host: str) -> str:
    """The host in lower-case ASCII; a number in another spelling than the usual is refused."""
    if not host:
        raise _refused("it names no host")
    if ":" in host:
        address = parse_ip(host)
        if address is None or "%" in host:
            raise _refused("its host is no IPv6 address")
        return str(address)
    ascii_host = _encode_host(host.removesuffix("."))
    labels = ascii_host.split(".")
    if _NUMBER.match(labels[-1]):
        if parse_ip(ascii_host) is None:
            raise _refused(f"its host '{ascii_host[:60]}' is an IP address in an unusual spelling")
        return ascii_host
    if len(ascii_host) > 253 or not all(_LABEL.match(label) for label in labels):
        raise _refused("its host is no name of a host")
    if len(labels) == 1 or any(ascii_host.endswith("." + suffix) for suffix in _INNER_SUFFIXES):
        raise _refused(f"'{ascii_host}' is a name of the reader's own network")
    return ascii_host


def _encode_host(host: str) -> str:
    if host.isascii():
        return host.lower()
    try:
        return idna.encode(host, uts46=True, transitional=False).decode("ascii").lower()
    except (idna.IDNAError, UnicodeError) as error:
        raise _refused("its host is no valid international name") from error


def _assemble(scheme: str, host: str, port: int, path: str, query: str) -> Target:
    resource = quote(path or "/", safe=_KEEP_PATH)
    if query:
        resource += "?" + quote(query, safe=_KEEP_PATH + "?")
    target = Target("", scheme, host, port, resource)
    return Target(f"{target.origin}{resource}", scheme, host, port, resource)
