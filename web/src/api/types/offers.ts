/** Offers. */

import type { Channel, OfferStatus, RefusalCode } from "./words";

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
  overruled: boolean;
  reason: string | null;
}
