import { describe, expect, test } from "vitest";
import type { Incident, Offer, Unit } from "../src/api/types";
import { hasOpenSlot } from "../src/store/slots";
import { incident, run, unit } from "./worlds";

const BOTH = { needs: [{ skills: ["doctor" as const, "convey" as const] }, { skills: ["convey" as const] }] };
const offer = (unit_id: string, fields: Partial<Offer> = {}): Offer =>
  ({ id: "O1", unit_id, station_id: "S1", status: "open", tier: "main", ...fields }) as Offer;

const short = (one: Incident, ...units: Unit[]): boolean =>
  hasOpenSlot(one, Object.fromEntries(units.map((each) => [each.id, each])));

describe("an incident asks for somebody", () => {
  const doctor = unit("D", { skills: ["doctor", "convey"] });
  const van = unit("V", { skills: ["convey"] });

  test("until every need is asked for or covered, each by a unit of its own", () => {
    const runs = { O1: run("D"), O2: run("V", { offer_id: "O2" }) };
    expect(short(incident("1", BOTH))).toBe(true);
    expect(short(incident("1", { ...BOTH, runs: { O1: run("D") } }), doctor)).toBe(true);
    expect(short(incident("1", { ...BOTH, runs }), doctor, van)).toBe(false);
    expect(
      short(incident("1", { ...BOTH, runs: { O1: run("D") }, offers: { O2: offer("V") } }), doctor, van),
    ).toBe(false);
    expect(short(incident("1", { ...BOTH, status: "closed" }))).toBe(false);
  });

  test("while only units without the skills come, or a motorbike that cannot convey", () => {
    const need = { needs: [{ skills: ["convey" as const] }], runs: { O1: run("M") } };
    expect(short(incident("1", need), unit("M", { kind: "motorbike", skills: ["doctor", "convey"] }))).toBe(
      true,
    );
    expect(short(incident("1", { ...BOTH, runs: { O1: run("V") } }), van)).toBe(true);
  });

  test("for the unit that goes ahead counts for nothing, and one that is asked to leave neither", () => {
    const one = { needs: [{ skills: [] }] };
    expect(short(incident("1", { ...one, runs: { O1: run("D", { tier: "first" }) } }), doctor)).toBe(true);
    const leaving = unit("D", { diversion_offer_id: "O9" });
    expect(short(incident("1", { ...one, runs: { O1: run("D") } }), leaving)).toBe(true);
  });

  test("when one of red's two stations has declined and the other is silent", () => {
    const offers = { O1: offer("V", { status: "refused" }), O2: offer("D", { id: "O2" }) };
    const red = incident("1", { priority: 1, needs: [{ skills: [] }], offers });
    expect([short(red, doctor), short({ ...red, priority: 2 }, doctor)]).toEqual([true, false]);
  });
});
