/**
 * Every colour of the screen, once: panels and signs (as CSS variables and on canvas) and the map's ground.
 *
 * Text stands at 7:1 or more on every panel tone. The map is desaturated: units and incidents own the colour.
 */

import type { ClosureKind, Level, UnitStatus } from "../api/types";

export type ThemeName = "dark" | "light";

export interface Theme {
  name: ThemeName;
  /** CSS variables by name, without the dashes. */
  panel: Record<
    | "ground"
    | "panel"
    | "raised"
    | "hover"
    | "line"
    | "strong-line"
    | "text"
    | "dim"
    | "focus"
    | "accent"
    | "accent-text"
    | "warn-ground"
    | "warn-text"
    | "alarm-ground"
    | "alarm-text"
    | "good"
    | "shade",
    string
  >;
  level: Record<Level, string>;
  status: Record<UnitStatus, string>;
  /** What is wrong with a road, in lists and on the map. */
  road: Record<ClosureKind, string>;
  map: MapColours;
}

export interface MapColours {
  outside: string;
  land: string;
  water: string;
  waterLine: string;
  green: string;
  wet: string;
  hospital: string;
  works: string;
  school: string;
  building: string;
  buildingEdge: string;
  runway: string;
  casing: string;
  road: Record<
    "motorway" | "trunk" | "primary" | "secondary" | "tertiary" | "residential" | "service",
    string
  >;
  path: string;
  rail: string;
  ward: string;
  label: string;
  labelStrong: string;
  labelWater: string;
  labelWard: string;
  labelGreen: string;
  halo: string;
  arrow: string;
  station: string;
  hospitalSign: string;
  route: string;
  routeEdge: string;
  /** Bars on a closed road, waves on a flooded one, dots on a slow one. */
  closureMark: string;
  closureEdge: string;
  /** Live speed against free flow: below 0.25, 0.4 and 0.6. Muted, so that it stays under the signs. */
  traffic: [string, string, string];
  marker: string;
  markerEdge: string;
}

export const DARK: Theme = {
  name: "dark",
  panel: {
    ground: "#0b0f14",
    panel: "#10161d",
    raised: "#18202a",
    hover: "#1e2833",
    line: "#222c38",
    "strong-line": "#33404f",
    text: "#e3e9f0",
    dim: "#a3b0c0",
    focus: "#7db7ff",
    accent: "#2f6fd6",
    "accent-text": "#ffffff",
    "warn-ground": "#382a0c",
    "warn-text": "#ffdf94",
    "alarm-ground": "#481318",
    "alarm-text": "#ffdcda",
    good: "#63d68c",
    shade: "rgb(0 0 0 / 45%)",
  },
  level: { 1: "#ff5f5a", 2: "#ff9f45", 3: "#f4d44d", 4: "#5ccf8a" },
  status: {
    available: "#5ccf8a",
    offered: "#9ad8ff",
    dispatched: "#86cbff",
    en_route: "#f4d44d",
    on_scene: "#ff7570",
    transporting: "#c3a3ff",
    at_hospital: "#6ea3ff",
    returning: "#9dbfab",
    moving_up: "#9dbfab",
    off_duty: "#8592a2",
    on_break: "#b9a58a",
    out_of_service: "#c98f8f",
  },
  road: { closed: "#f23d3d", flood: "#2f9df4", slow: "#d99a1c" },
  map: {
    outside: "#0a0d12",
    land: "#12171e",
    water: "#0e2231",
    waterLine: "#123047",
    green: "#14211c",
    wet: "#11201f",
    hospital: "#2a1c25",
    works: "#151a23",
    school: "#191c23",
    building: "#1a212b",
    buildingEdge: "#222b37",
    runway: "#222a35",
    casing: "#0b0f14",
    road: {
      motorway: "#59626f",
      trunk: "#525c69",
      primary: "#49525f",
      secondary: "#3b4450",
      tertiary: "#313a45",
      residential: "#272e38",
      service: "#222831",
    },
    path: "#2a323d",
    rail: "#3a3440",
    ward: "#3c4656",
    label: "#97a3b3",
    labelStrong: "#c3ccd8",
    labelWater: "#5c8bab",
    labelWard: "#76869a",
    labelGreen: "#648a76",
    halo: "#0e131a",
    arrow: "#7d8998",
    station: "#7f8fa3",
    hospitalSign: "#7f93b8",
    route: "#8cc4ff",
    routeEdge: "#0b2745",
    closureMark: "#ffffff",
    closureEdge: "#06090d",
    traffic: ["#c2544a", "#b5743a", "#8f7a3d"],
    marker: "#0c1118",
    markerEdge: "#0a0d12",
  },
};

