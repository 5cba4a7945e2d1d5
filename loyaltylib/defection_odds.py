"""The cascade without a throw of the dice: how likely each customer is to leave, and in which round, on average."""

from __future__ import annotations

from dataclasses import dataclass
from math import prod
from typing import TYPE_CHECKING, Any

from .errors import RuleError
from .inputs import fraction

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True)
class CascadeOdds:
    """What a chain of departures comes to on average.

    left    customer -> chance to leave in the end, of all who may leave at all
    rounds  how many customers leave in each round on average; the first number is those who leave unprompted
    """

    left: Mapping[Any, float]
    rounds: tuple[float, ...]

    @property
    def first(self) -> float:
        """How many leave unprompted, on average."""
        return self.rounds[0]

    @property
    def followers(self) -> float:
        """How many follow, on average."""
        return sum(self.rounds[1:])

    @property
    def total(self) -> float:
        """All who leave, on average."""
        return sum(self.rounds)


def cascade_odds(network: Any, leaving: Mapping[Any, float], chance: float) -> CascadeOdds:
    """Return what `cascade` with this `chance` comes to on average, without running it again and again.

    network  a NetworkX graph of customers without a circle, as one of recommendations is: each customer was brought
             by one other at most. A tie carries both ways
    leaving  customer -> chance to leave unprompted (1 for sure); who is not in the network leaves alone
    chance   that a leaver draws a contact along

    On a network without a circle there is one way only from one customer to another, so chances multiply along the
    way and the branches of a customer have nothing to do with each other: the averages are exact.

    >>> import networkx as nx
    >>> found = cascade_odds(nx.path_graph(["ann", "bo", "cy"]), {"ann": 1}, 0.5)
    >>> found.rounds
    (1.0, 0.5, 0.25)
    >>> found.left["cy"], found.total
    (0.25, 1.75)

    Raises `RuleError` (a chance outside 0 to 1; a network with a circle near those who leave).
    """
    import networkx as nx

    carry = fraction("chance", chance)
    sure = {who: fraction(f"leaving[{who!r}]", each) for who, each in leaving.items()}
    inside = [who for who in sure if who in network]
    near = network.subgraph({each for who in inside for each in nx.node_connected_component(network, who)})
    if len(near) and not nx.is_forest(near):
        raise RuleError("the network has a circle, where chances do not simply multiply; use cascade with some seeds")
    left, rounds = _spread({who: list(near[who]) for who in near}, sure, carry)
    alone = {who: each for who, each in sure.items() if who not in near}
    return CascadeOdds({**left, **alone}, (rounds[0] + sum(alone.values()), *rounds[1:]))


def _spread(
    contacts: Mapping[Any, list[Any]], sure: Mapping[Any, float], carry: float
) -> tuple[dict[Any, float], list[float]]:
    """Return each customer's chance to have left in the end, and how many leave in each round.

    In each round, for every tie, the chance that its one end has left when the other end is not asked: it left
    unprompted, or one of its other contacts had left the round before and drew it along.
    """
    stays = {who: 1 - sure.get(who, 0.0) for who in contacts}
    aside = {(who, other): 1 - stays[who] for who, near in contacts.items() for other in near}
    left = {who: 1 - stay for who, stay in stays.items()}
    rounds = [sum(left.values())]
    for _ in range(len(contacts)):
        spared = {(who, other): 1 - carry * aside[other, who] for who, other in aside}
        now = {who: 1 - stays[who] * prod(spared[who, each] for each in near) for who, near in contacts.items()}
        more = sum(now.values()) - sum(left.values())
        if now == left:
            break
        rounds.append(more)
        left = now
        aside = {
            (who, other): 1 - stays[who] * prod(spared[who, each] for each in near if each != other)
            for who, near in contacts.items()
            for other in near
        }
    return left, rounds
