"""The stages of a relationship on tables: against print, typed tables, properties, bad input, every engine."""

import datetime as dt
from types import SimpleNamespace

import pandas as pd
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from loyaltylib import concepts, data, schema
from loyaltylib.errors import DataError, RuleError, UnknownName
from loyaltylib.stages import (
    Breakup,
    BreakupRules,
    Opportunity,
    Stage,
    StageLimits,
    breakup_causes,
    breakups,
    contact_net,
    key_persons,
    move_of,
    opportunities,
    risk_register,
    stage_of,
    stage_path,
    strategies_for,
    traits_of,
)

AS_OF = "2025-12-31"


def frame(columns: str, *rows: tuple) -> pd.DataFrame:
    made = pd.DataFrame(list(rows), columns=columns.split())
    for name in made.columns:
        if name.endswith("_on") or name in ("date", "period"):
            made[name] = pd.to_datetime(made[name])
    return made


def same(found, expected):
    found = found.to_pandas() if isinstance(found, pl.DataFrame) else found
    pd.testing.assert_frame_equal(found, expected, check_dtype=False)


# ---------------------------------------------------------------- against print (concepts.md, R4)


def test_r4_stage_table_standing_goal_and_levers():
    assert [traits_of(stage)[0] for stage in Stage] == [
        "Our standing: not a supplier",
        "Our standing: secondary or candidate supplier",
        "Our standing: main supplier",
        "Our standing: strategic supplier",
    ]
    assert [len(strategies_for(stage)) for stage in Stage] == [4, 3, 2, 3]
    assert strategies_for("strategic", "zh") == ("战略互补", "双边锁定", "高层协调")
    assert [len(concepts.get(name).traits("en")) for name in ("stable.pleasure", "stable.pain.risk")] == [5, 6]
    assert len(concepts.get("early.opportunity").strategies("zh")) == 8
    assert all(traits_of(stage, lang)[-1] for stage in Stage for lang in ("en", "zh"))


def test_every_result_is_described():
    made = {
        "stage_path": stage_path(WALLET),
        "key_persons": key_persons(CONTACTS),
        "contact_net": contact_net(CONTACTS),
        "opportunities": opportunities(EVENTS, AS_OF),
        "breakups": breakups(LEAVERS, AS_OF),
        "risk_register": risk_register(REGISTER),
    }
    for name, result in made.items():
        assert result.columns.tolist() == schema.describe(f"stages.{name}")["column"].tolist()


# ---------------------------------------------------------------- the path, on thirteen rows a person can check

Q = ("2025-03-31", "2025-06-30", "2025-09-30", "2025-12-31")
WALLET = frame(
    "customer_id period own_spend total_category_spend n_suppliers",
    ("ann", Q[0], 0, 100, 2),
    ("ann", Q[1], 49, 100, 2),
    ("ann", Q[2], 50, 100, 2),
    ("ann", Q[3], 80, 100, 1),
    ("bo", Q[3], 40, 100, 3),  # out of order on purpose
    ("bo", Q[0], 100, 100, 1),
    ("bo", Q[1], 79.9, 100, 2),
    ("cy", Q[0], 30, 100, 3),
    ("cy", Q[1], 0, 0, 0),  # bought from nobody
    ("cy", Q[2], 60, 100, 3),
    ("cy", Q[3], 60, 200, 3),
    ("di", Q[0], 0, 10, 3),
    ("di", Q[1], 7, 10, 3),
)
PATH = frame(
    "customer_id period share stage number move",
    ("ann", Q[0], 0.0, "development", 1, "first"),
    ("ann", Q[1], 0.49, "early", 2, "up"),
    ("ann", Q[2], 0.5, "stable", 3, "up"),
    ("ann", Q[3], 0.8, "strategic", 4, "up"),
    ("bo", Q[0], 1.0, "strategic", 4, "first"),
    ("bo", Q[1], 0.799, "stable", 3, "down"),
    ("bo", Q[3], 0.4, "early", 2, "down"),
    ("cy", Q[0], 0.3, "early", 2, "first"),
    ("cy", Q[1], None, None, None, None),
    ("cy", Q[2], 0.6, "stable", 3, None),
    ("cy", Q[3], 0.3, "early", 2, "down"),
    ("di", Q[0], 0.0, "development", 1, "first"),
    ("di", Q[1], 0.7, "stable", 3, "skipped"),
)


