/** What a phone's own place says about the place by words. Pure. */

import type { Against, LinkSms, LocationLink, ShownFix } from "../api/types";

/** A phone that may be this far off says nothing about an address (guess). */
export const TOO_VAGUE_M = 1_000;

export type Verdict = "agrees" | "near" | "conflict" | "unknown";

export interface Judged {
  verdict: Verdict;
  /** The surest place by words; null where there is none. */
  against: Against | null;
  /** Another suggestion that the phone agrees with, where it does not agree with the surest. */
  better: Against | null;
}

/** Where the incident has taken a phone's place, that place is not the caller's words: it judges no phone. */
export function judge({ against, sure_radius_m }: ShownFix, isPhonePlace = false): Judged {
  const [surest = null, ...others] = against.filter((one) => !isPhonePlace || one.what !== "incident");
  if (!surest) return { verdict: "unknown", against: null, better: null };
  const isVague = sure_radius_m >= TOO_VAGUE_M && surest.verdict !== "conflict";
  const verdict = isVague ? "unknown" : surest.verdict;
  const better = isVague || verdict === "agrees" ? null : others.find((one) => one.verdict === "agrees");
  return { verdict, against: surest, better: better ?? null };
}

export type LinkState = "made" | "opened" | "denied" | "used" | "over";

/** A place that came counts for more than a refusal before it. */
export function linkState(link: LocationLink, now: number): LinkState {
  if (link.used_at) return "used";
  if (Date.parse(link.expires_at) <= now) return "over";
  return link.denied_at ? "denied" : link.opened_at ? "opened" : "made";
}

/** The message may still come by itself. */
export const isOnItsWay = ({ state }: LinkSms): boolean => state === "queued" || state === "sending";

export const hasArrived = ({ state }: LinkSms): boolean => state === "sent";

/** Nobody will bring the link but the dispatcher; or the gateway has not taken it at once. */
export const needsHands = (sms: LinkSms): boolean =>
  !hasArrived(sms) && !(isOnItsWay(sms) && sms.reason === null);
