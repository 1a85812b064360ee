/** The pack's units as a scenario begins with them. */

import type { World } from "../api/simulations";
import type { Draft } from "./model";

/** Ids of the pack's units at a station that the scenario begins with. */
export const packUnits = (world: World | null, draft: Draft, station: string): string[] =>
  (world?.units ?? [])
    .filter((unit) => unit.station_id === station)
    .filter((unit) => draft.units === "all" || (draft.units === "staffed" && unit.staffed))
    .map((unit) => unit.id);

export interface DutyUnit {
  id: string;
  station: string;
}

/** Every unit that the scenario has, by station, in the order of the pack; those that this form adds come last. */
export function dutyUnits(world: World | null, draft: Draft): DutyUnit[] {
  const stations = [...(world?.stations ?? []).map((one) => one.id), ...draft.stations.map((one) => one.id)];
  return stations
    .filter((station) => !draft.closed.includes(station))
    .flatMap((station) =>
      [
        ...packUnits(world, draft, station).filter((unit) => !draft.without.includes(unit)),
        ...Array.from({ length: draft.added[station] ?? 0 }, (_, i) => `${station}+${i + 1}`),
      ].map((id) => ({ id, station })),
    );
}
