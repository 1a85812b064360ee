/** The city. */

import type { DutyDay } from "./offers";
import type { Both, Level, RefusalCode, StationKind } from "./words";

/** With what came of all offers to it, and of those of the running duty day. */
export interface Station {
  id: string;
  name: string;
  name_en: string;
  kind: StationKind;
  can_refuse: boolean;
  lon: number;
  lat: number;
  phone: string | null;
  offered: number;
  accepted: number;
  refused: number;
  silent: number;
  withdrawn: number;
  refused_by: Partial<Record<RefusalCode, number>>;
  answers: number;
  answer_s: number;
  today: DutyDay | null;
  version: number;
}

export interface City {
  source: string;
  kind: "extract" | "skeleton";
  date: string | null;
  notice: Both | null;
  bbox: [number, number, number, number];
  map: string | null;
  attribution: string;
}

export interface Complaint {
  code: string;
  name: Both;
  level: Level;
  /** What callers say for it. */
  synonyms?: { vi: string[]; en: string[] };
}