@pytest.mark.parametrize("kind", [lambda made: made, pl.from_pandas], ids=["pandas", "polars"])
def test_thirteen_rows(kind):
    found = stage_path(kind(WALLET))
    assert type(found) is type(kind(WALLET))
    same(found, PATH)


def test_a_lazy_wallet_stays_lazy():
    found = stage_path(pl.from_pandas(WALLET).lazy())
    assert isinstance(found, pl.LazyFrame)
    same(found.collect(), PATH)


def test_amb_34_the_other_boundary_and_other_limits():
    lower = stage_path(WALLET, boundary="lower")
    assert lower["stage"].tolist()[2:4] == ["early", "stable"]  # exactly 50 % and 80 %
    other = stage_path(WALLET, limits=StageLimits(main_share=0.3, strategic_share=0.4))
    assert other["stage"].tolist()[4:8] == ["strategic", "strategic", "strategic", "stable"]


def test_amb_34_only_confirmed_partners_are_strategic():
    found = stage_path(WALLET, partners=["bo"]).set_index("customer_id")["stage"]
    assert found["ann"].tolist()[-1] == "stable"
    assert found["bo"].tolist()[0] == "strategic"
    assert "strategic" not in set(stage_path(WALLET, partners=[])["stage"].dropna())


def test_periods_after_the_day_are_left_out():
    same(stage_path(WALLET, as_of="2025-06-30"), PATH[PATH["period"] <= "2025-06-30"].reset_index(drop=True))
    assert len(stage_path(WALLET, as_of="2024-12-31")) == 0  # a day before the data begins
    same(stage_path(WALLET, as_of="2099-01-01"), PATH)


def test_the_company():
    path = stage_path(data.load("company").wallet)
    assert path["move"].isin(["first", "stayed", "up", "skipped", "down", "collapsed"]).all()
    assert (path["move"] == "first").sum() == path["customer_id"].nunique()
    assert set(path["stage"]) == set(Stage)


def test_one_row_after_another_in_plain_python_gives_the_same():
    path = stage_path(WALLET)
    previous = {}
    for row in path.to_dict("records"):
        if pd.isna(row["share"]):
            previous[row["customer_id"]] = "unknown"
            continue
        assert stage_of(row["share"]) == row["stage"]
        before = previous.get(row["customer_id"])
        if before == "unknown":
            assert pd.isna(row["move"])
        else:
            assert move_of(before, row["stage"]) == row["move"]
        previous[row["customer_id"]] = row["stage"]


# ---------------------------------------------------------------- people

CONTACTS = frame(
    "customer_id person role influence_weight date function",
    ("north", "Lu", "user", 0.1, "2025-01-10", "visit"),
    ("north", "Mo", "owner", 0.4, "2025-02-10", "negotiation"),
    ("north", "Wei", "buyer", 0.4, "2025-03-10", "visit"),
    ("north", "Wei", "buyer", 0.4, "2025-04-10", "service"),
    ("north", "Zoe", "clerk", None, "2025-05-10", "visit"),  # nobody knows her weight
    ("north", None, "clerk", 0.9, "2025-05-10", "visit"),  # nobody knows who it was
    ("south", "An", "buyer", 0.0, "2025-05-10", "visit"),
    ("south", "An", "buyer", 0.0, "2025-06-10", "visit"),
)


