"""What a fetch asks for and what came of it: values, also when nothing came."""

from __future__ import annotations

from torusnb.models.base import Value

OUTCOMES: dict[str, str] = {
    "ok": "The page is here; a citation may rest on its bytes.",
    "not-modified": "The server says that the kept snapshot is still what it serves.",
    "thin": "A cookie wall or an empty shell that scripts would fill; no citation may rest on it.",
    "challenge": "A page that asks for proof of being human instead of answering.",
    "refused": "torusnb itself refused the address, or one that it was sent on to; nothing was asked there.",
    "robots": "The host's robots.txt forbids the page, or could not be read because the host failed.",
    "rate-limited": "The host asks to slow down (429, or 503 with Retry-After), and the wait is longer than allowed.",
    "gone": "The page is not there (404, 410).",
    "http-error": "The host answered with another status that brings no page.",
    "wrong-type": "The host answered with a kind of content that was not asked for.",
    "too-large": "More bytes than allowed: on the wire, unpacked, or in the headers.",
    "too-slow": "The host answered, but not in the time allowed.",
    "broken": "The answer cannot be read: cut short, malformed, not in any charset, or made to keep a parser busy.",
    "no-answer": "No connection, or not a byte over it: an unknown name, a host that is down, a bad certificate.",
    "offline": "Nothing was asked, since torusnb works offline.",
}
"""Every outcome of a fetch and what it means."""

KINDS = ("page", "data", "archive")
"""What a request may accept: pages (HTML, XHTML, Markdown, plain text), data (JSON, JavaScript), tarballs."""


class FetchRequest(Value, frozen=True):
    """One address to fetch.

    Attributes:
        accept: Which of `KINDS` may come.
        etag, last_modified: Validators of a kept snapshot; with one of them `not-modified` is a possible outcome.
        snapshot_url: The address those validators were given for, when the snapshot was redirected; they are sent
            to no other address.
        form: Fields to send with POST, such as a search that a person set off. A form is sent once, whatever comes of
            it, and follows no redirect. The host's robots.txt is asked and its decision kept, but a rule for crawlers
            does not stop a form: nothing is crawled with it.
    """

    url: str
    accept: tuple[str, ...] = ("page", "data")
    etag: str = ""
    last_modified: str = ""
    snapshot_url: str = ""
    form: tuple[tuple[str, str], ...] = ()


class Exchange(Value, frozen=True):
    """One request and the response to it, as an archive keeps them.

    Attributes:
        address: The IP address that was asked.
        headers: The response's, in order and as sent.
        body: The payload without transfer and content coding; when `truncated` is set its start, or nothing.
        sha256: Hex SHA-256 of `body`.
        fetched_at: When the request left, ISO 8601 in UTC.
        wire_bytes: How many bytes came, headers included.
        truncated: Why the body is not all there: `length`, `time`, `disconnect`, `unspecified`; empty when it is whole.
        form: What was sent as the request's body, urlencoded; empty for a GET, anything else went out with POST.
    """

    url: str
    address: str
    request_headers: tuple[tuple[str, str], ...]
    status: int
    reason: str
    headers: tuple[tuple[str, str], ...]
    body: bytes
    sha256: str
    fetched_at: str
    wire_bytes: int
    truncated: str = ""
    form: str = ""

    def header(self, name: str) -> str:
        """The first value of a response header, in any case; empty when there is none."""
        return next((value for key, value in self.headers if key.lower() == name.lower()), "")


class RobotsDecision(Value, frozen=True):
    """What a host's robots.txt says of an address.

    Attributes:
        verdict: `allowed`, `disallowed`, `unavailable` (there is none: everything is allowed), `unreachable` (the
            host failed: everything is forbidden, RFC 9309 section 2.3.1.4), `not-asked`.
        url: The robots.txt that was asked.
        line: The rule that forbids the address, where it is known.
        crawl_delay: Seconds that it asks for between two requests; 0 when it names none.
    """

    verdict: str = "not-asked"
    url: str = ""
    line: str = ""
    crawl_delay: float = 0.0


class Fetched(Value, frozen=True):
    """What came of one request.

    Attributes:
        requested: The address as it was asked for.
        url: The address that answered last, as it went over the wire: host in punycode, without fragment.
        outcome: A key of `OUTCOMES`.
        message: What happened, where, and what to do, for every outcome but `ok`.
        note: What a reader should know of a good page: a charset that was declared wrongly, a host in punycode.
        redirects: The addresses that sent on, in order.
        charset: Python's name of the charset that `text` is decoded with; empty for a tarball.
        fetched_at: When the last request left, ISO 8601 in UTC; empty when none did.
        sha256, body: The decoded payload and its hex hash; empty unless the outcome is `ok`, `thin` or `challenge`.
        attempts: How many requests were made for it, redirects and robots.txt not counted.
        exchanges: Every request that was answered, redirects and retries included, in order; robots.txt first.
        wait_seconds: How long the host asks to wait, for `rate-limited`.
        form: The urlencoded form that was sent; empty for a page that was asked for by its address alone.
    """

    requested: str
    url: str
    outcome: str
    message: str = ""
    note: str = ""
    status: int = 0
    media_type: str = ""
    charset: str = ""
    etag: str = ""
    last_modified: str = ""
    fetched_at: str = ""
    sha256: str = ""
    body: bytes = b""
    redirects: tuple[str, ...] = ()
    robots: RobotsDecision = RobotsDecision()
    attempts: int = 0
    exchanges: tuple[Exchange, ...] = ()
    wait_seconds: float = 0.0
    form: str = ""

    @property
    def text(self) -> str:
        """The decoded body: always the same string for the same bytes and charset."""
        return self.body.decode(self.charset, "replace") if self.charset else ""

    @property
    def citable(self) -> bool:
        """Whether a citation may rest on these bytes."""
        return self.outcome == "ok"
