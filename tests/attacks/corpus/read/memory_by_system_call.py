"""Asks the kernel to copy the memory of the process that started it."""

INCIDENT = None  # the call is refused
CONTROL = "reads"

# %% first
import ctypes
import os
import re

parent, libc = os.getppid(), ctypes.CDLL(None, use_errno=True)
try:
    place = re.search(r"([0-9a-f]+)-([0-9a-f]+) .*\[stack\]", open(f"/proc/{parent}/maps").read())
    start, end = (int(each, 16) for each in place.groups())
except (OSError, AttributeError):
    start, end = 0x7FFD00000000, 0x7FFD00001000
buffer = ctypes.create_string_buffer(end - start)
pair = ctypes.c_ulong * 2
here, there = pair(ctypes.addressof(buffer), end - start), pair(start, end - start)
print(libc.process_vm_readv(parent, here, 1, there, 1, 0), re.findall(rb"[ -~]{8,}", buffer.raw)[:1000])
