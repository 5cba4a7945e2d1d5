"""The inside of the sandbox: a process that is warm before a notebook comes, and the child that runs one.

    python inside.py CHANNEL     started by `autograders.sandbox.outside` with an empty environment

This file is all of the kit that is in there, and it imports nothing of `autograders`: no check, no expected value, no
verdict is in a process that a learner's code shares. It shuts itself in first, imports what notebooks use, and then
forks a child for each notebook, which gives up what is left and does as it is told over one channel: run this cell,
give me this name, call this function. What a child answers is data and never more than that: whoever asks decides.

Levels, the strongest first:

    namespaces  user, PID, mount, network, IPC and UTS namespaces; a root that holds the interpreter, the libraries and
                an empty private folder; seccomp; limits
    landlock    the same paths by Landlock, no network by seccomp, no signal or socket to anyone outside; limits
    process     an interpreter of its own for each notebook, and what limits the system has
"""

from __future__ import annotations

import base64
import builtins
import contextlib
import ctypes
import errno
import io
import json
import math
import os
import platform
import resource
import shutil
import signal
import socket
import struct
import sys
import time

TYPE_CHECKING = False  # typing itself is not imported: it is one more thing to wait for
if TYPE_CHECKING:
    from typing import Any

MEGABYTE = 1 << 20
LARGEST_FRAME = 64 * MEGABYTE  # of what is asked; what is answered is limited by whoever reads it
MOST_ITEMS = 200_000  # of one answer, counted over all its levels
MOST_TEXT = 4 * MEGABYTE  # characters of one answer
DEEPEST = 30
LONGEST_INT = 1000  # digits
MOST_STREAM = 200_000  # characters a cell may print
MOST_OUTPUT = 8 * MEGABYTE  # characters of all that a cell shows
LARGEST_EXACT = 1 << 53  # JSON's readers agree on whole numbers up to here


# ---------------------------------------------------------------- the channel


def send(channel: socket.socket, message: dict[str, Any]) -> None:
    """Send one message: its length, and JSON."""
    body = json.dumps(message, ensure_ascii=True, separators=(",", ":")).encode("ascii")
    channel.sendall(struct.pack("!I", len(body)) + body)


def receive(channel: socket.socket) -> dict[str, Any] | None:
    """Return the next message; None where the other side is gone."""
    head = _exactly(channel, 4)
    if head is None:
        return None
    (length,) = struct.unpack("!I", head)
    body = _exactly(channel, length) if length <= LARGEST_FRAME else None
    return None if body is None else json.loads(body)


def _exactly(channel: socket.socket, length: int) -> bytes | None:
    parts, left = [], length
    while left:
        part = channel.recv(min(left, MEGABYTE))
        if not part:
            return None
        parts.append(part)
        left -= len(part)
    return b"".join(parts)


# ---------------------------------------------------------------- plain tagged data


class NotPlain(Exception):  # noqa: N818  # an outcome of a question, not a fault
    """The value has no plain form."""


def encode(value: Any) -> Any:
    """Return a value as tagged data that JSON can carry; raises `NotPlain` for anything without a plain form.

    None, truth values, texts, whole numbers up to 2**53 and finite numbers stand for themselves. Everything else says
    what it is: `{"t": "list", "v": [...]}`, and so set, map, array, series, frame, time, span, figure, int, float.
    """
    return _Encoder().encode(value, 0)


