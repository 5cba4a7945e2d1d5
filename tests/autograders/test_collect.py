"""Hand-ins are taken in from wherever they come, each as an attempt; in doubt whose one is, a person decides."""

from __future__ import annotations

import io
import json
import os
import zipfile
from datetime import UTC, datetime

import pytest
from click.testing import CliRunner

from autograders import attempts, collect, unsettled
from autograders.classdir import enrol, open_class
from autograders.grade import grade
from autograders.roster import Learner
from loyaltylib import handin
from loyaltylib.cli import loyalty
from loyaltylib.errors import ClassError, UnknownName
from loyaltylib.panel import LEARNER_MIME

CLASS = [
    Learner("0042", "张三", "zs@school.cn"),
    Learner("0043", "李四"),
    Learner("li.lei", "Lei Li", "li.lei@school.cn"),
    Learner("zhang01", "Zhang, San"),
    Learner("twin1", "王芳"),
    Learner("twin2", "王芳"),
    Learner("nameless1"),
]


def run(*args, code=0):
    result = CliRunner().invoke(loyalty, [str(arg) for arg in args])
    assert result.exit_code == code, result.output + repr(result.exception)
    return result


@pytest.fixture
def course(mini):
    enrol(open_class(mini.root), CLASS)
    return mini


@pytest.fixture
def inbox(tmp_path):
    """Return an empty folder beside the class."""
    (tmp_path / "inbox").mkdir()
    return tmp_path / "inbox"


@pytest.fixture
def notebook(released_class):
    """Return the bytes of a solved notebook that a learner's start cell has signed; `salt` makes it another one."""

    def made(learner="", salt=""):
        cells = released_class.solved()
        start = next(cell for cell in cells["cells"] if cell["id"] == "start")
        start["source"] = "".join(start["source"]) + f"\n# {salt}"
        if learner:
            record = {LEARNER_MIME: {"learner": learner}}
            start["outputs"] = [{"output_type": "display_data", "data": record, "metadata": {}}]
        return json.dumps(cells).encode()

    return made


@pytest.fixture
def packed(notebook):
    """Return name and bytes of what `handin()` makes of a notebook."""

    def made(learner, salt="", content=None):
        content = content or notebook(learner, salt)
        slip = handin.receipt(content, stem="mini", learner=learner, lang="zh", data="1")
        return slip.file_name, handin.pack(content, slip)

    return made


def zipped(path, files, **settings):
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(name, data, **settings)
    return path


def take(course, *places, **settings):
    return collect.collect(course.root, places, **settings)


def came(found):
    return {each.place: each.outcome for each in found}


def counts(course, learner):
    return (course.root / f"submitted/{learner}/mini/mini.ipynb").read_bytes()


def open_cases(course):
    return [case for case in unsettled.cases(course.root) if not case.decided]


def test_a_learners_zip_is_an_attempt_whose_receipt_says_whose_and_of_which_chapter(course, packed, notebook, inbox):
    name, data = packed("0042")
    (inbox / name).write_bytes(data)
    [found] = take(course, inbox / name)
    assert (found.outcome, found.learner, found.chapter, found.number) == ("taken", "0042", "mini", 1)
    assert counts(course, "0042") == notebook("0042")
    [kept] = attempts.attempts(open_class(course.root), "mini", "0042")
    assert kept.source == "receipt"
    assert json.loads((kept.folder / "receipt.json").read_text())["learner"] == "0042"


def test_the_same_again_changes_nothing_and_another_one_is_a_second_attempt(course, packed, inbox):
    for salt in ("", "better"):
        name, data = packed("0042", salt)
        (inbox / name).write_bytes(data)
    assert [each.outcome for each in take(course, inbox)] == ["taken", "taken"]
    before = {path: path.stat().st_mtime_ns for path in course.root.rglob("*")}
    assert [each.outcome for each in take(course, inbox)] == ["same", "same"]
    assert {path: path.stat().st_mtime_ns for path in course.root.rglob("*")} == before


