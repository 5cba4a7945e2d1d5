"""The one small file of a class, `class.yml`: what holds for it, which chapters count how much, what it was made with.

An instructor edits it. nbgrader's settings (`nbgrader_config.py`) take from it what is nbgrader's to know.
"""

from __future__ import annotations

import re
from datetime import date  # noqa: TC003 - msgspec reads the types of fields
from difflib import get_close_matches
from typing import TYPE_CHECKING, Annotated, Any, Literal, TypeVar
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import msgspec
from msgspec import Meta

import loyaltylib
from loyaltylib import data
from loyaltylib.chapters import Ai, syllabus
from loyaltylib.errors import ClassError

from . import overlay
from .messages import N_, tell

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

CLASS_FILE = "class.yml"
DATASETS = ("company", "cdnow")  # whose files decide what is right
_PLACE = re.compile(r"`\$\.?(.*)`")  # where msgspec says that something is wrong
_Rules = TypeVar("_Rules")

_Share = Annotated[float, Meta(ge=0, le=100)]


class Late(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What is lost by handing in late.

    grace    minutes in which nothing is
    per_day  per cent of the points earned, for each day that has begun; 0 takes nothing, 100 all at once
    most     per cent that can be lost at most
    """

    grace: Annotated[float, Meta(ge=0)] = 0
    per_day: _Share = 0
    most: _Share = 100


class ChapterRules(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a class has settled for one chapter.

    weight     its part in the grade of the term, relative to the other chapters
    reveal_on  the day from which on feedback tells what is right; None: never
    ai         the rule on help by AI; None: the chapter's own
    """

    weight: Annotated[float, Meta(ge=0)] = 1
    reveal_on: date | None = None
    ai: Ai | None = None


class ClassFile(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What holds in a class.

    timezone  in which its dates are meant, by the name of the IANA's list
    kit       version of the kit it was made with, and `data` of the datasets; empty: not settled
    attempts  how many hand-ins of a chapter count; 0: all
    counts    of these, the one with the most points or the last one
    chapters  stem -> what is settled for it
    """

    lang: Literal["en", "zh"] = "en"
    timezone: str = "UTC"
    kit: str = ""
    data: dict[str, str] = {}
    attempts: Annotated[int, Meta(ge=0)] = 3
    counts: Literal["best", "last"] = "best"
    late: Late = Late()
    chapters: dict[str, ChapterRules] = {}

    @property
    def zone(self) -> ZoneInfo:
        """The class's time zone."""
        return ZoneInfo(self.timezone)

    def chapter(self, stem: str) -> ChapterRules:
        """Return what is settled for a chapter; the usual for one that is not named."""
        return self.chapters.get(stem, ChapterRules())


_ALIKE = 0.7  # of two spellings of one chapter, as difflib measures it
# The last part of a field's name -> what it may be
_FORMS = {
    "": N_("as in the file of a new class"),
    "lang": N_("en or zh"),
    "timezone": N_("a name as Asia/Shanghai"),
    "kit": N_("a version in quotation marks"),
    "data": N_("name: version in quotation marks"),
    "attempts": N_("a whole number, 0 for as many as wanted"),
    "counts": N_("best or last"),
    "grace": N_("a number of minutes"),
    "per_day": N_("per cent from 0 to 100"),
    "most": N_("per cent from 0 to 100"),
    "weight": N_("a number, 0 or more"),
    "reveal_on": N_("a day as 2026-12-31"),
    "ai": N_("none, cite or free"),
}

_TEXT = """\
# {head}
lang: {lang}
timezone: {timezone}  # {zone}

# {pins}
kit: "{kit}"
data: {data}

# {attempts}
attempts: 3
# {counts}
counts: best

# {late}
late: {{grace: 0, per_day: 0, most: 100}}

# {chapters}
chapters:
{rows}
"""


def read(root: Path, lang: str = "en") -> ClassFile:
    """Return what holds in a class; in one without such a file, from before there was one, the last hand-in counts.

    Raises `ClassError` naming file, field, value and what may stand there.
    """
    import yaml

    path = root / CLASS_FILE
    if not path.is_file():
        return ClassFile(attempts=0, counts="last")
    try:
        raw = yaml.load(path.read_text("utf-8"), yaml.CSafeLoader)
    except (yaml.YAMLError, UnicodeDecodeError, OSError) as error:
        message = N_("{file} cannot be read ({error}); mend it, or take it from a new class")
        raise ClassError(tell(lang, message, file=path, error=" ".join(str(error).split()))) from error
    if raw is None:
        raise ClassError(tell(lang, N_("{file} is empty; take it from a new class"), file=path))
    if isinstance(raw, dict) and isinstance(raw.get("chapters"), dict):
        own = syllabus()
        for stem in map(str, raw["chapters"]):  # one of the class's own may come later, a misspelt one never
            unknown = stem not in own and not (root / "source" / stem).is_dir()
            if unknown and get_close_matches(stem, own, cutoff=_ALIKE):
                message = N_("{file}: there is no “{field}”; look how it is spelt")
                raise ClassError(tell(lang, message, file=path.name, field=f"chapters.{stem}"))
        # one by one: msgspec names no key of a dict
        raw["chapters"] = {
            stem: _converted(path, rules or {}, ChapterRules, f"chapters.{stem}.", lang)
            for stem, rules in raw["chapters"].items()
        }
    found = _converted(path, raw, ClassFile, "", lang)
    try:
        found.zone  # noqa: B018 - asks whether there is one of that name
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise ClassError(_wrong_value(path, "timezone", found.timezone, lang)) from error
    return found


def _converted(path: Path, raw: Any, kind: type[_Rules], place: str, lang: str) -> _Rules:
    """Return what a part of the file says; `place` is where that part stands."""
    try:
        return msgspec.convert(raw, kind)
    except msgspec.ValidationError as error:
        unknown, found = re.search(r"unknown field `(.*?)`", str(error)), _PLACE.search(str(error))
        if unknown:
            message = N_("{file}: there is no “{field}”; look how it is spelt")
            raise ClassError(tell(lang, message, file=path.name, field=place + unknown[1])) from error
        field, value = found[1] if found else "", raw
        for part in filter(None, field.split(".")):
            value = value.get(part) if isinstance(value, dict) else value
        raise ClassError(_wrong_value(path, place + field, value, lang)) from error


def _wrong_value(path: Path, field: str, value: Any, lang: str) -> str:
    form = tell(lang, _FORMS.get(field.rpartition(".")[2], _FORMS[""]))
    message = N_("{file}: {field} is {value}; it has to be: {form}")
    return tell(lang, message, file=path.name, field=field or "*", value=value, form=form)


def text(lang: str, stems: Sequence[str], timezone: str) -> str:
    """Return the file of a new class, with a word on each line for whoever edits it."""
    versions = ", ".join(f'{name}: "{version}"' for name, version in data_versions().items())
    return _TEXT.format(
        head=tell(lang, "What holds in this class. Change it here; the next command goes by it."),
        lang=lang,
        timezone=timezone,
        zone=tell(lang, "the dates of dates.csv are meant in it"),
        pins=tell(lang, "What the class was made with. With another version marks could differ, so marking stops."),
        kit=loyaltylib.__version__,
        data=f"{{{versions}}}",
        attempts=tell(lang, "How many hand-ins of a chapter count; 0: as many as wanted. Later ones are kept."),
        counts=tell(lang, "Which one counts: best (most points given without a person; the last of equals) or last."),
        late=tell(
            lang,
            "Late: minutes of grace, per cent of the points earned lost for each day begun, per cent lost at most.",
        ),
        chapters=tell(
            lang,
            "Chapters, each with weight (its part in the grade), reveal_on (a day: from then on feedback tells what is"
            " right), ai (none, cite or free: the rule on help by AI).",
        ),
        rows="\n".join(f"  {stem}: {{weight: 1}}" for stem in stems),
    )


def this_zone() -> str:
    """Return the name of this machine's time zone; UTC where it does not know."""
    from tzlocal import get_localzone_name

    try:
        return str(get_localzone_name() or "UTC")
    except (ZoneInfoNotFoundError, ValueError, OSError):  # a machine whose settings contradict each other
        return "UTC"


def data_versions() -> dict[str, str]:
    """Return the versions of the datasets that are here."""
    return {name: data.version(name) for name in DATASETS}


def check_pins(found: ClassFile, lang: str) -> None:
    """Raise `ClassError`, with the remedy, where kit or data are of another version than the class was made with."""
    here: Mapping[str, str] = {"kit": loyaltylib.__version__, **data_versions()}
    pinned = {name: version for name, version in {"kit": found.kit, **found.data}.items() if version}
    differing = [
        f"{name} {version} / {here.get(name, '–')}" for name, version in pinned.items() if here.get(name) != version
    ]
    if differing:
        message = N_(
            "the class was made with another version than the one installed ({versions}), so marks could differ: "
            "install version {kit} of the kit, or see with `loyalty fix` who would move, and write the installed"
            " versions into {file}"
        )
        raise ClassError(tell(lang, message, versions=", ".join(differing), kit=found.kit or "–", file=CLASS_FILE))


def apply(config: Any, root: Path) -> None:
    """Set in nbgrader's configuration what the class has settled and nbgrader's steps have to know.

    It also enters the class's overlay: nbgrader's own commands read nothing of ours but this.
    """
    found = read(root)
    overlay.enter_with_kernels(root)
    config.AiRule.chapters = {stem: rules.ai for stem, rules in found.chapters.items() if rules.ai}
    config.FeedbackExporter.reveal_on = {
        stem: rules.reveal_on.isoformat() for stem, rules in found.chapters.items() if rules.reveal_on
    }
