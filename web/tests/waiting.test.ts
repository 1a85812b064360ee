/** Who waits, as the desk lists them. */

import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import type { State } from "../src/api/types";
import { callBackQueue, countWaiting, waitingCalls, waitingIncidents } from "../src/store/waiting";

interface Sample {
  state: State;
  now: string;
  counts: Record<string, number>;
  calls: Record<string, unknown>[];
  incidents: Record<string, unknown>[];
  call_backs: Record<string, unknown>[];
}

const path = new URL("../../tests/samples/waiting.json", import.meta.url);
const sample = JSON.parse(readFileSync(path, "utf-8")) as Sample;

/** The console works out by itself when something is due. */
const withoutDue = (entries: Record<string, unknown>[]) => entries.map(({ due_at: _, ...rest }) => rest);

test("the console lists those who wait in the desk's order", () => {
  expect(waitingCalls(sample.state, sample.now)).toEqual(withoutDue(sample.calls));
  expect(waitingIncidents(sample.state, sample.now)).toEqual(withoutDue(sample.incidents));
  expect(callBackQueue(sample.state, sample.now)).toEqual(sample.call_backs);
  expect(countWaiting(sample.state)).toEqual(sample.counts);
});
