"""Mistakes in a notebook's structure and in its file: cells lost, doubled, moved; another name or encoding."""

from __future__ import annotations

from copy import deepcopy
from typing import TYPE_CHECKING

from .answers import name_of
from .draft import START, Draft
from .mistake import EVERYTHING, NOTHING, Cost, Mistake, Place

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from loyaltylib.chapters import Chapter, Text

POINTS = 1000  # what a learner writes into the metadata of a pointed cell
WRONG = "raise NotImplementedError"


def mistakes(chapter: Chapter) -> list[Mistake]:
    """Return the mistakes in cells and files; those that need a function or a number use the chapter's last one."""
    functions = [e for e in chapter.exercises if e.kind == "function"]
    quizzes = [e for e in chapter.exercises if e.kind == "quiz"]
    found = [*_of_notebooks(), *_of_files(chapter)]
    if functions:
        found += _of_answers(name_of(functions[-1]), functions[-1].id)
        found += _of_order(name_of(functions[0]), functions[0].id)
    if quizzes:
        found += _of_locked(name_of(quizzes[0]), quizzes[0].id)
    return found


def _mistake(  # noqa: PLR0913 - what a mistake is
    name: str,
    en: str,
    zh: str,
    edit: Callable[[Draft], None],
    *,
    costs: Mapping[str, Cost] | None = None,
    incidents: tuple[str, ...] = (),
    place: Place = "cells",
) -> Mistake:
    said: Text = {"en": en, "zh": zh}

    def change(draft: Draft) -> Mapping[str, Cost]:
        edit(draft)
        return costs or {}

    return Mistake(name, said, place, tuple(costs or ()), change, incidents)


def _of_answers(name: str, cell_id: str) -> list[Mistake]:
    answer, tried = f"{cell_id}-answer", f"{cell_id}-try"

    def split(draft: Draft) -> None:
        """Split the answer before its function, as JupyterLab does: both halves keep the metadata."""
        place = draft.index(answer)
        cell = draft.notebook.cells[place]
        lower = deepcopy(cell)
        lower.id = f"{answer}-b"
        head, _, tail = cell.source.partition("def ")
        cell.source, lower.source = f"{head}half = 'upper'", f"def {tail}"
        draft.notebook.cells.insert(place + 1, lower)

    def tear(draft: Draft) -> None:
        """Split the answer in the middle of its function, so that the lower half is no Python by itself."""
        place = draft.index(answer)
        cell = draft.notebook.cells[place]
        lower = deepcopy(cell)
        lower.id = f"{answer}-b"
        lines = cell.source.splitlines()
        first = next(i for i, line in enumerate(lines) if line.startswith("def "))
        cell.source, lower.source = "\n".join(lines[: first + 1]), "\n".join(lines[first + 1 :])
        draft.notebook.cells.insert(place + 1, lower)

    def double(draft: Draft) -> None:
        """Keep a first try above the right answer, made by copying the cell."""
        place = draft.index(answer)
        above = deepcopy(draft.notebook.cells[place])
        above.id, above.source = f"{answer}-a", WRONG
        draft.notebook.cells.insert(place, above)

    def retype(draft: Draft) -> None:
        _to_markdown(draft, answer)

    def merge(draft: Draft) -> None:
        """Merge the answer with the locked cell behind it, as JupyterLab does: the upper cell's metadata go."""
        upper = draft.notebook.cells.pop(draft.index(answer))
        lower = draft.notebook.cells[draft.index(tried)]
        lower.source = f"{upper.source}\n\n{lower.source}"

    def delete(draft: Draft) -> None:
        del draft.notebook.cells[draft.index(answer)]

    lost, kept = {name: EVERYTHING}, {name: NOTHING}
    return [
        _mistake(
            "answer_deleted",
            "An answer cell is deleted.",
            "答题单元格被删掉了。",
            delete,
            costs=lost,
            incidents=("missing_cell",),
        ),
        _mistake(
            "answer_split",
            "An answer cell is split between two statements.",
            "答题单元格在两条语句之间拆成了两个。",
            split,
            costs=kept,
            incidents=("duplicate_cell",),
        ),
        _mistake(
            "answer_torn",
            "An answer cell is split in the middle of its function.",
            "答题单元格在函数中间拆成了两个。",
            tear,
            costs=lost,
            incidents=("duplicate_cell",),
        ),
        _mistake(
            "answer_doubled",
            "An answer cell is there twice, the right one below.",
            "答题单元格有两个，下面的是对的。",
            double,
            costs=kept,
            incidents=("duplicate_cell",),
        ),
        _mistake(
            "answer_retyped",
            "An answer cell has become a text cell.",
            "答题单元格变成了文本单元格。",
            retype,
            costs=kept,
            incidents=("retyped_cell",),
        ),
        _mistake(
            "answer_merged",
            "An answer cell is merged with the locked cell below it.",
            "答题单元格与下面的锁定单元格合并了。",
            merge,
            costs=kept,
            incidents=("changed_cell", "changed_metadata", "missing_cell"),
        ),
    ]


