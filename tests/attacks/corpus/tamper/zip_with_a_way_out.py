"""Unpacks an archive whose names lead upwards and to the root."""

INCIDENT = None  # what it unpacks is in a root of its own
CONTROL = "writes"

# %% first
import io
import os
import zipfile

packed = io.BytesIO()
with zipfile.ZipFile(packed, "w") as archive:
    archive.writestr("../../../submitted/neighbour/tiers/extra.txt", "mine")
with zipfile.ZipFile(packed) as archive:
    for name in archive.namelist():
        with open(name, "wb") as file:
            file.write(archive.read(name))
