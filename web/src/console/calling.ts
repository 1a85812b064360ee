/** What is done about calls: close without content, silent calls, call-backs, taking one out of an incident, seats. */

import * as api from "../api/calls";
import { Problem } from "../api/http";
import { session } from "../api/session.svelte";
import type { Call, CallBackResult, Incident, Outcome, SilentStep } from "../api/types";
import { t, word } from "../i18n/index.svelte";
import { clock } from "../store/clock.svelte";
import { desk } from "../store/desk.svelte";
import { type Twin, shortNumber, since } from "../store/select";
import { shortTime } from "../store/time";
import { type Choice, ui } from "../store/ui.svelte";
import { complaintName, joinTwin, send } from "./actions";
import { typeahead } from "./typeahead";

const choices = (group: string, codes: readonly string[]): Choice[] =>
  codes.map((code) => ({ value: code, label: word(group, code) }));

/** One key, and one to undo it. This call only: whatever its number did before. */
export function noContent(call: Call): Promise<boolean> {
  return send(
    () => api.closeCall(call.id, "no_content"),
    t("said.nocontent"),
    () => reopenCall(call),
    true,
  );
}

export function reopenCall(call: Call): void {
  void send(async () => {
    const { call: again } = await api.reopenCall(call.id);
    ui.openCall(again.id);
  }, t("said.reopened.call"));
}

export function askCloseCall(call: Call): void {
  ui.prompt = {
    title: t("call.closing.title"),
    choices: choices("outcome", ["no_content", "duplicate", "cancelled_before_departure", "transferred"]),
    allowsText: false,
    send: (outcome) =>
      send(
        () => api.closeCall(call.id, outcome as Outcome),
        t("said.closed.call"),
        () => reopenCall(call),
        true,
      ),
  };
}

export const SILENT_STEPS: readonly SilentStep[] = ["listened", "key_asked", "key_heard", "nothing_heard"];

/** The next step for a call in which nobody speaks: listen, ask for a key press, call back once. */
export function nextSilent(call: Call): void {
  const done = call.silent_steps;
  const tell = (step: SilentStep): Promise<boolean> =>
    send(() => api.tellSilent(call.id, step), word("silent.said", step));
  if (!done.listened) return void tell("listened");
  if (!done.key_asked) return void tell("key_asked");
  if (done.key_heard || done.nothing_heard) return;
  ui.prompt = {
    title: t("silent.heard"),
    choices: choices("silent", ["nothing_heard", "key_heard"]),
    allowsText: false,
    send: (step) => tell(step as SilentStep),
  };
}

const LANGUAGES = ["vi", "en", "km", "zh", "ko", "ja", "fr"] as const;

/** The caller's language, an interpreter, text for who cannot hear. */
export function askNeeds(call: Call): void {
  ui.prompt = {
    title: t("needs.title"),
    hint: t("needs.hint"),
    choices: [
      ...LANGUAGES.map((code) => ({ value: `language:${code}`, label: word("language", code) })),
      {
        value: "interpreter",
        label: t(call.needs_interpreter ? "needs.interpreter.off" : "needs.interpreter"),
      },
      { value: "text", label: t(call.needs_text ? "needs.text.off" : "needs.text") },
    ],
    allowsText: false,
    send: (what) => send(() => api.reviseCall(call.id, changeOf(call, what)), t("needs.said")),
  };
}

function changeOf(call: Call, what: string): api.CallChange {
  if (what === "interpreter") return { needs_interpreter: !call.needs_interpreter };
  if (what === "text") return { needs_text: !call.needs_text };
  const language = what.slice("language:".length);
  return { language, ...(language !== "vi" && !call.language ? { needs_interpreter: true } : {}) };
}

/** Calls that were joined to an incident and did not open it. */
export const unjoinable = (incident: Incident, calls: readonly Call[]): Call[] =>
  calls.filter((call) => call.status === "joined" && call.id !== incident.opened_for);