class _Encoder:
    """One value with its budget."""

    def __init__(self) -> None:
        self.items, self.text = MOST_ITEMS, MOST_TEXT

    def encode(self, value: Any, depth: int) -> Any:
        self.items -= 1
        if self.items < 0 or depth > DEEPEST:
            raise NotPlain("too large")
        scalar = self._scalar(value)
        if scalar is not _NOTHING:
            return scalar
        if isinstance(value, dict):
            return {"t": "map", "v": [[self._key(k), self.encode(v, depth + 1)] for k, v in dict.items(value)]}
        if isinstance(value, (list, tuple)):
            return {"t": "list", "v": self._all(list.__iter__(value) if isinstance(value, list) else value, depth)}
        if isinstance(value, (set, frozenset)):
            found = self._all(tuple(value), depth)
            return {"t": "set", "v": sorted(found, key=lambda item: (type(item).__name__, repr(item)))}
        return self._from_library(value, depth)

    def _all(self, values: Any, depth: int) -> list[Any]:
        return [self.encode(each, depth + 1) for each in values]

    def _sized(self, values: Any) -> Any:
        if len(values) > self.items:
            raise NotPlain("too large")
        return values

    def _from_library(self, value: Any, depth: int) -> Any:
        kind = type(value)
        library = kind.__module__.partition(".")[0]
        if library == "numpy" and hasattr(kind, "ndim") and hasattr(kind, "tolist"):
            if getattr(value, "size", 0) > self.items:
                raise NotPlain("too large")
            inner = value.tolist()
            return {"t": "array", "v": self._all(inner, depth)} if isinstance(inner, list) else self._scalar(inner)
        if library in ("pandas", "polars"):
            if kind.__name__ == "DataFrame":
                names = list(value.columns)
                return {"t": "frame", "v": [[self._key(name), self._column(value, name, depth)] for name in names]}
            if hasattr(kind, "tolist") or hasattr(kind, "to_list"):
                return {"t": "series", "v": self._all(list(self._sized(value).to_list()), depth)}
        if library == "matplotlib" and (hasattr(kind, "savefig") or hasattr(kind, "get_xlabel")):
            axes = value.get_axes() if hasattr(kind, "savefig") else [value]
            return {"t": "figure", "v": [self.encode(_drawn(each), depth + 1) for each in axes]}
        raise NotPlain(kind.__name__)

    def _column(self, frame: Any, name: Any, depth: int) -> list[Any]:
        return self._all(list(self._sized(frame[name]).to_list()), depth + 1)

    def _scalar(self, value: Any) -> Any:  # noqa: PLR0911 - one for each type
        """Return a scalar's form; `_NOTHING` when it is none.

        Subclasses are read through the base class's own method, so that their overrides are not asked.
        """
        if value is None or value is Ellipsis:
            return None
        if isinstance(value, bool):
            return bool(value)
        if isinstance(value, int):
            whole = int.__int__(value)
            return whole if -LARGEST_EXACT <= whole <= LARGEST_EXACT else {"t": "int", "v": self._digits(whole)}
        if isinstance(value, float):
            number = float.__float__(value)
            return number if math.isfinite(number) else {"t": "float", "v": repr(number)}
        if isinstance(value, str):
            return self._texted(str.__str__(value))
        kind = type(value)
        library = kind.__module__.partition(".")[0]
        if kind.__name__ in ("NAType", "NaTType"):
            return None
        if library in ("numpy", "decimal", "fractions", "datetime", "pandas"):
            return self._library_scalar(value, library, kind)
        return _NOTHING

    def _digits(self, whole: int) -> str:
        if whole.bit_length() > LONGEST_INT * 3:
            raise NotPlain("too large")
        return str(whole)

    def _texted(self, text: str) -> str:
        self.text -= len(text)
        if self.text < 0:
            raise NotPlain("too large")
        return text.encode("utf-8", "replace").decode("utf-8")  # half a pair of surrogates is no text elsewhere

    def _library_scalar(self, value: Any, library: str, kind: type) -> Any:
        if library == "numpy" and getattr(value, "shape", None) == () and hasattr(kind, "item"):
            if kind.__name__ in ("datetime64", "timedelta64"):
                return self._of_numpy_time(value)
            inner = value.item()
            return _NOTHING if type(inner) is kind else self._scalar(inner)
        if library in ("decimal", "fractions"):
            return self._scalar(float(value) if math.isfinite(value) else math.nan)
        if hasattr(kind, "isoformat"):  # dates and times, pandas' own among them
            return {"t": "time", "v": self._texted(str(value.isoformat()))}
        if hasattr(kind, "total_seconds"):
            return {"t": "span", "v": float(value.total_seconds())}
        return _NOTHING

    def _of_numpy_time(self, value: Any) -> Any:
        inner = value.astype("datetime64[us]" if type(value).__name__ == "datetime64" else "timedelta64[us]").item()
        return self._scalar(inner)

    def _key(self, value: Any) -> Any:
        """Return a mapping's key: text, numbers and times as they are, several of them joined to one text."""
        scalar = self._scalar(value)
        if scalar is _NOTHING:
            if isinstance(value, tuple):
                parts = [self._key(part) for part in value]
                return " / ".join(str(part["v"] if isinstance(part, dict) else part) for part in parts)
            raise NotPlain(type(value).__name__)
        return scalar


_NOTHING = object()


def _drawn(axes: Any) -> dict[str, Any]:
    """Return what an axes shows: its words, and the data of its lines, bars and points."""
    words = {
        "title": axes.get_title(),
        "xlabel": axes.get_xlabel(),
        "ylabel": axes.get_ylabel(),
        "legend": [text.get_text() for text in axes.get_legend().get_texts()] if axes.get_legend() else [],
        "xticks": [text.get_text() for text in axes.get_xticklabels()],
        "yticks": [text.get_text() for text in axes.get_yticklabels()],
    }
    lines = [{"x": list(line.get_xdata()), "y": list(line.get_ydata())} for line in axes.get_lines()]
    bars = [
        {"x": bar.get_x(), "y": bar.get_y(), "width": bar.get_width(), "height": bar.get_height()}
        for bar in axes.patches
        if hasattr(bar, "get_height")
    ]
    points = [each.get_offsets().tolist() for each in axes.collections if hasattr(each, "get_offsets")]
    return {**words, "lines": lines, "bars": bars, "points": points}


def decode(data: Any) -> Any:  # noqa: PLR0911 - one for each kind
    """Return the value of tagged data that the marking sent, such as a call's argument: frames become pandas frames.

    For trusted data only; what comes out of a sandbox is read by `autograders.sandbox.answer`.
    """
    if not isinstance(data, dict):
        return data
    kind, value = data["t"], data["v"]
    if kind == "map":
        return {decode(key): decode(each) for key, each in value}
    if kind in ("list", "set", "array", "series"):
        inside = [decode(each) for each in value]
        if kind == "array":
            import numpy as np

            return np.array(inside)
        if kind == "series":
            import pandas as pd

            return pd.Series(inside)
        return inside if kind == "list" else set(inside)
    if kind == "frame":
        import pandas as pd

        return pd.DataFrame({decode(name): [decode(each) for each in column] for name, column in value})
    if kind in ("time", "span"):
        import pandas as pd

        return pd.Timestamp(value) if kind == "time" else pd.Timedelta(seconds=value)
    return int(value) if kind == "int" else float(value)


# ---------------------------------------------------------------- shutting in