@pytest.mark.parametrize(
    "name",
    [
        "张三_12345_assignsubmission_file_/mini.ipynb",
        "张三_12345_assignsubmission_file/mini.ipynb",
        "三 张_12345_assignsubmission_file_mini.ipynb",
        "张三_12345_67890_mini.ipynb",
        "张三_LATE_12345_67890_mini-1.ipynb",
        "week 3/张三_12345_67890_mini.ipynb",
        "0042/mini/mini.ipynb",
        "zs@school.cn/mini.ipynb",
        "2026 0042张三/mini.ipynb",
        "张三_mini.ipynb",
    ],
)
def test_lms_folder_and_file_names_say_whose_a_notebook_without_an_id_is(course, notebook, inbox, name):
    place = zipped(inbox / "download.zip", {name: notebook()})
    assert [(each.outcome, each.learner) for each in take(course, place)] == [("taken", "0042")]


@pytest.mark.parametrize("name", ["leili", "lilei", "Lei Li", "Li Lei"])
def test_an_lms_may_put_either_part_of_a_name_first(course, notebook, inbox, name):
    place = zipped(inbox / "download.zip", {f"{name}_7_assignsubmission_file_/mini.ipynb": notebook()})
    assert [each.learner for each in take(course, place)] == ["li.lei"]


def test_a_moodle_download_holds_learners_zips_bare_notebooks_and_what_is_neither(course, packed, notebook, inbox):
    zip_name, zip_data = packed("zhang01")
    files = {
        f"San Zhang_1_assignsubmission_file_/{zip_name}": zip_data,
        "李四_2_assignsubmission_file_/mini (1).ipynb": notebook("0043"),
        "李四_2_assignsubmission_file_/picture.png": b"png",
        "张三_3_assignsubmission_file_/work.rar": b"Rar!",
        "Lei Li_4_assignsubmission_file_/essay.docx": b"PK",
        "__MACOSX/._mini.ipynb": b"",
    }
    found = take(course, zipped(inbox / "download.zip", files))
    taken = {each.learner: each.place for each in found if each.outcome == "taken"}
    assert taken.keys() == {"zhang01", "0043"}
    assert sorted(each.why for each in found if each.outcome == "refused") == [
        "no notebook in it",
        "only zips can be opened; ask for a zip",
    ]
    assert (course.root / "submitted/0043/mini/picture.png").read_bytes() == b"png"


def test_canvas_says_late_and_its_resubmission_is_the_later_attempt(course, notebook, inbox):
    files = {
        "lisi_2_20_mini-1.ipynb": notebook("0043", "second"),
        "lisi_2_9_mini.ipynb": notebook("0043", "first"),
        "nobody_LATE_3_21_mini.ipynb": notebook("nameless1"),
    }
    found = take(course, zipped(inbox / "download.zip", {f"x/{name}": data for name, data in files.items()}))
    # nobody on the list is called lisi; nameless1 has no name that could speak against the notebook's id
    assert [(each.outcome, each.late) for each in found] == [("unsettled", None), ("unsettled", None), ("taken", True)]
    run("settle", course.root, "--suggested")
    kept = attempts.attempts(open_class(course.root), "mini", "0043")
    assert [b"first" in each.path.read_bytes() for each in kept] == [True, False]


def test_names_in_gbk_without_a_flag_and_with_backslashes_are_read_as_they_were_meant(course, notebook, inbox):
    path = inbox / "windows.zip"
    name = "张三_12345_assignsubmission_file_\\作业\\mini.ipynb"  # 業 and others have 0x5C as second byte in GBK
    with zipfile.ZipFile(path, "w") as archive:
        info = zipfile.ZipInfo("x" * len(name.encode("gbk")))
        archive.writestr(info, notebook())
    raw = path.read_bytes().replace(b"x" * len(name.encode("gbk")), name.encode("gbk"))
    path.write_bytes(raw)
    assert [(each.outcome, each.learner) for each in take(course, path)] == [("taken", "0042")]


