"""What stands for a value in a decision (`row_<bed_id>`): code in a document, where other angle brackets are markup."""

from __future__ import annotations

import re

_OF_HTML = """
    a abbr acronym address animate applet area article aside audio b base basefont bdi bdo bgsound big blink blockquote
    body br button canvas caption center circle cite clippath code col colgroup command content data datalist dd defs
    del desc details dfn dialog dir div dl dt ellipse em embed fieldset figcaption figure filter font footer
    foreignobject form frame frameset g h1 h2 h3 h4 h5 h6 head header hgroup hr html i iframe image img input ins
    isindex kbd keygen label legend li line link listing main map mark marquee math menu menuitem meta metadata meter
    multicol nav nobr noembed noframes noscript object ol optgroup option output p param path picture plaintext polygon
    polyline portal pre progress q rb rect rp rt rtc ruby s samp script search section select set shadow slot small
    source spacer span stop strike strong style sub summary sup svg switch symbol table tbody td template text textarea
    textpath tfoot th thead time title tr track tspan tt u ul use var video view wbr xmp
"""
_ELEMENTS = frozenset(_OF_HTML.split())
_PLACEHOLDER = re.compile(r"<([a-z_][a-z0-9_]*)(?: [a-z0-9_]+){0,3}>")
_HOLDER = re.compile(rf"[\w./:#-]*(?:{_PLACEHOLDER.pattern}[\w./:#-]*)+")
_SPAN = re.compile(r"`[^`]*`")


def quote_placeholders(text: str) -> str:
    """The text with each word that holds a placeholder as a code span; what is one already stays."""
    parts, end = [], 0
    for span in _SPAN.finditer(text):
        parts += [_HOLDER.sub(_quoted, text[end : span.start()]), span.group()]
        end = span.end()
    return "".join([*parts, _HOLDER.sub(_quoted, text[end:])])


def without_placeholders(text: str) -> str:
    """The text with a dot for each placeholder, so that a search for markup does not take it for an element."""
    return _PLACEHOLDER.sub(lambda match: match.group() if match[1] in _ELEMENTS else ".", text)


def _quoted(match: re.Match[str]) -> str:
    word = match.group()
    stands = [name for name in _PLACEHOLDER.findall(word) if name not in _ELEMENTS]
    return f"`{word}`" if len(stands) == word.count("<") else word
