"""Messages in the reader's language, from gettext catalogues.

The English text is the message's id; `locale/<lang>/LC_MESSAGES/<package>*.po` beside a package hold its
translations, one file for what is common and one for each chapter that has messages of its own. They are read as they
are, so there is no compiled file that could go stale.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

LANGUAGES = ("en", "zh")


def language_or_default(asked: str) -> str:
    """Return the language that was asked for where there is one of that name, else the first."""
    return asked if asked in LANGUAGES else LANGUAGES[0]


def language_tag(lang: str) -> str:
    """Return a language's name for a browser, which chooses the forms of Chinese signs by it (BCP 47)."""
    return "zh-Hans" if lang == "zh" else lang


def N_(message: str) -> str:  # noqa: N802 - gettext's own name for it, which extractors know
    """Mark a text for the catalogue where it is written down before the reader's language is known."""
    return message


@cache
def _translations(folder: Path, domain: str, lang: str) -> dict[str, str]:
    """Read a package's catalogues: message id -> text. English is the id itself and has none."""
    if lang == "en":
        return {}
    from babel.messages.pofile import read_po

    found: dict[str, str] = {}
    for path in sorted((folder / "locale" / lang / "LC_MESSAGES").glob(f"{domain}*.po")):
        with path.open("rb") as file:
            found |= {str(m.id): str(m.string) for m in read_po(file) if m.id and m.string}
    return found


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
