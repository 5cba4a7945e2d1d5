"""A class keeps its gradebook where its settings say: on PostgreSQL it gets the marks it gets on SQLite.

The server is the one of `LOYALTY_POSTGRES` (a URL of SQLAlchemy's whose user may make databases), else one of our
own: found under /usr/lib/postgresql, started on a socket in a folder of its own, ended after the tests.
"""

from __future__ import annotations

import contextlib
import os
import pwd
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import uuid
from pathlib import Path
from types import SimpleNamespace

import pytest
from nbgrader.api import Gradebook
from sqlalchemy import create_engine, make_url, text
from sqlalchemy.exc import OperationalError

from autograders import classdir, records
from autograders.feedback import feedback
from autograders.grade import grade
from autograders.report import report
from loyaltylib.errors import ClassError

START_SECONDS = 60
# Marks until the marks of one learner are on their way to the server, and is killed then.
MARK_AND_DIE = """
import os, signal, sys
from pathlib import Path
from autograders import grade, gradebook, runner, workers
from tests.autograders import conftest
runner.examined, grade.local = conftest.examined, lambda _: workers.Here()
grade.COMMIT_EACH, grade.COMMIT_SECONDS = 2, 600
put = gradebook.ChapterBook.put
def put_and_die(self, learner, *rest, **more):
    put(self, learner, *rest, **more)
    self._gradebook.db.flush()
    if learner == "right":
        os.kill(os.getpid(), signal.SIGKILL)
gradebook.ChapterBook.put = put_and_die
grade.grade(Path(sys.argv[1]), "mini")
"""


def _answers(url):
    engine = create_engine(url)
    try:
        with engine.connect():
            return True
    except OperationalError:
        return False
    finally:
        engine.dispose()


@contextlib.contextmanager
def _own_server():
    """Start a server that only this machine's files lead to; PostgreSQL refuses to run as root."""
    programs = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: float(path.parts[-3]))
    if not programs:
        pytest.skip("no PostgreSQL: neither LOYALTY_POSTGRES nor a server under /usr/lib/postgresql")
    names = {entry.pw_name for entry in pwd.getpwall()}
    user = ("postgres" if "postgres" in names else "nobody") if os.geteuid() == 0 else None
    with tempfile.TemporaryDirectory(prefix="loyalty-pg-", ignore_cleanup_errors=True) as folder:
        if user:
            shutil.chown(folder, user)
        data, options = f"{folder}/data", {"user": user, "cwd": folder, "stdout": subprocess.DEVNULL}
        made = [programs[-1], "-D", data, "-U", "loyalty", "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync"]
        subprocess.run(made, check=True, **options)
        server = subprocess.Popen(
            [programs[-1].with_name("postgres"), "-D", data, "-k", folder, "-c", "listen_addresses=", "-F"],
            stderr=subprocess.DEVNULL,
            **options,
        )
        try:
            url = f"postgresql+psycopg://loyalty@/postgres?host={folder}"
            end = time.monotonic() + START_SECONDS
            while not _answers(url):
                if server.poll() is not None or time.monotonic() > end:
                    pytest.fail(f"the PostgreSQL under {programs[-1].parent} does not start")
                time.sleep(0.05)
            yield url
        finally:
            server.send_signal(signal.SIGINT)  # at once, whoever is connected
            server.wait(START_SECONDS)


@pytest.fixture(scope="module")
def server():
    """The URL of a server on which databases may be made."""
    pytest.importorskip("psycopg", reason="PostgreSQL's driver is not installed: pip install 'psycopg[binary]'")
    given = os.environ.get("LOYALTY_POSTGRES")
    with contextlib.nullcontext(given) if given else _own_server() as url:
        yield make_url(url).set(drivername="postgresql+psycopg")


@pytest.fixture(scope="module")
def released(server, marked_class, tmp_path_factory):
    """The class of every submission, released on PostgreSQL, nothing marked yet: its folder and its database."""
    root = Path(shutil.copytree(marked_class.root, tmp_path_factory.mktemp("postgres") / "class"))
    for made in ("autograded", "verdicts", "release"):
        shutil.rmtree(root / made)
    (root / "gradebook.db").unlink()
    with database(server, "template1") as url:
        settle(root, url)
        classdir.release(root, "mini")
        yield root, make_url(url).database


@pytest.fixture
def klass(released, server, tmp_path):
    """A class of one's own, with a gradebook of its own."""
    root = Path(shutil.copytree(released[0], tmp_path / "class"))
    with database(server, released[1]) as url:
        settle(root, url)
        yield SimpleNamespace(root=root, url=url)


