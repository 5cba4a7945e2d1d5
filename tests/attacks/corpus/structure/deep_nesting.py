"""The file is nested ten thousand deep."""

INCIDENT = "unreadable"
CONTROL = None  # nbgrader leaves this learner out and goes on


def change(notebook):
    return b'{"cells": ' + b"[" * 10_000 + b"]" * 10_000 + b"}"
