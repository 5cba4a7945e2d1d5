"""A coverage-guided fuzzer looks for bytes that the reader of answers trips over."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from autograders.sandbox import inside

RUNS = 200_000


@pytest.mark.long
def test_no_bytes_trip_the_reader_of_answers(tmp_path):
    pytest.importorskip("atheris", reason="atheris is not installed: make test-all installs it")
    seeds = tmp_path / "seeds"
    seeds.mkdir()
    for n, value in enumerate([1, [1, "a"], {"k": {2.5}}, 10**40, float("nan")]):
        (seeds / str(n)).write_text(json.dumps({"turn": 1, "value": inside.encode(value)}))
    (seeds / "ran").write_text(
        '{"turn":1,"outputs":[{"output_type":"stream","name":"stdout","text":"x"}],"updates":{},"count":1}'
    )
    program = Path(__file__).with_name("fuzz_answer.py")
    # The most a process ever held counts what its parent held when it was made: a worker late in its tests has 2 GB.
    limits = ["-rss_limit_mb=0", "-malloc_limit_mb=512"]
    done = subprocess.run(
        [sys.executable, str(program), f"-runs={RUNS}", "-max_len=4096", "-seed=1", *limits, str(seeds)],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-2000:]
    assert f"Done {RUNS} runs" in done.stderr
