"""Pictures as a notebook shows them."""

from __future__ import annotations

import base64
import re

import msgspec

from tests.pictures.context import garden
from torusnb.session import pictures


def test_a_picture_is_an_image_that_every_viewer_shows_with_its_facts_as_text() -> None:
    shown = pictures.neighbourhood(garden())._repr_mimebundle_()
    (data,) = re.findall(r'src="data:image/svg\+xml;base64,([^"]+)"', shown["text/html"])
    assert base64.b64decode(data).decode() == pictures.neighbourhood(garden()).svg
    assert "<script" not in shown["text/html"]
    assert "GardenWeb.BedsLive (live view, changed) uses Garden.Beds" in shown["text/html"]
    assert "GardenWeb.BedsLive (live view, changed) uses Garden.Beds" in shown["text/plain"]


def test_a_picture_of_nothing_is_a_sentence() -> None:
    empty = msgspec.structs.replace(garden(), waypoints=())
    shown = pictures.relations(empty)._repr_mimebundle_()
    assert "<img" not in shown["text/html"]
    assert shown["text/plain"].startswith("No waypoint is a schema")
