/** The policy. */

/** What differs from the defaults, by section; who set it, when and why. */
export interface PolicyInForce {
  sections: Record<string, Record<string, unknown>>;
  reason: string | null;
  approved_by: string | null;
  set_by: string | null;
  set_at: string | null;
  version: number;
}
