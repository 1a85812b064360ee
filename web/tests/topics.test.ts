import { describe, expect, test } from "vitest";
import type { Complaint, Protocol } from "../src/api/types";
import { chapterTopics, complaintTopics, findTopics } from "../src/triage/topics";

const COMPLAINTS: Complaint[] = [
  {
    code: "faint",
    level: 3,
    name: { vi: "Ngất, đã tỉnh", en: "Fainted" },
    synonyms: { vi: ["ngất", "xỉu"], en: [] },
  },
  {
    code: "cardiac_arrest",
    level: 1,
    name: { vi: "Ngừng tim, ngừng thở", en: "Cardiac arrest" },
    synonyms: { vi: ["không thở", "bất tỉnh không thở"], en: ["not breathing"] },
  },
  {
    code: "snake",
    level: 2,
    name: { vi: "Rắn cắn", en: "Snake bite" },
    synonyms: { vi: ["rắn cắn"], en: [] },
  },
];
const topics = complaintTopics(COMPLAINTS);
const ids = (typed: string, words = "") => findTopics(topics, typed, words).map((one) => one.id);

describe("finding what it is about", () => {
  test("by a name or by what callers say, without accents, in either language", () => {
    expect(ids("ran")).toEqual(["snake"]);
    expect(ids("khong tho")).toEqual(["cardiac_arrest"]);
    expect(ids("not breath")).toEqual(["cardiac_arrest"]);
    expect(ids("xiu")).toEqual(["faint"]);
  });

  test("accents that are typed tell apart what is the same without them", () => {
    const gas: Complaint = {
      code: "gas",
      level: 1,
      name: { vi: "Ngạt khí", en: "Gas" },
      synonyms: { vi: [], en: [] },
    };
    const both = complaintTopics([gas, ...COMPLAINTS]);
    expect(findTopics(both, "ngất", "").map((one) => one.id)).toEqual(["faint", "gas"]);
    expect(findTopics(both, "ngạt", "").map((one) => one.id)).toEqual(["gas", "faint"]);
  });

  test("before anything is typed, what the caller's words speak of comes first", () => {
    expect(ids("", "bác tôi bất tỉnh không thở, mới bị ngất")).toEqual(["cardiac_arrest", "faint", "snake"]);
    expect(findTopics(topics, "", "ông bị ngất")[0]!.heard).toBe("ngất");
    expect(ids("", "ngất-ngưởng")).toContain("snake");
  });

  test("a chapter is found by all that its complaints are called", () => {
    const chapter = {
      id: "collapse",
      level: 1,
      name: { vi: "Gục ngã", en: "Collapse" },
      complaints: ["faint", "cardiac_arrest"],
    };
    const protocol = { chapters: { collapse: chapter } } as unknown as Protocol;
    expect(findTopics(chapterTopics(protocol, COMPLAINTS), "xiu", "").map((one) => one.id)).toEqual([
      "collapse",
    ]);
  });
});
