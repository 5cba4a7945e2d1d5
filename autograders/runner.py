"""Run a handed-in notebook in the sandbox, and decide the marks of its pointed cells outside.

Every cell is run once, for people: while they run, nothing hidden is asked. Where a pointed cell stands its exercise is
examined. A check that only reads an answer does so there and then. One that calls a function gets a twin, a fork that
stays as the notebook is at that place and is not spoken to before the last cell has run and its outputs are taken: so a
hidden call can reach no output and no later cell, and what stands below cannot change a verdict. Where a twin cannot be
(the notebook has threads) a second child runs the cells again for the checks and its outputs are thrown away.

The hidden line of a pointed cell is not run. Before anything runs the cell holds an error; only a verdict replaces it.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from nbformat import from_dict
from nbformat.v4 import new_output

from . import marking, structure
from .marking import examined
from .messages import LANGUAGES, N_
from .plain import Crashed, TookTooLong
from .records import VERDICT_MIME, Incident
from .sandbox import outside
from .sandbox.child import Died

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from nbformat import NotebookNode

    from .sandbox.child import Cell, Child
    from .sandbox.outside import Level
    from .verdict import Verdict

MARK_LINE = '__import__("autograders.marking").marking.mark('
STOPPED = "stopped at its time limit"
RESTARTS = 3  # how often one notebook may end its process before the rest of it stays unmarked


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
    isolation: str = ""
    references: dict[str, Any] = field(default_factory=dict)


def run_notebook(  # noqa: PLR0913  # a notebook, whose it is, and how it may run
    notebook: NotebookNode,
    learner: str,
    limits: Limits | None = None,
    *,
    level: Level | None = None,
    files: Mapping[str, bytes] | None = None,
    references: Mapping[str, Any] | None = None,
) -> Run:
    """Run a sanitised notebook for a learner, with the files handed in beside it, and settle its pointed cells.

    What the checks compute for the learner is added to the `references` known before and comes back with the run.

    A cell that hangs or ends its process costs its own exercise: the notebook is run again without that cell, up to
    `RESTARTS` times. Raises `SandboxError` where this machine has no sandbox of that level.
    """
    level = level or outside.best_level()
    work = _Work(notebook, learner, limits or Limits(), outside.sandbox(level), files or {})
    work.references.update(references or {})
    started = time.perf_counter()
    work.run()
    parts = {"cells": time.perf_counter() - started - work.examining, "checks": work.examining}
    seconds = {name: round(value, 4) for name, value in parts.items()}
    incidents = tuple(dict.fromkeys(work.incidents))
    return Run(notebook, work.verdicts, incidents, seconds, level.value, work.references)


class _Work:
    """One notebook on its way through the sandbox."""

    def __init__(
        self, notebook: NotebookNode, learner: str, limits: Limits, sandbox: outside.Sandbox, files: Mapping[str, bytes]
    ) -> None:
        self.cells = notebook.cells
        self.learner, self.limits, self.sandbox, self.files = learner, limits, sandbox, files
        self.lang = structure.language(notebook) or LANGUAGES[0]
        self.pointed = _pointed(notebook)
        self.end = time.perf_counter() + limits.notebook
        self.skipped: dict[int, Incident] = {}
        self.incidents: list[Incident] = []
        self.verdicts: dict[str, Verdict] = {}
        self.references: dict[str, Any] = {}
        self.again: list[NotebookNode] = []
        self.examining = 0.0

    def run(self) -> None:
        """Run every cell for people and keep what it shows; settle every pointed cell."""
        for cell in self.pointed:
            cell["outputs"] = [_error("NoVerdict", "not run")]
        self._until_it_ends(self._all)
        if self.again:
            self._until_it_ends(self._all_again)
        for cell in self.pointed:
            exercise = _exercise(cell)
            if exercise not in self.verdicts:
                cell["outputs"] = [_error("NoVerdict", "no verdict")]
                self.incidents.append(Incident("no_verdict", exercise, N_("nothing was returned")))

    def _until_it_ends(self, attempt: Callable[[Child], tuple[int, Incident | None] | None]) -> None:
        """Attempt, again without the cell that ended its process each time one did."""
        for _ in range(RESTARTS + 1):
            try:
                with self.sandbox.notebook(self.learner, self.files) as child:
                    culprit = attempt(child)
            except Died:  # before the first cell: no cell's doing
                culprit = (-1, None)
            if culprit is None:
                return
            index, incident = culprit
            if not self.sandbox.alive:  # nothing a cell can do; it gets another try
                self.sandbox = outside.sandbox(self.sandbox.level)
            elif incident is not None:
                self.skipped[index] = incident
                self.incidents.append(incident)
        self.incidents.append(Incident("not_marked", detail=N_("too many cells ended their process")))

    def _all(self, child: Child) -> tuple[int, Incident | None] | None:
        """Run all cells; return the place of one that ended the child, or None."""
        places: dict[str, list[NotebookNode]] = {}
        waiting: list[tuple[NotebookNode, Child]] = []
        self.again.clear()
        for index, cell in self._code():
            try:
                if any(cell is each for each in self.pointed):
                    waiting += [] if index in self.skipped else self._at_its_place(child, cell)
                else:
                    self._one(child, index, cell, places)
            except Died as died:
                return index, self._incident_at(str(died), index)
        for cell, twin in waiting:
            self._examine(twin, cell)
        return None

    def _at_its_place(self, child: Child, cell: NotebookNode) -> list[tuple[NotebookNode, Child]]:
        """Settle a pointed cell if its check only reads; else return it with a twin, or note it for a second run."""
        if _exercise(cell) in self.verdicts:
            return []
        try:
            self._examine(child, cell, reading=True)
        except _CallsError:
            twin = child.twin()
            if twin is not None:
                return [(cell, twin)]
            self.again.append(cell)
        return []

    def _one(self, child: Child, index: int, cell: NotebookNode, places: dict[str, list[NotebookNode]]) -> None:
        """Run an ordinary cell and keep what it shows."""
        if index in self.skipped:
            cell["outputs"] = [_error("Stopped", self.skipped[index].kind)]
        elif time.perf_counter() > self.end:
            cell["outputs"] = [_error("NoTimeLeft", f"{self.limits.notebook} s")]
            self.incidents.append(self._incident_at("timeout", index))
        else:
            ran = self._run(child, cell)
            self._keep(cell, ran, places)
            if ran.stopped:
                cell.outputs.append(_error("CellTimeout", STOPPED))
                self.incidents.append(self._incident_at("timeout", index))

    def _all_again(self, child: Child) -> tuple[int, Incident | None] | None:
        """Run the cells once more, for the checks that call functions; what is shown is thrown away."""
        for index, cell in self._code():
            left = [each for each in self.again if _exercise(each) not in self.verdicts]
            if not left or time.perf_counter() > self.end:
                break
            if any(cell is each for each in left):
                if self._examine(child, cell):
                    return index, None  # its verdict stands; what comes after needs a process again
            elif index not in self.skipped and not any(cell is each for each in self.pointed):
                try:
                    self._run(child, cell)
                except Died as died:
                    return index, self._incident_at(str(died), index)
        return None

    def _code(self) -> list[tuple[int, NotebookNode]]:
        return [(i, cell) for i, cell in enumerate(self.cells) if cell.cell_type == "code" and cell.source.strip()]

    def _run(self, child: Child, cell: NotebookNode) -> Cell:
        return child.run(cell.source, str(cell.get("id", "")), self.limits.cell, self.limits.cell_clock)

    def _keep(self, cell: NotebookNode, ran: Cell, places: dict[str, list[NotebookNode]]) -> None:
        """Write a cell's outputs, and bring up to date what earlier cells show in a place with a name."""
        outputs = []
        for raw in ran.outputs:
            name = raw.pop("display_id", "")
            output = from_dict(raw)
            if "data" in output:
                output.data.pop(VERDICT_MIME, None)
            if name:
                places.setdefault(name, []).append(output)
            outputs.append(output)
        for name, bundle in ran.updates.items():
            bundle["data"].pop(VERDICT_MIME, None)
            for output in places.get(name, ()):
                output.update(from_dict(bundle))
        cell["outputs"] = outputs
        cell["execution_count"] = ran.count

    def _examine(self, child: Child, cell: NotebookNode, *, reading: bool = False) -> bool:
        """Settle a pointed cell; return whether the child ended over it.

        Raises `_CallsError` where the check calls a function while it may only read.
        """
        exercise = _exercise(cell)
        asked = _Asked(child, reading=reading)
        started = time.perf_counter()
        try:
            verdict, crash = examined(exercise, asked, self.learner, self.references)
        finally:
            self.examining += time.perf_counter() - started
        if asked.died and reading:
            raise Died(asked.died)
        if verdict.max_points > float(cell.metadata.nbgrader["points"]):
            return bool(asked.died)
        if crash:
            self.incidents.append(Incident("check_failed", exercise, crash[:300]))
        if asked.died and asked.died not in ("timeout", "kernel_died"):
            self.incidents.append(Incident(asked.died, exercise, exercise))
        self.verdicts[exercise] = verdict
        points = new_output("execute_result", {"text/plain": repr(verdict.points)})
        cell["outputs"] = [new_output("display_data", marking.bundle(verdict, self.lang)), points]
        return bool(asked.died)

    def _incident_at(self, kind: str, index: int) -> Incident:
        """Return an incident with the exercise a cell belongs to, and the cell's own id."""
        cell = self.cells[index]
        grade_id = str(cell.metadata.get("nbgrader", {}).get("grade_id", ""))
        exercise = grade_id.removesuffix("-answer").removesuffix("-try")
        return Incident(kind, exercise, grade_id or str(cell.get("id", index + 1)))


