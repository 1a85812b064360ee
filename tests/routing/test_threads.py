"""Many threads ask one `TravelTimes` at once, as a server's do."""

from concurrent.futures import ThreadPoolExecutor

import numpy as np

from routing.travel_times import TravelTimes


def test_answers_are_the_same_from_many_threads(skeleton_times: TravelTimes) -> None:
    random = np.random.default_rng(4)
    points = np.column_stack([random.uniform(106.6, 106.8, 30), random.uniform(10.7, 10.9, 30)])
    alone = [_ask(skeleton_times, points, index) for index in range(20)]
    with ThreadPoolExecutor(8) as pool:
        together = list(pool.map(lambda index: _ask(skeleton_times, points, index), range(20)))
    assert together == alone


def _ask(times: TravelTimes, points: np.ndarray[tuple[int, int], np.dtype[np.float64]], index: int) -> list[object]:
    here, there = tuple(points[index].tolist()), tuple(points[index + 1].tolist())
    route = times.route(here, there, "car")
    assert route is not None
    return [
        times.times_to(points, here).tolist(),
        times.matrix(points[:5], [there]).distance_m.tolist(),
        route.geometry,
    ]
