"""A fuzzer's program: whatever bytes come out of a sandbox give plain data or `Garbled`. Run by `test_fuzz.py`."""

import sys

import atheris

with atheris.instrument_imports(include=["autograders.sandbox.answer", "msgspec"]):
    from autograders.sandbox import answer


def read(data: bytes) -> None:
    for kind in answer.KINDS:
        try:
            found = answer.read(data, kind)
            if kind is answer.Answer and found.value is not answer.NOTHING:
                answer.plain(found.value)
        except answer.Garbled:
            pass


if __name__ == "__main__":
    atheris.Setup(sys.argv, read)
    atheris.Fuzz()