_LIBC: Any = ctypes.CDLL(None, use_errno=True) if sys.platform == "linux" else None
_MACHINE = platform.machine() if sys.platform == "linux" else ""
_NEW = {
    "mount": 0x00020000,
    "uts": 0x04000000,
    "ipc": 0x08000000,
    "user": 0x10000000,
    "pid": 0x20000000,
    "net": 0x40000000,
}
_NEWCGROUP, _NEWTIME = 0x02000000, 0x00000080
_MS_NOSUID, _MS_NODEV, _MS_NOEXEC, _MS_BIND, _MS_REC, _MS_PRIVATE = 2, 4, 8, 4096, 16384, 1 << 18
_ATTR_RDONLY, _ATTR_NOSUID = 1, 2
_AT_FDCWD, _AT_RECURSIVE = -100, 0x8000
_PR_SET_PDEATHSIG, _PR_SET_DUMPABLE, _PR_SET_SECCOMP, _PR_CAPBSET_DROP = 1, 4, 22, 24
_PR_SET_CHILD_SUBREAPER, _PR_SET_NO_NEW_PRIVS = 36, 38
_SYSCALLS = {  # name -> (x86_64, aarch64)
    "pivot_root": (155, 41), "mount_setattr": (442, 442), "capset": (126, 91),
    "landlock_create_ruleset": (444, 444), "landlock_add_rule": (445, 445), "landlock_restrict_self": (446, 446),
}  # fmt: skip
# What a notebook has no business with: another process, another namespace, the kernel, the network.
_DENIED = {
    "ptrace": (101, 117), "process_vm_readv": (310, 270), "process_vm_writev": (311, 271), "kcmp": (312, 272),
    "pidfd_open": (434, 434), "pidfd_getfd": (438, 438), "process_madvise": (440, 440),
    "mount": (165, 40), "umount2": (166, 39), "pivot_root": (155, 41), "chroot": (161, 51), "move_mount": (429, 429),
    "open_tree": (428, 428), "fsopen": (430, 430), "fsmount": (432, 432), "fspick": (433, 433),
    "mount_setattr": (442, 442), "open_by_handle_at": (304, 265), "name_to_handle_at": (303, 264),
    "unshare": (272, 97), "setns": (308, 268), "bpf": (321, 280), "perf_event_open": (298, 241),
    "userfaultfd": (323, 282), "io_uring_setup": (425, 425), "io_uring_enter": (426, 426),
    "io_uring_register": (427, 427), "keyctl": (250, 219), "add_key": (248, 217), "request_key": (249, 218),
    "kexec_load": (246, 104), "kexec_file_load": (320, 294), "init_module": (175, 105),
    "finit_module": (313, 273), "delete_module": (176, 106), "reboot": (169, 142), "swapon": (167, 224),
    "swapoff": (168, 225), "acct": (163, 89), "settimeofday": (164, 170), "clock_settime": (227, 112),
    "sethostname": (170, 161), "setdomainname": (171, 162), "quotactl": (179, 60), "syslog": (103, 116),
    "vhangup": (153, 58), "personality": (135, 92), "socket": (41, 198), "modify_ldt": (154, None),
    "iopl": (172, None), "ioperm": (173, None), "quotactl_fd": (443, 443), "landlock_create_ruleset": (444, 444),
}  # fmt: skip
_SIGNALS = {"kill": (62, 129), "tgkill": (234, 131), "rt_sigqueueinfo": (129, 138), "rt_tgsigqueueinfo": (297, 240)}
_CLONE, _CLONE3, _TKILL = (56, 220), (435, 435), (200, 130)
_ARCH = {"x86_64": (0, 0xC000003E), "aarch64": (1, 0xC00000B7)}


def _number(numbers: tuple[int | None, int | None]) -> Any:
    return numbers[_ARCH[_MACHINE][0]]


def _checked(result: int, what: str) -> int:
    if result < 0:
        number = ctypes.get_errno()
        raise OSError(number, f"{what}: {os.strerror(number)}")
    return result


def _syscall(name: str, *arguments: Any) -> int:
    given = [ctypes.c_long(each) if isinstance(each, int) else each for each in arguments]
    return _checked(_LIBC.syscall(ctypes.c_long(_number(_SYSCALLS[name])), *given), name)


def _prctl(option: int, *arguments: int) -> None:
    _checked(_LIBC.prctl(option, *(ctypes.c_ulong(each) for each in (*arguments, 0, 0, 0, 0)[:4])), f"prctl {option}")


def _mount(source: str, target: str, kind: str | None = None, flags: int = 0, data: str | None = None) -> None:
    words = [None if word is None else os.fsencode(word) for word in (source, target, kind, data)]
    _checked(_LIBC.mount(words[0], words[1], words[2], ctypes.c_ulong(flags), words[3]), f"mount {target}")


def _unshare(*kinds: str) -> None:
    _checked(_LIBC.unshare(sum(_NEW[kind] for kind in kinds)), "unshare")


def enter_namespaces(told: dict[str, Any]) -> None:
    """Go into namespaces of our own, as their first process, on a root that holds only what is readable.

    Returns in the child; the process that called waits for it and ends as it ends.
    """
    user, group = os.geteuid(), os.getegid()
    _unshare("user", "mount", "net", "ipc", "uts", "pid")
    for name, text in (("setgroups", "deny"), ("uid_map", f"1000 {user} 1"), ("gid_map", f"1000 {group} 1")):
        with open(f"/proc/self/{name}", "w", encoding="ascii") as file:
            file.write(text)
    child = os.fork()
    if child:
        _wait_like(child)
    _prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    _build_root(told["scratch_folder"], told["readable"], told["hidden"], told["scratch"])
    _checked(_LIBC.sethostname(b"loyalty", 7), "sethostname")


def _wait_like(child: int) -> None:
    """Wait for a child and end as it ended; a death of ours is the child's too, by its own wish."""
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.SIG_IGN)
    _, status = os.waitpid(child, 0)
    os._exit(os.waitstatus_to_exitcode(status) & 0xFF)


