"""A child sees the libraries and its own folder, and nothing of the machine; what it leaves is gone with it."""

import os
import socket
import time
from pathlib import Path

import psutil
import pytest

from autograders.plain import Crashed, Missing, NotPlain, TookTooLong
from autograders.sandbox import library, outside
from autograders.sandbox.child import Died
from autograders.sandbox.outside import Level

STRONG = [Level.NAMESPACES, Level.LANDLOCK]


@pytest.fixture(params=STRONG)
def box(request):
    """A sandbox of each level that keeps notebooks from the machine."""
    why = outside.refusal(request.param)
    if why:
        pytest.skip(why)
    return outside.sandbox(request.param)


def said(child, source, **limits):
    """What a cell prints, and the name of its error."""
    outputs = child.run(source, **limits).outputs
    text = "".join(o["text"] for o in outputs if o["output_type"] == "stream")
    return text.strip() or next((o["ename"] for o in outputs if o["output_type"] == "error"), "")


def test_this_machine_has_one_of_them():
    assert outside.best_level() in STRONG


@pytest.mark.parametrize(
    "source",
    [
        "open({secret!r}).read()",
        "import os; os.listdir({folder!r})",
        "open({checks!r}).read()",
        "import socket; socket.socket()",
        "import socket; socket.socket(socket.AF_UNIX)",
        "open('/etc/shadow').read()",
        "open('/usr/bin/mine', 'w')",
        "import loyaltylib; open(loyaltylib.__file__, 'a')",
        "import autograders",
        "import os; os.kill({pid}, 9)",
        "import os; os.mkdir({folder!r} + '/mine')",
        "import os; os.setuid(0) if os.getuid() else os.chroot('/')",
        "open('/proc/{pid}/environ').read()",
        "open('big', 'wb').write(bytes(70 << 20))",
        "bytearray(3 << 30)",
        "input()",
    ],
)
def test_what_a_notebook_cannot_do(box, tmp_path, source):
    secret = tmp_path / "gradebook.db"
    secret.write_text("canary")
    names = {"secret": str(secret), "folder": str(tmp_path), "pid": os.getpid(), "checks": outside.__file__}
    with box.notebook("ann") as child:
        assert said(child, source.format(**names)).endswith("Error")
    assert secret.read_text() == "canary"
    assert [p.name for p in tmp_path.iterdir()] == ["gradebook.db"]


def test_the_network_of_this_machine_is_not_there(box):
    with socket.create_server(("127.0.0.1", 0)) as server, box.notebook("ann") as child:
        port = server.getsockname()[1]
        assert "Error" in said(child, f"import urllib.request as u; u.urlopen('http://127.0.0.1:{port}', timeout=1)")


def test_the_environment_says_whose_work_it_is_and_nothing_of_the_grader(box, monkeypatch):
    monkeypatch.setenv("SECRET_TOKEN", "canary")
    with box.notebook("ann") as child:
        found = said(child, "import os; print(dict(os.environ))\nprint(open('/proc/self/environ').read())")
    assert "'LOYALTY_LEARNER': 'ann'" in found
    assert "canary" not in found
    assert "NBGRADER" not in found


def test_nothing_of_a_notebook_is_there_for_the_next(box):
    with box.notebook("ann") as child:
        said(
            child, "open('left', 'w').write('x'); import builtins; builtins.left = 1; import pandas as pd; pd.left = 1"
        )
    with box.notebook("bo") as child:
        look = "import os, builtins, pandas as pd; print(os.listdir(), hasattr(builtins, 'left'), hasattr(pd, 'left'))"
        assert said(child, look) == "[] False False"


def test_a_learners_file_shadows_no_library(box):
    files = dict.fromkeys(("numpy.py", "loyaltylib.py", "sitecustomize.py", "wave.py"), b"raise SystemExit('shadow')")
    with box.notebook("ann", {**files, "helper.py": b"x = 1", "data.csv": b"a\n1\n"}) as child:
        look = "import numpy, loyaltylib.kpis, wave, helper; print(helper.x, open('data.csv').read())"
        assert said(child, look) == "1 a\n1"


