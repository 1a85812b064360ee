/** What a nurse can do here, each as one function: send, and say what was done or what went wrong. */

import * as api from "../api/hospital";
import { newKey, Problem, Unreachable } from "../api/http";
import type { HospitalStatus, Reservation } from "../api/types";
import type { NamedArrival, NamedCapability } from "../api/types/arrivals";
import { of, t, word } from "../i18n/index.svelte";
import { detailOf, titleOf } from "../i18n/refusals";
import { clock } from "../store/clock.svelte";
import { shortNumber } from "../store/select";
import { milliseconds, shortTime } from "../store/time";
import { ui } from "../store/ui.svelte";
import { canConfirm } from "./arrivals";
import { board } from "./board.svelte";
import { heldOf, listHeld, toggled } from "./places";
import { Drafts } from "./telling.svelte";

/** What the capabilities are called, as the server says. */
export const names = $state<{ of: Record<string, NamedCapability["name"]> }>({ of: {} });
export const capabilityName = (code: string): string => {
  const name = names.of[code];
  return name ? of(name) : code;
};

export async function learnNames(hospital: string): Promise<void> {
  const told = await api.getHospital(hospital).catch(() => null);
  if (told) names.of = Object.fromEntries(told.capabilities.map((one) => [one.code, one.name]));
}

/** What is being sent now: the run, reservation or code. */
export const busy = $state<{ with: Record<string, true> }>({ with: {} });

/** The fact as a title, the server's own words as the way out. */
export function complain(error: unknown): void {
  if (error instanceof Problem) ui.complain(titleOf(error), detailOf(error));
  else if (error instanceof Unreachable) ui.complain(t("problem.network"), t("problem.network.do"));
  else throw error;
}

async function send<T>(what: string, work: () => Promise<T>, said: (answer: T) => string): Promise<boolean> {
  if (busy.with[what]) return false;
  busy.with[what] = true;
  try {
    ui.say(said(await work()));
    return true;
  } catch (error) {
    complain(error);
    return false;
  } finally {
    delete busy.with[what];
  }
}

/** A word that may have been heard although no answer came is said again under the same key. */
const keys = new Map<string, string>();
const keyOf = (what: string): string => {
  const key = keys.get(what) ?? newKey();
  keys.set(what, key);
  return key;
};

export async function confirm(arrival: NamedArrival): Promise<void> {
  const hospital = board.hospital;
  if (!hospital) return;
  if (!canConfirm(arrival)) {
    return ui.complain(t("hospital.notyet", { unit: arrival.unit_id }), t("hospital.notyet.do"));
  }
  const work = () => api.confirmHandover(hospital.id, arrival.run, keyOf(`confirm ${arrival.run}`));
  await send(arrival.run, work, () => t("hospital.confirmed", { unit: arrival.unit_id }));
  void board.ask();
}

/** Whether a place of what its patient is asked for is free, and none kept for it yet. */
export function canKeep(arrival: NamedArrival): boolean {
  const hospital = board.hospital;
  if (!hospital || arrival.reservations.length || canConfirm(arrival)) return false;
  const told = hospital.capacity[arrival.resource] ?? 0;
  return told - heldOf(listHeld(hospital, clock.now), arrival.resource) > 0;
}

export async function keep(arrival: NamedArrival): Promise<void> {
  const hospital = board.hospital;
  if (!hospital) return;
  const number = shortNumber(arrival.number, clock.now);
  if (canConfirm(arrival)) {
    return ui.complain(t("hospital.keep.here", { unit: arrival.unit_id }), t("hospital.keep.here.do"));
  }
  if (arrival.reservations.length) {
    return ui.complain(t("hospital.keep.already", { number }), t("hospital.keep.already.do"));
  }
  const what = word("resource", arrival.resource);
  if (!canKeep(arrival)) return ui.complain(t("hospital.keep.none", { what }), t("hospital.keep.none.do"));
  const asked = `keep ${arrival.incident_id}`;
  const isDone = await send(
    asked,
    () => api.keepPlace(hospital.id, arrival.incident_id, arrival.resource, keyOf(asked)),
    ({ reservation }) =>
      t("hospital.keep.said", { what, number, at: shortTime(milliseconds(reservation.until)) }),
  );
  if (isDone) keys.delete(asked);
  void board.ask();
}

export async function release(kept: Reservation): Promise<void> {
  const hospital = board.hospital;
  if (!hospital) return;
  const what = word("resource", kept.resource);
  await send(
    kept.id,
    () => api.releasePlace(hospital.id, kept.id),
    () => t("hospital.released", { what }),
  );
}

async function tell(what: string, told: api.Told, said: string): Promise<void> {
  const hospital = board.hospital;
  if (!hospital) return;
  const work = async () => board.revise(await api.tell(hospital.id, told));
  await send(what, work, () => said);
}

let telling: Promise<void> = Promise.resolve();

/** What is pressed while the word before is on its way follows it; none is lost. */
function inTurn(tellNext: () => Promise<void>): Promise<void> {
  telling = telling.then(tellNext, tellNext);
  return telling;
}

export const setStatus = (status: HospitalStatus): Promise<void> =>
  inTurn(async () => {
    if (board.hospital?.status === status) return;
    await tell("status", { status }, t("hospital.said.status", { what: word("hospital.status", status) }));
  });

/** The list goes out as a whole: it is made once the desk has answered the one before. */
export const toggleDiversion = (code: string): Promise<void> =>
  inTurn(async () => {
    if (!board.hospital) return;
    const diversion = toggled(board.hospital.diversion, code);
    const isOn = diversion.includes(code);
    const said = t(isOn ? "hospital.said.divert" : "hospital.said.accept", { what: capabilityName(code) });
    await tell("diversion", { diversion }, said);
  });

/** The same again: now the desk knows that it still holds. */
export async function stillRight(): Promise<void> {
  const hospital = board.hospital;
  if (!hospital) return;
  const { status, diversion, capacity } = hospital;
  await tell("still", { status, diversion, capacity: { ...capacity } }, t("hospital.desk.stilled"));
}

export const drafts = new Drafts({
  hospital: () => board.hospital,
  send: async (hospital, capacity) => board.revise(await api.tell(hospital.id, { capacity })),
  complain,
});
