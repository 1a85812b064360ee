/** What a dispatcher can do, each as one function: ask what must be asked, send, say what happened. */

import { joinCall } from "../api/calls";
import * as api from "../api/commands";
import { getDestinations } from "../api/destinations";
import { Problem, Unreachable } from "../api/http";
import { session } from "../api/session.svelte";
import type {
  Candidate,
  Channel,
  DestinationAdvice,
  Incident,
  Level,
  Offer,
  OutOfServiceReason,
  Outcome,
  OverruleReason,
  Place,
  RefusalCode,
  Unit,
  UnitReport,
} from "../api/types";
import { nameOf, of, shortName, t, word } from "../i18n/index.svelte";
import { detailOf, nameFactsBy, titleOf } from "../i18n/refusals";
import { clock } from "../store/clock.svelte";
import { OUTCOMES, REFUSALS } from "../store/commandline";
import { desk, positions } from "../store/desk.svelte";
import type { Primary } from "../store/primary";
import { LEVELS, type Twin, commitments, listOthers, shortNumber } from "../store/select";
import { distance, duration } from "../store/time";
import { type Choice, ui } from "../store/ui.svelte";
import { wantedOf } from "../store/outcomes";
import { speech } from "../i18n/index.svelte";
import { CANCELLED_BY, askDetails, cancelledBy, missingOfClosing } from "./outcomes";
import { typeahead } from "./typeahead";

/** Send one command; say what was done, or what went wrong and what to do about it. */
export function send(...what: Parameters<typeof sendNow>): Promise<boolean> {
  const sending = sendNow(...what);
  ui.sending = sending.catch(() => false);
  return sending;
}

async function sendNow(
  work: () => Promise<unknown>,
  said?: string,
  undo?: () => void,
  undoHasKey = false,
): Promise<boolean> {
  ui.sendings += 1;
  try {
    await work();
    if (said) ui.say(said, undo ? { label: t("do.undo"), act: undo, hasKey: undoHasKey } : undefined);
    return true;
  } catch (error) {
    if (error instanceof Problem) ui.complain(titleOf(error), detailOf(error));
    else if (error instanceof Unreachable) ui.complain(t("problem.network"), t("problem.network.do"));
    else throw error;
    return false;
  } finally {
    ui.sendings -= 1;
  }
}

/** The same; gives the id of the outcome that was recorded and wants details, null when there is none. */
async function sendEnd(
  work: () => Promise<api.Ended>,
  ...then: [string, (() => void)?]
): Promise<string | null> {
  let ended: api.Ended | undefined;
  await send(async () => (ended = await work()), ...then);
  return ended?.outcome_record?.id ?? null;
}

export const stationName = (id: string): string => {
  const station = desk.state.stations[id];
  return station ? nameOf(station) : id;
};

export const hospitalName = (id: string): string => {
  const hospital = desk.state.hospitals[id];
  return hospital ? nameOf(hospital) : id;
};

nameFactsBy({ station: (id) => shortName(stationName(id)), hospital: hospitalName });

export const stationShort = (id: string): string => shortName(stationName(id));

export const complaintName = (code: string | null): string => {
  if (!code) return "—";
  const known = session.complaints.find((complaint) => complaint.code === code);
  return known ? known.name[speech.language] : code;
};

const choices = (group: string, codes: readonly (string | number)[]): Choice[] =>
  codes.map((code) => ({ value: String(code), label: word(group, code) }));

/** The primary action. */
export function doPrimary(incident: Incident, primary: Primary): void {
  switch (primary.do) {
    case "set_place":
      ui.isPlacing = true;
      return;
    case "offer":
      return primary.isOverrule ? askReason(incident, primary.units) : void offer(incident, primary.units);
    case "choose":
      ui.picked = desk.recommendationFor(incident)?.alternatives[0]?.unit_id ?? null;
      return;
    case "accept":
      return askAccept(incident, primary.offers);
    case "report":
      return report(primary.unit, primary.report);
    case "close":
      return askClose(incident);
    case "reopen":
      return reopen(incident);
    case "wait":
      return;
  }
}

