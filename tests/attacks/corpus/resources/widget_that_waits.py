"""Waits for a message from a widget that nobody can move."""

INCIDENT = "timeout"
CONTROL = "stops"
SLOW = True

# %% first
import time

import ipywidgets

slider = ipywidgets.IntSlider()
display(slider)
while slider.value == 0:
    time.sleep(0.1)
