/** The stations of a `siting.json`, as `saigon115 siting` writes it. */

export interface SitingStation {
  id: string;
  lon: number;
  lat: number;
  new_units: number;
  at_existing_station: boolean;
}

/** Null: another file, or a siting that found none. */
export function readSiting(text: string): SitingStation[] | null {
  try {
    const found = (JSON.parse(text) as { new?: SitingStation[] }).new;
    const isWhole = (one: SitingStation): boolean =>
      typeof one.id === "string" && Number.isFinite(one.lon) && Number.isFinite(one.lat);
    const whole = Array.isArray(found) ? found.filter(isWhole) : [];
    return whole.length ? whole : null;
  } catch {
    return null;
  }
}
