"""Waits in an event loop for what never comes."""

INCIDENT = "timeout"
CONTROL = "stops"
SLOW = True

# %% first
import asyncio

await asyncio.Event().wait()
