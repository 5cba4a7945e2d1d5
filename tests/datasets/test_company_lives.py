"""The tables that were made later tell of the same lives as the first ones."""

from itertools import pairwise

import numpy as np
import pandas as pd
import pytest

from datasets.make.known import THEMES, Known
from datasets.make.leaving import HALF_YEAR
from datasets.make.opinions import LEVELS, WAVES
from loyaltylib import burnett, defection, stages, tiers
from loyaltylib.data import load
from loyaltylib.stages import Opportunity

DAY = pd.Timedelta(days=1)
LINKS = ("generation", "tracking", "control", "fulfilment", "evaluation")


@pytest.fixture(scope="module")
def company():
    return load("company")


@pytest.fixture(scope="module")
def people(company):
    return company.customers.set_index("customer_id")


def days_after(company, frame, day):
    """For each row of the frame and order of its customer: the row's index, and the days from its day to the order."""
    orders = company.transactions[["customer_id", "date"]].rename(columns={"date": "bought"})
    pairs = frame[["customer_id", day]].reset_index(names="row").merge(orders, on="customer_id")
    return pairs["row"], (pairs["bought"] - pairs[day]).dt.days


def test_a_theme_has_a_stream_of_its_own():
    known = Known(4, [], [], {"customers": pd.DataFrame({"lost_on": []})})
    first = [known.stream(theme).uniform() for theme in THEMES]
    assert len(set(first)) == len(THEMES)
    assert first == [known.stream(theme).uniform() for theme in THEMES]


# ---------------------------------------------------------------- who the customers are


def test_groups_follow_from_what_was_bought(people):
    bought, said = people["acquired_on"].notna(), people["lost_on"].notna()
    group = people["stakeholder_group"]
    assert bought[group == "existing"].all()
    assert not said[group.isin(["existing", "target"])].any()
    assert not bought[group == "target"].any()
    assert (said | ~bought)[group == "potential"].all()
    assert group.value_counts()["partner"] >= 25
    assert (people.loc[group == "partner", "customer_type"] == "business").all()


def test_a_firm_has_no_age(people):
    firms = people[people["customer_type"] == "business"]
    assert firms[["age", "sex", "education"]].isna().all(axis=None)
    assert firms["purpose"].dropna().isin(["staff", "guests", "resale"]).all()
    assert people["age"].dropna().between(18, 88).all()
    for feature in ("age", "sex", "education", "purpose", "preference"):
        assert 0.5 < people[feature].notna().mean() < 0.95, feature


def test_a_preference_is_mostly_what_is_bought_most(company, people):
    orders = company.transactions[~company.transactions["product"].isin(["cups_and_pots", "gift_boxes"])]
    most = orders.groupby(["customer_id", "product"]).size().groupby("customer_id").idxmax().str[1]
    stated = people["preference"].dropna()
    stated = stated[stated.index.isin(most.index)]
    assert 0.8 < (most[stated.index] == stated).mean() < 0.95


def test_who_pays_for_somebody_is_there_on_that_day(company, people):
    paid = company.transactions.dropna(subset="payer_id")
    assert (paid["payer_id"] != paid["customer_id"]).all()
    assert (paid["payer_id"].map(people["region"]) == paid["customer_id"].map(people["region"])).all()
    payer = people.loc[paid["payer_id"]].set_axis(paid.index)
    asked = company.contacts.groupby("customer_id")["date"].min()
    known = payer["acquired_on"].fillna(paid["payer_id"].map(asked))
    assert (known <= paid["date"]).all()
    assert (payer["lost_on"].isna() | (payer["lost_on"] > paid["date"])).all()
    assert not set(paid["payer_id"]) & set(paid["customer_id"])  # nobody pays for one and is paid for by another
    assert payer["acquired_on"].isna().mean() > 0.3  # some buy nothing for themselves
    assert paid.groupby("payer_id")["customer_id"].nunique().max() >= 2


