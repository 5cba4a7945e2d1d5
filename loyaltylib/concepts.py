"""The concept registry: what the course teaches, each thing with one term per language.

Read from `course/<stem>/concepts.yml` of every chapter.

get("tier.core")     one concept
all()                every concept, in course order
find("忠诚")          concepts whose term, alias or definition says so, in either language
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass, field
from functools import cache
from typing import TYPE_CHECKING, Any

from .chapters import Text, stems
from .errors import CourseError, UnknownName
from .messages import LANGUAGES
from .resources import find as resource
from .resources import read_yaml
from .schema import UNITS

if TYPE_CHECKING:
    from collections.abc import Iterable

_STATUSES = ("stated", "reading", "named", "outside", "beyond")
_CLAIM_STATUSES = ("verified", "contested", "unverified")


@dataclass(frozen=True)
class Claim:
    """A figure that is only quoted: shown as what somebody says, never a parameter of a law.

    value    the number; a range has `high` too. Rates are fractions
    unit     what it is in, by `loyaltylib.schema.UNITS` ("fraction", "times", ...)
    status   verified: found elsewhere as quoted; contested: others say otherwise; unverified: not found elsewhere
    """

    value: float
    unit: str
    status: str
    high: float | None = None
    texts: Text = field(default_factory=dict, repr=False)
    sources: Text = field(default_factory=dict, repr=False)

    def text(self, lang: str) -> str:
        """Return what is claimed, in one sentence with its figure."""
        return _in(self.texts, lang)

    def source(self, lang: str) -> str:
        """Return who says so."""
        return _in(self.sources, lang)


@dataclass(frozen=True)
class Concept:
    """One thing the course teaches.

    id          `<area>.<name>`, for instance `tier.core`
    en, zh      the term readers meet; `zh` belongs to this concept alone
    seed_form   the Chinese words of the course text it comes from
    taught_in   stem of the chapter
    status      stated: the course says it; reading: the course leaves it open and the kit chose; named: only the name
                survives; outside: taken from public sources; beyond: the kit's own addition to the course
    aliases     other words people look for, in either language
    computed_by     the function, rule or constant of `loyaltylib` that computes it, for instance `kpis.save_rate`
    example, gives  an expression that uses it, and what it comes to
    not_computed    where nothing computes it, by language: why
    claims      figures that are only quoted
    """

    id: str
    en: str
    zh: str
    seed_form: str
    taught_in: str
    status: str
    aliases: tuple[str, ...] = ()
    definitions: Text = field(default_factory=dict, repr=False)
    sources: Text = field(default_factory=dict, repr=False)
    formulas: Text | None = field(default=None, repr=False)
    notes: Text | None = field(default=None, repr=False)
    trait_texts: tuple[Text, ...] = field(default=(), repr=False)
    strategy_texts: tuple[Text | str, ...] = field(default=(), repr=False)
    computed_by: str | None = None
    example: str | None = field(default=None, repr=False)
    gives: Any = field(default=None, repr=False)
    not_computed: Text | None = field(default=None, repr=False)
    claims: tuple[Claim, ...] = field(default=(), repr=False)

    @property
    def source(self) -> str:
        """Where the course says it, in English."""
        return self.sources["en"]

    def cite(self, lang: str) -> str:
        """Return where the course says it."""
        return _in(self.sources, lang)

    def term(self, lang: str) -> str:
        """Return the term: `en` or `zh`."""
        return _in({"en": self.en, "zh": self.zh}, lang)

    def definition(self, lang: str) -> str:
        """Return what it is, in plain words."""
        return _in(self.definitions, lang)

    def formula(self, lang: str) -> str | None:
        """Return how it is computed; None where there is nothing to compute."""
        return _in(self.formulas, lang) if self.formulas else None

    def note(self, lang: str) -> str | None:
        """Return how the kit reads an unclear point of the course; None where all is clear."""
        return _in(self.notes, lang) if self.notes else None

    def traits(self, lang: str) -> tuple[str, ...]:
        """Return what the course lists about it, in the course's order."""
        return tuple(_in(trait, lang) for trait in self.trait_texts)

    def strategies(self, lang: str) -> tuple[str, ...]:
        """Return what the course advises; one that is a concept of its own by its term."""
        return tuple(get(s).term(lang) if isinstance(s, str) else _in(s, lang) for s in self.strategy_texts)


def _in(text: Text, lang: str) -> str:
    if lang not in text:
        raise UnknownName("language", lang, LANGUAGES)
    return text[lang]


def _text(raw: Any, place: str) -> Text:
    texts: dict[str, Any] = raw if isinstance(raw, dict) else {}
    missing = [lang for lang in LANGUAGES if not isinstance(texts.get(lang), str) or not texts[lang].strip()]
    if missing:
        raise CourseError(f"{place}: the text for {' and '.join(missing)} is missing; found {raw!r}")
    return texts


def _claim(raw: dict[str, Any], sources: dict[str, Text], place: str) -> Claim:
    if raw.get("status") not in _CLAIM_STATUSES:
        raise CourseError(f"{place}: status {raw.get('status')!r} is none of {', '.join(_CLAIM_STATUSES)}")
    if raw.get("unit") not in UNITS:
        raise CourseError(f"{place}: unit {raw.get('unit')!r} is none of {', '.join(UNITS)}")
    if raw.get("source") not in sources:
        raise CourseError(f"{place}: source {raw.get('source')!r} is none of {', '.join(sources)}")
    return Claim(
        value=float(raw["value"]),
        unit=raw["unit"],
        status=raw["status"],
        high=float(raw["high"]) if "high" in raw else None,
        texts=_text({lang: raw.get(lang) for lang in LANGUAGES}, place),
        sources=_text(sources[raw["source"]], place),
    )


