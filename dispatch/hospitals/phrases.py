"""Why a hospital is advised, as a dispatcher says it, in Vietnamese and English."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dispatch.assignment.recommendation import Text
from dispatch.domain.state import Hospital
from dispatch.domain.words import HospitalResource

if TYPE_CHECKING:
    from dispatch.hospitals.decide import DestinationAdvice, Needs

CAPABILITIES: dict[str, Text] = {
    "general": Text("đa khoa", "general care"),
    "stroke": Text("đột quỵ", "stroke"),
    "pci": Text("can thiệp mạch vành", "PCI"),
    "trauma": Text("chấn thương", "trauma"),
    "burns": Text("bỏng", "burns"),
    "obstetrics": Text("sản khoa", "obstetrics"),
    "paediatrics": Text("nhi khoa", "paediatrics"),
    "toxicology": Text("chống độc", "toxicology"),
    "dialysis": Text("lọc thận", "dialysis"),
    "psychiatry": Text("tâm thần", "psychiatry"),
    "eye": Text("mắt", "eyes"),
    "ent": Text("tai mũi họng", "ear, nose and throat"),
    "respiratory": Text("hô hấp", "lungs"),
    "infectious": Text("truyền nhiễm", "infectious disease"),
    "oncology": Text("ung bướu", "oncology"),
    "surgery": Text("ngoại khoa", "surgery"),
}
"""A code that is not here is said as it is."""

RESOURCES: dict[HospitalResource, Text] = {
    "ed_bed": Text("giường cấp cứu", "emergency bed"),
    "icu_bed": Text("giường ICU", "ICU bed"),
    "ventilator": Text("máy thở", "ventilator"),
    "cath_lab": Text("phòng thông tim", "cath lab"),
    "ct": Text("máy CT", "CT scanner"),
    "operating_room": Text("phòng mổ", "operating room"),
    "dialysis_place": Text("chỗ lọc thận", "dialysis place"),
    "burn_bed": Text("giường bỏng", "burn bed"),
    "delivery_room": Text("phòng sinh", "delivery room"),
    "neonatal_cot": Text("giường sơ sinh", "neonatal cot"),
    "isolation_bed": Text("giường cách ly", "isolation bed"),
}

NO_HOSPITAL = Text(
    "Chưa có bệnh viện nào trong hệ thống; kiểm tra hospitals.csv của gói thành phố",
    "No hospital is known; look at hospitals.csv of the city pack",
)
NO_PLACE = Text(
    "Ca chưa có vị trí và xe chưa có GPS: đặt vị trí ca trước",
    "The incident has no place and the unit no position: set the place first",
)
OFF_ROAD = Text(
    "Vị trí nằm ngoài đường đã biết: thời gian là ước lượng",
    "The place lies off the known roads: times are estimates",
)


def capability(code: str) -> Text:
    """What a capability is called."""
    return CAPABILITIES.get(code, Text(code, code))


def minutes(seconds: float) -> Text:
    """Whole minutes, never none."""
    count = max(1, round(seconds / 60))
    return Text(f"{count} phút", f"{count} min")


def nobody_has(code: str) -> Text:
    named = capability(code)
    return Text(
        f"Không bệnh viện nào được biết là có {named.vi}; xếp theo các điều khác",
        f"No hospital is known to have {named.en}; ranked by all else",
    )


def unknown_wish(hospital_id: str) -> Text:
    return Text(f"Không có bệnh viện {hospital_id} trong danh sách", f"There is no hospital {hospital_id} in the list")


def wish(cost_s: float) -> Text:
    """The patient's wish, and what it costs on the road."""
    if cost_s < 30:
        return Text("Theo nguyện vọng, không xa hơn", "The patient's wish, and no farther")
    longer = minutes(cost_s)
    return Text(f"Theo nguyện vọng: đi thêm {longer.vi}", f"The patient's wish: {longer.en} longer on the road")


def reasons(advice: DestinationAdvice, hospital: Hospital, needs: Needs) -> list[Text]:
    """What speaks for and against it, the weightiest first."""
    said: list[Text] = []
    if advice.nearest_emergency:
        said.append(Text("Khoa cấp cứu gần nhất", "Nearest emergency department"))
    if not hospital.emergency:
        said.append(Text("Không có khoa cấp cứu", "Has no emergency department"))
    if has := [capability(one) for one in needs.capabilities if one in hospital.capabilities and one != "general"]:
        said.append(Text("Có " + ", ".join(one.vi for one in has), "Has " + ", ".join(one.en for one in has)))
    if lacks := [capability(one) for one in advice.missing]:
        said.append(Text("Không có " + ", ".join(o.vi for o in lacks), "Lacks " + ", ".join(o.en for o in lacks)))
    if advice.diverts:
        off = [capability(one) for one in needs.capabilities if one in hospital.diversion]
        said.append(
            Text(
                "Đang xin không nhận " + ", ".join(one.vi for one in off),
                "Asks not to receive " + ", ".join(one.en for one in off),
            )
        )
    if hospital.status != "open":
        said.append(Text("Báo quá tải", "Says it is full") if hospital.status == "full" else Text("Báo đông", "Busy"))
    if advice.terms["quota"]:
        said.append(Text("Đã đủ số ca được giao", "Has had its share of this major incident"))
    said += _places(advice, needs.resource)
    said.append(_handover(advice))
    if advice.estimated:
        said.append(Text("Đường đi ước lượng", "The way is an estimate"))
    return said


def _places(advice: DestinationAdvice, resource: HospitalResource) -> list[Text]:
    what = RESOURCES[resource]
    if advice.reserved:
        return [Text("Đã giữ chỗ cho ca này", "A place is kept for this incident")]
    if advice.free is None:
        return []
    if advice.free < 1:
        return [Text(f"Hết {what.vi}", f"No free {what.en}")]
    return [Text(f"Còn {advice.free} {what.vi}", f"{advice.free} {what.en}{'s' if advice.free > 1 else ''} free")]


def _handover(advice: DestinationAdvice) -> Text:
    expected = minutes(advice.handover_s)
    if not advice.units_there and not advice.units_coming:
        return Text(f"Bàn giao khoảng {expected.vi}", f"Handover about {expected.en}")
    return Text(
        f"Bàn giao khoảng {expected.vi}: {advice.units_there} xe đang ở đó, {advice.units_coming} đang tới",
        f"Handover about {expected.en}: {advice.units_there} units there, {advice.units_coming} on the way",
    )
