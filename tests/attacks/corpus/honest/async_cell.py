"""A cell waits for something, in the way notebooks allow."""

# %% first
import asyncio

await asyncio.sleep(0.01)
print("done")
