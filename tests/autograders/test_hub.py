"""A class on a real JupyterHub: three accounts, nbgrader's exchange, and what a learner cannot see.

The accounts live in a mount namespace of their own (`tests/hub/room.sh`): nothing of them is left on the machine.
"""

from __future__ import annotations

import contextlib
import json
import os
import shlex
import shutil
import signal
import socket
import subprocess
import sys
import time
import uuid
from importlib.util import find_spec
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PATH = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
ROOM = ROOT / "tests/hub/room.sh"
TEACHER, ZHANG, LI = "clm-teacher", "clm-zhang", "clm-li"
PROXY = "configurable-http-proxy@5.3.0"
STEM, CLASS = "foundations", "clm"
EXCHANGE = "/srv/nbgrader/exchange"
CONFIG = """
c.JupyterHub.bind_url = "http://127.0.0.1:{port}"
c.JupyterHub.hub_port = {hub}
c.ConfigurableHTTPProxy.api_url = "http://127.0.0.1:{api}"
c.ConfigurableHTTPProxy.command = ["{proxy}"]
c.JupyterHub.authenticator_class = "dummy"
c.Authenticator.allow_all = True
c.Spawner.cmd = ["{bin}/jupyterhub-singleuser"]
c.Spawner.environment = {environment}
c.Spawner.start_timeout = c.Spawner.http_timeout = 120
c.JupyterHub.services = [{{"name": "tests", "api_token": "{token}"}}]
c.JupyterHub.load_roles = [{{
    "name": "tests", "services": ["tests"], "scopes": ["admin:users", "admin:servers", "access:servers"],
}}]
"""
SETTINGS = f"""
c = get_config()
c.CourseDirectory.course_id = "{CLASS}"
c.Exchange.root = "{EXCHANGE}"
"""


def _why_not():
    if os.name != "posix" or os.geteuid() != 0:
        return "accounts and servers of theirs are made by root"
    if find_spec("jupyterhub") is None:
        return "JupyterHub is not installed: make test-all does it"
    if not (shutil.which("npm") and shutil.which("node")):
        return "the Hub's proxy needs node and npm"
    tools = [tool for tool in ("unshare", "nsenter", "setpriv", "useradd") if not shutil.which(tool)]
    if tools or subprocess.run(["unshare", "--mount", "true"], capture_output=True, check=False).returncode:
        return f"no mount namespace to be had here ({', '.join(tools) or 'unshare is refused'})"
    return ""


pytestmark = [
    pytest.mark.long,
    pytest.mark.timeout(900),
    pytest.mark.skipif(bool(_why_not()), reason=_why_not() or "it runs"),
]


class Room:
    """The namespace with its accounts; the Hub in it, and how to be somebody."""

    def __init__(self, keeper):
        self.keeper = keeper
        self.inside = Path(f"/proc/{keeper.pid}/root")

    def enter(self, *command):
        return ["nsenter", "--mount", f"--target={self.keeper.pid}", "--wd=/", *command]

    def run(self, account, command, *, code=0):
        """Run a shell's command as an account, in its home."""
        home = f"/home/{account}"
        settings = [
            f"HOME={home}",
            f"USER={account}",
            f"PATH={PATH}",
            f"PYTHONPATH={ROOT}",
            "LANG=C.UTF-8",
        ]
        who = ["setpriv", f"--reuid={account}", f"--regid={account}", "--init-groups", "env", "-i", *settings]
        line = ["sh", "-c", f"cd {home} && {command}"]
        done = subprocess.run(self.enter(*who, *line), capture_output=True, text=True, check=False)
        assert done.returncode == code, done.stdout + done.stderr
        return done.stdout


