"""Run a handed-in notebook in a kernel of its own and write the outputs of its pointed cells.

This is the one place where a learner's code runs. Today it runs in a fresh kernel for each notebook,
with a private home and working directory and an environment of its own: level `process`. That keeps
notebooks apart; it does not keep a learner's code away from the machine, the network or the check.

Before anything runs, every pointed cell holds an error; only a verdict replaces it.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import shutil
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from subprocess import DEVNULL
from typing import TYPE_CHECKING, Any, TypeVar

from nbclient import NotebookClient
from nbclient.exceptions import CellTimeoutError, DeadKernelError
from nbformat.v4 import new_output

from .messages import N_
from .records import VERDICT_MIME, Incident, verdict_from_plain

if TYPE_CHECKING:
    from collections.abc import Coroutine

    from nbformat import NotebookNode

    from .verdict import Verdict

_T = TypeVar("_T")
ISOLATION = "process"
MARK_LINE = '__import__("autograders.marking").marking.mark('
STOPPED = "stopped at its time limit"
LOOK_SECONDS = 0.2  # how often a running cell's processor time is looked at
RESTARTS = 3  # how often one notebook may kill its kernel before the rest of it stays unmarked
_KEPT = ("PATH", "LANG", "LC_ALL", "LC_CTYPE", "LD_LIBRARY_PATH", "SYSTEMROOT", "TZ", "VIRTUAL_ENV", "PYTHONPATH")


@dataclass(frozen=True)
class Limits:
    """Seconds of one cell and of the whole notebook.

    A cell is stopped after so many seconds of work of its own processor time, or three times as many by
    the clock: a machine that is busy with other notebooks must not cost an honest one its cell.
    """

    cell: int = 10
    notebook: int = 300

    @property
    def cell_clock(self) -> int:
        """Seconds a cell may take by the clock."""
        return 3 * self.cell


@dataclass(frozen=True)
class Run:
    """A notebook that was run: its outputs are in it, each pointed cell ends in a number or an error."""

    notebook: NotebookNode
    verdicts: dict[str, Verdict] = field(default_factory=dict)
    incidents: tuple[Incident, ...] = ()
    seconds: dict[str, float] = field(default_factory=dict)
    isolation: str = ISOLATION


def run_notebook(notebook: NotebookNode, learner: str, limits: Limits | None = None) -> Run:
    """Run a sanitised notebook for a learner and settle its pointed cells.

    A cell that hangs or kills its kernel costs its own exercise: the kernel is started again and the
    notebook replayed without that cell, up to `RESTARTS` times.
    """
    limits = limits or Limits()
    started = time.perf_counter()
    skipped: dict[int, Incident] = {}
    incidents: list[Incident] = []
    for cell in _pointed(notebook):
        cell["outputs"] = [_error("NoVerdict", "not run")]
    while True:
        attempt = _Attempt(notebook, skipped, limits, started + limits.notebook)
        with tempfile.TemporaryDirectory(prefix="loyalty-", ignore_cleanup_errors=True) as home:
            culprit = _to_its_end(attempt.run(learner, Path(home)))
        if culprit is None:
            break
        index, kind = culprit
        skipped[index] = _incident_at(kind, notebook, index)
        if len(skipped) > RESTARTS:
            incidents.append(Incident("not_marked", detail=N_("too many cells ended their process")))
            break
    incidents += [*skipped.values(), *attempt.incidents]
    verdicts, found, seconds = settle(notebook)
    whole = time.perf_counter() - started
    parts = {"cells": round(whole - seconds, 3), "checks": round(seconds, 3)}
    return Run(notebook, verdicts, (*incidents, *found), parts)


def _to_its_end(work: Coroutine[Any, Any, _T]) -> _T:
    """Run a coroutine in a thread of its own: Formgrader's button is pressed where a server's loop runs already."""
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(asyncio.run, work).result()


class _Attempt:
    """One pass over the cells with one kernel."""

    def __init__(self, notebook: NotebookNode, skipped: dict[int, Incident], limits: Limits, end: float) -> None:
        self.notebook = notebook
        self.skipped = skipped
        self.limits = limits
        self.end = end
        self.incidents: list[Incident] = []

    async def run(self, learner: str, home: Path) -> tuple[int, str] | None:
        """Run all cells; return the index of a cell that took the kernel with it and how, or None."""
        client = _client(self.notebook, home, self.limits.cell_clock)
        work = home / "work"
        work.mkdir()
        _share_font_lists(home)
        started = {"env": environment(learner, home), "cwd": str(work), "stdout": DEVNULL, "stderr": DEVNULL}
        started["cleanup_kc"] = True  # else nbclient leaves a kernel whose manager it did not make running for ever
        async with client.async_setup_kernel(**started):
            for index, cell in enumerate(self.notebook.cells):
                if cell.cell_type != "code" or not cell.source.strip():
                    continue
                if index in self.skipped:
                    cell["outputs"] = [_error("Stopped", self.skipped[index].kind)]
                elif time.perf_counter() > self.end:
                    cell["outputs"] = [_error("NoTimeLeft", f"{self.limits.notebook} s")]
                    self.incidents.append(_incident_at("timeout", self.notebook, index))
                else:
                    ended = await self._run_cell(client, cell, index)
                    if ended:
                        return index, ended
        return None

    async def _run_cell(self, client: NotebookClient, cell: NotebookNode, index: int) -> str:
        """Run one cell; return how it took the kernel with it, or nothing."""
        watch = asyncio.create_task(_interrupt_after(client, self.limits.cell))
        try:
            await client.async_execute_cell(cell, index)
        except DeadKernelError:
            return "kernel_died"
        except CellTimeoutError:
            return "timeout"
        finally:
            watch.cancel()
        if watch.done() and not watch.cancelled():
            cell.outputs.append(_error("CellTimeout", STOPPED))
        if any(o.output_type == "error" and o.ename == "CellTimeout" for o in cell.outputs):
            self.incidents.append(_incident_at("timeout", self.notebook, index))
        return ""


async def _interrupt_after(client: NotebookClient, seconds: float) -> None:
    """Interrupt the kernel once it has worked for so many seconds of processor time; cancelled when the cell ends."""
    import psutil  # type: ignore[import-untyped]  # its stubs are no dependency of ours

    try:
        process = psutil.Process(client.km.provisioner.process.pid)
        start = sum(process.cpu_times()[:2])
        while sum(process.cpu_times()[:2]) - start < seconds:  # noqa: ASYNC110  # a process's time raises no event
            await asyncio.sleep(LOOK_SECONDS)
        await client.km.interrupt_kernel()
    except psutil.Error:  # the kernel is gone: whoever runs the cell sees it too
        await asyncio.Event().wait()


def _client(notebook: NotebookNode, home: Path, seconds: int) -> NotebookClient:
    """Return a client that goes on after errors, interrupts a cell at its time and obeys no tag of the notebook's."""
    from jupyter_client.manager import AsyncKernelManager

    def note_timeout(cell: NotebookNode, execute_reply: dict[str, Any], **_: Any) -> None:
        content = execute_reply["content"]
        if content["status"] == "error" and content["ename"] == "CellTimeout":
            cell.outputs.append(_error("CellTimeout", content["evalue"]))

    manager = AsyncKernelManager(kernel_name="python3", connection_file=str(home / "kernel.json"))
    manager.kernel_spec.argv[0] = sys.executable
    if os.name == "posix":  # no port that another process of this machine could connect to
        manager.transport, manager.ip = "ipc", str(home / "kernel")
    return NotebookClient(
        notebook,
        km=manager,
        timeout=seconds,
        interrupt_on_timeout=True,
        error_on_timeout={"ename": "CellTimeout", "evalue": STOPPED, "traceback": []},
        on_cell_executed=note_timeout,
        allow_errors=True,
        raise_on_iopub_timeout=True,
        skip_cells_with_tag=" ",
        record_timing=False,
        store_widget_state=False,
        shutdown_kernel="immediate",
        startup_timeout=120,
        extra_arguments=["--HistoryManager.hist_file=:memory:", "--HistoryManager.enabled=False"],
    )


