"""What was chosen in a quiz item, as plain labels that can be counted; from a record, also from an older one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from loyaltylib.errors import UnknownName
from loyaltylib.quiz import Option

if TYPE_CHECKING:
    from loyaltylib.quiz import Item

    from .verdict import Probe

ARROW = " → "  # between the two sides of a pair
THEN = " < "  # between the places of an order


def choice(item: Item, probe: Probe) -> Any:
    """Return the answer that was given, or None where the record does not tell.

    A record from before `chosen` was kept tells of right answers, and of an option by its why.
    """
    if probe.chosen is not None:
        return probe.chosen
    if probe.passed:
        return item.right_answer
    if item.kind == "single":
        return next((o.id for o in item.options if o.why and dict(o.why) in [dict(t) for t in probe.texts]), None)
    if item.kind == "truefalse" and probe.texts:
        return not item.key
    return None


def labels(item: Item, answer: Any) -> set[str]:  # noqa: PLR0911  # one return a kind
    """Return an answer as the labels it is counted under: one for each thing chosen, none for no answer."""
    if answer is None:
        return set()
    match item.kind:
        case "multiple":
            return {str(one) for one in answer}
        case "ordering":
            return {THEN.join(map(str, answer))}
        case "matching":
            return {f"{left}{ARROW}{right}" for left, right in answer.items()}
        case "truefalse":
            return {str(bool(answer)).lower()}
        case "numeric":
            return {f"{answer:g}"}
    return {str(answer)}


def offered(item: Item) -> dict[str, bool]:
    """Return the labels that stand in an item's table even if nobody chose them, and whether each is right."""
    right = labels(item, item.right_answer)
    if item.kind in ("single", "multiple"):
        return {option.id: option.id in right for option in item.options}
    if item.kind == "truefalse":
        return {one: one in right for one in ("true", "false")}
    return dict.fromkeys(sorted(right), True)


def said(item: Item, label: str, lang: str) -> str:
    """Return a label as a person reads it."""
    if item.kind == "truefalse":
        return {"en": {"true": "True", "false": "False"}, "zh": {"true": "对", "false": "错"}}[lang][label]
    if item.kind == "numeric":
        return f"{label} {item.unit[lang]}" if item.unit else label
    for separator, shown in ((ARROW, ARROW), (THEN, " → ")):
        if item.kind in ("matching", "ordering") and separator in label:
            return shown.join(_option(item, one, lang) for one in label.split(separator))
    return _option(item, label, lang)


def _option(item: Item, option_id: str, lang: str) -> str:
    """Return an option's text; the id of one that a correction has taken out of the quiz since."""
    try:
        return item.option(option_id).text[lang]
    except UnknownName:
        return option_id


def wrong_options(item: Item, probe: Probe) -> list[Option]:
    """Return the wrong options that were chosen in an item of single or multiple choice, or the wrong truth."""
    answer = choice(item, probe)
    if answer is None:
        return []
    if item.kind == "truefalse":
        label = str(bool(answer)).lower()
        text = {lang: said(item, label, lang) for lang in ("en", "zh")}
        return [Option(label, text, right=False, why=item.why.get(label))]
    if item.kind not in ("single", "multiple"):
        return []
    chosen = labels(item, answer)
    return [option for option in item.options if option.id in chosen and not option.right]