/** A unit that others lend has no screen of ours. */
const channelOf = (unit: Candidate): Channel => (desk.state.units[unit.unit_id]?.external ? "voice" : "app");

/** A unit under way leaves its incident only signed for, or once another has accepted that one. */
function askToSign(incident: Incident, units: Candidate[], diverted: Candidate, reason?: string): void {
  const left = desk.state.incidents[diverted.diverts_from ?? ""];
  ui.prompt = {
    title: t("do.divert.title", { unit: diverted.unit_id, number: left?.number ?? "" }),
    choices: ["wait", "sign"].map((value) => ({ value, label: word("do.divert", value) })),
    allowsText: false,
    send: (how) => offer(incident, units, reason, how === "sign"),
  };
}

export async function offer(
  incident: Incident,
  units: Candidate[],
  reason?: string,
  signed?: boolean,
): Promise<void> {
  const diverted = units.find((unit) => unit.diverts_from);
  if (diverted && signed === undefined) return askToSign(incident, units, diverted, reason);
  const names = units.map((unit) => stationShort(unit.station_id)).join(" + ");
  await send(
    async () => {
      for (const unit of units) await api.offerUnit(incident.id, unit, channelOf(unit), { reason, signed });
    },
    t("said.offered", { station: names, number: incident.number }),
    () => withdrawAll(incident.id),
  );
  ui.picked = null;
}

export const OVERRULE_REASONS: readonly OverruleReason[] = [
  "local_knowledge",
  "crew_request",
  "road_blocked",
  "station_call",
  "patient_known",
  "skill_needed",
  "unit_unfit",
  "training",
  "other",
];

/** Overruling is free, but never silent. */
export function askReason(incident: Incident, units: Candidate[]): void {
  ui.prompt = {
    title: t("do.reason.title"),
    hint: t("do.reason.hint"),
    choices: choices("reason", OVERRULE_REASONS),
    allowsText: true,
    send: (reason) => offer(incident, units, reason),
  };
}

export function askAccept(incident: Incident, offers: Offer[]): void {
  const [first, ...others] = offers;
  if (!first) return;
  if (others.length) {
    ui.prompt = {
      title: t("do.accept"),
      choices: offers.map((one) => ({
        value: one.id,
        label: stationName(one.station_id),
        hint: one.unit_id,
      })),
      allowsText: false,
      send: (id) =>
        askAccept(
          incident,
          offers.filter((one) => one.id === id),
        ),
    };
    return;
  }
  ui.prompt = {
    title: `${stationName(first.station_id)}: ${t("do.accept.title")}`,
    hint: t("do.accept.hint"),
    choices: [],
    allowsText: true,
    send: (who) => accept(incident, first, who),
  };
}

export function accept(incident: Incident, offer: Offer, who: string): Promise<boolean> {
  const station = stationName(offer.station_id);
  return send(
    () => api.acceptOffer(offer.id, who || offer.station_id),
    t("said.accepted", { station, number: incident.number }),
  );
}

export function askRefuse(incident: Incident, code?: RefusalCode | null): void {
  const [offer] = commitments(incident).open;
  if (!offer) return ui.say(t("cmd.nooffer", { number: incident.number }));
  const station = stationName(offer.station_id);
  const refuse = (reason: string) =>
    send(
      () => api.refuseOffer(offer.id, reason as RefusalCode, offer.station_id),
      t("said.refused", { station, number: incident.number }),
    );
  if (code) return void refuse(code);
  ui.prompt = {
    title: `${station}: ${t("do.refuse.title")}`,
    choices: choices("refusal", REFUSALS),
    allowsText: false,
    send: refuse,
  };
}

export function withdrawAll(incidentId: string): void {
  const incident = desk.state.incidents[incidentId];
  if (!incident) return;
  const { open } = commitments(incident);
  if (!open.length) return ui.say(t("cmd.nooffer", { number: incident.number }));
  void send(
    async () => {
      for (const one of open) await api.withdrawOffer(one.id);
    },
    t("said.withdrawn", { number: incident.number }),
  );
}