def test_a_process_that_stays_is_ended(box):
    before = {p.pid for p in psutil.Process().children(recursive=True)}
    with box.notebook("ann") as child:
        said(child, "import os, time\nif os.fork() == 0:\n    os.setsid()\n    time.sleep(600)")
    assert {p.pid for p in psutil.Process().children(recursive=True)} <= before


def test_names_and_calls(box):
    with box.notebook("ann") as child:
        child.run("x = 1\ndef f(n): return [n, {'a': n}]\ndef bad(): raise ValueError('no')\ng = lambda: f")
        assert child.get("x") == 1
        assert child.call("f", [2.5], 2) == [2.5, {"a": 2.5}]
        for name, kind in (("bad", Crashed), ("nothing", Missing), ("x", NotPlain), ("g", NotPlain)):
            with pytest.raises(kind):
                child.call(name, [], 2)


DRAWN = """
import matplotlib.pyplot as plt
fig, ax = plt.subplots()
bars = ax.bar(["a", "b"], [1, 2])
title = ax.set_title("客户")
"""


def test_what_is_drawn_in_a_cell_is_shown_below_it_with_its_words_and_can_be_asked_for(box):
    with box.notebook("ann") as child:
        child.run("from loyaltylib.practice import start\nkit = start('tiers', lang='zh')")
        (shown,) = child.run(DRAWN).outputs
        assert shown["metadata"]["image/png"]["alt"] == "客户"
        assert [bar["height"] for bar in child.get("ax")[0]["bars"]] == [1, 2]
        assert child.get("fig")[0]["title"] == "客户"


def test_a_call_that_does_not_end_is_stopped_and_the_child_lives(box):
    with box.notebook("ann") as child:
        child.run("def slow():\n    while True: pass")
        with pytest.raises(TookTooLong):
            child.call("slow", [], 0.3)
        assert said(child, "print(1)") == "1"


def test_a_child_that_swallows_the_interrupt_is_ended(box):
    with box.notebook("ann") as child, pytest.raises(Died, match="timeout"):
        child.run(
            "while True:\n    try:\n        for _ in iter(int, 1): len('')\n    except KeyboardInterrupt: pass",
            seconds=0.3,
        )
    with box.notebook("ann") as child:
        assert said(child, "print(1)") == "1"


def test_a_twin_stays_as_the_notebook_was(box):
    with box.notebook("ann") as child:
        child.run("x = 1\ndef f(): return x")
        twin = child.twin()
        if twin is None and box.level is Level.LANDLOCK and os.geteuid() == 0:
            pytest.skip("root may start no process at this level: the cells are run again instead")
        child.run("x = 2")
        assert (twin.call("f", [], 2), child.call("f", [], 2)) == (1, 2)
        child.run("import threading, time; threading.Thread(target=time.sleep, args=(60,), daemon=True).start()")
        assert child.twin() is None


def test_what_is_shown_has_an_end(box):
    with box.notebook("ann") as child:
        assert len(said(child, "print('x' * 10**7)")) < 300_000
        assert len(said(child, "import os; os.write(1, b'y' * 10**7)")) < 300_000
        assert said(child, "print('still here')") == "still here"


def test_a_warm_process_that_died_is_started_again(box):
    psutil.Process(box.pid).kill()
    psutil.Process(box.pid).wait()
    again = outside.sandbox(box.level)
    assert again is not box
    with again.notebook("ann") as child:
        assert said(child, "print(1)") == "1"


def test_what_is_inside_is_built_and_holds_no_check():
    places = library.places()
    names = {path.relative_to(places.inside.parent).parts[0] for path in places.inside.parent.rglob("*.py")}
    assert names == {"inside.py", "loyaltylib"}
    text = "\n".join(path.read_text("utf-8") for path in places.inside.parent.rglob("*.py"))
    assert "import autograders" not in text
    assert "from autograders" not in text
    assert not list(places.inside.parent.rglob("quiz.yml"))
    checkout = Path(outside.__file__).parents[2]
    assert not any(Path(path).resolve() == checkout for path in places.path + places.readable)


def test_the_clock_counts_the_cells_own_work(box):
    with box.notebook("ann") as child:
        started = time.monotonic()
        cell = child.run("import time; time.sleep(60)", seconds=60, clock=0.5)
        assert cell.stopped
        assert time.monotonic() - started < 30
