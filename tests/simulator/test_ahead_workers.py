"""The processes of a look ahead end with it, and one that is ended from outside is told."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from typing import Any, cast

import psutil
import pytest

from simulator.ahead.look import Look, _mapper
from simulator.errors import ScenarioError

WORKS = """
import os, time
from simulator.ahead.look import _mapper

class Long:
    def replicate(self, seed):
        os.write(1, f"{os.getpid()}\\n".encode())  # in one piece: both write to one pipe
        time.sleep(600)

with _mapper([Long()], 2) as run:
    list(run([(0, 1), (0, 2)]))
"""


class Dies:
    """A replication whose process is killed."""

    def replicate(self, seed: int) -> dict[str, Any]:
        os.kill(os.getpid(), signal.SIGKILL)
        return {}


def test_workers_of_a_look_ahead_that_was_killed_end_too() -> None:
    with subprocess.Popen([sys.executable, "-c", WORKS], stdout=subprocess.PIPE, text=True) as ahead:
        assert ahead.stdout is not None
        try:
            workers = [psutil.Process(int(ahead.stdout.readline())) for _ in range(2)]
        finally:
            ahead.kill()
        assert psutil.wait_procs(workers, timeout=60)[1] == []


def test_a_worker_that_is_ended_from_outside_is_told() -> None:
    looks = [cast(Look, Dies())]
    with pytest.raises(ScenarioError, match="a worker: was ended .*--workers 1"), _mapper(looks, 2) as run:
        list(run([(0, 1), (0, 2)]))