def _build_root(root: str, readable: list[str], hidden: list[str], scratch: str) -> None:
    """Build a root in an empty folder, where nothing that is to be shown lies below, and make it ours."""
    _mount("none", "/", None, _MS_REC | _MS_PRIVATE)
    _mount("tmpfs", root, "tmpfs", _MS_NOSUID | _MS_NODEV, "size=4m,nr_inodes=10000,mode=755")
    for path in sorted(set(readable)):
        _show_in(root, path)
    for path in hidden:
        if os.path.isdir(root + path):
            _mount("tmpfs", root + path, "tmpfs", _MS_NOSUID | _MS_NODEV, "size=4k,nr_inodes=2,mode=0")
    os.makedirs(f"{root}/dev")
    for name in ("null", "zero", "full", "random", "urandom"):
        with open(f"{root}/dev/{name}", "w", encoding="ascii"):
            pass
        _mount(f"/dev/{name}", f"{root}/dev/{name}", None, _MS_BIND)
    for name, target in (("fd", "/proc/self/fd"), ("stdin", "fd/0"), ("stdout", "fd/1"), ("stderr", "fd/2")):
        os.symlink(target, f"{root}/dev/{name}")
    for name in ("proc", "tmp", "dev/shm", "etc", "old", scratch.strip("/")):
        os.makedirs(f"{root}/{name}", exist_ok=True)
    if not os.path.exists(f"{root}/etc/passwd"):
        with open(f"{root}/etc/passwd", "w", encoding="ascii") as file:
            file.write(f"learner:x:1000:1000::{scratch}/home:/bin/sh\n")
    _mount("proc", f"{root}/proc", "proc", _MS_NOSUID | _MS_NODEV | _MS_NOEXEC)
    os.chdir(root)
    _syscall("pivot_root", ctypes.c_char_p(b"."), ctypes.c_char_p(b"old"))
    os.chdir("/")
    _checked(_LIBC.umount2(b"/old", 2), "umount")  # 2: detach
    os.rmdir("/old")
    attributes = struct.pack("QQQQ", _ATTR_RDONLY | _ATTR_NOSUID, 0, 0, 0)
    _syscall("mount_setattr", _AT_FDCWD, ctypes.c_char_p(b"/"), _AT_RECURSIVE, ctypes.c_char_p(attributes), 32)
    _mount("tmpfs", scratch, "tmpfs", _MS_NOSUID | _MS_NODEV, "size=16m,nr_inodes=1000,mode=700")


def _show_in(root: str, path: str) -> None:
    """Let a path be seen in the new root, where it was; a link stays a link."""
    target = root + path
    if os.path.lexists(target):
        return
    os.makedirs(os.path.dirname(target), exist_ok=True)
    if os.path.islink(path):
        os.symlink(os.readlink(path), target)
        return
    if os.path.isdir(path):
        os.makedirs(target, exist_ok=True)
    else:
        with open(target, "w", encoding="ascii"):
            pass
    _mount(path, target, None, _MS_BIND | _MS_REC)


def own_namespaces(scratch: str, size: int) -> None:
    """Give a notebook, the first process of its own PID namespace, a private folder and its own view of processes."""
    _mount("none", "/", None, _MS_REC | _MS_PRIVATE)
    _mount("proc", "/proc", "proc", _MS_NOSUID | _MS_NODEV | _MS_NOEXEC)
    for path in (scratch, "/dev/shm"):  # noqa: S108 - both of this notebook's own
        _mount("tmpfs", path, "tmpfs", _MS_NOSUID | _MS_NODEV, f"size={size},nr_inodes=4000,mode=700")


def restrict_paths(readable: list[str], writable: list[str]) -> int:
    """Let this process and its children see these paths only, by Landlock; return the ABI that did it."""
    abi = _syscall("landlock_create_ruleset", 0, 0, 1)
    files = (1 << (13 if abi == 1 else 14 if abi == 2 else 15 if abi < 5 else 16)) - 1
    network = 3 if abi >= 4 else 0
    scoped = 3 if abi >= 6 else 0
    rules = struct.pack("QQQ", files, network, scoped)[: 8 if abi < 4 else 16 if abi < 6 else 24]
    ruleset = _syscall("landlock_create_ruleset", ctypes.c_char_p(rules), len(rules), 0)
    reading, of_a_file = 0b1101, 0b0101 | 0b10 | (1 << 14 if abi >= 3 else 0) | (1 << 15 if abi >= 5 else 0)
    for path, allowed in [*((p, reading) for p in readable), *((p, files) for p in writable)]:
        try:
            opened = os.open(path, os.O_PATH | os.O_CLOEXEC)
        except OSError:
            continue
        if not os.path.isdir(path):
            allowed &= of_a_file  # noqa: PLW2901 - a file has no right that only a folder has
        with contextlib.suppress(OSError):
            _syscall("landlock_add_rule", ruleset, 1, ctypes.c_char_p(struct.pack("=Qi", allowed & files, opened)), 0)
        os.close(opened)
    _prctl(_PR_SET_NO_NEW_PRIVS, 1)
    _syscall("landlock_restrict_self", ruleset, 0)
    os.close(ruleset)
    return abi


def drop_privileges() -> None:
    """Give up every capability for good."""
    _prctl(_PR_SET_NO_NEW_PRIVS, 1)
    for capability in range(64):
        with contextlib.suppress(OSError):
            _prctl(_PR_CAPBSET_DROP, capability)
    header, nothing = struct.pack("Ii", 0x20080522, 0), bytes(24)
    _syscall("capset", ctypes.c_char_p(header), ctypes.c_char_p(nothing))