@pytest.mark.parametrize(
    ("name", "learner", "reason"),
    [
        ("0042/mini.ipynb", "0043", "these do not agree: notebook: 0043; folder: 0042"),
        ("张三_1_assignsubmission_file_/mini.ipynb", "0043", "these do not agree: notebook: 0043; Moodle: 张三"),
        ("0042/mini.ipynb", "9999", "only a part of this is on the class list: notebook: 9999; folder: 0042"),
        ("somebody/mini.ipynb", "0043", "only a part of this is on the class list: notebook: 0043; folder: somebody"),
        ("王芳_1_assignsubmission_file_/mini.ipynb", "", "more than one could be meant: Moodle: 王芳"),
        ("mini.ipynb", "", "nothing says whose it is"),
    ],
)
def test_what_does_not_agree_or_names_nobody_waits_for_a_person(  # noqa: PLR0913, PLR0917 - a table
    course, notebook, inbox, name, learner, reason
):
    [found] = take(course, zipped(inbox / "download.zip", {name: notebook(learner)}))
    assert (found.outcome, found.why) == ("unsettled", reason)
    assert not list(course.root.glob("submitted/*"))
    assert (course.root / "unsettled/1/files/mini.ipynb").read_bytes() == notebook(learner)


def test_of_two_with_one_name_the_id_in_the_notebook_decides(course, notebook, inbox):
    files = {"王芳_1_assignsubmission_file_/mini.ipynb": notebook("twin2")}
    assert [each.learner for each in take(course, zipped(inbox / "d.zip", files))] == ["twin2"]


def test_a_receipt_of_another_notebook_waits_for_a_person(course, packed, notebook, inbox):
    name, data = packed("0042")
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        files = {"receipt.json": archive.read("receipt.json"), "mini.ipynb": notebook("0042", "changed afterwards")}
    [found] = take(course, zipped(inbox / name, files))
    assert found.outcome == "unsettled"
    assert "receipt" in found.why


def test_a_person_settles_and_it_is_written_down_and_marked(course, notebook, inbox):
    place = zipped(inbox / "download.zip", {"0042/mini.ipynb": notebook("9999"), "0043/mini.ipynb": notebook("0042")})
    take(course, place)
    rows = json.loads(run("settle", course.root, "--json").output)
    assert [(row["number"], row["suggested"], row["reason"]) for row in rows] == [
        (1, ["0042"], "partly"),
        (2, ["0042", "0043"], "disagree"),
    ]
    run("settle", course.root, 1, "00４2")
    run("settle", course.root, 2, "--drop")
    assert run("settle", course.root).output == "Nothing is unsettled.\n"
    first, second = unsettled.cases(course.root)
    assert (first.settled, second.settled) == ("0042", "")
    assert all(datetime.fromisoformat(case.decided).tzinfo == UTC for case in (first, second))
    assert counts(course, "0042") == notebook("9999")
    assert [each.outcome for each in take(course, place)] == ["same", "same"]
    grade(course.root, "mini", workers=1)
    assert run("settle", course.root).output == "Nothing is unsettled.\n"  # what is settled does not come up again


@pytest.mark.parametrize(
    ("args", "error", "words"),
    [((7, "0042"), ClassError, "7"), ((1, "nobody"), UnknownName, "nobody"), ((1, "a/b"), ClassError, "a/b")],
)
def test_what_cannot_be_settled_says_why_and_stays(  # noqa: PLR0913, PLR0917 - a table
    course, notebook, inbox, args, error, words
):
    take(course, zipped(inbox / "download.zip", {"mini.ipynb": notebook()}))
    with pytest.raises(error, match=words):
        unsettled.decide(open_class(course.root), *args)
    assert len(open_cases(course)) == 1


def test_a_name_that_was_settled_is_known_in_the_next_download(course, notebook, inbox):
    def download(salt):
        return zipped(inbox / f"{salt}.zip", {f"San Cheung_77_{salt}1_mini.ipynb": notebook("", salt)})

    take(course, download("1"))
    run("settle", course.root, 1, "zhang01")
    assert [(each.outcome, each.learner) for each in take(course, download("2"))] == [("taken", "zhang01")]


