"""Calls as they go wrong: joined by mistake, without content, from the same number, dropped, silent, too many."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any

import httpx
import psycopg
import pytest

from tests.live.conftest import Live

BEN_THANH = {"lon": 106.6981, "lat": 10.7725}
_numbers = count(903_700_000)
_refs = count(1)


@pytest.fixture
def desk(live: Live) -> Iterator[httpx.Client]:
    with live.client("call_taker") as client:
        yield client


@pytest.fixture
def pbx(live: Live) -> Iterator[httpx.Client]:
    with live.client("telephony") as client:
        yield client


@pytest.fixture
def phone() -> str:
    """A number that nobody else calls from."""
    return f"0{next(_numbers)}"


@pytest.fixture
def ref() -> str:
    return f"pbx-1-{next(_refs)}"


def post(client: httpx.Client, path: str, **body: Any) -> Any:
    told = client.post(f"/api/v1/{path}", json=body)
    assert told.status_code < 300, told.text
    return told.json()


def read_of(place: Any) -> Any:
    """What a call-taker reads to the caller."""
    return {key: place[key] for key in ("lon", "lat", "label")}


def call_of(desk: httpx.Client, call_id: str) -> Any:
    return desk.get("/api/v1/snapshot").json()["state"]["calls"][call_id]


def test_a_call_joined_by_mistake_goes_back_to_its_own_incident_and_nobody_is_cancelled(desk: httpx.Client) -> None:
    one, other = post(desk, "calls", words="ngã", **BEN_THANH), post(desk, "calls", words="bỏng", lon=106.7, lat=10.8)
    call_id, own, wrong = other["call"]["id"], other["incident"]["id"], one["incident"]["id"]
    joined = post(desk, f"calls/{call_id}/join", incident_id=wrong)
    assert sorted(joined["incident"]["call_ids"]) == sorted([one["call"]["id"], call_id])
    apart = post(desk, f"calls/{call_id}/unjoin")
    assert (apart["own_incident"]["id"], apart["own_incident"]["status"]) == (own, "waiting")
    assert (apart["incident"]["status"], apart["incident"]["call_ids"]) == ("waiting", [one["call"]["id"]])
    assert apart["call"]["words_token"] == other["call"]["words_token"]
    assert desk.post(f"/api/v1/calls/{call_id}/unjoin", json={}).status_code == 409


def test_an_incident_closed_otherwise_than_as_a_duplicate_stays_closed_and_its_call_waits_to_be_decided(
    live: Live, desk: httpx.Client
) -> None:
    one, other = post(desk, "calls", words="ngã", **BEN_THANH), post(desk, "calls", words="bỏng", lon=106.7, lat=10.8)
    call_id, own = one["call"]["id"], one["incident"]["id"]
    post(desk, f"calls/{call_id}/join", incident_id=other["incident"]["id"])
    with live.client("supervisor") as supervisor:
        post(supervisor, f"incidents/{own}/reopen")
        post(supervisor, f"incidents/{own}/close", outcome="no_patient_found")
    apart = post(desk, f"calls/{call_id}/unjoin")
    assert (apart["own_incident"], apart["call"]["status"], apart["call"]["incident_id"]) == (None, "answered", None)
    assert call_id in [one["call_id"] for one in desk.get("/api/v1/waiting").json()["calls"]]
    assert desk.get(f"/api/v1/incidents/{own}").json()["outcome"] == "no_patient_found"


def test_joining_never_makes_a_call_less_grave_and_a_red_one_is_not_closed_with_one_key(
    live: Live, desk: httpx.Client
) -> None:
    lesser = post(desk, "incidents", priority=4, place={"lon": 106.71, "lat": 10.81})
    grave = post(desk, "incidents", priority=1, place=BEN_THANH, call_id=post(desk, "calls")["call"]["id"])
    joined = post(desk, f"calls/{grave['opened_for']}/join", incident_id=lesser["id"])["incident"]
    assert (joined["priority"], desk.get(f"/api/v1/incidents/{grave['id']}").json()["outcome"]) == (1, "duplicate")
    red = post(desk, "calls")["call"]["id"]
    desk.put(f"/api/v1/calls/{red}/answers", json={"answers": {"conscious": False, "breathing": True}})
    assert call_of(desk, red)["triage"]["level"] == 1
    refused = desk.post(f"/api/v1/calls/{red}/close", json={"outcome": "no_content"})
    assert (refused.status_code, "found to be red" in refused.json()["detail"]) == (403, True)
    with live.client("supervisor") as supervisor:
        assert post(supervisor, f"calls/{red}/close", outcome="no_content")["call"]["status"] == "closed"


def test_a_close_that_is_undone_leaves_the_caller_in_the_call_back_queue(desk: httpx.Client) -> None:
    key = post(desk, "calls")["call"]["id"]
    post(desk, f"calls/{key}/silent", step="nothing_heard")
    assert post(desk, f"calls/{key}/close", outcome="no_content")["call"]["call_back"]["ended_because"] == "closed"
    back = post(desk, f"calls/{key}/reopen")["call"]["call_back"]
    assert (back["reason"], back["ended_at"]) == ("silent", None)


def test_a_ringing_that_is_told_twice_with_one_key_is_no_second_call_of_the_number(
    desk: httpx.Client, phone: str
) -> None:
    rung = [post(desk, "calls/ringing", caller_phone=phone, idempotency_key=phone)["call"]["id"] for _ in range(2)]
    post(desk, f"calls/{rung[0]}/abandon")
    queued = next(one for one in desk.get("/api/v1/call-backs").json()["call_backs"] if one["call_id"] == rung[0])
    assert (rung[0], queued["rang_again"]) == (rung[1], [])


def test_what_a_caller_said_is_taken_though_the_exchange_tells_that_the_caller_gave_up(
    desk: httpx.Client, pbx: httpx.Client, phone: str, ref: str
) -> None:
    events = [{"event": step, "call_ref": ref, "number": phone} for step in ("ringing", "ended")]
    key = pbx.post("/api/v1/telephony/events", json=events).json()["results"][0]["call_id"]
    taken = post(desk, "calls", call_id=key, words="ngã", **BEN_THANH)
    assert (taken["incident"]["opened_for"], taken["call"]["call_back"]["ended_because"]) == (key, "reached")


def test_an_arrest_opens_its_incident_though_nobody_told_that_the_call_was_answered(
    desk: httpx.Client, pbx: httpx.Client, phone: str, ref: str
) -> None:
    arrest = {"answers": {"conscious": "no", "breathing": "no"}}
    for steps in (["ringing"], ["ringing", "ended"]):
        events = [{"event": step, "call_ref": ref + steps[-1], "number": phone} for step in steps]
        key = pbx.post("/api/v1/telephony/events", json=events).json()["results"][0]["call_id"]
        told = desk.put(f"/api/v1/calls/{key}/answers", json=arrest).json()
        assert (told["incident"]["priority"], told["incident"]["opened_for"]) == (1, key)


def test_a_reference_that_comes_again_after_its_call_is_over_is_another_caller(
    desk: httpx.Client, pbx: httpx.Client, live: Live, phone: str, ref: str
) -> None:
    def tell(step: str, after_s: float, **more: str) -> Any:
        at = (datetime.now(UTC) - timedelta(hours=2) + timedelta(seconds=after_s)).isoformat()
        return post(pbx, "telephony/events", event=step, call_ref=ref, at=at, **more)["results"][0]

    first = [tell(step, at)["call_id"] for step, at in (("ringing", 0), ("answered", 5), ("ended", 60))]
    again = [tell(step, at, number=phone)["call_id"] for step, at in (("ringing", 300), ("answered", 305))]
    late = [tell("ringing", 0)["call_id"], tell("ended", 60)["call_id"]]
    third = [tell("ended", 400)["call_id"], tell("ringing", 500)["call_id"]]
    assert (len({*first, *late}), len({*again, third[0]}), len({first[0], again[0], third[1]})) == (1, 1, 3)
    assert call_of(desk, again[0])["ended_at"] is not None
    assert call_of(desk, third[1])["status"] == "ringing"


def test_a_call_without_an_incident_before_opens_one_when_it_is_taken_out(desk: httpx.Client) -> None:
    incident = post(desk, "calls", words="ngã", **BEN_THANH)["incident"]
    call = post(desk, "calls", words="ai đó ngã ở đâu không rõ")["call"]
    post(desk, f"calls/{call['id']}/join", incident_id=incident["id"])
    place = {"lon": 106.7, "lat": 10.79, "label": "chợ"}
    changed = desk.patch(f"/api/v1/calls/{call['id']}", json={"place": place, "language": "km"}).json()
    assert (changed["call"]["language"], changed["incident"]["place"]) == ("km", incident["place"])
    apart = post(desk, f"calls/{call['id']}/unjoin")
    assert apart["own_incident"]["id"] != incident["id"]
    assert apart["own_incident"]["opened_for"] == call["id"]
    assert apart["own_incident"]["place"]["label"] == "chợ"


def test_reading_the_place_back_settles_it_on_the_call_or_on_its_incident(desk: httpx.Client) -> None:
    taken = post(desk, "calls", words="đau ngực", **BEN_THANH)
    read = read_of(taken["incident"]["place"])
    told = desk.patch(f"/api/v1/calls/{taken['call']['id']}", json={"read_back": True, "place_read": read}).json()
    assert told["incident"]["place"]["settled"]
    assert told["incident"]["location_settled_at"] is not None
    alone = post(desk, "calls", words="không rõ")["call"]["id"]
    refused = desk.patch(f"/api/v1/calls/{alone}", json={"read_back": True})
    assert (refused.status_code, "no place yet" in refused.json()["detail"]) == (409, True)
    settled = desk.patch(f"/api/v1/calls/{alone}", json={"read_back": True, "place": BEN_THANH}).json()
    assert settled["call"]["location_settled_at"] is not None
    assert settled["call"]["place"]["settled"]


def test_a_place_that_was_corrected_while_another_was_read_back_is_not_settled(desk: httpx.Client) -> None:
    taken = post(desk, "calls", words="đau ngực", **BEN_THANH)
    path, incident = f"/api/v1/calls/{taken['call']['id']}", taken["incident"]
    corrected = {"version": incident["version"], "place": {"lon": 106.69, "lat": 10.77, "label": "chợ Thái Bình"}}
    desk.patch(f"/api/v1/incidents/{incident['id']}", json=corrected)
    stale = desk.patch(path, json={"read_back": True, "place_read": read_of(incident["place"])})
    assert (stale.status_code, "is now chợ Thái Bình" in stale.json()["detail"]) == (409, True)
    unsaid = desk.patch(path, json={"read_back": True})
    assert (unsaid.status_code, "say which place was read back" in unsaid.json()["detail"]) == (422, True)
    stands = desk.get(f"/api/v1/incidents/{incident['id']}").json()
    assert (stands["place"]["label"], stands["location_settled_at"]) == ("chợ Thái Bình", None)
    read = {"read_back": True, "place_read": read_of(stands["place"])}
    assert desk.patch(path, json=read).json()["incident"]["place"]["settled"]


def test_a_close_without_content_is_undone_and_a_repeat_call_reopens_it(desk: httpx.Client, phone: str) -> None:
    first = post(desk, "calls", caller_phone=phone)["call"]["id"]
    assert post(desk, f"calls/{first}/close", outcome="no_content")["call"]["status"] == "closed"
    undone = post(desk, f"calls/{first}/reopen")["call"]
    assert (undone["status"], undone["reopened_because"]) == ("answered", "undone")
    post(desk, f"calls/{first}/close", outcome="no_content")
    second = post(desk, "calls", caller_phone=f"+84{phone[1:]}")["call"]["id"]
    assert call_of(desk, first)["reopened_because"] == "rang_again"
    known = desk.get(f"/api/v1/calls/{second}/repeats").json()
    assert (known["known"], known["calls_1h"], [one["call_id"] for one in known["calls"]]) == (True, 1, [first])
    post(desk, f"calls/{second}/close", outcome="no_content", also=[first])
    assert {call_of(desk, key)["status"] for key in (first, second)} == {"closed"}


def test_a_call_from_the_number_of_a_closed_incident_is_offered_it_and_reopens_it_by_one_step(
    live: Live, desk: httpx.Client, phone: str
) -> None:
    first = post(desk, "calls", caller_phone=phone, words="ngã", **BEN_THANH)["incident"]
    with live.client("supervisor") as supervisor:
        post(supervisor, f"incidents/{first['id']}/close", outcome="cancelled_before_departure")
    second = post(desk, "calls", caller_phone=phone, words="lại ngã", lon=106.71, lat=10.79)
    path = f"/api/v1/calls/{second['call']['id']}"
    (offer,) = desk.get(f"{path}/again").json()["again"]
    told = ("reopen_and_join", "cancelled_before_departure", first["number"])
    assert (offer["does"], offer["reason"], offer["incident_number"]) == told
    assert desk.post(f"{path}/join", json={"incident_id": first["id"]}).status_code == 409
    joined = post(desk, f"calls/{second['call']['id']}/join", incident_id=first["id"], reopen=True)
    assert (joined["incident"]["status"], len(joined["incident"]["call_ids"])) == ("waiting", 2)
    own = desk.get(f"/api/v1/incidents/{second['incident']['id']}").json()
    assert (own["outcome"], own["duplicate_of"]) == ("duplicate", first["id"])
    assert desk.get(f"{path}/again").json()["again"] == []


def test_a_call_that_still_rings_by_the_telephones_word_is_joined_by_who_has_it_on_the_line(
    desk: httpx.Client, pbx: httpx.Client, phone: str, ref: str
) -> None:
    incident = post(desk, "calls", caller_phone=phone, words="ngã", **BEN_THANH)["incident"]
    for steps in (["ringing"], ["ringing", "ended"]):
        events = [{"event": step, "call_ref": ref + steps[-1], "number": phone} for step in steps]
        key = pbx.post("/api/v1/telephony/events", json=events).json()["results"][0]["call_id"]
        assert desk.get(f"/api/v1/calls/{key}/again").json()["again"][0]["incident_id"] == incident["id"]
        joined = post(desk, f"calls/{key}/join", incident_id=incident["id"])["call"]
        assert (joined["status"], joined["incident_id"]) == ("joined", incident["id"])


def test_a_score_changes_nothing_about_a_call(desk: httpx.Client, phone: str) -> None:
    for _ in range(6):
        key = post(desk, "calls", caller_phone=phone)["call"]["id"]
        post(desk, f"calls/{key}/close", outcome="no_content")
    said = {"words": "bất tỉnh không thở", "answers": {"conscious": False}, "lon": 106.72, "lat": 10.82}
    known = post(desk, "calls", caller_phone=phone, **said)
    fresh = post(desk, "calls", caller_phone=f"0{next(_numbers)}", **said)
    assert desk.get(f"/api/v1/calls/{known['call']['id']}/repeats").json()["score"] > 10
    assert known["triage"] == fresh["triage"]
    for field in ("priority", "status", "needs", "complaint", "place"):
        assert known["incident"][field] == fresh["incident"][field]
    order = [one["incident_id"] for one in desk.get("/api/v1/waiting").json()["incidents"]]
    assert order.index(known["incident"]["id"]) < order.index(fresh["incident"]["id"])


def test_erasing_a_call_forgets_its_number(desk: httpx.Client, live: Live, phone: str) -> None:
    first = post(desk, "calls", caller_phone=phone)["call"]["id"]
    second = post(desk, "calls", caller_phone=phone)["call"]["id"]
    with psycopg.connect(live.database_url, autocommit=True) as connection:
        connection.execute("DELETE FROM phone_hashes WHERE call_id = %s", [first])  # as PersonalStore.erase does
    assert desk.get(f"/api/v1/calls/{first}/repeats").json()["known"] is False
    assert desk.get(f"/api/v1/calls/{second}/repeats").json()["calls"] == []


def test_a_silent_call_is_listened_to_asked_for_a_key_and_called_back_once(desk: httpx.Client) -> None:
    key = post(desk, "calls")["call"]["id"]
    assert post(desk, f"calls/{key}/silent", step="listened")["next"] == "key_asked"
    post(desk, f"calls/{key}/silent", step="key_asked")
    heard = post(desk, f"calls/{key}/silent", step="nothing_heard")
    assert (heard["next"], heard["call"]["call_back"]["reason"]) == ("call_back", "silent")
    assert desk.post(f"/api/v1/calls/{key}/call-back/end", json={"because": "given_up"}).status_code == 409
    tried = post(desk, f"calls/{key}/call-back/attempts", result="no_answer")["call"]
    assert tried["call_back"]["due_at"] > heard["call"]["call_back"]["due_at"]
    post(desk, f"calls/{key}/call-back/end", because="given_up")
    assert post(desk, f"calls/{key}/close", outcome="no_content")["call"]["status"] == "closed"


def test_the_exchange_rings_a_seat_and_who_sits_there_takes_the_call(
    desk: httpx.Client, pbx: httpx.Client, live: Live, phone: str, ref: str
) -> None:
    assert desk.put("/api/v1/session/seat", json={"seat": "S12"}).json()["seat"]["id"] == "S12"
    me = desk.get("/api/v1/session").json()["actor"]
    with live.client("dispatcher") as other:
        assert other.put("/api/v1/session/seat", json={"seat": "S12"}).status_code == 409
    told = post(pbx, "telephony/events", event="ringing", call_ref=ref, number=phone, at="bad")
    assert told["results"][0]["doubts"] == ["bad_time"]
    key = told["results"][0]["call_id"]
    recording = f"20261129-{phone}.wav"
    post(pbx, "telephony/events", event="answered", call_ref=ref, seat="S12", recording_id=recording)
    call = call_of(desk, key)
    assert (call["status"], call["seat"], call["answered_by"], call["taken_at"]) == ("answered", "S12", me, None)
    taken = post(desk, "calls", call_id=key, words="đau ngực", **BEN_THANH)
    assert (taken["call"]["answered_at"], taken["call"]["caller_token"]) == (call["answered_at"], call["caller_token"])
    assert taken["incident"]["answered_at"] == call["answered_at"]
    post(pbx, "telephony/events", event="ended", call_ref=ref)
    assert pbx.post("/api/v1/telephony/events", json={"event": "ended", "call_ref": ref}).status_code == 202
    assert call_of(desk, key)["call_back"] is None
    assert desk.get(f"/api/v1/calls/{key}/recording?why=quality").status_code == 403
    assert desk.get(f"/api/v1/personal/{call['recording_token']}").status_code == 403
    with live.client("supervisor") as supervisor:
        heard = supervisor.get(f"/api/v1/calls/{key}/recording?why=quality")
        assert heard.json()["recording_id"] == recording
        log = supervisor.get("/api/v1/events?limit=10000").text
    assert phone not in log
    assert recording not in log
    with psycopg.connect(live.database_url) as connection:
        rows = connection.execute("SELECT why FROM personal_reads WHERE why = 'listen-back: quality'").fetchall()
    assert len(rows) == 1


def test_a_caller_who_gave_up_is_called_back_and_reached(
    desk: httpx.Client, pbx: httpx.Client, live: Live, phone: str, ref: str
) -> None:
    events = [{"event": step, "call_ref": ref, "number": phone} for step in ("abandoned", "ringing", "ended")]
    results = pbx.post("/api/v1/telephony/events", json=events).json()["results"]
    key = results[0]["call_id"]
    again = post(desk, "calls", caller_phone=phone)["call"]["id"]
    queued = next(one for one in desk.get("/api/v1/call-backs").json()["call_backs"] if one["call_id"] == key)
    assert (queued["reason"], queued["rang_again"], queued["attempts"]) == ("abandoned", [again], [])
    post(desk, f"calls/{key}/call-back/take")
    with live.client("dispatcher") as other:
        refused = other.post(f"/api/v1/calls/{key}/call-back/take", json={})
        assert (refused.status_code, "is calling" in refused.json()["detail"]) == (409, True)
    reached = post(desk, f"calls/{key}/call-back/attempts", result="reached")["call"]
    assert (reached["status"], reached["call_back"]["ended_because"]) == ("answered", "reached")
    assert post(desk, "calls", call_id=key, words="ngã", **BEN_THANH)["incident"]["opened_for"] == key


@pytest.mark.parametrize("body", ["", "[]", "null", "{", '[1,"x"]', '{"event":"ringing"}', '{"call_ref":{}}'])
def test_nonsense_from_the_exchange_is_taken_with_thanks(pbx: httpx.Client, body: str) -> None:
    assert pbx.post("/api/v1/telephony/events", content=body).status_code == 202


def test_one_broken_message_costs_the_others_nothing(desk: httpx.Client, pbx: httpx.Client, ref: str) -> None:
    broken = b'{"event": "ringing", "call_ref": "%s-a", "seat": "\\ud800", "number": "09\xff\n"}' % ref.encode()
    body = b'[%s, {"event": "ringing", "call_ref": "%s-b"}]' % (broken, ref.encode())
    told = pbx.post("/api/v1/telephony/events", content=body).json()["results"]
    assert [one["doubts"] for one in told] == [["bad_seat", "bad_number"], []]
    assert [call_of(desk, one["call_id"])["status"] for one in told] == ["ringing"] * 2


def test_the_exchange_sees_nothing_of_the_desk(pbx: httpx.Client) -> None:
    assert [pbx.get(f"/api/v1/{path}").status_code for path in ("snapshot", "waiting", "call-backs")] == [403] * 3


def test_a_surge_is_declared_by_a_supervisor_and_asks_only_what_could_be_graver(live: Live, desk: httpx.Client) -> None:
    said = {"answers": {"conscious": True, "breathing": True}, "chapter": "fall"}
    calm = post(desk, "protocol/assess", **said)
    assert desk.post("/api/v1/surge", json={"on": True}).status_code == 403
    with live.client("supervisor") as supervisor:
        try:
            assert post(supervisor, "surge", on=True, reason="bão số 9")["surge"]["on"]
            rushed = post(desk, "protocol/assess", **said)
            assert desk.get("/api/v1/waiting").json()["surge"]["reason"].startswith("psn-")
        finally:
            post(supervisor, "surge", on=False)
    assert rushed["level"] == calm["level"]
    assert rushed["missing"] == calm["missing"]


def test_the_days_calls_are_counted_for_who_may_see_aggregates(live: Live, desk: httpx.Client) -> None:
    with live.client("health_department") as department:
        before = department.get("/api/v1/calls/counts").json()
        incident = post(desk, "calls", words="ngã", **BEN_THANH)["incident"]
        after = department.get("/api/v1/calls/counts").json()
        with live.client("supervisor") as supervisor:
            post(supervisor, f"incidents/{incident['id']}/close", outcome="no_content")
        closed = department.get("/api/v1/calls/counts").json()
    counted = ("total", "answered", "with_content", "no_content_incidents")
    assert [after[key] - before[key] for key in counted] == [1, 1, 1, 0]
    assert [closed[key] - after[key] for key in counted] == [0, 0, -1, 1]
    assert desk.get("/api/v1/calls/counts").status_code == 403
