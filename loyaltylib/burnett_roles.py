"""Customer identification: which role a person plays in the purchase, and whom everyone known is to us."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Any, Final

import narwhals.stable.v2 as nw

from .frames import Frame, days_before, said_if, to_native
from .inputs import Reader, days, word

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from .tiers_rules import TierRules


class Role(StrEnum):
    """The three roles in a purchase, in the order of the course text (first, second, third person)."""

    INFLUENCER = "influencer"
    DECIDER = "decider"
    USER = "user"

    @property
    def concept(self) -> str:
        """Id in the concept registry."""
        return f"ident.{self.value}"


# Each role by its own word; give `roles` another reading where the company's records use other words.
OWN_WORDS: Final[Mapping[str, str]] = {role.value: role.value for role in Role}


def roles(
    tables: object, observed_from: date | str, observed_to: date | str, reads: Mapping[str, str] | None = None
) -> Any:
    """Count the talks with each role at each customer in a window, and name the roles nobody spoke with.

    Before: `contacts` (customer_id, date, and where known role). `reads` says which word of the records is which role;
    without it the words are influencer, decider and user themselves. After: one row a customer with a talk, sorted by
    `customer_id`:

        customer_id
        influencer, decider, user   talks with that role
        other                       talks with a role that is unknown or read as none of the three
        missing                     the roles without a talk, separated by ", "

        >>> import pandas as pd
        >>> from types import SimpleNamespace
        >>> before = pd.DataFrame({
        ...     "customer_id": ["clinic", "clinic", "shop"], "role": ["owner", "nurse", "owner"],
        ...     "date": pd.to_datetime(["2025-03-01", "2025-03-08", "2025-05-01"])})
        >>> tables = SimpleNamespace(contacts=before)
        >>> roles(tables, "2025-01-01", "2025-12-31", reads={"owner": "decider", "nurse": "user"})
          customer_id  influencer  decider  user  other           missing
        0      clinic           0        1     1      0        influencer
        1        shop           0        1     0      0  influencer, user

    In plain pandas:

        >>> before.groupby(["customer_id", "role"]).size().to_dict()
        {('clinic', 'nurse'): 1, ('clinic', 'owner'): 1, ('shop', 'owner'): 1}

    A window without talks gives an empty frame. Raises `DataError` (what breaks the schema), `RuleError` (the days),
    `UnknownName` (a role in `reads`).
    """
    first, last = days(observed_from, observed_to)
    read = {said: word("role", role, Role) for said, role in (OWN_WORDS if reads is None else reads).items()}
    why = "without it nobody is known to have spoken"
    table = Reader(tables).must_open("contacts", ("customer_id", "date"), {"role": nw.String}, why=why)
    age, said = nw.col("age"), nw.col("role").cast(nw.String)
    talks = table.with_columns(days_before("date", last).alias("age"), said.alias("role"))
    talks = talks.filter((age >= 0) & (age <= (last - first).days))
    counted = talks.with_columns(
        *(_talks([word for word, each in read.items() if each is role]).alias(role.value) for role in Role)
    ).with_columns((1 - nw.col("influencer") - nw.col("decider") - nw.col("user")).alias("other"))
    sums = counted.group_by("customer_id").agg(nw.col(*Role, "other").sum())
    missing = [said_if(nw.col(role) == 0, role) for role in Role]
    named = sums.with_columns(nw.concat_str(missing).str.strip_chars(", ").alias("missing"))
    return to_native(named.sort("customer_id"))


def _talks(words: list[str]) -> nw.Expr:
    """1 for a talk with someone whom the records call by one of the words, else 0."""
    if not words:
        return nw.lit(0)
    return nw.when(nw.col("role").is_in(words)).then(nw.lit(1)).otherwise(nw.lit(0))


def stakeholders(tables: object, as_of: date | str, rules: TierRules | None = None) -> Any:
    """Say of everyone known whom they are to us, in the two senses of "customer" the course uses (AMB-12).

    Customer relations in the wide sense include potential customers and partners: `stakeholder_group`. The customer
    base leaves out lost customers and onlookers: `in_base`. The two are kept apart, for neither follows from the other.

    Before: the tables of `loyaltylib.tiers.assign_tiers`; `customers` may have `stakeholder_group`. After: one row a
    customer known at `as_of`, sorted by `customer_id`: customer_id, stakeholder_group (null where unknown), tier,
    in_base (flag).

        >>> import pandas as pd
        >>> from types import SimpleNamespace
        >>> customers = pd.DataFrame({"customer_id": ["ann", "bo"], "stakeholder_group": ["existing", "potential"]})
        >>> orders = pd.DataFrame({"customer_id": ["ann"], "date": pd.to_datetime(["2025-12-01"]), "amount": [80.0]})
        >>> stakeholders(SimpleNamespace(customers=customers, transactions=orders), "2025-12-31")
          customer_id stakeholder_group      tier  in_base
        0         ann          existing       new     True
        1          bo         potential  onlooker    False

    In plain pandas:

        >>> customers["customer_id"].isin(orders["customer_id"]).tolist()
        [True, False]

    Raises `DataError` (what breaks the schema), `RuleError` (`as_of`).
    """
    from .tiers import Tier, assign_tiers

    outside = nw.col("tier").is_in([Tier.LOST.value, Tier.ONLOOKER.value])
    found: Frame = nw.from_native(assign_tiers(tables, as_of, rules))
    groups = Reader(tables).must_open("customers", ("customer_id",), {"stakeholder_group": nw.String})
    joined = found.join(groups.select("customer_id", "stakeholder_group"), on="customer_id", how="left")
    named = joined.select("customer_id", "stakeholder_group", "tier", (~outside).alias("in_base"))
    return to_native(named.sort("customer_id"))
