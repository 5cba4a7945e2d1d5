"""Routes and cases: against print, by hand, properties, bad input, every engine, the plan of the company."""

import datetime as dt
from math import inf
from types import SimpleNamespace

import pandas as pd
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from loyaltylib import concepts, data, kpis, schema
from loyaltylib.cases import (
    AIMS,
    BASE_FEE,
    Aim,
    Benefit,
    Card,
    CardService,
    Case,
    Route,
    annual_fee,
    card_outcome,
    discount_trap,
    extra_service,
    loyalty_plan,
    member_year,
    price_cuts,
    prize_draw,
    service_files,
    take_up,
)
from loyaltylib.errors import DataError, RuleError, UnknownName
from loyaltylib.foundations import customer_value
from loyaltylib.tiers import Tier, strategies_for

AS_OF = "2025-12-31"
quick = settings(max_examples=60, deadline=None, derandomize=True)

# ---------------------------------------------------------------- against print (concepts.md, A11, A12 and section Z)


def test_three_routes_with_a_case_each_as_the_course_lists_them():
    assert [route.case.value for route in Route] == ["Jeanswest", "Wafangdian", "BoCom"]
    assert [case.route for case in Case] == list(Route)
    for member in (*Route, *Case, *CardService):
        assert concepts.get(member.concept).id == member.concept
    for case in Case:
        assert concepts.get(case.concept).strategies("zh") == (concepts.get(case.route.concept).zh,)


def test_q073_base_fee_1000_and_three_options_at_200():
    assert BASE_FEE == 1000
    assert annual_fee(options={"airport": 200, "branch": 200, "insurance": 200}) == 1600


def test_q074_seven_basic_services():
    assert len(CardService) == 7


def test_jeanswest_prizes_of_50_times_3000():
    quoted = [claim.value for claim in concepts.get("case.jeanswest").claims]
    assert quoted == [1_860_000, 50, 3000]
    assert all(claim.status == "unverified" for claim in concepts.get("case.jeanswest").claims)
    assert prize_draw(winners=50, prize=3000, members=400).cost * 400 == 150_000


def test_amb_40_the_wording_of_the_wafangdian_case_is_neutral():
    case = concepts.get("case.wafangdian")
    assert "could not hear or speak" in case.definition("en")
    assert not any(word in case.definition("zh") for word in ("聋", "哑", "残", "香烟", "卷烟"))


def test_amb_29_the_warning_is_of_blanket_and_repeated_cuts():
    assert "again and again" in concepts.get("route.discount_trap").definition("en")


# ---------------------------------------------------------------- by hand


@pytest.mark.parametrize(
    ("options", "reduction", "fee"),
    [
        ({}, 0, 1000),
        ({"airport": 300}, 0, 1300),
        ({"airport": 300}, 50, 1300),  # one is not several
        ({"airport": 300, CardService.POINTS: 0}, 50, 1250),
        ({"airport": 300, "my own": 100}, 400, 1000),
    ],
)
def test_annual_fee(options, reduction, fee):
    assert annual_fee(options=options, reduction=reduction) == fee


def test_a_members_year():
    card = Card(fee=30, discount=0.1, points=0.05, redeemed=0.8, benefits=(Benefit("concert", worth=60, cost=20),))
    year = member_year(card, spend=1000, margin=0.5, lift=0.2)
    # 1200 at full prices: 120 saved, 1080 paid, of which 4 % as points: 43.2
    assert (year.spend, year.saved, year.benefits) == (1200, 120, 60)
    assert year.points == pytest.approx(43.2)
    assert year.worth == pytest.approx(223.2)
    assert year.net == pytest.approx(193.2)
    assert year.cost == pytest.approx(183.2)
    assert year.profit == pytest.approx(30 + 100 - 183.2)
    assert year.value_ratio == pytest.approx((1200 + 43.2 + 60) / (1200 - 120 + 30))


