"""Every hand-in of nbgrader's exchange is taken, none that its folder does not vouch for; the Hub is in `test_hub`."""

from __future__ import annotations

import json
import pwd
import sys

import pytest

from autograders.classdir import open_class
from autograders.collect import collect
from autograders.exchange import release
from loyaltylib.errors import ClassError

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="nbgrader has no exchange there")


@pytest.fixture
def course(mini, tmp_path):
    (tmp_path / "exchange").mkdir()
    config = mini.root / "nbgrader_config.py"
    config.write_text(config.read_text("utf-8") + f"\nc.Exchange.root = {str(tmp_path / 'exchange')!r}\n", "utf-8")
    return mini


def submit(course, name, **files):
    place = course.root.parent / "exchange" / open_class(course.root).coursedir.course_id / "inbound" / name
    place.mkdir(parents=True)
    for stem, data in files.items():
        (place / f"{stem}.ipynb").write_bytes(data)
    return place


def test_each_of_a_learners_hand_ins_is_taken_the_earliest_first_and_once(course):
    config = course.root / "nbgrader_config.py"
    config.write_text(config.read_text("utf-8") + "\nc.ExchangeCollect.check_owner = False\n", "utf-8")
    solved = json.dumps(course.solved()).encode()
    for day, data in ((12, solved + b"\n"), (3, solved)):
        submit(course, f"li+lei+mini+2026-11-{day:02} 08:00:00.000000 UTC+x{day}", mini=data)
    submit(course, "ann+mini+2026-11-05 08:00:00.000000 UTC", mini=solved)
    submit(course, "ann+other+2026-11-05 08:00:00.000000 UTC+x", other=solved)
    submit(course, "ann+mini+2026-11-06 08:00:00.000000 UTC+empty")
    found = collect(course.root)
    assert [(each.learner, each.number, each.outcome) for each in found if each.learner] == [
        ("li+lei", 1, "taken"),
        ("ann", 1, "taken"),
        ("li+lei", 2, "taken"),
    ]
    assert [each.why for each in found if not each.learner] == ["no notebook in it"]
    assert {each.outcome for each in collect(course.root)} == {"same", "refused"}


def test_a_folder_that_another_account_owns_waits_for_a_person(course):
    import os

    own = pwd.getpwuid(os.geteuid()).pw_name
    solved = json.dumps(course.solved()).encode()
    submit(course, f"{own}+mini+2026-11-05 08:00:00.000000 UTC+x", mini=solved)
    submit(course, "somebody+mini+2026-11-05 08:00:00.000000 UTC+x", mini=solved)
    assert [(each.learner, each.outcome) for each in collect(course.root)] == [(own, "taken"), ("", "unsettled")]


def test_links_in_the_exchange_are_not_followed(course, tmp_path):
    (tmp_path / "others.ipynb").write_bytes(json.dumps(course.solved()).encode())
    place = submit(course, "ann+mini+2026-11-05 08:00:00.000000 UTC+x")
    (place / "mini.ipynb").symlink_to(tmp_path / "others.ipynb")
    (place.parent / "ann+mini+2026-11-06 08:00:00.000000 UTC+x").symlink_to(tmp_path)
    assert {each.outcome for each in collect(course.root)} == {"refused"}


def test_release_puts_a_chapter_where_learners_fetch_it(course):
    assert [path.name for path in release(course.root, "mini").iterdir()] == ["mini.ipynb"]
    release(course.root, "mini")  # again, in its place


def test_without_an_exchange_the_place_and_the_remedy_are_named(course):
    with pytest.raises(ClassError, match=r"inbound.*release"):
        collect(course.root)
