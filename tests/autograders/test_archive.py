"""A class kept after its term: the same bytes, proved whole, restored as it was; pseudonymised, with nobody in it."""

from __future__ import annotations

import io
import json
import random
import shutil
import socket
import sqlite3
import zipfile
from dataclasses import replace

import nbformat
import pytest
from click.testing import CliRunner
from nbformat.v4 import new_output

from autograders import classdir, records
from autograders.archive import INSIDE, MANIFEST, archive, restore
from autograders.feedback import feedback
from autograders.grade import grade
from autograders.pseudonym_files import Rewriting
from autograders.pseudonym_words import Words
from autograders.report import report
from autograders.roster import Learner
from autograders.simulate import simulate
from loyaltylib import handin
from loyaltylib.cli import loyalty
from loyaltylib.errors import ClassError
from loyaltylib.panel import LEARNER_MIME

STEM = "tiers"
PEOPLE = [
    Learner("20230017", "欧阳小明", "ouyang.xm@example.edu.cn", "zh"),
    Learner("li_lei7", "Lei O'Brien-Li", "l.li@example.org", "en"),
    Learner("007abc42", "赵", "zhao@example.edu.cn", "zh"),
]


@pytest.fixture(scope="module")
def term(tmp_path_factory):
    """A class at its end: three people with hand-ins in which they are named in many ways, marked, with feedback."""
    root = tmp_path_factory.mktemp("term") / "class"
    opened = classdir.new(root, "zh", stems=[STEM], learners=PEOPLE)
    classdir.release(root, STEM)
    handins = simulate(root, STEM, mistakes=[[], ["wrong_precedence"], []])
    for one, person in zip(handins, PEOPLE, strict=True):
        if one.learner != person.id:
            (root / "submitted" / one.learner).rename(root / "submitted" / person.id)
        _signed(root / "submitted" / person.id / STEM, person, one.learner)
    for folder in ("simulated",):
        shutil.rmtree(root / folder, ignore_errors=True)
    with classdir_gradebook(opened) as gradebook:
        for one in handins:
            if one.learner not in {person.id for person in PEOPLE}:
                gradebook.remove_student(one.learner)
    grade(root, STEM, workers=1)
    feedback(root, STEM)
    report(root, STEM)
    (root / "grade.log").write_text("".join(f"marked {p.id} ({p.name}) <{p.email.upper()}>\n" for p in PEOPLE), "utf-8")
    (root / "mails.csv").write_bytes("".join(f"{p.name},{p.email}\n" for p in PEOPLE).encode("gb18030"))
    (root / "reading").mkdir()
    orders = ({"learner": p.id, "marker": "Wu", "comment": f"See {p.name}."} for p in PEOPLE)
    lines = "".join(f"{json.dumps(each, ensure_ascii=False)}\n" for each in orders)
    (root / "reading" / "tiers-save_first.jsonl").write_text(lines, "utf-8")
    (root / "link").symlink_to("/etc/hostname")
    return root


def classdir_gradebook(opened):
    from nbgrader.api import Gradebook

    return Gradebook(opened.coursedir.db_url, opened.coursedir.course_id)


def _signed(folder, person, before):
    """Have a learner named in the source, in outputs, in a picture, in a text and in files beside the notebook."""
    path = folder / f"{STEM}.ipynb"
    text = path.read_text("utf-8").replace(before, person.id)
    notebook = nbformat.reads(text, 4)
    start = next(cell for cell in notebook.cells if cell.id == "start")
    start.source = (
        f'from loyaltylib.practice import start\nkit = start("{STEM}", lang="zh", learner=" {person.id.upper()} ")'
    )
    wide = "".join(chr(ord(c) + 0xFEE0) if "!" <= c <= "~" else c for c in person.id)
    start.outputs.append(new_output("stream", text=f"{person.id} {person.name!r} {json.dumps(person.name)} {wide}\\n"))
    start.outputs.append(new_output("display_data", {"image/png": "aGVsbG8=", "text/html": f"<b>{person.email}</b>"}))
    start.outputs.append(new_output("display_data", {LEARNER_MIME: {"learner": person.id}, "text/plain": person.id}))
    answer = next(cell for cell in notebook.cells if cell.id == "tiers-save_first")
    answer.source = f"My own words, signed {person.name}"
    nbformat.write(notebook, path)
    body = path.read_bytes()
    slip = handin.receipt(body, stem=STEM, learner=person.id, lang="zh", data="1")
    (folder / slip.file_name).write_bytes(handin.pack(body, slip))
    (folder / "notes.txt").write_text(f"{person.name}\n{slip.shown}\n", "utf-8")
    (folder / "photo.png").write_bytes(b"\x89PNG\x00" + person.id.encode())


