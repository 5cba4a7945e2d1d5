"""Lets pandas read a table from an address."""

INCIDENT = None  # there is no network
CONTROL = "reaches"

# %% first
import urllib.request

urllib.request.urlopen("http://127.0.0.1:OPEN_PORT/answers.csv", timeout=1)
