"""What can be said of a figure without judging it: whether it is one, whether it is blank, which words it lacks.

matplotlib is never imported here: who has drawn something has imported it.
"""

from __future__ import annotations

from html import escape
from typing import Any

from .messages import N_

WORDS = {  # how an axes is asked for each, and what it is called
    "get_title": N_("a title"),
    "get_xlabel": N_("a label on the x axis"),
    "get_ylabel": N_("a label on the y axis"),
}


def axes_of(raw: object) -> Any | None:
    """Return the axes of an answer: itself, or the first one of a figure; None where it is neither."""
    kind = type(raw)
    if kind.__module__.partition(".")[0] != "matplotlib":
        return None
    if hasattr(kind, "savefig"):
        return next(iter(raw.get_axes()), None)  # type: ignore[attr-defined]
    return raw if hasattr(kind, "get_xlabel") else None


def is_blank(raw: object) -> bool:
    """Return whether an answer is a figure or an axes in which nothing is drawn and nothing is written yet."""
    axes = axes_of(raw)
    if axes is None:
        return hasattr(type(raw), "savefig")
    return not axes.has_data() and len(unnamed(axes)) == len(WORDS)


def unnamed(axes: Any) -> list[str]:
    """Return which words an axes still lacks, as message ids."""
    return [word for ask, word in WORDS.items() if not str(getattr(axes, ask)()).strip()]


def describe(figure: Any) -> str:
    """Return the alternative text of a figure: its own label, else the words that stand in it."""
    own = str(figure.get_label()).strip()
    if own:
        return own
    words = [str(getattr(axes, ask)()).strip() for axes in figure.get_axes() for ask in WORDS]
    return " · ".join(word for word in words if word)


def bundle(png: str, alt: str) -> tuple[dict[str, str], dict[str, Any]]:
    """Return a picture with its alternative text as mime bundle and metadata.

    png    in base64

    JupyterLab, and the page it exports, show a bare PNG without its alternative text; they show HTML first. Feedback
    and Formgrader take the PNG.
    """
    shown = f'<img src="data:image/png;base64,{png}" alt="{escape(alt)}" style="max-width: 100%">'
    return {"text/plain": alt, "text/html": shown, "image/png": png}, {"image/png": {"alt": alt}}