class Server:
    """A learner's own server, spawned by the Hub, and one kernel in it."""

    def __init__(self, hub, token, account):
        import requests

        self.base, self.account = f"{hub}/user/{account}", account
        self.web = requests.Session()
        self.web.headers["Authorization"] = f"token {token}"
        users = f"{hub}/hub/api/users/{account}"
        self.web.post(users).raise_for_status()
        self.web.post(f"{users}/server").raise_for_status()
        until(lambda: self.web.get(users).json()["servers"].get("", {}).get("ready"), 120)
        self.token = token

    def kernel(self, folder=""):
        """Start a kernel as a notebook in a folder of the home has one; return what runs code in it."""
        import websocket

        path = f"{folder}/{STEM}.ipynb" if folder else "scratch.ipynb"
        asked = {"path": path, "type": "notebook", "name": path, "kernel": {"name": "python3"}}
        answer = self.web.post(f"{self.base}/api/sessions", json=asked)
        answer.raise_for_status()
        channel = f"{self.base}/api/kernels/{answer.json()['kernel']['id']}/channels".replace("http", "ws", 1)

        def run(code):  # each time a connection of its own: one that nobody listens at is closed
            with contextlib.closing(
                websocket.create_connection(channel, header=[f"Authorization: token {self.token}"], timeout=180)
            ) as link:
                return asked_for(link, code)

        def asked_for(link, code):
            number = uuid.uuid4().hex
            header = {
                "msg_id": number,
                "msg_type": "execute_request",
                "username": "",
                "session": number,
                "version": "5.3",
            }
            content = {"code": code, "silent": False, "store_history": True, "allow_stdin": False}
            message = {"header": header, "parent_header": {}, "metadata": {}, "content": content, "channel": "shell"}
            link.send(json.dumps(message))
            outputs = []
            while True:
                told = json.loads(link.recv())
                if told["parent_header"].get("msg_id") != number:
                    continue
                kind, body = told["header"]["msg_type"], told["content"]
                if kind == "status" and body["execution_state"] == "idle":
                    return outputs
                if kind in ("stream", "display_data", "execute_result", "error"):
                    body.pop("transient", None)
                    outputs.append({"output_type": kind, **body})

        return run

    def notebook(self, content=None):
        """Return the learner's notebook as the server has it; write it there first, if one is given."""
        place = f"{self.base}/api/contents/{STEM}/{STEM}.ipynb"
        if content is not None:
            self.web.put(place, json={"type": "notebook", "format": "json", "content": content}).raise_for_status()
        return self.web.get(place).json()["content"]


def text_of(outputs):
    return "".join(output.get("text", "") or "\n".join(output.get("traceback", ())) for output in outputs)


def shell(run, line):
    """Run a line in the learner's shell, from their kernel; return exit code and all that it says."""
    said = run(
        f"import subprocess as s; d = s.run({line!r}, shell=True, text=True, stdout=s.PIPE, stderr=s.STDOUT)\n"
        "print(d.returncode); print(d.stdout)"
    )
    code, _, words = text_of(said).partition("\n")
    return int(code), words


def until(ready, seconds):
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        with contextlib.suppress(OSError, ValueError):
            found = ready()
            if found:
                return found
        time.sleep(0.3)
    pytest.fail(f"not ready after {seconds} s")


def free_ports(number):
    sockets = [socket.socket() for _ in range(number)]
    for each in sockets:
        each.bind(("127.0.0.1", 0))
    ports = [each.getsockname()[1] for each in sockets]
    for each in sockets:
        each.close()
    return ports