def test_key_persons_by_hand():
    found = key_persons(CONTACTS)
    expected = frame(
        "customer_id person role talks weight share place key",
        ("north", "Mo", "owner", 1, 0.4, 0.4 / 0.9, 1, True),  # as strong as Wei, before her by name
        ("north", "Wei", "buyer", 2, 0.4, 0.4 / 0.9, 2, True),  # the two pass one half together
        ("north", "Lu", "user", 1, 0.1, 0.1 / 0.9, 3, False),
        ("north", "Zoe", "clerk", 1, None, None, 4, False),
        ("south", "An", "buyer", 2, 0.0, None, 1, False),
    )
    same(found, expected)
    assert key_persons(CONTACTS, enough=0.4)["key"].sum() == 1
    assert key_persons(CONTACTS, enough=1)["key"].sum() == 3
    assert not key_persons(CONTACTS, enough=0)["key"].any()


def test_the_net_by_hand():
    expected = frame(
        "customer_id people functions talks concentration single_line",
        ("north", 4, 3, 5, (1 + 1 + 4 + 1) / 25, False),
        ("south", 1, 1, 2, 1.0, True),
    )
    same(contact_net(CONTACTS), expected)
    by_role = contact_net(CONTACTS, by="role")
    assert by_role["people"].tolist() == [4, 1]
    assert by_role["talks"].tolist() == [6, 2]  # the nameless clerk has a role


def test_the_company_by_role():
    net = contact_net(data.load("company").contacts, by="role")
    assert net["people"].between(1, 3).all()
    assert net["concentration"].between(1 / 3 - 1e-9, 1).all()


# ---------------------------------------------------------------- chances and endings

EVENTS = frame(
    "account_id type date",
    ("east", "personnel", "2025-12-31"),
    ("east", "personnel", "2025-12-01"),
    ("east", "weak tie", "2025-12-21"),
    ("east", "cost", "2025-10-02"),  # 90 days ago: just over
    ("east", "new_product", "2026-01-01"),  # after the day
    ("west", "cost", "2025-10-03"),
    ("west", "fair", "2025-12-30"),  # none of the eight
)


def test_chances_by_hand():
    expected = frame(
        "account_id opportunity number events days_since_last",
        ("east", "personnel", 3, 2, 0),
        ("east", "weak tie", 6, 1, 10),
        ("west", "cost", 8, 1, 89),
    )
    same(opportunities(EVENTS, AS_OF), expected)
    wider = opportunities(EVENTS, AS_OF, window_days=91)
    assert wider["opportunity"].tolist() == ["personnel", "weak tie", "cost", "cost"]


def test_amb_35_the_weak_tie_is_no_opening_of_the_development_stage():
    assert opportunities(EVENTS, AS_OF, stage="development")["opportunity"].tolist() == ["personnel", "cost"]


@pytest.mark.parametrize("spelt", [lambda word: word, lambda word: word.replace(" ", "_")])
def test_every_opportunity_is_found_in_both_spellings(spelt):
    events = frame("account_id type date", *(("a", spelt(chance.value), AS_OF) for chance in Opportunity))
    assert opportunities(events, AS_OF)["opportunity"].tolist() == list(Opportunity)


LEAVERS = SimpleNamespace(
    customers=frame(
        "customer_id lost_on lost_reason destination",
        ("ann", "2025-12-01", "service", "competitor"),
        ("bo", "2025-11-01", "market", "none"),
        ("cy", None, None, None),
        ("di", "2025-10-01", "price", "competitor"),
        ("eli", "2026-01-05", "product", "competitor"),  # after the day
        ("fay", "2025-12-31", None, None),
    ),
    complaints=frame(
        "customer_id opened_on resolved_on",
        ("ann", "2025-10-01", None),  # open to the end, 61 days
        ("bo", "2025-10-02", None),  # 30 days: just in time
        ("cy", "2025-01-01", None),  # cy is still there
        ("di", "2025-08-01", "2025-08-20"),
        ("di", "2024-09-30", "2025-03-01"),  # 366 days before the goodbye: too long ago
        ("fay", "2024-12-31", "2025-06-01"),  # 365 days before it, and waited 152
        ("fay", "2025-12-01", "2026-03-01"),  # settled after the goodbye: waited 30 up to it
    ),
)
ENDINGS = frame(
    "customer_id days_ago rival unmet_need unsolved_complaint controllable",
    ("ann", 30, True, True, True, True),
    ("bo", 60, False, False, False, False),
    ("di", 91, True, False, False, True),
    ("fay", 0, False, False, True, True),
)


