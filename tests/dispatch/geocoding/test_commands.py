"""`saigon115 geocode`: a file of queries keeps its order, one query is shown."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from dispatch.errors import Malformed, StartError
from dispatch.geocoding.commands import geocode, open_geocoder, read_queries, write_answers
from dispatch.geocoding.search import Geocoder


@pytest.fixture
def city(gazetteer: Path, tmp_path: Path) -> Path:
    """A city folder with nothing but a gazetteer."""
    (tmp_path / "city").mkdir()
    (tmp_path / "city" / "gazetteer").symlink_to(gazetteer)
    return tmp_path / "city"


def test_a_batch_has_one_row_a_query_in_order(city: Path, tmp_path: Path) -> None:
    asked, answered = tmp_path / "in.csv", tmp_path / "out.csv"
    asked.write_text('query,note\n"106 NTMK, Q1",x\n,y\nqqqqqqqqqq,z\nchợ Bến Thành,\n', encoding="utf-8-sig")
    geocode(None, asked, answered, city)
    with answered.open(encoding="utf-8", newline="") as lines:
        rows = list(csv.DictReader(lines))
    assert list(rows[0]) == ["query", "lat", "lon", "radius_m", "confidence", "kind", "label"]
    assert [row["query"] for row in rows] == ["106 NTMK, Q1", "", "qqqqqqqqqq", "chợ Bến Thành"]
    assert [row["kind"] for row in rows] == ["address", "", "", "poi"]
    assert (rows[3]["lat"], rows[3]["lon"], rows[2]["lat"]) == ("10.772570", "106.698020", "")


def test_one_query_is_shown(city: Path, capsys: pytest.CaptureFixture[str]) -> None:
    geocode("chợ Bến Thành", None, None, city, limit=1)
    assert "106.698020, 10.772570" in capsys.readouterr().out


def test_one_query_is_given_as_json(city: Path, capsys: pytest.CaptureFixture[str]) -> None:
    geocode("chợ Bến Thành", None, None, city, limit=1, as_json=True)
    assert capsys.readouterr().out.startswith('[{"lon":106.69802,"lat":10.77257,"kind":"poi"')


def test_a_query_and_a_batch_together_are_refused(tmp_path: Path) -> None:
    with pytest.raises(Malformed, match="either QUERY, or --batch"):
        geocode("chợ Bến Thành", tmp_path / "in.csv", None, None)


def test_a_file_without_the_column_is_refused(tmp_path: Path) -> None:
    (tmp_path / "in.csv").write_text("address\nx\n", encoding="utf-8")
    with pytest.raises(Malformed, match="no column 'query'"):
        read_queries(tmp_path / "in.csv")


def test_a_failed_batch_leaves_the_old_file_as_it_was(geocoder: Geocoder, tmp_path: Path) -> None:
    out = tmp_path / "out.csv"
    out.write_text("old", encoding="utf-8")

    def broken() -> list[str]:
        raise Malformed("the queries ended early")

    with pytest.raises(Malformed, match="ended early"):
        write_answers(out, (query for _ in range(1) for query in broken()), geocoder)
    assert [(path.name, path.read_text(encoding="utf-8")) for path in tmp_path.iterdir()] == [("out.csv", "old")]


def test_a_city_without_a_gazetteer_is_told_how_to_get_one(tmp_path: Path) -> None:
    with pytest.raises(StartError, match="saigon115 city build"):
        open_geocoder(tmp_path)


def test_a_blank_line_between_queries_is_an_empty_query(tmp_path: Path) -> None:
    (tmp_path / "in.csv").write_text('query\nA\n\n""\nB\n\n', encoding="utf-8")
    assert read_queries(tmp_path / "in.csv") == ["A", "", "", "B"]
