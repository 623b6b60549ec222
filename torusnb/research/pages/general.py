"""General pages: trafilatura says which text is the article, the page's own headings give the anchors."""

from __future__ import annotations

import logging
import re

from torusnb.research.pages.blocks import Built
from torusnb.research.pages.page import Block

_BLANKS = re.compile(r"\s+")
_SHORTEST = 25
_LEAST_SHARE = 0.05


def extract_general(markup: str, whole: Built) -> Built | None:
    """The blocks that trafilatura takes for the article, or None when it finds none.

    trafilatura only chooses: the text, its blocks and anchors stay those that torusnb read itself (`whole`), so that
    nothing it would join, cut or reorder gets into a quote. Blocks that it leaves out become `aside`.

    Args:
        markup: The body without what no reader sees.
        whole: The same body as blocks.
    """
    chosen = _choose(markup)
    if not chosen:
        return None
    kept = []
    share = 0
    for block in whole.blocks:
        text = _squeeze(whole.text[block.start : block.end])
        if block.kind == "heading" or text in chosen or (len(text) >= _SHORTEST and text[:200] in chosen):
            kept.append(block)
            share += block.end - block.start
        else:
            kept.append(Block(block.start, block.end, "aside"))
    if share < _LEAST_SHARE * len(whole.text):
        return None
    return Built(whole.text, tuple(kept), whole.sections)


def _choose(markup: str) -> str:
    """The article's text without blanks; empty when there is none."""
    from lxml import etree
    from trafilatura import extract  # over a second to import, and for general pages only

    logging.getLogger("trafilatura").setLevel(logging.CRITICAL)
    try:
        found = extract(f"<html>{markup}</html>", output_format="txt", include_comments=False, favor_recall=True)
    except (ValueError, TypeError, AttributeError, RecursionError, etree.LxmlError):
        return ""
    return _squeeze(found or "")


def _squeeze(text: str) -> str:
    return _BLANKS.sub("", text)