def environment(learner: str, home: Path) -> dict[str, str]:
    """Return the environment of a learner's kernel: who it is for, a private home, little of the grader's."""
    kept = {name: os.environ[name] for name in _KEPT if name in os.environ}
    private = {"HOME": home, "IPYTHONDIR": home / "ipython", "MPLCONFIGDIR": home / "mpl", "TMPDIR": home / "work"}
    return {
        **kept,
        **{name: str(path) for name, path in private.items()},
        "LOYALTY_LEARNER": learner,
        "NBGRADER_EXECUTION": "autograde",
        "OMP_NUM_THREADS": "1",
        "OPENBLAS_NUM_THREADS": "1",
        "PYTHONHASHSEED": "0",
        "PYTHONIOENCODING": "utf-8",
        "PYTHONWARNINGS": os.environ.get("PYTHONWARNINGS", ""),
    }


@cache
def _font_lists() -> tuple[Path, ...]:
    """Return where matplotlib keeps its list of this machine's fonts; importing its fonts makes a missing one."""
    import matplotlib as mpl
    from matplotlib import font_manager  # noqa: F401 - for what the import does

    return tuple(Path(mpl.get_cachedir()).glob("fontlist-*.json"))


def _share_font_lists(home: Path) -> None:
    """Copy matplotlib's list of fonts into a private home: making it anew costs seconds a notebook."""
    (home / "mpl").mkdir()
    for found in _font_lists():
        with contextlib.suppress(OSError):
            shutil.copy(found, home / "mpl")


