import { expect, test } from "vitest";
import { en } from "../src/i18n/en";
import { vi } from "../src/i18n/vi";

test("both languages say the same things", () => {
  expect(Object.keys(en).sort()).toEqual(Object.keys(vi).sort());
  const slots = (text: string) => (text.match(/\{\w+\}/g) ?? []).sort();
  for (const key of Object.keys(vi) as (keyof typeof vi)[])
    expect([key, slots(en[key])]).toEqual([key, slots(vi[key])]);
});
