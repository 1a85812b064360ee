/** Other units a number may be said in: a baby's months, hours since somebody was last well. */

import type { Question } from "../api/types";

export interface OtherUnit {
  /** As the server reads it behind the number. */
  unit: string;
  /** The key in each language; either works on any screen. */
  vi: string;
  en: string;
}

const WEEK: OtherUnit = { unit: "week", vi: "U", en: "W" };
const DAY: OtherUnit = { unit: "day", vi: "N", en: "D" };
const OTHERS: Partial<Record<NonNullable<Question["unit"]>, readonly OtherUnit[]>> = {
  years: [{ unit: "month", vi: "T", en: "M" }, WEEK, DAY],
  minutes: [{ unit: "hour", vi: "G", en: "H" }, DAY],
};

export const unitsOf = (question: Question): readonly OtherUnit[] =>
  (question.unit && OTHERS[question.unit]) || [];

export function unitAt(question: Question, key: string): string | null {
  const pressed = key.toUpperCase();
  return unitsOf(question).find((one) => one.vi === pressed || one.en === pressed)?.unit ?? null;
}