@pytest.fixture(scope="module")
def room(tmp_path_factory):
    stash = tmp_path_factory.mktemp("room")
    paths = dict.fromkeys(str(Path(path).resolve()) for path in (sys.base_prefix, sys.prefix, ROOT))
    command = ["unshare", "--mount", "--propagation=private", "sh", ROOM, stash, TEACHER, ZHANG, LI, "--", *paths]
    with subprocess.Popen(
        [str(part) for part in command], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as keeper:
        assert keeper.stdout.readline() == "ready\n"
        made = Room(keeper)
        exchange = made.inside / EXCHANGE.lstrip("/")
        exchange.mkdir(parents=True)
        exchange.chmod(0o777)
        (made.inside / "etc/jupyter").mkdir(exist_ok=True)
        (made.inside / "etc/jupyter/nbgrader_config.py").write_text(SETTINGS)
        yield made
        keeper.stdin.close()


@pytest.fixture(scope="module")
def proxy(tmp_path_factory):
    place = tmp_path_factory.mktemp("proxy")
    done = subprocess.run(
        ["npm", "install", "--silent", "--no-audit", "--no-fund", "--prefix", place, PROXY],
        capture_output=True,
        check=False,
    )
    if done.returncode:
        pytest.skip("npm cannot install the Hub's proxy here")
    return place / "node_modules/.bin/configurable-http-proxy"


@pytest.fixture(scope="module")
def hub(room, proxy, tmp_path_factory):
    """Return what gives a learner's server of a running Hub."""
    import requests

    place, (port, own, api), token = tmp_path_factory.mktemp("hub"), free_ports(3), uuid.uuid4().hex
    folder = Path(sys.executable).parent
    environment = {"PATH": PATH, "PYTHONPATH": str(ROOT), "LANG": "C.UTF-8"}
    config = CONFIG.format(port=port, hub=own, api=api, proxy=proxy, bin=folder, environment=environment, token=token)
    (place / "config.py").write_text(config)
    log = (place / "log").open("w")
    line = f"cd {shlex.quote(str(place))} && exec {folder}/jupyterhub -f config.py"
    process = subprocess.Popen(room.enter("sh", "-c", line), stdout=log, stderr=log, start_new_session=True)
    address = f"http://127.0.0.1:{port}"
    try:
        until(lambda: requests.get(f"{address}/hub/api", timeout=5).ok, 60)
        yield lambda account: Server(address, token, account)
    finally:
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(30)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)


@pytest.fixture(scope="module")
def handed_in(room, hub):
    """A class released to the exchange; one learner hands in twice, another once, from their own servers."""
    roster = room.inside / "home" / TEACHER / "list.csv"
    roster.write_text(f"id,name\n{ZHANG},张三\n{LI},李四\n", "utf-8")
    room.run(TEACHER, f"loyalty new {CLASS} --lang zh --chapters {STEM} --roster list.csv")
    room.run(TEACHER, f"loyalty release {CLASS} {STEM} --exchange")
    servers = {account: hub(account) for account in (ZHANG, LI)}
    kernels, started = {}, {}
    for account, server in servers.items():
        kernels[account] = kernel = server.kernel()
        code, said = shell(kernel, f"nbgrader fetch_assignment {STEM} --course {CLASS}")
        assert code == 0, said
        notebook = server.notebook()
        start = next(
            cell for cell in notebook["cells"] if "start(" in "".join(cell["source"]) and cell["cell_type"] == "code"
        )
        start["outputs"] = started[account] = server.kernel(STEM)("".join(start["source"]))
        start["outputs"] = [each for each in start["outputs"] if each["output_type"] == "display_data"]
        for turn in range(2 if account == ZHANG else 1):
            notebook["cells"][0]["source"] += f"\n\n{turn}"
            server.notebook(notebook)
            code, said = shell(kernel, f"nbgrader submit {STEM} --course {CLASS}")
            assert code == 0, said
            time.sleep(0.01)
    return type("HandedIn", (), {"servers": servers, "kernels": kernels, "started": started})


@pytest.fixture(scope="module")
def collected(room, handed_in):
    assert handed_in.servers.keys() == {ZHANG, LI}
    return [json.loads(room.run(TEACHER, f"loyalty collect {CLASS} --json 2>/dev/null")) for _ in range(2)]


@pytest.fixture(scope="module")
def answered(room, collected):
    assert len(collected) == 2
    room.run(TEACHER, f"loyalty grade {CLASS} {STEM} --workers 1")
    return room.run(TEACHER, f"loyalty --lang en feedback {CLASS} {STEM} --exchange")


