"""A practice item as a widget: answer, press Check, and see at once why what you chose is right or not.

Every kind is answered the same way and by keyboard alone: a choice that a key passes over is not yet the answer.

The widget only collects an answer; reading and marking it is `loyaltylib.quiz`'s. Where there is no live
kernel the question and its options are shown instead (`text/html` beside the widget's view).
"""

from __future__ import annotations

from collections.abc import Callable
from html import escape
from string import ascii_uppercase
from typing import TYPE_CHECKING, Any

from . import concepts
from .answers import is_untouched
from .learner import is_marking
from .messages import tell
from .quiz_view import item_html, item_text, remarks

if TYPE_CHECKING:
    from .quiz import Item, Marked, Note

Widget = Any  # ipywidgets has no types
_WIDE = {"width": "auto"}
# A widget's label is one line that is cut off; an option may be a sentence.
_WRAP = """<style>
.loyalty-practice label {white-space: normal; overflow: visible; height: auto; display: flex; align-items: flex-start}
.loyalty-practice .widget-radio-box label {flex-direction: row-reverse; justify-content: flex-end}
.loyalty-practice .widget-checkbox, .loyalty-practice .widget-toggle-buttons {height: auto; flex-wrap: wrap}
</style>"""
_WHOLE_NAME = {"description_width": "initial"}
_NARROW = {"flex": "0 0 3em", "width": "3em"}


def feedback(item: Item, raw: object, lang: str) -> str:
    """Return, as HTML, what a learner is told about an answer: the why of everything chosen, and what to read again."""
    if is_untouched(raw):
        return _paragraph(tell(lang, "Choose an answer first."))
    reading = item.read(raw)
    if not reading.accepted:
        return _paragraph(reading.hint(lang))
    marked = item.mark(reading.value)
    verdict = "✓ " + tell(lang, "Right.") if marked.passed else "△ " + tell(lang, "Not yet.")
    parts = [_paragraph(verdict, strong=True)]
    parts += [_paragraph(line) for line in _score(item, marked, lang)]
    parts += [_paragraph(_said(item, note, reading.value, at, lang)) for at, note in enumerate(marked.notes)]
    if item.concept and not marked.passed:
        parts.append(_paragraph(_again(item, lang)))
    return "".join(parts)


def _score(item: Item, marked: Marked, lang: str) -> list[str]:
    """Return what is said of a multiple choice that is not all right: the score, and how many are still to be found."""
    if item.kind != "multiple" or marked.passed:
        return []
    missing = len(item.right_answer) - sum(note.right for note in marked.notes)
    share = format(marked.share, ".2f").rstrip("0").rstrip(".")
    left = [tell(lang, "Right ones not chosen yet: {number}.", number=missing)] if missing else []
    return [tell(lang, "Score: {share} of 1.", share=share), *left]


def _said(item: Item, note: Note, value: Any, at: int, lang: str) -> str:
    sign = "✓" if note.right else "✗"
    if not note.option:
        return f"{sign} {note.why[lang]}"
    chosen = item.option(note.option).text[lang]
    if item.kind == "matching":
        chosen = f"{item.option(list(value)[at]).text[lang]} → {chosen}"
    return tell(lang, "{sign} {chosen}: {why}", sign=sign, chosen=chosen.rstrip(".。"), why=note.why[lang])


def _again(item: Item, lang: str) -> str:
    concept = concepts.get(item.concept)
    term = concept.zh if lang == "zh" else concept.en
    return tell(lang, "Read again: {term}. {definition}", term=term, definition=concept.definition(lang))


def _paragraph(text: str, *, strong: bool = False) -> str:
    return f'<p style="margin:0.2em 0">{"<b>" if strong else ""}{escape(text)}{"</b>" if strong else ""}</p>'


def bundle(item: Item, learner: str, lang: str) -> dict[str, Any]:
    """Return a practice item as a mime bundle: the widget's view, and the question for places without a kernel.

    While a notebook is marked nobody is there to answer, and the question alone is shown.
    """
    return {
        **({} if is_marking() else build(item, learner, lang)._repr_mimebundle_()),  # the protocol's own name
        "text/plain": item_text(item, learner, lang, typed=False),
        "text/html": item_html(item, learner, lang, typed=False),
    }


