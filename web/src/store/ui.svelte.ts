/** What this screen is doing: which sheet is open, what is chosen, what it has to say. Nothing here is a fact. */

import type { Level, Place } from "../api/types";
import type { Pin } from "../layers/incidents";
import { THEMES, type ThemeName, paint } from "../layers/palette";

const THEME_KEPT_AS = "saigon115.theme";
const TRAFFIC_KEPT_AS = "saigon115.traffic";

export interface Choice {
  value: string;
  label: string;
  hint?: string;
}

/** A question asked in place of the primary action: its Enter sends, Esc leaves off. */
export interface Prompt {
  title: string;
  hint?: string;
  choices: Choice[];
  allowsText: boolean;
  initial?: string;
  /** It may wait: nothing is marked, so a stray Enter tells nothing, and a call that is answered takes its place. */
  isPaper?: boolean;
  /** A digit alone marks its choice and Enter sends it: what is written may begin with one ("115 has come"). */
  digitsMark?: boolean;
  /** What was typed for this question before it stood: it comes late. Without, it stands as soon as it is asked. */
  typed?: readonly string[];
  send: (value: string) => Promise<unknown> | void;
}

export interface Message {
  id: number;
  kind: "done" | "problem";
  text: string;
  detail?: string;
  /** `hasKey`: Backspace does it too, which is for what harms nobody when it is pressed by mistake. */
  undo?: { label: string; act: () => void; hasKey?: boolean };
}

const DONE_LASTS_MS = 7_000;

class Ui {
  theme = $state<ThemeName>(localStorage.getItem(THEME_KEPT_AS) === "light" ? "light" : "dark");
  hasSound = $state(false);
  incidentId = $state<string | null>(null);
  callId = $state<string | null>(null);
  unitId = $state<string | null>(null);
  levels = $state<Record<Level, boolean>>({ 1: true, 2: true, 3: true, 4: true });
  unitFilter = $state("");
  isTakingCall = $state(false);
  callWords = $state("");
  isHelpOpen = $state(false);
  /** The sheet of the roads: what is in force, or one road being closed. */
  roads = $state<"list" | "closing" | null>(null);
  /** The sheet of the alarms. */
  isListingAlarms = $state(false);
  /** The sheet of the calls: ringing, to be called back, just ended. */
  isListingCalls = $state(false);
  closureId = $state<string | null>(null);
  showsTraffic = $state(localStorage.getItem(TRAFFIC_KEPT_AS) !== "no");
  /** The incident that was open when the roads were asked for: Esc goes back to it. */
  private leftIncident: string | null = null;
  /** The unit of the alternative under the arrows; null is the recommendation itself. */
  picked = $state<string | null>(null);
  prompt = $state.raw<Prompt | null>(null);
  /** The place field stands in the sheet instead of the primary action. */
  isPlacing = $state(false);
  /** How many commands are on their way. */
  sendings = $state(0);
  /** Done once what is being sent is through. */
  sending: Promise<unknown> = Promise.resolve();
  messages = $state<Message[]>([]);
  pins = $state.raw<Pin[]>([]);
  /** Set while somebody waits for a point on the map. */
  picking = $state.raw<((lon: number, lat: number) => void) | null>(null);
  /** The caller's words as typed here, by call id; they are on no feed and in no event. */
  spoken = $state<Record<string, string>>({});
  private nextMessage = 1;

  get isSending(): boolean {
    return this.sendings > 0;
  }

  setTheme(theme: ThemeName): void {
    this.theme = theme;
    localStorage.setItem(THEME_KEPT_AS, theme);
    paint(THEMES[theme], document.documentElement);
  }

  openIncident(id: string): void {
    if (this.incidentId !== id) this.closeSheet();
    this.isTakingCall = false;
    this.incidentId = id;
  }

  openCall(id: string): void {
    this.closeSheet();
    this.isTakingCall = false;
    this.callId = id;
  }

  takeCall(words = ""): void {
    this.closeSheet();
    this.callWords = words;
    this.isTakingCall = true;
  }

  openAlarms(): void {
    this.closeSheet();
    this.isListingAlarms = true;
  }

  openCalls(): void {
    this.closeSheet();
    this.isListingCalls = true;
  }

  openRoads(what: "list" | "closing", closure: string | null = null): void {
    const left = this.roads ? this.leftIncident : this.incidentId;
    this.closeSheet();
    this.leftIncident = left;
    this.roads = what;
    this.closureId = closure;
  }

  /** Back to the incident that was open before, if there was one. */
  leaveRoads(): void {
    const left = this.leftIncident;
    this.closeSheet();
    if (left) this.openIncident(left);
  }

  toggleTraffic(): void {
    this.showsTraffic = !this.showsTraffic;
    localStorage.setItem(TRAFFIC_KEPT_AS, this.showsTraffic ? "yes" : "no");
  }

  closeSheet(): void {
    this.incidentId = this.callId = this.roads = this.closureId = this.leftIncident = null;
    this.isTakingCall = this.isListingAlarms = this.isListingCalls = false;
    this.leaveOff();
    this.picked = null;
  }

  /** Drop what was half asked. Gives true if there was anything. */
  leaveOff(): boolean {
    const had = this.prompt !== null || this.isPlacing || this.picking !== null;
    this.prompt = this.picking = null;
    this.isPlacing = false;
    this.pins = [];
    return had;
  }

  get isSheetOpen(): boolean {
    const isOfOne = this.incidentId !== null || this.callId !== null;
    const isOfMany = this.roads !== null || this.isListingAlarms || this.isListingCalls;
    return isOfOne || this.isTakingCall || isOfMany;
  }

  say(text: string, undo?: Message["undo"]): void {
    const id = this.push({ kind: "done", text, ...(undo ? { undo } : {}) });
    setTimeout(() => this.dismiss(id), DONE_LASTS_MS);
  }

  complain(text: string, detail: string): void {
    this.push({ kind: "problem", text, detail });
  }

  private push(message: Omit<Message, "id">): number {
    const id = this.nextMessage++;
    this.messages = [...this.messages.slice(-2), { id, ...message }];
    return id;
  }

  dismiss(id: number): void {
    this.messages = this.messages.filter((message) => message.id !== id);
  }

  showPlaces(places: readonly Place[], chosen: number): void {
    this.pins = places.map((place, i) => ({
      id: String(i),
      label: String(i + 1),
      lon: place.lon,
      lat: place.lat,
      radius_m: place.radius_m ?? 0,
      isChosen: i === chosen,
    }));
  }
}

export const ui = new Ui();