GROUPS = pd.DataFrame(
    [
        ("a", 100, 2000.0, 120.0),
        ("b", 500, 1000.0, 0.0),
        ("c", 900, 300.0, 50.0),
    ],
    columns=["group", "customers", "spend", "concert"],
)
CARD = Card(fee=50, points=0.03, benefits=(Benefit("concert", worth=999, cost=30), Benefit("draw", worth=1, cost=1)))
# What the card is worth: to a, 60 by points, 120 by the concert and 1 by the draw; to b 30, 0 and 1; to c 9, 50 and 1.
TAKEN = pd.DataFrame(
    [
        ("a", 100, 181.0, 131.0, 100, 5000 + 0.5 * 0.1 * 200_000, 100 * (66 + 30 + 1)),
        ("b", 500, 31.0, -19.0, 0, 0.0, 0.0),
        ("c", 900, 60.0, 10.0, 900, 45_000 + 0.5 * 0.1 * 270_000, 900 * (9.9 + 30 + 1)),
    ],
    columns=["group", "customers", "worth", "net", "members", "income", "cost"],
).assign(profit=lambda made: made["income"] - made["cost"])


def same(found, expected):
    found = found.to_pandas() if isinstance(found, pl.DataFrame) else found
    pd.testing.assert_frame_equal(found, expected, check_dtype=False)


@pytest.mark.parametrize("kind", [lambda made: made, pl.from_pandas])
def test_three_groups_and_a_card(kind):
    before = kind(GROUPS.iloc[::-1])
    found = take_up(before, CARD, margin=0.5, lift=0.1)
    assert type(found) is type(before)
    same(found, TAKEN)
    outcome = card_outcome(before, CARD, margin=0.5, lift=0.1)
    assert (outcome.customers, outcome.members) == (1500, 1000)
    assert outcome.take_up == pytest.approx(2 / 3)
    assert outcome.profit == pytest.approx(TAKEN["profit"].sum())


def test_a_free_card_for_those_who_would_have_bought_anyway_only_costs():
    outcome = card_outcome(GROUPS, Card(points=0.02), margin=0.4)
    assert outcome.take_up == 1
    assert outcome.profit == -0.02 * (GROUPS["customers"] * GROUPS["spend"]).sum()


def test_a_benefit_that_is_worth_nothing_to_a_group_costs_nothing_there():
    with_it, without = (
        card_outcome(GROUPS[1:2], Card(points=0.02, benefits=b), margin=0.4) for b in (CARD.benefits[:1], ())
    )
    assert with_it == without


def test_a_row_of_a_group_is_a_members_year_times_its_members():
    card = Card(fee=10, discount=0.05, points=0.02, benefits=(Benefit("draw", worth=5, cost=5),))
    found = take_up(GROUPS, card, margin=0.4, lift=0.1)
    for row, spend in zip(found.to_dict("records"), GROUPS["spend"], strict=True):
        assert row["profit"] == pytest.approx(
            row["members"] * member_year(card, spend=spend, margin=0.4, lift=0.1).profit
        )


@pytest.mark.parametrize(
    ("margin", "discount", "reach", "extra"),
    [
        (0.4, 0.2, 1, 1.0),
        (0.3, 0.1, 1, 0.5),
        (0.3, 0.1, 0.2, 0.1),
        (0.3, 0.3, 1, inf),
        (0.3, 0.5, 0.1, inf),
        (0.3, 0, 1, 0),
        (0.3, 0.5, 0, 0),
        (0, 0, 1, 0),
    ],
)
def test_discount_trap(margin, discount, reach, extra):
    trap = discount_trap(margin=margin, discount=discount, reach=reach)
    assert trap.extra_volume == pytest.approx(extra)
    assert trap.volume_needed == pytest.approx(1 + extra)
    for lang in ("en", "zh"):
        assert "{" not in trap.say(lang)
    assert trap.say("zh") != trap.say("en")


def test_cutting_again_and_again():
    found = price_cuts(margin=0.3, discount=0.2, times=2)
    assert found["price"].tolist() == pytest.approx([1, 0.8, 0.64])
    assert found["margin_left"].tolist() == pytest.approx([0.3, 0.1, -0.06])
    assert found["volume_needed"].tolist() == pytest.approx([1, 3, inf])


def test_extra_service():
    helped = extra_service(margin=100, cost=10, retention=0.8)
    assert helped.value == pytest.approx(500)  # 100 x 5 years
    assert helped.retention_needed == pytest.approx(0.82)  # 90 / 0.18 = 500
    assert helped.gain(0.82) == pytest.approx(0, abs=1e-6)
    assert helped.gain(0.8) == pytest.approx(-50)  # 90 x 5 years
    assert extra_service(margin=100, cost=0, retention=0.8).change_needed == pytest.approx(0)


# ---------------------------------------------------------------- properties

