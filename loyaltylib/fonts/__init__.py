"""The kit's own Chinese font: a renamed subset of Noto Sans CJK SC, so that no machine needs one installed."""

from pathlib import Path

FAMILY = "Loyalty CJK"
FOLDER = Path(__file__).resolve().parent
FONT = FOLDER / "LoyaltyCJK-Regular.otf"