def test_persons_speak_for_firms_only_and_not_after_they_left(company, people):
    talks = company.contacts
    firms = talks["customer_id"].map(people["customer_type"]) == "business"
    assert (talks["person"].notna() == firms).all()
    assert (talks["influence_weight"].notna() == firms).all()
    each = (
        talks[firms]
        .groupby(["customer_id", "person"])
        .agg(weight=("influence_weight", "first"), weights=("influence_weight", "nunique"), last=("date", "max"))
    )
    assert (each["weights"] == 1).all()
    assert (each.groupby("customer_id")["weight"].sum() <= 1 + 1e-9).all()
    gone = each[each["weight"] == 0].reset_index()
    assert len(gone) >= 20
    changes = company.account_events[company.account_events["type"] == "personnel"]
    pairs = gone.merge(changes, left_on="customer_id", right_on="account_id")
    assert set(pairs.loc[pairs["date"] > pairs["last"], "customer_id"]) == set(gone["customer_id"])


def test_persons_are_the_same_in_both_languages(company):
    english = company.contacts.dropna(subset="person").groupby(["customer_id", "person"]).ngroup()
    chinese = load("company", lang="zh").contacts.dropna(subset="person").groupby(["customer_id", "person"]).ngroup()
    pairs = pd.DataFrame({"en": english, "zh": chinese}).drop_duplicates()
    assert pairs["en"].is_unique
    assert pairs["zh"].is_unique


# ---------------------------------------------------------------- what they think


def test_who_answers_the_survey_is_a_customer_that_day(company, people):
    answers = company.surveys
    row, after = days_after(company, answers, "date")
    assert set(row[after.between(-180, 0)]) == set(answers.index)
    said = answers["customer_id"].map(people["lost_on"])
    assert (said.isna() | (said > answers["date"])).all()
    day = pd.Timestamp("2024-11-10")
    here = tiers.assign_tiers(company, day.date()).set_index("customer_id")["tier"]
    about = answers.loc[(answers["date"] - day).abs() <= 2 * DAY, "customer_id"]
    assert len(about) > 40
    assert here[about].isin(["lost", "onlooker"]).mean() < 0.02  # the last order may have been within those two days


def test_a_survey_is_answered_once(company):
    first = pd.Timestamp("2023-01-01") + pd.to_timedelta(WAVES, unit="D")
    wave = np.searchsorted(first, company.surveys["date"], side="right")
    assert company.surveys.groupby(["customer_id", wave]).size().max() == 1
    assert set(wave) == set(range(1, len(WAVES) + 1))


def test_the_words_of_the_survey_are_those_of_the_table_of_losses(company):
    # The fifth level, "dissatisfied", has no rate of loss; nobody is offered it.
    assert set(company.surveys["satisfaction_level"]) == set(LEVELS)


def test_a_complaint_handled_badly_shows_in_the_next_answer(company):
    pairs = company.surveys.merge(company.complaints, on="customer_id")
    age = pairs["date"] - pairs["opened_on"]
    lately = pairs[(age >= 0 * DAY) & (age <= 365 * DAY)]
    pleased = (lately["satisfaction_level"] == "very satisfied").groupby(lately["satisfaction_score"] <= 6).mean()
    assert pleased[True] < 0.2 < pleased[False]


def test_experience_becomes_expectation(company):
    answers = company.surveys.sort_values("date")
    later = answers.groupby("customer_id")["expected"].shift(-1)
    again = answers[later.notna()]
    change = later.dropna() - again["expected"]
    gap = again["perceived"] - again["expected"]
    assert change[gap > 0].mean() > 0.2 > -0.2 > change[gap < 0].mean()


def test_ratings_explain_satisfaction_and_satisfaction_staying_in_part(company):
    answers = company.surveys.replace({"satisfaction_level": dict(zip(LEVELS, (1.0, 3.0, 4.0, 5.0), strict=True))})
    names = ("price", "product_quality", "brand_image", "service_quality")
    explained = answers[[*names]].corrwith(answers["satisfaction_level"].astype(float)) ** 2
    assert explained.idxmax() == "service_quality"
    assert 0.03 < explained.min() < explained.max() < 0.5


def test_encounters_fall_on_days_on_which_something_happened(company):
    marks = company.encounters
    complaints = company.complaints
    days = [
        company.transactions[["customer_id", "date"]],
        company.contacts[["customer_id", "date"]],
        complaints[["customer_id", "opened_on"]].set_axis(["customer_id", "date"], axis=1),
        complaints[["customer_id", "resolved_on"]].set_axis(["customer_id", "date"], axis=1),
    ]
    happened = pd.concat(days).drop_duplicates()
    assert len(marks.merge(happened, on=["customer_id", "date"])) == len(marks)


