/** Words on the screen: Vietnamese first, English one key away. */

import type { Both, Place } from "../api/types";
import { detailsEn } from "./details.en";
import { type DetailsKey, detailsVi } from "./details.vi";
import { en } from "./en";
import { hospitalEn } from "./hospital.en";
import { type HospitalKey, hospitalVi } from "./hospital.vi";
import { intakeEn } from "./intake.en";
import { type IntakeKey, intakeVi } from "./intake.vi";
import { triageEn } from "./triage.en";
import { type TriageKey, triageVi } from "./triage.vi";
import { plannerEn } from "./planner.en";
import { type PlannerKey, plannerVi } from "./planner.vi";
import { type Key as DeskKey, vi } from "./vi";

export type Language = "vi" | "en";
export type Key = DeskKey | DetailsKey | HospitalKey | IntakeKey | PlannerKey | TriageKey;

const WORDS: Record<Language, Record<Key, string>> = {
  vi: { ...vi, ...detailsVi, ...hospitalVi, ...intakeVi, ...plannerVi, ...triageVi },
  en: { ...en, ...detailsEn, ...hospitalEn, ...intakeEn, ...plannerEn, ...triageEn },
};
const KEPT_AS = "saigon115.language";

class Speech {
  language = $state<Language>(localStorage.getItem(KEPT_AS) === "en" ? "en" : "vi");

  set(language: Language): void {
    this.language = language;
    localStorage.setItem(KEPT_AS, language);
    document.documentElement.lang = language;
  }
}

export const speech = new Speech();

/** The words for a key, with {slots} filled. */
export function t(key: Key, slots?: Record<string, string | number>): string {
  const words = WORDS[speech.language][key];
  return slots ? words.replace(/\{(\w+)\}/g, (whole, name: string) => String(slots[name] ?? whole)) : words;
}

/** A key made of parts that come from the server; falls back to the code itself, never to nothing. */
export function word(group: string, code: string | number): string {
  return WORDS[speech.language][`${group}.${code}` as Key] ?? String(code);
}

export const of = (both: Both): string => both[speech.language];

export const nameOf = (thing: { name: string; name_en: string }): string =>
  speech.language === "en" && thing.name_en ? thing.name_en : thing.name;

/** A station as people at the desk call it: what all names share is left out or abbreviated. */
export const shortName = (name: string): string =>
  name
    .replace(/^Trạm (cấp cứu )?vệ tinh /u, "")
    .replace(/ satellite station/u, "")
    .replace(/Bệnh viện/gu, "BV")
    .replace(/Trung tâm Y tế/gu, "TTYT")
    .replace(/Phòng khám/gu, "PK")
    .replace(/Đa khoa/gu, "ĐK");

export const labelOf = (place: Place): string => (speech.language === "en" && place.label_en) || place.label;

/** Who did it: a person's name, a program by its token, or what of ours acted by itself. */
export function actorName(actor: string): string {
  const [kind, name] = actor.includes(":") ? (actor.split(/:(.*)/s) as [string, string]) : ["user", actor];
  if (kind === "system") return word("actor", name);
  return kind === "token" ? t("actor.program", { name }) : name;
}

/** 8.25 → 8,3 in Vietnamese, 8.3 in English */
export function decimal(value: number, digits: number): string {
  const text = value.toFixed(digits);
  return speech.language === "vi" ? text.replace(".", ",") : text;
}

/** 0.824 → 82 % or 82,4 % */
export const percent = (share: number, digits = 0): string => `${decimal(share * 100, digits)} %`;
