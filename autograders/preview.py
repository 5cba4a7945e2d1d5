"""A chapter as a learner will see it, in a browser, built anew at every save; an error stands above the last good one.

    Preview(course, stem, lang)   builds: reads the sources, keeps the last notebook that came out of them
    serve(preview, port, say)     shows it on this machine alone, and watches the chapter's folder

Nothing is written: `loyalty build` does that. A save that breaks the chapter is said with file and line, on the
terminal and on the page, and the watching goes on.
"""

from __future__ import annotations

import asyncio
import webbrowser
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from loyaltylib import concepts
from loyaltylib.errors import CourseError, LoyaltyError
from loyaltylib.messages import language_tag
from loyaltylib.resources import read_yaml as plain_yaml

from . import build, build_chapter, build_notebook
from .build_source import read_yaml, wrong
from .build_stories import check_stories
from .messages import tell
from .new_chapter import open_places

if TYPE_CHECKING:
    from collections.abc import Callable

    from .new_chapter import Open

HOST: Final = "127.0.0.1"
PORT: Final = 8877
TEMPLATES: Final = Path(__file__).resolve().parent / "templates"
# Another host's page must not reach this one by a name that it points at this machine.
_HOSTS = r"^(127[.]0[.]0[.]1|localhost)$"
_SHOWN = 10  # open places on the page
_PATIENCE = 25  # seconds a page waits for news before it asks again


@dataclass
class Preview:
    """A chapter under its author's hands.

    body     the learner's notebook as HTML, of the last build that went well
    error    what is wrong since, with file and line; empty where all is well
    open     places that still say TODO
    number   counts the builds
    """

    course: Path
    stem: str
    lang: str
    body: str = ""
    error: str = ""
    open: list[Open] = field(default_factory=list)
    number: int = 0

    def build(self) -> bool:
        """Build the chapter anew; return whether it went well. Never raises for what stands in the sources."""
        self.number += 1
        try:
            self.open = open_places(self.course.parent, self.stem)
            self.body = notebook_page(self.course, self.stem, self.lang)
        except LoyaltyError as error:
            self.error = str(error)
        except (KeyError, TypeError, ValueError, AttributeError, OSError) as error:
            # What no rule foresaw must not end the watching; which file it is, its author knows: the one just saved.
            said = f"{type(error).__name__}: {error}"
            self.error = tell(self.lang, "{folder}: this cannot be read: {error}", folder=self.folder, error=said)
        else:
            self.error = ""
        return not self.error

    @property
    def folder(self) -> Path:
        """Where the chapter's sources are."""
        return self.course / self.stem

    def page(self) -> str:
        """Return the whole page."""
        from jinja2 import Environment, FileSystemLoader

        def say(message: str, **values: object) -> str:
            return tell(self.lang, message, **values)

        room = Environment(loader=FileSystemLoader(TEMPLATES), autoescape=True)
        root = self.course.parent
        return room.get_template("preview.html.j2").render(
            say=say,
            tag=language_tag(self.lang),
            preview=self,
            places=[f"{one.path.relative_to(root)}:{one.line}" for one in self.open[:_SHOWN]],
        )


def notebook_page(course: Path, stem: str, lang: str) -> str:
    """Return a chapter's learner's notebook as the inside of a page; raises `CourseError` with file and line."""
    import nbformat
    from nbconvert.exporters import HTMLExporter

    if stem not in build.stems(course):
        raise wrong(
            course / "syllabus.yml", 1, f"the syllabus does not list '{stem}'; known: {', '.join(build.stems(course))}"
        )
    source = build_chapter.read(course / stem, fresh_concepts(course, stem))
    instructors = build.instructors_notebook(source, lang)
    released = nbformat.reads(build_notebook.learners_text(instructors), as_version=4)
    build_chapter.check_notebooks(source, instructors, released)
    if (stories := course / stem / "stories.yml").is_file():
        check_stories(stories)
    body, _ = HTMLExporter(template_name="basic").from_notebook_node(released)
    return str(body)


