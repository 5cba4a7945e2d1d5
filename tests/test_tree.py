"""The tree keeps its promises: imports go one way, stems line up, nothing of a machine is committed."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from pathlib import Path

import pytest

from loyaltylib.chapters import chapter, stems, syllabus

ROOT = Path(__file__).parents[1]
ROOMS = ("schema", "errors", "data", "concepts", "chapters", "resources", "messages", "inputs", "frames")
CONCEPT_MODULES = (*ROOMS, *(stem for stem in stems() if stem != "warmup"))
WIDGETS_AND_PLOTS = {"ipywidgets", "IPython", "matplotlib", "ipykernel", "voila", "nbformat"}


def tracked() -> list[Path]:
    done = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=False)
    if done.returncode:
        pytest.skip("not a git checkout")
    return [ROOT / name for name in done.stdout.split("\0") if name and (ROOT / name).is_file()]


def imports(path: Path) -> set[str]:
    """Return the modules a file imports, relative ones resolved against its package."""
    package = path.relative_to(ROOT).parent.parts
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            base = package[: len(package) - node.level + 1] if node.level else ()
            found.add(".".join([*base, *([node.module] if node.module else [])]))
    return found


def test_the_library_never_imports_the_graders():
    guilty = [
        p for p in (ROOT / "loyaltylib").rglob("*.py") if any(m.split(".")[0] == "autograders" for m in imports(p))
    ]
    assert guilty == []


@pytest.mark.parametrize("module", CONCEPT_MODULES)
def test_concept_modules_import_no_widget_and_no_plot(module):
    code = f"import sys, loyaltylib.{module}; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert not WIDGETS_AND_PLOTS & set(done.stdout.split())


def test_importing_the_library_is_cheap():
    code = "import sys, loyaltylib; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert not {"pandas", "numpy", "narwhals", "pyarrow", "yaml", *WIDGETS_AND_PLOTS} & set(done.stdout.split())


@pytest.mark.parametrize("stem", syllabus())
def test_a_chapter_is_whole(stem):
    marked = (f"course/{stem}/concepts.yml", f"loyaltylib/{stem}.py", f"autograders/checks/{stem}.py")
    for path in (
        f"course/{stem}/chapter.yml",
        f"course/{stem}/notebook.md",
        f"course/{stem}/quiz.yml",
        f"notebooks/en/{stem}.ipynb",
        f"notebooks/zh/{stem}.ipynb",
        f"notebooks/items/{stem}.json",
        *(marked if chapter(stem).exercises else ()),
    ):
        assert (ROOT / path).is_file(), path
    for language in ("", ".zh"):
        assert f"{stem}.ipynb" in (ROOT / f"notebooks/README{language}.md").read_text("utf-8")


def test_nothing_of_a_machine_or_an_index_is_committed():
    words = re.compile(
        "|".join(("py" + "pi.org", "python" + "hosted", "/ro" + "ot/", "/wo" + "rk/", "registry.npm" + "js"))
    )
    texts = [p for p in tracked() if p.suffix not in {".parquet", ".otf", ".png"}]
    assert [str(p.relative_to(ROOT)) for p in texts if words.search(p.read_text("utf-8"))] == []