export const LIGHT: Theme = {
  name: "light",
  panel: {
    ground: "#dfe4ea",
    panel: "#f5f7f9",
    raised: "#ffffff",
    hover: "#e8edf3",
    line: "#d5dce4",
    "strong-line": "#aeb9c6",
    text: "#131b25",
    dim: "#435060",
    focus: "#0a58ca",
    accent: "#174ea6",
    "accent-text": "#ffffff",
    "warn-ground": "#fff0c2",
    "warn-text": "#5c3d00",
    "alarm-ground": "#ffdedb",
    "alarm-text": "#7d0c14",
    good: "#11693a",
    shade: "rgb(30 41 59 / 30%)",
  },
  level: { 1: "#c8102e", 2: "#c25400", 3: "#8f6b00", 4: "#16763f" },
  status: {
    available: "#16763f",
    offered: "#0a6aa8",
    dispatched: "#0a6aa8",
    en_route: "#8f6b00",
    on_scene: "#c8102e",
    transporting: "#6b3fc4",
    at_hospital: "#1a56c4",
    returning: "#4c6e5b",
    moving_up: "#4c6e5b",
    off_duty: "#66717e",
    on_break: "#6f5a38",
    out_of_service: "#8a4a4a",
  },
  road: { closed: "#c4161c", flood: "#0071bc", slow: "#b57c00" },
  map: {
    outside: "#e2e6ea",
    land: "#edf0f3",
    water: "#c4d6e2",
    waterLine: "#b0c8d8",
    green: "#dde8dc",
    wet: "#dbe7e2",
    hospital: "#f3dfe3",
    works: "#e8eaee",
    school: "#ece9e2",
    building: "#e3e6ea",
    buildingEdge: "#d5d9df",
    runway: "#d9dde3",
    casing: "#cbd2da",
    road: {
      motorway: "#ffffff",
      trunk: "#ffffff",
      primary: "#ffffff",
      secondary: "#ffffff",
      tertiary: "#ffffff",
      residential: "#fdfdfe",
      service: "#f9fafb",
    },
    path: "#d3d9df",
    rail: "#c3b8bd",
    ward: "#a3afbd",
    label: "#4e5a69",
    labelStrong: "#2a3441",
    labelWater: "#3f6f8f",
    labelWard: "#6a7889",
    labelGreen: "#4b7257",
    halo: "#f6f8fa",
    arrow: "#8b97a5",
    station: "#5f6f82",
    hospitalSign: "#4a6390",
    route: "#1860c9",
    routeEdge: "#ffffff",
    closureMark: "#ffffff",
    closureEdge: "#1b2430",
    traffic: ["#b8453c", "#cf7d2c", "#c4a03c"],
    marker: "#ffffff",
    markerEdge: "#ffffff",
  },
};

export const THEMES: Record<ThemeName, Theme> = { dark: DARK, light: LIGHT };

/** Put the theme's colours where the style sheets find them. */
export function paint(theme: Theme, root: HTMLElement): void {
  for (const [name, colour] of Object.entries(theme.panel)) root.style.setProperty(`--${name}`, colour);
  for (const [level, colour] of Object.entries(theme.level))
    root.style.setProperty(`--level-${level}`, colour);
  for (const [status, colour] of Object.entries(theme.status)) {
    root.style.setProperty(`--status-${status.replaceAll("_", "-")}`, colour);
  }
  for (const [kind, colour] of Object.entries(theme.road)) root.style.setProperty(`--road-${kind}`, colour);
  root.dataset.theme = theme.name;
  root.style.colorScheme = theme.name;
}
