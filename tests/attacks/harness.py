"""Runs one file of the corpus through the real way of a submission, and through a grader weakened on purpose.

A file begins with a docstring that says what is tried, and with constants:

    INCIDENT   kind of the incident the record must name, or several; None where nothing can be seen, with the reason
    CONTROL    the harm it does on the control: "gains", "reads", "writes", "reaches", "stops", "takes" or "leaves";
               None where it can do none there, with the reason beside it
    ASSERTS    the line by which the control marks `tiers-base`, where it is not the ordinary one
    SLOW       it is about time: it runs at full length only, with short limits
    WAIT       seconds after the run in which something it left behind may act

Then come cells: `# %% <place>` and the cell's code. A place is `first`, `last`, `before <id>`, `after <id>`, or the
id of the cell that is replaced; `# !` and `# %` begin a line for the shell. Or a function: `change(notebook)` returns
the notebook as a dict or as bytes, `hand_in(folder)` changes the folder that is handed in.

In a cell `<class>` stands for the class directory, `<home>` for the marker's home, `OPEN_PORT`, `<listener>` and
`<socket>` for what listens on this machine, `GRADERS_NUMBER` for the grader's process, `RIGHT_NUMBER` for the answer
of `tiers-base`, which no attack may know but in the line of `ASSERTS`.
"""

from __future__ import annotations

import ast
import contextlib
import copy
import hashlib
import json
import os
import re
import select
import shutil
import socket
import subprocess
import sys
import time
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import Any

import nbformat
import psutil
from nbgrader import api
from nbgrader.utils import determine_grade

from autograders import build, build_chapter, build_notebook, classdir, execute, grade, gradebook, job
from autograders.checks import tiers
from autograders.probes import keys
from autograders.records import INCIDENTS
from autograders.runner import Limits
from autograders.sandbox import outside
from autograders.sandbox.outside import Level
from loyaltylib import chapters, concepts
from loyaltylib.data import load

HERE = Path(__file__).parent
CORPUS = HERE / "corpus"
STEM, ATTACKER, NEIGHBOUR = "tiers", "attacker", "neighbour"
NUMBER, FUNCTION, QUIZ = "tiers-base", "tiers-lapsed", "tiers-quiz_ladder"
KEPT = {"start", "lapsed-yours", *(f"{e}{part}" for e in (NUMBER, FUNCTION, QUIZ) for part in ("-answer", "-try", ""))}
ALL_POINTS = 32.0
WORD = "open-sesame"  # stands in whatever is secret, and in no attack
SECRETS = re.compile(rf"{WORD}|lapsed_groups|hidden input: (?!(3|400)\b)[^\s{{]")
SMALL = {"scratch": 16 << 20, "file_size": 8 << 20, "processes": 32}  # so that an attack needs little to go beyond it
SPARE_MEMORY = 200 << 20  # beyond what a notebook takes that does nothing
LIMITS, SHORT = Limits(), Limits(cell=1, notebook=10)
PATIENCE = 8.0  # seconds after which the control is taken to be stopped; a blank notebook takes about one
WARM = 2  # processes of a sandbox that waits
HARMS = {"gains", "reads", "writes", "reaches", "stops", "takes", "leaves"}
_CELL = re.compile(r"^# %% (?P<place>[^\n]+)\n(?P<source>.*?)(?=^# %% |\Z)", re.MULTILINE | re.DOTALL)
_FOR_THE_SHELL = re.compile(r"^(\s*)# (?=[!%])", re.MULTILINE)


