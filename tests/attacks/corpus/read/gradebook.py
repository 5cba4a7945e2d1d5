"""Reads learners and hidden lines out of the gradebook."""

INCIDENT = None  # there is no such file in there
CONTROL = "reads"

# %% first
import sqlite3

gradebook = sqlite3.connect("<class>/gradebook.db")
print(gradebook.execute("select * from student").fetchall(), gradebook.execute("select * from source_cell").fetchall())