def filter_calls(*, own_signals_only: bool, alone: bool) -> None:
    """Refuse system calls a notebook has no business with; where processes are shared, signals to others too.

    `alone` refuses other processes of its own as well: for root, whom no limit on their number binds.
    """
    load, jump, give = 0x20, 0x15, 0x06
    allow, kill, refuse, absent = 0x7FFF0000, 0x80000000, 0x00050000 | errno.EPERM, 0x00050000 | errno.ENOSYS
    program: list[tuple[int, int, int, int]] = [
        (load, 0, 0, 4), (jump, 1, 0, _ARCH[_MACHINE][1]), (give, 0, 0, kill), (load, 0, 0, 0)
    ]  # fmt: skip
    if _MACHINE == "x86_64":  # the other numbering of the same calls
        program += [(0x35, 0, 1, 0x40000000), (give, 0, 0, refuse)]
    for numbers in _DENIED.values():
        if (number := _number(numbers)) is not None:
            program += [(jump, 0, 1, number), (give, 0, 0, refuse)]
    program += [(jump, 0, 1, _number(_CLONE3) or 0), (give, 0, 0, absent)]  # its flags cannot be read here
    if alone and _MACHINE == "x86_64":
        program += [(jump, 0, 1, 57), (give, 0, 0, refuse), (jump, 0, 1, 58), (give, 0, 0, refuse)]  # fork, vfork
    if alone:  # a clone that is no thread
        program += [(jump, 0, 3, _number(_CLONE) or 0), (load, 0, 0, 16), (0x45, 1, 0, 0x10000), (give, 0, 0, refuse)]
        program += [(load, 0, 0, 0)]
    news = sum(_NEW.values()) | _NEWCGROUP | _NEWTIME
    program += [(jump, 0, 4, _number(_CLONE) or 0), (load, 0, 0, 16), (0x45, 0, 1, news), (give, 0, 0, refuse)]
    program += [(give, 0, 0, allow)]
    if own_signals_only:
        own = os.getpid()
        for number in (_number(numbers) for numbers in _SIGNALS.values()):
            program += [(jump, 0, 4, number or 0), (load, 0, 0, 16), (jump, 1, 0, own), (give, 0, 0, refuse)]
            program += [(give, 0, 0, allow)]
        program += [(jump, 0, 1, _number(_TKILL) or 0), (give, 0, 0, refuse)]
    program += [(give, 0, 0, allow)]
    body = b"".join(struct.pack("HBBI", *step) for step in program)
    buffer = ctypes.create_string_buffer(body, len(body))
    head = struct.pack("HxxxxxxQ", len(program), ctypes.addressof(buffer))
    _prctl(_PR_SET_NO_NEW_PRIVS, 1)
    _checked(_LIBC.prctl(_PR_SET_SECCOMP, ctypes.c_ulong(2), ctypes.c_char_p(head), 0, 0), "seccomp")


def limit(limits: dict[str, int]) -> None:
    """Set the system's limits on this process, for good."""
    used = 0
    with contextlib.suppress(OSError), open("/proc/self/statm", encoding="ascii") as file:
        used = int(file.read().split()[0]) * resource.getpagesize()
    asked = {
        "RLIMIT_AS": used + limits["memory"],
        "RLIMIT_CPU": limits["cpu"],
        "RLIMIT_NPROC": limits["processes"],
        "RLIMIT_NOFILE": limits["files"],
        "RLIMIT_FSIZE": limits["file_size"],
        "RLIMIT_CORE": 0,
        "RLIMIT_MSGQUEUE": 0,
    }
    for name, most in asked.items():
        which = getattr(resource, name, None)
        if which is not None and not (name == "RLIMIT_AS" and not used):
            with contextlib.suppress(OSError, ValueError):
                resource.setrlimit(which, (most, most))


# ---------------------------------------------------------------- the warm process


def main() -> None:
    """Shut in, get warm, say so, and fork a child for each notebook until nobody asks any more."""
    control = socket.socket(fileno=int(sys.argv[1]))
    told = receive(control) or {}
    level, started = told["level"], time.perf_counter()
    if sys.platform == "linux":
        _prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    try:
        if level == "namespaces":
            enter_namespaces(told)
        elif level == "landlock":
            told["alone"] = os.geteuid() == 0 and not _become_nobody(told["scratch_folder"], told["path"])
            os.chdir(told["scratch_folder"])
            told["abi"] = restrict_paths([*told["readable"], "/proc", "/dev"], [told["scratch_folder"], "/dev/null"])
        settle(told["scratch"] if level == "namespaces" else told["scratch_folder"], told["fonts"])
        sys.path[:] = told["path"]
        warm(told["modules"], forks=level != "process")
    except BaseException as error:  # noqa: BLE001 - whoever started this decides what to do without
        send(control, {"failed": f"{type(error).__name__}: {error}"})
        os._exit(1)
    send(control, {"ready": level, "seconds": round(time.perf_counter() - started, 3), "abi": told.get("abi", 0)})
    if level == "process":
        limit(told["limits"])
        Notebook(control, {**told, "folder": told["scratch_folder"]}).serve()
        os._exit(0)
    serve(control, told)


def _become_nobody(folder: str, needed: list[str]) -> bool:
    """Be nobody instead of root, whom no limit on processes binds; not where nobody could not read the libraries."""
    for path in needed:
        while path not in ("", "/"):
            if not os.stat(path).st_mode & 0o001:
                return False
            path = os.path.dirname(path)  # noqa: PLW2901 - up to the root
    os.chown(folder, 65534, 65534)
    os.setgroups([])
    os.setresgid(65534, 65534, 65534)
    os.setresuid(65534, 65534, 65534)
    _prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)  # a change of user took it away
    return True


def settle(folder: str, fonts: dict[str, str]) -> None:
    """Make a home for what libraries write when they are imported; matplotlib's list of fonts is there already."""
    home = os.path.join(folder, "warm")
    os.mkdir(home)
    for name, text in fonts.items():
        with open(os.path.join(home, name), "w", encoding="utf-8") as file:
            file.write(text)
    os.environ.update(dict.fromkeys(("HOME", "MPLCONFIGDIR", "IPYTHONDIR", "TMPDIR"), home))


def warm(modules: list[str], *, forks: bool = True) -> None:
    """Import what notebooks use, so that no child has to; make the shell that every child goes on with.

    What `forks` no child only gets the shell: it imports what its notebook asks for.
    """
    import gc
    import importlib

    if forks:
        for name in modules:
            importlib.import_module(name)
        rehearse()
    make_shell()
    gc.collect()
    gc.freeze()  # the children share these pages as long as nobody writes to them