def settle(notebook: NotebookNode) -> tuple[dict[str, Verdict], list[Incident], float]:
    """Write each pointed cell's outputs from its verdict; without one it keeps, or gets, an error.

    Returns the verdicts, the incidents, and the seconds the checks took.
    """
    verdicts: dict[str, Verdict] = {}
    incidents: list[Incident] = []
    seconds = 0.0
    for cell in _pointed(notebook):
        exercise = cell.metadata.nbgrader["grade_id"]
        shown = [o for o in cell.outputs if o.output_type == "display_data" and VERDICT_MIME in o.data]
        try:
            record = shown[-1].data.pop(VERDICT_MIME)
            verdict = verdict_from_plain(record["verdict"])
            seconds += float(record["seconds"])
        except (IndexError, KeyError, TypeError, ValueError, AttributeError):
            verdict = None
        most = float(cell.metadata.nbgrader["points"])
        if verdict is None or verdict.exercise != exercise or verdict.max_points > most:
            errors = [o.ename for o in cell.outputs if o.output_type == "error"]
            cell["outputs"] = [_error("NoVerdict", "no verdict")]
            incidents.append(Incident("no_verdict", exercise, ", ".join(errors[:1]) or N_("nothing was returned")))
            continue
        if record.get("crash"):
            incidents.append(Incident("check_failed", exercise, str(record["crash"])[:300]))
        verdicts[exercise] = verdict
        count = cell.get("execution_count")
        points = new_output("execute_result", {"text/plain": repr(verdict.points)}, execution_count=count)
        cell["outputs"] = [shown[-1], points]
    return verdicts, incidents, seconds


def refuse(notebook: NotebookNode, why: str) -> Run:
    """Return a notebook that is not run at all: every pointed cell is an error, so it has no points."""
    for cell in _pointed(notebook):
        cell["outputs"] = [_error("NoVerdict", why)]
    return Run(notebook)


def _pointed(notebook: NotebookNode) -> list[NotebookNode]:
    """Return the cells whose hidden line marks an exercise; an instructor's own test cells are nbgrader's business."""
    return [c for c in notebook.cells if c.cell_type == "code" and MARK_LINE in c.source and "nbgrader" in c.metadata]


def _incident_at(kind: str, notebook: NotebookNode, index: int) -> Incident:
    """Return an incident with the exercise a cell belongs to, and the cell's own id."""
    cell = notebook.cells[index]
    grade_id = str(cell.metadata.get("nbgrader", {}).get("grade_id", ""))
    exercise = grade_id.removesuffix("-answer").removesuffix("-try")
    return Incident(kind, exercise, grade_id or str(cell.get("id", index + 1)))


def _error(name: str, value: str) -> NotebookNode:
    return new_output("error", ename=name, evalue=value, traceback=[f"{name}: {value}"])
