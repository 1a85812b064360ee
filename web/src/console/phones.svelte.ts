/** The callers' phones of the open sheet: asked for when something about them is told, drawn on the map. */

import { getLocation, makeLink } from "../api/location";
import type { CallLocation, MadeLink, ShownFix } from "../api/types";
import type { DrawnFix } from "../layers/phones";

class Phones {
  found = $state.raw<Record<string, CallLocation>>({});
  /** Links made at this desk, by call: only here are their words known. */
  made = $state.raw<Record<string, MadeLink>>({});

  async ask(ids: readonly string[]): Promise<void> {
    const answers = await Promise.all(ids.map((id) => getLocation(id).catch(() => null)));
    const told = answers.flatMap((one) => (one ? [[one.call_id, one] as const] : []));
    this.found = { ...this.found, ...Object.fromEntries(told) };
  }

  async link(id: string): Promise<MadeLink> {
    const link = await makeLink(id);
    this.made = { ...this.made, [id]: link };
    return link;
  }

  /** Newest first, of all these calls. */
  fixesOf(ids: readonly string[]): ShownFix[] {
    const all = ids.flatMap((id) => this.found[id]?.fixes ?? []);
    return all.sort((a, b) => (a.fix.fixed_at < b.fix.fixed_at ? 1 : -1));
  }

  drawn(ids: readonly string[]): DrawnFix[] {
    return this.fixesOf(ids).map(({ fix, sure_radius_m, sure_minor_m }, i) => ({
      lon: fix.lon,
      lat: fix.lat,
      radius_m: sure_radius_m,
      minor_m: sure_minor_m ?? sure_radius_m,
      bearing_deg: fix.bearing_deg ?? 0,
      fixedAt: Date.parse(fix.fixed_at),
      isNewest: i === 0,
    }));
  }
}

export const phones = new Phones();