def rehearse() -> None:
    """Do what notebooks do, once: the files that are read, the tables that are built at first use stay for all."""
    from loyaltylib import chapters, data, messages, quiz, tiers

    for stem in chapters.syllabus():
        chapters.chapter(stem)
        quiz.items(stem)
    for lang in messages.LANGUAGES:
        messages.tell(lang, "")
        tables = data.load("company", "warm", lang)
    tiers.assign_tiers(tables, tables.as_of).groupby("tier")["rank"].agg(["count", "sum"])._repr_html_()


def serve(control: socket.socket, told: dict[str, Any]) -> None:
    """Fork a child for each channel that is sent; kill, interrupt or bury it when told."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    keeper = child = 0
    while True:
        message, descriptors, _, _ = socket.recv_fds(control, 64, 4)
        if not message:
            os._exit(0)
        order = message.decode("ascii").strip()
        if order == "notebook":
            channel = socket.socket(fileno=descriptors[0])
            keeper, child = _fork(channel, control, told)
            channel.close()
            control.sendall(b"started\n")
        elif order in ("interrupt", "kill"):
            with contextlib.suppress(ProcessLookupError):
                os.kill(child, signal.SIGINT if order == "interrupt" else signal.SIGKILL)
        elif order == "bury":
            with contextlib.suppress(ProcessLookupError):
                os.kill(child, signal.SIGKILL)
            with contextlib.suppress(ChildProcessError):
                os.waitpid(keeper, 0)
            control.sendall(b"buried\n")


def _fork(channel: socket.socket, control: socket.socket, told: dict[str, Any]) -> tuple[int, int]:
    """Fork a keeper, which forks the child into its namespaces and outlives all that the child leaves behind."""
    reading, writing = os.pipe()
    keeper = os.fork()
    if keeper:
        os.close(writing)
        number = os.read(reading, 16)
        os.close(reading)
        return keeper, int(number or b"0")
    try:
        os.close(reading)
        control.close()
        os.setsid()  # a signal to the whole group stays among what the notebook started
        _prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
        folder = ""
        if told["level"] == "namespaces":
            _unshare("pid", "mount", "net", "ipc")
        else:
            _prctl(_PR_SET_CHILD_SUBREAPER, 1)
            folder = os.path.join(told["scratch_folder"], f"notebook-{os.getpid()}")
            os.mkdir(folder, 0o700)
        child = os.fork()
        if not child:
            os.close(writing)
            os.setsid()
            _prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
            _in_child(channel, folder, told)
        channel.close()
        os.write(writing, b"%d" % child)
        os.close(writing)
        with contextlib.suppress(ChildProcessError):
            os.waitpid(child, 0)
        _end_all()
        if folder:
            shutil.rmtree(folder, ignore_errors=True)
    finally:
        os._exit(0)


def _end_all() -> None:
    """Kill whatever the notebook left running; in a PID namespace nothing is left."""
    while True:
        with open(f"/proc/self/task/{os.getpid()}/children", encoding="ascii") as file:
            left = [int(number) for number in file.read().split()]
        if not left:
            return
        for number in left:
            with contextlib.suppress(ProcessLookupError):
                os.kill(number, signal.SIGKILL)
            with contextlib.suppress(ChildProcessError):
                os.waitpid(number, 0)


def _in_child(channel: socket.socket, folder: str, told: dict[str, Any]) -> None:
    """Give up what is left and serve one notebook; never returns."""
    try:
        limits = dict(told["limits"])
        if told["level"] == "namespaces":
            folder = told["scratch"]  # a file system of this notebook's own
            own_namespaces(folder, limits["scratch"])
        else:
            own = f"/proc/{os.getpid()}"
            seen = ["/proc/cpuinfo", "/proc/meminfo", "/proc/stat", own, "/dev"]
            restrict_paths([*told["readable"], *seen], [folder, "/dev/null"])
        _only_descriptor(channel.fileno())
        limit(limits)
        drop_privileges()
        filter_calls(own_signals_only=told["level"] != "namespaces", alone=told.get("alone", False))
        Notebook(channel, {**told, "folder": folder}).serve()
    except BaseException as error:  # noqa: BLE001 - nothing may return into the warm process
        with contextlib.suppress(BaseException):
            send(channel, {"failed": f"{type(error).__name__}: {error}"})
    finally:
        os._exit(0)


def _only_descriptor(kept: int) -> None:
    """Close every descriptor but one and the three standard ones, which lead nowhere."""
    nothing = os.open(os.devnull, os.O_RDWR)
    for standard in (0, 1, 2):
        os.dup2(nothing, standard)
    os.closerange(3, kept)
    os.closerange(kept + 1, 4096)


# ---------------------------------------------------------------- one notebook


class Stream(io.TextIOBase):
    """Standard output or error of a cell, kept as the outputs a notebook shows."""

    encoding = "utf-8"
    errors = "replace"

    def __init__(self, name: str, outputs: Outputs) -> None:
        self.name = name
        self._outputs = outputs

    def writable(self) -> bool:
        """See `io`."""
        return True

    def fileno(self) -> int:
        """Return the descriptor that other programs write to."""
        return 1 if self.name == "stdout" else 2

    def write(self, text: str) -> int:
        """Keep a text."""
        if not isinstance(text, str):
            raise TypeError(f"write() argument must be str, not {type(text).__name__}")
        self._outputs.stream(self.name, text)
        return len(text)


class Outputs:
    """What the cell that runs has shown so far, as nbformat's outputs."""

    def __init__(self) -> None:
        self.found: list[dict[str, Any]] = []
        self.updates: dict[str, dict[str, Any]] = {}
        self._streamed = self._shown = 0
        self._clear_next = False

    def begin(self) -> None:
        """Forget what the last cell showed."""
        self.found, self.updates, self._streamed, self._shown, self._clear_next = [], {}, 0, 0, False

    def stream(self, name: str, text: str) -> None:
        """Keep what was printed, up to its limit."""
        self._cleared()
        left = MOST_STREAM - self._streamed
        self._streamed += len(text)
        if left <= 0 or not text:
            return
        if len(text) > left:
            text = text[:left] + "\n[...]\n"
        text = text.encode("utf-8", "replace").decode("utf-8")
        if self.found and self.found[-1].get("name") == name:
            self.found[-1]["text"] += text
        else:
            self.found.append({"output_type": "stream", "name": name, "text": text})

    def add(self, kind: str, **content: Any) -> None:
        """Keep an output, up to the limit of all."""
        self._cleared()
        self._shown += len(json.dumps(content, default=str))
        if self._shown <= MOST_OUTPUT:
            self.found.append({"output_type": kind, **content})

    def show(self, data: Any, metadata: Any, name: str = "", *, update: bool = False) -> None:
        """Keep a display, in a place with a name where it has one; `update` changes what stands there."""
        shown = {"data": _mime(data), "metadata": _json(metadata or {})}
        if update:
            self._shown += len(json.dumps(shown))
            if self._shown > MOST_OUTPUT:
                return
            self.updates[name] = shown
            for output in self.found:
                if output.get("display_id") == name:
                    output.update(shown)
            return
        self.add("display_data", **shown, **({"display_id": name} if name else {}))

    def clear(self, *, wait: bool) -> None:
        """Forget what was shown, at once or when something new comes."""
        if wait:
            self._clear_next = True
        else:
            self.found.clear()

    def _cleared(self) -> None:
        if self._clear_next:
            self.found.clear()
            self._clear_next = False


