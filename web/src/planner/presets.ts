/** Demands that planners ask about again and again, as shares of the usual one. */

export interface Preset {
  key: "usual" | "fifth" | "surge";
  percent: number;
}

/**
 * `surge`: 115 had about 5,000 calls a day in August 2021 (4,000–6,000 by reports of ictnews) and has about 1,500 now
 * (docs/domain.md). That emergencies rose as calls did is a guess.
 */
export const PRESETS: readonly Preset[] = [
  { key: "usual", percent: 100 },
  { key: "fifth", percent: 120 },
  { key: "surge", percent: 330 },
];
