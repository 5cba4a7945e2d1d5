"""The development of a relationship: four stages by our share of what the customer buys, and what to do in each.

    stage_of(share)                       the stage of one relationship
    stage_path(wallet)                    the path of every relationship through the stages
    strategies_for(stage)                 what the course advises in a stage; fair_strategies without what has a flag
    outlook(shares, offer, ...)           what may become of one account, quarter by quarter
    opportunities(events, as_of)          which of the eight chances are open
    key_persons(contacts)                 who decides at the customer; contact_net: how wide the relationship is woven
    pleasure, risk_register, switching    what makes staying pleasant and leaving painful
    hold(satisfaction, move)              content, held, hostage or leaving
    breakups(tables, as_of)               which controllable causes ended a relationship

Rules and lists are in `loyaltylib.stages_rules`; the path, the people, the events, the risks,
the staying, the break-up and the outlook have a module each.
"""

from __future__ import annotations

from .concepts import get
from .inputs import word
from .stages_breakup import SIGNS, Breakup, BreakupRules, breakup_causes, breakups
from .stages_events import opportunities
from .stages_path import stage_path
from .stages_people import contact_net, key_persons
from .stages_risks import PurchaseRisk, risk_register
from .stages_rules import (
    ETHICS,
    OPENINGS,
    Boundary,
    Move,
    Opportunity,
    Stage,
    StageLimits,
    Tactic,
    ethics_flag,
    move_of,
    stage_of,
)
from .stages_stay import (
    SATISFIED,
    Benefit,
    Hold,
    Switching,
    compare,
    hold,
    pleasure,
    switching,
)
from .stages_walk import Outlook, Push, Step, bent, outlook, walk

__all__ = [
    "ETHICS",
    "OPENINGS",
    "SATISFIED",
    "SIGNS",
    "Benefit",
    "Boundary",
    "Breakup",
    "BreakupRules",
    "Hold",
    "Move",
    "Opportunity",
    "Outlook",
    "PurchaseRisk",
    "Push",
    "Stage",
    "StageLimits",
    "Step",
    "Switching",
    "Tactic",
    "bent",
    "breakup_causes",
    "breakups",
    "compare",
    "compliance_note",
    "contact_net",
    "ethics_flag",
    "fair_strategies",
    "hold",
    "key_persons",
    "move_of",
    "opportunities",
    "outlook",
    "pleasure",
    "risk_register",
    "stage_of",
    "stage_path",
    "strategies_for",
    "switching",
    "traits_of",
    "walk",
]


def strategies_for(stage: str, lang: str = "en") -> tuple[str, ...]:
    """Return what the course advises in a stage, in its order; raises `UnknownName` for a word that is no stage.

    >>> strategies_for("strategic")
    ('Strategic complementarity', 'Bilateral lock-in', 'High-level coordination')
    """
    return get(word("stage", stage, Stage).concept).strategies(lang)


def fair_strategies(stage: str, lang: str = "en") -> tuple[str, ...]:
    """Return what the course advises in a stage, without the points that carry an `ethics_flag`, in its order.

    Raises `UnknownName` for a word that is no stage.

    >>> fair_strategies("early")
    ('Improve the relationship, weave a net', 'Create chances of success')
    """
    listed = get(word("stage", stage, Stage).concept)
    flagged = {get(each).term(lang) for each in ETHICS}
    return tuple(advice for advice in listed.strategies(lang) if advice not in flagged)


def traits_of(stage: str, lang: str = "en") -> tuple[str, ...]:
    """Return what the course says of a stage: our standing, its traits, its goal; raises `UnknownName`.

    >>> traits_of("development")
    ('Our standing: not a supplier', 'No trade yet', 'Goal: a first order')
    """
    return get(word("stage", stage, Stage).concept).traits(lang)


def compliance_note(tactic: str, lang: str = "en") -> str | None:
    """Return what speaks against using a tactic; None where nothing does. Raises `UnknownName` for another word.

    The course lists the tactics; those with an `ethics_flag` are to be recognised and not to be followed (AMB-37).

    >>> compliance_note("new need") is None, compliance_note("grassroots") is None
    (True, False)
    """
    named = word("tactic", tactic, Tactic)
    return get(named.concept).note(lang) if named.ethics_flag else None