class _CallsError(BaseException):
    """A check calls a function where it may only read; no `except Exception` of a check catches it."""


class _Asked:
    """The work of a notebook in its child (see `plain.Work`); a call that ends the child costs this exercise only."""

    def __init__(self, child: Child, *, reading: bool) -> None:
        self._child = child
        self._reading = reading
        self._left = marking.EXERCISE_SECONDS
        self.died = ""

    def get(self, name: str) -> Any:
        """See `Work`."""
        return self._ask(lambda: self._child.get(name))

    def call(self, name: str, *args: Any) -> Any:
        """See `Work`."""
        if self._reading:
            raise _CallsError
        if self._left <= 0:
            raise TookTooLong("time")
        started = time.monotonic()
        try:
            return self._ask(lambda: self._child.call(name, args, min(marking.CALL_SECONDS, self._left)))
        finally:
            self._left -= time.monotonic() - started

    def _ask(self, question: Callable[[], Any]) -> Any:
        if self.died:
            raise Crashed("SystemExit: the process ended")
        try:
            return question()
        except Died as died:
            self.died = str(died)
            if self.died == "timeout":
                raise TookTooLong("time") from None
            raise Crashed("SystemExit: the process ended") from None


def refuse(notebook: NotebookNode, why: str) -> Run:
    """Return a notebook that is not run at all: every pointed cell is an error, so it has no points."""
    for cell in _pointed(notebook):
        cell["outputs"] = [_error("NoVerdict", why)]
    return Run(notebook)


def _pointed(notebook: NotebookNode) -> list[NotebookNode]:
    """Return the cells whose hidden line marks an exercise; an instructor's own test cells are nbgrader's business."""
    return [c for c in notebook.cells if c.cell_type == "code" and MARK_LINE in c.source and _is_test(c)]


def _is_test(cell: NotebookNode) -> bool:
    flags = cell.metadata.get("nbgrader", {})
    return bool(flags.get("grade") and flags.get("locked") and not flags.get("solution"))


def _exercise(cell: NotebookNode) -> str:
    return str(cell.metadata.nbgrader["grade_id"])


def _error(name: str, value: str) -> NotebookNode:
    return new_output("error", ename=name, evalue=value, traceback=[f"{name}: {value}"])
