"""All wheels of the learner's lock in one folder, for rooms without internet, by pip and its hashes.

pip works out the lock's conditions (`sys_platform == "win32"`) for the machine it runs on, even when it is asked for
another one's wheels. So they are worked out here, for the platform that is asked for.
"""

from __future__ import annotations

import re
import subprocess
import sys
from typing import TYPE_CHECKING

from packaging.markers import default_environment
from packaging.requirements import Requirement

from loyaltylib.errors import ClassError

from .messages import N_, tell

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

# name -> the tags of its wheels, and what the lock's conditions ask for
PLATFORMS: dict[str, tuple[tuple[str, ...], dict[str, str]]] = {
    "windows": (
        ("win_amd64",),
        {"sys_platform": "win32", "platform_system": "Windows", "os_name": "nt", "platform_machine": "AMD64"},
    ),
    "macos": (
        ("macosx_14_0_arm64",),
        {"sys_platform": "darwin", "platform_system": "Darwin", "os_name": "posix", "platform_machine": "arm64"},
    ),
    "linux": (
        (*(f"manylinux_2_{minor}_x86_64" for minor in (34, 31, 28, 27, 26, 24, 17)), "manylinux2014_x86_64"),
        {"sys_platform": "linux", "platform_system": "Linux", "os_name": "posix", "platform_machine": "x86_64"},
    ),
}
HERE = ".".join(map(str, sys.version_info[:2]))
_CONTINUED = re.compile(r"\\\n\s*")


def requirements(lock: str, environment: Mapping[str, str] | None = None) -> list[str]:
    """Return the lines of a lock that an environment asks for, each with its hashes and without its condition."""
    found = []
    for line in _CONTINUED.sub(" ", lock).splitlines():
        written, *hashes = line.split(" --hash=")
        if not written.strip() or written.startswith(("#", "-")):
            continue
        requirement = Requirement(written.strip())
        if requirement.marker is None or requirement.marker.evaluate(environment):
            requirement.marker = None
            found.append(" ".join([str(requirement), *(f"--hash={each.strip()}" for each in hashes)]))
    return found


def download(
    lock: Path, folder: Path, platforms: Iterable[str] = (), pythons: Iterable[str] = (), lang: str = "en"
) -> None:
    """Put the wheels of a lock into a folder; pip says on stderr how far it is.

    platforms  of `PLATFORMS`; none: this machine
    pythons    such as 3.12; none: the version that runs this

    Raises `ClassError` where a wheel cannot be had.
    """
    folder.mkdir(parents=True, exist_ok=True)
    for platform in tuple(platforms) or ("",):
        for python in tuple(pythons) or (HERE,):
            _download(lock, folder, platform, python, lang)


def _download(lock: Path, folder: Path, platform: str, python: str, lang: str) -> None:
    tags, known = PLATFORMS.get(platform, ((), {}))
    options = ["--only-binary=:all:", *(f"--platform={tag}" for tag in tags)]
    done: set[str] = set()
    for full in (f"{python}.0", f"{python}.99"):  # a condition may tell one 3.11 from another
        environment = {name: str(value) for name, value in default_environment().items()}
        environment |= {**known, "python_version": python, "python_full_version": full}
        wanted = set(requirements(lock.read_text("utf-8"), environment)) - done
        reason = _pip_download(sorted(wanted), folder, [*options, f"--python-version={full}"]) if wanted else ""
        if reason:
            message = N_("the wheels for {platform}, Python {python}, cannot be had: {reason}")
            raise ClassError(tell(lang, message, platform=platform or sys.platform, python=python, reason=reason))
        done |= wanted


def _pip_download(lines: list[str], folder: Path, options: list[str]) -> str:
    """Have pip put the wheels of these requirements into a folder; return what went wrong, in its words."""
    wanted = folder / "wanted.txt"
    wanted.write_text("\n".join(lines) + "\n", "utf-8")
    command = [sys.executable, "-m", "pip", "--disable-pip-version-check", "download", "--quiet", "--no-deps"]
    command += ["--require-hashes", "--dest", str(folder), "--requirement", str(wanted), *options]
    try:
        done = subprocess.run(command, check=False, capture_output=True, text=True)  # noqa: S603 - pip, on our own lock
    finally:
        wanted.unlink(missing_ok=True)
    return (done.stderr.strip().splitlines() or ["?"])[-1] if done.returncode else ""
