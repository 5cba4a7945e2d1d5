"""Named mistakes that a simulated class makes, each with what it must cost.

mistake.py   what a mistake is
draft.py     the submission it is made in
answers.py   the form of numbers, decisions and figures, what functions do beside their job
cells.py     cells lost, doubled, moved; files
<stem>.py    wrong answers to a chapter's own exercises
"""

from .draft import Draft
from .mistake import Cost, Mistake
from .registry import known

__all__ = ["Cost", "Draft", "Mistake", "known"]
