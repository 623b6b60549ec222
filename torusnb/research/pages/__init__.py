"""From a page's bytes to its text: what may be quoted, under which heading, and what was left out."""

from torusnb.research.pages.extract import extract_page
from torusnb.research.pages.page import Block, Page, Section

__all__ = ["Block", "Page", "Section", "extract_page"]
