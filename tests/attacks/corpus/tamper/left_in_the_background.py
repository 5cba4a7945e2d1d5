"""A command goes on in the background when the notebook has ended."""

INCIDENT = None  # it ends with its notebook
CONTROL = "leaves"

# %% first
import subprocess

command = subprocess.Popen(["sleep", "20"], start_new_session=True)
