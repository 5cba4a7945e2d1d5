"""What two submissions share, side by side on a page for each pair, and a list of them: for a person to judge."""

from __future__ import annotations

import shutil
from functools import partial
from typing import TYPE_CHECKING, Any

from loyaltylib import formats
from loyaltylib.files import write_whole
from loyaltylib.messages import LANGUAGES, language_tag

from . import titles
from .messages import tell

if TYPE_CHECKING:
    from pathlib import Path

    from .similar import Similar
    from .similar_pairs import Pair


def write_pages(root: Path, found: Similar, lang: str) -> Path:
    """Write the pages of a chapter in every language, in place of those from before; return the list in `lang`."""
    from jinja2 import Environment, PackageLoader, StrictUndefined

    folder = root / "similar" / found.stem
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    environment = Environment(
        loader=PackageLoader("autograders"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    for each in LANGUAGES:
        page = environment.get_template("similar.html.j2").render(**_values(found, each))
        write_whole(folder / _file("index", each), page)
        for number, pair in enumerate(found.pairs, 1):
            page = environment.get_template("similar_pair.html.j2").render(**_pair_values(found, number, pair, each))
            write_whole(folder / _file(str(number), each), page)
    return folder / _file("index", lang)


def _file(name: str, lang: str) -> str:
    return f"{name}.{lang}.html"


def _frame(stem: str, name: str, lang: str) -> dict[str, Any]:
    """Return what every page needs."""
    return {
        "lang": language_tag(lang),
        "others": [{"lang": language_tag(each), "file": _file(name, each)} for each in LANGUAGES if each != lang],
        "say": partial(tell, lang),
        "chapter": titles.of_chapter(stem, lang),
    }


def _values(found: Similar, lang: str) -> dict[str, Any]:
    return _frame(found.stem, "index", lang) | {
        "submissions": found.submissions,
        "compared": found.compared,
        "most_have": found.most_have,
        "unread": found.unread,
        "rows": [
            {
                "number": number,
                "file": _file(str(number), lang),
                "names": [str(pair.first), str(pair.second)],
                "left": f"{pair.left:.0f}",
                "share": formats.percent(pair.share, lang, 0),
                "cells": [titles.of_cell(first.cell, lang) for first, _ in pair.parts],
                "same_id": pair.same_id,
            }
            for number, pair in enumerate(found.pairs, 1)
        ],
    }


def _pair_values(found: Similar, number: int, pair: Pair, lang: str) -> dict[str, Any]:
    return _frame(found.stem, str(number), lang) | {
        "index": _file("index", lang),
        "names": [str(pair.first), str(pair.second)],
        "left": f"{pair.left:.0f}",
        "share": formats.percent(pair.share, lang, 0),
        "same_id": pair.same_id,
        "parts": [
            {
                "title": titles.of_cell(first.cell, lang),
                "sides": [
                    {"name": str(who), "cell": side.cell, "segments": side.segments}
                    for who, side in ((pair.first, first), (pair.second, second))
                ],
            }
            for first, second in pair.parts
        ],
    }
