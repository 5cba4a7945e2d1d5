"""All answers are written at the top, and the answer cells hold them again."""

# %% first
draft = {"base": RIGHT_NUMBER, "limit": None}
