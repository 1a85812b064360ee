import { expect, test } from "vitest";
import { missingOfClosing } from "../src/store/outcomes";
import { incident, run } from "./worlds";

test("closing asks who cancelled, unless a run that ended so is asked: a diverted one is not", () => {
  const cancelled = run("115-001", { outcome: "cancelled_after_departure", cause: "stood_down" });
  const asked = (runs: Record<string, typeof cancelled>) =>
    missingOfClosing(incident("1", { runs }), "cancelled_before_departure");
  expect(asked({})).toEqual(["cancelled_by"]);
  expect(asked({ O1: cancelled })).toEqual([]);
  expect(asked({ O1: { ...cancelled, cause: "diverted" } })).toEqual(["cancelled_by"]);
  expect(asked({ O1: { ...cancelled, cause: "diverted" }, O2: cancelled })).toEqual([]);
});
