import { beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import { Problem } from "../src/api/http";

vi.hoisted(() => {
  const kept = new Map<string, string>();
  vi.stubGlobal("localStorage", {
    getItem: (key: string) => kept.get(key) ?? null,
    setItem: (key: string, value: string) => void kept.set(key, value),
  });
  vi.stubGlobal("document", { documentElement: { lang: "vi" } });
});

let said: typeof import("../src/i18n/refusals");
let speech: (typeof import("../src/i18n/index.svelte"))["speech"];

const problem = (kind: string, detail: string, code: string | null, facts: Record<string, unknown> = {}) =>
  new Problem(409, kind, "Somebody was first", detail, null, code, facts);

describe("what the server refused", () => {
  beforeAll(async () => {
    said = await import("../src/i18n/refusals");
    ({ speech } = await import("../src/i18n/index.svelte"));
    said.nameFactsBy({ station: (id) => `BV ${id}` });
  });
  beforeEach(() => speech.set("vi"));

  const busy = () =>
    problem("taken", "unit 115-001 is on_scene and cannot be offered; choose a free unit", "unit_not_free", {
      unit: "115-001",
      unit_status: "on_scene",
    });

  test("is said in Vietnamese, its facts by their words", () => {
    expect(said.sayError(busy())).toBe(
      "Đã có người làm trước. Xe 115-001 tại hiện trường, không chuyển được. Chọn xe rảnh.",
    );
  });

  test("is the server's own sentence on an English screen", () => {
    speech.set("en");
    expect(said.detailOf(busy())).toBe("unit 115-001 is on_scene and cannot be offered; choose a free unit");
  });

  test("tells stations by their names, times in the city, roles and reports by their words", () => {
    expect(said.detailOf(problem("taken", "…", "station_has_no_free_unit", { station: "Tân Định" }))).toBe(
      "BV Tân Định hết xe rảnh. Chuyển trạm khác.",
    );
    const back = { actor: "user:lan", call: "c1", at: "2026-11-30T06:12:03Z" };
    expect(said.detailOf(problem("taken", "…", "being_called_back", back))).toBe(
      "lan đang gọi lại số này từ 13:12:03. Gọi số khác.",
    );
    expect(
      said.detailOf(problem("forbidden", "…", "not_permitted", { who: "duty_doctor, supervisor" })),
    ).toBe("Tài khoản này không được làm việc đó. Nhờ người có vai trò: bác sĩ trực, trưởng ca.");
    const step = {
      thing: "unit",
      id: "115-001",
      status: "available",
      step: "at_patient",
      allowed: "off_duty",
    };
    expect(said.detailOf(problem("illegal-step", "…", "illegal_step", step))).toBe(
      "Xe 115-001 sẵn sàng, lúc này không ghi “tiếp cận người bệnh” được. Ghi được: ngoài ca trực.",
    );
  });

  test("without words of its own shows the way out of its kind, the server's words behind it", () => {
    expect(said.detailOf(problem("malformed", "lat: out of range", null))).toBe(
      "Xem lại điều vừa nhập. (Máy chủ: lat: out of range)",
    );
  });
});
