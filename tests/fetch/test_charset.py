"""Bytes to text: what was declared, what the page says of itself, and what the bytes are."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.fetch.hostile_web import HostileWeb, answering, open_for
from torusnb.fetch import decode_text
from torusnb.fetch.charset import find_declared

TEXT = "Größe, naïve, “quoted” — and 100 € for Ωmega"
META = '<meta charset="{}"><p>'


@pytest.mark.parametrize(
    ("body", "declared", "charset", "said"),
    [
        (TEXT.encode(), "", "utf-8", ""),
        (TEXT.encode(), "UTF-8", "utf-8", ""),
        (b"\xef\xbb\xbf" + TEXT.encode(), "latin-1", "utf-8-sig", ""),
        (b"\xff\xfe" + TEXT.encode("utf-16-le"), "", "utf-16", ""),
        (b"\xfe\xff" + TEXT.encode("utf-16-be"), "utf-8", "utf-16", ""),
        (TEXT.encode(), "iso-8859-1", "utf-8", "but its bytes are UTF-8"),
        ((META.format("iso-8859-1") + TEXT).encode(), "", "utf-8", "but its bytes are UTF-8"),
        ("“quoted” 100 €".encode("windows-1252"), "iso-8859-1", "windows-1252", ""),
        ("“quoted” 100 €".encode("windows-1252"), "", "windows-1252", ""),
        ("“quoted” 100 €".encode("windows-1252"), "utf-8", "windows-1252", "its bytes are not"),
        ("Привет, мир".encode("koi8-r"), "koi8-r", "koi8-r", ""),
        ((META.format("windows-1251") + "Привет, мир").encode("windows-1251"), "", "windows-1251", ""),
        ((META.format("koi8-r") + "Привет").encode("windows-1251"), "windows-1251", "windows-1251", "and the page"),
        ("日本語".encode("cp932"), "Shift_JIS", "cp932", ""),
        ("日本語".encode("euc-jp"), "EUC-JP", "euc-jp", ""),
        ("中文字".encode("gb18030"), "gb2312", "gb18030", ""),
        (b"plain", "rot13", "utf-8", "none of the web's"),
        (b"plain", "utf-7", "utf-8", "none of the web's"),
        (b"plain", "no such thing", "utf-8", "none of the web's"),
        ((META.format("utf-16") + TEXT).encode(), "", "utf-8", ""),
        ('<?xml version="1.0" encoding="koi8-r"?><p>Привет'.encode("koi8-r"), "", "koi8-r", ""),
        (b"", "", "utf-8", ""),
    ],
)
def test_the_charset_is_found_and_what_was_declared_wrongly_is_said(
    body: bytes, declared: str, charset: str, said: str
) -> None:
    decoded = decode_text(body, declared)
    assert decoded.charset == charset
    assert decoded.readable
    assert (said in decoded.note) if said else (decoded.note == "")
    assert decoded.text == body.decode(charset)


def test_a_single_damaged_character_keeps_a_page_utf8() -> None:
    decoded = decode_text(TEXT.encode() * 20 + b"\xff", "utf-8")
    assert (decoded.charset, decoded.readable) == ("utf-8", True)
    assert "not in utf-8 and stand as U+FFFD: 1." in decoded.note


@pytest.mark.parametrize("body", [bytes(range(256)) * 20, b"\x89PNG\r\n\x1a\n" + b"\x00" * 400])
def test_bytes_that_are_no_text_are_not_readable(body: bytes) -> None:
    assert not decode_text(body, "").readable


@given(st.binary(max_size=300), st.sampled_from(["", "utf-8", "latin-1", "utf-16", "euc-jp", "big5", "hex", "\x00"]))
@settings(max_examples=150, deadline=None)
def test_any_bytes_decode_and_again_to_the_same_text(body: bytes, declared: str) -> None:
    decoded = decode_text(body, declared)
    assert body.decode(decoded.charset, "replace") == decoded.text


@pytest.mark.parametrize(
    ("header", "charset"),
    [
        ("text/html; charset=utf-8", "utf-8"),
        ('text/html;charset="UTF-8"', "UTF-8"),
        ("text/html; boundary=x; Charset=koi8-r", "koi8-r"),
        ("text/html", ""),
        ("text/html; charset=", ""),
    ],
)
def test_the_charset_of_a_header_is_read(header: str, charset: str) -> None:
    assert find_declared(header) == charset


def test_the_text_of_a_page_follows_from_its_bytes_and_charset() -> None:
    page = f"<p>{TEXT}</p>".encode("windows-1252", "replace")
    with HostileWeb(page=answering(body=page, Content_Type="text/html; charset=ISO-8859-1")) as web:
        client = open_for(web)
        fetched = client.fetch(web.url("/page"))
    assert (fetched.charset, fetched.text) == ("windows-1252", page.decode("windows-1252"))