def test_more_bad_encounters_than_good_come_before_a_loss(company):
    known = company.encounters[company.encounters["date"] <= "2025-06-30"]
    balance = (known["score"] - 3).groupby(known["customer_id"]).sum()
    now, later = (
        tiers.assign_tiers(company, day).set_index("customer_id")["tier"] for day in ("2025-06-30", "2025-12-31")
    )
    balance = balance[~balance.index.map(now).isin(["lost", "onlooker"])]
    lost = pd.Series(balance.index.map(later) == "lost", index=balance.index)
    sides = lost.groupby(np.sign(balance)).mean()
    assert sides[-1] > 2 * sides[1]


# ---------------------------------------------------------------- who leaves


@pytest.mark.parametrize("as_of", ["2023-09-30", "2024-05-31", "2024-12-31", "2025-06-30", "2025-12-31"])
def test_who_is_flagged_is_at_risk_by_the_rules_of_the_tiers(company, as_of):
    flagged = company.save_attempts.loc[company.save_attempts["flagged_on"] == as_of, "customer_id"]
    assert len(flagged) >= 10
    tier = tiers.assign_tiers(company, as_of).set_index("customer_id")["tier"]
    assert set(tier[flagged]) == {"at_risk"}


def test_saved_is_who_bought_again(company):
    attempts = company.save_attempts
    assert attempts["customer_id"].is_unique
    row, after = days_after(company, attempts, "flagged_on")
    back = attempts.index.to_series().isin(row[after.between(1, HALF_YEAR)])
    assert back[attempts["outcome"] == "saved"].all()
    assert not back[attempts["outcome"] == "lost"].any()
    undecided = attempts["flagged_on"] > pd.Timestamp(company.as_of) - HALF_YEAR * DAY
    assert (undecided | (attempts["outcome"] != "open")).all()
    assert attempts.loc[undecided, "outcome"].isin(["open", "not_tried"]).all()


def test_the_control_arm_is_like_those_who_were_tried(company, people):
    attempts = company.save_attempts
    alone = attempts["outcome"] == "not_tried"
    firms = attempts["customer_id"].map(people["customer_type"]) == "business"
    promoted = attempts["customer_id"].map(people["acquired_via"]) == "promotion"
    for feature in (firms, promoted):
        assert abs(feature[alone].mean() - feature[~alone].mean()) < 0.08
    assert 0.25 < alone.mean() < 0.4


def test_who_is_interviewed_has_left_for_good(company):
    interviews = company.interviews.set_index("respondent_id")
    left = defection.classify(company, company.as_of).set_index("customer_id")["kind"] == "complete"
    assert left[interviews.index].all()
    last = company.transactions.groupby("customer_id")["date"].max()
    assert (interviews["done_at"] > last[interviews.index]).all()
    assert 0.4 < len(interviews) / left.sum() < 0.5  # more than a quarter and less than three: a review is due


def test_who_said_goodbye_says_now_what_he_said_then(company, people):
    interviews = company.interviews.set_index("respondent_id")
    said = people.loc[interviews.index].dropna(subset="lost_on")
    assert len(said) >= 20
    assert (interviews.loc[said.index, "stated"] == said["lost_reason"]).all()
    assert (interviews.loc[said.index, "destination"] == said["destination"]).all()
    assert (interviews.loc[said.index, "done_at"] > said["lost_on"]).all()


def test_who_was_seen_to_buy_elsewhere_does_not_say_that_he_buys_nowhere(company, people):
    interviews = company.interviews.set_index("respondent_id")
    silent = interviews[people.loc[interviews.index, "lost_on"].isna()]
    nowhere = silent.index[silent["destination"].isin(["none", "outside_industry"])]
    path = stages.stage_path(company.wallet).set_index("customer_id")
    fell = path["move"].isin(["down", "collapsed"]).groupby("customer_id").any()
    share = path["share"].groupby("customer_id").agg(["first", "last"])
    drifted = share["last"] < share["first"] / 3
    assert len(nowhere) >= 15
    assert (drifted & fell).reindex(nowhere, fill_value=False).mean() < 0.1
    assert (drifted & fell).reindex(silent.index.difference(nowhere), fill_value=False).mean() > 0.3