def settle(root, url):
    """Say in the class's settings where its gradebook is; the last word counts."""
    with (root / classdir.CONFIG_FILE).open("a", encoding="utf-8") as file:
        file.write(f"c.CourseDirectory.db_url = {url!r}\n")


@contextlib.contextmanager
def database(server, template):
    """Make a database like another one, and drop it again."""
    name = f"loyalty_{uuid.uuid4().hex}"
    engine = create_engine(server, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name} TEMPLATE {template}"))
        yield server.set(database=name).render_as_string(hide_password=False)
        connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))
    engine.dispose()


def keep(klass, *learners):
    """Let only these have handed in."""
    for folder in (klass.root / "submitted").iterdir():
        if folder.name not in learners:
            shutil.rmtree(folder)


def marks(url):
    """Return what a gradebook holds: learner -> exercise -> points without a person, points by a person, comment."""
    with Gradebook(url) as gradebook:
        return {
            submission.student.id: {
                **{g.name: (g.auto_score, g.manual_score, g.needs_manual_grade) for g in notebook.grades},
                **{f"{c.name} said": (c.auto_comment, c.manual_comment) for c in notebook.comments},
            }
            for submission in gradebook.assignment_submissions("mini")
            for notebook in submission.notebooks
        }


@pytest.fixture
def on_sqlite(marked_class):
    """The same class with its gradebook where nbgrader puts it, marked."""
    return SimpleNamespace(root=marked_class.root, url=f"sqlite:///{marked_class.root}/gradebook.db")


def test_a_class_on_postgresql_gets_the_marks_it_gets_on_sqlite(klass, on_sqlite, marked_class, tmp_path):
    summary = grade(klass.root, "mini")
    assert marks(klass.url) == marks(on_sqlite.url)
    for same in ("submissions", "marked", "failed", "incidents", "mean", "max_points", "by_hand"):
        assert getattr(summary, same) == getattr(marked_class.summary, same), same
    assert grade(klass.root, "mini").marked == 0
    theirs = Path(shutil.copytree(on_sqlite.root, tmp_path / "sqlite"))
    assert report(klass.root, "mini").read_text("utf-8") == report(theirs, "mini").read_text("utf-8")
    assert not list(klass.root.rglob("*.db"))


def test_a_run_that_is_killed_amid_a_transaction_goes_on_where_it_stopped(klass, on_sqlite):
    five = ("doubled", "li_lei", "right", "text", "wrong")
    keep(klass, *five)
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    killed = subprocess.run([sys.executable, "-c", MARK_AND_DIE, str(klass.root)], check=False, env=environment)
    assert killed.returncode == -signal.SIGKILL
    assert [record.learner for record in records.read_all(klass.root, "mini")] == ["doubled", "li_lei"]
    summary = grade(klass.root, "mini")
    assert (summary.unchanged, summary.marked, summary.failed) == (2, 3, ())
    expected = marks(on_sqlite.url)
    assert marks(klass.url) == {learner: expected[learner] for learner in five}


def test_everything_of_the_kit_reads_and_writes_the_gradebook_the_settings_name(klass):
    keep(klass, "text", "wrong")
    grade(klass.root, "mini")
    assert "text · mini-why" in report(klass.root, "mini").read_text("utf-8")
    before = marks(klass.url)
    classdir.run(classdir.open_class(klass.root), "Autograde", "mini", force=True)  # as Formgrader's button does
    assert marks(klass.url) == before
    with Gradebook(klass.url) as gradebook:
        given = gradebook.find_grade("mini-why", "mini", "mini", "text")
        given.manual_score, given.needs_manual_grade = 3.5, False
        gradebook.db.commit()
    feedback(klass.root, "mini")
    assert "13.5 of 15 points" in (klass.root / "feedback/text/mini/mini.html").read_text("utf-8")
    assert "text · mini-why" not in report(klass.root, "mini").read_text("utf-8")
    assert not list(klass.root.rglob("*.db"))


@pytest.mark.parametrize(
    "url", ["postgresql+psycopg://ann:open-sesame@127.0.0.1:1/loyalty", "made-up://ann:open-sesame@127.0.0.1/loyalty"]
)
def test_a_gradebook_that_does_not_open_is_said_in_a_sentence_without_the_password(marked_class, tmp_path, url):
    pytest.importorskip("psycopg")
    root = Path(shutil.copytree(marked_class.root, tmp_path / "class"))
    settle(root, url)
    for ask in (grade, report):
        with pytest.raises(ClassError, match="does not open") as error:
            ask(root, "mini")
        assert "open-sesame" not in str(error.value)
        assert "\n" not in str(error.value)
