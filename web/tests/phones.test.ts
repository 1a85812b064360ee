import { describe, expect, test } from "vitest";
import type { Against, LinkSms, LocationLink, ShownFix } from "../src/api/types";
import { judge, linkState, needsHands } from "../src/console/phones";

const beside = (what: string, verdict: Against["verdict"]): Against => ({
  what,
  label: what,
  verdict,
  distance_m: 40,
  gap_m: 0,
  overlap: 1,
});
const message = (state: LinkSms["state"], reason: string | null = null): LinkSms => ({
  state,
  reason,
  detail: null,
  tries: 1,
  changed_at: null,
});
const shown = (sure_radius_m: number, ...against: Against[]): ShownFix =>
  ({ sure_radius_m, against }) as unknown as ShownFix;

describe("a phone's place beside the words", () => {
  test("it is judged by the surest place, and another that agrees is named", () => {
    expect(judge(shown(20, beside("incident", "agrees"))).verdict).toBe("agrees");
    const found = judge(shown(20, beside("suggested 1", "conflict"), beside("suggested 2", "agrees")));
    expect([found.verdict, found.better?.what]).toEqual(["conflict", "suggested 2"]);
  });

  test("without a place by words, or from far off, it cannot tell; but a far conflict is one", () => {
    expect(judge(shown(20)).verdict).toBe("unknown");
    expect(judge(shown(1_400, beside("incident", "agrees"))).verdict).toBe("unknown");
    expect(judge(shown(1_400, beside("incident", "conflict"))).verdict).toBe("conflict");
  });
});

test("a link goes from made to opened, denied, used, or is over", () => {
  const now = Date.parse("2026-11-29T10:00:00Z");
  const link: LocationLink = {
    made_at: "2026-11-29T09:59:00Z",
    expires_at: "2026-11-29T10:29:00Z",
    opened_at: null,
    denied_at: null,
    used_at: null,
    sms: message("off"),
  };
  const at = "2026-11-29T09:59:30Z";
  expect(linkState(link, now)).toBe("made");
  expect(linkState({ ...link, opened_at: at }, now)).toBe("opened");
  expect(linkState({ ...link, opened_at: at, denied_at: at }, now)).toBe("denied");
  expect(linkState({ ...link, denied_at: at, used_at: at }, now)).toBe("used");
  expect(linkState(link, now + 3_600_000)).toBe("over");
});

test("a link needs the dispatcher's hands unless its message went, or goes at once", () => {
  const fine = [message("queued"), message("sending"), message("sent")];
  const not = [message("off"), message("failed", "refused"), message("unclear", "unclear")];
  expect(fine.map(needsHands)).toEqual([false, false, false]);
  expect([...not, message("queued", "busy")].map(needsHands)).toEqual([true, true, true, true]);
});