def causes_of(interviews, about_equal):
    """The cause of each interview, by the course's descriptions."""
    known = interviews.drop(columns=["respondent_id", "done_at"]).astype(object)
    rows = known.where(known.notna(), None).to_dict("records")
    found = [defection.cause_of(**row, about_equal=about_equal) for row in rows]
    return pd.Series(["nothing" if cause is None else cause.value for cause in found])


def test_six_causes_in_a_plausible_mix(company):
    share = causes_of(company.interviews, 0.5).value_counts(normalize=True)
    bands = {
        "service": (0.2, 0.35),
        "price": (0.2, 0.35),
        "product": (0.1, 0.2),
        "promotion": (0.08, 0.2),
        "market": (0.03, 0.1),
        "technology": (0.03, 0.1),
        "nothing": (0.0, 0.06),
    }
    assert {cause: low <= share[cause] <= high for cause, (low, high) in bands.items()} == dict.fromkeys(bands, True)
    strict = causes_of(company.interviews, 0.0).value_counts(normalize=True)
    assert strict["nothing"] > share["nothing"]  # half a step of quality is not the same as none
    stated = company.interviews["stated"]
    assert 0.35 < stated.notna().mean() < 0.65


# ---------------------------------------------------------------- the accounts


def test_events_are_of_firms_and_of_known_kinds(company, people):
    events = company.account_events
    assert (events["account_id"].map(people["customer_type"]) == "business").all()
    ours = {"first_order", "main_supplier", "partnership", "share_lost", "complaint", "goodbye"}
    assert set(events["type"]) == ours | {chance.value.replace(" ", "_") for chance in Opportunity}
    ended = events["account_id"].map(people["lost_on"])
    assert (ended.isna() | (events["date"] <= ended)).all()


def test_milestones_are_those_of_the_first_tables(company, people):
    events = company.account_events
    firms = people[people["customer_type"] == "business"]

    def days(kind):
        chosen = events[events["type"] == kind]
        return sorted(zip(chosen["account_id"], chosen["date"], strict=True))

    late = firms.loc[firms["acquired_on"] >= "2023-01-01", "acquired_on"]
    assert days("first_order") == sorted(late.items())
    assert days("goodbye") == sorted(firms["lost_on"].dropna().items())
    complaints = company.complaints[company.complaints["customer_id"].isin(firms.index)]
    assert days("complaint") == sorted(zip(complaints["customer_id"], complaints["opened_on"], strict=True))


@pytest.mark.parametrize(("kind", "holds"), [("main_supplier", True), ("partnership", True), ("share_lost", False)])
def test_standing_is_read_off_the_wallet(company, kind, holds):
    events = company.account_events[company.account_events["type"] == kind]
    path = stages.stage_path(company.wallet)
    found = pd.merge_asof(
        events.sort_values("date"),
        path.sort_values("period"),
        left_on="date",
        right_on="period",
        left_by="account_id",
        right_by="customer_id",
    )
    assert (found["date"] - found["period"]).max() <= 20 * DAY
    limit = 0.8 if kind == "partnership" else 0.5
    assert ((found["share"] >= limit) == holds).all()


def test_chances_are_many_where_a_rival_is_the_main_supplier(company):
    events = stages.opportunities(company.account_events, company.as_of, window_days=365)
    share = burnett.measures(company, company.as_of).set_index("customer_id")["wallet_share"]
    chances = events.groupby("account_id")["events"].sum()
    here = share[share.index.isin(company.account_events["account_id"])].dropna()
    mean = chances.reindex(here.index, fill_value=0).groupby(pd.cut(here, [0, 0.5, 0.8, 1.01], right=False)).mean()
    assert mean.is_monotonic_decreasing
    alone = here.index[here == 1]
    rivals = events[events["account_id"].isin(alone) & events["opportunity"].isin(["quality", "service", "weak tie"])]
    assert rivals.empty


