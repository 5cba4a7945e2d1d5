"""The kit's data: CDNOW (real) and a synthetic company, whole or as a learner's own sample.

    >>> company = load("company", learner="S-0417")
    >>> company.as_of
    datetime.date(2025, 12, 31)

A learner's sample is a subset of the customers with all their rows. It depends on nothing but the learner's id, so
that the notebook, the marking and any other machine see the same rows. What the tables hold stands on the card beside
the data (`datasets/<name>/README.md`) and in `loyaltylib.schema`.
"""

from __future__ import annotations

import hashlib
import unicodedata
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import TYPE_CHECKING

from .chapters import draw
from .errors import LearnerError, UnknownName
from .messages import LANGUAGES
from .resources import find

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt
    import pandas as pd

LONGEST_ID = 64
# A sample is between these shares of the customers: about a quarter, and of another size for (almost) every learner.
SMALLEST_SHARE, LARGEST_SHARE = 0.21, 0.29


@dataclass(frozen=True)
class Tables:
    """The tables of one dataset, as far as it has them, and what they are of.

    One attribute for each table of `loyaltylib.schema.TABLES`: a pandas frame, or None where the dataset has none.

    name                        of the dataset
    as_of                       the day its figures are for
    observed_from, observed_to  the data's own span: nothing is known of the days outside it
    version                     short code of the files' contents
    learner                     whose sample it is, normalised; None: the whole
    lang                        language of the names of people and places
    """

    name: str
    as_of: date
    observed_from: date
    observed_to: date
    version: str
    customers: pd.DataFrame
    transactions: pd.DataFrame
    wallet: pd.DataFrame | None = None
    complaints: pd.DataFrame | None = None
    feedback: pd.DataFrame | None = None
    referrals: pd.DataFrame | None = None
    contacts: pd.DataFrame | None = None
    save_attempts: pd.DataFrame | None = None
    surveys: pd.DataFrame | None = None
    encounters: pd.DataFrame | None = None
    interviews: pd.DataFrame | None = None
    burnett_scores: pd.DataFrame | None = None
    burnett_weights: pd.DataFrame | None = None
    account_events: pd.DataFrame | None = None
    offers: pd.DataFrame | None = None
    staff: pd.DataFrame | None = None
    deals: pd.DataFrame | None = None
    learner: str | None = None
    lang: str = "en"

    @property
    def tables(self) -> dict[str, pd.DataFrame]:
        """The tables that are there, by name."""
        from .schema import TABLES

        return {name: frame for name in TABLES if (frame := getattr(self, name)) is not None}


@dataclass(frozen=True)
class _Dataset:
    """Where a dataset's files are, and what its figures are for."""

    folder: str
    as_of: date
    observed_from: date
    observed_to: date


_DATASETS = {
    "cdnow": _Dataset("datasets/cdnow", date(1998, 6, 30), date(1997, 1, 1), date(1998, 6, 30)),
    "company": _Dataset("datasets/company", date(2025, 12, 31), date(2023, 1, 1), date(2025, 12, 31)),
}

# Whose row it is, where that does not stand in `customer_id`. A referral is the act of who made it. None: nobody's, so
# that every sample has all rows.
_OWNER = {
    "referrals": "referrer_id",
    "account_events": "account_id",
    "interviews": "respondent_id",
    "burnett_weights": None,
    "staff": None,
}
_MORE = "_more"  # ends the name of a file that has more columns of a table, row for row


def normalise(learner: str) -> str:
    """Return a learner's id in the one form that counts: NFKC, trimmed, case folded; leading zeros are kept.

    Full-width digits and letters, as a Chinese input method may give them, become the plain ones.

    Raises `LearnerError` for an id that is empty, longer than 64 characters, or holds a character that no file
    name or list can carry (a control or invisible character, a slash).
    """
    # Folding the case can undo NFKC for a few letters, so both are done until nothing moves.
    form = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", learner).casefold()).strip()
    if not form:
        raise LearnerError(f"the learner's id {learner!r} is empty; type the id your class list has for you")
    if len(form) > LONGEST_ID:
        raise LearnerError(f"the learner's id {form[:12]!r}... has {len(form)} characters; {LONGEST_ID} is the most")
    for sign in form:
        if unicodedata.category(sign)[0] == "C" or sign in "/\\":
            raise LearnerError(f"the learner's id {learner!r} holds the character {sign!r}; type the id without it")
    if not form.strip("."):
        raise LearnerError(f"the learner's id {learner!r} holds nothing but dots; type the id of your class list")
    return form


