/** Triage and instructions. */

import { get, type Room } from "./table";

export const triage: Room<"ProtocolAdopted" | "CallTriaged" | "InstructionGiven"> = {
  ProtocolAdopted(state, event, recorded) {
    state.protocol = {
      package_id: event.package_id,
      package_version: event.package_version,
      package_hash: event.package_hash,
      approved_by: event.approved_by ?? null,
      effective: event.effective ?? null,
      set_by: recorded.actor,
      set_at: recorded.at,
      version: recorded.version,
    };
  },

  CallTriaged(state, event, recorded) {
    const call = get(state.calls, "call", event.call_id);
    call.triage = {
      level: event.level,
      package_hash: event.package_hash,
      at: recorded.at,
      chapter: event.chapter ?? null,
      criteria: event.criteria ?? [],
      flags: event.flags ?? [],
    };
    call.complaint = event.complaint ?? call.complaint;
    call.answers_token = event.answers_token ?? call.answers_token;
    if (event.recognised === "cardiac_arrest") call.arrest_recognised_at ??= recorded.at;
    call.version = recorded.version;
  },

  InstructionGiven(state, event, recorded) {
    const call = get(state.calls, "call", event.call_id);
    call.instruction = event.instruction;
    call.instruction_step = event.step;
    if (event.marks === "first_compression") call.first_compression_at ??= recorded.at;
    call.version = recorded.version;
  },
};
