/** The desk as this screen knows it: the folded state, recommendations, notices, and how fresh they are. */

import type { Both, Frame, Incident, MoveUp, Recommendation, State } from "../api/types";
import { clock } from "./clock.svelte";
import { FeedSocket } from "./feed";
import { apply } from "./fold";
import { hasOpenSlot } from "./slots";
import { FOLD_VERSION, emptyState } from "./state";
import { Positions } from "./positions";
import { milliseconds } from "./time";
import { traffic } from "./traffic.svelte";

export const positions = new Positions();

type Hearing = (frame: Extract<Frame, { type: "event" }>) => void;

class Desk {
  state = $state<State>(emptyState());
  isReady = $state(false);
  isOtherVersion = $state(false);
  feed = $state<"connecting" | "live" | "lost">("connecting");
  attempt = $state(0);
  /** Milliseconds of the desk's own clock at the last frame. */
  heardAt = $state(Date.now());
  recommendations = $state<Record<string, Recommendation>>({});
  /** Which idle units should move where, the most valuable move first. */
  moves = $state.raw<MoveUp[]>([]);
  notices = $state<Record<string, Both>>({});

  private socket: FeedSocket | null = null;
  private readonly hearers = new Set<Hearing>();

  /** Seconds since anything was heard, told anew each second and with each frame. */
  get ageS(): number {
    void clock.now;
    return Math.max(0, Date.now() - this.heardAt) / 1000;
  }

  start(): void {
    const url = `${location.protocol === "https:" ? "wss" : "ws"}://${location.host}/feed`;
    this.socket = new FeedSocket(url, {
      seq: () => (this.isReady ? this.state.seq : null),
      take: (frame) => this.take(frame),
      changed: (status, attempt) => {
        this.feed = status;
        this.attempt = attempt;
      },
    });
    this.socket.start();
    addEventListener("online", this.hurry);
  }

  stop(): void {
    removeEventListener("online", this.hurry);
    this.socket?.stop();
    this.socket = null;
  }

  private readonly hurry = (): void => this.socket?.hurry();

  /** Told of every event as it is folded, never of those in a snapshot. */
  onEvent(hearing: Hearing): () => void {
    this.hearers.add(hearing);
    return () => this.hearers.delete(hearing);
  }

  /** What is recommended for an incident, as long as it asks for somebody; some are on their way to it perhaps. */
  recommendationFor(incident: Incident): Recommendation | null {
    return hasOpenSlot(incident, this.state.units) ? (this.recommendations[incident.id] ?? null) : null;
  }

  private take(frame: Frame): boolean {
    this.heardAt = Date.now();
    switch (frame.type) {
      case "snapshot":
        this.replace(frame.state);
        return true;
      case "event":
        return this.fold(frame);
      case "recommendation":
        this.recommendations[frame.incident_id] = frame;
        return true;
      case "move_ups":
        this.moves = frame.moves;
        return true;
      case "positions":
        clock.hear(milliseconds(frame.at));
        positions.receive(frame.units, performance.now());
        return true;
      case "heartbeat":
        clock.hear(milliseconds(frame.at));
        return true;
      case "traffic":
        void traffic.hear(frame);
        return true;
      case "notice":
        this.note(frame.kind, frame.text);
        return true;
      default:
        return true; // a newer server may tell more than this console knows
    }
  }

  private replace(state: State): void {
    this.isOtherVersion = state.fold_version !== FOLD_VERSION;
    this.state = state;
    this.recommendations = {};
    this.isReady = true;
    void traffic.refresh();
  }

  private fold(frame: Extract<Frame, { type: "event" }>): boolean {
    try {
      apply(this.state, frame.event);
    } catch (error) {
      console.error("the feed's event could not be folded; asking for a snapshot", error);
      return false;
    }
    const incidentId = frame.event.stream.startsWith("incident:") ? frame.event.stream.slice(9) : null;
    const incident = incidentId ? this.state.incidents[incidentId] : undefined;
    const isAsked = frame.event.type === "OfferMade"; // whoever was advised is no longer free: wait for the next advice
    if (incidentId && (!incident || isAsked || !hasOpenSlot(incident, this.state.units))) {
      delete this.recommendations[incidentId];
    }
    for (const hearing of this.hearers) hearing(frame);
    return true;
  }

  /** `thing_down` stays until `thing_up`; any other kind until the next of its kind. */
  private note(kind: string, text: Both): void {
    if (kind.endsWith("_up")) delete this.notices[kind.replace(/_up$/, "_down")];
    else this.notices[kind] = text;
  }
}

export const desk = new Desk();
