"""ExDoc's search data: the text of a whole package, each part with the address of its heading."""

from __future__ import annotations

import json
import re
from urllib.parse import urljoin

from torusnb.research.pages.masking import mask_unseen
from torusnb.research.pages.page import Page, Section

READER = "1"
ADDRESS = re.compile(r"/(?:search_data|search_items)-[0-9A-Za-z]+\.js$")

_ASSIGNED = re.compile(r"\s*(searchData|searchNodes)\s*=\s*")
_MOST_ITEMS = 50_000


def extract_search_data(text: str, url: str) -> Page:
    """The page of `searchData={"items":[…]}`, or of the older `searchNodes=[…]`; a thin one when it is neither.

    Each item is a section that leads to the page and fragment it names; an item that leads to another host is left out.
    The text is Markdown, as the sources of the documentation hold it.
    """
    items, package, version = _items(text)
    base = re.sub(r"[^/]*$", "", re.sub(r"/dist/[^/]*$", "/", url))
    made: list[Section] = []
    parts: list[str] = []
    at = 0
    for item in items:
        ref, title, doc = (item.get(name) for name in ("ref", "title", "doc"))
        if not isinstance(ref, str) or not isinstance(title, str) or not isinstance(doc, str) or not doc.strip():
            continue
        address, _, anchor = urljoin(base, ref).partition("#")
        if not address.startswith(base):
            continue
        head, body = f"# {' '.join(title.split())}\n\n", f"{mask_unseen(doc).strip()}\n\n"
        made.append(Section(head[2:].strip(), 1, at + len(head), at + len(head) + len(body), anchor, address))
        parts += (head, body)
        at += len(head) + len(body)
    notes = () if made else ("The file holds no search data that could be read.",)
    return Page(
        url=url,
        title=f"Search data of {package} {version}".strip() if package else "Search data",
        text="".join(parts),
        sections=tuple(made),
        extractor=f"exdoc-search-data/{READER}",
        markdown=True,
        thin=not made,
        notes=notes,
        package=package,
        version=version,
    )


def _items(text: str) -> tuple[list[dict[str, object]], str, str]:
    """The items, and the package and version where the data name them."""
    start = _ASSIGNED.match(text)
    if start is None:
        return [], "", ""
    try:
        data, _ = json.JSONDecoder().raw_decode(text, start.end())
    except (ValueError, RecursionError):
        return [], "", ""
    project = data.get("project") if isinstance(data, dict) else None
    held = data.get("items") if isinstance(data, dict) else data
    items = [item for item in held[:_MOST_ITEMS] if isinstance(item, dict)] if isinstance(held, list) else []
    named = project if isinstance(project, dict) else {}
    return items, str(named.get("name") or ""), str(named.get("version") or "")
