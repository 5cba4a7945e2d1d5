"""The cascade: customers follow those who leave, round by round, on the network of recommendations."""

from __future__ import annotations

from dataclasses import dataclass
from numbers import Integral
from typing import TYPE_CHECKING, Any

import narwhals.stable.v2 as nw

from .chapters import draw
from .errors import DataError, RuleError
from .inputs import fraction
from .schema import check

if TYPE_CHECKING:
    from collections.abc import Iterable


@dataclass(frozen=True, eq=False)
class Cascade:
    """Who left in a chain of departures.

    rows       a frame, one row a customer who left, by round: `customer_id`, `round` (0: left unprompted) and
               `contacts_left` (how many of the contacts that carry to this customer had left in the rounds before)
    leavers    how many left unprompted
    followers  how many followed
    rounds     number of the last round in which anyone followed; 0: nobody did
    customers  how many there are, the leavers included
    """

    rows: Any
    leavers: int
    followers: int
    rounds: int
    customers: int

    @property
    def total(self) -> int:
        """All who left."""
        return self.leavers + self.followers

    @property
    def multiplier(self) -> float | None:
        """Departures for each unprompted one; None where nobody left."""
        return self.total / self.leavers if self.leavers else None

    @property
    def share_left(self) -> float | None:
        """Share of all customers who left; None where there are none."""
        return self.total / self.customers if self.customers else None


def _network(referrals: Any, *, mutual: bool) -> tuple[Any, Any, Any]:
    """Return the contacts as arrows from who may lead to who may follow, and dtype and engine of the result."""
    import networkx as nx

    if isinstance(referrals, nx.Graph):
        arrows = nx.DiGraph(referrals)
        whole = all(isinstance(node, Integral) for node in arrows)
        dtype, backend = nw.Int64() if whole and len(arrows) else nw.String(), nw.Implementation.PANDAS
    else:
        ends = ("referrer_id", "referred_id")
        table = check(referrals, "referrals", ends).select(*ends).lazy().collect()
        wholes = [table.schema[end].is_integer() for end in ends]
        if wholes[0] != wholes[1]:
            message = "holds whole numbers where the other end holds text, or the reverse; make them the same"
            raise DataError(message, table="referrals", column="referred_id")
        dtype, backend = nw.Int64() if wholes[0] else nw.String(), table.implementation
        arrows = nx.DiGraph()
        arrows.add_edges_from(table.select(nw.col(*ends).cast(dtype)).iter_rows())
    arrows = nx.DiGraph(nx.compose(arrows, arrows.reverse())) if mutual else nx.DiGraph(arrows)
    arrows.remove_edges_from(list(nx.selfloop_edges(arrows)))
    return arrows, dtype, backend


def _first(leavers: Iterable[Any], dtype: Any) -> list[Any]:
    """Return the unprompted leavers, each once, in order."""
    if isinstance(leavers, str):
        raise RuleError(f"leavers is the text {leavers!r}; give a list of customer ids")
    found = list(leavers)
    kind: type = Integral if dtype.is_integer() else str
    for leaver in found:
        if not isinstance(leaver, kind) or isinstance(leaver, bool):
            kinds = "whole numbers" if dtype.is_integer() else "text"
            raise RuleError(f"leavers holds {leaver!r}; ids are {kinds} in the network")
    return sorted(set(found))


def _by_chance(arrows: Any, first: list[Any], chance: float, seed: int) -> dict[Any, int]:
    """Let each leaver draw each contact along with the same chance; who is reached after n arrows leaves in round n.

    Every arrow has a number of its own between 0 and 1, from the seed and its two ends. So the order of rows changes
    nothing, and a larger chance can only add followers.
    """
    import networkx as nx

    carries = nx.DiGraph()
    carries.add_nodes_from(first)
    carries.add_edges_from(
        (leader, follower)
        for leader, follower in arrows.edges
        if draw(str(seed), str(leader), str(follower)) / 2**64 < chance
    )
    return {who: place for place, layer in enumerate(nx.bfs_layers(carries, first)) for who in layer}


