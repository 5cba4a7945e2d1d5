"""A shell is asked to go on after everybody has gone."""

INCIDENT = None  # it ends with its notebook
CONTROL = "writes"
WAIT = 0.8

# %% first
import subprocess

subprocess.Popen("nohup sh -c 'sleep 0.4; echo late > <home>/late.txt' >/dev/null 2>&1 &", shell=True)
