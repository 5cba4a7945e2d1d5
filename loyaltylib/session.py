"""The edge to IPython: display, names and events of the notebook; every part also works in plain Python."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

from . import drawn, fullwidth, look
from .errors import LoyaltyError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

_watching: list[tuple[str, Callable[..., None]]] = []  # what is registered, so that starting again replaces it


def shell() -> Any:
    """Return IPython's shell, or None in plain Python."""
    if "IPython" not in sys.modules:
        return None
    from IPython import get_ipython  # only where it runs already

    return get_ipython()


def namespace_of(given: Mapping[str, Any] | None) -> Mapping[str, Any]:
    """Return where the answers are: the given names, the notebook's, or those of `__main__`."""
    if given is not None:
        return given
    running = shell()
    names: Mapping[str, Any] = running.user_ns if running else vars(sys.modules["__main__"])
    return names


def show(bundle: Mapping[str, Any]) -> None:
    """Display a mime bundle; its plain text in plain Python."""
    if shell() is None:
        print(bundle["text/plain"])  # noqa: T201
        return
    from IPython.display import display

    display(dict(bundle), raw=True)


class Display:
    """One place in the notebook that is shown once and brought up to date from any later cell."""

    def __init__(self, display_id: str) -> None:
        self._id = display_id

    def show(self, thing: Any) -> None:
        """Show a thing that has a `_repr_mimebundle_`."""
        bundle = thing._repr_mimebundle_()  # the protocol's own name
        if shell() is None:
            print(bundle["text/plain"])  # noqa: T201
            return
        from IPython.display import display

        display(bundle, raw=True, display_id=self._id)

    def update(self, thing: Any) -> None:
        """Show it again in the same place; plain Python has no such place."""
        if shell() is None:
            return
        from IPython.display import update_display

        update_display(thing._repr_mimebundle_(), raw=True, display_id=self._id)


def watch(ran: Callable[[str | None, str], None], after: Callable[[str | None, bool], None], lang: str) -> None:
    """Call `ran(cell_id, source)` before and `after(cell_id, failed)` after each cell; hint at full-width characters.

    An error of this kit is shown as its sentence, without a stack. Watching again replaces what watched before.
    """
    running = shell()
    if running is None:
        return
    for event, callback in _watching:
        running.events.unregister(event, callback)
    _watching.clear()

    def before_cell(info: Any) -> None:
        ran(info.cell_id, info.raw_cell)

    def after_cell(result: Any) -> None:
        if isinstance(result.error_before_exec, SyntaxError):
            said = fullwidth.hint(result.info.raw_cell, lang)
            if said:
                print(said)  # noqa: T201
        after(result.info.cell_id, not result.success)

    look.everywhere()
    # Every figure with its alternative text; by name, so that matplotlib is not loaded before the notebook does.
    running.display_formatter.mimebundle_formatter.for_type_by_name("matplotlib.figure", "Figure", _shown_figure)
    for event, callback in (("pre_run_cell", before_cell), ("post_run_cell", after_cell)):
        running.events.register(event, callback)
        _watching.append((event, callback))
    running.set_custom_exc((LoyaltyError,), _show_calmly)
    # The last line of an untouched answer cell is `...`: it shows nothing instead of "Ellipsis".
    running.display_formatter.ipython_display_formatter.for_type(type(...), lambda _: None)


def _shown_figure(figure: Any, **_: Any) -> tuple[dict[str, str], dict[str, Any]]:
    """Return a figure with its alternative text in every form that a page may take it in."""
    from IPython.core.pylabtools import print_figure

    png = print_figure(figure, "png", base64=True, bbox_inches="tight")
    return drawn.bundle(png, drawn.describe(figure))


def _show_calmly(running: Any, kind: type[BaseException], error: BaseException, tb: Any, tb_offset: Any = None) -> None:
    """Show an error of this kit as its kind and its sentence."""
    del tb, tb_offset
    running._showtraceback(kind, error, [f"{kind.__name__}: {error}"])  # noqa: SLF001  # what IPython itself calls