def _to_markdown(draft: Draft, cell_id: str) -> None:
    cell = draft.notebook.cells[draft.index(cell_id)]
    cell.cell_type = "markdown"
    for part in ("outputs", "execution_count"):
        cell.pop(part, None)


def _of_order(name: str, cell_id: str) -> list[Mistake]:
    def pointed_first(draft: Draft) -> None:
        """Move the pointed cell above its answer."""
        cell = draft.notebook.cells.pop(draft.index(cell_id))
        draft.notebook.cells.insert(draft.index(f"{cell_id}-answer"), cell)

    def to_end(draft: Draft) -> None:
        """Move a whole exercise to the end of the notebook."""
        moved = [draft.notebook.cells.pop(draft.index(f"{cell_id}{part}")) for part in ("-answer", "-try", "")]
        draft.notebook.cells += moved

    def helper(draft: Draft) -> None:
        """Write part of the work in cells of one's own, above the answer."""
        function = draft.exercise(name).answer
        code = draft.answer(name).source.replace(f"def {function}(", "def my_helper(")
        draft.insert(draft.index(f"{cell_id}-answer"), "my-helper", code)
        draft.insert(draft.index(f"{cell_id}-answer"), "my-scratch", "1 / 0")
        draft.write(name, f"def {function}(*args):\n    return my_helper(*args)")

    kept = {name: NOTHING}
    return [
        _mistake(
            "pointed_first",
            "A pointed cell stands above its answer.",
            "计分单元格跑到了答案上面。",
            pointed_first,
            costs=kept,
        ),
        _mistake(
            "moved_to_end",
            "An exercise stands at the end of the notebook.",
            "一道练习被移到了末尾。",
            to_end,
            costs=kept,
        ),
        _mistake(
            "helper_cells",
            "Part of the work is in cells of the learner's own.",
            "部分代码写在自己新建的单元格里。",
            helper,
            costs=kept,
        ),
    ]


def _of_locked(name: str, cell_id: str) -> list[Mistake]:
    def delete_pointed(draft: Draft) -> None:
        del draft.notebook.cells[draft.index(cell_id)]

    def delete_try(draft: Draft) -> None:
        del draft.notebook.cells[draft.index(f"{cell_id}-try")]

    def number_in_pointed(draft: Draft) -> None:
        draft.notebook.cells[draft.index(cell_id)].source = "100.0"

    def double_pointed(draft: Draft) -> None:
        place = draft.index(cell_id)
        copied = deepcopy(draft.notebook.cells[place])
        copied.id = f"{cell_id}-b"
        draft.notebook.cells.insert(place, copied)

    def more_points(draft: Draft) -> None:
        draft.notebook.cells[draft.index(cell_id)].metadata["nbgrader"]["points"] = POINTS

    kept = {name: NOTHING}
    return [
        _mistake(
            "pointed_deleted",
            "A pointed cell is deleted.",
            "计分单元格被删掉了。",
            delete_pointed,
            costs=kept,
            incidents=("missing_cell",),
        ),
        _mistake(
            "try_deleted",
            "A cell with visible probes is deleted.",
            "公开测例的单元格被删掉了。",
            delete_try,
            costs=kept,
            incidents=("missing_cell",),
        ),
        _mistake(
            "pointed_changed",
            "A number is typed into a pointed cell.",
            "计分单元格里被填了一个数。",
            number_in_pointed,
            costs=kept,
            incidents=("changed_cell",),
        ),
        _mistake(
            "pointed_doubled",
            "A pointed cell is there twice.",
            "计分单元格出现了两次。",
            double_pointed,
            costs=kept,
            incidents=("duplicate_cell",),
        ),
        _mistake(
            "pointed_retyped",
            "A pointed cell has become a text cell.",
            "计分单元格变成了文本单元格。",
            lambda draft: _to_markdown(draft, cell_id),
            costs=kept,
            incidents=("retyped_cell",),
        ),
        _mistake(
            "points_raised",
            "A cell's points are raised in its metadata.",
            "元数据里的分值被改高了。",
            more_points,
            costs=kept,
            incidents=("changed_metadata",),
        ),
    ]


