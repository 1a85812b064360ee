/** The city. */

import type { Both, Level, StationKind } from "./words";

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
}
