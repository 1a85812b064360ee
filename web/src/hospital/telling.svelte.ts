/**
 * Numbers on their way to the desk. Presses of + and − are gathered for a moment and sent as one number; what could
 * not be sent stays on the screen, marked, until it is sent again or dropped.
 */

import type { Hospital, HospitalResource } from "../api/types";
import { stepped } from "./places";

/** After the last press. */
const GATHER_MS = 700;

export type Numbers = Partial<Record<HospitalResource, number>>;

export interface Telling {
  hospital(): Hospital | null;
  send(hospital: Hospital, places: Numbers): Promise<void>;
  /** Says what went wrong. */
  complain(error: unknown): void;
}

export class Drafts {
  /** Chosen here and not yet known to the desk. */
  chosen = $state<Numbers>({});
  isSending = $state(false);
  hasFailed = $state(false);
  private timer: ReturnType<typeof setTimeout> | undefined;

  constructor(private readonly telling: Telling) {}

  /** What stands on the screen: what was chosen here, else what the desk has; null where nothing was ever told. */
  shown(resource: HospitalResource): number | null {
    return this.chosen[resource] ?? this.telling.hospital()?.capacity[resource] ?? null;
  }

  step(resource: HospitalResource, by: 1 | -1): void {
    this.set(resource, stepped(this.shown(resource), by));
  }

  set(resource: HospitalResource, places: number): void {
    this.chosen = { ...this.chosen, [resource]: places };
    clearTimeout(this.timer);
    this.timer = setTimeout(() => void this.send(), GATHER_MS);
  }

  /** Back to what the desk has. */
  drop(): void {
    clearTimeout(this.timer);
    this.chosen = {};
    this.hasFailed = false;
  }

  async send(): Promise<void> {
    clearTimeout(this.timer);
    const hospital = this.telling.hospital();
    const sent = { ...this.chosen };
    if (!hospital || !Object.keys(sent).length) return;
    if (this.isSending) return void (this.timer = setTimeout(() => void this.send(), GATHER_MS));
    this.isSending = true;
    this.hasFailed = false;
    try {
      await this.telling.send(hospital, sent);
      this.chosen = without(this.chosen, sent);
    } catch (error) {
      this.hasFailed = true;
      this.telling.complain(error);
    } finally {
      this.isSending = false;
    }
  }
}

/** What was pressed again while the first was on its way stays. */
function without(chosen: Numbers, sent: Numbers): Numbers {
  return Object.fromEntries(
    Object.entries(chosen).filter(([resource, places]) => sent[resource as HospitalResource] !== places),
  );
}