def _mime(data: Any) -> dict[str, Any]:
    """Return a mime bundle as JSON can carry it: texts, base64 for bytes, JSON for what says it is JSON."""
    found: dict[str, Any] = {}
    for kind, value in dict(data).items():
        if isinstance(value, bytes):
            found[str(kind)] = base64.encodebytes(value).decode("ascii")
        elif str(kind).endswith("json"):
            found[str(kind)] = _json(value)
        else:
            found[str(kind)] = str(value).encode("utf-8", "replace").decode("utf-8")
    return found


def _json(value: Any) -> Any:
    return json.loads(json.dumps(value, default=str))


_SHELL: Any = None
_OUTPUTS = Outputs()


def make_shell() -> None:  # noqa: C901 - one small class after the other
    """Make IPython's shell, with what it shows going to `_OUTPUTS`."""
    global _SHELL  # noqa: PLW0603 - made once, before the first fork
    from IPython.core.displayhook import DisplayHook
    from IPython.core.displaypub import DisplayPublisher
    from IPython.core.error import StdinNotImplementedError
    from IPython.core.interactiveshell import InteractiveShell
    from traitlets.config import Config

    class Publisher(DisplayPublisher):  # type: ignore[misc]  # IPython is untyped
        def publish(
            self, data: Any, metadata: Any = None, *, transient: Any = None, update: bool = False, **_: Any
        ) -> None:
            name = str((transient or {}).get("display_id", ""))
            _OUTPUTS.show(data, metadata, name, update=update)

        def clear_output(self, wait: bool = False) -> None:  # noqa: FBT001, FBT002 - IPython's own signature
            _OUTPUTS.clear(wait=bool(wait))

    class Hook(DisplayHook):  # type: ignore[misc]  # IPython is untyped
        def write_output_prompt(self) -> None:
            pass

        def write_format_data(self, format_dict: Any, md_dict: Any = None) -> None:
            count, shown = self.prompt_count, {"data": _mime(format_dict), "metadata": _json(md_dict or {})}
            _OUTPUTS.add("execute_result", execution_count=count, **shown)

        def finish_displayhook(self) -> None:
            sys.stdout.flush()

    class Shell(InteractiveShell):  # type: ignore[misc]  # IPython is untyped
        def _showtraceback(self, etype: Any, evalue: Any, stb: Any) -> None:
            try:
                said = str(evalue)
            except Exception:  # noqa: BLE001 - an error may not even be printable
                said = ""
            name = getattr(etype, "__name__", str(etype))
            _OUTPUTS.add("error", ename=_said(name), evalue=_said(said), traceback=[_said(line) for line in stb])

        def init_history(self) -> None:
            super().init_history()
            self.history_manager.enabled = False

        def init_virtualenv(self) -> None:
            pass

        def enable_gui(self, gui: Any = None) -> None:
            pass

        def ask_exit(self) -> None:
            pass

        def system_raw(self, cmd: str) -> None:
            import subprocess

            done = subprocess.run(  # noqa: S602 - a learner's `!command`, shut in like the learner's code
                self.var_expand(cmd, depth=1), shell=True, capture_output=True, stdin=subprocess.DEVNULL, check=False
            )
            sys.stdout.write(done.stdout.decode("utf-8", "replace"))
            sys.stderr.write(done.stderr.decode("utf-8", "replace"))
            self.user_ns["_exit_code"] = done.returncode

        system = system_piped = system_raw

    config = Config()
    config.HistoryManager.enabled = False
    config.HistoryManager.hist_file = ":memory:"
    config.InteractiveShell.colors = "nocolor"
    _SHELL = Shell.instance(config=config, display_pub_class=Publisher, displayhook_class=Hook)

    def no_input(*_: object, **__: object) -> None:
        raise StdinNotImplementedError("input() cannot be answered while a notebook is marked")

    builtins.input = no_input  # type: ignore[assignment]
    import getpass

    getpass.getpass = no_input  # type: ignore[assignment]
    with contextlib.suppress(ImportError):
        from matplotlib_inline.backend_inline import configure_inline_support

        configure_inline_support(_SHELL, "inline")  # type: ignore[no-untyped-call]