/** `J`: join the call to what it may repeat, or take one out again. */
export function askJoin(incident: Incident, calls: readonly Call[], twins: readonly Twin[]): void {
  const out = unjoinable(incident, calls);
  const [twin] = twins;
  if (!out.length) return twin && joinTwin(twin);
  ui.prompt = {
    title: t("unjoin.title"),
    choices: [
      ...twins.slice(0, 3).map((one) => ({
        value: `join:${one.call_id}:${one.incident.id}`,
        label: t("unjoin.join", {
          number: shortNumber(one.incident.number, clock.now),
          what: complaintName(one.incident.complaint),
        }),
      })),
      ...out.map((call) => ({
        value: `out:${call.id}`,
        label: t("unjoin.out", { at: shortTime(Date.parse(since(call))) }),
        hint: call.complaint ? complaintName(call.complaint) : "",
      })),
    ],
    allowsText: false,
    send: (what) => {
      const [act, id] = what.split(":");
      const chosen = twins.find((one) => what === `join:${one.call_id}:${one.incident.id}`);
      if (act === "join" && chosen) return joinTwin(chosen);
      return unjoin(id!, incident);
    },
  };
}

function unjoin(id: string, incident: Incident): Promise<boolean> {
  return send(
    async () => {
      const { call, own_incident } = await api.unjoinCall(id);
      if (own_incident) ui.openIncident(own_incident.id);
      else ui.openCall(call.id);
    },
    t("unjoin.said", { number: incident.number }),
    () => void send(() => api.joinCall(id, incident.id)),
  );
}

const RESULTS: readonly CallBackResult[] = ["reached", "no_answer", "engaged", "failed"];

/** "I am calling": nobody else does meanwhile; then what came of it. */
export async function callBack(call: Call): Promise<void> {
  const { answer: isTaken, typed } = await typeahead.during(send(() => api.takeCallBack(call.id)));
  if (!isTaken || !typed) return;
  ui.prompt = {
    title: t("callback.result"),
    choices: choices("callback.result", RESULTS),
    allowsText: false,
    typed,
    send: (result) =>
      send(
        async () => {
          const { call: after } = await api.tryCallBack(call.id, result as CallBackResult);
          if (result === "reached") openCallOf(after);
        },
        word("callback.said", result),
      ),
  };
}

export function askEndCallBack(call: Call): void {
  const ends = ["not_needed", "given_up", "rang_again"] as const;
  ui.prompt = {
    title: t("callback.end"),
    choices: choices("callback.end", ends),
    allowsText: false,
    send: (because) => send(() => api.endCallBack(call.id, because as (typeof ends)[number])),
  };
}

export function askForCallBack(call: Call): void {
  const reasons = ["dropped", "silent", "clinical", "other"] as const;
  ui.prompt = {
    title: t("callback.ask"),
    choices: choices("callback.reason", reasons),
    allowsText: false,
    send: (reason) =>
      send(() => api.askCallBack(call.id, reason as (typeof reasons)[number]), t("callback.asked")),
  };
}

export function openCallOf(call: Call): void {
  if (call.incident_id && desk.state.incidents[call.incident_id]) ui.openIncident(call.incident_id);
  else ui.openCall(call.id);
}

/** The seat of whoever is logged in here. */
export const mySeat = (): string | null =>
  Object.values(desk.state.seats).find((seat) => seat.user === session.who?.actor)?.id ?? null;

/** Sit at a seat, or with `-` at none. Where somebody else sits the server says so; `seat S12 !` takes it over. */
export async function sit(seat: string, takeOver = false): Promise<void> {
  if (seat === "-") return void (await send(() => api.leaveSeat(), t("seat.left")));
  await send(() => api.takeSeat(seat, takeOver), t("seat.said", { seat }));
}

export function surge(on: boolean, reason?: string): void {
  void send(() => api.setSurge(on, reason), t(on ? "surge.said.on" : "surge.said.off"));
}

/** What the number has called about before; nothing where it cannot be told. */
export async function findRepeats(id: string): Promise<api.Repeats | null> {
  try {
    return await api.getRepeats(id);
  } catch (error) {
    if (error instanceof Problem) return null;
    throw error;
  }
}

/** Log out, and leave the seat: calls must not ring where nobody sits. */
export async function leaveDesk(): Promise<void> {
  if (mySeat()) await api.leaveSeat().catch(() => undefined);
  await session.logOut();
}