def build(item: Item, learner: str, lang: str) -> Widget:
    """Return the widget of a practice item: question, a control for its kind, and a place for the feedback."""
    import ipywidgets as w  # only where a widget is shown

    reply = w.HTML()
    control, answer = _CONTROLS[item.kind](item, learner, lang)
    check = w.Button(description=tell(lang, "Check"))

    def show(_: object) -> None:
        reply.value = feedback(item, answer(), lang)

    check.on_click(show)
    stem = w.HTML(f"<p><b>{escape(item.stem[lang])}</b></p>")
    said = w.HTML("".join(f"<p><small>{escape(remark)}</small></p>" for remark in remarks(item, lang)))
    box = w.VBox([w.HTML(_WRAP), stem, control, said, check, reply])
    box.add_class("loyalty-practice")
    return box


Control = tuple[Widget, Callable[[], Any]]  # the widget, and how to get the answer


def _single(item: Item, learner: str, lang: str) -> Control:
    import ipywidgets as w

    choices = [(option.text[lang], option.id) for option in item.shuffled(learner)]
    radio = w.RadioButtons(options=choices, value=None, layout=_WIDE)
    return radio, lambda: radio.value


def _truefalse(item: Item, learner: str, lang: str) -> Control:
    import ipywidgets as w

    del item, learner
    radio = w.RadioButtons(options=[(tell(lang, "true"), True), (tell(lang, "false"), False)], value=None, layout=_WIDE)
    return radio, lambda: radio.value


def _multiple(item: Item, learner: str, lang: str) -> Control:
    import ipywidgets as w

    boxes = {
        option.id: w.Checkbox(description=option.text[lang], indent=False, layout=_WIDE)
        for option in item.shuffled(learner)
    }
    return w.VBox(list(boxes.values())), lambda: [name for name, box in boxes.items() if box.value]


def _numeric(item: Item, learner: str, lang: str) -> Control:
    import ipywidgets as w

    del learner
    name = tell(lang, "Answer ({unit}):", unit=item.unit[lang]) if item.unit else tell(lang, "Answer:")
    text = w.Text(description=name, style=_WHOLE_NAME, layout={"width": "max-content"})

    def answer() -> object:
        typed = text.value.strip()
        try:
            return float(typed) if typed.isascii() else typed
        except ValueError:
            return typed

    return text, answer


def _ordering(item: Item, learner: str, lang: str) -> Control:
    import ipywidgets as w

    order = [option.id for option in item.shuffled(learner)]

    def move(at: int, step: int) -> None:
        order[at], order[at + step] = order[at + step], order[at]
        name()

    def row(at: int) -> Widget:
        up = w.Button(description="▲", layout=_NARROW, disabled=at == 0)
        down = w.Button(description="▼", layout=_NARROW, disabled=at == len(order) - 1)
        up.on_click(lambda _: move(at, -1))
        down.on_click(lambda _: move(at, 1))
        return w.HBox([up, down, w.HTML()])

    rows = [row(at) for at in range(len(order))]
    upwards, downwards = tell(lang, "up"), tell(lang, "down")

    def name() -> None:
        # The buttons stay where they are: one that is made anew would lose the keyboard.
        for at, (up, down, words) in enumerate(each.children for each in rows):
            text = item.option(order[at]).text[lang]
            words.value = escape(f"{at + 1}. {text}")
            up.tooltip, down.tooltip = f"{upwards}: {text}", f"{downwards}: {text}"

    name()
    return w.VBox(rows), lambda: list(order)


def _matching(item: Item, learner: str, lang: str) -> Control:
    """Return the right side with letters, and for each thing on the left a button for each letter.

    A menu would be shorter, but JupyterLab takes the keys that a menu is chosen from for its own shortcuts.
    """
    import ipywidgets as w

    right = dict(zip(ascii_uppercase, item.shuffled(learner), strict=False))
    listed = w.HTML("".join(_paragraph(f"{letter}. {option.text[lang]}") for letter, option in right.items()))
    rows = {
        thing.id: w.ToggleButtons(
            options=[(letter, option.id) for letter, option in right.items()],
            value=None,
            tooltips=[option.text[lang] for option in right.values()],
            description=thing.text[lang],
            style=_WHOLE_NAME | {"button_width": "3em"},
            layout=_WIDE,
        )
        for thing in item.left
    }
    return w.VBox([listed, *rows.values()]), lambda: {name: row.value or "" for name, row in rows.items()}


_CONTROLS: dict[str, Callable[[Item, str, str], Control]] = {
    "single": _single,
    "multiple": _multiple,
    "truefalse": _truefalse,
    "numeric": _numeric,
    "ordering": _ordering,
    "matching": _matching,
}
