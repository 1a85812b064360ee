/**
 * What the server refused, in the language of the screen.
 *
 * A problem's `detail` is English. Its `code` has a sentence of its own in Vietnamese, which its `facts` fill; a code
 * without one (a program's mistake, hardly a person's) shows the way out of its kind, and the server's words behind it.
 */

import { Problem, Unreachable } from "../api/http";
import { clockTime } from "../store/time";
import { actorName, speech, t, word } from "./index.svelte";
import { refusalsVi } from "./refusals.vi";

/** Names of what a fact gives by its id; each page says where it knows them from. */
const names: Record<"station" | "hospital", (id: string) => string> = {
  station: (id) => id,
  hospital: (id) => id,
};

export function nameFactsBy(known: Partial<typeof names>): void {
  Object.assign(names, known);
}

/** The words of a fact that is a code, by the fact's name. */
const GROUP_OF: Record<string, string> = {
  unit_status: "status",
  call_status: "callstatus",
  level: "level",
  old_level: "level",
  resource: "resource",
};

/** What a problem is called on the screen; the server's own words for what has none here. */
export function titleOf(problem: Problem): string {
  const known = word("problem", problem.kind);
  return known === problem.kind ? problem.title : known;
}

/** The fact, the thing and the way out. */
export function detailOf(problem: Problem): string {
  if (speech.language === "en") return problem.detail;
  const key = problem.code === "illegal_step" ? stepKey(problem.facts) : problem.code;
  const words = key && refusalsVi[key];
  if (words) return words.replace(/\{(\w+)\}/g, (_, name: string) => factOf(name, problem.facts[name]));
  const way = word("problem.do", problem.kind);
  const isKnown = way !== problem.kind;
  if (!problem.detail) return isKnown ? way : "";
  return `${isKnown ? `${way} ` : ""}${t("problem.server", { words: problem.detail })}`;
}

/** In one line, where there is room for one only. */
export function sayError(error: unknown): string {
  if (error instanceof Problem) return [titleOf(error), detailOf(error)].filter(Boolean).join(". ");
  if (error instanceof Unreachable) return `${t("problem.network")}. ${t("problem.network.do")}`;
  return error instanceof Error ? error.message : String(error);
}

/** A crew's report has words for every step; of other things it is told only that they have moved on. */
function stepKey(facts: Problem["facts"]): string {
  const isReport = facts["thing"] === "unit" && word("report", String(facts["step"])) !== facts["step"];
  return isReport ? "illegal_report" : "illegal_step";
}

function factOf(name: string, value: unknown): string {
  const text = value === null || value === undefined ? "?" : String(value);
  if (/^\d{4}-\d\d-\d\dT/.test(text)) return clockTime(Date.parse(text));
  if (name === "station" || name === "hospital") return names[name](text);
  if (name === "advised") return names.hospital(text);
  if (name === "actor") return actorName(text);
  if (name === "who") return listed(text, "role");
  if (name === "step" || name === "allowed") return listed(text, "report");
  if (name === "status") return word("status", text);
  return word(GROUP_OF[name] ?? "", text);
}

/** "supervisor, duty_doctor" by their names; what has none is left out. */
function listed(codes: string, group: string): string {
  const known = codes.split(", ").flatMap((code) => {
    const name = word(group, code);
    return name === code ? [] : [name.toLocaleLowerCase("vi")];
  });
  return known.join(", ") || codes;
}
