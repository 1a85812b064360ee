"""A trace finds the streets that were driven, and says what it left out."""

from collections import defaultdict
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from routing.errors import NoRoadsError
from routing.graph import distance_m
from routing.route import Route
from routing.trace import FixStatus, Match, Trace, make_trace
from routing.travel_times import TravelTimes
from routing.viterbi import first_column, likeliest, next_column, posterior
from tests.routing.worlds import Cell, at, edge_between, make_times

STREET = {"highway": "residential"}
# Three streets east, three north, 220 m apart.
GRID = [
    *([([(0, y), (2, y), (4, y)], STREET) for y in (0, 2, 4)]),
    *([([(x, 0), (x, 2), (x, 4)], STREET) for x in (0, 2, 4)]),
]
# The ends of a drive are known no better than this.
_END_M = 15.0
M_PER_DEG = np.array([111_195 * np.cos(np.radians(10.8)), 111_195])


@pytest.fixture(scope="module")
def grid() -> TravelTimes:
    return make_times(*GRID)


def _trace(route: Route, every_s: float, noise_m: float = 0.0, seed: int = 0) -> Trace:
    at_s = np.append(np.arange(0.0, route.time_s, every_s), route.time_s)
    at_s = at_s[np.append(True, np.diff(at_s) > 0.01)]
    points = np.array([route.position_at(t)[:2] for t in at_s.tolist()])
    if not noise_m:
        return make_trace(points, at_s)
    noise = np.random.default_rng(seed).normal(0, noise_m, points.shape) / M_PER_DEG
    return make_trace(points + noise, at_s, accuracy_m=noise_m * 1.51)


def _driven(route: Route) -> list[int]:
    """Arcs in order; the first and last only if there is more of them than a receiver's error."""
    return [stretch.arc for stretch in route.stretches if stretch.distance_m > _END_M]


def _agreement(route: Route, match: Match) -> tuple[float, float]:
    """Share of the true length that was found; and missed and extra length over the true one (Newson & Krumm)."""
    truth, found = defaultdict[int, float](float), defaultdict[int, float](float)
    for stretch in route.stretches:
        truth[stretch.arc] += stretch.distance_m
    for piece in match.pieces:
        for stretch in piece.route.stretches if piece.route else ():
            found[stretch.arc] += stretch.distance_m
    arcs = truth.keys() | found.keys()
    missed = sum(max(0.0, truth[arc] - found[arc]) for arc in arcs)
    extra = sum(max(0.0, found[arc] - truth[arc]) for arc in arcs)
    return 1 - missed / route.distance_m, (missed + extra) / route.distance_m


def _line(*cells: Cell, every_s: float = 5.0, **columns: object) -> Trace:
    points = [at(*cell) for cell in cells]
    return make_trace(points, np.arange(len(points)) * every_s, **columns)  # type: ignore[arg-type]


# One street for each chosen side of a 4 × 4 grid of squares: all join where they meet, none lies upon another.
_SIDES = st.dictionaries(
    st.tuples(st.integers(0, 3), st.integers(0, 3), st.booleans()),
    st.sampled_from(["no", "no", "yes", "-1"]),
    min_size=8,
    max_size=30,
)
_SPOT = st.tuples(st.floats(0, 4), st.floats(0, 4))


@given(sides=_SIDES, ends=st.tuples(_SPOT, _SPOT), every_s=st.sampled_from([2.0, 4.0]))
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.filter_too_much, HealthCheck.too_slow])
def test_a_trace_without_noise_gives_exactly_the_route_driven(
    sides: dict[tuple[int, int, bool], str], ends: tuple[Cell, Cell], every_s: float
) -> None:
    streets = [
        ([(x, y), (x + east, y + (not east))], {"highway": "residential", "oneway": oneway})
        for (x, y, east), oneway in sides.items()
    ]
    try:
        times = make_times(*streets)
    except NoRoadsError:
        assume(False)
    snapped = times.snap([at(*end) for end in ends], "car")
    here, there = times.streets.point_at(snapped.places.edge, snapped.places.share).tolist()
    route = times.route(tuple(here), tuple(there), "car")
    assume(route is not None and not route.estimated and route.distance_m > 50)
    assert route is not None
    (piece,) = times.match(_trace(route, every_s), "car").pieces
    assert piece.route is not None
    assert _driven(piece.route) == _driven(route)
    assert piece.route.distance_m == pytest.approx(route.distance_m, abs=2 * _END_M)


