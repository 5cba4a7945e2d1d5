"""Messages in the reader's language, from gettext catalogues.

The English text is the message's id; `locale/<lang>/LC_MESSAGES/<package>.po` beside a package holds
its translations and is read as it is, so there is no compiled file that could go stale.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

LANGUAGES = ("en", "zh")


def N_(message: str) -> str:  # noqa: N802 - gettext's own name for it, which extractors know
    """Mark a text for the catalogue where it is written down before the reader's language is known."""
    return message


@cache
def _translations(folder: Path, domain: str, lang: str) -> dict[str, str]:
    """Read one catalogue: message id -> text. English is the id itself and has none."""
    if lang == "en":
        return {}
    from babel.messages.pofile import read_po

    path = folder / "locale" / lang / "LC_MESSAGES" / f"{domain}.po"
    with path.open("rb") as file:
        return {str(m.id): str(m.string) for m in read_po(file) if m.id and m.string}


def catalogue(package_file: str, domain: str) -> Callable[..., str]:
    """Return `tell(lang, message, **values)` for the package whose `__file__` is given.

    `tell` looks the English message up in the language's catalogue and fills in `{named}` values. A
    message without a translation stays English; a test proves that there is none.
    """
    folder = Path(package_file).resolve().parent

    def tell(lang: str, message: str, /, **values: object) -> str:
        text = _translations(folder, domain, lang).get(message, message)
        return text.format(**values) if values else text

    return tell


tell = catalogue(__file__, "loyaltylib")
