"""Connects to a socket that has a path."""

INCIDENT = None  # there is no such path
CONTROL = "reaches"

# %% first
import socket

socket.socket(socket.AF_UNIX).connect("<listener>")
