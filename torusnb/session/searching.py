"""Search, sorting and pages for the tables of a notebook, without a server.

The script is DataTables, as the package itables brings it; it is written into one output of the notebook, compressed,
and every table above or below it that a browser shows takes it up. Where scripts do not run (a notebook that
JupyterLab did not run itself), the tables stay as they are: whole, and without search.
"""

from __future__ import annotations

import base64
import gzip
import hashlib
from importlib.util import find_spec
from pathlib import Path

from torusnb.errors import TorusnbError

_SCRIPT = """<script type="module">
const unpacked = async packed => {
  const bytes = Uint8Array.from(atob(packed), letter => letter.charCodeAt(0));
  return new Response(new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"))).text();
};
if (!window.torusnbTables) {
  window.torusnbTables = (async () => {
    const style = document.createElement("style");
    style.textContent = await unpacked("STYLE");
    document.head.appendChild(style);
    const address = URL.createObjectURL(new Blob([await unpacked("CODE")], {type: "text/javascript"}));
    return (await import(address)).default;
  })();
  window.dispatchEvent(new Event("torusnb-tables"));
}
</script>"""

_TAKE_UP = """<script type="module">
const takeUp = async () => {
  const DataTable = await window.torusnbTables;
  document.querySelectorAll("#NAME:not(.dataTable)").forEach(table => {
    table.parentElement.style.maxHeight = "none";
    const lengthMenu = [25, 100, {label: "all", value: -1}];
    new DataTable(table, {order: [], autoWidth: false, pageLength: 25, lengthMenu});
  });
};
if (window.torusnbTables) takeUp(); else window.addEventListener("torusnb-tables", takeUp, {once: true});
</script>"""


class Searching:
    """The script that makes every table of the notebook searchable; show it once."""

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> dict[str, str]:
        del include, exclude  # Jupyter passes both; every form is always given
        said = "Tables can be searched and sorted."
        return {"text/html": f"<p><em>{said}</em></p>\n{_script()}", "text/plain": said}


def table_name(table_html: str) -> str:
    """An id for a table's element that is the same for the same table, so that outputs do not differ by chance."""
    return f"torusnb-{hashlib.sha256(table_html.encode()).hexdigest()[:12]}"


def take_up(name: str) -> str:
    """The script that hands the table of that id to the one that `Searching` shows, now or as soon as it is there."""
    return _TAKE_UP.replace("NAME", name)


def _script() -> str:
    style, code = (_packed(name) for name in ("dt_bundle.css", "dt_bundle.js"))
    return _SCRIPT.replace("STYLE", style).replace("CODE", code)


def _packed(name: str) -> str:
    """A file of itables, compressed and in letters. The package is not imported: that costs seconds and pandas."""
    spec = find_spec("itables")
    folder = next(iter(spec.submodule_search_locations or ()), "") if spec else ""
    try:
        content = (Path(folder) / "html" / name).read_bytes()
    except OSError as error:
        raise TorusnbError(f"itables has no file {name}; install itables 2.5 or later.") from error
    return base64.b64encode(gzip.compress(content, 9, mtime=0)).decode("ascii")
