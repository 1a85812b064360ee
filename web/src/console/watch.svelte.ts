/** The map follows the sheet: it shows the open incident with the unit proposed or under way, and its route. */

import type { Incident } from "../api/types";
import { door } from "../layers/door";
import { desk, positions } from "../store/desk.svelte";
import { proposedUnits } from "../store/primary";
import { commitments } from "../store/select";
import { ui } from "../store/ui.svelte";
import { routes } from "./routes.svelte";

type Point = [number, number];

/** While a unit drives, its remaining way is asked for anew this often. */
const REFRESH_MS = 15_000;

function whereIs(unitId: string): Point | null {
  const unit = desk.state.units[unitId];
  const here = positions.at(unitId, performance.now()) ?? (unit && desk.state.stations[unit.station_id]);
  return here ? [here.lon, here.lat] : null;
}

/** The units whose way matters now, and where each is going. */
function waysOf(incident: Incident, candidates: readonly string[]): [string, Point][] {
  const scene: Point | null = incident.place ? [incident.place.lon, incident.place.lat] : null;
  const ways: [string, Point][] = [];
  for (const candidate of candidates) if (scene) ways.push([candidate, scene]);
  const { runs, open } = commitments(incident);
  for (const offer of open) if (scene) ways.push([offer.unit_id, scene]);
  for (const run of runs) {
    const unit = desk.state.units[run.unit_id];
    const hospital = unit?.hospital_id ? desk.state.hospitals[unit.hospital_id] : undefined;
    if (unit?.status === "transporting" && hospital) ways.push([unit.id, [hospital.lon, hospital.lat]]);
    else if (scene && (unit?.status === "dispatched" || unit?.status === "en_route"))
      ways.push([unit.id, scene]);
  }
  return ways;
}

export function watchOpenIncident(): void {
  const incident = $derived(ui.incidentId ? desk.state.incidents[ui.incidentId] : undefined);
  /** The unit under the arrows, or all that Enter would ask: for red, the second station's too. */
  const candidates = $derived.by((): string[] => {
    const found = incident && desk.recommendationFor(incident);
    if (!found) return [];
    const picked = found.alternatives.find((one) => one.unit_id === ui.picked);
    return picked ? [picked.unit_id] : proposedUnits(incident, found).map((one) => one.unit_id);
  });
  /** What is being shown, as one word: the map moves only when this changes, never under the dispatcher's hand. */
  const scene = $derived(
    incident
      ? JSON.stringify([
          incident.id,
          incident.place?.lon,
          incident.place?.lat,
          waysOf(incident, candidates),
          incident.call_ids
            .flatMap((id) => desk.state.calls[id]?.fixes.at(-1) ?? [])
            .map(({ lon, lat }) => [lon, lat]),
        ])
      : "",
  );

  $effect(() => {
    routes.candidates = candidates;
  });

  $effect(() => {
    if (!scene) return void routes.ask([]);
    const [, lon, lat, ways, fixes] = JSON.parse(scene) as [
      string,
      number | null,
      number | null,
      [string, Point][],
      Point[],
    ];
    const asked = (): [Point, Point][] =>
      ways.flatMap(([unit, to]) => {
        const from = whereIs(unit);
        return from ? [[from, to] as [Point, Point]] : [];
      });
    const first = asked();
    void routes.ask(first);
    const points = [...first.flat(), ...fixes];
    if (lon != null && lat != null) points.push([lon, lat]);
    door.lookAtAll(points);
    const timer = setInterval(() => void routes.ask(asked()), REFRESH_MS);
    return () => clearInterval(timer);
  });
}
