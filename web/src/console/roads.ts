/** What is said of roads on the screen, and what a dispatcher does about them. */

import * as api from "../api/commands";
import type { Closure } from "../api/types";
import { decimal, speech, t, word } from "../i18n/index.svelte";
import type { Standing } from "../store/closures";
import { clock } from "../store/clock.svelte";
import { dayText, distance, shortTime } from "../store/time";
import { traffic } from "../store/traffic.svelte";
import { ui } from "../store/ui.svelte";
import { send } from "./actions";
import { closing } from "./closing.svelte";

export const roadName = (closure: Closure): string => closure.names.join(" · ") || t("road.unnamed");

/** Of many streets the first and how many more. */
export const shortRoadName = (closure: Closure): string => {
  const [first, ...more] = closure.names;
  return first ? (more.length ? `${first} (+${more.length})` : first) : t("road.unnamed");
};

export function kindText({
  kind,
  depth_cm,
  speed_kph,
}: Pick<Closure, "kind" | "depth_cm" | "speed_kph">): string {
  if (kind === "flood" && depth_cm != null) return `${word("road", kind)} ${decimal(depth_cm, 0)} cm`;
  if (kind === "slow" && speed_kph != null) return `${word("road", kind)} ${decimal(speed_kph, 0)} km/h`;
  return word("road", kind);
}

/** 15:30, with its day when that is not today's. */
export const moment = (at: string): string => {
  const ms = Date.parse(at);
  const isToday = dayText(ms) === dayText(clock.now);
  return isToday ? shortTime(ms) : `${shortTime(ms)} ${dayText(ms).slice(0, 5)}`;
};

export function whenText(closure: Closure, standing: Standing): string {
  const until = closure.until_at ? t("road.until", { time: moment(closure.until_at) }) : t("road.until.none");
  return standing === "planned" ? `${t("road.from", { time: moment(closure.from_at) })} ${until}` : until;
}

/** What stands beside the sign on the map. */
export function labelText(closure: Closure, standing: Standing): string {
  const depth =
    closure.kind === "flood" && closure.depth_cm != null ? `${decimal(closure.depth_cm, 0)} cm · ` : "";
  return `${shortRoadName(closure)}\n${depth}${whenText(closure, standing)}`;
}

export const lengthText = (metres: number): string => distance(metres, speech.language);

/** Mon 07:00, from an hour of the week. */
export const hourText = (hour: number): string =>
  `${word("weekday", Math.floor(hour / 24))} ${String(hour % 24).padStart(2, "0")}:00`;

/** The hour whose usual traffic is in force, and the live speeds over it. */
export function underText(): string {
  const usual = traffic.hour === null ? t("traffic.free") : `${t("traffic.usual")} ${hourText(traffic.hour)}`;
  return traffic.isLive ? `${usual} + ${t("traffic.now")}` : usual;
}

/** Under which traffic travel times stand, in a few words. Empty when this desk does not tell. */
export function trafficText(): string {
  if (traffic.version === null) return "";
  if (traffic.isLive) return t("traffic.now");
  return traffic.hour === null ? t("traffic.free") : t("traffic.usual");
}

/** Set what was drawn. Gives true when the server has it. */
export async function closeRoad(): Promise<boolean> {
  const asked = closing.asked;
  if (!asked) return false;
  const name = closing.title;
  const said = t(asked.from ? "said.road.later" : `said.road.${asked.kind}`, { name });
  let made: Closure | null = null;
  const isDone = await send(async () => {
    made = await api.closeRoad(asked, closing.keyFor(asked));
  });
  if (!isDone || !made) return false;
  const { id } = made as Closure;
  ui.say(said, {
    label: t("do.undo"),
    act: () => void reopen(id, name, t("road.undone")),
  });
  ui.openRoads("list", id);
  return true;
}

export function reopen(id: string, name: string, reason: string): Promise<boolean> {
  return send(() => api.reopenRoad(id, reason), t("said.road.reopened", { name }));
}

/** Reopening is never silent: the reason is kept with it. */
export function askReopen(closure: Closure): void {
  const name = roadName(closure);
  ui.prompt = {
    title: t("road.reopen.title", { name }),
    hint: t("road.reopen.hint"),
    choices: (["cleared", "drained", "mistake"] as const).map((code) => ({
      value: word("road.reopened", code),
      label: word("road.reopened", code),
    })),
    allowsText: true,
    send: (reason) => reopen(closure.id, name, reason),
  };
}