def _said(text: Any) -> str:
    return str(text)[:20_000].encode("utf-8", "replace").decode("utf-8")


class Notebook:
    """A child's side of the channel: runs cells, gives names, calls functions."""

    def __init__(self, channel: socket.socket, told: dict[str, Any]) -> None:
        self.channel = channel
        self.told = told
        self.raw = -1
        self.own = os.getpid()

    def serve(self) -> None:
        """Do as told until the channel closes."""
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        handlers = {"begin": self.begin, "cell": self.cell, "get": self.get, "call": self.call, "hello": self.hello}
        while (message := receive(self.channel)) is not None:
            if message["do"] == "twin":
                self.twin(message["turn"])
                continue
            found = handlers[message["do"]](message)
            if os.getpid() != self.own:  # a cell forked: its copy of this loop has nothing to say
                os._exit(0)
            send(self.channel, {**found, "turn": message["turn"]})

    def hello(self, _: dict[str, Any]) -> dict[str, Any]:
        """Say nothing: by this the marking learns which process it is."""
        return {}

    def begin(self, message: dict[str, Any]) -> dict[str, Any]:
        """Put the learner's environment and files in place."""
        folder = self.told.get("folder") or message["folder"]
        work, home = os.path.join(folder, "work"), os.path.join(folder, "home")
        for path in (work, home):
            os.makedirs(path, exist_ok=True)
        for name, body in message.get("files", []):
            with open(os.path.join(work, name), "wb") as file:
                file.write(base64.b64decode(body))
        os.chdir(work)
        os.environ.update({**message["environment"], "HOME": home, "TMPDIR": folder})
        import tempfile

        tempfile.tempdir = None
        sys.path.append(work)  # after the libraries: a file of the learner's shadows none of them
        self.raw = os.memfd_create("said") if hasattr(os, "memfd_create") else -1
        if self.raw >= 0:
            for standard in (1, 2):
                os.dup2(self.raw, standard)
        sys.stdin = open(os.devnull, encoding="utf-8")  # noqa: SIM115 - open as long as the process
        for name in ("stdout", "stderr"):
            stream = Stream(name, _OUTPUTS)
            setattr(sys, name, stream)
            setattr(sys, f"__{name}__", stream)
        with contextlib.suppress(ImportError):
            import numpy as np

            np.random.seed()  # noqa: NPY002 - children must not share one state
        return {}

    def cell(self, message: dict[str, Any]) -> dict[str, Any]:
        """Run one cell and return what it showed."""
        _OUTPUTS.begin()
        signal.signal(signal.SIGINT, signal.default_int_handler)
        try:
            _SHELL.run_cell(message["source"], store_history=True, cell_id=message.get("id"))
        except KeyboardInterrupt:
            _OUTPUTS.add("error", ename="KeyboardInterrupt", evalue="", traceback=["KeyboardInterrupt"])
        finally:
            signal.signal(signal.SIGINT, signal.SIG_IGN)
        self._drain()
        return {"outputs": _OUTPUTS.found, "updates": _OUTPUTS.updates, "count": _SHELL.execution_count - 1}

    def twin(self, turn: int) -> None:
        """Fork a twin that stays as the notebook is now and waits on its own channel; none where there are threads.

        A fork carries one thread over, and a library that had others (Polars, Arrow) would wait for them for ever.
        """
        twin = -1
        with contextlib.suppress(OSError):
            if len(os.listdir("/proc/self/task")) == 1:
                theirs, ours = socket.socketpair()
                twin = os.fork()
        if twin == 0:
            theirs.close()
            self.channel.close()
            self.channel, self.own = ours, os.getpid()
            return
        send(self.channel, {"turn": turn, "there": twin > 0})
        if twin > 0:
            ours.close()
            socket.send_fds(self.channel, [b"."], [theirs.fileno()])
            theirs.close()

    def _drain(self) -> None:
        """Take over what went to the descriptors of standard output and error past Python."""
        if self.raw < 0:
            return
        with contextlib.suppress(OSError):
            size = os.lseek(self.raw, 0, os.SEEK_END)
            if size:
                said = os.pread(self.raw, MOST_STREAM, 0)
                os.ftruncate(self.raw, 0)
                os.lseek(self.raw, 0, os.SEEK_SET)
                _OUTPUTS.stream("stdout", said.decode("utf-8", "replace"))

    def get(self, message: dict[str, Any]) -> dict[str, Any]:
        """Return the value of a name."""
        return self._answered(lambda: encode(_SHELL.user_ns[message["name"]]), message["name"])

    def call(self, message: dict[str, Any]) -> dict[str, Any]:
        """Call a function and return its result."""

        def ask() -> Any:
            function = _SHELL.user_ns[message["name"]]
            if not callable(function):
                raise NotPlain(message["name"])
            return encode(function(*[decode(argument) for argument in message["arguments"]]))

        return self._answered(ask, message["name"])

    def _answered(self, ask: Any, name: str) -> dict[str, Any]:
        if name not in _SHELL.user_ns:
            return {"missing": name}
        _OUTPUTS.begin()
        signal.signal(signal.SIGINT, signal.default_int_handler)
        try:
            return {"value": ask()}
        except NotPlain as error:
            return {"odd": _said(error)}
        except RecursionError:
            return {"raised": "RecursionError: it calls itself without end"}
        except BaseException as error:  # noqa: BLE001 - what a learner's function raises ends its probe, no more
            try:
                said = str(error)
            except Exception:  # noqa: BLE001 - an error may not even be printable
                said = ""
            return {"raised": _said(f"{type(error).__name__}: {said}")}
        finally:
            signal.signal(signal.SIGINT, signal.SIG_IGN)
            self._drain()


if __name__ == "__main__":
    main()