def _of_notebooks() -> list[Mistake]:
    def strip(draft: Draft) -> None:
        for cell in draft.notebook.cells:
            cell.metadata.clear()

    def other_kernel(draft: Draft) -> None:
        draft.notebook.metadata["kernelspec"] = {"display_name": "R", "language": "R", "name": "ir"}

    def without_start(draft: Draft) -> None:
        del draft.notebook.cells[draft.index(START)]

    def stale_outputs(draft: Draft) -> None:
        """Leave outputs of an earlier run in the pointed cells, a full mark among them."""
        from nbformat.v4 import new_output

        for exercise in draft.chapter.exercises:
            if exercise.kind != "text":
                cell = draft.notebook.cells[draft.index(exercise.id)]
                cell.outputs = [new_output("execute_result", {"text/plain": f"{exercise.points}"}, execution_count=1)]

    return [
        _mistake(
            "other_language",
            "The work is done in the other language's notebook.",
            "用的是另一种语言的笔记本。",
            lambda draft: draft.translate(),
            place="notebook",
        ),
        _mistake(
            "other_learner",
            "Another learner's id is typed into the first cell.",
            "第一个单元格里填的是别的学员编号。",
            lambda draft: draft.type_id("someone-else"),
            incidents=("other_learner",),
        ),
        _mistake(
            "start_deleted",
            "The first code cell is deleted.",
            "第一个代码单元格被删掉了。",
            without_start,
            incidents=("missing_cell",),
        ),
        _mistake(
            "metadata_stripped",
            "All cells have lost their metadata.",
            "所有单元格的元数据都丢了。",
            strip,
            incidents=("changed_metadata",),
        ),
        _mistake("other_kernel", "The notebook names another kernel.", "笔记本写的是另一种内核。", other_kernel),
        _mistake(
            "stale_outputs",
            "Pointed cells hold outputs of the learner's own.",
            "计分单元格里留有自己的输出。",
            stale_outputs,
        ),
    ]


def _of_files(chapter: Chapter) -> list[Mistake]:
    names = tuple(map(name_of, chapter.exercises))

    def file(  # noqa: PLR0913 - what a mistake is
        name: str, en: str, zh: str, edit: Callable[[Draft], None], incident: str, *, lost: bool = False
    ) -> Mistake:
        def change(draft: Draft) -> Mapping[str, Cost]:
            edit(draft)
            return dict.fromkeys(names, EVERYTHING) if lost else {}

        return Mistake(name, {"en": en, "zh": zh}, "file", names if lost else (), change, (incident,))

    def content(make: Callable[[bytes], bytes]) -> Callable[[Draft], None]:
        def edit(draft: Draft) -> None:
            draft.content = make(draft.to_bytes())

        return edit

    def rename(draft: Draft) -> None:
        draft.name = f"{draft.chapter.stem}-{draft.own} (1).ipynb"

    def other_format(draft: Draft) -> None:
        draft.name, draft.content = f"{draft.chapter.stem}.pdf", b"%PDF-1.4\n"

    return [
        file(
            "byte_order_mark",
            "The file begins with a byte order mark.",
            "文件开头有字节顺序标记（BOM）。",
            content(lambda data: b"\xef\xbb\xbf" + data),
            "repaired_file",
        ),
        file(
            "gb18030",
            "The file is encoded in GB 18030.",
            "文件的编码是 GB 18030。",
            content(lambda data: data.decode().encode("gb18030")),
            "repaired_file",
        ),
        file("renamed", "The notebook has another name.", "笔记本改了名。", rename, "renamed"),
        file("empty_file", "The file is empty.", "文件是空的。", content(lambda _: b""), "unreadable", lost=True),
        file(
            "cut_off",
            "The file ends in the middle.",
            "文件只有前一半。",
            content(lambda data: data[: len(data) // 2]),
            "unreadable",
            lost=True,
        ),
        file(
            "no_notebook",
            "Something else was handed in instead of the notebook.",
            "交来的不是笔记本，而是别的文件。",
            other_format,
            "no_notebook",
            lost=True,
        ),
    ]
