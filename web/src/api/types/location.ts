/** Where a caller's phone says it is, beside the places by words. */

import type { PhoneFix } from "./triage";

export interface Against {
  /** "incident", "given", or "suggested 2". */
  what: string;
  label: string;
  verdict: "agrees" | "near" | "conflict";
  distance_m: number;
  gap_m: number;
  overlap: number;
}

export interface ShownFix {
  fix: PhoneFix;
  age_s: number;
  /** What holds the phone with 95 %; half the longer axis of an ellipse. */
  sure_radius_m: number;
  sure_minor_m: number | null;
  against: Against[];
}

export type SmsState = "off" | "queued" | "sending" | "sent" | "failed" | "unclear";

/** How the text message with a link stands; `detail` are the gateway's own words. */
export interface LinkSms {
  state: SmsState;
  reason: string | null;
  detail: string | null;
  tries: number;
  changed_at: string | null;
}

/** The page is looked at, refused, or has brought a place. */
export interface LocationLink {
  made_at: string;
  expires_at: string;
  opened_at: string | null;
  denied_at: string | null;
  used_at: string | null;
  sms: LinkSms;
}

export interface CallLocation {
  call_id: string;
  /** Oldest first. */
  fixes: ShownFix[];
  conflict: boolean;
  link_expires_at: string | null;
  /** Newest first. */
  links: LocationLink[];
}

export interface MadeLink {
  url: string;
  expires_at: string;
  text: { vi: string; en: string };
  sms: LinkSms;
}
