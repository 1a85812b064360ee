/**
 * What a refusal, a death and a cancelling want to be told besides, asked one after the other.
 *
 * The outcome is sent first and waits for nobody; each answer is sent by itself. Esc leaves off: what is missing stays
 * listed (`K` in the list of calls) and is asked for from there.
 */

import * as api from "../api/commands";
import type { OutcomeDetail, OutcomeRecord } from "../api/types";
import { t, word } from "../i18n/index.svelte";
import { clock } from "../store/clock.svelte";
import { desk } from "../store/desk.svelte";
import { shortNumber } from "../store/select";
import { lastTimeOf } from "../store/time";
import { type Choice, type Prompt, ui } from "../store/ui.svelte";
import { send } from "./actions";

export { missingOfClosing } from "../store/outcomes";

export const CANCELLED_BY = [
  "caller",
  "patient",
  "desk",
  "station",
  "crew",
  "hospital",
  "other_service",
] as const;
const WITNESSES = ["relative", "bystander", "crew", "police", "none"] as const;
const PHYSICIANS = ["crew_doctor", "duty_doctor", "hospital_doctor", "other_doctor"] as const;

/** What is asked, and what an answer tells; null for one that cannot be read. */
interface Question {
  choices: Choice[];
  hint?: string;
  read: (value: string) => api.DetailsTold | null;
}

const listed = (detail: OutcomeDetail, codes: readonly string[]): Choice[] =>
  codes.map((code) => ({ value: code, label: word(`details.${detail}`, code) }));

const yesOrNo = (field: "has_capacity" | "risks_told" | "police_informed"): Question => ({
  choices: ["yes", "no"].map((value) => ({ value, label: word("details", value) })),
  read: (value) => ({ [field]: value === "yes" }),
});

const among = <T extends string>(codes: readonly T[], value: string): T | undefined =>
  codes.find((code) => code === value);

function questionOf(detail: OutcomeDetail): Question {
  switch (detail) {
    case "capacity":
      return yesOrNo("has_capacity");
    case "risks":
      return yesOrNo("risks_told");
    case "police":
      return yesOrNo("police_informed");
    case "signature":
      return {
        choices: listed(detail, ["signed", ...WITNESSES]),
        hint: t("details.signature.hint"),
        read: (value) => {
          if (value === "signed") return { signed: true };
          const witness = among(WITNESSES, value);
          return { signed: false, ...(witness ? { witness } : { witness_name: value }) };
        },
      };
    case "doctor":
      return {
        choices: listed(detail, PHYSICIANS),
        hint: t("details.doctor.hint"),
        read: (value) => {
          const physician = among(PHYSICIANS, value);
          return physician ? { physician } : { doctor_name: value };
        },
      };
    case "decided_at":
      return { choices: [], hint: t("details.decided_at.hint"), read: readTime };
    case "cancelled_by":
      return {
        choices: listed(detail, CANCELLED_BY),
        read: (value) => ({ cancelled_by: among(CANCELLED_BY, value) ?? null }),
      };
  }
}

function readTime(text: string): api.DetailsTold | null {
  const at = lastTimeOf(text, clock.exact());
  return at === null ? null : { decided_at: new Date(at).toISOString() };
}

/** Who cancelled, as choices of another question. */
export const cancelledBy = (): Choice[] => listed("cancelled_by", CANCELLED_BY);

/**
 * Ask for what is missing; `about` is the unit or the incident, `record` brings the outcome's id once it is recorded, or
 * null when it was not.
 */
export function askDetails(
  about: string,
  missing: readonly OutcomeDetail[],
  record: Promise<string | null>,
): void {
  const [first, ...rest] = missing;
  if (!first) return;
  const { choices, hint, read } = questionOf(first);
  const prompt: Prompt = {
    title: t(`details.${first}`, { about }),
    ...(hint ? { hint } : {}),
    choices,
    allowsText: hint !== undefined,
    isPaper: true,
    send: (value) => {
      const told = read(value);
      if (told) return void askDetails(about, rest, tell(about, told, record, rest.length === 0));
      ui.say(t("details.decided_at.wrong", { text: value }));
      askDetails(about, missing, record);
    },
  };
  ui.prompt = prompt;
  void record.then((id) => {
    if (id === null && ui.prompt === prompt) ui.prompt = null;
  });
}

/** One answer after the other: each waits for the one before, and none is lost because another was refused. */
async function tell(
  about: string,
  told: api.DetailsTold,
  record: Promise<string | null>,
  isLast: boolean,
): Promise<string | null> {
  const id = await record;
  if (id !== null) {
    await send(() => api.tellOutcome(id, told), isLast ? t("details.said", { about }) : undefined);
  }
  return id;
}

/** Outcomes that lack details, the oldest first. */
export const listLacking = (): OutcomeRecord[] =>
  Object.values(desk.state.outcomes).filter((one) => one.missing.length > 0);

/** `115-007 · 014`: whose outcome it is. */
export const aboutOf = (one: OutcomeRecord): string =>
  [one.unit_id, shortNumber(one.number, clock.now)].filter(Boolean).join(" · ");

export const lacksOf = ({ missing }: OutcomeRecord): string =>
  t("details.lacks", { what: missing.map((one) => word("detail", one)).join(", ") });

/** Choose one of those that lack details, and tell them. */
export function askLacking(): void {
  const lacking = listLacking();
  const ask = (one: OutcomeRecord): void => askDetails(aboutOf(one), one.missing, Promise.resolve(one.id));
  const [only, ...more] = lacking;
  if (!only) return;
  if (!more.length) return ask(only);
  ui.prompt = {
    title: t("details.which"),
    choices: lacking.map((one) => ({
      value: one.id,
      label: `${aboutOf(one)} · ${word("outcome", one.outcome)}`,
      hint: lacksOf(one),
    })),
    allowsText: false,
    send: (id) => {
      const chosen = lacking.find((one) => one.id === id);
      if (chosen) ask(chosen);
    },
  };
}