FRACTION = st.floats(0, 1)
MONEY = st.floats(0, 10_000)


@quick
@given(FRACTION, FRACTION, FRACTION, FRACTION)
def test_a_deeper_or_wider_cut_never_asks_for_less(margin, discount, more, reach):
    trap = discount_trap(margin=margin, discount=discount, reach=reach)
    deeper = discount_trap(margin=margin, discount=min(1, discount + more), reach=reach)
    wider = discount_trap(margin=margin, discount=discount, reach=min(1, reach + more))
    assert trap.volume_needed >= 1
    assert deeper.volume_needed >= trap.volume_needed or deeper.reach == 0
    assert wider.volume_needed >= trap.volume_needed


@quick
@given(st.floats(0.05, 1), st.floats(0, 0.9), st.floats(0.01, 1))
def test_with_the_volume_asked_for_the_profit_is_the_same(margin, part, reach):
    trap = discount_trap(margin=margin, discount=margin * part, reach=reach)
    sold_at_the_cut = reach + trap.extra_volume
    assert (1 - reach) * margin + sold_at_the_cut * trap.margin_left == pytest.approx(margin)


@quick
@given(st.floats(1, 1e4), st.floats(0, 0.99), st.floats(0, 0.95), st.floats(0, 0.3))
def test_at_the_retention_needed_a_customer_is_worth_as_much_with_the_service(margin, part, retention, discount):
    helped = extra_service(margin=margin, cost=margin * part, retention=retention, discount=discount)
    assert helped.change_needed >= -1e-12
    if helped.retention_needed < 0.999:
        later = customer_value(
            margin=margin - helped.cost, retention=max(0, helped.retention_needed), discount=discount
        )
        assert later == pytest.approx(helped.value, rel=1e-6)


@st.composite
def cards(draw):
    benefits = [Benefit(f"b{n}", draw(MONEY), draw(MONEY)) for n in range(draw(st.integers(0, 3)))]
    return Card(draw(MONEY), draw(FRACTION), draw(FRACTION), draw(FRACTION), tuple(benefits))


@quick
@given(cards(), st.floats(0.01, 1e5), FRACTION, st.floats(0, 2), st.sampled_from([0.01, 7.3, 1000]))
def test_money_scales_and_worth_above_the_fee_is_more_than_the_price(card, spend, margin, lift, rate):
    year = member_year(card, spend=spend, margin=margin, lift=lift)
    if year.spend - year.saved + year.fee > 1e-6:
        assert (year.value_ratio > 1) == (year.net > 0) or abs(year.net) < 1e-6
    benefits = tuple(Benefit(b.name, b.worth * rate, b.cost * rate) for b in card.benefits)
    other = Card(card.fee * rate, card.discount, card.points, card.redeemed, benefits)
    scaled = member_year(other, spend=spend * rate, margin=margin, lift=lift)
    assert scaled.profit == pytest.approx(year.profit * rate, rel=1e-6, abs=1e-6 * rate * (1 + spend + year.cost))
    assert scaled.worth == pytest.approx(year.worth * rate, rel=1e-6)


@settings(max_examples=8, deadline=None, derandomize=True)
@given(st.floats(0, 300), st.floats(0, 100), st.randoms(use_true_random=False))
def test_a_higher_fee_never_wins_members_and_the_order_of_rows_changes_nothing(fee, more, random):
    def with_fee(amount):
        return Card(fee=amount, points=0.03, benefits=(Benefit("concert", worth=0, cost=30),))

    assert (
        card_outcome(GROUPS, with_fee(fee + more), margin=0.5).members
        <= card_outcome(GROUPS, with_fee(fee), margin=0.5).members
    )
    mixed = GROUPS.sample(frac=1, random_state=random.randrange(99))
    same(take_up(mixed, with_fee(fee), margin=0.5), take_up(GROUPS, with_fee(fee), margin=0.5))


@quick
@given(st.dictionaries(st.sampled_from([*CardService]), MONEY), MONEY)
def test_the_fee_lies_between_the_base_and_all_options(options, reduction):
    everything = sum(options.values())
    if len(options) >= 2 and reduction > everything:
        with pytest.raises(RuleError, match="reduction"):
            annual_fee(options=options, reduction=reduction)
    else:
        assert 1000 <= annual_fee(options=options, reduction=reduction) <= 1000 + everything + 1e-6


# ---------------------------------------------------------------- service files and the plan, on small tables


