"""The learner's kit: one zip with the class's released notebooks, the library and its data, and starters to click on.

    README.md, README.zh.md, bundle.json, learner.lock, environment.yml, loyaltylib-*.whl
    start.py, start-windows.bat, start-macos.command, start-linux.sh
    notebooks/<lang>/<stem>.ipynb     released chapters, and those without marks
    wheelhouse/                       all wheels, where a room has no internet

The same class gives the same bytes.
"""

from __future__ import annotations

import base64
import csv
import hashlib
import io
import json
import os
import subprocess
import sys
import tempfile
import zipfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import loyaltylib
from loyaltylib import chapters
from loyaltylib.errors import ClassError
from loyaltylib.files import write_whole
from loyaltylib.handin import EPOCH

from . import build, build_notebook, overlay, overlay_source, wheelhouse
from .ai import say_rule
from .classdir import open_class
from .messages import N_, tell

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from .classdir import ClassDirectory

_TEMPLATES = Path(__file__).parent / "templates" / "bundle"
_STARTERS = {
    "start-linux.sh": "start-linux.sh",
    "start-macos.command": "start-linux.sh",
    "start-windows.bat": "start-windows.bat",
}
_KIT = "loyaltylib/kit"  # where a wheel has the files of the repository (`loyaltylib.resources`)


def bundle(  # noqa: PLR0913 - the command's own options
    path: Path,
    out: Path,
    *,
    house: bool = False,
    platforms: Sequence[str] = (),
    pythons: Sequence[str] = (),
    lang: str = "en",
) -> Path:
    """Write the learner's kit of a class; return its place.

    house                put all wheels inside, for `platforms` and `pythons` (`wheelhouse.download`)

    Raises `ClassError` where nothing is released, the kit is no checkout, or a wheel cannot be built or had. An earlier
    bundle at the same place is replaced when the new one is whole.
    """
    opened = open_class(path, lang)
    checkout = _checkout(lang)
    with tempfile.TemporaryDirectory() as scratch:
        wheel = _wheel(checkout, Path(scratch), overlay.learners_files(opened.root), lang)
        inside = _Inside(_named(platforms), tuple(pythons) or (wheelhouse.HERE,)) if house else _Inside()
        files = _files(opened, checkout, out.stem, wheel, lang, inside)
        if house:
            folder = Path(scratch) / "wheelhouse"
            wheelhouse.download(checkout / "learner.lock", folder, platforms, pythons, lang)
            files |= {f"wheelhouse/{each.name}": each.read_bytes() for each in sorted(folder.iterdir())}
        write_whole(out, _zip({f"{out.stem}/{name}": body for name, body in files.items()}))
    return out


@dataclass(frozen=True)
class _Inside:
    """What a wheelhouse is for: computers in words, and versions of Python; empty where there is none."""

    platforms: str = ""
    pythons: tuple[str, ...] = ()


def _named(platforms: Sequence[str]) -> str:
    import platform

    return ", ".join(platforms) or f"{platform.system()} {platform.machine()}"


def _checkout(lang: str) -> Path:
    root = Path(loyaltylib.__file__).resolve().parents[1]
    if not (root / "learner.lock").is_file():
        message = N_("a bundle is made from a checkout of the kit, which {path} is not; clone the kit and run it there")
        raise ClassError(tell(lang, message, path=root))
    return root


def _files(  # noqa: PLR0913, PLR0917 - what a bundle is made of
    opened: ClassDirectory, checkout: Path, folder: str, wheel: Path, lang: str, inside: _Inside
) -> dict[str, bytes]:
    spoken = opened.rules.lang
    about = {"lang": spoken, "wheel": wheel.name, "pythons": inside.pythons}
    return {
        wheel.name: wheel.read_bytes(),
        "bundle.json": (json.dumps(about, indent=1) + "\n").encode(),
        "learner.lock": (checkout / "learner.lock").read_bytes(),
        "environment.yml": (checkout / "environment.yml")
        .read_bytes()
        .replace(b"  pip install --no-deps --no-build-isolation .", b"  pip install --no-deps " + wheel.name.encode()),
        "start.py": (_TEMPLATES / "start.py").read_bytes(),
        **{name: _starter(source) for name, source in _STARTERS.items()},
        **_readmes(opened, folder, wheel.name, inside),
        **_notebooks(opened, lang),
    }


