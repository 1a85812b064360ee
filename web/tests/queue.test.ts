import { describe, expect, test } from "vitest";
import type { Call, Unit } from "../src/api/types";
import {
  listTwins,
  listUnits,
  listWaiting,
  oldestWait,
  onTheLine,
  plain,
  shortNumber,
  stableOrder,
  timeline,
} from "../src/store/select";
import { PLACE, alarm, at, call, incident, run, state, unit } from "./worlds";

describe("the queue", () => {
  test("shows the gravest first, then who waits longest", () => {
    const desk = state({
      incidents: [
        incident("1", { answered_at: at(0) }),
        incident("2", { priority: 1, answered_at: at(50) }),
        incident("3", { answered_at: at(-9) }),
        incident("4", { priority: 1, answered_at: at(20) }),
        incident("5", { priority: 1, status: "assigned" }),
      ],
    });
    expect(listWaiting(desk).map((one) => one.id)).toEqual(["4", "2", "3", "1"]);
  });

  test("the oldest wait may be of any level", () => {
    const [old, red] = [incident("1", { answered_at: at(-500) }), incident("2", { priority: 1 })];
    expect(oldestWait([red, old], [])?.id).toBe("1");
    expect(oldestWait([], [])).toBeNull();
  });

  test("rows keep their place while one is chosen, and new ones come last", () => {
    expect(stableOrder(["a", "b", "c"], ["new", "c", "a"], true)).toEqual(["a", "c", "new"]);
    expect(stableOrder(["a", "b", "c"], ["new", "c", "a"], false)).toEqual(["new", "c", "a"]);
  });

  test("a number of today is said short, one of another duty day whole", () => {
    const now = Date.parse("2026-11-22T21:00:00Z"); // 04:00 on the 23rd: still the duty day of the 22nd
    expect([shortNumber("1122-014", now), shortNumber("1121-014", now)]).toEqual(["014", "1121-014"]);
  });
});

test("units are found by station and status without accents, and stand by station", () => {
  const desk = state({ units: [unit("115-002", { station_id: "S2" }), unit("115-003"), unit("115-001")] });
  desk.stations["S2"] = { id: "S2", name: "Trạm Gia Định", name_en: "Gia Dinh" } as never;
  const words = (one: Unit) => (one.status === "available" ? "sẵn sàng" : "");
  const ids = (typed: string) => listUnits(desk, typed, words).map((row) => row.unit.id);
  expect(ids("")).toEqual(["115-001", "115-003", "115-002"]);
  expect(ids("gia dinh san")).toEqual(["115-002"]);
  expect(ids("đang chở")).toEqual([]);
});

test("a call may be about another open incident: never about its own, a closed one, or one it has left", () => {
  const joined = (id: string, incident_id: string, duplicates: string[]): Call =>
    call(id, { answered_at: at(90), incident_id, duplicates });
  const near = incident("1", { place: { ...PLACE, lat: PLACE.lat + 0.001 } });
  const own = incident("2", { call_ids: ["A", "B"] });
  const desk = state({ incidents: [near, own, incident("3", { status: "closed" })] });
  const calls = [joined("A", "2", ["3", "2", "1"]), joined("B", "1", ["1"])];
  expect(listTwins(desk, calls, own)).toEqual([
    { call_id: "A", incident: near, distance_m: expect.closeTo(110.6, 1) as number, earlier_s: 90 },
  ]);
});

describe("the timeline", () => {
  test("holds every stamp in order, with who, where and why", () => {
    const one = incident("1", {
      answered_at: at(0),
      opened_at: at(20),
      offers: {
        O1: {
          id: "O1",
          station_id: "S1",
          unit_id: "115-001",
          channel: "voice",
          status: "refused",
          made_at: at(30),
          made_by: "user:lan",
          expires_at: at(90),
          answered_at: at(44),
          code: "no_crew",
          tier: "main",
          diverts_from: null,
          signed: false,
          acknowledged_at: null,
          overruled: false,
          reason: null,
          note: null,
        },
      },
      runs: {
        O2: run("115-002", {
          offer_id: "O2",
          stamps: { offered_at: at(45), accepted_at: at(50), on_scene_at: at(400), en_route_at: at(100) },
        }),
      },
    });
    const rang = [alarm("A", { kind: "offers_refused", raised_at: at(60) })];
    expect(timeline(one, rang).map((entry) => entry.code)).toEqual([
      "answered_at",
      "opened_at",
      "voice",
      "refused",
      "offers_refused",
      "en_route_at",
      "on_scene_at",
    ]);
    expect(timeline(one, rang)[3]).toMatchObject({ note: "no_crew", unit_id: "115-001", station_id: "S1" });
  });
});

test("accents and đ do not matter to typing", () => expect(plain(" Gia Định ")).toBe("gia dinh"));

describe("whose caller is spoken with", () => {
  const ended = call("ended", { ended_at: at(60), seat: "S1" });
  const [first, mine, newest] = [call("first"), call("mine", { seat: "S1" }), call("newest", { seat: "S2" })];
  const whose = (calls: Call[], seat: string | null = null) => onTheLine(calls, seat)?.id;

  test("is the one at this seat, else the newest on the line", () => {
    expect(whose([first, mine, newest], "S1")).toBe("mine");
    expect(whose([first, mine, newest, ended], "S9")).toBe("newest");
    expect(whose([first, ended])).toBe("first");
  });

  test("is the newest where nobody is on the line any more, or its call still rings", () => {
    const rings = call("rings", { status: "ringing", answered_at: null, seat: "S1" });
    expect(whose([ended, rings], "S1")).toBe("rings");
    expect(whose([])).toBeUndefined();
  });
});
