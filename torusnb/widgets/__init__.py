"""ipywidgets views: they show what a session found and put a person's clicks in its trail; they decide nothing.

Each shows a Markdown table as well, so that nothing is lost where widgets are not drawn.
"""

from torusnb.widgets.assumptions import edit_assumptions
from torusnb.widgets.choosing import choose_pack
from torusnb.widgets.curation import curate_sources, curate_traps, curate_waypoints
from torusnb.widgets.sections import edit_section

__all__ = ["choose_pack", "curate_sources", "curate_traps", "curate_waypoints", "edit_assumptions", "edit_section"]