def fresh_concepts(course: Path, stem: str) -> Callable[[str], Any]:
    """Return what finds a concept by its id in the files as they are now, not as they were when Python started.

    Raises `CourseError`, for the chapter's own concepts with file and line.
    """
    known = []
    for name in build.stems(course):
        path = course / name / "concepts.yml"
        if name == stem and path.is_file():
            known += _own_concepts(path, stem)
        elif path.is_file():
            known += concepts.parse(plain_yaml(path), name, str(path))
    found = concepts.index(known)

    def find(concept_id: str) -> Any:
        from loyaltylib.errors import UnknownName

        if concept_id not in found:
            raise UnknownName("concept", concept_id, found)
        return found[concept_id]

    return find


def _own_concepts(path: Path, stem: str) -> list[Any]:
    """Return the concepts of the chapter under its author's hands; each error has the line of its entry."""
    raw = read_yaml(path)
    if not isinstance(raw.get("concepts"), list) or not isinstance(raw.get("sources"), dict):
        raise wrong(path, raw.line, "the file needs 'sources: {...}' and 'concepts: [...]'")
    made: list[Any] = []
    for entry in raw["concepts"]:
        if not isinstance(entry, dict):
            raise wrong(path, raw.line, f"a concept must be a mapping, found {entry!r}")
        try:
            made += concepts.parse({**raw, "concepts": [entry]}, stem, path.name)
        except CourseError as error:
            raise wrong(path, entry.line, str(error)) from error  # type: ignore[attr-defined]  # `Placed` knows it
    return made


# ---------------------------------------------------------------- the page, and what keeps it fresh


def serve(preview: Preview, port: int, *, browser: bool, say: Callable[[str], None]) -> None:
    """Show the preview until Ctrl+C; `say` gets a line for each build."""
    with suppress(KeyboardInterrupt):
        asyncio.run(_serve(preview, port, browser=browser, say=say))


async def _serve(preview: Preview, port: int, *, browser: bool, say: Callable[[str], None]) -> None:
    from tornado.httpserver import HTTPServer
    from watchfiles import awatch

    changed = asyncio.Condition()
    server = HTTPServer(_application(preview, changed))
    try:
        server.listen(port, HOST)
    except OSError as error:
        message = tell(
            preview.lang, "port {port} is taken ({error}); choose another with --port", port=port, error=error
        )
        raise CourseError(message) from error
    preview.build()
    say(tell(preview.lang, "The preview is http://{host}:{port}/; end it with Ctrl+C.", host=HOST, port=port))
    say(report(preview))
    if browser:
        webbrowser.open(f"http://{HOST}:{port}/")
    try:
        async for _ in awatch(preview.folder, preview.course / "syllabus.yml"):
            await asyncio.to_thread(preview.build)
            say(report(preview))
            async with changed:
                changed.notify_all()
    finally:
        server.stop()


def report(preview: Preview) -> str:
    """Return in one line what came of a build."""
    if preview.error:
        return preview.error
    if not preview.open:
        return tell(preview.lang, "Built. Nothing says TODO any more; next: loyalty build, and the tests.")
    first = preview.open[0]
    return tell(
        preview.lang,
        "Built. {number} lines still say TODO, the first: {path}:{line}",
        number=len(preview.open),
        path=first.path.relative_to(preview.course.parent),
        line=first.line,
    )


def _application(preview: Preview, changed: asyncio.Condition) -> Any:
    from tornado.web import Application, RequestHandler

    class Page(RequestHandler):
        def get(self) -> None:
            self.set_header("Cache-Control", "no-store")
            self.finish(preview.page())

    class News(RequestHandler):
        async def get(self) -> None:
            """Answer once there is another build than the page has, or after a while."""
            seen = int(self.get_query_argument("number", "0"))
            async with changed:
                with suppress(TimeoutError):
                    await asyncio.wait_for(changed.wait_for(lambda: preview.number != seen), _PATIENCE)
            self.finish({"number": preview.number})

    made = Application()
    made.add_handlers(_HOSTS, [("/", Page), ("/news", News)])
    return made
