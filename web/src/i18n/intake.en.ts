/** Words of taking a call, in English. */

import type { IntakeKey } from "./intake.vi";

export const intakeEn: Record<IntakeKey, string> = {
  "place.kind.address": "address",
  "place.kind.alley": "alley",
  "place.kind.street": "street",
  "place.kind.intersection": "crossing",
  "place.kind.poi": "place",
  "place.kind.ward": "ward",
  "place.kind.point": "point",
  "place.role.relation": "where",
  "place.role.name": "name",
  "place.role.house_number": "number",
  "place.role.street": "street",
  "place.role.crossing": "crossing",
  "place.role.ward": "ward",
  "place.role.district": "district",
  "place.role.elsewhere": "elsewhere",
  "place.how.exact": "on the map",
  "place.how.alley entrance": "mouth of the alley",
  "place.how.estimated along the street": "estimated along the street",
  "place.how.beyond the known numbers": "beyond the known numbers",
  "place.how.unknown on this street": "number unknown on this street",
  "place.relation.gan": "near",
  "place.relation.doi dien": "opposite",
  "place.understood": "Understood",
  "place.unused": "not used: {words}",
  "place.ask.district": "Ask: which district?",
  "place.ask.ward": "Ask: which ward?",
  "place.ask.house_number": "Ask: which house number?",
  "place.ask.how": "Tab, then the number",
};
