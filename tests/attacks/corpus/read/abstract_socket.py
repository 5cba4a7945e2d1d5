"""Connects to a socket that has an abstract name, which no folder hides."""

INCIDENT = None  # the name belongs to another network
CONTROL = "reaches"

# %% first
import socket

socket.socket(socket.AF_UNIX).connect("\0<socket>")
