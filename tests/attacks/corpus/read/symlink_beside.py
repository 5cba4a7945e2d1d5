"""A link to the instructor's notebook lies beside the one that is handed in."""

INCIDENT = None  # links are not followed
CONTROL = "reads"


def hand_in(folder):
    (folder / "notes.txt").symlink_to(folder.parents[2] / "source" / "tiers" / "tiers.ipynb")


# %% first
print(open("notes.txt").read())
