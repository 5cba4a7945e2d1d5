"""Messages of the instructor's commands, in the reader's language."""

from __future__ import annotations

from loyaltylib.messages import LANGUAGES, N_, catalogue

__all__ = ["LANGUAGES", "N_", "tell"]

tell = catalogue(__file__, "autograders")
