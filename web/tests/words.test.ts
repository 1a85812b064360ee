import { expect, test } from "vitest";
import { detailsEn } from "../src/i18n/details.en";
import { detailsVi } from "../src/i18n/details.vi";
import { en } from "../src/i18n/en";
import { hospitalEn } from "../src/i18n/hospital.en";
import { hospitalVi } from "../src/i18n/hospital.vi";
import { intakeEn } from "../src/i18n/intake.en";
import { intakeVi } from "../src/i18n/intake.vi";
import { plannerEn } from "../src/i18n/planner.en";
import { plannerVi } from "../src/i18n/planner.vi";
import { triageEn } from "../src/i18n/triage.en";
import { triageVi } from "../src/i18n/triage.vi";
import { vi } from "../src/i18n/vi";

const TABLES: [string, Record<string, string>, Record<string, string>][] = [
  ["the desk", vi, en],
  ["outcome details", detailsVi, detailsEn],
  ["the hospital", hospitalVi, hospitalEn],
  ["intake", intakeVi, intakeEn],
  ["the planner", plannerVi, plannerEn],
  ["triage", triageVi, triageEn],
];

test.each(TABLES)("both languages say the same things: %s", (_, first, second) => {
  expect(Object.keys(second).sort()).toEqual(Object.keys(first).sort());
  const slots = (text: string) => (text.match(/\{\w+\}/g) ?? []).sort();
  for (const key of Object.keys(first)) expect([key, slots(second[key]!)]).toEqual([key, slots(first[key]!)]);
});

test("no two rooms say the same key", () => {
  const keys = TABLES.flatMap(([, first]) => Object.keys(first));
  expect(keys.length).toBe(new Set(keys).size);
});
