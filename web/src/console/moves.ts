/** Moving idle units to where they cover more: ask, enter the crew's answer, take it back. */

import * as api from "../api/moves";
import type { MoveUp, Unit } from "../api/types";
import { t, word } from "../i18n/index.svelte";
import { desk } from "../store/desk.svelte";
import { ui } from "../store/ui.svelte";
import { send, stationShort } from "./actions";

/** The key: what has been asked comes first, then what is advised. */
export function nextMove(): void {
  const asked = Object.values(desk.state.units).find((unit) => unit.asked_post_id !== null);
  if (asked) return askAnswer(asked);
  const [move] = desk.moves;
  if (move) return askMove(move);
  ui.say(t("move.none"));
}

export function askMove(move: MoveUp): void {
  void send(
    () => api.askToMove(move.unit_id, move.to_id),
    t("move.said.asked", { unit: move.unit_id, station: stationShort(move.to_id) }),
    () => void send(() => api.withdrawMove(move.unit_id)),
  );
}

export function askAnswer(unit: Unit): void {
  const acts: Record<string, () => Promise<unknown>> = {
    accept: () => api.answerMove(unit.id, "accept", unit.station_id),
    refuse: () => api.answerMove(unit.id, "refuse", unit.station_id),
    withdraw: () => api.withdrawMove(unit.id),
  };
  ui.prompt = {
    title: t("move.answer", { unit: unit.id, station: stationShort(unit.asked_post_id ?? "") }),
    choices: Object.keys(acts).map((act) => ({ value: act, label: word("move.do", act) })),
    allowsText: false,
    send: (act) => send(() => acts[act]!()),
  };
}