def contents(root):
    return {p.relative_to(root).as_posix(): p.read_bytes() for p in sorted(root.rglob("*")) if p.is_file()}


def everything(body, name=""):
    """Yield every name and every byte of a file, inside zips and databases too, as texts: a search of its own."""
    yield name
    if zipfile.is_zipfile(io.BytesIO(body)):
        with zipfile.ZipFile(io.BytesIO(body)) as packed:
            for inner in packed.namelist():
                yield from everything(packed.read(inner), inner)
        return
    if body.startswith(b"SQLite"):
        database = sqlite3.connect(":memory:")
        database.deserialize(body)
        yield "\n".join(database.iterdump())
    for encoding in ("utf-8", "utf-16-le", "gb18030"):
        yield body.decode(encoding, "ignore")


def test_the_same_class_gives_the_same_bytes_and_comes_back_as_it_was(term, tmp_path):
    one, other = archive(term, tmp_path / "a.zip"), archive(term, tmp_path / "b.zip")
    assert one.sha256 == other.sha256
    assert (tmp_path / "a.zip").read_bytes() == (tmp_path / "b.zip").read_bytes()
    assert one.left_out == ("link",)
    manifest = json.loads(zipfile.ZipFile(one.path).read(MANIFEST))
    assert manifest["checks"] == {STEM: records.check_version(STEM)}
    back = tmp_path / "再来 class"
    assert restore(one.path, back).files == one.files
    (term / "link").unlink()
    assert contents(back) == contents(term)
    (term / "link").symlink_to("/etc/hostname")
    report(back, STEM)
    assert contents(back / "report") == contents(term / "report")
    summary = grade(back, STEM, workers=1)
    assert (summary.marked, summary.unchanged) == (0, 3)
    report(back, STEM)
    assert set(contents(back / "report")) >= {
        "tiers.en.html",
        "tiers.zh.html",
        "tiers.lesson.en.html",
        "csv/tiers.items.csv",
    }
    assert contents(back / "report") == contents(term / "report")


def test_nobody_is_left_in_a_pseudonymised_archive(term, tmp_path):
    stranger = term / "unsettled/1/about.json"
    stranger.parent.mkdir(parents=True)
    stranger.write_text('{"text": "Stranger Danger"}')
    made = archive(term, tmp_path / "p.zip", pseudonymise=True)
    shutil.rmtree(term / "unsettled")
    assert "unsettled" in made.left_out
    found = "\n".join(everything(made.path.read_bytes())).casefold()
    for person in PEOPLE:
        names = [person.name, json.dumps(person.name)[1:-1]] if len(person.name) > 1 else []
        for word in (person.id, person.email, *names):
            assert word.casefold() not in found, word
    receipts = [path.name.split("-")[-1][:8] for path in term.glob(f"submitted/*/{STEM}/*.zip")]
    assert len(receipts) == len(PEOPLE)
    assert [number for number in receipts if number.casefold() in found] == []
    assert "photo.png" in " ".join(made.left_out)
    assert "my own words" in found
    assert made.key.stat().st_mode & 0o777 == 0o600
    assert made.key.read_text().strip() not in found
    assert "stranger" not in found
    assert archive(term, made.key.with_name("p2.zip"), pseudonymise=True).sha256 != made.sha256  # another key
    made.path.rename(tmp_path / "kept.zip")
    one, other = (archive(term, tmp_path / "p.zip", pseudonymise=True), (tmp_path / "p.zip").read_bytes())
    one.path.unlink()
    assert archive(term, one.path, pseudonymise=True).sha256 == one.sha256  # the same key, the same bytes
    assert one.path.read_bytes() == other


