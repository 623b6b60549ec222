"""The papermill seam: the four notebooks, run one after the other over a spec pack."""

from __future__ import annotations

import dataclasses
import logging
import sys
import time
from collections.abc import Callable, Mapping
from contextlib import nullcontext
from pathlib import Path
from typing import Any

from torusnb import errors
from torusnb.batch_kernels import open_kernels
from torusnb.errors import NotebookError, OutputError
from torusnb.resources import notebooks_path
from torusnb.session import Parameters, Session
from torusnb.session.own_files import absolute

NOTEBOOKS = (
    "01_context_capture.ipynb",
    "02_external_research.ipynb",
    "03_design_drafting.ipynb",
    "04_review_and_export.ipynb",
)
"""The walk, in order."""


def run_notebooks(
    parameters: Parameters,
    on_notebook: Callable[[str, float], None] | None = None,
    kernels: Mapping[str, Any] | None = None,
) -> Path:
    """Run the walk over one pack; returns the folder that holds everything it wrote.

    What is wrong with the inputs is found before a kernel starts. A notebook that fails is kept as far as
    it came, with the failing cell marked; the trail keeps what was recorded, and a further run goes on from there.

    Args:
        parameters: What to work on; `interactive` is taken as false.
        on_notebook: Where given, told each notebook's name and how many seconds it took.
        kernels: What `open_kernels` gave, where several packs share it; without it this pack opens its own.

    Raises:
        InputError: A parameter, the checkout or the pack is unusable; nothing was written.
        NotebookError: A notebook stopped with an error.
    """
    with Session(parameters) as session:
        outputs = session.outputs
        if (drafting := outputs.notebooks / NOTEBOOKS[2]).is_file():
            session.accept_cells(drafting)  # what a person wrote there must outlive the notebook's next run
    given = _for_kernel(session)
    try:
        outputs.notebooks.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise OutputError(f"the folder cannot be made ({error.strerror})", path=outputs.notebooks) from error
    with open_kernels() if kernels is None else nullcontext(kernels) as started:
        for name in NOTEBOOKS:
            begun = time.monotonic()
            extra = {"notebook": str(outputs.notebooks / NOTEBOOKS[2])} if name == NOTEBOOKS[3] else {}
            run_notebook(notebooks_path() / name, outputs.notebooks / name, given | extra, started)
            if on_notebook is not None:
                on_notebook(name, time.monotonic() - begun)
    return outputs.folder


def _for_kernel(session: Session) -> dict[str, object]:
    """The parameters for a kernel, which runs in another folder than the person who gave relative paths."""
    parameters = session.parameters
    paths = {
        "torus_root": str(session.root),
        "pack": str(session.folder.resolve()),
        "out_dir": str(session.outputs.folder.parent),
        "template": absolute(parameters.template),
        "playbook": absolute(parameters.playbook),
        "catalogue": absolute(parameters.catalogue),
        "prices": absolute(parameters.prices),
        "prompts": absolute(parameters.prompts),
    }
    return dataclasses.asdict(parameters) | paths | {"interactive": False}


def run_notebook(source: Path, target: Path, parameters: dict[str, object], kernels: Mapping[str, Any]) -> None:
    """Run one notebook with its parameters and keep it executed.

    Raises:
        NotebookError: A cell stopped with an error, or the kernel ended or did not start; the notebook is kept as far
            as it came.
        OutputError: The target cannot be written.
    """
    papermill = _import_papermill()
    # What ends a kernel is told here in a sentence; beside it the library would log of kernels and replies.
    logging.getLogger("papermill").setLevel(logging.CRITICAL)
    from nbclient.exceptions import DeadKernelError
    from papermill.exceptions import PapermillExecutionError

    try:
        papermill.execute_notebook(
            source,
            target,
            parameters=parameters,
            kernel_name="python3",
            progress_bar=False,
            log_output=False,
            request_save_on_cell_execute=False,
            extra_arguments=["--log-level=CRITICAL"],  # or it tells of its loopback TCP, and of being stopped
            cwd=target.parent,
            **kernels,
        )
    except PapermillExecutionError as error:
        raise _stopped(target, error.exec_count, error.ename, _ended(error.evalue)) from error
    except DeadKernelError as error:
        raise NotebookError(
            "the kernel was ended from outside or ran out of memory; run again, what was recorded is kept", path=target
        ) from error
    except RuntimeError as error:  # which is what Jupyter raises for a kernel that never answers
        raise NotebookError(
            f"its kernel did not start ({error}); see whether memory or processes are scarce, and run again",
            path=target,
        ) from error
    except OSError as error:
        raise OutputError(
            f"the executed notebook cannot be written ({error.strerror}); look at the folder and the disk, and run "
            "again",
            path=target,
        ) from error


def _stopped(target: Path, cell: int, name: str, said: str) -> NotebookError:
    """What stopped a cell: torusnb's own sentence where it has one, which then needs no notebook to be understood."""
    kind = getattr(errors, name, None)
    if isinstance(kind, type) and issubclass(kind, errors.TorusnbError):
        again = "What was recorded is kept, and a further run goes on from there."
        return NotebookError(f"cell {cell} stopped: {said} {again}", path=target, cause=kind)
    return NotebookError(f"cell {cell} stopped with {name}: {said} Open the notebook to see it.", path=target)


def _import_papermill() -> Any:
    """papermill, which only a batch run needs, without the grammars that take most of the time its import takes.

    It imports jsonschema, which builds parsers for internationalised addresses as it is imported; no notebook has any.
    """
    blocked = "rfc3987_syntax"
    mine = blocked not in sys.modules and "jsonschema" not in sys.modules
    if mine:
        sys.modules[blocked] = None  # type: ignore[assignment]  # an import of it raises ImportError
    try:
        import papermill
    finally:
        if mine:
            del sys.modules[blocked]
    return papermill


def _ended(text: str) -> str:
    """A message as a sentence, which it may be already."""
    said = text.strip()
    return said if said.endswith((".", "!", "?")) else f"{said}."