def test_endings_by_hand():
    same(breakups(LEAVERS, AS_OF), ENDINGS)
    assert breakups(LEAVERS, AS_OF, BreakupRules(timely_days=29))["unsolved_complaint"].tolist() == [
        True, True, False, True,
    ]  # fmt: skip
    recent = breakups(LEAVERS, AS_OF, BreakupRules(recent_days=364)).set_index("customer_id")
    assert not recent.loc["fay", "unsolved_complaint"]


def test_without_complaints_or_reasons_causes_are_hidden():
    bare = SimpleNamespace(customers=LEAVERS.customers[["customer_id", "lost_on"]])
    found = breakups(bare, AS_OF)
    assert found["customer_id"].tolist() == ["ann", "bo", "di", "fay"]
    assert not found["controllable"].any()
    assert len(breakups(SimpleNamespace(customers=LEAVERS.customers[["customer_id"]]), AS_OF)) == 0


def test_endings_of_the_company_agree_with_the_plain_rule():
    company = data.load("company")
    found = breakups(company, AS_OF)
    people = company.customers.set_index("customer_id")
    assert len(found) == people["lost_on"].notna().sum()
    for row in found.to_dict("records"):
        one = people.loc[row["customer_id"]]
        said = {name: None if pd.isna(one[name]) else one[name] for name in ("lost_reason", "destination")}
        plain = breakup_causes(said["lost_reason"], said["destination"], 99.0 if row["unsolved_complaint"] else 0.0)
        assert [row[cause.value.replace(" ", "_")] for cause in Breakup] == [cause in plain for cause in Breakup]


# ---------------------------------------------------------------- the risk register

REGISTER = frame(
    "supplier risk likelihood loss",
    ("new", "late supply", 0.25, 800),
    ("new", "quality problems", 0.1, 500),
    ("old", "inflated price", 0.5, 60),
    ("old", "unlawful conduct", 0.0, 10_000),
)


def test_the_register_by_hand():
    expected = frame("supplier assessed expected_loss largest", ("new", 2, 250, 200), ("old", 2, 30, 30))
    same(risk_register(REGISTER), expected)


# ---------------------------------------------------------------- properties

few = settings(max_examples=8, deadline=None, derandomize=True)
WHO = st.sampled_from(["a", "b", "c"])


@st.composite
def wallets(draw):
    rows = draw(
        st.lists(
            st.tuples(WHO, st.integers(0, 9), st.integers(0, 20), st.integers(0, 20)),
            min_size=1, max_size=14, unique_by=lambda row: row[:2],
        )
    )  # fmt: skip
    start = dt.date(2023, 3, 31)
    return frame(
        "customer_id period own_spend total_category_spend",
        *((who, start + dt.timedelta(91 * place), own, own + rest) for who, place, own, rest in rows),
    )


@few
@given(wallets(), st.randoms(use_true_random=False))
def test_the_order_of_rows_changes_nothing(wallet, random):
    shuffled = wallet.sample(frac=1, random_state=random.randrange(2**31))
    same(stage_path(shuffled), stage_path(wallet))


@few
@given(wallets(), st.sampled_from([0.01, 7.3, 10_000]))
def test_another_currency_changes_nothing(wallet, rate):
    money = {name: wallet[name] * rate for name in ("own_spend", "total_category_spend")}
    same(stage_path(wallet.assign(**money)), stage_path(wallet))


@few
@given(wallets(), st.integers(-9000, 9000), st.integers(-30, 900))
def test_shifting_all_days_and_as_of_together_changes_nothing(wallet, days, ago):
    as_of, shift = dt.date(2025, 12, 31) - dt.timedelta(ago), pd.Timedelta(days, "D")
    moved = stage_path(wallet.assign(period=wallet["period"] + shift), as_of=as_of + dt.timedelta(days))
    expected = stage_path(wallet, as_of=as_of)
    same(moved.assign(period=moved["period"] - shift), expected)


