"""`jupyter nbconvert --to fdd notebook.ipynb`: the final cells as the design document."""

from __future__ import annotations

from typing import Any

from nbconvert.exporters import Exporter
from nbconvert.utils.exceptions import ConversionException

from torusnb.errors import TorusnbError
from torusnb.export.notebook import render_notebook


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
        try:
            text = render_notebook(copy)
        except TorusnbError as error:
            raise ConversionException(str(error)) from error
        return text, resources
