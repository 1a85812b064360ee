/** A line with a band around it as the paths of an SVG. */

export interface Frame {
  width: number;
  height: number;
  /** The most that the axis shows; it begins at 0. */
  most: number;
}

const at = (frame: Frame, i: number, count: number, value: number): string =>
  `${((i * frame.width) / Math.max(1, count - 1)).toFixed(1)} ${(frame.height * (1 - value / frame.most)).toFixed(1)}`;

export const linePath = (frame: Frame, values: number[]): string =>
  values.map((value, i) => `${i ? "L" : "M"}${at(frame, i, values.length, value)}`).join("");

export const bandPath = (frame: Frame, low: number[], high: number[]): string =>
  `${linePath(frame, high)}${low
    .map((value, i): string => `L${at(frame, i, low.length, value)}`)
    .reverse()
    .join("")}Z`;

/** The next round number: 41 → 50, 0.83 → 1. */
export function roundUp(value: number): number {
  if (value <= 0) return 1;
  const step = 10 ** Math.floor(Math.log10(value));
  return Math.ceil((value / step) * 2) * (step / 2);
}