@pytest.mark.parametrize(
    ("noise_m", "every_s", "least", "most"),
    [
        (5.0, 1.0, 0.98, 0.03),
        (5.0, 10.0, 0.98, 0.03),
        (10.0, 5.0, 0.97, 0.05),
        (20.0, 5.0, 0.93, 0.15),
        (10.0, 30.0, 0.90, 0.15),
    ],
)
def test_noisy_traces_of_the_city_find_most_of_their_streets(
    skeleton_times: TravelTimes, noise_m: float, every_s: float, least: float, most: float
) -> None:
    random = np.random.default_rng(11)
    found: list[tuple[float, float]] = []
    while len(found) < 5:
        here, there = zip(random.uniform(106.62, 106.75, 2), random.uniform(10.74, 10.85, 2), strict=True)
        route = skeleton_times.route(here, there, "car")
        if route is not None and not route.estimated and 2000 < route.distance_m < 9000:
            found.append(_agreement(route, skeleton_times.match(_trace(route, every_s, noise_m, len(found)), "car")))
    share, mismatch = np.mean(found, axis=0)
    assert share >= least
    assert mismatch <= most


def test_the_match_of_a_straight_drive_in_full(grid: TravelTimes) -> None:
    match = grid.match(_line((0.2, 0.02), (0.8, -0.03), (1.5, 0.05), (2.4, 0.0), every_s=8.0), "car")
    first, second = (
        2 * edge + column for edge, column in (edge_between(grid.graph, (x, 0), (x + 2, 0)) for x in (0, 2))
    )
    assert match.status == (FixStatus.MATCHED,) * 4
    assert match.arc.tolist() == [first, first, first, second]
    assert match.share == pytest.approx([0.1, 0.4, 0.75, 0.2], abs=1e-3)
    assert match.arcs == (first, second)
    assert match.points[1] == pytest.approx(np.array(at(0.8, 0)), abs=1e-6)
    assert (match.confidence > 0.95).all()
    (piece,) = match.pieces
    assert piece.route is not None
    assert piece.route.distance_m == pytest.approx(float(distance_m(*at(0.2, 0), *at(2.4, 0))), rel=1e-3)


def test_speeds_are_those_between_the_fixes(grid: TravelTimes) -> None:
    match = grid.match(_line((0.2, 0), (0.7, 0), (1.2, 0), (1.7, 0), (2.2, 0), (2.7, 0), every_s=10.0), "car")
    speeds = match.arc_speeds()
    mps = float(distance_m(*at(0.2, 0), *at(0.7, 0))) / 10
    assert speeds.arc.tolist() == list(match.arcs)
    assert speeds.kph == pytest.approx([mps * 3.6] * 2, rel=1e-3)
    assert speeds.metres.sum() == pytest.approx(5 * mps * 10, rel=1e-3)
    assert speeds.at_s == pytest.approx([18.0, 43.0], abs=0.1)


def test_standing_still_is_no_drive(grid: TravelTimes) -> None:
    points = np.array([at(1, 0)] * 30) + np.random.default_rng(2).normal(0, 5, (30, 2)) / M_PER_DEG
    match = grid.match(make_trace(points, np.arange(30.0), accuracy_m=10.0), "car")
    assert sum(piece.route.distance_m for piece in match.pieces if piece.route) < 40.0
    assert FixStatus.OUTLIER not in match.status


def test_turning_round_in_the_street_is_seen(grid: TravelTimes) -> None:
    out = [(x, 0.0) for x in (0.2, 0.6, 1.0, 1.4)]
    match = grid.match(_line(*out, *reversed(out[:-1]), every_s=8.0), "car")
    forth, _ = edge_between(grid.graph, (0, 0), (2, 0))
    assert match.arcs == (2 * forth, 2 * forth + 1)


def test_a_stray_fix_is_dropped_and_named(grid: TravelTimes) -> None:
    match = grid.match(_line((0.3, 0), (0.8, 0), (3.5, 4), (1.3, 0), (1.8, 0), every_s=3.0), "car")
    assert [status.value for status in match.status] == ["matched", "matched", "outlier", "matched", "matched"]
    assert match.arc[2] == -1
    assert len(match.pieces) == 1


def test_a_fix_far_off_every_street_is_dropped_and_named(grid: TravelTimes) -> None:
    match = grid.match(_line((0.3, 0), (0.9, 0.95), (1.5, 0), every_s=10.0), "car")
    assert [status.value for status in match.status] == ["matched", "no_street", "matched"]
    assert len(match.pieces) == 1