def test_a_learners_notebook_on_the_hub_knows_whose_it_is_without_asking(handed_in):
    for account, outputs in handed_in.started.items():
        records = [output["data"].get("application/vnd.loyalty.learner+json") for output in outputs if "data" in output]
        assert [record["learner"] for record in records if record] == [account]
        assert not [output for output in outputs if output["output_type"] in ("error", "stream")]


def test_every_hand_in_of_the_exchange_is_an_attempt_with_its_time(room, collected):
    first, again = collected
    assert [(row["outcome"], row["learner"], row["number"]) for row in first] == [
        ("taken", ZHANG, 1),
        ("taken", ZHANG, 2),
        ("taken", LI, 1),
    ]
    assert [row["outcome"] for row in again] == ["same"] * 3
    kept = room.inside / f"home/{TEACHER}/{CLASS}/attempts/{STEM}/{ZHANG}"
    times = [json.loads((kept / f"{number}/attempt.json").read_text())["handed_in"] for number in (1, 2)]
    assert "" < times[0] < times[1]


@pytest.mark.usefixtures("collected")
def test_a_learners_shell_cannot_read_anothers_hand_in(handed_in):
    own = handed_in.kernels[LI]
    assert shell(own, "id -un")[1].strip() == LI
    for line in (
        f"ls {EXCHANGE}/{CLASS}/inbound",
        f"cat {EXCHANGE}/{CLASS}/inbound/{ZHANG}+*/{STEM}.ipynb",
        f"cat /home/{ZHANG}/{STEM}/{STEM}.ipynb",
        f"ls /home/{ZHANG}",
        f"ls /home/{TEACHER}/{CLASS}/submitted",
        f"cat /home/{TEACHER}/{CLASS}/gradebook.db",
        f"rm -rf {EXCHANGE}/{CLASS}/inbound/{ZHANG}+*/ && ls {EXCHANGE}/{CLASS}/inbound",
    ):
        code, said = shell(own, line)
        assert code != 0, line
        assert "Permission denied" in said or "No such file" in said, said
    assert shell(own, f"cat {STEM}/{STEM}.ipynb")[0] == 0  # the shell itself reads


def test_feedback_comes_back_to_the_learner_it_is_for(room, handed_in, answered):
    assert "2 pages are in the exchange" in answered
    for account, kernel in handed_in.kernels.items():
        code, said = shell(kernel, f"nbgrader fetch_feedback {STEM} --course {CLASS}")
        assert code == 0, said
        pages = list((room.inside / f"home/{account}/{STEM}/feedback").glob(f"*/{STEM}.html"))
        assert len(pages) == 1
        assert account in pages[0].read_text("utf-8")
    code, said = shell(handed_in.kernels[LI], f"ls {EXCHANGE}/{CLASS}/feedback")
    assert code != 0, said


@pytest.mark.usefixtures("answered")
def test_a_folder_under_anothers_name_waits_for_a_person(room, handed_in):
    forged = f"{EXCHANGE}/{CLASS}/inbound/{ZHANG}+{STEM}+2026-01-01 00:00:00.000000 UTC+forged"
    own = handed_in.kernels[LI]
    code, said = shell(own, f"cp -r {STEM} '{forged}' && ln -s /home/{TEACHER}/{CLASS}/gradebook.db '{forged}/key.db'")
    assert code == 0, said
    rows = json.loads(room.run(TEACHER, f"loyalty --lang en collect {CLASS} --json 2>/dev/null"))
    doubted = [row for row in rows if row["outcome"] == "unsettled"]
    assert len(doubted) == 1
    assert ZHANG in doubted[0]["why"]
    assert LI in doubted[0]["why"]
    files = list((room.inside / f"home/{TEACHER}/{CLASS}/unsettled").rglob("*"))
    assert not [path for path in files if path.name == "key.db"]


@pytest.mark.usefixtures("answered")
def test_nothing_of_it_is_left_on_the_machine():
    import pwd

    assert not {TEACHER, ZHANG, LI} & {entry.pw_name for entry in pwd.getpwall()}
    assert not Path("/home", TEACHER).exists()
