/**
 * Where units are now, between one fix and the next.
 *
 * A unit glides from where it is drawn to its newest fix in about the time between two fixes: it is shown one
 * interval late, and never where it has not been. Positions may be lost; facts may not, and are not here.
 */

import type { PositionRow } from "../api/types";
import { milliseconds } from "./time";

/** A fix older than this fades and shows its age. */
export const STALE_S = 60;

const SHORTEST_MS = 400;
const LONGEST_MS = 6_000;
/** Further than this in one step is no drive: the unit is put there at once. */
const JUMP_DEG = 0.02;

export interface Shown {
  id: string;
  lon: number;
  lat: number;
  heading_deg: number | null;
  speed_kph: number | null;
  fix_at: number;
}

interface Track extends Shown {
  fromLon: number;
  fromLat: number;
  startedAt: number;
  lasts: number;
}

type Watcher = () => void;

export class Positions {
  private readonly tracks = new Map<string, Track>();
  private readonly watchers = new Set<Watcher>();

  /** New fixes, received at `now` (milliseconds of the animation clock). */
  receive(rows: readonly PositionRow[], now: number): void {
    for (const row of rows) this.move(row, now);
    if (rows.length) for (const watcher of this.watchers) watcher();
  }

  private move([id, lon, lat, heading_deg, speed_kph, fix]: PositionRow, now: number): void {
    const fix_at = milliseconds(fix);
    const old = this.tracks.get(id);
    if (old && old.fix_at > fix_at) return;
    const here = old ? between(old, now) : { lon, lat };
    const isJump = Math.abs(here.lon - lon) > JUMP_DEG || Math.abs(here.lat - lat) > JUMP_DEG;
    const lasts = old ? Math.min(LONGEST_MS, Math.max(SHORTEST_MS, fix_at - old.fix_at)) : 0;
    this.tracks.set(id, {
      id,
      lon,
      lat,
      heading_deg,
      speed_kph,
      fix_at,
      fromLon: isJump ? lon : here.lon,
      fromLat: isJump ? lat : here.lat,
      startedAt: now,
      lasts: isJump ? 0 : lasts,
    });
  }

  /** Where to draw a unit at `now`, if it ever told us. */
  at(id: string, now: number): Shown | null {
    const track = this.tracks.get(id);
    return track ? { ...track, ...between(track, now) } : null;
  }

  /** True while any unit is still on its way to its newest fix: only then is there something to animate. */
  isMoving(now: number): boolean {
    for (const track of this.tracks.values()) {
      const isDone = now - track.startedAt >= track.lasts;
      if (!isDone && (track.fromLon !== track.lon || track.fromLat !== track.lat)) return true;
    }
    return false;
  }

  /** Seconds since the unit's fix by the server's clock, or null. */
  age(id: string, serverNow: number): number | null {
    const track = this.tracks.get(id);
    return track ? Math.max(0, (serverNow - track.fix_at) / 1000) : null;
  }

  ids(): IterableIterator<string> {
    return this.tracks.keys();
  }

  clear(): void {
    this.tracks.clear();
  }

  watch(watcher: Watcher): () => void {
    this.watchers.add(watcher);
    return () => this.watchers.delete(watcher);
  }
}

function between(track: Track, now: number): { lon: number; lat: number } {
  const share = track.lasts > 0 ? Math.min(1, Math.max(0, (now - track.startedAt) / track.lasts)) : 1;
  return {
    lon: track.fromLon + (track.lon - track.fromLon) * share,
    lat: track.fromLat + (track.lat - track.fromLat) * share,
  };
}
