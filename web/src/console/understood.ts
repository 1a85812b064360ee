/** Which of the caller's words a place was found by, so that a mishearing is seen. Pure. */

import { plain } from "../store/select";

export const ROLES = [
  "relation",
  "name",
  "house_number",
  "street",
  "crossing",
  "ward",
  "district",
  "within",
  "elsewhere",
] as const;
export type Role = (typeof ROLES)[number];

export interface Understood {
  role: Role;
  /** As the gazetteer has it. */
  text: string;
  /** How a number was placed: "estimated along the street", "alley entrance" … */
  how: string | null;
  /** What was typed for it, where that is another name: a slip, a nickname, a mishearing. */
  heard: string | null;
}

/** What would settle an answer that is not sure. */
export interface Question {
  ask: "district" | "ward" | "house_number";
  choices: string[];
}

/** Words that say what kind of thing follows: they name nothing. */
const FILLERS = new Set(
  (
    "duong pho hem ngo ngach kiet so nha quan huyen phuong xa thi tran thanh tp q p f nga tu nam sau ba goc giao " +
    "cat gap voi va gan doi dien canh ben o tai khu the la cua dau cuoi trong street road district ward near corner"
  ).split(" "),
);
const SHORT = /^(?:q|p|f|x|h|k)\.?(\d{1,2})$/;

export function understoodOf(words: string, found: Record<string, string>): Understood[] {
  const parts = ROLES.flatMap((role) => (found[role] ? [{ role, ...split(found[role]) }] : []));
  const typed = tokensOf(words);
  const heard = parts.map((part) => typed.filter((word) => speaksOf(word, part.text)));
  const left = typed.filter((word) => !heard.some((one) => one.includes(word)) && !FILLERS.has(word));
  const [nickname, ...more] = parts.filter((part, i) => isNamed(part.role) && !heard[i]!.length);
  return parts.map((part, i) => {
    const said = part === nickname && !more.length ? left : heard[i]!;
    return { ...part, heard: isOther(said, part) ? said.join(" ") : null };
  });
}

/** Words that no part of the place accounts for. */
export function unusedIn(words: string, found: Record<string, string>): string[] {
  const parts = understoodOf(words, found);
  const known = parts.flatMap((part) => [part.text, part.heard ?? ""]);
  return words.split(/[\s,;]+/).filter((word) => {
    const bare = plain(word).replace(/^[^\p{L}\p{N}]+|[^\p{L}\p{N}]+$/gu, "");
    return bare && !FILLERS.has(bare) && !known.some((text) => speaksOf(bare, text));
  });
}

export function questionOf(found: Record<string, string> | undefined): Question | null {
  const ask = found?.["ask"];
  if (ask !== "district" && ask !== "ward" && ask !== "house_number") return null;
  const choices = (found?.["choices"] ?? "").split(",").map((one) => one.trim());
  return { ask, choices: choices.filter(Boolean) };
}

const split = (text: string): { text: string; how: string | null } => {
  const [, value, how] = /^(.*?) \(([^)]*)\)$/.exec(text) ?? [];
  return value && how ? { text: value, how } : { text, how: null };
};

const isNamed = (role: Role): boolean => role === "street" || role === "name" || role === "crossing";

const tokensOf = (text: string): string[] =>
  plain(text)
    .split(/[\s,;–]+/)
    .map((word) => word.replace(/^[^\p{L}\p{N}]+|[^\p{L}\p{N}]+$/gu, ""))
    .filter(Boolean);

/** Whether a word typed stands for a part of this name: the same, its beginning, one slip, or "q3" for "Quận 3". */
function speaksOf(word: string, name: string): boolean {
  const short = SHORT.exec(word)?.[1];
  return tokensOf(name).some(
    (part) =>
      part === word ||
      part === short ||
      (word.length > 1 && part.startsWith(word)) ||
      (Math.min(word.length, part.length) > 3 && isOneSlip(word, part)),
  );
}

/** A number is itself; "q3" is no other name than "Quận 3"; the rest differs when a word is not in the name as typed. */
function isOther(said: string[], part: { role: Role; text: string }): boolean {
  if (part.role === "house_number" || part.role === "relation") return false;
  const own = new Set(tokensOf(part.text));
  return said.some((word) => !own.has(word) && !SHORT.test(word));
}

function isOneSlip(a: string, b: string): boolean {
  if (Math.abs(a.length - b.length) > 1) return false;
  let same = 0;
  while (same < a.length && a[same] === b[same]) same += 1;
  const [restA, restB] = [a.slice(same), b.slice(same)];
  const isSwap = restA[0] === restB[1] && restA[1] === restB[0] && restA.slice(2) === restB.slice(2);
  return restA.slice(1) === restB.slice(1) || restA.slice(1) === restB || restA === restB.slice(1) || isSwap;
}
