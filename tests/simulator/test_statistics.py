from __future__ import annotations

from math import inf, nan, sqrt

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from simulator.statistics import (
    HalfWidthRule,
    after_warm_up,
    batch_means,
    compare_to_baseline,
    find_warm_up,
    holm,
    mean_interval,
    paired_difference,
    poisson_interval,
    quantile_interval,
)


def queue(n: int, load: float, seed: int) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    """Waits of an M/M/1 queue that starts empty (Lindley), mean service 1."""
    rng = np.random.default_rng(seed)
    steps = rng.exponential(1.0, n) - rng.exponential(1 / load, n)
    walk = np.concatenate(([0.0], np.cumsum(steps)))
    return walk - np.minimum.accumulate(walk)


def test_a_mean_by_hand() -> None:
    """1, 2, 3: mean 2, sd 1, error 1/√3, t(2) = 4.3027: ± 2.4841."""
    estimate = mean_interval([1.0, 2.0, 3.0])
    assert (estimate.mean, estimate.n) == (2.0, 3)
    assert estimate.standard_error == pytest.approx(1 / sqrt(3))
    assert estimate.interval.half_width == pytest.approx(2.4841, abs=1e-4)


def test_a_mean_is_scipy_s() -> None:
    values = np.random.default_rng(1).normal(480, 90, 37)
    scipy_s = stats.ttest_1samp(values, 0).confidence_interval(0.9)
    ours = mean_interval(values, 0.9).interval
    assert (ours.low, ours.high) == pytest.approx((scipy_s.low, scipy_s.high))


def test_one_value_has_a_mean_and_no_bounds() -> None:
    estimate = mean_interval([7.0])
    assert (estimate.mean, estimate.interval.low, estimate.interval.high) == (7.0, -inf, inf)


def test_batches_by_hand_drop_what_is_over_at_the_start() -> None:
    """9 | 1 3 | 2 4 | 5 9: batch means 2, 3, 7: mean 4, sd √7, error √(7/3)."""
    found = batch_means([9, 1, 3, 2, 4, 5, 9], batches=3)
    assert (found.batch_means, found.batch_size, found.dropped) == ((2.0, 3.0, 7.0), 2, 1)
    assert found.estimate.mean == 4.0
    assert found.estimate.standard_error == pytest.approx(sqrt(7 / 3))
    assert found.lag_1 == pytest.approx((-2 * -1 + -1 * 3) / 14)


def test_batch_means_of_a_queue_hold_the_truth_where_single_values_do_not() -> None:
    """M/M/1 at load 0.5 waits 1 on average; of 40 runs each interval should hold it about 38 times."""
    batched = naive = 0
    for seed in range(40):
        waits = queue(20_000, 0.5, seed)[500:]
        interval = batch_means(waits).estimate.interval
        batched += interval.low <= 1.0 <= interval.high
        alone = mean_interval(waits).interval
        naive += alone.low <= 1.0 <= alone.high
    assert batched >= 34
    assert naive <= 30


def test_warm_up_is_left_out_by_time() -> None:
    assert after_warm_up([0.0, 59.9, 60.0, 90.0], [1, 2, 3, 4], 60.0).tolist() == [3.0, 4.0]


def test_a_climb_at_the_start_is_found_as_warm_up() -> None:
    rng = np.random.default_rng(3)
    climb = np.linspace(0, 10, 200)
    steady = 10 + rng.normal(0, 1, 2000)
    assert 150 <= find_warm_up(np.concatenate([climb, steady])) <= 260


def test_a_steady_run_loses_little() -> None:
    values = np.random.default_rng(4).normal(10, 1, 2000)
    kept = values[find_warm_up(values) :]
    assert kept.size >= 1000
    assert kept.mean() == pytest.approx(10, abs=0.1)


def test_a_paired_difference_by_hand() -> None:
    """2, 3, 4 against 1, 1, 1: differences 1, 2, 3, t = 2√3, p(2 degrees) = 0.0742."""
    found = paired_difference([2, 3, 4], [1, 1, 1])
    assert found.estimate.mean == 2.0
    assert found.p_value == pytest.approx(0.0742, abs=1e-4)
    assert not found.excludes_zero


def test_a_paired_difference_is_scipy_s() -> None:
    rng = np.random.default_rng(5)
    day = rng.normal(500, 100, 30)
    ours, theirs = day - 5 + rng.normal(0, 4, 30), day
    found, scipy_s = paired_difference(ours, theirs), stats.ttest_rel(ours, theirs)
    ends = scipy_s.confidence_interval(0.95)
    assert found.p_value == pytest.approx(float(scipy_s.pvalue))
    assert (found.estimate.interval.low, found.estimate.interval.high) == pytest.approx((ends.low, ends.high))
    assert found.excludes_zero


def test_the_same_days_under_the_same_policy_do_not_differ() -> None:
    found = paired_difference([3.0, 5.0], [3.0, 5.0])
    assert (found.estimate.mean, found.p_value, found.excludes_zero) == (0.0, 1.0, False)


def test_a_difference_that_never_varies_is_certain() -> None:
    found = paired_difference([4.0, 6.0], [3.0, 5.0])
    assert (found.p_value, found.excludes_zero) == (0.0, True)


def test_holm_by_hand() -> None:
    """0.01·3, then 0.02·2 = 0.04, then 0.03·1 lifted to 0.04."""
    assert holm([0.03, 0.01, 0.02]).tolist() == pytest.approx([0.04, 0.03, 0.04])


def test_holm_never_passes_one_and_takes_none() -> None:
    assert holm([0.9, 0.8]).tolist() == [1.0, 1.0]
    assert holm([]).tolist() == []