def test_a_pseudonymised_class_is_reported_and_not_marked(term, tmp_path):
    made = archive(term, tmp_path / "p.zip", pseudonymise=True, without=("texts",))
    assert "my own words" not in "\n".join(everything(made.path.read_bytes())).casefold()
    back = tmp_path / "class"
    assert restore(made.path, back).pseudonymised
    points = sorted(record.points for record in records.read_all(back, STEM))
    assert points == sorted(record.points for record in records.read_all(term, STEM))
    learners = {record.learner for record in records.read_all(back, STEM)}
    assert {path.name for path in (back / "submitted").iterdir()} == learners
    opened = classdir.open_class(back)
    assert {each.id for each in opened.learners} == learners
    with classdir_gradebook(opened) as gradebook:
        assert {student.id for student in gradebook.students} >= learners
        assert sorted(gradebook.find_submission(STEM, each).score for each in learners) == points
    assert report(back, STEM).is_file()
    assert len(feedback(back, STEM)) == len(PEOPLE)
    with pytest.raises(ClassError, match="cannot be marked again"):
        grade(back, STEM, workers=1)


def test_an_id_that_cannot_be_taken_out_is_named_and_nothing_is_written(term, tmp_path):
    root = shutil.copytree(term, tmp_path / "class", symlinks=True)
    with pytest.MonkeyPatch.context() as patch:  # as a file would that is rewritten in a wrong way
        patch.setattr(Rewriting, "file", lambda _, name, body: None if name.endswith(".zip") else body)
        with pytest.raises(ClassError, match=r"still stands in .*: nothing was written"):
            archive(root, tmp_path / "p.zip", pseudonymise=True)
    for learner, said in (("7", "too short"), ("cell_type", "also a word of the class's own files")):
        classdir.enrol(classdir.open_class(root), [*PEOPLE, Learner(learner)])
        with pytest.raises(ClassError, match=said):
            archive(root, tmp_path / "p.zip", pseudonymise=True)
        with classdir_gradebook(classdir.open_class(root)) as gradebook:
            gradebook.remove_student(learner)
    (tmp_path / "p.key").write_text("no key")
    with pytest.raises(ClassError, match="no key of pseudonyms"):
        archive(root, tmp_path / "p.zip", pseudonymise=True)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["class", "p.key"]


def _changed(source, target, change):
    """Copy an archive with its entries changed."""
    with zipfile.ZipFile(source) as packed:
        entries = {name: packed.read(name) for name in packed.namelist()}
    change(entries)
    with zipfile.ZipFile(target, "w") as made:
        for name, body in entries.items():
            made.writestr(name, body)


def _escape(entries):
    manifest = json.loads(entries[MANIFEST])
    manifest["files"]["../out.txt"] = manifest["files"].pop("roster.csv")
    entries[INSIDE + "../out.txt"] = entries.pop(INSIDE + "roster.csv")
    entries[MANIFEST] = json.dumps(manifest).encode()


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda entries: entries.update({INSIDE + "roster.csv": b"id\n"}), "roster.csv has been changed"),
        (lambda entries: entries.pop(INSIDE + "roster.csv"), "roster.csv is missing"),
        (lambda entries: entries.update({INSIDE + "more.py": b""}), "more.py is in it and not in its manifest"),
        (lambda entries: entries.update({"evil.py": b""}), "evil.py is in it and not in its manifest"),
        (_escape, "would be written outside"),
        (lambda entries: entries.pop(MANIFEST), "cannot be read as an archive"),
        (lambda entries: entries.update({MANIFEST: b'{"schema": 99, "files": {}}'}), "another form"),
    ],
)
def test_what_is_not_whole_is_not_restored(term, tmp_path, change, said):
    made = archive(term, tmp_path / "a.zip")
    _changed(made.path, tmp_path / "b.zip", change)
    with pytest.raises(ClassError, match=said):
        restore(tmp_path / "b.zip", tmp_path / "class")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.zip", "b.zip"]


