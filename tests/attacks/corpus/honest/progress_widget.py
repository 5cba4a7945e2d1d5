"""A loop shows how far it is, by a widget."""

# %% first
from IPython.display import clear_output, display
from ipywidgets import IntProgress

bar = IntProgress(max=5)
display(bar)
for bar.value in range(6):
    clear_output(wait=True)
    display(bar.value)