def _concept(raw: dict[str, Any], sources: dict[str, Text], stem: str, file: str) -> Concept:
    place = f"{file}, concept {raw.get('id')!r}"
    for name in ("id", "en", "zh", "seed_form", "definition", "source", "status"):
        if not raw.get(name):
            raise CourseError(f"{place}: '{name}' is missing")
    if raw["source"] not in sources:
        raise CourseError(f"{place}: source {raw['source']!r} is none of {', '.join(sources)}")
    if raw["status"] not in _STATUSES:
        raise CourseError(f"{place}: status {raw['status']!r} is none of {', '.join(_STATUSES)}")
    if ("computed_by" in raw) == ("not_computed" in raw):
        raise CourseError(f"{place}: say either 'computed_by' or, with the reason, 'not_computed'")
    return Concept(
        id=raw["id"],
        en=raw["en"],
        zh=raw["zh"],
        seed_form=raw["seed_form"],
        taught_in=stem,
        status=raw["status"],
        aliases=tuple(raw.get("aliases", ())),
        definitions=_text(raw["definition"], f"{place}, definition"),
        sources=_text(sources[raw["source"]], f"{file}, source {raw['source']!r}"),
        formulas=_text(raw["formula"], f"{place}, formula") if "formula" in raw else None,
        notes=_text(raw["note"], f"{place}, note") if "note" in raw else None,
        trait_texts=tuple(_text(trait, f"{place}, traits") for trait in raw.get("traits", ())),
        strategy_texts=tuple(
            s if isinstance(s, str) else _text(s, f"{place}, strategies") for s in raw.get("strategies", ())
        ),
        computed_by=raw.get("computed_by"),
        example=raw.get("example"),
        gives=raw.get("gives"),
        not_computed=_text(raw["not_computed"], f"{place}, not_computed") if "not_computed" in raw else None,
        claims=tuple(_claim(claim, sources, f"{place}, claims") for claim in raw.get("claims", ())),
    )


def parse(raw: dict[str, Any], stem: str, file: str) -> tuple[Concept, ...]:
    """Return the concepts of one chapter's file, already read from YAML, in its order.

    Raises `CourseError` naming the file and the concept: a field or a translation is missing, a source or status is
    unknown.
    """
    return tuple(_concept(entry, raw["sources"], stem, file) for entry in raw["concepts"])


def index(concepts: Iterable[Concept]) -> dict[str, Concept]:
    """Return concepts by id, in their order.

    Raises `CourseError` where an id or a Chinese term belongs to two of them, or a strategy names none of them.
    """
    by_id: dict[str, Concept] = {}
    by_zh: dict[str, str] = {}
    for concept in concepts:
        place = f"course/{concept.taught_in}/concepts.yml, concept {concept.id!r}"
        if concept.id in by_id:
            raise CourseError(f"{place}: the id is there twice")
        if concept.zh in by_zh:
            raise CourseError(f"{place}: {concept.zh} is already the term of {by_zh[concept.zh]!r}")
        by_id[concept.id] = concept
        by_zh[concept.zh] = concept.id
    for concept in by_id.values():
        for strategy in concept.strategy_texts:
            if isinstance(strategy, str) and strategy not in by_id:
                place = f"course/{concept.taught_in}/concepts.yml, concept {concept.id!r}"
                raise CourseError(f"{place}: there is no concept {strategy!r} among its strategies")
    return by_id


@cache
def _files() -> dict[str, Any]:
    # The warm-up teaches the tools and no concept of the course.
    return {stem: read_yaml(resource(f"course/{stem}/concepts.yml")) for stem in stems() if stem != "warmup"}


@cache
def _registry() -> dict[str, Concept]:
    return index(c for stem, raw in _files().items() for c in parse(raw, stem, f"course/{stem}/concepts.yml"))


def get(concept_id: str) -> Concept:
    """Return one concept by its id; raises `UnknownName` naming the nearest ones.

    >>> get("tier.core").en, get("tier.core").zh
    ('Core customers', '核心客户')
    """
    try:
        return _registry()[concept_id]
    except KeyError:
        raise UnknownName("concept", concept_id, _registry()) from None


def all() -> tuple[Concept, ...]:  # noqa: A001  # read as `concepts.all()`; this module does not use the built-in
    """Return every concept, in course order."""
    return tuple(_registry().values())


def find(text: str) -> tuple[Concept, ...]:
    """Return the concepts that have the text in their id, a term, an alias or the definition, in either language.

    Upper and lower case and full-width letters make no difference. Those whose term or alias is the text come first,
    then those whose term or alias has it inside, then the others; an empty text finds nothing.

    >>> [concept.id for concept in find("老带新")]
    ['advocate.marketing.referral']
    """
    wanted = _fold(text)
    if not wanted:
        return ()

    def distance(concept: Concept) -> int | None:
        names = [_fold(name) for name in (concept.id, concept.en, concept.zh, concept.seed_form, *concept.aliases)]
        if wanted in names:
            return 0
        if any(wanted in name for name in names):
            return 1
        return 2 if any(wanted in _fold(definition) for definition in concept.definitions.values()) else None

    found = [(place, concept) for concept in all() if (place := distance(concept)) is not None]
    return tuple(concept for _, concept in sorted(found, key=lambda pair: pair[0]))


def reason(word: str, lang: str) -> str:
    """Return what one word of a tier's `signals` says to a reader; raises `UnknownName`.

    >>> reason("open_complaint", "zh")
    '有投诉尚未解决'
    """
    known: dict[str, Text] = {word: text for raw in _files().values() for word, text in raw.get("reasons", {}).items()}
    if word not in known:
        raise UnknownName("reason", word, known)
    return _in(known[word], lang)


def _fold(text: str) -> str:
    return unicodedata.normalize("NFKC", text).strip().casefold()
