"""Install the course into this folder, at the first start or when a newer bundle was unpacked here, and open it.

It needs nothing but Python itself. What a learner has worked on is in `work/`, which is never written over.
"""

import hashlib
import json
import os
import shutil
import subprocess
import sys
import venv
from pathlib import Path

HERE = Path(__file__).resolve().parent
ENVIRONMENT = HERE / ".venv"
PYTHON = ENVIRONMENT / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
ABOUT = json.loads((HERE / "bundle.json").read_text("utf-8"))
ZH = ABOUT["lang"] == "zh"


def say(english: str, chinese: str) -> None:
    """Print a line in the class's language."""
    print(chinese if ZH else english, flush=True)


def leave(english: str, chinese: str) -> None:
    """End with a line that says what to do."""
    sys.exit(chinese if ZH else english)


def state() -> str:
    """Return a short hash of what would be installed."""
    digest = hashlib.sha256(sys.version.encode())
    for path in (HERE / "learner.lock", HERE / ABOUT["wheel"]):
        digest.update(path.read_bytes())
    return digest.hexdigest()[:16]


def pip(*options: str) -> None:
    """Install; from `wheelhouse/` where the bundle has one, and then from nowhere else."""
    house = HERE / "wheelhouse"
    offline = ["--no-index", "--find-links", str(house)] if house.is_dir() else []
    command = [str(PYTHON), "-m", "pip", "--disable-pip-version-check", "install", "--progress-bar", "off"]
    with subprocess.Popen(  # its errors are shown as they come, of the rest only how far it is
        [*command, *offline, *options], cwd=HERE, stdout=subprocess.PIPE, text=True, encoding="utf-8", errors="replace"
    ) as running:
        done = 0
        for line in running.stdout or ():
            if line.startswith(("Collecting", "Processing", "Installing")):
                done += 1
                print(f"\r  {done}", end="", flush=True)
    print(flush=True)
    if running.returncode:
        leave(
            "The installation did not end well; the lines above say why. Start again: it goes on where it stopped.",
            "安装没有成功，原因见上面几行。请再启动一次，会接着安装。",
        )


def fitting() -> None:
    """Go on with a Python that `wheelhouse/` is for, where this one is another."""
    here, known = f"{sys.version_info[0]}.{sys.version_info[1]}", ABOUT["pythons"]
    if not known or here in known:
        return
    for version in known:
        for command in (["py", f"-{version}"], [f"python{version}"]):
            if shutil.which(command[0]) and not subprocess.run([*command, "-c", ""], check=False).returncode:
                sys.exit(subprocess.run([*command, str(HERE / "start.py"), *sys.argv[1:]], check=False).returncode)
    leave(
        "What is in wheelhouse/ is for Python " + ", ".join(known) + "; this is " + here + ". Install one of these.",
        "wheelhouse/ 中的内容适用于 Python " + "、".join(known) + "；这里是 " + here + "。请安装其中一个版本。",
    )


def install() -> None:
    """Make the environment in this folder."""
    say(
        "Installing into this folder; only the first time. This takes one to five minutes ...",
        "正在安装到本文件夹，只在第一次需要，大约一到五分钟……",
    )
    if not PYTHON.is_file():
        try:
            venv.create(ENVIRONMENT, with_pip=True)
        except (subprocess.CalledProcessError, OSError):
            leave(
                "Python cannot make an environment here. On Debian or Ubuntu run: sudo apt install python3-venv",
                "Python 无法在这里建立环境。Debian 或 Ubuntu 请先运行：sudo apt install python3-venv",
            )
    pip("--require-hashes", "--requirement", "learner.lock")
    pip("--no-deps", "--force-reinstall", ABOUT["wheel"])


def main() -> int:
    """Install what is missing and open JupyterLab; return its exit code."""
    if sys.version_info < (3, 11):
        leave(
            "Python 3.11 or newer is needed; this is " + sys.version.split()[0] + ". See README.md.",
            "需要 Python 3.11 或更新的版本；这里是 " + sys.version.split()[0] + "。请看 README.zh.md。",
        )
    fitting()
    done = ENVIRONMENT / "installed"
    if not done.is_file() or done.read_text("utf-8") != state():
        install()
        done.write_text(state(), "utf-8")
    options = ["--folder", "work", "--notebooks", "notebooks", *sys.argv[1:]]
    command = [str(PYTHON), "-m", "loyaltylib", "--lang", ABOUT["lang"], "lab", *options]
    try:
        return subprocess.run(command, cwd=HERE, check=False).returncode
    except KeyboardInterrupt:
        return 0


if __name__ == "__main__":
    sys.exit(main())
