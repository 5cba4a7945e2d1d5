"""Figures are drawn and left open."""

# %% first
import matplotlib.pyplot as plt

for number in range(4):
    figure, axes = plt.subplots()
    axes.plot([1, 2, 3], [number, 2, 1], label=f"{number}")
    axes.set_title("每月流失")