/** A crew's word over the radio. Asks for the hospital or the outcome where the rules want one. */
export function report(unit: Unit, what: UnitReport): void {
  if (what === "transporting") return void askHospital(unit);
  if (what === "out_of_service") return askWhyOut(unit);
  const isLeavingScene = unit.status === "on_scene" && (what === "returning" || what === "available");
  if (isLeavingScene) return askRunOutcome(unit, what);
  void sendReport(unit, { status: what });
}

const OUT_OF_SERVICE: readonly OutOfServiceReason[] = [
  "breakdown",
  "accident",
  "crew_ill",
  "no_fuel",
  "cleaning",
  "supplies",
  "other",
];

function askWhyOut(unit: Unit): void {
  ui.prompt = {
    title: t("do.report.out", { unit: unit.id }),
    choices: choices("oos", OUT_OF_SERVICE),
    allowsText: false,
    send: (reason) => sendReport(unit, { status: "out_of_service", reason: reason as OutOfServiceReason }),
  };
}

function sendReport(
  unit: Unit,
  fields: { status: UnitReport; hospital_id?: string; outcome?: Outcome; reason?: OutOfServiceReason },
): Promise<string | null> {
  return sendEnd(
    () =>
      api.reportStatus(unit.id, {
        ...fields,
        at: new Date(clock.exact()).toISOString(),
        ...(unit.incident_id ? { incident_id: unit.incident_id } : {}),
      }),
    t("said.reported", { unit: unit.id, report: word("report", fields.status) }),
  );
}

/** Hospitals in the order advised for the incident; by distance alone where no advice can be had. */
async function askHospital(unit: Unit): Promise<void> {
  const run = Object.values(desk.state.incidents[unit.incident_id ?? ""]?.runs ?? {}).find(
    (one) => one.unit_id === unit.id && one.outcome === null,
  );
  const { answer: advised, typed } = await typeahead.during(advisedChoices(unit));
  if (!typed) return;
  const listed = advised ?? nearestChoices(unit);
  const set = listed.filter((one) => one.value === run?.hospital_id);
  ui.prompt = {
    title: t("do.report.hospital"),
    choices: [...set, ...listed.filter((one) => !set.includes(one))],
    allowsText: false,
    typed: advised ? typed : [], // nobody knows by heart what is merely near
    send: (hospital_id) => sendReport(unit, { status: "transporting", hospital_id }),
  };
}

async function advisedChoices(unit: Unit): Promise<Choice[] | null> {
  if (!unit.incident_id) return null;
  try {
    const found = await getDestinations(unit.incident_id, unit.id);
    return found.destinations.length ? found.destinations.map(destinationChoice) : null;
  } catch {
    return null;
  }
}

function nearestChoices(unit: Unit): Choice[] {
  const here = positions.at(unit.id, performance.now()) ?? desk.state.stations[unit.station_id];
  const near = (lon: number, lat: number) =>
    here ? Math.hypot((lon - here.lon) * 109_400, (lat - here.lat) * 110_600) : 0;
  return Object.values(desk.state.hospitals)
    .filter((hospital) => hospital.emergency)
    .map((hospital) => ({ hospital, metres: near(hospital.lon, hospital.lat) }))
    .sort((a, b) => a.metres - b.metres)
    .map(({ hospital, metres }) => ({
      value: hospital.id,
      label: nameOf(hospital),
      hint: `${distance(metres, speech.language)}${hospital.diversion.length ? ` · ⚠ ${hospital.diversion.join(", ")}` : ""}`,
    }));
}

/** The way there, and what speaks for or against it, in one line. */
export const destinationFacts = (one: DestinationAdvice): string =>
  [duration(one.travel_s), ...one.reasons.map(of)].join(" · ");

export const destinationChoice = (one: DestinationAdvice): Choice => ({
  value: one.hospital_id,
  label: of(one.name),
  hint: `${one.diverts || !one.able ? "⚠ " : ""}${destinationFacts(one)}`,
});

const SCENE_OUTCOMES: readonly Outcome[] = [
  "treated_not_conveyed",
  "refused_by_patient",
  "no_patient_found",
  "dead_on_arrival",
  "resuscitation_stopped",
  "relayed",
  "transferred",
];