def _by_threshold(arrows: Any, first: list[Any], threshold: float) -> dict[Any, int]:
    """Let everyone leave as soon as that share of the contacts has left."""
    rounds = dict.fromkeys(first, 0)
    left, place = first, 0
    while left:
        place += 1
        near = {who for gone in left for who in arrows.successors(gone)}
        left = [
            who
            for who in near - rounds.keys()
            if sum(leader in rounds for leader in arrows.pred[who]) / arrows.in_degree(who) >= threshold
        ]
        rounds.update(dict.fromkeys(left, place))
    return rounds


def cascade(  # noqa: PLR0913 - two rules of following, each with its one parameter
    referrals: Any,
    leavers: Iterable[Any],
    *,
    chance: float | None = None,
    threshold: float | None = None,
    mutual: bool = True,
    seed: int = 0,
) -> Cascade:
    """Follow departures through the network of customers round by round: those who leave become a model for others.

    Give one of two rules:

        chance      each leaver draws each contact along with this probability, once (independent cascade; Kempe,
                    Kleinberg and Tardos 2003). One `seed` always gives the same run, whatever the order of the rows;
                    a larger chance never takes a follower away
        threshold   a customer follows as soon as this share of the contacts has left (above 0; Granovetter 1978);
                    nothing is left to chance

    `referrals` is a frame with `referrer_id` and `referred_id`, one row a tie, or a NetworkX graph of customers. A tie
    carries both ways; with `mutual=False` only from who recommended to who was told. `leavers` are the ids of those
    who leave unprompted; one without any tie leaves alone.

    Both rules are models to try out, not measured laws. Before: referrals. After: a `Cascade` with its frame `rows`,
    sorted by round and customer:

        >>> import pandas as pd
        >>> referrals = pd.DataFrame({
        ...     "referrer_id": ["ann", "ann", "bo", "cy"],
        ...     "referred_id": ["bo", "cy", "di", "di"]})
        >>> found = cascade(referrals, ["ann"], threshold=0.5)
        >>> found.rows
          customer_id  round  contacts_left
        0         ann      0              0
        1          bo      1              1
        2          cy      1              1
        3          di      2              2
        >>> found.followers, found.rounds, found.multiplier
        (3, 2, 4.0)

    The first round in plain pandas: of bo's two contacts one has left, of cy's two also.

        >>> ties = pd.concat([referrals, referrals.rename(columns={
        ...     "referrer_id": "referred_id", "referred_id": "referrer_id"})])
        >>> ties["referrer_id"].eq("ann").groupby(ties["referred_id"]).mean().to_dict()
        {'ann': 0.0, 'bo': 0.5, 'cy': 0.5, 'di': 0.0}

    A lazy frame is collected. An empty table has no ties: the leavers leave alone. Raises `DataError` (what breaks the
    schema), `RuleError` (a chance or threshold outside 0 to 1, both or neither; leavers that are no ids).
    """
    if (chance is None) == (threshold is None):
        raise RuleError(f"chance is {chance!r} and threshold is {threshold!r}; give one of the two")
    arrows, dtype, backend = _network(referrals, mutual=mutual)
    first = _first(leavers, dtype)
    arrows.add_nodes_from(first)
    if chance is not None:
        rounds = _by_chance(arrows, first, fraction("chance", chance), seed)
    else:
        share = fraction("threshold", threshold)
        if share == 0:
            raise RuleError("threshold is 0; give a fraction above 0, for at 0 everybody leaves unprompted")
        rounds = _by_threshold(arrows, first, share)
    order = sorted(rounds, key=lambda who: (rounds[who], who))
    before = [
        sum(rounds.get(leader, place) < place for leader in arrows.pred[who])
        for who in order
        for place in [rounds[who]]
    ]
    rows = {"customer_id": order, "round": [rounds[who] for who in order], "contacts_left": before}
    schema = {"customer_id": dtype, "round": nw.Int64(), "contacts_left": nw.Int64()}
    return Cascade(
        rows=nw.from_dict(rows, schema, backend=backend).to_native(),
        leavers=len(first),
        followers=len(rounds) - len(first),
        rounds=max(rounds.values(), default=0),
        customers=len(arrows),
    )
