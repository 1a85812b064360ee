/** Offers, and what came of them. */

import type { Channel, OfferStatus, RefusalCode, Tier } from "./words";

export interface Offer {
  id: string;
  station_id: string;
  unit_id: string;
  channel: Channel;
  status: OfferStatus;
  made_at: string;
  made_by: string;
  expires_at: string;
  answered_at: string | null;
  code: RefusalCode | null;
  tier: Tier;
  /** The incident that the unit is under way to and would leave. */
  diverts_from: string | null;
  signed: boolean;
  acknowledged_at: string | null;
  overruled: boolean;
  /** An OverruleReason; in old logs whatever was said. */
  reason: string | null;
  /** A token of free words. */
  note: string | null;
}

/** `answer_s` is the sum of seconds from offer to answer over `answers` of them: a yes or a no, never a silence. */
export interface OfferCounts {
  offered: number;
  accepted: number;
  refused: number;
  silent: number;
  withdrawn: number;
  refused_by: Partial<Record<RefusalCode, number>>;
  answers: number;
  answer_s: number;
}

/** The same for one duty day, such as 2026-11-22. */
export interface DutyDay extends OfferCounts {
  day: string;
}