@few
@given(wallets(), st.sampled_from(["upper", "lower"]))
def test_every_row_has_the_stage_of_the_plain_rule(wallet, boundary):
    for row in stage_path(wallet, boundary=boundary).to_dict("records"):
        if pd.isna(row["share"]):
            assert pd.isna(row["stage"])
        else:
            assert row["stage"] == stage_of(row["share"], boundary=boundary)


@few
@given(
    st.lists(st.tuples(WHO, st.sampled_from("mnopq"), st.integers(0, 10)), min_size=1, max_size=12), st.integers(0, 10)
)
def test_key_persons_hold_enough_and_no_one_too_many(rows, tenths):
    weights = {(who, person): weight / 10 for who, person, weight in rows}
    contacts = frame(
        "customer_id person role influence_weight", *((*key, "role", weight) for key, weight in weights.items())
    )
    found = key_persons(contacts, enough=tenths / 10)
    for _, people in found.groupby("customer_id"):
        if people["share"].isna().all():
            assert not people["key"].any()
            continue
        assert people["share"].sum() == pytest.approx(1)
        held = people.loc[people["key"], "share"]
        assert held.sum() >= tenths / 10 - 1e-6
        assert held.sum() - (held.iloc[-1] if len(held) else 0) < tenths / 10 + (0 if len(held) else 1e-6)
        assert people["weight"].is_monotonic_decreasing


# ---------------------------------------------------------------- bad input


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (lambda w: w.drop(columns="period"), "column 'period': is missing"),
        (lambda w: w.assign(own_spend="much"), "'own_spend': holds .*turn it into numbers"),
        (lambda w: w.assign(own_spend=-1.0), "'own_spend': -1.0 lies below 0"),
        (lambda w: w.assign(own_spend=float("nan")), "'own_spend': 13 of 13 rows have no value"),
        (lambda w: w.assign(period=w["period"].dt.tz_localize("UTC")), "'period': holds .*without a time zone"),
        (lambda w: w.assign(period="2025-03-31"), "'period': holds "),
        (lambda w: w.assign(period=pd.Timestamp("2025-03-31")), "occurs in 4 rows, but names one"),
        (lambda w: w.assign(own_spend=101.0), "'total_category_spend': lies below own_spend in 12 rows"),
        (lambda _: None, "table 'wallet': is missing"),
        (lambda _: 3, "is not a usable frame"),
    ],
)
def test_a_wallet_that_makes_no_sense(change, says):
    with pytest.raises(DataError, match=says):
        stage_path(change(WALLET))


def test_a_nan_in_polars_is_refused():
    with pytest.raises(DataError, match="rows hold NaN"):
        stage_path(pl.from_pandas(WALLET).with_columns(own_spend=float("nan")))


