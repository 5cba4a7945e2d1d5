"""Sends a packet, as a question for a name would be sent."""

INCIDENT = None  # there is no network
CONTROL = "reaches"

# %% first
import socket

socket.socket(socket.AF_INET, socket.SOCK_DGRAM).sendto(b"answers.example", ("127.0.0.1", OPEN_PORT))
