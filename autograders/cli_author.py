"""The author's commands of `loyalty`: a new chapter, and a look at it while it is written."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from loyaltylib.console import language
from loyaltylib.messages import LANGUAGES

from .cli_parts import command, option, showing
from .messages import N_, tell

if TYPE_CHECKING:
    from loyaltylib.console import Command


@command("new-chapter", N_("Write every file of a new chapter, ready to build, with TODO where its text goes."))
@click.argument("stem", metavar="STEM")
@option("--title-en", default="", help_text=N_("The chapter's title in English; default: the stem."))
@option("--title-zh", default="", help_text=N_("The chapter's title in Chinese."))
def new_chapter_command(stem: str, title_en: str, title_zh: str) -> None:
    """See the command's help."""
    from . import build
    from .new_chapter import new_chapter, open_places

    lang, root = language(), build.course_folder().parent
    with showing(tell(lang, "Writing the chapter")):
        written = new_chapter(root, stem, title_en, title_zh, lang)
    for path in written:
        click.echo(str(path.relative_to(root)))
    click.echo(tell(lang, "{number} lines say TODO: there its author writes.", number=len(open_places(root, stem))))
    click.echo(tell(lang, "Next: loyalty build, then loyalty preview {stem}", stem=stem))


@command("preview", N_("Show a chapter in the browser as learners will see it, built anew at every save."))
@click.argument("stem", metavar="STEM")
@option("--lang", type=click.Choice(LANGUAGES), help_text=N_("The notebook's language; default: the command's."))
@option("--port", type=int, help_text=N_("Port of the server."))
@option("--browser/--no-browser", default=True, help_text=N_("Whether to open a browser."))
@option("--once", is_flag=True, help_text=N_("Build once, say what is wrong and what is left to write, and leave."))
@click.pass_context
def preview_command(  # noqa: PLR0913 - the command's own options
    ctx: click.Context, stem: str, lang: str | None, port: int | None, *, browser: bool, once: bool
) -> None:
    """See the command's help."""
    from . import build
    from .preview import PORT, Preview, report, serve

    preview = Preview(build.course_folder(), stem, lang or language())
    if once:
        good = preview.build()
        click.echo(report(preview), err=not good)
        for place in preview.open if good else ():
            click.echo(f"{place.path.relative_to(preview.course.parent)}:{place.line}: {place.text}")
        ctx.exit(0 if good else 1)
    serve(preview, PORT if port is None else port, browser=browser, say=click.echo)


COMMANDS: list[Command] = [new_chapter_command, preview_command]
