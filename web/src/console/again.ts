/** A number that calls again: what is offered, and doing it. Which for what: docs/domain.md. */

import * as api from "../api/calls";
import { Problem, Unreachable } from "../api/http";
import type { Call } from "../api/types";
import { t } from "../i18n/index.svelte";
import { desk } from "../store/desk.svelte";
import { ui } from "../store/ui.svelte";
import { send } from "./actions";

/** Nothing where it cannot be told: the call goes on without it. */
export async function findAgain(id: string): Promise<api.Again[]> {
  try {
    return (await api.getAgain(id)).again;
  } catch (error) {
    if (error instanceof Problem || error instanceof Unreachable) return [];
    throw error;
  }
}

export function showAgain(one: api.Again): void {
  if (one.incident_id && desk.state.incidents[one.incident_id]) ui.openIncident(one.incident_id);
  else ui.openCall(one.call_id);
}

/** One key: join, reopen and join, reopen the earlier call, or only look. */
export async function takeAgain(call: Call, one: api.Again): Promise<void> {
  const { does, incident_id } = one;
  if ((does === "join" || does === "reopen_and_join") && incident_id) {
    await send(
      async () => {
        await api.joinCall(call.id, incident_id, does === "reopen_and_join");
        ui.openIncident(incident_id);
      },
      t("said.joined", { number: one.incident_number ?? incident_id }),
    );
  } else if (does === "reopen_call") {
    await send(() => api.reopenCall(one.call_id), t("said.reopened.call"));
  } else showAgain(one);
}