def dated(columns, *rows):
    made = pd.DataFrame(rows, columns=columns.split())
    return made.assign(**{name: pd.to_datetime(made[name]) for name in made if name in ("date", "acquired_on")})


CUSTOMERS = dated(
    "customer_id acquired_on", ("ann", "2024-01-01"), ("bo", "2024-01-01"), ("cy", None), ("di", "2024-01-01")
)
ORDERS = dated(
    "customer_id date amount product",
    *(("ann", f"2025-{month:02}-10", 500.0, "black_tea") for month in range(1, 13)),
    *(("ann", f"2024-{month:02}-10", 900.0, "green_tea") for month in range(1, 13)),
    *(("bo", f"2025-{month:02}-10", 20.0, "green_tea") for month in range(1, 13)),
    *(("bo", f"2025-{month:02}-11", 20.0, "black_tea") for month in range(1, 13)),  # as much: first by name
    ("di", "2024-01-01", 70.0, None),
)
FEEDBACK = dated("customer_id date", *(("ann", f"2025-0{month}-01") for month in (2, 5, 8)))
CONTACTS = dated("customer_id date function", ("ann", "2025-06-01", "negotiation"))
TABLES = {"customers": CUSTOMERS, "transactions": ORDERS, "feedback": FEEDBACK, "contacts": CONTACTS}


def tables(kind=lambda made: made, **changed):
    merged = {**TABLES, **changed}
    return SimpleNamespace(**{name: kind(made) for name, made in merged.items() if made is not None})


def test_service_files_of_the_core_and_of_others():
    # the last purchase: 21 days ago, and 20
    columns = "customer_id tier favourite spend days_since_last feedback negotiations open_complaints"
    core = pd.DataFrame([("ann", "core", "black_tea", 6000.0, 21.0, 3.0, 1.0, None)], columns=columns.split())
    found = service_files(tables(), AS_OF)
    same(found, core.astype({"open_complaints": float}))
    both = service_files(tables(), AS_OF, tiers=["regular", "lost"])
    assert both["customer_id"].tolist() == ["bo", "di"]
    assert both["favourite"].tolist()[0] == "black_tea"
    assert both["favourite"].isna().tolist() == [False, True]
    assert both["spend"].tolist() == [480, 0]


def test_service_files_without_products_or_orders():
    plain = service_files(tables(transactions=ORDERS.drop(columns="product")), AS_OF)
    assert plain["favourite"].isna().all()
    assert plain["spend"].tolist() == [6000]
    none = service_files(tables(transactions=None), AS_OF, tiers=list(Tier))
    assert len(none) == 4
    assert none[["favourite", "spend"]].isna().all(axis=None)


def test_the_plan_of_four_customers():
    found = loyalty_plan(tables(), AS_OF, aims={"regular": 0.5})
    rows = found.tiers.set_index("tier")
    assert rows["customers"].to_dict() == {**dict.fromkeys(Tier, 0), "lost": 1, "onlooker": 1, "regular": 1, "core": 1}
    assert rows["value"].to_dict() == {**dict.fromkeys(Tier, 0.0), "regular": 480.0, "core": 6000.0}
    assert rows.loc["regular", ["to", "aim", "target"]].tolist() == ["core", 0.5, 0.5]
    assert rows.loc["core", ["to", "aim", "target"]].tolist() == ["core", 0.95, 0.95]
    assert len(found.scorecard) == 10
    assert found.plan.validate() is found.plan
    assert list(found.tiers.columns) == schema.describe("cases.loyalty_plan")["column"].tolist()


def test_the_plan_speaks_both_languages():
    rows = loyalty_plan(tables(), AS_OF, lang="zh").tiers.set_index("tier")
    assert rows.loc["core", "strategies"] == "；".join(strategies_for("core", "zh"))
    assert "活跃常客" in rows.loc["at_risk", "sentence"]
    assert not any("{" in sentence for sentence in rows["sentence"])


def test_the_aims_watch_all_tiers_by_all_ten_kpis():
    assert list(AIMS) == list(Tier)
    assert {name for aim in AIMS.values() for name in aim.kpis} == {kpi.name for kpi in kpis.CORE}
    assert all(aim.to.rank >= aim.tier.rank for aim in AIMS.values())


