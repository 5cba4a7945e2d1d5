"""The look of all pictures: colours, fonts with Chinese, sizes for a room, and a figure as bytes.

Safe for the colour-blind and readable from the back of a room. Text is set in DejaVu Sans and, where that has
no glyph, in the font the kit brings along (`loyaltylib.fonts`).
"""

from __future__ import annotations

import io
from contextlib import contextmanager
from functools import cache, lru_cache
from typing import TYPE_CHECKING, Any

from .errors import DataError
from .messages import language_tag

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

# From the lowest tier to the highest. Okabe and Ito's palette, with greys for those outside the customer base:
# neighbours differ in lightness too, so the order survives every kind of colour blindness and a grey print.
COLOURS: Mapping[str, str] = {
    "lost": "#7f7f7f",
    "onlooker": "#cfcfcf",
    "at_risk": "#d55e00",
    "new": "#f0c84b",
    "inactive": "#cc79a7",
    "regular": "#7cc4ee",
    "core": "#0072b2",
    "advocate": "#003a5c",
}
_SVG_DPI = 72  # an SVG counts in points
UP, DOWN, INK, QUIET = "#0072b2", "#d55e00", "#222222", "#666666"


def families() -> tuple[str, ...]:
    """Register the kit's font where it is not yet known and return the font families in the order they are asked.

    Not once and for all: matplotlib's list of fonts outlives an installation, and may be made anew in a session.
    """
    from matplotlib.font_manager import fontManager

    from .fonts import FAMILY, FONT

    if all(font.fname != str(FONT) for font in fontManager.ttflist):
        fontManager.addfont(FONT)
    return ("DejaVu Sans", FAMILY)


def everywhere() -> None:
    """Let whatever is drawn from now on have Chinese too: else each letter is a box, and a warning on stderr."""
    import matplotlib as mpl

    mpl.rcParams["font.family"] = list(families())


@contextmanager
def style() -> Iterator[None]:
    """Draw in the kit's look inside this context; what was set before comes back after it."""
    import matplotlib as mpl

    look: dict[Any, Any] = {
        "font.family": list(families()),
        "font.size": 13,
        "axes.titlesize": 16,
        "axes.titlelocation": "left",
        "axes.titlepad": 10,
        "axes.spines.top": False,
        "axes.spines.right": False,
        "axes.edgecolor": "#999999",
        "text.color": INK,
        "axes.labelcolor": QUIET,
        "axes.titlecolor": INK,
        "xtick.color": INK,
        "ytick.color": INK,
        "figure.facecolor": "white",
        "figure.dpi": 100,
        "hatch.linewidth": 0.7,
    }
    with mpl.rc_context(look):
        yield


def fix_tick_font(axes: Axes) -> None:
    """Give the tick labels their font now: they are made when drawn, and then the style is no longer in force."""
    axes.tick_params(labelfontfamily=list(families()), length=0)


def blank(width: float, height: float, *, fitted: bool = True) -> Figure:
    """Return an empty figure, in inches, without pyplot's bookkeeping.

    `fitted` lets matplotlib make room for the labels at each drawing, which costs more than the drawing itself;
    a picture that is redrawn while someone drags a slider sets its margins once instead.
    """
    from matplotlib.figure import Figure

    return Figure(figsize=(width, height), layout="constrained" if fitted else None)


def png(figure: Figure) -> bytes:
    """Return a figure as a PNG of its full size; the same picture gives the same bytes.

    Packed lightly: it travels within one machine, and packing it well takes as long as drawing it.
    """
    from matplotlib.backends.backend_agg import FigureCanvasAgg

    out = io.BytesIO()
    canvas: Any = FigureCanvasAgg(figure)
    canvas.print_png(out, metadata={"Software": ""}, pil_kwargs={"compress_level": 2})
    return out.getvalue()


def svg(figure: Figure, lang: str) -> str:
    """Return a figure as an SVG whose letters are the browser's own: sharp on any wall, and a third of a PNG's work."""
    import matplotlib as mpl
    from matplotlib.backends.backend_mixed import MixedModeRenderer

    out = io.StringIO()
    width, height = figure.get_size_inches()
    salt = figure.get_label() or "loyalty"
    dpi = figure.dpi
    with mpl.rc_context({"svg.fonttype": "none", "svg.hashsalt": salt}):
        kept_out = dict.fromkeys(("Date", "Creator", "Format", "Type"))
        try:
            figure.dpi = _SVG_DPI
            inner = _renderer()(width * _SVG_DPI, height * _SVG_DPI, out, image_dpi=dpi, metadata=kept_out)
            mixed: Any = MixedModeRenderer  # has no types
            renderer = mixed(figure, width, height, dpi, inner)
            figure.draw(renderer)
            renderer.finalize()
        finally:
            figure.dpi = dpi
    # A machine without our fonts takes its own sans serif; without a language Chinese may come in Japanese forms.
    named = ", ".join(f"'{name}'" for name in families())
    made = out.getvalue().replace(f"font-family: {named}", f"font-family: {named}, sans-serif")
    return made[made.index("<svg ") :].replace("<svg ", f'<svg xml:lang="{language_tag(lang)}" ', 1)


@cache
def _renderer() -> type[Any]:
    """Return matplotlib's renderer of SVG, with a memory for how wide a text is: half of its work."""
    from matplotlib.backends.backend_svg import RendererSVG
    from matplotlib.textpath import text_to_path

    @lru_cache(maxsize=4096)
    def measured(text: str, prop: Any, ismath: Any) -> Any:
        return text_to_path.get_text_width_height_descent(text, prop, ismath)

    class Renderer(RendererSVG):
        def get_text_width_height_descent(self, s: str, prop: Any, ismath: Any) -> Any:
            return measured(s, prop.copy(), ismath)

    return Renderer


def columns(frame: Any, *names: str) -> list[list[Any]]:
    """Return columns of a frame of any kind as lists."""
    import narwhals.stable.v2 as nw

    table = nw.from_native(frame)
    if isinstance(table, nw.LazyFrame):
        table = table.collect()
    for name in names:
        if name not in table.columns:
            raise DataError(f"it is missing; there are {', '.join(table.columns)}", table="figure", column=name)
    return [table[name].to_list() for name in names]
