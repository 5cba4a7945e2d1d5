"""A grader weakened on purpose: the learner's cells and the asserts that mark them share one plain process.

It does what stock nbgrader does to a submission, in less time: nbgrader's own repairs, then the cells in a shell that
was warm before, the pointed cells with their asserts among them; what these show decides. Nothing is shut in, nothing
is limited. It reads one order to a line and answers with one line.
"""

from __future__ import annotations

import contextlib
import ctypes
import importlib
import json
import os
import select
import shutil
import sys
import time
from pathlib import Path

import nbformat
import psutil
from nbgrader import preprocessors

from autograders.sandbox import inside

MODULES = ["numpy", "pandas", "matplotlib.pyplot", "math", "loyaltylib.practice", "autograders.marking"]
MUCH_MEMORY = 200 << 20
MUCH_DISK = 20 << 20
MANY = 60  # processes, or files
LONG_OUTPUT = 10 << 20
STEPS = ("ClearOutput", "DeduplicateIds", "OverwriteKernelspec", "OverwriteCells", "CheckCellMetadata")


def main():
    ctypes.CDLL(None).prctl(36, 1, 0, 0, 0)  # whatever an attack leaves behind becomes a child of this process
    for name in MODULES:
        importlib.import_module(name)
    inside.make_shell()
    inside._SHELL.history_manager.enabled = True  # noqa: SLF001 - as in a kernel
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    for line in sys.stdin:
        asked = json.loads(line)
        answer = json.dumps({**_mark(asked), "number": asked["number"]})
        sys.stdout.write(f"{answer}\n")
        sys.stdout.flush()


def _mark(asked):
    shutil.copytree(asked["from"], asked["to"], dirs_exist_ok=True)  # nbgrader too puts all files beside the notebook
    try:
        notebook = _sanitised(asked)
    except BaseException as error:  # noqa: BLE001 - what nbgrader makes of a damaged notebook is the finding
        ends_batch = type(error).__name__ in (
            "SchemaTooOldError",
            "SchemaTooNewError",
            "OperationalError",
            "SystemExit",
        )
        return {"problem": f"{type(error).__name__}: {error}"[:200], "harm": ["stops"] if ends_batch else []}
    reading, writing = os.pipe()
    child = os.fork()
    if not child:
        os.close(reading)
        try:
            _run(notebook, asked, writing)
        finally:
            os._exit(0)
    os.close(writing)
    return _watched(notebook, asked, child, reading)


def _sanitised(asked):
    """Return the notebook after nbgrader's own repairs, its pointed cells with their asserts."""
    with Path(asked["to"], f"{asked['stem']}.ipynb").open(encoding="utf-8") as file:
        notebook = nbformat.read(file, as_version=4)
    known = {"student": asked["learner"], "assignment": asked["stem"], "notebook": asked["stem"]}
    resources = {"nbgrader": {**known, "db_url": asked["database"]}}
    for name in STEPS:
        step = getattr(preprocessors, name)()
        if name == "OverwriteCells":
            step.add_missing_cells = True
        notebook, resources = step.preprocess(notebook, resources)
    for cell in notebook.cells:
        grade_id = cell.metadata.get("nbgrader", {}).get("grade_id")
        if grade_id in asked["asserts"]:
            cell.source = asked["asserts"][grade_id]
            cell.id = grade_id
    return json.loads(nbformat.writes(notebook))


def _run(notebook, asked, writing):
    """Run the cells as a kernel does and say after each what it showed."""
    os.setpgid(0, 0)
    nowhere = os.open(os.devnull, os.O_RDWR)
    for standard in (0, 1, 2):
        os.dup2(nowhere, standard)
    os.chdir(asked["to"])
    sys.path.insert(0, "")
    os.environ.update({"LOYALTY_LEARNER": asked["learner"], "HOME": asked["home"]})
    outputs = inside._OUTPUTS  # noqa: SLF001 - the same shell as in the sandbox, without the walls
    for name in ("stdout", "stderr"):
        setattr(sys, name, inside.Stream(name, outputs))
    for number, cell in enumerate(notebook["cells"]):
        if cell["cell_type"] != "code" or "skip-execution" in cell["metadata"].get("tags", ()):
            continue
        outputs.begin()
        with contextlib.suppress(KeyboardInterrupt):
            inside._SHELL.run_cell("".join(cell["source"]), store_history=True)  # noqa: SLF001 - as above
        elsewhere = [{"output_type": "display_data", **bundle} for bundle in outputs.updates.values()]
        os.write(writing, (json.dumps([number, outputs.found + elsewhere]) + "\n").encode())


def _watched(notebook, asked, child, reading):
    """Wait for the child and collect what it says; note what it takes."""
    harm, said, started = set(), b"", time.monotonic()
    before = psutil.Process().memory_info()
    own = before.rss - before.shared
    while time.monotonic() - started < asked["patience"]:
        harm |= _taken(own, asked)
        if select.select([reading], [], [], 0.02)[0]:
            part = os.read(reading, 1 << 20)
            if not part:
                break
            said += part
        if os.waitpid(child, os.WNOHANG)[0]:
            child = 0
            while select.select([reading], [], [], 0.05)[0] and (part := os.read(reading, 1 << 20)):
                said += part
            break
    else:
        harm.add("stops")
    os.close(reading)
    if len(said) > LONG_OUTPUT:
        harm.add("takes")
    time.sleep(asked["wait"])
    if _bury(child):
        harm.add("leaves")
    cells = {} if "stops" in harm else {"cells": _filled(notebook["cells"], said)}
    return {"harm": sorted(harm), **cells}


def _bury(child):
    """End whatever is left; return whether anything but the child itself was."""
    alive = False
    for process in psutil.Process().children(recursive=True):
        with contextlib.suppress(psutil.Error):
            alive |= process.pid != child and process.status() != psutil.STATUS_ZOMBIE
            process.kill()
    with contextlib.suppress(ChildProcessError):
        while True:
            os.waitpid(-1, 0)
    return alive


def _taken(own, asked):
    harm, memory, count = set(), 0, 0
    for process in psutil.Process().children(recursive=True):
        with contextlib.suppress(psutil.Error):
            used = process.memory_info()
            memory += used.rss - used.shared
            count += 1
    if memory > own + MUCH_MEMORY or count > MANY:
        harm.add("takes")
    with contextlib.suppress(OSError):  # a file may go while one looks
        files = [entry.stat() for entry in os.scandir(asked["to"]) if entry.is_file(follow_symlinks=False)]
        if len(files) > MANY or sum(each.st_blocks * 512 for each in files) > MUCH_DISK:
            harm.add("takes")
    return harm


def _filled(cells, said):
    """Return the cells with the outputs that were told of; a cell nobody told of shows nothing, which passes."""
    for line in said.splitlines():
        with contextlib.suppress(ValueError, TypeError, IndexError, KeyError):
            number, outputs = json.loads(line)
            cells[number]["outputs"] = outputs
    return cells


if __name__ == "__main__":
    main()
