"""Notes are written to a file and read again."""

# %% first
from pathlib import Path

import pandas as pd

Path("notes.txt").write_text("我的笔记", "utf-8")
pd.DataFrame({"n": [1, 2]}).to_csv("mine.csv", index=False)
print(pd.read_csv("mine.csv")["n"].sum(), Path("notes.txt").read_text("utf-8"))
