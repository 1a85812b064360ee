import { describe, expect, test } from "vitest";
import { complete, parse } from "../src/store/commandline";
import { incident, state, unit } from "./worlds";

describe("the command line", () => {
  const desk = state({
    incidents: [incident("14"), incident("15")],
    units: [unit("115-007"), unit("115-M01")],
  });

  test.each([
    ["14", { do: "open", incident: desk.incidents["14"] }],
    ["014", { do: "open", incident: desk.incidents["14"] }],
    ["/7", { do: "show_unit", unit: "115-007" }],
    ["/115-m01", { do: "show_unit", unit: "115-M01" }],
    ["status 115-007 os", { do: "status", unit: "115-007", report: "on_scene" }],
    ["115-007 br", { do: "status", unit: "115-007", report: "on_break" }],
    ["status 007 oo", { do: "status", unit: "115-007", report: "out_of_service" }],
    ["115-007 er", { do: "status", unit: "115-007", report: "en_route" }],
    ["offer 007", { do: "offer", unit: "115-007" }],
    ["a Lan trực", { do: "accept", who: "Lan trực" }],
    ["tuchoi no_crew", { do: "refuse", code: "no_crew" }],
    ["rút", { do: "withdraw" }],
    ["close dup", { do: "close", outcome: "duplicate" }],
    ["đóng", { do: "close", outcome: null }],
    ["gọi té xe ngã tư Hàng Xanh", { do: "call", words: "té xe ngã tư Hàng Xanh" }],
    ["seat S12", { do: "seat", seat: "S12", takesOver: false }],
    ["ghế S12 !", { do: "seat", seat: "S12", takesOver: true }],
    ["trống", { do: "no_content" }],
    ["caođiểm tắt", { do: "surge", on: false }],
    ["gọilại", { do: "calls" }],
    ["giữ", { do: "hold", held: true }],
    ["?", { do: "help" }],
  ])("%s", (text, command) => expect(parse(text, desk)).toEqual(command));

  test("what it does not know it says, with what was typed", () => {
    expect(parse("fly away", desk)).toEqual({ do: "unknown", key: "cmd.unknown", text: "fly away" });
    expect(parse("/999", desk)).toEqual({ do: "unknown", key: "cmd.nounit", text: "999" });
    expect(parse("77", desk)).toEqual({ do: "unknown", key: "cmd.nonumber", text: "77" });
    expect(parse("115-007 zz", desk)).toMatchObject({ do: "unknown" });
  });

  test("it completes verbs, units and codes", () => {
    expect(complete("wi", desk)).toEqual(["withdraw"]);
    expect(complete("/m0", desk)).toEqual(["/115-M01"]);
    expect(complete("status 00", desk)).toEqual(["status 115-007"]);
    expect(complete("close no_", desk)).toEqual(["close no_patient_found", "close no_content"]);
    expect(complete("", desk)).toEqual([]);
  });
});
