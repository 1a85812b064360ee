/** Patients by colour, as they are typed and shown: always in the same order. */

import type { Colour } from "../api/types";

export const COLOURS: readonly Colour[] = ["red", "yellow", "green", "black"];

export type Counts = Partial<Record<Colour, number>>;

/** "2 5 10 1" → red 2, yellow 5, green 10, black 1; null when it is not up to four whole numbers. */
export function readCounts(text: string): Counts | null {
  const words = text
    .trim()
    .split(/[\s,;/]+/)
    .filter(Boolean);
  if (!words.length || words.length > COLOURS.length || words.some((word) => !/^\d{1,5}$/.test(word)))
    return null;
  return Object.fromEntries(words.map((word, i) => [COLOURS[i]!, Number(word)]));
}

/** The same the other way round, to begin an entry with. */
export const writeCounts = (counts: Counts): string => COLOURS.map((colour) => counts[colour] ?? 0).join(" ");

export const totalOf = (counts: Counts): number =>
  COLOURS.reduce((sum, colour) => sum + (counts[colour] ?? 0), 0);
