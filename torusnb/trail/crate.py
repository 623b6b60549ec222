"""The RO-Crate metadata of a shared trail."""

from __future__ import annotations

import json

from rocrate.model.contextentity import ContextEntity
from rocrate.rocrate import ROCrate

from torusnb import __version__

_KINDS = {
    ".sqlite3": ("application/vnd.sqlite3", "The trail: every step, decision and captured byte, append-only"),
    ".md": ("text/markdown", "A document written by the walk"),
    ".ipynb": ("application/x-ipynb+json", "An executed notebook"),
    ".gz": ("application/warc", "Every response that research got from outside, as WARC records"),
    ".sha256": ("text/plain", "The hash of the archive, for sha256sum --check"),
}
_JUPYTER = "https://jupyter.org/"


RECORDS = "#records"
HEAD = "#head"
"""Ids of the properties of the trail's file: how many records it has, and the digest of the last one."""


def render_metadata(
    title: str, date: str, files: dict[str, tuple[str, int]], trail_name: str, head: tuple[int, str]
) -> bytes:
    """`ro-crate-metadata.json` for the files of a bundle.

    Args:
        title: What the trail is about.
        date: ISO 8601 time of the trail's last record; the clock is not asked, so that the bytes stay the same.
        files: Name to hex SHA-256 and size in bytes.
        trail_name: Which of the files is the trail.
        head: Number and digest of the trail's last record.
    """
    crate = ROCrate(version="1.1")
    crate.name = f"Research trail: {title}"
    crate.description = "Context, research, draft, review and export of one feature's design, replayable offline."
    crate.root_dataset["datePublished"] = date
    crate.root_dataset["license"] = "Not stated: the trail quotes the checkout and sources it was made from."
    # The crate library knows no language entity for Jupyter, so it is added here.
    language = ContextEntity(
        crate, _JUPYTER, {"@type": "ComputerLanguage", "name": "Jupyter Notebook", "url": {"@id": _JUPYTER}}
    )
    crate.add(language)
    software = {"@type": "SoftwareApplication", "name": "torusnb", "softwareVersion": __version__}
    crate.add(ContextEntity(crate, "#torusnb", software))
    for name, label, value in ((RECORDS, "number of records", head[0]), (HEAD, "digest of the last record", head[1])):
        crate.add(ContextEntity(crate, name, {"@type": "PropertyValue", "name": label, "value": value}))
    for name, (sha256, size) in files.items():
        suffix = name[name.rindex(".") :]
        encoding, description = _KINDS[suffix]
        properties: dict[str, object] = {
            "name": name,
            "description": description,
            "encodingFormat": encoding,
            "sha256": sha256,
            "contentSize": str(size),
        }
        if suffix == ".ipynb":
            properties |= {
                "@type": ["File", "SoftwareSourceCode", "ComputationalWorkflow"],
                "programmingLanguage": {"@id": _JUPYTER},
            }
        if name == trail_name:
            properties["additionalProperty"] = [{"@id": RECORDS}, {"@id": HEAD}]
        crate.add_file(dest_path=name, properties=properties)
    return (json.dumps(crate.metadata.generate(), indent=2, sort_keys=True, ensure_ascii=False) + "\n").encode()
