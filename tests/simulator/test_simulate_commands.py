from __future__ import annotations

import json
from pathlib import Path

import msgspec
import polars as pl
import pytest
from typer.testing import CliRunner

from dispatch.city_pack import load_city_pack
from dispatch.cli import main
from dispatch.errors import Saigon115Error
from simulator.commands import simulate_app
from simulator.compare import judge
from simulator.log_calls import calls_of_log
from simulator.logs.formats import read_log
from simulator.mirror import Mirror
from simulator.run import Prepared, write_results
from tests.simulator.days import make_world

QUEUE = """
[scenario]
seed = 4
duration_s = 400000
warm_up_s = 20000
queue = "{queue}"
[[zone]]
id = "Z"
rate_per_h = 9
[[unit]]
id = "U1"
[[unit]]
id = "U2"
[service]
mean_s = 600
"""


def write_queue(folder: Path, queue: str = "fifo") -> Path:
    path = folder / f"{queue}.toml"
    path.write_text(QUEUE.format(queue=queue), encoding="utf-8")
    return path


def invoke(*words: object) -> str:
    result = CliRunner().invoke(simulate_app, [str(word) for word in words])
    if result.exception and not isinstance(result.exception, SystemExit):
        raise result.exception
    assert result.exit_code == 0, result.output
    return result.stdout


def test_a_run_leaves_four_files_that_say_the_same(tmp_path: Path) -> None:
    invoke("run", write_queue(tmp_path), "--out", tmp_path / "out")
    summary = json.loads((tmp_path / "out" / "summary.json").read_text(encoding="utf-8"))
    calls = pl.read_parquet(tmp_path / "out" / "calls.parquet").filter("counted")
    page = (tmp_path / "out" / "report.html").read_text(encoding="utf-8")
    about = json.loads((tmp_path / "out" / "run.json").read_text(encoding="utf-8"))
    assert {"calls", "served", "lost", "response_s", "within_target", "unit_utilisation", "wait_s", "batch_se"} <= set(
        summary
    )
    assert len(calls) == summary["calls"]
    assert calls["response_s"].mean() == pytest.approx(summary["response_s"]["mean"])
    assert about["seed"] == 4
    assert "Thời gian đáp ứng" in page
    assert "Response time" in page
    assert "src=" not in page.split("<script>")[0]


def test_the_same_seed_gives_the_same_bytes_and_another_one_does_not(tmp_path: Path) -> None:
    path = write_queue(tmp_path)
    for name, seed in (("a", 4), ("b", 4), ("c", 5)):
        invoke("run", path, "--out", tmp_path / name, "--seed", seed)
    for file in ("summary.json", "calls.parquet", "report.html"):
        a, b, c = ((tmp_path / name / file).read_bytes() for name in "abc")
        assert a == b
        assert a != c


def test_a_comparison_does_not_depend_on_how_many_work_on_it(tmp_path: Path) -> None:
    paths = [write_queue(tmp_path, "fifo"), write_queue(tmp_path, "loss")]
    for workers in (1, 2):
        invoke("compare", *paths, "--replications", 2, "--workers", workers, "--out", tmp_path / str(workers))
    for file in ("comparison.json", "replications.csv", "report.html"):
        assert (tmp_path / "1" / file).read_bytes() == (tmp_path / "2" / file).read_bytes()
    found = json.loads((tmp_path / "1" / "comparison.json").read_text(encoding="utf-8"))
    assert found["differences"]["loss"]["lost"]["mean"] > 0


def test_a_comparison_pairs_the_days() -> None:
    def rows(*values: float) -> list[dict[str, float | None]]:
        names = ("response_p90_s", "within_target", "red_response_mean_s", "red_within_target", "wait_mean_s", "lost")
        return [{"response_mean_s": value} | dict.fromkeys(names) for value in values]

    found = judge({"base": rows(100.0, 500.0, 900.0), "other": rows(90.0, 489.0, 891.0)})
    difference = found["differences"]["other"]["response_mean_s"]
    assert difference["mean"] == pytest.approx(-10.0)
    assert difference["excludes_zero"]


def test_one_scenario_alone_is_not_compared(tmp_path: Path) -> None:
    with pytest.raises(Saigon115Error, match="name two or more"):
        invoke("compare", write_queue(tmp_path), "--out", tmp_path / "out")


def test_the_log_of_a_day_is_a_log_of_ours_and_its_calls_come_again(tmp_path: Path) -> None:
    world = make_world(policy="desk", duration_s=4 * 3600.0)
    day = world.make_day(2)
    mirror = Mirror(day, world, world.start, keeps_log=True)
    day.listener = mirror
    day.run()
    path = tmp_path / "log.jsonl"
    path.write_bytes(b"".join(msgspec.json.encode(one) + b"\n" for one in mirror.log or ()))
    table = read_log(path, load_city_pack())
    calls, unplaced = calls_of_log(table.calls, world, 2, table.calls["at"][0])
    assert (len(calls), unplaced, table.skipped) == (len(day.calls), 0, ())
    shift_s = float(day.calls.at_s[0])
    assert calls.at_s.tolist() == pytest.approx((day.calls.at_s - shift_s).tolist(), abs=1e-5)
    assert calls.priority.tolist() == day.calls.priority.tolist()
    again = world.make_day(2, calls).run()
    assert len({run.call for run in again.runs}) == len(calls)


def test_a_city_run_says_where_everybody_went(tmp_path: Path) -> None:
    world = make_world(duration_s=6 * 3600.0)
    path = tmp_path / "day.toml"
    path.write_text("[scenario]\nduration_s = 21600\n[city]\n", encoding="utf-8")
    prepared = Prepared(path, world.scenario, world)
    outcomes = prepared.outcomes(1)
    write_results(prepared, outcomes, 1, tmp_path, 0.0)
    calls = pl.read_parquet(tmp_path / "calls.parquet")
    for name in ("unit", "station", "distance_m", "offered_at", "on_scene_at", "back_in_service_at"):
        assert calls[name].null_count() == 0
    conveyed = calls.filter(pl.col("outcome") == "conveyed", pl.col("kind") == "emergency")
    assert conveyed["hospital"].null_count() == 0
    assert set(calls["station"].unique()) <= {station.id for station in world.stations}


def test_the_schema_and_the_policies_can_be_asked_for() -> None:
    assert "duration_s" in invoke("schema")
    assert "closest_idle" in invoke("policies")


def test_the_command_line_names_the_section_of_a_typo(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "day.toml"
    path.write_text("[scenario]\nduration_s = 100\nsede = 1\n", encoding="utf-8")
    monkeypatch.setattr("sys.argv", ["saigon115", "simulate", "run", str(path), "--out", str(tmp_path / "out")])
    with pytest.raises(SystemExit) as ended:
        main()
    assert ended.value.code == 1
    assert "no key 'sede' in [scenario]; did you mean 'seed'?" in capsys.readouterr().err
    assert not (tmp_path / "out").exists()