function askRunOutcome(unit: Unit, status: UnitReport): void {
  ui.prompt = {
    title: t("do.report.outcome", { unit: unit.id }),
    choices: choices("outcome", SCENE_OUTCOMES),
    allowsText: false,
    send: (code) => {
      const outcome = code as Outcome;
      askDetails(unit.id, wantedOf(outcome), sendReport(unit, { status, outcome }));
    },
  };
}

export function askStandDown(incident: Incident): void {
  const run = commitments(incident).runs.find((one) => {
    const status = desk.state.units[one.unit_id]?.status;
    return status === "dispatched" || status === "en_route";
  });
  const unit = run && desk.state.units[run.unit_id];
  if (!unit) return;
  const outcome: Outcome =
    unit.status === "dispatched" ? "cancelled_before_departure" : "cancelled_after_departure";
  ui.prompt = {
    title: t("do.standdown.title", { unit: unit.id }),
    hint: `${word("outcome", outcome)} · ${t("details.cancelled_by.reason")}`,
    choices: cancelledBy(),
    allowsText: true,
    digitsMark: true,
    send: (why) => {
      const cancelled_by = CANCELLED_BY.find((code) => code === why);
      const told = cancelled_by ? { details: { cancelled_by } } : { reason: why };
      const ended = sendEnd(
        () => api.standDown(unit.id, outcome, told),
        t("said.stooddown", { unit: unit.id }),
      );
      if (!cancelled_by) askDetails(unit.id, wantedOf(outcome), ended);
    },
  };
}

export function askClose(incident: Incident): void {
  ui.prompt = {
    title: t("do.closing.title"),
    choices: choices("outcome", OUTCOMES),
    allowsText: false,
    send: (outcome) => close(incident, outcome as Outcome),
  };
}

function askDuplicateOf(incident: Incident): void {
  ui.prompt = {
    title: t("do.closing.duplicate"),
    choices: listOthers(desk.state, incident).map(({ incident: other, distance_m }) => ({
      value: other.id,
      label: `${shortNumber(other.number, clock.now)} ${complaintName(other.complaint)}`,
      hint: distance_m === null ? t("queue.noplace") : distance(distance_m, speech.language),
    })),
    allowsText: false,
    send: (other) => close(incident, "duplicate", other),
  };
}

export async function close(incident: Incident, outcome: Outcome, duplicateOf?: string): Promise<void> {
  const hasOthers = outcome === "duplicate" && listOthers(desk.state, incident).length > 0;
  if (hasOthers && !duplicateOf) return askDuplicateOf(incident);
  const ended = sendEnd(
    () => api.closeIncident(incident.id, outcome, incident.version, duplicateOf),
    t("said.closed", { number: incident.number }),
    () => reopen(incident),
  );
  askDetails(shortNumber(incident.number, clock.now), missingOfClosing(incident, outcome), ended);
  await ended;
}

export function reopen(incident: Incident): void {
  void send(() => api.reopenIncident(incident.id), t("said.reopened", { number: incident.number }));
}

export function askLevel(incident: Incident): void {
  ui.prompt = {
    title: t("do.level.title"),
    choices: choices("level", LEVELS),
    allowsText: false,
    send: (level) => {
      ui.prompt = {
        title: t("do.reason.level"),
        choices: [],
        allowsText: true,
        send: (reason) => revise(incident, { priority: Number(level) as Level, reason }),
      };
    },
  };
}

export const revise = (
  incident: Incident,
  what: { priority?: Level; place?: Place; complaint?: string; reason?: string },
): Promise<boolean> =>
  send(
    () => api.reviseIncident(incident.id, { version: incident.version, ...what }),
    t("said.revised", { number: incident.number }),
  );

/** The call is about the other incident: what this one had opened closes by itself if nobody was asked to go. */
export function joinTwin(twin: Twin): void {
  void send(
    async () => {
      await joinCall(twin.call_id, twin.incident.id);
      ui.openIncident(twin.incident.id);
    },
    t("said.joined", { number: twin.incident.number }),
  );
}

export function hold(held: boolean): void {
  void send(() => api.holdAutoDispatch(held), t(held ? "said.held" : "said.released"));
}