@given(st.lists(st.floats(0, 1), min_size=1, max_size=12))
def test_holm_lies_between_the_raw_values_and_bonferroni_s_and_keeps_their_order(given_p: list[float]) -> None:
    raw, adjusted = np.array(given_p), holm(given_p)
    assert (adjusted >= raw).all()
    assert (adjusted <= np.minimum(raw * raw.size, 1) + 1e-15).all()
    assert (np.diff(adjusted[np.argsort(raw)]) >= 0).all()


def test_policies_together_have_wider_intervals_and_larger_p_values() -> None:
    rng = np.random.default_rng(6)
    base = rng.normal(600, 60, 20)
    policies = {"near": base - 1 + rng.normal(0, 3, 20), "far": base + 8 + rng.normal(0, 3, 20)}
    found = compare_to_baseline(policies, base)
    assert list(found) == ["near", "far"]
    for one in found.values():
        assert one.together.half_width > one.alone.estimate.interval.half_width
        assert one.p_holm >= one.alone.p_value
    assert found["far"].together.confidence == pytest.approx(0.975)
    assert found["far"].together.low > 0


def test_replications_stop_once_the_mean_is_known_well_enough() -> None:
    rule = HalfWidthRule(half_width=1.0, at_least=3, at_most=50)
    values = np.random.default_rng(7).normal(100, 2, 50)
    stops = [n for n in range(2, 51) if rule.decide(values[:n]).stop]
    first = stops[0]
    assert rule.decide(values[:first]).reached
    assert mean_interval(values[:first]).interval.half_width <= 1.0
    assert all(mean_interval(values[:n]).interval.half_width > 1.0 for n in range(3, first))


def test_an_early_lucky_agreement_does_not_stop() -> None:
    assert not HalfWidthRule(half_width=1.0, at_least=5).decide([4.0, 4.0, 4.0]).stop


def test_replications_end_at_the_most_without_being_called_enough() -> None:
    decision = HalfWidthRule(half_width=0.001, at_least=2, at_most=4).decide([1.0, 9.0, 2.0, 8.0])
    assert (decision.stop, decision.reached, decision.needed) == (True, False, 4)


def test_a_relative_half_width_is_a_share_of_the_true_mean() -> None:
    assert HalfWidthRule(half_width=0.05, relative=True).decide([210.0, 210.0]).wanted_half_width == pytest.approx(10)


def test_the_replications_still_needed_are_the_fewest_that_would_do() -> None:
    values = np.random.default_rng(8).normal(100, 10, 12)
    needed = HalfWidthRule(half_width=2.0).decide(values).needed
    spread = values.std(ddof=1)
    reach = [stats.t.ppf(0.975, n - 1) * spread / sqrt(n) for n in (needed, needed - 1)]
    assert reach[0] <= 2.0 < reach[1]


def test_a_median_by_hand() -> None:
    """Of ten values the 2nd and the 9th hold the median with 1 - 2·11/1024 = 0.9785."""
    found = quantile_interval(range(1, 11), 0.5)
    assert (found.estimate, found.low, found.high) == (5.5, 2.0, 9.0)
    assert found.confidence == pytest.approx(1 - 22 / 1024)


def test_a_tail_of_few_values_has_no_upper_end() -> None:
    found = quantile_interval(range(1, 11), 0.9)
    assert found.high == inf
    assert found.low > -inf


@pytest.mark.parametrize("share", [0.5, 0.9])
def test_quantile_intervals_hold_the_truth_as_often_as_they_say(share: float) -> None:
    rng = np.random.default_rng(9)
    truth = float(stats.lognorm.ppf(share, 0.6))
    intervals = [quantile_interval(np.exp(rng.normal(0, 0.6, 200)), share) for _ in range(400)]
    held = sum(one.low <= truth <= one.high for one in intervals) / 400
    assert held == pytest.approx(intervals[0].confidence, abs=0.03)


def test_a_count_by_its_table() -> None:
    """Garwood: 0 → 3.689; 10 → 4.795 to 18.390."""
    assert poisson_interval(0).high == pytest.approx(3.689, abs=1e-3)
    ten = poisson_interval(10)
    assert (ten.low, ten.high) == pytest.approx((4.795, 18.390), abs=1e-3)


@pytest.mark.parametrize(
    ("ask", "fact"),
    [
        (lambda: mean_interval([]), "0 values; 1 or more"),
        (lambda: mean_interval([1.0, nan]), "1 of 2 values are no numbers"),
        (lambda: mean_interval([1.0, 2.0], 95), "confidence is 95"),
        (lambda: batch_means([1.0, 2.0], 3), "2 values; 3 or more"),
        (lambda: batch_means([1.0, 2.0], 1), "1 batches; give 2"),
        (lambda: paired_difference([1, 2, 3], [1, 2]), "3 values against 2"),
        (lambda: after_warm_up([1, 2], [1], 0), "2 times for 1 values"),
        (lambda: holm([1.2]), "not all between 0 and 1"),
        (lambda: quantile_interval([1.0], 1.0), "share is 1.0"),
        (lambda: HalfWidthRule(half_width=0), "half_width is 0"),
        (lambda: HalfWidthRule(half_width=1, at_least=1), "at_least 1"),
        (lambda: poisson_interval(-1), "count is -1"),
    ],
)
def test_what_cannot_be_answered_is_refused_with_the_fact(ask: object, fact: str) -> None:
    with pytest.raises(ValueError, match=fact):
        ask()  # type: ignore[operator]
