/** Words of the triage panel, in English. */

import type { TriageKey } from "./triage.vi";

export const triageEn: Record<TriageKey, string> = {
  "triage.title": "Questions",
  "triage.begin": "ask the questions of the protocol",
  "triage.yes": "Yes",
  "triage.no": "No",
  "triage.unsure": "Not sure",
  "triage.told": "Asked and noted",
  "triage.done": "No question is left that would change what is done.",
  "triage.chapter": "About",
  "triage.chapter.none": "not known what it is about: choose by the caller's words",
  "triage.back": "correct the last answer",
  "triage.next": "told, next step",
  "triage.others": "{n} other instructions",
  "triage.recognised": "arrest recognised",
  "triage.compression": "first compression",
  "triage.unit.years": "years",
  "triage.unit.minutes": "minutes",
  "triage.unit.metres": "m",
  "triage.unit.people": "people",
  "triage.unit.weeks": "weeks",
  "triage.flag.police_113": "tell 113",
  "triage.flag.fire_114": "tell 114",
  "triage.flag.scene_unsafe": "scene unsafe",
  "triage.flag.protect_crew": "crew wears protection",
  "triage.flag.extrication": "somebody is trapped",
  "triage.flag.boat": "a boat is needed",
  "triage.flag.many_patients": "many patients",
  "keys.space": "ask the protocol's questions, read instructions to the caller",
};
