"""What a learner typed, read kindly: a number, or the answer to a quiz item.

Reading is not marking. A reading says what was meant and, where the form or the unit is not the one
asked for, carries a `problem`: the English id of a message in loyaltylib's catalogue, with its
`values`; `hint(lang)` is the sentence. The learner's notebook and the checks read answers with the
same functions, so that what is accepted while working is accepted when it is marked.
"""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from .messages import tell

if TYPE_CHECKING:
    from .chapters import Exercise

N_ = str  # marks a message id for extraction; the text is looked up where it is shown

_NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?", re.IGNORECASE)
_THOUSANDS = re.compile(r"(?<=\d),(?=\d{3}(\D|$))")
_SCALES = {"万": 10_000.0, "亿": 100_000_000.0}
_SEPARATORS = re.compile(r"[,、;\s]+")
_TRUE = {"true", "t", "yes", "对", "正确", "是", "真"}
_FALSE = {"false", "f", "no", "错", "错误", "不对", "不正确", "否", "假"}
FRACTION = "fraction"  # how the English unit of a share begins
_HUNDRED = 100  # per cent
_MANY = 10_000  # no decision is longer; looking for doubles in one that is would take for ever
_SHOWN = 40  # characters of a learner's own value that a message repeats


@dataclass(frozen=True)
class Reading:
    """An answer as it was meant: `value` (None where unreadable), and what is wrong with its form."""

    value: Any = None
    problem: str | None = None
    values: dict[str, object] = field(default_factory=dict)

    @property
    def accepted(self) -> bool:
        """Whether form and unit are as asked."""
        return self.problem is None

    def hint(self, lang: str) -> str:
        """Return the problem as a sentence in `lang`; empty where there is none."""
        return tell(lang, self.problem, **self.values) if self.problem else ""


@dataclass(frozen=True)
class NumberReading(Reading):
    """A number as it was meant: `value` is a finite float or None."""

    value: float | None = None


def is_untouched(raw: object) -> bool:
    """Return whether a value is an answer stub: None, Ellipsis, empty text, an empty list or dict, or a dict of stubs.

    >>> is_untouched({"lowest": "", "signs": []}), is_untouched(0), is_untouched(False)
    (True, False, False)
    """
    if raw is None or raw is ...:
        return True
    if type(raw) is dict:
        return all(is_untouched(value) for value in raw.values())
    if isinstance(raw, str):
        return not raw.strip()
    return type(raw) in (list, tuple, set) and not raw


def shown(raw: object, width: int = _SHOWN) -> str:
    """Return a learner's value as a message repeats it: one line, at most `width` characters, never an error."""
    if type(raw) in (list, tuple):
        raw = raw[:width]  # type: ignore[index]  # each takes a character or more: of a million no more is shown
    try:
        text = " ".join(repr(_scalar(raw)).split())
    except Exception:  # noqa: BLE001  # a learner's own __repr__ may raise anything
        text = f"<{type(raw).__name__}>"
    return text if len(text) <= width else text[: width - 1] + "…"


def read_number(raw: object, *, percent: bool = False) -> NumberReading:  # noqa: PLR0911  # one return a form
    """Return the number a learner meant, with a hint where it was typed in another form.

    percent    the unit asked for is per cent, so "90%" is 90; otherwise it is the fraction 0.9

    Python and NumPy numbers are accepted. Text is understood but not accepted ("90%" is 0.9,
    "９０" is 90, "1.2万" is 12000); so are a truth value, NaN, infinity, a pair (from "1,5") and a table.

    >>> read_number(0.25)
    NumberReading(value=0.25, problem=None, values={})
    >>> read_number("90%").value, read_number("90%").hint("en")
    (0.9, 'A share is written as a fraction: 0.9, not 90%.')
    """
    if is_untouched(raw):
        return NumberReading(None, N_("There is no number here yet."))
    if isinstance(raw, str):
        return _number_from_text(raw, percent=percent)
    if isinstance(raw, (tuple, list)) and len(raw) > 1:
        return NumberReading(
            None,
            N_("Python reads {typed} as several numbers. Write one, with a point for decimals and no comma."),
            {"typed": shown(raw)},
        )
    plain = _scalar(raw)
    if isinstance(plain, bool):
        return NumberReading(None, N_("{typed} is not a number."), {"typed": shown(plain)})
    if not isinstance(plain, (int, float, Decimal, Fraction)):
        return NumberReading(
            None, N_("One number is asked for; this is a value of type {kind}."), {"kind": type(raw).__name__}
        )
    try:
        value = float(plain)
    except OverflowError:
        value = math.inf
    if not math.isfinite(value):
        return NumberReading(
            None,
            N_("The result is {typed}, not a number: was something divided by zero, or is a value missing?"),
            {"typed": shown(value)},
        )
    return NumberReading(value)


