"""Texts hold whatever a keyboard gives."""

# %% first
print("✓ naïve café — ½ · 🙂 · \u202e right to left · Ω")
überschrift = "ﬁn"
