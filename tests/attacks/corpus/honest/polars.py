"""The number is worked out in Polars, whose threads go on living."""

# %% tiers-base-answer
import polars as pl

frame = pl.DataFrame({"n": range(RIGHT_NUMBER)})
customer_base = frame.select(pl.len()).item()