def _starter(source: str) -> bytes:
    text = (_TEMPLATES / source).read_text("utf-8")
    return text.replace("\n", "\r\n").encode() if source.endswith(".bat") else text.encode()


def _readmes(opened: ClassDirectory, folder: str, wheel: str, inside: _Inside) -> dict[str, bytes]:
    import jinja2

    environment = jinja2.Environment(  # noqa: S701 - Markdown
        loader=jinja2.FileSystemLoader(_TEMPLATES), trim_blocks=True, undefined=jinja2.StrictUndefined
    )
    values = {
        "title": opened.root.name,
        "folder": folder,
        "wheel": wheel,
        "platforms": inside.platforms,
        "pythons": inside.pythons,
        "offline": bool(inside.pythons),
    }
    return {
        name: (environment.get_template(f"{name}.j2").render(**values) + "\n").encode()
        for name in ("README.md", "README.zh.md")
    }


def _notebooks(opened: ClassDirectory, lang: str) -> dict[str, bytes]:
    """Return the notebooks, in the class's language and those that its list names; raises where none is released."""
    released = {
        path.stem: path.read_bytes()
        for path in sorted(opened.root.glob("release/*/*.ipynb"))
        if path.stem == path.parent.name
    }
    if not released:
        message = N_("no chapter of {path} is released yet; run: loyalty release {path}")
        raise ClassError(tell(lang, message, path=opened.root))
    own = opened.rules.lang
    spoken = [own, *sorted({each.lang for each in opened.learners if each.lang} - {own})]
    unmarked = [stem for stem in chapters.syllabus() if not chapters.chapter(stem).exercises]
    found = {f"notebooks/{own}/{stem}.ipynb": body for stem, body in released.items()}
    for other in spoken:
        for stem in (*unmarked, *released):
            name = f"notebooks/{other}/{stem}.ipynb"
            if name not in found and stem in chapters.syllabus():
                notebook = build.instructors_notebook(overlay_source.source(stem), other)
                say_rule(notebook, opened.rules.chapter(stem).ai, other)
                found[name] = build_notebook.learners_text(notebook).encode()
    return found


def _wheel(checkout: Path, folder: Path, own: Mapping[str, bytes], lang: str) -> Path:
    """Build the library's wheel, with what the class has of its own in place of the kit's."""
    command = [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--no-build-isolation", "--no-index"]
    settings = {**os.environ, "SOURCE_DATE_EPOCH": "315532800"}
    done = subprocess.run(  # noqa: S603 - pip, on the kit's own checkout
        [*command, "-w", str(folder), str(checkout)],
        check=False,
        capture_output=True,
        text=True,
        cwd=folder,
        env=settings,
    )
    found = sorted(folder.glob("loyaltylib-*.whl"))
    if done.returncode or not found:
        reason = (done.stderr.strip().splitlines() or ["?"])[-1]
        raise ClassError(tell(lang, N_("the library's wheel cannot be built: {reason}"), reason=reason))
    if own:
        found[0].write_bytes(with_files(found[0].read_bytes(), {f"{_KIT}/{name}": body for name, body in own.items()}))
    return found[0]


def with_files(wheel: bytes, own: Mapping[str, bytes]) -> bytes:
    """Return a wheel with some of its files replaced or added, and its RECORD written anew."""
    with zipfile.ZipFile(io.BytesIO(wheel)) as archive:
        files = {name: archive.read(name) for name in archive.namelist()} | dict(own)
    (record,) = [name for name in files if name.endswith(".dist-info/RECORD")]
    del files[record]
    table = io.StringIO()
    rows = csv.writer(table, lineterminator="\n")
    for name, body in files.items():
        digest = base64.urlsafe_b64encode(hashlib.sha256(body).digest()).rstrip(b"=").decode()
        rows.writerow([name, f"sha256={digest}", len(body)])
    rows.writerow([record, "", ""])
    return _zip({**files, record: table.getvalue().encode()})


def _zip(files: Mapping[str, bytes]) -> bytes:
    """Return a zip without a clock; what is to be double-clicked may be run."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, body in files.items():
            entry = zipfile.ZipInfo(name, EPOCH)
            entry.create_system = 3  # the same bytes from Windows
            entry.external_attr = (0o755 if name.endswith((".sh", ".command")) else 0o644) << 16
            entry.compress_type = zipfile.ZIP_STORED if name.endswith(".whl") else zipfile.ZIP_DEFLATED
            archive.writestr(entry, body)
    return buffer.getvalue()
