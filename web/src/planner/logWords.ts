/** What the reader of a log tells of it, in the words of the screen; what it has no words for stands as it came. */

import { t, word } from "../i18n/index.svelte";

/** "response_s is longer than a day" → "đáp ứng: dài hơn một ngày" */
export function whySkipped(reason: string): string {
  const [, , interval, why] = /^(times go backward: )?(\w+_s) is (.+)$/.exec(reason) ?? [];
  if (interval && why) return `${word("planner.interval", interval)}: ${word("planner.skip", why)}`;
  return word("planner.skip", reason);
}

export function noted(note: string): string {
  const missing = /^(\d+) events are missing/.exec(note)?.[1];
  return missing ? t("planner.note.missing", { n: missing }) : word("planner.note", note);
}
