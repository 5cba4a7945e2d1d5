"""nbgrader's Autograde in two halves: before a notebook runs, and after.

What lies between them may run elsewhere; everything here touches the gradebook and belongs to one process.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import nbformat
from nbconvert.exporters import NotebookExporter
from nbgrader.converters import Autograde
from nbgrader.preprocessors import Execute
from nbgrader.utils import rmtree, setenv

from . import execute

if TYPE_CHECKING:
    from .classdir import ClassDirectory
    from .runner import Limits, Run


def converter(opened: ClassDirectory, stage: str) -> ClassAutograde:
    """Return the converter of a class, reading submissions from the private folder."""
    from nbgrader.coursedir import CourseDirectory

    coursedir = CourseDirectory(config=opened.config)
    coursedir.submitted_directory = stage
    autograde = ClassAutograde(coursedir=coursedir, config=opened.config)
    autograde.begin()
    return autograde


class ClassAutograde(Autograde):  # type: ignore[misc]  # nbgrader is untyped
    """nbgrader's Autograde in two halves, so that what lies between them can run elsewhere."""

    limits: Limits

    def begin(self) -> None:
        """Make writer and exporter, as nbgrader does when it starts."""
        from nbconvert.writers import FilesWriter

        self.writer = FilesWriter(parent=self, config=self.config)
        self.exporter = NotebookExporter(parent=self, config=self.config)
        self.runner = next(step for step in self._steps() if isinstance(step, execute.RunNotebook))
        self.limits = self.runner.limits

    def _steps(self) -> list[Any]:
        """Return the steps after sanitising; nbgrader's Execute, should a class still name it, is replaced by ours."""
        from traitlets import import_item

        steps = [import_item(s) if isinstance(s, str) else s for s in self.autograde_preprocessors]
        return [execute.RunNotebook(parent=self) if issubclass(s, (Execute, execute.RunNotebook)) else s for s in steps]

    def _init_preprocessors(self) -> None:
        if self._sanitizing:
            super()._init_preprocessors()
            return
        self.exporter._preprocessors = []  # noqa: SLF001  # as nbgrader itself does
        for step in self._steps():
            if isinstance(step, execute.RunNotebook):
                step.precomputed = self.runner.precomputed
            self.exporter.register_preprocessor(step)

    def stage(self, learner: str, stem: str, notebook: dict[str, Any], timestamp: str) -> None:
        """Write a repaired notebook, and when it was handed in, to where this converter looks for submissions."""
        folder = Path(self._format_source(stem, learner))
        folder.mkdir(parents=True, exist_ok=True)
        (folder / f"{stem}.ipynb").write_text(nbformat.writes(nbformat.from_dict(notebook)), "utf-8")
        if timestamp:
            (folder / "timestamp.txt").write_text(timestamp, "utf-8")

    def sanitise(self, learner: str, stem: str) -> Path:
        """Run nbgrader's first half on a staged notebook and return what it wrote."""
        self._sanitizing = True
        staged = str(Path(self._format_source(stem, learner)) / f"{stem}.ipynb")
        dest = Path(self.coursedir.format_path(self.coursedir.autograded_directory, learner, stem))
        if dest.exists():
            rmtree(str(dest))
        self.notebooks = [staged]
        self.init_assignment(stem, learner)
        self._init_preprocessors()
        self._convert(staged)
        return dest / f"{stem}.ipynb"

    def save(self, learner: str, stem: str, run: Run) -> None:
        """Run nbgrader's second half with a run made elsewhere: grades, penalties, the notebook that was marked."""
        self._sanitizing = False
        self.runner.precomputed = {learner: run}
        self._init_preprocessors()
        try:
            with setenv(NBGRADER_EXECUTION="autograde"):
                self._convert(str(Path(self._format_source(stem, learner)) / f"{stem}.ipynb"))
            self.set_permissions(stem, learner)
        finally:
            self._sanitizing = True
            self.runner.precomputed = {}

    def _convert(self, filename: str) -> None:
        super(Autograde, self).convert_single_notebook(filename)