def test_a_record_of_a_notebook_worked_on_under_another_id_is_settled_too(course, notebook):
    course.hand_in("0042", notebook("0043"))
    grade(course.root, "mini", workers=1)
    [row] = json.loads(run("settle", course.root, "--json").output)
    assert (row["reason"], row["learner"], row["number"]) == ("other_learner", "0042", 1)
    assert len(json.loads(run("settle", course.root, "--json").output)) == 1
    run("settle", course.root, 1, "0043")
    assert counts(course, "0043") == notebook("0043")
    assert not (course.root / "submitted/0042/mini").exists()
    summary = grade(course.root, "mini", workers=1)
    assert (summary.submissions, summary.marked) == (1, 1)
    assert run("settle", course.root).output == "Nothing is unsettled.\n"


def test_without_a_class_list_the_notebooks_id_counts_and_else_the_folder(mini, notebook, inbox):
    files = {"a/mini.ipynb": notebook("ＺＨＡＮＧ01"), "b/mini.ipynb": notebook(), "mini.ipynb": notebook("", "?")}
    found = take(mini, zipped(inbox / "d.zip", files))
    assert sorted((each.outcome, each.learner) for each in found) == [
        ("taken", "b"),
        ("taken", "zhang01"),
        ("unsettled", ""),
    ]


def test_a_folder_by_learner_and_one_of_loose_notebooks(course, notebook, inbox):
    for name, data in {
        "0042/mini.ipynb": notebook(),
        "loose/a.ipynb": notebook("0043"),
        "loose/b.ipynb": notebook("zhang01"),
    }.items():
        (inbox / "in" / name).parent.mkdir(parents=True, exist_ok=True)
        (inbox / "in" / name).write_bytes(data)
    found = take(course, inbox / "in", stem="mini")
    assert {each.learner for each in found if each.outcome == "taken"} == {"0042", "0043", "zhang01"}


def test_the_time_is_the_timestamp_files_else_the_one_given(course, notebook, inbox):
    (course.root / "dates.csv").write_text("chapter,due\nmini,2026-11-01 12:00\n", "utf-8")
    files = {
        "0042/mini.ipynb": notebook(),
        "0042/timestamp.txt": b"2026-11-01 11:59:00.000000 UTC",
        "0043/mini.ipynb": notebook(),
    }
    at = datetime(2026, 11, 1, 12, 1, tzinfo=UTC)
    for name, data in files.items():
        (inbox / "in" / name).parent.mkdir(parents=True, exist_ok=True)
        (inbox / "in" / name).write_bytes(data)
    found = take(course, inbox / "in", at=at)
    assert {each.learner: each.late for each in found} == {"0042": False, "0043": True}
    assert (course.root / "submitted/0043/mini/timestamp.txt").read_text().startswith("2026-11-01 12:01:00")


@pytest.mark.parametrize("name", ["0042/mini.ipynb", "Zhang_1_assignsubmission_file_/mini.ipynb"])
def test_a_learner_sets_no_time_of_their_own(course, notebook, inbox, name):
    (course.root / "dates.csv").write_text("chapter,due\nmini,2026-11-01 12:00\n", "utf-8")
    early = {name: notebook("0042"), name.replace("mini.ipynb", "timestamp.txt"): b"2026-10-01 11:59:00 UTC"}
    [found] = take(course, zipped(inbox / "d.zip", early), at=datetime(2026, 11, 1, 12, 1, tzinfo=UTC))
    assert found.late or found.outcome == "unsettled"


def test_a_name_in_broken_signs_stops_nobody(course, notebook, inbox):
    folder = inbox / "in/0042"
    folder.mkdir(parents=True)
    (folder / os.fsdecode("作业.ipynb".encode("gb18030"))).write_bytes(notebook("0042"))
    (inbox / "in/0043").mkdir()
    (inbox / "in/0043/mini.ipynb").write_bytes(notebook("0043"))
    assert {each.learner for each in take(course, inbox / "in", stem="mini") if each.outcome == "taken"} == {
        "0042",
        "0043",
    }


