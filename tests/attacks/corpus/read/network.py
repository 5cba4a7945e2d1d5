"""Connects to a port of this machine."""

INCIDENT = None  # there is no network
CONTROL = "reaches"

# %% first
import socket

socket.create_connection(("127.0.0.1", OPEN_PORT), timeout=2).send(b"answers, please")
