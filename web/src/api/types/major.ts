/** Major incidents. */

import type { Place } from "./places";
import type { Colour } from "./words";

export interface Major {
  declared_at: string;
  declared_by: string;
  expected: number;
  reason: string | null;
  commander_id: string | null;
  staging: Place | null;
  counts: Partial<Record<Colour, number>>;
  counted_at: string | null;
  quotas: Record<string, Partial<Record<Colour, number>>>;
  stood_down_at: string | null;
  stood_down_by: string | null;
}