def test_a_run_that_is_stopped_goes_on_where_it_stopped(course, packed, inbox, monkeypatch):
    for learner in ("0042", "0043", "zhang01"):
        name, data = packed(learner)
        (inbox / name).write_bytes(data)

    def stopped(*_):
        raise KeyboardInterrupt

    place = attempts.place
    monkeypatch.setattr(
        attempts, "place", lambda root, attempt: place(root, attempt) if attempt.learner == "0042" else stopped()
    )
    with pytest.raises(KeyboardInterrupt):
        take(course, inbox)
    monkeypatch.setattr(attempts, "place", place)
    assert sorted(each.outcome for each in take(course, inbox)) == ["same", "same", "taken"]
    assert sorted(path.parent.name for path in course.root.glob("submitted/*/mini")) == ["0042", "0043", "zhang01"]


# What strangers may put into a zip


def test_names_that_lead_out_links_passwords_and_doubles_are_refused_and_the_rest_goes_on(course, notebook, inbox):
    path = inbox / "bad.zip"
    link = zipfile.ZipInfo("link.ipynb")
    link.create_system, link.external_attr = 3, 0o120777 << 16
    with zipfile.ZipFile(path, "w") as archive:
        for name in ("../up.ipynb", "/etc/mini.ipynb", "C:\\mini.ipynb", "a/../../b.ipynb", "bell\x07.ipynb"):
            archive.writestr(name, notebook("0042"))
        archive.writestr(link, "/etc/passwd")
        archive.writestr("twice/mini.ipynb", notebook("0043", "a"))
        with pytest.warns(UserWarning, match="Duplicate"):
            archive.writestr("twice/mini.ipynb", notebook("0043", "b"))
        archive.writestr("zhang01/mini.ipynb", notebook("zhang01"))
        archive.writestr("locked.ipynb", notebook("0043"))
    data = bytearray(path.read_bytes())
    at = data.rindex(b"locked.ipynb") - 46  # the entry in the list at the end of the zip; its flags are 8 further
    data[at + 8] |= 1
    path.write_bytes(data)
    found = take(course, path)
    whys = sorted(each.why for each in found if each.outcome == "refused")
    assert whys == sorted(
        [
            *["its name leads out of the folder"] * 4,
            "its name holds control characters",
            "a link, or no file at all",
            "the name is there more than once",
            "it has a password; ask for it without one",
        ]
    )
    assert not any("\x07" in each.place for each in found)
    assert [each.learner for each in found if each.outcome == "taken"] == ["zhang01"]
    assert not (inbox / "up.ipynb").exists()


def test_what_strangers_call_themselves_does_nothing_to_a_terminal(course, notebook, inbox):
    place = zipped(inbox / "d.zip", {"mini.ipynb": notebook("\x1b[31m" + "9" * 5000)})
    for command in (("collect", course.root, place), ("settle", course.root)):
        said = run(*command).stdout
        assert "\x1b" not in said
        assert len(said) < 3000


def test_names_longer_than_a_file_may_have_are_no_trouble(course, notebook, inbox):
    long = "很" * 120
    files = {f"0042/mini {long}.ipynb": notebook("0042"), f"0042/{long}.txt": b"?", "0043/mini.ipynb": notebook("0043")}
    found = take(course, zipped(inbox / "d.zip", files))
    assert {each.learner for each in found if each.outcome == "taken"} == {"0042", "0043"}
    assert counts(course, "0042") == notebook("0042")


def test_a_bomb_is_refused_while_it_is_read(course, notebook, inbox, monkeypatch):
    monkeypatch.setattr("autograders.incoming.LARGEST_FILE", 4 * 1024**2)
    bomb = io.BytesIO()
    with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("mini.ipynb", bytes(64 * 1024**2))
    data = bytearray(bomb.getvalue())
    assert len(data) < 100_000
    at = data.rindex(b"mini.ipynb") - 46
    data[at + 24 : at + 28] = (10).to_bytes(4, "little")  # it says that it is small
    said_small, plain = bytes(data), bomb.getvalue()
    found = take(course, zipped(inbox / "d.zip", {"a.zip": said_small, "b.zip": plain, "0042/mini.ipynb": notebook()}))
    outcomes = came(found)
    assert outcomes["b.zip/mini.ipynb"] == "refused"
    assert outcomes["0042/mini.ipynb"] == "taken"
    assert outcomes["a.zip/mini.ipynb"] in ("refused", "unsettled")  # cut off where it says that it ends