@pytest.mark.parametrize(
    ("call", "error", "says"),
    [
        (lambda: stage_path(WALLET, boundary="middle"), UnknownName, "no boundary named 'middle'"),
        (lambda: stage_path(WALLET, partners="bo"), RuleError, "give a list of customer ids"),
        (lambda: stage_path(WALLET, as_of="2025-12-31T00:00+08:00"), RuleError, "has a time zone"),
        (lambda: key_persons(CONTACTS, enough=50), RuleError, "0.5 for 50 per cent"),
        (lambda: contact_net(CONTACTS, by="city"), RuleError, "give 'person' or 'role'"),
        (lambda: opportunities(EVENTS, "soon"), RuleError, "as_of is 'soon'"),
        (lambda: opportunities(EVENTS, AS_OF, stage="stable"), RuleError, "for 'development' and 'early' only"),
        (lambda: opportunities(EVENTS, AS_OF, stage="late"), UnknownName, "no stage named 'late'"),
        (lambda: opportunities(EVENTS, AS_OF, window_days=0), RuleError, "window_days is 0"),
        (lambda: opportunities(EVENTS.drop(columns="type"), AS_OF), DataError, "'type': is missing"),
        (lambda: breakups(SimpleNamespace(), AS_OF), DataError, "table 'customers': is missing"),
        (lambda: breakups(LEAVERS, 2025), RuleError, "as_of is 2025"),
        (lambda: key_persons(None), DataError, "table 'contacts': is missing"),
        (lambda: key_persons(CONTACTS.drop(columns="role")), DataError, "'role': is missing"),
        (lambda: key_persons(CONTACTS.assign(influence_weight=40.0)), DataError, "40.0 lies above 1"),
        (lambda: key_persons(CONTACTS.assign(influence_weight="big")), DataError, "turn it into numbers"),
        (
            lambda: key_persons(CONTACTS.assign(influence_weight=[0.1, 0.4, 0.4, 0.3, None, 0.9, 0, 0])),
            DataError, "1 people have different weights",
        ),
    ],
)  # fmt: skip
def test_what_is_refused(call, error, says):
    with pytest.raises(error, match=says):
        call()


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (lambda r: r.drop(columns="loss"), "column 'loss': is missing"),
        (lambda r: r.assign(loss="high"), "'loss': holds .*turn it into numbers"),
        (lambda r: r.assign(loss=-1.0), "'loss': -1.0 lies below 0"),
        (lambda r: r.assign(loss=float("inf")), "'loss': a value is not a finite number"),
        (lambda r: r.assign(loss=float("nan")), "'loss': 4 of 4 rows have no value"),
        (lambda r: r.assign(likelihood=25), "'likelihood': 25.0 lies above 1"),
        (lambda r: r.assign(risk="weather"), "'weather' is no purchase risk; known: inflated price"),
        (lambda r: r.assign(risk="late supply"), "new has 'late supply' twice"),
        (lambda _: 3, "a int is not a usable frame"),
    ],
)
def test_a_register_that_makes_no_sense(change, says):
    for kind in (lambda made: made, lambda made: pl.from_pandas(made) if isinstance(made, pd.DataFrame) else made):
        with pytest.raises(
            DataError, match=says.replace("have no value", "(have no value|do not hold)").replace("of 4 ", ".*")
        ):
            risk_register(kind(change(REGISTER)))


@pytest.mark.parametrize("kind", [lambda made: made, pl.from_pandas], ids=["pandas", "polars"])
def test_an_empty_frame_gives_an_empty_one(kind):
    leavers = SimpleNamespace(**{name: kind(made.head(0)) for name, made in vars(LEAVERS).items()})
    results = [
        stage_path(kind(WALLET.head(0))),
        key_persons(kind(CONTACTS.head(0))),
        contact_net(kind(CONTACTS.head(0))),
        opportunities(kind(EVENTS.head(0)), AS_OF),
        breakups(leavers, AS_OF),
        risk_register(kind(REGISTER.head(0))),
    ]
    assert [len(result) for result in results] == [0] * 6
    assert list(results[0].columns) == PATH.columns.tolist()


# ---------------------------------------------------------------- every engine


def test_path_and_people_on_every_engine(engine):
    tables = SimpleNamespace(wallet=WALLET, contacts=CONTACTS)
    engine.agrees(lambda t: stage_path(t.wallet, partners=["ann"], as_of=AS_OF), tables, "customer_id", "period")
    engine.agrees(lambda t: key_persons(t.contacts), tables, "customer_id", "place")
    engine.agrees(lambda t: contact_net(t.contacts), tables, "customer_id")


def test_chances_risks_and_endings_on_every_engine(engine):
    tables = SimpleNamespace(events=EVENTS, register=REGISTER, **vars(LEAVERS))
    engine.agrees(lambda t: opportunities(t.events, AS_OF), tables, "account_id", "number")
    engine.agrees(lambda t: breakups(t, AS_OF), tables, "customer_id")
    engine.agrees(lambda t: risk_register(t.register), tables, "supplier")