def _scalar(raw: object) -> object:
    """Return a NumPy scalar, a 0-d array or a missing value of pandas as a plain value, anything else as it is."""
    if type(raw).__name__ in ("NAType", "NaTType"):
        return math.nan
    if type(raw).__module__.partition(".")[0] == "numpy" and getattr(raw, "shape", None) == ():
        return raw.item()  # type: ignore[attr-defined]
    return raw


def _number_from_text(raw: str, *, percent: bool) -> NumberReading:
    text = unicodedata.normalize("NFKC", raw).strip()
    wide = text != raw.strip()
    text = text.replace("\N{MINUS SIGN}", "-")
    scale = 1.0
    signed = text.endswith("%")
    if signed:
        text, scale = text[:-1].strip(), 1.0 if percent else 0.01
    elif text[-1:] in _SCALES:
        text, scale = text[:-1].strip(), _SCALES[text[-1]]
    text = _THOUSANDS.sub("", text)
    if not _NUMBER.fullmatch(text) or not math.isfinite(float(text)):
        return NumberReading(
            None, N_("{typed} is text. Write only the number, without quotes or unit."), {"typed": shown(raw)}
        )
    value = float(Decimal(text) * Decimal(str(scale)))
    values: dict[str, object] = {"number": format(value, ".15g"), "typed": raw.strip()[:_SHOWN]}
    if signed and percent:
        return NumberReading(value, N_("Write only the number: {number}, not {typed}."), values)
    if signed:
        return NumberReading(value, N_("A share is written as a fraction: {number}, not {typed}."), values)
    if scale > 1:
        return NumberReading(value, N_("Write the number out in full: {number}, not {typed}."), values)
    if wide:
        return NumberReading(value, N_("{typed} is in full-width characters. Write {number}, without quotes."), values)
    return NumberReading(value, N_("Write the number without quotes: {number}."), values)


def read_in_unit(raw: object, *, fraction: bool = False, whole: bool = False, percent: bool = False) -> NumberReading:
    """Read a number and check that it can be in the unit asked for, without saying whether it is right.

    fraction    a share between 0 and 1: 37.5 gets the hint that 37.5 % is 0.375
    whole       a count: no decimals, not negative
    percent     per cent, so "90%" means 90
    """
    reading = read_number(raw, percent=percent)
    if reading.value is None or not reading.accepted:
        return reading
    number = format(reading.value, ".15g")
    if fraction and reading.value > _HUNDRED:
        said = N_("A fraction between 0 and 1 is asked for, not {typed}.")
        return NumberReading(reading.value, said, {"typed": number})
    if fraction and reading.value > 1:
        hint = N_("A fraction between 0 and 1 is asked for; if you mean {typed} per cent, write {number}.")
        return NumberReading(reading.value, hint, {"typed": number, "number": format(reading.value / 100, ".6g")})
    if (fraction or whole) and reading.value < 0:
        return NumberReading(reading.value, N_("{typed} is below zero, and this cannot be."), {"typed": number})
    if whole and reading.value != round(reading.value):
        return NumberReading(reading.value, N_("A whole number is asked for, not {typed}."), {"typed": number})
    return reading


def read_exercise(raw: object, exercise: Exercise) -> NumberReading:
    """Read the answer to a number exercise in the unit that its chapter asks for."""
    unit = (exercise.unit or {}).get("en", "")
    return read_in_unit(raw, fraction=unit.startswith(FRACTION), whole=exercise.decimals == 0)


def off_by_hundred(value: float, expected: float, tolerance: float) -> bool:
    """Return whether a number is the expected one in per cent instead of a fraction, or the other way round."""
    return abs(value / 100 - expected) <= tolerance or abs(value * 100 - expected) <= tolerance


