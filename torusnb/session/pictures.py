"""What a notebook shows as a picture: drawn when asked for, an image in every viewer, its facts as text below."""

from __future__ import annotations

import base64
import html
from dataclasses import dataclass

from torusnb.models.knowledge import Context
from torusnb.models.review import TraceMatrix
from torusnb.pictures.coverage import draw_coverage
from torusnb.pictures.neighbourhood import draw_neighbourhood
from torusnb.pictures.relations import draw_relations
from torusnb.pictures.supervision import draw_supervision
from torusnb.pictures.svg import Drawing, render_svg
from torusnb.pictures.whereabouts import draw_whereabouts


@dataclass(frozen=True)
class Picture:
    """A drawing as Jupyter shows it.

    It travels as an image inside HTML, not as bare SVG: JupyterLab shows no SVG of a notebook it did not run itself
    (a batch run's, a colleague's), and images it always shows.
    """

    drawing: Drawing

    @property
    def svg(self) -> str:
        """The picture as a file's text, for a page or a slide."""
        return render_svg(self.drawing)

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> dict[str, str]:
        del include, exclude  # Jupyter passes both; every form is always given
        lines = "\n".join((self.drawing.title, "", *self.drawing.told))
        if not self.drawing.width:
            return {"text/html": f"<p><em>{html.escape(self.drawing.title)}</em></p>", "text/plain": lines}
        return {"text/html": self._html(), "text/plain": lines}

    def _html(self) -> str:
        title = html.escape(self.drawing.title)
        data = base64.b64encode(self.svg.encode()).decode("ascii")
        image = f'<img alt="{title}" width="{self.drawing.width}" src="data:image/svg+xml;base64,{data}">'
        told = "\n".join(html.escape(line) for line in self.drawing.told)
        # The box scrolls, so that a wide picture is not shrunk until nobody can read it.
        return (
            f'<div style="overflow:auto">{image}</div>\n<p>{title}.</p>\n'
            f"<details><summary>The same as text</summary><pre>{told}</pre></details>"
        )


def neighbourhood(context: Context) -> Picture:
    """Who uses whom among the best waypoints, from the pages on the left to the schemas on the right."""
    return Picture(draw_neighbourhood(context))


def whereabouts(context: Context) -> Picture:
    """Where the waypoints lie: areas of the code base against layers."""
    return Picture(draw_whereabouts(context))


def supervision(context: Context) -> Picture:
    """What the application starts, with the waypoints among it."""
    return Picture(draw_supervision(context))


def relations(context: Context) -> Picture:
    """The schemas around the feature and what they belong to."""
    return Picture(draw_relations(context))


def coverage(matrix: TraceMatrix) -> Picture:
    """Which section names which requirement and criterion, and which criteria a test names."""
    return Picture(draw_coverage(matrix))
