"""`loyalty try`: a sales list of one's own to one page, on this machine."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, cast

import click

from .console import Command, Option, language
from .messages import LANGUAGES, N_, tell

if TYPE_CHECKING:
    from datetime import date, datetime

    from .own_cells import DayOrder


@click.command(
    "try",
    cls=Command,
    help=N_(
        "Look at your own company: from a sales list to one HTML page.\n\n"
        "SALES is a workbook (.xlsx) or a CSV file with a row for each purchase: customer, date, amount, and where "
        "there is one the order number, the cost and the product. Nothing leaves this computer."
    ),
)
@click.argument("sales", metavar="SALES", type=click.Path(dir_okay=False, exists=True, path_type=Path))
@click.option(
    "--to",
    "page",
    cls=Option,
    type=click.Path(dir_okay=False, path_type=Path),
    help=N_("The page to write; default: beside the list, its name with -loyalty.html."),
)
@click.option("--sheet", cls=Option, help=N_("The workbook's sheet."))
@click.option("--customer", cls=Option, metavar="COLUMN", help=N_("The column of the customer: its heading or number."))
@click.option("--date", cls=Option, metavar="COLUMN", help=N_("The column of the day of purchase."))
@click.option("--amount", cls=Option, metavar="COLUMN", help=N_("The column of what was paid."))
@click.option("--order", cls=Option, metavar="COLUMN", help=N_("The column of the order number, for returns."))
@click.option("--cost", cls=Option, metavar="COLUMN", help=N_("The column of what the goods cost you."))
@click.option("--profit", cls=Option, metavar="COLUMN", help=N_("The column of the profit, instead of the cost."))
@click.option("--product", cls=Option, metavar="COLUMN", help=N_("The column of the product line."))
@click.option(
    "--dates",
    cls=Option,
    type=click.Choice(["dmy", "mdy"]),
    help=N_("Whether 03/05/2023 has the day first (dmy) or the month (mdy)."),
)
@click.option(
    "--as-of",
    cls=Option,
    type=click.DateTime(["%Y-%m-%d"]),
    help=N_("The day the figures are for; default: the last day of the list."),
)
@click.option("--show-ids", cls=Option, is_flag=True, help=N_("Name customers on the page as the list does."))
@click.option("--yes", cls=Option, is_flag=True, help=N_("Ask nothing: take the guess, leave out what cannot be used."))
@click.option("--lang", cls=Option, type=click.Choice(LANGUAGES), help=N_("The page's language."))
def try_command(  # noqa: PLR0913, PLR0917 - the command's own options
    sales: Path,
    page: Path | None,
    sheet: str | None,
    dates: str | None,
    as_of: datetime | None,
    lang: str | None,
    *,
    show_ids: bool,
    yes: bool,
    **columns: str | None,
) -> None:
    """See the command's help."""
    from .own_figures import compute
    from .own_files import open_sheets
    from .own_page import write_page
    from .own_sales import read_sales
    from .own_wizard import choose_columns, choose_sheet, go_on

    reader = language()
    chosen = choose_sheet(open_sheets(sales, reader), sheet)
    given = {role: head for role, head in columns.items() if head}
    found = choose_columns(chosen, given, yes=yes)
    click.echo(tell(reader, "Reading the list ..."), err=True)
    read = read_sales(chosen, found, reader, cast("DayOrder | None", dates))
    go_on(read, yes=yes)
    click.echo(tell(reader, "Computing ..."), err=True)
    shown = lang or reader
    day: date | None = as_of.date() if as_of else None
    to = page or sales.with_name(f"{sales.stem}-loyalty.html")
    written = write_page(read, compute(read.tables, shown, day), to, shown, show_ids=show_ids)
    click.echo(tell(reader, "The page is {path}; open it in a browser. Nothing was sent anywhere.", path=written))
