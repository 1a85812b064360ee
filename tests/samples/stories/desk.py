"""Alarms, roads and the policy in force."""

from __future__ import annotations

from datetime import timedelta

from dispatch.domain import events as ev
from dispatch.domain.road import Road
from tests.samples.steps import city
from tests.samples.story import START, Story, Telling


def alarms_leave_once_they_are_over_and_seen(story: Story) -> None:
    """One seen and then over, one over and then seen, one over and never seen; a crew says that it is well."""
    city(story)
    story.begin()
    since = START + timedelta(seconds=5, microseconds=9)
    for alarm_id, about in (("A1", "unit:115-001"), ("A2", "desk:coverage"), ("A3", "unit:115-002")):
        raised = ev.AlarmRaised(alarm_id=alarm_id, kind="crew_check", about=about, since=since, threshold_s=1200.0)
        story.tell(raised, actor="system:alarms")
    story.tell(ev.CrewSaidSafe(unit_id="115-001", on_behalf_of="psn-9"), actor="user:lan")
    story.tell(ev.AlarmAcknowledged(alarm_id="A1"), actor="user:minh")
    for alarm_id in ("A1", "A2", "A3"):
        story.tell(ev.AlarmCleared(alarm_id=alarm_id), actor="system:alarms")
    story.tell(ev.AlarmAcknowledged(alarm_id="A2"), actor="user:minh")
    story.refuse(ev.AlarmCleared(alarm_id="A1"))
    story.refuse(ev.AlarmCleared(alarm_id="A3"))
    story.tell(ev.AutoDispatchHeld(held=True), after_s=1800)
    story.refuse(ev.AlarmAcknowledged(alarm_id="A3"))


def roads_are_closed_and_reopened(story: Story) -> None:
    """A flood by name, a closure of a line with an end, a slow way; one is over, one is lifted by a person."""
    city(story)
    story.begin()
    line = ((106.7021, 10.7752), (106.7038, 10.7731))
    story.tell(
        ev.RoadClosed(
            id="rd-1",
            kind="flood",
            road=Road(name="Nguyễn Hữu Cảnh", lon=106.717, lat=10.79),
            direction="both",
            depth_cm=25.0,
            from_at=START,
            reason="ngập sau mưa",
            names=("Nguyễn Hữu Cảnh",),
            way_ids=(32575825, 41894321),
            length_m=812.4,
            lines=(((106.7151, 10.7878), (106.7199, 10.7921)),),
        )
    )
    story.tell(
        ev.RoadClosed(
            id="rd-2",
            kind="closed",
            road=Road(line=line),
            direction="forward",
            from_at=START + timedelta(minutes=10),
            until_at=START + timedelta(hours=2),
            reason="lễ hội",
            names=("Nguyễn Huệ",),
            way_ids=(377881079,),
            length_m=297.0,
            lines=(line,),
        ),
        ev.RoadClosed(
            id="rd-3",
            kind="slow",
            road=Road(way_ids=(35113101,)),
            direction="both",
            speed_kph=8.0,
            from_at=START,
            reason="tai nạn",
        ),
        actor="token:a1b2c3",
    )
    story.tell(ev.RoadReopened(id="rd-2", reason="over"), after_s=7200, actor="system:roads")
    story.tell(ev.RoadReopened(id="rd-3", reason="đã dọn xong"))
    story.refuse(ev.RoadReopened(id="rd-3", reason="over"))
    story.refuse(
        ev.RoadClosed(id="rd-1", kind="closed", road=Road(line=line), direction="both", from_at=START, reason="lễ hội")
    )


def the_policy_is_revised(story: Story) -> None:
    """Twice: the second names all that differs from the defaults, and the first is over."""
    city(story)
    story.begin()
    story.tell(
        ev.PolicyRevised(
            sections={"assignment": {"late_weight": 3.0, "target_s": {"2": 720.0}}},
            reason="họp giao ban 11/2026",
            approved_by="user:giam-doc-y-khoa",
        ),
        actor="user:giam-doc-y-khoa",
    )
    story.tell(
        ev.PolicyRevised(sections={}, reason="trở lại mặc định", approved_by="user:giam-doc-y-khoa"), after_s=86_400
    )


STORIES: tuple[Telling, ...] = (
    alarms_leave_once_they_are_over_and_seen,
    roads_are_closed_and_reopened,
    the_policy_is_revised,
)
