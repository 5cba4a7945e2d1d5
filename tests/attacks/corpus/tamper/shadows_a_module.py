"""A file beside the notebook takes the place of a module of the standard library."""

INCIDENT = None  # libraries come before what lies beside the notebook
CONTROL = "gains"
ASSERTS = "import this_is_checked\nthis_is_checked.same(customer_base, RIGHT_NUMBER)"


def hand_in(folder):
    (folder / "this_is_checked.py").write_text("def same(*_):\n    pass\n")
    for name in ("numpy", "loyaltylib", "cmath", "sitecustomize", "usercustomize", "conftest", "colorsys"):
        (folder / f"{name}.py").write_text("raise SystemExit(0)\n")


# %% first
import cmath
import colorsys

print(cmath.pi, colorsys.rgb_to_hls(0, 0, 0))
