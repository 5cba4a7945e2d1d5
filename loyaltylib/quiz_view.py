"""How quiz items look without a widget: question, options in the learner's order, and how to type the answer."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

from .messages import tell

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from .quiz import Item, Option


def how_to_type(item: Item, lang: str) -> str:
    """Return the sentence that says how an answer to this kind of item is typed."""
    match item.kind:
        case "single":
            return tell(lang, "Type one id between the quotes.")
        case "multiple":
            return tell(lang, "Type every id that fits between the brackets, each in quotes, with commas between them.")
        case "truefalse":
            return tell(lang, "Type True or False in place of None.")
        case "numeric":
            return tell(lang, "Type the number in place of None, without quotes or unit.")
        case "ordering":
            return tell(
                lang, "Type all ids between the brackets in your order, each in quotes, with commas between them."
            )
        case "matching":
            return tell(lang, "Type pairs between the braces: an id of the left, a colon, an id of the right.")


def form(item: Item, lang: str) -> str:
    """Return the line of the answer cell with the places to fill in; never a real id, which could be read as a tip."""
    word = tell(lang, "id")
    filled = {
        "single": f'"{word}"',
        "multiple": f'["{word}", "{word}"]',
        "truefalse": "True",
        "numeric": "0",
        "ordering": "[" + ", ".join([f'"{word}"'] * len(item.options)) + "]",
        "matching": "{" + ", ".join([f'"{word}": "{word}"'] * len(item.left)) + "}",
    }[item.kind]
    if item.kind == "truefalse":
        return f'"{item.name}": True, / "{item.name}": False,'
    return f'"{item.name}": {filled},'


def remarks(item: Item, lang: str) -> list[str]:
    """Return what is said beside an item: how a multiple choice is scored, or a number's unit and decimals."""
    if item.kind == "multiple":
        return [tell(lang, "Score: (right ones chosen − wrong ones chosen) ÷ right ones, never below 0.")]
    if item.kind == "numeric" and item.unit:
        return [tell(lang, "Unit: {unit}. Decimals: {decimals}.", unit=item.unit[lang], decimals=item.decimals)]
    return []


def _listed(options: Iterable[Option], lang: str) -> str:
    rows = "".join(f"<li><code>{escape(each.id)}</code>&ensp;{escape(each.text[lang])}</li>" for each in options)
    return f'<ul style="list-style:none;padding-left:1em">{rows}</ul>'


def item_html(item: Item, learner: str, lang: str, *, number: int = 0, typed: bool = True) -> str:
    """Return one item as HTML without script; `typed` adds how the answer is typed into the answer cell."""
    head = f"{number}. " if number else ""
    parts = [f"<p><b>{head}{escape(item.stem[lang])}</b></p>"]
    if item.left:
        parts.append(_listed(item.left, lang))
        parts.append(f"<p>{escape(tell(lang, 'to be matched with'))}</p>")
    if item.options:
        parts.append(_listed(item.shuffled(learner), lang))
    said = [escape(remark) for remark in remarks(item, lang)]
    if typed:
        said.append(f"{escape(how_to_type(item, lang))} <code>{escape(form(item, lang))}</code>")
    parts += [f"<p><small>{line}</small></p>" for line in said]
    return f'<div class="loyalty-item">{"".join(parts)}</div>'


def item_text(item: Item, learner: str, lang: str, *, number: int = 0, typed: bool = True) -> str:
    """Return one item as plain text, for front ends that show nothing else."""
    head = f"{number}. " if number else ""
    lines = [f"{head}{item.stem[lang]}"]
    lines += [f"   {each.id}: {each.text[lang]}" for each in item.left]
    lines += [tell(lang, "to be matched with")] if item.left else []
    lines += [f"   {each.id}: {each.text[lang]}" for each in item.shuffled(learner)]
    lines += remarks(item, lang)
    if typed:
        lines.append(f"{how_to_type(item, lang)} {form(item, lang)}")
    return "\n".join(lines)


def bundle(items: Sequence[Item], learner: str, lang: str) -> dict[str, str]:
    """Return the items of a marked exercise as a mime bundle of HTML and plain text."""
    numbered = list(enumerate(items, 1))
    return {
        "text/html": "".join(item_html(item, learner, lang, number=number) for number, item in numbered),
        "text/plain": "\n\n".join(item_text(item, learner, lang, number=number) for number, item in numbered),
    }