def test_a_plan_with_a_kpi_of_ones_own_has_eleven():
    visits = kpis.Kpi("visits", {"en": "Visits", "zh": "到店次数"}, compute=lambda *_: 3.0)
    found = loyalty_plan(tables(), AS_OF, plan=kpis.LoyaltyPlan().with_kpi(visits))
    assert len(found.scorecard) == 11


def test_permuting_rows_and_shifting_days_changes_nothing_and_money_scales():
    moved, then = {}, dt.date.fromisoformat(AS_OF) + dt.timedelta(731)
    for name, made in TABLES.items():
        days = {column: made[column] + pd.Timedelta(731, "D") for column in made if made[column].dtype.kind == "M"}
        moved[name] = made.assign(**days).sample(frac=1, random_state=3)
    same(service_files(SimpleNamespace(**moved), then), service_files(tables(), AS_OF))
    here = loyalty_plan(tables(), AS_OF).tiers
    same(loyalty_plan(SimpleNamespace(**moved), then).tiers, here)
    yen = loyalty_plan(tables(transactions=ORDERS.assign(amount=ORDERS["amount"] * 20)), AS_OF).tiers
    same(yen, here.assign(value=here["value"] * 20))


def test_every_engine(engine):
    frames = tables(groups=GROUPS)
    engine.agrees(lambda made: take_up(made.groups, CARD, margin=0.5, lift=0.1), frames, "group")
    engine.agrees(lambda made: service_files(made, AS_OF, tiers=["core", "regular"]), frames, "customer_id")


def test_the_plan_on_every_engine(engine):
    few = SimpleNamespace(customers=CUSTOMERS, transactions=ORDERS)
    engine.agrees(lambda made: loyalty_plan(made, AS_OF).tiers, few, "rank")


def test_the_plan_of_the_synthetic_company():
    company = data.load("company")
    rows = loyalty_plan(company, company.as_of).tiers
    assert rows["customers"].sum() == len(company.customers)
    year = company.transactions["date"] > "2024-12-31"
    assert rows["value"].sum() == pytest.approx(company.transactions.loc[year, "amount"].sum())
    assert len(service_files(company, company.as_of)) == rows.set_index("tier").loc["core", "customers"]


# ---------------------------------------------------------------- bad input


@pytest.mark.parametrize(
    ("call", "says"),
    [
        (lambda: annual_fee(options={"airport": -1}), "price of 'airport' is -1"),
        (lambda: annual_fee(options={"airport": float("nan")}), "finite"),
        (lambda: annual_fee(options={"airport": "200"}), "finite"),
        (lambda: annual_fee(options=["airport"]), "give each service and its price"),
        (lambda: annual_fee(options={"a": 1, "b": 1}, reduction=3), "more than the options cost"),
        (lambda: annual_fee(options={"a": 1, "b": 1}, reduction=-1), "reduction is -1"),
        (lambda: Card(fee=-1), "Card.fee is -1"),
        (lambda: Card(discount=10), r"Card.discount is 10; .*0.1 for 10 per cent"),
        (lambda: Card(benefits=(Benefit("a", 1, 1), Benefit("a", 2, 2))), "a name of its own"),
        (lambda: Benefit("", 1, 1), "Benefit.name"),
        (lambda: Benefit("a", 1, -1), r"Benefit\('a'\).cost is -1"),
        (lambda: prize_draw(winners=5, prize=1, members=4), "winners is 5"),
        (lambda: prize_draw(winners=0, prize=1, members=0), "members is 0"),
        (lambda: member_year(Card(), spend=0, margin=0.4), "spend is 0"),
        (lambda: member_year(Card(), spend=10, margin=40), "margin is 40"),
        (lambda: member_year(Card(), spend=10, margin=0.4, lift=-0.1), "lift is -0.1"),
        (lambda: discount_trap(margin=30, discount=0.1), "margin is 30"),
        (lambda: discount_trap(margin=0.3, discount=-0.1), "discount is -0.1"),
        (lambda: price_cuts(margin=0.3, discount=0.1, times=-1), "times is -1"),
        (lambda: extra_service(margin=0, cost=0, retention=0.5), "margin is 0"),
        (lambda: extra_service(margin=10, cost=10, retention=0.5), "cost is 10"),
        (lambda: extra_service(margin=10, cost=1, retention=1), "retention"),
        (lambda: extra_service(margin=10, cost=1, retention=80), "retention"),
        (lambda: take_up(GROUPS, Card(benefits=(Benefit("spend", 1, 1),)), margin=0.4), "a benefit is named 'spend'"),
        (lambda: Aim("core", "core", 95, ()), "share of core is 95"),
        (lambda: loyalty_plan(tables(), AS_OF, aims={"core": 95}), "share of core is 95"),
        (lambda: loyalty_plan(tables(), AS_OF, aims=[0.5]), "give each tier and its share"),
        (lambda: loyalty_plan(tables(), "someday"), "as_of"),
        (lambda: loyalty_plan(tables(), AS_OF, days=0), "days is 0"),
        (lambda: loyalty_plan(data.load("company"), "2031-01-01"), "2031-01-01|2030"),
        (lambda: loyalty_plan(tables(), AS_OF, plan=kpis.LoyaltyPlan(kpis.CORE[:9])), "9 KPIs"),
        (lambda: service_files(tables(), AS_OF, days=0), "days is 0"),
        (lambda: service_files(tables(), "2025-12-31T00:00Z"), "time zone"),
    ],
)
def test_what_makes_no_sense(call, says):
    with pytest.raises(RuleError, match=says):
        call()


