"""Textbook queues as scenarios, and their exact answers, computed here."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import product
from math import factorial
from typing import Any

import numpy as np

from simulator.results import Outcomes, summarise
from simulator.scenario import read_scenario
from simulator.textbook import make_day

MEAN_S = 600.0


def run_told(told: dict[str, Any]) -> dict[str, Any]:
    scenario = read_scenario(told, "test")
    head = scenario.scenario
    day = make_day(scenario, "test", head.seed).run()
    return summarise(Outcomes(day, head.warm_up_s), head.target_s)


def run_queue(
    servers: int,
    loads: Sequence[float],
    queue: str,
    *,
    calls: int,
    seed: int,
    service: dict[str, Any] | None = None,
    preference: dict[str, list[str]] | None = None,
) -> dict[str, Any]:
    """One zone a load (in Erlang), of falling priority, and servers U1, U2, … all at one post."""
    duration_s = calls * MEAN_S / sum(loads)
    return run_told(
        {
            "scenario": {"seed": seed, "duration_s": duration_s, "warm_up_s": duration_s / 20, "queue": queue},
            "zone": [
                {"id": f"Z{i}", "rate_per_h": load * 3600 / MEAN_S, "priority": min(i, 4)}
                for i, load in enumerate(loads, 1)
            ],
            "unit": [{"id": f"U{i}", "post": "P"} for i in range(1, servers + 1)],
            "service": service or {"distribution": "exponential", "mean_s": MEAN_S},
            "preference": preference or {},
        }
    )


def erlang_b(servers: int, load: float) -> float:
    return load**servers / factorial(servers) / sum(load**k / factorial(k) for k in range(servers + 1))


def erlang_c(servers: int, load: float) -> float:
    blocked = erlang_b(servers, load)
    return blocked / (1 - load / servers * (1 - blocked))


def cobham_wait_s(servers: int, loads: Sequence[float]) -> list[float]:
    """Mean wait by class of an M/M/c with non-preemptive priorities (Cobham 1954), in seconds."""
    busy = erlang_c(servers, sum(loads))
    below = [sum(loads[:k]) / servers for k in range(len(loads) + 1)]
    return [busy * MEAN_S / servers / ((1 - below[k]) * (1 - below[k + 1])) for k in range(len(loads))]


def hypercube_workloads(loads: Sequence[float], lists: Sequence[Sequence[int]], *, waits: bool = False) -> list[float]:
    """
    The share of time that each server is busy when calls that find all busy are lost, or wait their turn: the exact
    balance equations over all 2^N states (Larson 1974). `lists`: for each zone its servers in order of preference.
    """
    servers = len(lists[0])
    states = list(product((0, 1), repeat=servers))
    row = {state: at for at, state in enumerate(states)}
    flow = np.zeros((len(states), len(states)))
    for state in states:
        for load, order in zip(loads, lists, strict=True):
            taken = next((server for server in order if not state[server]), None)
            if taken is not None:
                flow[row[state], row[_with(state, taken, 1)]] += load
        for server in range(servers):
            if state[server]:
                flow[row[state], row[_with(state, server, 0)]] += 1.0
    balance = flow.T - np.diag(flow.sum(axis=1))
    balance[-1] = 1.0
    share = np.linalg.solve(balance, np.eye(len(states))[-1])
    busier = sum(loads) / servers
    queue = float(share[row[states[-1]]]) * busier / (1 - busier) if waits else 0.0  # a geometric tail on "all busy"
    busy = [sum(share[row[state]] for state in states if state[server]) for server in range(servers)]
    return [float((one + queue) / (1 + queue)) for one in busy]


def _with(state: tuple[int, ...], server: int, value: int) -> tuple[int, ...]:
    return (*state[:server], value, *state[server + 1 :])
