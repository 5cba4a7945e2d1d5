"""The kit's data: a folder for each dataset with its card, and under `make` the scripts that made them."""