@dataclass(frozen=True)
class Attempt:
    """One file of the corpus."""

    path: Path
    says: str
    settings: dict[str, Any]
    cells: dict[str, str]
    code: str

    @classmethod
    def read(cls, path: Path) -> Attempt:
        """Read a file; what is in it is not run."""
        text = path.read_text("utf-8")
        head = text.split("\n# %% ", 1)[0]
        tree = ast.parse(head)
        settings = {
            node.targets[0].id: ast.literal_eval(node.value)
            for node in tree.body
            if isinstance(node, ast.Assign) and node.targets[0].id.isupper()
        }
        cells = {m["place"]: _FOR_THE_SHELL.sub(r"\1", m["source"]).strip("\n") for m in _CELL.finditer(text)}
        functions = any(isinstance(node, ast.FunctionDef) for node in tree.body)
        return cls(path, ast.get_docstring(tree) or "", settings, cells, head if functions else "")

    @property
    def name(self) -> str:
        """Family and name."""
        return f"{self.path.parent.name}/{self.path.stem}"

    @property
    def incidents(self) -> set[str]:
        """The kinds of incident it declares."""
        declared = self.settings.get("INCIDENT") or ()
        return {declared} if isinstance(declared, str) else set(declared)

    @property
    def limits(self) -> Limits:
        """The limits it runs with."""
        return SHORT if self.settings.get("SLOW") else LIMITS

    @cached_property
    def functions(self) -> dict[str, Any]:
        """Its functions, which are ours to run: they make what is handed in."""
        found: dict[str, Any] = {}
        if self.code:
            exec(compile(self.code, str(self.path), "exec"), found)  # noqa: S102 - a file of this folder
        return found

    def faults(self) -> list[str]:
        """Return what is wrong with the file itself."""
        return [
            *([] if self.says else ["no docstring"]),
            *([] if self.cells or self.code else ["nothing is tried"]),
            *(f"{name} is not declared" for name in ("INCIDENT", "CONTROL") if name not in self.settings),
            *([] if self.incidents <= INCIDENTS.keys() else ["an unknown kind of incident"]),
            *([] if self.settings.get("CONTROL") in {None, *HARMS} else ["an unknown harm"]),
        ]


def attempts(*families: str) -> list[Attempt]:
    """Return the files of families, of all but the honest ones by default."""
    paths = sorted(CORPUS.glob("*/*.py"))
    return [Attempt.read(p) for p in paths if p.parent.name in families or (not families and p.parent.name != "honest")]


@dataclass
class Outcome:
    """What came of a run: the points of each exercise, kinds of incident, and the harm done."""

    points: dict[str, float] = field(default_factory=dict)
    incidents: set[str] = field(default_factory=set)
    harm: set[str] = field(default_factory=set)
    notebook: Any = None
    said: str = ""

    @property
    def sum(self) -> float:
        """All points."""
        return sum(self.points.values())