def test_unknown_words():
    with pytest.raises(UnknownName, match="no tier named 'gold'"):
        service_files(tables(), AS_OF, tiers=["gold"])
    with pytest.raises(UnknownName, match="no tier named 'gold'"):
        loyalty_plan(tables(), AS_OF, aims={"gold": 0.5})
    with pytest.raises(UnknownName, match="no language named 'fr'"):
        loyalty_plan(tables(), AS_OF, lang="fr")


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (lambda made: made.drop(columns="spend"), "column 'spend': is missing"),
        (lambda made: made.assign(spend="much"), "column 'spend': holds String"),
        (lambda made: made.assign(spend=-1.0), "-1.0 lies below 0"),
        (lambda made: made.assign(customers=[1, None, 3]), "1 of 3 rows have no value"),
        (lambda made: made.assign(concert=float("inf")), "column 'concert': a value is not a finite number"),
        (lambda made: pd.concat([made, made]), "a group is there twice"),
    ],
)
@pytest.mark.parametrize("kind", [lambda made: made, pl.from_pandas])
def test_groups_that_make_no_sense(kind, change, says):
    with pytest.raises(DataError, match=says):
        take_up(kind(change(GROUPS)), CARD, margin=0.4)


def test_what_is_no_frame_and_what_is_empty():
    with pytest.raises(DataError, match="a dict is not a usable frame"):
        take_up({}, CARD, margin=0.4)
    for before in (GROUPS.head(0), pd.DataFrame({name: [] for name in GROUPS}), pl.from_pandas(GROUPS.head(0))):
        assert list(take_up(before, CARD, margin=0.4).columns) == list(TAKEN)
        assert card_outcome(before, CARD, margin=0.4).take_up == 0
    empty = tables(**{name: made.head(0) for name, made in TABLES.items()})
    assert len(service_files(empty, AS_OF)) == 0
    assert loyalty_plan(empty, AS_OF).tiers["customers"].tolist() == [0] * 8


@pytest.mark.parametrize(
    ("changed", "says"),
    [
        ({"customers": None}, "table 'customers': is missing"),
        ({"transactions": ORDERS.drop(columns="amount")}, "column 'amount': is missing"),
        ({"transactions": ORDERS.assign(amount=-1.0)}, "-1.0 lies below 0"),
        ({"transactions": ORDERS.assign(customer_id=7)}, "ids are whole numbers here"),
        ({"transactions": ORDERS.assign(date=ORDERS["date"].dt.tz_localize("Asia/Shanghai"))}, "time zone"),
    ],
)
def test_tables_without_an_answer(changed, says):
    for call in (service_files, loyalty_plan):
        with pytest.raises(DataError, match=says):
            call(tables(**changed), AS_OF)


def test_the_plan_needs_transactions():
    with pytest.raises(DataError, match="table 'transactions': is missing"):
        loyalty_plan(tables(transactions=None), AS_OF)


def test_every_result_is_described():
    assert schema.describe("cases.take_up", "zh")["column"].tolist() == list(TAKEN)
    assert schema.describe("cases.price_cuts")["column"].tolist() == list(price_cuts(margin=0.3, discount=0.1))
    assert schema.describe("cases.service_files")["column"].tolist() == list(service_files(tables(), AS_OF))
