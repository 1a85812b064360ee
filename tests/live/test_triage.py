"""Triage through the API: the package, the next question, answers that raise an incident, the arrest, the reload."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from dispatch.paths import data_dir
from tests.live.conftest import Live

BEN_THANH = {"lon": 106.6981, "lat": 10.7725}
ARREST = {"conscious": "no", "breathing": "no"}


@pytest.fixture
def desk(live: Live) -> Iterator[httpx.Client]:
    with live.client("dispatcher") as client:
        yield client


@pytest.fixture
def folder(live: Live, tmp_path: Path) -> Iterator[Path]:
    """A folder of the running desk's own to edit; what was in force is so again afterwards."""
    protocol = live.app.state.parts.protocol
    before, protocol.folder = protocol.folder, tmp_path / "protocol"
    shutil.copytree(data_dir() / "protocol", protocol.folder)
    yield protocol.folder
    protocol.folder = before
    with live.client("medical_director") as director:
        assert director.post("/api/v1/protocol/reload", json={}).status_code == 200


def take(desk: httpx.Client, **body: Any) -> Any:
    answer = desk.post("/api/v1/calls", json=body)
    assert answer.status_code == 201, answer.text
    return answer.json()


def answer(desk: httpx.Client, call_id: str, answers: dict[str, Any], **more: Any) -> Any:
    told = desk.put(f"/api/v1/calls/{call_id}/answers", json={"answers": answers, **more})
    assert told.status_code == 200, told.text
    return told.json()


