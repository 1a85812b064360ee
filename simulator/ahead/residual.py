"""
How much longer something takes that has gone on for a while: draws from the rest of a distribution.

A lognormal time T that has lasted e seconds already is drawn from T given T > e, by inversion of its upper tail, so
that a crew which has been on scene for long is not expected to leave at once. Exact for the distributions that new
calls are drawn from. Weakness: how long the shapes are to the far right is a stand-in like those.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtr, ndtri

from dispatch.city_pack_schema import Demand
from simulator.calls import ACCEPTS, REFUSES, SILENT
from simulator.crews import (
    ANSWER_MAX_S,
    CLEAN_UP_MEDIAN_S,
    CLEAN_UP_SD_LOG,
    LONGEST_S,
    NO_PATIENT_SHARE_OF_SCENE,
)
from simulator.streams import Seed, stream

Floats = NDArray[np.float64]
LONGEST_MORE_S = 1800.0
"""Who has been at it longer than anything lasts goes on no longer than this (guess)."""


def rest_of(elapsed_s: float, median_s: float, sd_log: float, share: float) -> float:
    """The whole time, above `elapsed_s`, of a lognormal by its median; `share`: the draw, from 0 to 1."""
    z = np.log(max(elapsed_s, 1e-9) / median_s) / sd_log
    above = float(ndtr(-z))
    drawn_s = float(median_s * np.exp(sd_log * -ndtri(max(above * (1.0 - share), 1e-300))))
    return max(elapsed_s, min(drawn_s, max(LONGEST_S, elapsed_s + share * LONGEST_MORE_S)))


def median_of(mean: float, sd: float) -> tuple[float, float]:
    """Median and logarithmic deviation of a lognormal by its own mean and standard deviation."""
    variance = float(np.log(1.0 + (sd / mean) ** 2))
    return mean * float(np.exp(-variance / 2)), float(np.sqrt(variance))


class Residuals:
    """The draws for everything that is under way, one stream an attribute; `row` numbers the runs in their order."""

    def __init__(self, demand: Demand, seed: Seed, rows: int) -> None:
        self._demand = demand
        self._share = {
            name: stream(seed, "begun", name).random(rows)
            for name in ("turnout", "on_scene", "nobody", "handover", "clean_up", "answer", "answer_s")
        }

    def turnout_s(self, row: int, elapsed_s: float) -> float:
        """From acceptance to the road."""
        demand, share = self._demand, float(self._share["turnout"][row])
        return rest_of(elapsed_s, demand.turnout_median_s, demand.turnout_sd_log, share)

    def on_scene_s(self, row: int, elapsed_s: float, has_patient: bool) -> float:
        """From arrival to leaving: a mixture, since where nobody is found a crew leaves sooner."""
        demand, share = self._demand, float(self._share["on_scene"][row])
        median_s, sd_log = median_of(demand.on_scene_mean_s, demand.on_scene_sd_s)
        short_s = median_s * NO_PATIENT_SHARE_OF_SCENE
        nobody = 0.0 if has_patient else demand.share_no_patient
        still_short = nobody * _above(elapsed_s, short_s, sd_log)
        still_long = (1.0 - nobody) * _above(elapsed_s, median_s, sd_log)
        is_short = float(self._share["nobody"][row]) * (still_short + still_long) < still_short
        return rest_of(elapsed_s, short_s if is_short else median_s, sd_log, share)

    def handover_s(self, row: int, elapsed_s: float) -> float:
        """From arrival at the hospital to the handover, before what others there add."""
        demand = self._demand
        median_s, sd_log = median_of(demand.handover_mean_s, demand.handover_sd_s)
        return rest_of(max(elapsed_s, 0.0), median_s, sd_log, float(self._share["handover"][row]))

    def clean_up_s(self, row: int, elapsed_s: float) -> float:
        """From the handover to leaving the hospital."""
        return rest_of(elapsed_s, CLEAN_UP_MEDIAN_S, CLEAN_UP_SD_LOG, float(self._share["clean_up"][row]))

    def answer(self, row: int, elapsed_s: float) -> tuple[int, float]:
        """What a station says that has not answered for so long, and after how long in all; silent: after nothing."""
        demand = self._demand
        still = _above(elapsed_s, demand.answer_median_s, demand.answer_sd_log) if elapsed_s < ANSWER_MAX_S else 0.0
        silent, refuses = demand.no_answer_probability, demand.refusal_probability
        accepts = 1.0 - silent - refuses
        drawn = float(self._share["answer"][row]) * (silent + still * (refuses + accepts))
        after_s = rest_of(
            elapsed_s, demand.answer_median_s, demand.answer_sd_log, float(self._share["answer_s"][row])
        )  # fmt: skip
        after_s = max(elapsed_s, min(after_s, ANSWER_MAX_S))
        if drawn < silent:
            return SILENT, after_s
        return (REFUSES if drawn < silent + still * refuses else ACCEPTS), after_s


def _above(elapsed_s: float, median_s: float, sd_log: float) -> float:
    """The chance that it lasts longer than this."""
    return float(ndtr(-np.log(max(elapsed_s, 1e-9) / median_s) / sd_log))
