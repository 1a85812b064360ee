"""Found, sorted, brought to a place that was kept."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from dispatch.domain import events as ev
from dispatch.domain.words import Colour, PatientStep
from tests.samples.steps import accept, call, city, offer, report
from tests.samples.story import START, Story, Telling


def patients_are_found_sorted_and_brought(story: Story) -> None:
    """Three patients: one is brought and handed over, one changes units and dies, one leaves with the incident."""
    city(story)
    story.begin()
    call(story)
    offer(story, "O1", "115-001", "S1")
    accept(story, "O1", "115-001", "S1")
    report(story, "115-001", "en_route", "on_scene")
    for number, patient_id in enumerate(("P1", "P2", "P3"), start=1):
        colour: Colour | None = "red" if number == 1 else None
        story.tell(ev.PatientFound(patient_id=patient_id, incident_id="I1", number=number, colour=colour))
    story.refuse(ev.PatientFound(patient_id="P1", incident_id="I1", number=4))
    story.tell(ev.PatientSorted(patient_id="P2", incident_id="I1", colour="yellow"))

    def step(patient_id: str, step: PatientStep, **fields: Any) -> None:
        story.tell(ev.PatientStepped(patient_id=patient_id, incident_id="I1", step=step, **fields))

    step("P1", "loaded", unit_id="115-001")
    step("P2", "loaded", unit_id="115-001")
    step("P2", "unloaded")
    step("P2", "loaded", unit_id="115-002")
    step("P1", "at_hospital", hospital_id="H1")
    step("P1", "handed_over")
    step("P2", "ended", outcome="resuscitation_stopped")
    story.refuse(ev.PatientStepped(patient_id="P3", incident_id="I1", step="handed_over"))
    story.refuse(ev.PatientStepped(patient_id="P3", incident_id="I1", step="ended"))
    story.refuse(ev.PatientSorted(patient_id="P9", incident_id="I1", colour="red"))


def a_bed_is_reserved_and_a_patient_handed_over(story: Story) -> None:
    """A hospital tells how it stands; two places are kept, one used, one given back; the advice is overruled."""
    city(story)
    call(story)
    offer(story, "O1", "115-001", "S1")
    accept(story, "O1", "115-001", "S1")
    story.begin()
    story.tell(ev.HospitalRevised(hospital_id="H1", status="busy", capacity={"icu_bed": 2, "ct": 1}))
    story.tell(ev.HospitalRevised(hospital_id="H1", diversion=("stroke",), capacity={"ct": 0}), actor="user:bv")
    told = {"hospital_id": "H1", "incident_id": "I1"}
    until = START + timedelta(minutes=40)
    story.tell(ev.BedReserved(**told, reservation_id="R1", resource="icu_bed", until=until, patient_id="P1"))
    story.tell(ev.BedReserved(**told, reservation_id="R2", resource="icu_bed", until=until))
    story.refuse(ev.BedReserved(**told, reservation_id="R3", resource="icu_bed", until=until))
    story.refuse(ev.BedReserved(**told, reservation_id="R3", resource="ventilator", until=until))
    story.tell(ev.ReservationEnded(**told, reservation_id="R2", because="released"))
    sent: dict[str, Any] = {"incident_id": "I1", "unit_id": "115-001", "hospital_id": "H1"}
    story.tell(ev.DestinationSet(**{**sent, "hospital_id": "H2"}, saw={"advised": ["H2", "H1"]}))
    story.tell(ev.DestinationSet(**sent, overruled=True, reason="patient_known", note="psn-7"))
    report(story, "115-001", "en_route", "on_scene", "transporting")
    story.refuse(ev.HandoverConfirmed(**sent, offer_id="O1"))
    report(story, "115-001", "at_hospital")
    story.tell(ev.ReservationEnded(**told, reservation_id="R1", because="arrived"), actor="system:hospitals")
    story.tell(ev.HandoverConfirmed(**sent, offer_id="O1"), actor="user:bv")
    story.refuse(ev.HandoverConfirmed(**sent, offer_id="O1"))
    story.refuse(ev.DestinationSet(**{**sent, "hospital_id": "H2"}))
    story.refuse(ev.ReservationEnded(**told, reservation_id="R1", because="expired"))


STORIES: tuple[Telling, ...] = (
    patients_are_found_sorted_and_brought,
    a_bed_is_reserved_and_a_patient_handed_over,
)
