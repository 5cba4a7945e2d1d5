"""Deadlines: whose they are, when a day ends, and what cannot be told is refused with its row."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from autograders.dates import Dates, read_dates
from loyaltylib.errors import ClassError

SHANGHAI = ZoneInfo("Asia/Shanghai")
TABLE = """章节,学号,截止时间,延长
tiers,,2026-12-01 18:00,
,,2026/12/31,
kpis,,2026年12月3日 9:30,
tiers,0042,2026-12-05,
,0042,,2 天
kpis,ann,,90 min
"""


@pytest.fixture
def read(tmp_path):
    def read(text, lang="en"):
        path = tmp_path / "dates.csv"
        path.write_text(text, "utf-8")
        return read_dates(path, ["kpis", "tiers", "value"], {"0042", "ann"}, SHANGHAI, lang)

    return read


def utc(*parts):
    return datetime(*parts, tzinfo=UTC)


def test_a_deadline_is_meant_in_the_classs_time_zone_and_a_day_ends_with_its_last_second(read):
    dates = read(TABLE)
    assert dates.deadline("tiers") == utc(2026, 12, 1, 10)
    assert dates.deadline("kpis") == utc(2026, 12, 3, 1, 30)
    assert dates.deadline("value") == utc(2026, 12, 31, 15, 59, 59)  # the row for every chapter


def test_a_row_for_the_chapter_goes_before_the_one_for_every_chapter(read):
    dates = read(TABLE)
    assert dates.extension("tiers", "0042") == timedelta(days=4, hours=5, minutes=59, seconds=59)
    assert dates.extension("value", "0042") == timedelta(days=2)
    assert dates.extension("kpis", "ann") == timedelta(minutes=90)
    assert dates.extension("tiers", "ann") == timedelta(0)


def test_late_is_what_is_past_the_learners_own_deadline(read):
    dates = read(TABLE)
    an_hour_past = utc(2026, 12, 1, 11)
    assert dates.seconds_late("tiers", "ann", an_hour_past) == 3600
    assert dates.seconds_late("tiers", "0042", an_hour_past) == 0
    assert dates.seconds_late("tiers", "ann", None) == 0
    assert Dates().seconds_late("tiers", "ann", an_hour_past) == 0


@pytest.mark.parametrize(
    ("row", "named"),
    [
        ("tires,,2026-12-01,", "tires"),
        ("tiers,bob,,2 d", "bob"),
        ("tiers,,12/1/2026,", "12/1/2026"),
        ("tiers,,2026-02-30,", "2026-02-30"),
        ("tiers,ann,,long", "long"),
        ("tiers,ann,,25 %", "25 %"),
        ("tiers,,,2 d", "id"),
        ("tiers,ann,,", "deadline"),
        ("tiers,ann,2026-12-01,2 d", "deadline"),
    ],
)
def test_what_cannot_be_told_is_refused_with_its_row(read, row, named):
    with pytest.raises(ClassError, match=r"dates.csv, line 3: .*" + named.replace("?", r"\?")):
        read(f"chapter,learner,due,extra\nkpis,,2026-12-01,\n{row}\n")


def test_the_same_twice_and_time_without_a_deadline_are_refused(read):
    with pytest.raises(ClassError, match=r"line 3.*above"):
        read("chapter,learner,due,extra\ntiers,,2026-12-01,\ntiers,,2026-12-02,\n")
    with pytest.raises(ClassError, match=r"ann.*tiers.*no deadline"):
        read("chapter,learner,due,extra\ntiers,ann,,2 d\n")


def test_a_chinese_reader_is_told_in_chinese(read):
    with pytest.raises(ClassError, match=r"dates.csv 第 2 行：.*不是日期"):
        read("chapter,due\ntiers,soon\n", "zh")
