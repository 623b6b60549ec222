"""`jupyter nbconvert --to fdd notebook.ipynb`: the final cells as the design document."""

from __future__ import annotations

from typing import Any

from nbconvert.exporters import Exporter
from nbconvert.utils.exceptions import ConversionException

from torusnb.errors import TorusnbError
from torusnb.export.cells import parse_cells
from torusnb.export.document import render_fdd
from torusnb.spec.template import load_template


class FddExporter(Exporter):
    """Notebook -> design document, from nothing but what the notebook carries."""

    export_from_notebook = "Feature design document"
    output_mimetype = "text/markdown"

    def _file_extension_default(self) -> str:
        """The name follows a naming convention of traitlets."""
        return ".md"

    def from_notebook_node(  # type: ignore[override]  # nbconvert's own exporters of text return text here
        self, nb: Any, resources: dict[str, Any] | None = None, **kw: Any
    ) -> tuple[str, dict[str, Any]]:
        """The document and nbconvert's resources.

        Raises:
            ConversionException: The final cells do not give a document; the message says which and why.
        """
        copy, resources = super().from_notebook_node(nb, resources, **kw)
        template = load_template()
        try:
            found = parse_cells(copy, template)
            if not found.sections:
                raise ConversionException(
                    "No cell of this notebook is tagged `fdd`. Tag the final cells `fdd` and `section:<id>`."
                )
            text = render_fdd(
                found.title,
                template,
                found.sections,
                found.evidence,
                found.sources,
                commit=found.commit,
                citations=found.citations,
            )
        except TorusnbError as error:
            raise ConversionException(str(error)) from error
        return text, resources
