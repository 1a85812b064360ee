/** Under which traffic the desk counts its travel times: the hour of the week, and the live speeds over it. */

import { getTraffic } from "../api/commands";
import type { TrafficFrame, TrafficSpeeds } from "../api/types";

/** Frames come in bursts while speeds stream in; the map needs no more than this. */
const CALM_MS = 3_000;

class Traffic {
  /** Null: this desk has not told, or cannot. */
  speeds = $state.raw<TrafficSpeeds | null>(null);
  version = $state<string | null>(null);
  /** Hour of the week, Monday 00:00 first; null is free flow. */
  hour = $state<number | null>(null);
  private isAsking = false;
  private isWanted = false;

  get isLive(): boolean {
    return (this.speeds?.features.length ?? 0) > 0;
  }

  /** The newest live speed's time, as the log writes it. */
  get newestAt(): string | null {
    const times = (this.speeds?.features ?? []).map(({ properties }) => properties.at);
    return times.reduce<string | null>((last, at) => (last === null || at > last ? at : last), null);
  }

  async hear(frame: TrafficFrame): Promise<void> {
    this.version = frame.version;
    this.hour = frame.hour;
    await this.refresh();
  }

  /** Ask for the speeds; one question at a time, and the last frame is always followed by one. */
  async refresh(): Promise<void> {
    if (this.isAsking) {
      this.isWanted = true;
      return;
    }
    this.isAsking = true;
    this.isWanted = false;
    try {
      const speeds = await getTraffic();
      this.speeds = speeds;
      this.version = speeds.version;
      this.hour = speeds.hour;
    } catch {
      // the next frame, or the next snapshot, asks again
    }
    setTimeout(() => {
      this.isAsking = false;
      if (this.isWanted) void this.refresh();
    }, CALM_MS);
  }
}

export const traffic = new Traffic();