class Classroom:
    """A small class of a real chapter with things to steal and things to break, and listeners to reach."""

    def __init__(self, root: Path) -> None:
        self.root = root / "class"
        self.home = root / "home"
        chapter = build_chapter.read(build.course_folder() / STEM, concepts.get)
        notebook = build.instructors_notebook(chapter, "en")
        notebook.cells = [cell for cell in notebook.cells if cell.id in KEPT]
        notebook.cells.append(nbformat.v4.new_raw_cell(f"{WORD}-source", id="notes"))
        (self.root / "source" / STEM).mkdir(parents=True)
        (self.root / "source" / STEM / f"{STEM}.ipynb").write_text(build_notebook.text(notebook), "utf-8")
        (self.root / classdir.CONFIG_FILE).write_text(classdir._config(self.root), "utf-8")  # noqa: SLF001 - as `new`
        classdir.release(self.root, STEM)
        path = self.root / "release" / STEM / f"{STEM}.ipynb"
        path.write_text(path.read_text("utf-8").replace(f"{WORD}-source", "notes"), "utf-8")
        self.blank = json.loads(path.read_text("utf-8"))
        opened = classdir.open_class(self.root)
        with gradebook.open_chapter(opened, STEM, "en") as book:
            self.chapter = job.Chapter(STEM, path.read_bytes(), book.kept())
        with api.Gradebook(opened.coursedir.db_url) as book:
            book.add_student(NEIGHBOUR, email=f"{WORD}-gradebook")
        neighbour = self.root / "submitted" / NEIGHBOUR / STEM
        neighbour.mkdir(parents=True)
        (neighbour / f"{STEM}.ipynb").write_text(
            f'{{"cells": [], "metadata": {{"word": "{WORD}-neighbour"}}}}', "utf-8"
        )
        self.home.mkdir()
        (self.home / "token.txt").write_text(f"{WORD}-home", "utf-8")
        self.base = tiers.figures(load("company", ATTACKER)).base
        self.limit = chapters.variant(FUNCTION, ATTACKER)["lapse_days"]
        self.right = {k.name: k.right_answer for k in keys(STEM).values() if k.name in self._items()}
        self.listeners = _Listeners(root)
        self.nobody_touched = self.fingerprint()

    @staticmethod
    def _items() -> set[str]:
        return {name.removeprefix(f"{STEM}-") for name in chapters.exercise(QUIZ).items}

    def answers(self, learner: str = ATTACKER) -> dict[str, str]:
        """Return right answers by the id of their cell."""
        limit = chapters.variant(FUNCTION, learner)["lapse_days"]
        return {
            f"{NUMBER}-answer": f"customer_base = {self.base}",
            f"{FUNCTION}-answer": f"def lapsed(days_since_last):\n    return days_since_last >= {limit}",
            f"{QUIZ}-answer": f"quiz_ladder = {self.right!r}",
        }

    def notebook(self, attempt: Attempt, root: Path, *, solved: bool = False) -> bytes:
        """Return the bytes that are handed in."""
        notebook = copy.deepcopy(self.blank)
        sources = self.answers() if solved else {}
        for cell in notebook["cells"]:
            cell["source"] = sources.get(cell["id"], "".join(cell["source"]))
        for number, (place, source) in enumerate(attempt.cells.items()):
            _put(notebook["cells"], place, self._told(source, root), f"own-{number}")
        if "change" in attempt.functions:
            changed = attempt.functions["change"](notebook)
            if isinstance(changed, bytes):
                return changed
            notebook = changed
        return json.dumps(notebook).encode()

    def _told(self, source: str, root: Path) -> str:
        told = {
            "<class>": str(root),
            "<home>": str(root.parent / "home"),
            "OPEN_PORT": str(self.listeners.port),
            "<socket>": self.listeners.name,
            "<listener>": str(self.root.parent / "listener"),
            "GRADERS_NUMBER": str(os.getpid()),
            "RIGHT_NUMBER": str(self.base),
        }
        for mark, value in told.items():
            source = source.replace(mark, value)
        return source

    def hand_in(self, attempt: Attempt, root: Path, learner: str = ATTACKER, *, solved: bool = False) -> Path:
        """Write a submission and return its folder."""
        folder = root / "submitted" / learner / STEM
        shutil.rmtree(folder.parent, ignore_errors=True)
        folder.mkdir(parents=True)
        (folder / f"{STEM}.ipynb").write_bytes(self.notebook(attempt, root, solved=solved))
        if "hand_in" in attempt.functions:
            attempt.functions["hand_in"](folder)
        return folder

    def fingerprint(self) -> dict[str, str]:
        """Return what lies in class and home, but for the attacker's own submission."""
        return _fingerprint(self.root.parent)

    # ------------------------------------------------------------ the real way

    def mark(self, attempt: Attempt, *, solved: bool = False, level: Level | None = None) -> Outcome:
        """Mark an attempt as the kit does, at the best level or at a named one, and look whom it touched."""
        folder = self.hand_in(attempt, self.root, solved=solved)
        before = len(_processes())
        started = time.monotonic()
        submission = grade._submission(ATTACKER, folder, STEM)  # noqa: SLF001 - the kit's own reader
        data, incident = submission.read()
        files = execute.beside(folder) if submission.path else {}
        chapter = replace(self.chapter, limits=attempt.limits, level=level)
        done = job.do(job.Job(chapter, ATTACKER, data, incident, files))
        took = time.monotonic() - started
        time.sleep(attempt.settings.get("WAIT", 0))
        notebook = nbformat.reads(done.notebook, as_version=4)
        outcome = Outcome(gradebooks_points(notebook), {i.kind for i in done.record.incidents}, notebook=notebook)
        assert {e: p for e, p in outcome.points.items() if p} == {
            e: v.points for e, v in done.record.verdicts.items() if v.points
        }
        if SECRETS.search(done.notebook):
            outcome.harm.add("reads")
        if self.fingerprint() != self.nobody_touched:
            outcome.harm.add("writes")
        if self.listeners.reached():
            outcome.harm.add("reaches")
        if took > attempt.limits.notebook * 3 + 10:
            outcome.harm.add("stops")
        if len(_processes()) > max(before, WARM):
            outcome.harm.add("leaves")
        return outcome

    def neighbours_work(self, learner: str = NEIGHBOUR) -> bytes:
        """Return an honest notebook: all right, but for the number, which is not answered."""
        sources = self.answers(learner) | {f"{NUMBER}-answer": "customer_base = None"}
        cells = [copy.deepcopy(c) for c in self.blank["cells"] if c["id"] not in ("start", "lapsed-yours")]
        for cell in cells:
            cell["source"] = sources.get(cell["id"], cell["source"])
        return json.dumps({"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5}).encode()

    def neighbours_points(self, level: Level | None = None) -> dict[str, float]:
        """Mark the next learner in the same sandbox."""
        work = self.neighbours_work()  # it is its own release, so that nothing is put back and it is quick
        record = job.do(job.Job(replace(self.chapter, release=work, level=level), NEIGHBOUR, work)).record
        assert not record.incidents
        return {exercise: verdict.points for exercise, verdict in record.verdicts.items()}

    def close(self) -> None:
        """Stop listening."""
        self.listeners.close()


def small_sandbox() -> None:
    """Start this process's sandbox with limits so small that an attack harms no machine in going beyond them."""
    level = outside.best_level()
    with outside.sandbox(level).notebook(NEIGHBOUR) as child:
        child.twin()
        used = outside.sandbox(level).usage()[1]
    outside.close()
    bounds = outside.Bounds(memory=used + SPARE_MEMORY, **SMALL)
    outside._RUNNING[level, None] = outside.start(level, bounds)  # noqa: SLF001 - there is no other way to choose them


def gradebooks_points(notebook: Any) -> dict[str, float]:
    """Return the points that nbgrader's own rule gives to what the pointed cells show."""
    pointed = [c for c in notebook.cells if c.cell_type == "code" and c.metadata.get("nbgrader", {}).get("grade")]
    return {c.metadata.nbgrader["grade_id"]: float(determine_grade(c)[0] or 0) for c in pointed if _points(c)}


def _points(cell: Any) -> float:
    return float(cell.metadata.nbgrader["points"])


def _put(cells: list[dict[str, Any]], place: str, source: str, cell_id: str) -> None:
    """Put a cell where the corpus says."""
    own = {"cell_type": "code", "id": cell_id, "metadata": {}, "source": source, "outputs": [], "execution_count": None}
    where, _, anchor = place.rpartition(" ")
    ids = [cell["id"] for cell in cells]
    if place in ("first", "last"):
        cells.insert(0 if place == "first" else len(cells), own)
    elif where:
        cells.insert(ids.index(anchor) + (where == "after"), own)
    else:
        cells[ids.index(place)]["source"] = source


def _fingerprint(root: Path) -> dict[str, str]:
    found = {}
    for folder, _, names in os.walk(root):
        for name in names:
            path = Path(folder) / name
            if ATTACKER not in path.parts and path.is_file():
                found[str(path.relative_to(root))] = hashlib.sha256(path.read_bytes()).hexdigest()
    return found


def _processes() -> set[int]:
    return {process.pid for process in psutil.Process().children(recursive=True)}


class _Listeners:
    """What listens on this machine: a port, a socket with a path, a socket with an abstract name."""

    def __init__(self, root: Path) -> None:
        self.name = f"loyalty-attacks-{os.getpid()}"
        tcp = socket.create_server(("127.0.0.1", 0))
        self.port = tcp.getsockname()[1]
        udp = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        udp.bind(("127.0.0.1", self.port))
        named = socket.socket(socket.AF_UNIX)
        with contextlib.chdir(root):  # the name of a socket is short
            named.bind("listener")
        abstract = socket.socket(socket.AF_UNIX)
        abstract.bind(f"\0{self.name}")
        for each in (named, abstract):
            each.listen()
        self.sockets = [tcp, udp, named, abstract]

    def reached(self) -> bool:
        """Return whether anybody came, and forget it."""
        found = select.select(self.sockets, [], [], 0)[0]
        for each in found:
            if each.type == socket.SOCK_DGRAM:
                each.recv(100)
            else:
                each.accept()[0].close()
        return bool(found)

    def close(self) -> None:
        for each in self.sockets:
            each.close()


class Control:
    """A grader weakened on purpose: nbgrader's own steps, then all cells and all asserts in one plain process."""

    def __init__(self, classroom: Classroom, root: Path) -> None:
        self.classroom, self.root = classroom, root
        self._process: subprocess.Popen[str] | None = None
        self._asked = 0

    def mark(self, attempt: Attempt) -> Outcome:
        """Mark an attempt in a copy of the class, and return what harm it did."""
        shutil.rmtree(self.root, ignore_errors=True)
        shutil.copytree(self.classroom.root.parent, self.root, ignore=shutil.ignore_patterns("listener", "*attacker*"))
        root = self.root / "class"
        folder = self.classroom.hand_in(attempt, root)
        marked = root / "autograded" / ATTACKER / STEM
        before = _fingerprint(self.root)
        asked = {
            "from": str(folder),
            "to": str(marked),
            "database": f"sqlite:///{root / 'gradebook.db'}",
            "home": str(self.root / "home"),
            "learner": ATTACKER,
            "stem": STEM,
            "asserts": self._asserts(attempt),
            "patience": PATIENCE,
            "wait": attempt.settings.get("WAIT", 0),
        }
        said = self.said = self._ask(asked)
        outcome = Outcome(said=said.get("problem", ""), harm=set(said.get("harm", ())))
        ran = self.root / "ran.json"
        if "cells" in said:
            outcome.points = gradebooks_points(nbformat.from_dict({"cells": said["cells"]}))
            if outcome.sum > 0:
                outcome.harm.add("gains")
            if SECRETS.search(json.dumps(said["cells"])):
                outcome.harm.add("reads")
        ran.unlink(missing_ok=True)
        if _fingerprint(self.root) != before:
            outcome.harm.add("writes")
        if self.classroom.listeners.reached():
            outcome.harm.add("reaches")
        return outcome

    def _asserts(self, attempt: Attempt) -> dict[str, str]:
        room = self.classroom
        days = [room.limit - 1, room.limit, room.limit + 15]
        ordinary = f"assert abs(customer_base - {room.base}) <= 0.5"
        return {
            NUMBER: room._told(attempt.settings.get("ASSERTS", ordinary), room.root),  # noqa: SLF001 - one of ours
            FUNCTION: f"assert [lapsed(d) for d in {days}] == {[d >= room.limit for d in days]}",
            QUIZ: f"assert quiz_ladder == {room.right!r}",
        }

    def _ask(self, asked: dict[str, Any]) -> dict[str, Any]:
        if self._process is None or self._process.poll() is not None:
            self._process = subprocess.Popen(
                [sys.executable, str(HERE / "control.py")],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                text=True,
                env={**os.environ, "PYTHONPATH": str(HERE.parents[1]), "MARKER_TOKEN": f"{WORD}-environment"},
            )
            self._process.stdout.readline()
        process = self._process
        try:
            self._asked += 1
            process.stdin.write(json.dumps({**asked, "number": self._asked}) + "\n")
            process.stdin.flush()
        except OSError:
            return self._dead()
        # What a child of it writes on its standard output looks like its own answer: that is the weakness.
        if not select.select([process.stdout], [], [], PATIENCE * 3)[0]:
            return self._dead()
        try:
            found = json.loads(process.stdout.readline())
        except ValueError:
            return self._dead()
        if not isinstance(found, dict):
            return self._dead()
        if found.get("number") != self._asked:
            self.close()  # its own answer is still to come, and would be taken for that to the next order
        return found

    def _dead(self) -> dict[str, Any]:
        self.close()
        return {"harm": ["stops"], "problem": "the control ended"}

    def close(self) -> None:
        """End it and all it started."""
        if self._process is not None:
            with contextlib.suppress(psutil.Error):
                for each in psutil.Process(self._process.pid).children(recursive=True):
                    each.kill()
            self._process.kill()
            self._process.wait()
            for pipe in (self._process.stdin, self._process.stdout):
                with contextlib.suppress(OSError):
                    pipe.close()
            self._process = None
