import { describe, expect, test } from "vitest";
import { questionOf, understoodOf, unusedIn } from "../src/console/understood";

const chips = (words: string, found: Record<string, string>): string[] =>
  understoodOf(words, found).map(
    ({ role, text, how, heard }) => `${role}: ${heard ? `${heard} → ` : ""}${text}${how ? ` (${how})` : ""}`,
  );

describe("what was understood of the caller's words", () => {
  test("every part is named, and how a number was placed", () => {
    const found = {
      house_number: "45 (estimated along the street)",
      street: "Nguyễn Đình Chiểu",
      district: "Quận 3",
    };
    expect(chips("45 nguyen dinh chieu q3", found)).toEqual([
      "house_number: 45 (estimated along the street)",
      "street: Nguyễn Đình Chiểu",
      "district: Quận 3",
    ]);
    expect(unusedIn("45 nguyen dinh chieu q3", found)).toEqual([]);
  });

  test("a slip and a nickname show what they were taken for", () => {
    expect(chips("hang xnah", { street: "Ngã tư Hàng Xanh" })).toEqual([
      "street: hang xnah → Ngã tư Hàng Xanh",
    ]);
    expect(chips("cmt8 q10", { street: "Cách Mạng Tháng Tám", district: "Quận 10" })).toEqual([
      "street: cmt8 → Cách Mạng Tháng Tám",
      "district: Quận 10",
    ]);
  });

  test("words that no part accounts for are told", () => {
    const found = { name: "Chung cư Ngô Gia Tự" };
    expect(unusedIn("chung cư Ngô Gia Tự block C tầng 4", found)).toEqual(["block", "C", "tầng", "4"]);
    expect(unusedIn("gần chợ Bà Chiểu", { name: "Chợ Bà Chiểu", relation: "gan" })).toEqual([]);
  });

  test("a quarter and a group of houses are understood, though the map knows none", () => {
    const found = { ward: "Phường Tân Thới Nhất", within: "tổ 5, khu phố 3" };
    const words = "tổ 5 khu phố 3 phường Tân Thới Nhất";
    expect(chips(words, found)).toEqual(["ward: Phường Tân Thới Nhất", "within: tổ 5, khu phố 3"]);
    expect(unusedIn(words, found)).toEqual([]);
  });

  test("what would settle it is a question with its choices", () => {
    expect(questionOf({ street: "Nguyễn Trãi", ask: "district", choices: "Quận 5, Quận 9, Quận 1" })).toEqual(
      {
        ask: "district",
        choices: ["Quận 5", "Quận 9", "Quận 1"],
      },
    );
    expect(questionOf({ ask: "house_number" })).toEqual({ ask: "house_number", choices: [] });
    expect(questionOf({ street: "Lê Lợi" })).toBeNull();
  });
});