def test_the_package_says_that_nobody_has_signed_it(desk: httpx.Client) -> None:
    told = desk.get("/api/v1/protocol")
    package = told.json()
    assert (package["approved_by"], package["is_approved"]) == (None, False)
    assert package["warning"]["en"].startswith("No medical council")
    assert package["chapters"]["stroke"]["questions"][0] == "confused"
    assert package["instructions"]["cpr_adult"]["metronome_bpm"] == 110
    again = desk.get("/api/v1/protocol", headers={"If-None-Match": told.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")


def test_the_schema_is_there_for_editors(desk: httpx.Client) -> None:
    assert desk.get("/api/v1/protocol/schema").json().keys() == {
        "package.yaml", "instructions/*.yaml", "chapters/*.yaml"
    }  # fmt: skip


def test_a_call_is_answered_with_its_next_question(desk: httpx.Client) -> None:
    told = take(desk, words="ba tôi đau ngực", **BEN_THANH)["triage"]
    assert (told["chapter"], told["level"], told["next"]["id"]) == ("chest_pain", 2, "conscious")
    assert told["next"]["text"]["vi"].startswith("Anh chị kêu lớn")


def test_an_arrest_is_red_within_four_questions_and_its_times_are_measured(desk: httpx.Client) -> None:
    """The questions are those that the desk asks, one after the other."""
    call_id = take(desk, caller_phone="0903115001")["call"]["id"]
    known: dict[str, Any] = {"where": "told", "what": "told", **ARREST, "age": 62}
    given: dict[str, Any] = {}
    told: Any = {"triage": {"level": 2}}
    while told["triage"]["level"] > 1:
        ask = desk.post("/api/v1/protocol/assess", json={"answers": given, "call_id": call_id}).json()["next"]["id"]
        given[ask] = known[ask]
        told = answer(desk, call_id, given)
    assert list(given) == ["where", "what", "conscious"]
    told = answer(desk, call_id, known)
    assert (told["triage"]["recognised"], told["triage"]["instructions"]) == ("cardiac_arrest", ["cpr_adult"])
    assert (told["incident"]["priority"], told["incident"]["complaint"]) == (1, "cardiac_arrest")
    assert told["incident"]["place"] is None
    assert told["times"]["answer_to_recognition_s"] >= 0
    assert told["times"]["answer_to_first_compression_s"] is None
    pushed = desk.post(f"/api/v1/calls/{call_id}/instructions", json={"instruction": "cpr_adult", "step": "push"})
    assert pushed.json()["times"]["answer_to_first_compression_s"] >= told["times"]["answer_to_recognition_s"]
    kept = desk.get(f"/api/v1/calls/{call_id}/triage").json()
    assert (kept["instruction"], kept["triage"]["criteria"][0]) == ("cpr_adult", "GATE.R1")


def test_an_arrest_told_with_the_call_opens_at_once_without_a_sure_place(desk: httpx.Client) -> None:
    told = take(desk, words="ông ấy gục xuống, không biết ở đâu", answers=ARREST)
    assert (told["incident"]["priority"], told["incident"]["level_by"]) == (1, "protocol")
    assert told["call"]["arrest_recognised_at"] is not None


def test_answers_raise_the_incident_and_never_lower_it(desk: httpx.Client) -> None:
    taken = take(desk, complaint="fall", **BEN_THANH)
    assert taken["incident"]["priority"] == 3
    grave = answer(desk, taken["call"]["id"], {"conscious": "yes", "breathing": "yes", "fall_metres": 6})
    assert (grave["incident"]["priority"], grave["incident"]["level_by"]) == (1, "protocol")
    assert grave["incident"]["needs"] == [{"skills": ["doctor", "convey"]}]
    light = answer(desk, taken["call"]["id"], {"conscious": "yes", "breathing": "yes", "fall_metres": 0})
    assert light["triage"]["level"] == 3
    assert (light["incident"]["priority"], light["incident"]["version"]) == (1, grave["incident"]["version"])


def test_a_chapter_that_a_person_names_changes_the_complaint(desk: httpx.Client) -> None:
    taken = take(desk, complaint="unknown", **BEN_THANH)
    told = answer(desk, taken["call"]["id"], {"conscious": "yes", "breathing": "yes"}, chapter="stroke")
    assert (told["incident"]["complaint"], told["triage"]["chapter"]) == ("stroke", "stroke")


def test_answers_stand_in_no_event_but_behind_a_token(desk: httpx.Client) -> None:
    taken = take(desk, complaint="poisoning", **BEN_THANH)
    told = answer(desk, taken["call"]["id"], {"conscious": "yes", "poison_kind": "pesticide"})
    log = desk.get("/api/v1/events", params={"after": taken["seq"]}).text
    assert "pesticide" not in log
    assert "POISON.R2" in log
    token = told["call"]["answers_token"]
    assert "pesticide" in desk.get(f"/api/v1/personal/{token}").text


@pytest.mark.parametrize(
    ("body", "status", "words"),
    [
        ({"answers": {"shoe_size": 43}}, 422, "no question shoe_size"),
        ({"chapter": "flu"}, 422, "no chapter 'flu'"),
        ({"complaint": "xyzzy"}, 422, "no complaint 'xyzzy'"),
        ({"answers": []}, 422, "answers"),
    ],
)
def test_bad_answers_are_refused_and_nothing_is_kept(
    desk: httpx.Client, body: dict[str, Any], status: int, words: str
) -> None:
    taken = take(desk, complaint="fall", **BEN_THANH)
    refused = desk.put(f"/api/v1/calls/{taken['call']['id']}/answers", json=body)
    assert (refused.status_code, words in refused.json()["detail"]) == (status, True)
    assert desk.get(f"/api/v1/calls/{taken['call']['id']}/triage").json()["triage"] is None


def test_an_answer_that_is_not_understood_counts_as_unsure_and_is_told_back(desk: httpx.Client) -> None:
    call_id = take(desk, complaint="unknown", **BEN_THANH)["call"]["id"]
    told = answer(desk, call_id, {"conscious": "no", "breathing": "chẳng hiểu"})["triage"]
    assert (told["recognised"], told["not_understood"]) == ("cardiac_arrest", ["breathing"])


def test_a_call_that_is_not_there_or_closed_takes_no_answers(desk: httpx.Client) -> None:
    assert desk.put("/api/v1/calls/nobody/answers", json={"answers": {}}).status_code == 404
    call_id = take(desk)["call"]["id"]
    assert desk.post(f"/api/v1/calls/{call_id}/close", json={"outcome": "no_content"}).status_code == 200
    assert desk.put(f"/api/v1/calls/{call_id}/answers", json={"answers": {}}).status_code == 409


def test_an_edited_package_holds_after_a_reload_and_an_invalid_one_is_refused(live: Live, folder: Path) -> None:
    chapter = folder / "chapters" / "fever.yaml"
    text = chapter.read_text(encoding="utf-8")
    with live.client("medical_director") as director:
        chapter.write_text(text.replace("Sốt, nhiễm trùng", "Sốt"), encoding="utf-8")
        checked = director.post("/api/v1/protocol/reload?check=true", json={}).json()
        assert (checked["changed"], checked["is_approved"]) == (True, False)
        assert director.get("/api/v1/protocol").json()["chapters"]["fever"]["name"]["vi"] == "Sốt, nhiễm trùng"
        told = director.post("/api/v1/protocol/reload", json={}).json()
        assert (told["changed"], told["chapters"] >= 35, told["tests"] >= 60) == (True, True, True)
        assert director.get("/api/v1/protocol").json()["chapters"]["fever"]["name"]["vi"] == "Sốt"
        chapter.write_text(text.replace('when: "dengue_signs"', 'when: "dengue_sings"'), encoding="utf-8")
        refused = director.post("/api/v1/protocol/reload", json={})
        assert refused.status_code == 422
        line = next(n for n, row in enumerate(text.splitlines(), 1) if 'when: "dengue_signs"' in row)
        assert f"chapters/fever.yaml line {line}: 'dengue_sings' column 1" in refused.json()["detail"]
        assert director.get("/api/v1/protocol").json()["chapters"]["fever"]["name"]["vi"] == "Sốt"


def test_only_a_medical_director_changes_the_protocol(desk: httpx.Client, live: Live) -> None:
    assert desk.post("/api/v1/protocol/reload", json={}).status_code == 403
    with live.client("administrator") as administrator:
        assert administrator.post("/api/v1/protocol/reload", json={}).status_code == 403
