/** Settling where it is: read the address back, take the phone's place, ask the caller's phone. */

import { reviseCall } from "../api/calls";
import * as api from "../api/commands";
import type { Call, Incident, Place, Recorded, ShownFix } from "../api/types";
import { labelOf, speech, t, word } from "../i18n/index.svelte";
import { clock } from "../store/clock.svelte";
import { desk } from "../store/desk.svelte";
import { onTheLine } from "../store/select";
import { distance, duration } from "../store/time";
import { ui } from "../store/ui.svelte";
import { revise, send } from "./actions";
import { mySeat } from "./calling";
import { isOnItsWay, linkState } from "./phones";
import { phones } from "./phones.svelte";

/** The address was read back to the caller: only that settles it, and only the one that was read. */
export function readBack(incident: Incident): void {
  const { place } = incident;
  if (!place || place.settled) return;
  const calls = incident.call_ids.flatMap((id) => desk.state.calls[id] ?? []);
  const caller = onTheLine(calls, mySeat());
  if (!caller) return void revise(incident, { place: { ...place, settled: true } });
  const { lon, lat, label } = place;
  void send(
    () => reviseCall(caller.id, { read_back: true, place_read: { lon, lat, label } }),
    t("said.readback", { place: label }),
  );
}

/** Who read it back and when, by the incident's own events; null for a place that nobody has read back. */
export function settledBy(timeline: readonly Recorded[]): { by: string; at: string } | null {
  const told = timeline.findLast(({ data }) => (data["place"] as Place | null | undefined)?.settled);
  return told ? { by: told.actor, at: told.at } : null;
}

/** A fix as a place: not settled, and as wide as what holds the phone. */
export async function placeOf({ fix, sure_radius_m }: ShownFix): Promise<Place> {
  const near = await api.reverse(fix.lon, fix.lat).catch(() => null);
  return {
    lon: fix.lon,
    lat: fix.lat,
    kind: "point",
    label: near ? labelOf(near) : t("call.place.point"),
    ...(near?.new_ward ? { new_ward: near.new_ward } : {}),
    ...(near?.old_ward ? { old_ward: near.old_ward } : {}),
    ...(near?.old_district ? { old_district: near.old_district } : {}),
    radius_m: Math.round(sure_radius_m),
    confidence: fix.confidence ?? 0.68, // Android's own meaning of a radius
    understood: { phone: fix.source },
  };
}

export const fixText = ({ fix }: ShownFix): string =>
  [
    word("phone.source", fix.source),
    fix.method === "unknown" ? "" : word("phone.method", fix.method),
    fix.radius_m === null ? t("phone.noradius") : `± ${distance(fix.radius_m, speech.language)}`,
  ]
    .filter(Boolean)
    .join(" · ");

/** Which fix, when there are several: the newest is first. */
export function askFix(fixes: readonly ShownFix[], use: (shown: ShownFix) => unknown): void {
  const [newest, ...older] = fixes;
  if (!newest) return ui.say(t("phone.none"));
  if (!older.length) return void use(newest);
  ui.prompt = {
    title: t("phone.which"),
    choices: fixes.map((one, i) => ({
      value: String(i),
      label: fixText(one),
      hint: t("age.ago", { age: duration((clock.now - Date.parse(one.fix.fixed_at)) / 1000) }),
    })),
    allowsText: false,
    send: (i) => void use(fixes[Number(i)]!),
  };
}

/** The phone's place becomes the incident's; the caller's words stay beside it, and only reading back settles it. */
export async function usePhone(incident: Incident, shown: ShownFix): Promise<void> {
  const before = incident.place;
  const place = await placeOf(shown);
  const undo = before ? (): void => void takeBack(incident.id, before) : undefined;
  await send(
    () => api.reviseIncident(incident.id, { version: incident.version, place }),
    t("phone.used", { label: place.label }),
    undo,
  );
}

async function takeBack(id: string, place: Place): Promise<void> {
  await send(async () => {
    const { version } = await api.getIncident(id);
    await api.reviseIncident(id, { version, place });
  });
}

/** A link for the caller: made, and sent where the centre can; else, and for one still open, copied with its words. */
export async function askPhone(call: Call): Promise<void> {
  const known = phones.made[call.id];
  const newest = phones.found[call.id]?.links[0];
  const isOpen = newest && !["used", "over"].includes(linkState(newest, clock.now));
  await send(async () => {
    const link = known && isOpen ? known : await phones.link(call.id);
    await phones.ask([call.id]);
    if (link !== known && isOnItsWay(link.sms)) return ui.say(t("sms.going"));
    const isCopied = await copy(link.text[speech.language]);
    ui.say(t(isCopied ? "phone.link.copied" : "phone.link.ready"));
  });
}

/** Browsers copy only over https or on this machine; where they do not, the words stand in the sheet. */
async function copy(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return false;
  }
}