@cache
def _files(name: str) -> tuple[dict[str, pd.DataFrame], str]:
    """Read a dataset's files once in a process: its tables as they are on disk, and the version.

    The version is the beginning of the sha256 of the manifest, which holds the sha256 of every file.
    """
    import pandas as pd
    import pyarrow.parquet as pq

    folder, manifest = find(_DATASETS[name].folder), _manifest(name)
    frames = {}
    for line in manifest.splitlines():
        file = line.split("  ", 1)[1]
        # `pandas.read_parquet` gives the same and takes twice as long: the files are many and most are small.
        with pq.ParquetFile(folder / file) as opened:
            frames[file.removesuffix(".parquet").removeprefix("synthetic_")] = opened.read().to_pandas()
    for file in [name for name in frames if name.endswith(_MORE)]:
        table = file.removesuffix(_MORE)
        frames[table] = pd.concat([frames[table], frames.pop(file)], axis="columns")
    if name == "cdnow":
        frames = _cdnow(frames["cdnow"])
    return frames, version(name)


def version(name: str) -> str:
    """Return the short code of a dataset's files, without reading them: from the manifest of their sha256."""
    return hashlib.sha256(_manifest(name).encode()).hexdigest()[:8]


def _manifest(name: str) -> str:
    return (find(_DATASETS[name].folder) / "SHA256SUMS").read_text("utf-8")


def _cdnow(purchases: pd.DataFrame) -> dict[str, pd.DataFrame]:
    """Add the customers to the CDNOW purchases: each customer's first row there is the first purchase ever."""
    first = purchases.groupby("customer_id", as_index=False, sort=True).agg(acquired_on=("date", "min"))
    return {"customers": first, "transactions": purchases}


@cache
def _in_language(name: str, lang: str) -> dict[str, pd.DataFrame]:
    """Return the tables with one column for each `<column>_<lang>` pair, in the language asked for."""
    frames, _ = _files(name)
    others = tuple(f"_{other}" for other in LANGUAGES if other != lang)
    ours = f"_{lang}"

    def chosen(frame: pd.DataFrame) -> pd.DataFrame:
        names = {column: column.removesuffix(ours) for column in frame.columns if column.endswith(ours)}
        left_out = [column for column in frame.columns if column.endswith(others)]
        return frame.drop(columns=left_out).rename(columns=names) if names else frame

    return {table: chosen(frame) for table, frame in frames.items()}


@cache
def _owners(name: str) -> tuple[list[str], dict[str, npt.NDArray[np.int32]]]:
    """Return a dataset's customers, and for each row of each table the place of its owner in that list.

    A table whose rows are nobody's is not among them.
    """
    import pyarrow as pa
    import pyarrow.compute as pc

    frames, _ = _files(name)
    customers = pa.array(frames["customers"]["customer_id"])
    owner = {table: _OWNER.get(table, "customer_id") for table in frames}
    return customers.to_pylist(), {
        table: pc.index_in(pa.array(frames[table][column]), value_set=customers).to_numpy()
        for table, column in owner.items()
        if column is not None
    }


def _sample(name: str, learner: str) -> npt.NDArray[np.bool_]:
    """Draw a learner's customers by the order of a hash, so that no random number generator is in it."""
    import numpy as np

    customers, _ = _owners(name)
    spread = draw(learner, name, "share") / 2**64
    share = SMALLEST_SHARE + (LARGEST_SHARE - SMALLEST_SHARE) * spread
    # Every customer's hash begins with the same words: that part is done once.
    start = hashlib.sha256(f"{learner}\x1f{name}\x1f".encode())

    def place_in_line(place: int) -> bytes:
        own = start.copy()
        own.update(customers[place].encode())
        return own.digest()

    order = sorted(range(len(customers)), key=place_in_line)
    chosen = np.zeros(len(customers), dtype=bool)
    chosen[order[: round(share * len(order))]] = True
    return chosen


def load(name: str, learner: str | None = None, lang: str = "en") -> Tables:
    """Load a dataset, `cdnow` or `company`: whole, or as a learner's own sample.

    The sample holds between 21 and 29 % of the customers, drawn by a hash of the learner's id, and all rows of
    these customers in every table, in the order of the whole. A referral belongs to who made it, an event of an account
    to the account, an interview to who was asked; tables that are nobody's (staff, weights) stay whole. `lang` chooses
    the language of the names of people and places; every other value is the same in all languages.

    The frames are the caller's own: changing one changes nothing for the next call.

    Raises `UnknownName` for a dataset or a language there is not, `LearnerError` for an id that cannot be one.
    """
    if name not in _DATASETS:
        raise UnknownName("dataset", name, _DATASETS)
    if lang not in LANGUAGES:
        raise UnknownName("language", lang, LANGUAGES)
    about, (_, version) = _DATASETS[name], _files(name)
    frames = _in_language(name, lang)
    if learner is not None:
        learner = normalise(learner)
        chosen, (_, owners) = _sample(name, learner), _owners(name)
        frames = {
            table: frame[chosen[owners[table]]].reset_index(drop=True) if table in owners else frame
            for table, frame in frames.items()
        }
    return Tables(
        name=name,
        as_of=about.as_of,
        observed_from=about.observed_from,
        observed_to=about.observed_to,
        version=version,
        learner=learner,
        lang=lang,
        **{table: frame.copy(deep=False) for table, frame in frames.items()},
    )