def test_zips_without_end_are_not_opened(course, packed, inbox):
    name, data = packed("0042")
    for depth in range(4):
        data = zipped(inbox / f"{depth}.zip", {name: data}).read_bytes()
    assert [each.why for each in take(course, inbox / "3.zip")] == ["a zip in a zip in a zip"]


def test_a_million_entries_are_refused_before_they_are_counted(course, inbox):
    entry = b"PK\x01\x02" + bytes(24) + (1).to_bytes(2, "little") + bytes(16) + b"a"
    directory = entry * 1_000_000
    locator = b"PK\x06\x06" + (44).to_bytes(8, "little") + bytes(12) + (10**6).to_bytes(8, "little") * 2
    locator += len(directory).to_bytes(8, "little") + bytes(8)
    end = b"PK\x06\x07" + bytes(4) + len(directory).to_bytes(8, "little") + (1).to_bytes(4, "little")
    end += b"PK\x05\x06" + b"\xff" * 16 + bytes(2)
    (inbox / "many.zip").write_bytes(directory + locator + end)
    assert [each.why for each in take(course, inbox / "many.zip")] == ["too many files in it"]


@pytest.mark.parametrize("data", [b"", b"PK", b"PK\x05\x06" + bytes(18), b"no zip at all", b"PK\x03\x04" + bytes(200)])
def test_a_zip_that_is_none_is_one_line(course, inbox, data):
    (inbox / "broken.zip").write_bytes(data)
    assert [each.outcome for each in take(course, inbox)] == (["refused"])


def test_links_and_pipes_in_a_folder_are_refused(course, notebook, inbox):
    place = inbox / "in"
    (place / "0042").mkdir(parents=True)
    (inbox / "secret").mkdir()
    (inbox / "secret/mini.ipynb").write_bytes(notebook("0043"))
    (place / "0042/mini.ipynb").symlink_to(inbox / "secret/mini.ipynb")
    (place / "0043").symlink_to(inbox / "secret")
    os.mkfifo(place / "pipe.ipynb")
    assert {each.why for each in take(course, place)} == {"a link, or no file at all"}


def test_the_table_the_counts_and_json(course, notebook, packed, inbox):
    name, data = packed("0042")
    place = zipped(inbox / "d.zip", {name: data, "0043/mini.ipynb": notebook("9999"), "notes.txt": b"?"})
    said = run("--lang", "zh", "collect", course.root, "mini", place).output
    assert "已收取：1；与之前相同：0；待认定：1；未收取：1" in said
    assert "loyalty settle" in said
    rows = json.loads(run("collect", course.root, place, "--json").stdout)
    assert [row["outcome"] for row in rows] == ["refused", "unsettled", "same"]
    assert rows[2] == {
        "place": f"{name}/mini.ipynb",
        "chapter": "mini",
        "learner": "0042",
        "outcome": "same",
        "late": None,
        "number": 1,
        "why": "",
    }


def test_what_is_no_place_or_no_chapter_says_so(course, inbox):
    assert "nowhere" in run("collect", course.root, inbox / "nowhere", code=2).stderr
    assert "number 3" in run("settle", course.root, 3, code=2).stderr


def test_nbgraders_own_zip_collect_understands_the_same(course, packed, notebook, monkeypatch):
    from nbgrader.apps import ZipCollectApp

    name, data = packed("0042")
    files = {
        f"张三_1_assignsubmission_file_/{name}": data,
        "李四_2_assignsubmission_file_/mini.ipynb": notebook("0043"),
        "王芳_3_assignsubmission_file_/mini.ipynb": notebook(),
        "../out.ipynb": notebook("0043"),
    }
    archive = course.root / "downloaded/mini/archive"
    archive.mkdir(parents=True)
    zipped(archive / "download.zip", files)
    monkeypatch.chdir(course.root)
    app = ZipCollectApp()
    app.initialize(["mini"])
    app.start()
    app.clear_instance()
    assert counts(course, "0042") == notebook("0042")
    assert counts(course, "0043") == notebook("0043")
    assert [case.reason for case in open_cases(course)] == ["several"]
    assert not list(course.root.rglob("out.ipynb"))
