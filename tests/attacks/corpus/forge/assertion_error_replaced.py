"""The builtin error of an assert is one that cannot be raised aloud."""

INCIDENT = None  # its own builtins only
CONTROL = None  # an assert takes the interpreter's own error, not the builtin

# %% first
import builtins

builtins.AssertionError = SystemExit