def _key(text: object) -> str:
    return unicodedata.normalize("NFKC", str(text)).strip().casefold()


def _match(raw: object, ids: Iterable[str]) -> str | None:
    known = {_key(option): option for option in ids}
    return known.get(_key(raw)) if isinstance(raw, (str, int)) and not isinstance(raw, bool) else None


def _unknown(raw: object, ids: Sequence[str]) -> Reading:
    return Reading(None, N_("{typed} is not one of the ids {ids}."), {"typed": shown(raw), "ids": ", ".join(ids)})


def _listed(raw: object) -> list[object] | None:
    """Return a list, tuple, set or column as a list; text is split at commas, Chinese ones too; None for the rest."""
    if isinstance(raw, str):
        return [part for part in _SEPARATORS.split(unicodedata.normalize("NFKC", raw).strip()) if part]
    if isinstance(raw, (set, frozenset)):
        return sorted(raw, key=str)
    if type(raw).__module__.partition(".")[0] in ("numpy", "pandas") and getattr(raw, "shape", ()) != ():
        return list(raw.tolist()) if hasattr(raw, "tolist") else None
    return list(raw) if isinstance(raw, (list, tuple)) else None


def read_choice(raw: object, ids: Sequence[str]) -> Reading:
    """Read the id of one option; a list of one is taken as that one.

    >>> read_choice(" Ｌost", ["lost", "new"]).value
    'lost'
    """
    if is_untouched(raw):
        return Reading(None, N_("There is no answer here yet."))
    several = _listed(raw) if not isinstance(raw, str) else None
    if several is not None and len(several) != 1:
        return Reading(None, N_("One id is asked for, not several: {typed}."), {"typed": shown(raw)})
    typed = several[0] if several else raw
    found = _match(typed, ids)
    return Reading(found) if found is not None else _unknown(typed, ids)


def read_choices(raw: object, ids: Sequence[str]) -> Reading:
    """Read the ids of any number of options, in any order; `value` lists them in the order of `ids`."""
    if is_untouched(raw):
        return Reading(None, N_("There is no answer here yet."))
    found = _all_of(raw, ids)
    return found if found.problem else Reading([option for option in ids if option in found.value])


def read_truth(raw: object) -> Reading:
    """Read True or False; the words of both languages are understood and accepted."""
    if is_untouched(raw):
        return Reading(None, N_("There is no answer here yet."))
    plain = _scalar(raw)
    if isinstance(plain, bool):
        return Reading(plain)
    if isinstance(plain, str) and _key(plain) in _TRUE | _FALSE:
        return Reading(_key(plain) in _TRUE)
    return Reading(None, N_("Write True or False, not {typed}."), {"typed": shown(raw)})


def read_order(raw: object, ids: Sequence[str]) -> Reading:
    """Read all ids, each once, in the learner's order."""
    if is_untouched(raw):
        return Reading(None, N_("There is no answer here yet."))
    found = _all_of(raw, ids)
    if found.problem:
        return found
    twice = [option for option in ids if found.value.count(option) > 1]
    if twice:
        return Reading(None, N_("Named more than once: {ids}."), {"ids": ", ".join(twice)})
    missing = [option for option in ids if option not in found.value]
    return Reading(None, N_("Still missing: {ids}."), {"ids": ", ".join(missing)}) if missing else found


def read_matching(raw: object, left: Sequence[str], ids: Sequence[str]) -> Reading:
    """Read a dict from every id of `left` to an id of the options; an option may be used more than once."""
    if is_untouched(raw):
        return Reading(None, N_("There is no answer here yet."))
    if not isinstance(raw, Mapping):
        return Reading(None, N_('Write pairs in braces: {{"id": "id", ...}}, not {typed}.'), {"typed": shown(raw)})
    pairs: dict[str, str] = {}
    for typed_left, typed_right in raw.items():
        one, other = _match(typed_left, left), _match(typed_right, ids)
        if one is None:
            return _unknown(typed_left, left)
        if other is None and not is_untouched(typed_right):
            return _unknown(typed_right, ids)
        if other is not None:
            pairs[one] = other
    missing = [one for one in left if one not in pairs]
    if missing:
        return Reading(None, N_("Still missing: {ids}."), {"ids": ", ".join(missing)})
    return Reading({one: pairs[one] for one in left})


