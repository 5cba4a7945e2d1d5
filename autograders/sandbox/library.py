"""What a sandbox may read: the interpreter, its libraries, and a built loyaltylib, never the checkout.

A checkout holds the checks, the keys and the solutions, and an editable install puts it on the path. So what is in
there is `loyaltylib` as its wheel carries it, laid out once in a folder of the user's cache under the name of its
content, and the libraries of this environment without their path files.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import sys
import sysconfig
import tempfile
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import loyaltylib

from . import inside

MODULES = [
    "numpy",
    "pandas",
    "scipy.stats",
    "matplotlib.pyplot",
    "matplotlib_inline.backend_inline",
    "ipywidgets",
    "networkx",
    "narwhals.stable.v2",
    "IPython.core.interactiveshell",
    "loyaltylib.practice",
    "loyaltylib.quiz",
    "loyaltylib.tiers",
    "loyaltylib.figures",
    "loyaltylib.kpis",
    "loyaltylib.segments",
    "loyaltylib.simulators.simulator",
    "json",
    "random",
    "decimal",
    "fractions",
    "statistics",
    "collections",
    "itertools",
    "functools",
    "subprocess",
    "asyncio",
    "tempfile",
    "pathlib",
]
# Of the system: what the interpreter's own libraries, a shell command and a time zone need.
_SYSTEM = ("/usr", "/lib", "/lib64", "/bin", "/sbin", "/etc/ld.so.cache", "/etc/localtime", "/etc/alternatives")
_SCRATCH = ("/tmp", "/var/tmp", "/scratch")  # noqa: S108 - in there, a file system of each notebook's own


@dataclass(frozen=True)
class Places:
    """Where things are: the interpreter, the file that runs inside, its `sys.path`, what is readable and what is not.

    `scratch` is where a notebook's own folder is put: a place with nothing readable below it.
    """

    python: str
    inside: Path
    path: list[str]
    readable: list[str]
    hidden: list[str]
    scratch: str


@cache
def places(view: Path | None = None) -> Places:
    """Return where a sandbox finds what it needs; `view` is what a class has in place of the kit's own."""
    built = built_library(view)
    python = os.path.realpath(sys.executable)
    standard = str(Path(os.__file__).parent)
    compiled = str(Path(standard) / "lib-dynload")
    libraries = list(dict.fromkeys([sysconfig.get_path("purelib"), sysconfig.get_path("platlib")]))
    hidden = [str(Path(folder) / "autograders") for folder in libraries]
    hidden = [folder for folder in hidden if Path(folder).is_dir()]
    shown = _without(libraries, hidden)
    path = list(dict.fromkeys([str(built), standard, compiled, *libraries]))
    readable = [*_SYSTEM, str(built), sys.base_prefix, standard, *shown]
    readable = [place for place in dict.fromkeys(readable) if os.path.lexists(place)]
    free = (place for place in _SCRATCH if not any(shown.startswith(f"{place}/") for shown in readable))
    return Places(python, built / "inside.py", path, readable, hidden, next(free))


@cache
def font_lists() -> dict[str, str]:
    """Return matplotlib's list of this machine's fonts, by file name: making it anew costs seconds."""
    import matplotlib as mpl
    from matplotlib import font_manager  # noqa: F401 - for what the import does

    return {path.name: path.read_text("utf-8") for path in Path(mpl.get_cachedir()).glob("fontlist-*.json")}


def _without(folders: list[str], hidden: list[str]) -> list[str]:
    """Return the folders, or where something in one is hidden all that is beside it."""
    found: list[str] = []
    for folder in folders:
        if any(Path(each).parent == Path(folder) for each in hidden):
            found += [str(each) for each in sorted(Path(folder).iterdir()) if str(each) not in hidden]
        else:
            found.append(folder)
    return found


def built_library(view: Path | None = None) -> Path:
    """Return a folder with loyaltylib as its wheel carries it and the file that runs inside; made where missing.

    The files of a class's `view` stand in place of the kit's.
    """
    sources = _sources()
    if view:
        sources |= {f"loyaltylib/kit/{p.relative_to(view).as_posix()}": p for p in view.rglob("*") if _belongs(p)}
    digest = hashlib.sha256()
    for name, path in sorted(sources.items()):
        digest.update(f"{name}\0".encode())
        digest.update(path.read_bytes())
    home = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "loyalty"
    built = home / f"sandbox-{digest.hexdigest()[:16]}"
    if built.is_dir():
        return built
    home.mkdir(parents=True, exist_ok=True)
    part = Path(tempfile.mkdtemp(prefix=".building-", dir=home))
    for name, path in sources.items():
        (part / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(path, part / name)
    part.chmod(0o755)
    _compile(part)
    try:
        part.rename(built)
    except OSError:  # another process was faster
        shutil.rmtree(part, ignore_errors=True)
    return built


def _compile(folder: Path) -> None:
    import compileall

    compileall.compile_dir(folder, quiet=2, ddir=None, invalidation_mode=None)


def _sources() -> dict[str, Path]:
    """Return the files of loyaltylib by their place in its wheel, and the file that runs inside."""
    package = Path(loyaltylib.__file__).parent
    found = {f"loyaltylib/{p.relative_to(package)}": p for p in package.rglob("*") if _belongs(p)}
    if not (package / "kit").is_dir():
        found |= _allowed(package.parent)
    return found | {"inside.py": Path(inside.__file__)}


def _belongs(path: Path) -> bool:
    return path.is_file() and "__pycache__" not in path.parts


def _allowed(checkout: Path) -> dict[str, Path]:
    """Return what the wheel takes from the checkout besides the package: the allow-list of `pyproject.toml`."""
    import tomllib

    settings = tomllib.loads((checkout / "pyproject.toml").read_text("utf-8"))
    wheel = settings["tool"]["hatch"]["build"]["targets"]["wheel"]
    listed = [place for pattern in wheel["include"] for place in checkout.glob(pattern.removeprefix("/"))]
    found: dict[str, Path] = {}
    for place in listed:
        folder, _, rest = place.relative_to(checkout).as_posix().partition("/")
        if folder in wheel["sources"]:
            inner = [place] if place.is_file() else [p for p in place.rglob("*") if _belongs(p)]
            target = f"{wheel['sources'][folder]}/{rest}"
            found |= {target if p == place else f"{target}/{p.relative_to(place)}": p for p in inner}
    return found
