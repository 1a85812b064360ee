"""
What kind of thing a name says it is: "trường Lê Hồng Phong" is no street, though a street bears the rest of the name.
"""

from __future__ import annotations

import re

from dispatch.geocoding.city_names import CityNames
from dispatch.geocoding.evidence import Candidate
from dispatch.geocoding.index import Match
from dispatch.geocoding.words import canonical

# A street answers to the name of a school or a market only for want of better (guess); below 0.8 a person asks on.
OF_ANOTHER_KIND, MOST_OF_ANOTHER_KIND = 0.85, 0.5
# A street that is itself called "Chợ Lớn", said without "đường", may not be what is meant either (guess).
OF_AMBIGUOUS_KIND, MOST_OF_AMBIGUOUS_KIND = 0.75, 0.6
_KINDS = tuple(
    f"{kind} "
    for kind in """truong|tieu hoc|trung hoc|mam non|mau giao|dai hoc|cao dang|hoc vien|cho|sieu thi|trung tam|benh vien
    phong kham|tram y te|chua|tinh xa|thanh that|nha tho|giao xu|dinh|cau|ham|ben xe|ben pha|ga|nha ga|cong ty|nha may
    xi nghiep|khach san|nha hang|nha nghi|nha tro|chung cu|cu xa|cao oc|toa nha|ky tuc xa|cong vien|san van dong
    khu cong nghiep|khu che xuat|khu dan cu|khu do thi|cay xang|tram xang|ngan hang|buu dien|uy ban nhan dan
    nghia trang|nga ba|nga tu|nga nam|nga sau|nga bay|vong xoay|bung binh""".replace("\n    ", "|").split("|")
)  # fmt: skip
# Streets with such names are common and their first word says no kind: Trường Chinh, Đinh Tiên Hoàng.
_ALSO_STREETS = ("truong ", "dinh ", "ga ", "ham ", "trung tam ")


_OF_A_WARD = re.compile(r"\bphuong (\d{1,2})\b")
# "UBND phường 14": many districts had a ward of the number, and the map knows the offices of few of them (guess).
MOST_OF_NUMBERED_WARD = 0.6


def doubt_office(city: CityNames, candidate: Candidate, name: str) -> None:
    """A ward's office, school or police by the ward's number alone: which district is to be asked."""
    found = _OF_A_WARD.search(canonical(name)) if candidate.kind == "poi" else None
    wards = city.wards_by_key.get(found[1], []) if found is not None else []
    districts = dict.fromkeys(city.zones[ward].district for ward in wards)
    if len(districts) > 1:
        candidate.most_confidence = min(candidate.most_confidence, MOST_OF_NUMBERED_WARD)
        candidate.understood["ward_in"] = ", ".join(district for district in districts if district)


def doubt_kind(candidate: Candidate, name: str, match: Match) -> None:
    """Lower a street or a ward that was said to be another kind of thing."""
    if candidate.kind not in {"street", "alley", "ward"}:
        return
    said = canonical(name)
    kind = next((kind for kind in _KINDS if said.startswith(kind)), None)
    if kind is None:
        return
    if not match.key.startswith(kind):
        candidate.score *= OF_ANOTHER_KIND
        candidate.most_confidence = min(candidate.most_confidence, MOST_OF_ANOTHER_KIND)
    elif kind not in _ALSO_STREETS:
        candidate.score *= OF_AMBIGUOUS_KIND
        candidate.most_confidence = min(candidate.most_confidence, MOST_OF_AMBIGUOUS_KIND)