def read_decision(raw: object, exercise: Exercise, ids: Iterable[object] = ()) -> Reading:
    """Read a decision in the form its chapter asks for: whether form and words are right, never whether it is wise.

    ids    what the ids of a list without words, or of a mapping, may be; empty where that is not to be looked at

    `value` is a list of texts, or a mapping from id to a word, or to [word, reason]; what is not filled in yet is not
    in it.
    """
    if is_untouched(raw):
        return Reading(None, N_("There is no answer here yet."))
    known = [str(each) for each in ids]
    return _read_pairs(raw, exercise, known) if exercise.form == "mapping" else _read_list(raw, exercise.choices, known)


def _read_list(raw: object, choices: Sequence[str], ids: Sequence[str]) -> Reading:
    typed = _listed(raw)
    if typed is None:
        return Reading(None, N_('Write ids in brackets: ["id", "id"], not {typed}.'), {"typed": shown(raw)})
    found: list[str] = []
    for each in typed:
        reading = _read_word(each, choices) if choices else _read_id(each, ids)
        if reading.problem:
            return reading
        found.append(reading.value)
    twice = list(dict.fromkeys(each for each in found if found.count(each) > 1)) if len(found) < _MANY else []
    if twice:
        return Reading(None, N_("Named more than once: {ids}."), {"ids": ", ".join(twice)})
    return Reading(found) if found else Reading(None, N_("There is no answer here yet."))


def _read_pairs(raw: object, exercise: Exercise, ids: Sequence[str]) -> Reading:
    if not isinstance(raw, Mapping):
        return Reading(None, N_('Write pairs in braces: {{"id": "id", ...}}, not {typed}.'), {"typed": shown(raw)})
    pairs: dict[str, Any] = {}
    for typed, chosen in raw.items():
        one = _read_id(typed, ids)
        if one.problem:
            return one
        if is_untouched(chosen):
            continue
        reading = _read_reasoned(chosen, exercise) if exercise.reasons else _read_word(chosen, exercise.choices)
        if reading.problem:
            return reading
        pairs[one.value] = reading.value
    return Reading(pairs)


def _read_reasoned(raw: object, exercise: Exercise) -> Reading:
    typed = _listed(raw) or []
    if len(typed) != 2:  # noqa: PLR2004  # a word and a reason
        said = N_('Write a word and a reason in brackets: ["word", "reason"], not {typed}.')
        return Reading(None, said, {"typed": shown(raw)})
    word, reason = _read_word(typed[0], exercise.choices), _read_word(typed[1], exercise.reasons)
    return word if word.problem else reason if reason.problem else Reading([word.value, reason.value])


def _read_word(raw: object, words: Sequence[str]) -> Reading:
    found = _match(raw, words) if words else _read_id(raw, ()).value
    if found is None:
        return Reading(
            None, N_("{typed} is not one of the words {words}."), {"typed": shown(raw), "words": ", ".join(words)}
        )
    return Reading(found)


def _read_id(raw: object, ids: Sequence[str]) -> Reading:
    """Read an id of the learner's own data: text or a whole number, in any width and case where the ids are known."""
    plain = _scalar(raw)
    if isinstance(plain, list):
        said = N_("{typed} is a list within the list: write the ids one after the other.")
        return Reading(None, said, {"typed": shown(raw)})
    if isinstance(plain, bool) or not isinstance(plain, (str, int)) or not str(plain).strip():
        return Reading(None, N_("{typed} is no id: write it in quotation marks."), {"typed": shown(raw)})
    if not ids:
        return Reading(unicodedata.normalize("NFKC", str(plain)).strip())
    found = _match(plain, ids)
    if found is None:
        return Reading(None, N_("{typed} is not an id of your data."), {"typed": shown(raw)})
    return Reading(found)


def _all_of(raw: object, ids: Sequence[str]) -> Reading:
    """Read a list of ids as typed; a single id is a list of one."""
    typed = _listed(raw)
    if typed is None:
        return Reading(None, N_('Write ids in brackets: ["id", "id"], not {typed}.'), {"typed": shown(raw)})
    found = []
    for each in typed:
        option = _match(each, ids)
        if option is None:
            return _unknown(each, ids)
        found.append(option)
    return Reading(found)