def test_a_long_silence_breaks_the_trace(grid: TravelTimes) -> None:
    points = [at(0.3, 0), at(0.9, 0), at(1.5, 4), at(1.9, 4)]
    match = grid.match(make_trace(points, [0.0, 8.0, 1000.0, 1008.0]), "car")
    assert [piece.fixes.tolist() for piece in match.pieces] == [[0, 1], [2, 3]]


def test_sirens_against_a_one_way_are_believed_when_nothing_else_fits() -> None:
    one_way = {"highway": "residential", "oneway": "yes"}
    times = make_times(([(0, 0), (4, 0)], one_way), ([(4, 0), (4, 4), (0, 4), (0, 0)], STREET))
    match = times.match(_line((3.5, 0), (2.5, 0), (1.5, 0), (0.5, 0), every_s=12.0), "ambulance")
    edge, column = edge_between(times.graph, (4, 0), (0, 0))
    assert match.arcs == (2 * edge + column,)
    assert times._of("ambulance").weighing.weights.against[list(match.arcs)].tolist() == [True]


def test_a_heading_tells_two_streets_apart() -> None:
    """Two one-ways side by side, 11 m apart: a single fix between them."""
    one_way = {"highway": "residential", "oneway": "yes"}
    times = make_times(
        ([(0, 0), (8, 0)], one_way),
        ([(8, 0), (8, 0.1)], one_way),
        ([(8, 0.1), (0, 0.1)], one_way),
        ([(0, 0.1), (0, 0)], one_way),
    )
    for heading, y in ((90.0, 0.0), (270.0, 0.1)):
        match = times.match(_line((4, 0.05), headings_deg=heading, speeds_kph=30.0), "car")
        assert match.points[0] == pytest.approx(np.array(at(4, y)), abs=1e-6)
        assert match.confidence[0] > 0.95


def test_matching_knows_no_traffic(skeleton_times: TravelTimes) -> None:
    route = skeleton_times.route((106.66, 10.77), (106.70, 10.79), "car")
    assert route is not None
    trace = _trace(route, 10.0, 8.0)
    assert skeleton_times.match(trace, "car").arcs == skeleton_times.match(trace, "car").arcs


def test_without_turns_the_same_streets_are_found(grid: TravelTimes) -> None:
    trace = _line((0.2, 0.0), (1.2, 0.0), (2.0, 0.5), (2.0, 1.5), (2.6, 2.0), every_s=15.0)
    assert TravelTimes(grid.graph, turns=False).match(trace, "car").arcs == grid.match(trace, "car").arcs


def test_an_empty_trace_has_no_pieces(grid: TravelTimes) -> None:
    match = grid.match(make_trace([], []), "car")
    assert (match.status, match.pieces, match.arc_speeds().arc.tolist()) == ((), (), [])


@pytest.mark.parametrize("at_s", [[0.0, 0.0], [5.0, 1.0], [0.0, np.nan]])
def test_times_that_do_not_rise_are_refused(at_s: list[float]) -> None:
    with pytest.raises(ValueError, match="row 1 is no later"):
        make_trace([at(0, 0), at(1, 0)], at_s)


@given(sizes=st.lists(st.integers(1, 4), min_size=1, max_size=5), seed=st.integers(0, 1000), shut=st.floats(0, 0.4))
@settings(deadline=None)
def test_the_likeliest_sequence_and_its_certainty_are_those_of_all_sequences(
    sizes: list[int], seed: int, shut: float
) -> None:
    random = np.random.default_rng(seed)
    log_p = [random.normal(size=size) for size in sizes]
    steps = [np.where(random.random((a, b)) < shut, -np.inf, random.normal(size=(a, b))) for a, b in pairwise(sizes)]
    columns = [first_column(log_p[0])]
    for step, score in zip(steps, log_p[1:], strict=True):
        column = next_column(columns[-1], step, score)
        assume(column is not None)
        assert column is not None
        columns.append(column)
    scores = {
        sequence: sum(log_p[i][s] for i, s in enumerate(sequence))
        + sum(steps[i][a, b] for i, (a, b) in enumerate(pairwise(sequence)))
        for sequence in np.ndindex(*sizes)
    }
    assert tuple(likeliest(columns)) == max(scores, key=lambda sequence: float(scores[sequence]))
    total = sum(np.exp(score) for score in scores.values())
    for index, found in enumerate(posterior(columns)):
        for state in range(sizes[index]):
            sure = sum(np.exp(score) for sequence, score in scores.items() if sequence[index] == state) / total
            assert found[state] == pytest.approx(sure)
