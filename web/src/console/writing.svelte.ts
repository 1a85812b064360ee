/** Writing with callers: which messages wait for an answer, and the words that this screen has read. */

import { sayError } from "../i18n/refusals";
import { getMessages, writeMessage } from "../api/calls";
import { newKey } from "../api/http";
import type { Call, CallMessage } from "../api/types";
import { rules } from "../store/rules.svelte";
import { askPhone } from "./locating";
import { send } from "./actions";

/** From here on an unanswered message is shown as waiting too long: when it alarms, and where it does not, a minute. */
export function tooLongS(): number {
  const threshold = rules.of.message_unanswered?.threshold_s;
  return typeof threshold === "number" ? threshold : 60;
}

/** What the caller wrote since the desk last answered, oldest first. */
export function unanswered(call: Call): CallMessage[] {
  return call.messages.slice(call.messages.findLastIndex((one) => one.by === "desk") + 1);
}

class Writing {
  /** By token; null where they were erased. */
  words = $state<Record<string, string | null>>({});
  /** The calls whose messages are read here as they come: somebody asked for them, and each read is logged. */
  reads = $state<Record<string, boolean>>({});
  problem = $state<string | null>(null);
  /** What did not get through keeps its key: sent again, it is told once. */
  private unsent: { callId: string; text: string; key: string } | null = null;

  /** Begin a conversation: its words are read from now on, and the caller has a page to answer on. */
  async begin(call: Call): Promise<void> {
    this.reads[call.id] = true;
    if (call.link_expires_at === null) await askPhone(call);
  }

  /** The words that are not known yet. */
  async read(call: Call): Promise<void> {
    const first = call.messages.findIndex((one) => !(one.token in this.words));
    try {
      const { messages } = await getMessages(call.id, call.messages[first - 1]?.token);
      for (const one of messages) this.words[one.token] = one.text;
      this.problem = null;
    } catch (error) {
      this.problem = sayError(error);
    }
  }

  /** Whether it was sent. */
  write(call: Call, text: string): Promise<boolean> {
    if (this.unsent?.callId !== call.id || this.unsent.text !== text) {
      this.unsent = { callId: call.id, text, key: newKey() };
    }
    const { key } = this.unsent;
    return send(async () => {
      const { message } = await writeMessage(call.id, text, key);
      this.words[message.token] = text;
      this.unsent = null;
    });
  }
}

export const writing = new Writing();