def test_every_cell_of_the_matrix_is_used(company):
    for weights in (None, burnett.BurnettWeights.from_frame(company.burnett_weights)):
        cells = burnett.matrix(burnett.place(company.burnett_scores, weights))
        assert cells["customers"].min() >= 8
    assert company.burnett_scores["customer_id"].nunique() >= 140
    missing = company.burnett_scores.groupby("customer_id").size() < 26
    assert missing.sum() == 5


def test_the_weights_are_the_printed_six_and_thirteen_of_the_companys_own(company):
    weights = burnett.BurnettWeights.from_frame(company.burnett_weights)
    assert {name: weights[name] for name in weights.given} == dict(burnett.GIVEN)
    own = [weights[name] for name in weights.assumed]
    assert len(set(own)) > 5


def test_scores_of_the_relationship_are_near_what_the_database_measures(company):
    automatic = burnett.automatic_scores(burnett.measures(company, company.as_of))
    both = company.burnett_scores.merge(automatic, on=["customer_id", "dimension", "indicator"])
    apart = (both["score_x"] - both["score_y"]).abs()
    assert apart.max() <= 1
    assert 0.6 < (apart == 0).mean() < 0.9


def test_who_hardly_buys_from_us_is_always_rated(company):
    classes = burnett.classes(company, company.as_of).merge(company.customers[["customer_id", "customer_type"]])
    firms = classes[(classes["customer_type"] == "business") & (classes["wallet_share"] < 0.2)]
    minor = firms.loc[firms["class"].notna(), "class"].value_counts()
    assert minor["switchable"] >= 8
    assert minor["competitor loyal"] >= 8


# ---------------------------------------------------------------- what is sold, and by whom


def test_a_deal_goes_from_link_to_link(company):
    for _, stays in company.deals.groupby("deal_id"):
        assert stays["stage"].tolist() == list(LINKS[: len(stays)])
        assert set(stays["customer_id"]) == {stays["customer_id"].iloc[0]}
        ends = zip(stays["left_at"].iloc[:-1], stays["entered_at"].iloc[1:], strict=True)
        assert all(left == entered for left, entered in ends)
        assert all(a <= b for a, b in pairwise(stays["entered_at"]))


def test_a_deal_that_was_won_is_an_order(company, people):
    won = company.deals[company.deals["won"]]
    assert (won["stage"] == "fulfilment").all()
    orders = company.transactions[["customer_id", "date"]].drop_duplicates()
    assert len(won.merge(orders, left_on=["customer_id", "entered_at"], right_on=["customer_id", "date"])) == len(won)
    begun = company.deals.groupby("deal_id").agg({"customer_id": "first", "entered_at": "min", "won": "any"})
    never = begun["customer_id"].map(people["acquired_on"]).isna()
    assert not begun.loc[never, "won"].any()
    fulfilled = company.deals[company.deals["stage"].isin(["fulfilment", "evaluation"])]
    assert set(fulfilled["deal_id"]) == set(begun.index[begun["won"]])


def test_offers_are_ours_and_one_or_two_rivals(company):
    number = company.offers.groupby("customer_id")["supplier"].agg(["size", lambda names: "moonkettle" in set(names)])
    assert set(number["size"]) == {2, 3}
    assert number.iloc[:, 1].all()


def test_the_larger_our_share_the_more_our_offer_is_worth(company):
    terms = company.offers
    net = terms["functional"] + terms["emotional"] - terms[["money", "time", "energy", "psychic"]].sum(axis=1)
    ours = terms["supplier"] == "moonkettle"
    lead = net[ours].set_axis(terms.loc[ours, "customer_id"]) - net[~ours].groupby(terms["customer_id"]).max()
    share = burnett.measures(company, company.as_of).set_index("customer_id")["wallet_share"].reindex(lead.index)
    tier = tiers.assign_tiers(company, company.as_of).set_index("customer_id")["tier"]
    gone = tier[lead.index] == "lost"
    assert gone.sum() >= 30
    assert (lead[gone] < 0).mean() > 0.9
    assert (lead[share >= 0.8] > 0).mean() > 0.8
    assert 0.2 < (lead[~gone & (share < 0.5)] < 0).mean() < 0.95  # some stay although a rival offers more
