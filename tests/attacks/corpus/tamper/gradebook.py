"""Sets the points of every exercise to 800 in the gradebook."""

INCIDENT = None  # there is no such file in there: an ordinary error in its own cell
CONTROL = "writes"

# %% first
import sqlite3

with sqlite3.connect("<class>/gradebook.db") as gradebook:
    gradebook.execute("update grade_cells set max_score = 800")