@pytest.mark.parametrize("seed", range(8))
def test_an_archive_with_damaged_bytes_is_not_restored(term, tmp_path, seed):
    made = archive(term, tmp_path / "a.zip")
    rng = random.Random(seed)  # noqa: S311 - places, not secrets
    with zipfile.ZipFile(made.path) as packed:
        name = rng.choice([each for each in packed.infolist() if each.compress_size > 64])
    body = bytearray(made.path.read_bytes())
    start = name.header_offset + 30 + len(name.filename.encode())
    for place in rng.sample(range(start, start + name.compress_size), 3):
        body[place] ^= 0xFF
    made.path.write_bytes(body)
    with pytest.raises(ClassError, match=r"has been changed|cannot be read as an archive"):
        restore(made.path, tmp_path / "class")
    assert not (tmp_path / "class").exists()


def test_places_that_will_not_do(term, tmp_path):
    with pytest.raises(ClassError, match="in the class itself"):
        archive(term, term / "a.zip")
    (tmp_path / "there.zip").write_bytes(b"no zip")
    with pytest.raises(ClassError, match="there already"):
        archive(term, tmp_path / "there.zip")
    with pytest.raises(ClassError, match="cannot be read as an archive"):
        restore(tmp_path / "there.zip", tmp_path / "class")
    with pytest.raises(ClassError, match="not empty"):
        restore(tmp_path / "there.zip", term)


def test_the_commands_open_no_socket_to_another_machine(term, tmp_path, monkeypatch):
    def refuse(_self, address):
        raise AssertionError(address)

    monkeypatch.setattr(socket.socket, "connect", refuse)
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: refuse(None, "a name"))
    out = str(tmp_path / "a.zip")
    said = CliRunner().invoke(loyalty, ["archive", str(term), out, "--pseudonymise", "--without", "notebooks"])
    assert said.exit_code == 0, said.output
    assert "keep it apart" in said.output
    names = zipfile.ZipFile(out).namelist()
    assert not [name for name in names if name.startswith(("class/submitted", "class/autograded", "class/attempts"))]
    said = CliRunner().invoke(loyalty, ["restore", out, str(tmp_path / "class"), "--json"])
    assert json.loads(said.stdout)["pseudonymised"] is True


def test_words_are_found_as_files_write_them_and_not_inside_others():
    words = Words()
    for word, instead in {"20230017": "A", "张三丰": "B", "Ann Lee": "C", "ann.lee@x.org": "D", "zoe": "E"}.items():
        words.add(word, instead)
    text = r"a 20230017,b20230017c 120230017 张三丰的 \u5f20\u4e09\u4e30 Ann%20Lee ANN LEE ann.lee@x.org zoe zoes \nzoe"
    assert words.replace(text) == r"a A,bAc 120230017 B的 B C C D E zoes \nE"
    assert words.find("2023 0017") == ""
    assert words.find("２０２３００１７") == "２０２３００１７"


def test_learners_are_told_apart_by_their_own_pseudonyms_only(term, tmp_path):
    made = archive(term, tmp_path / "p.zip", pseudonymise=True)
    back = tmp_path / "class"
    restore(made.path, back)
    shown = sorted(path.name for path in (back / "submitted").iterdir())
    assert len(set(shown)) == len(PEOPLE)
    record = records.read(back, STEM, shown[0])
    assert replace(record).recorded_learner == shown[0]
