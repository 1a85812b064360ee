/**
 * Hours on duty, unit by unit, as the grid shows them ↔ the shifts of a scenario.
 *
 * The grid's day begins at 06:00 and has half hours; what stands at other minutes is kept and shown as it is.
 */

export interface Shift {
  /** "06:30"; over midnight when it ends earlier than it starts. */
  starts: string;
  ends: string;
  rest_starts?: string;
  rest_min?: number;
}

const STEP_MIN = 30;
export const STEPS = (24 * 60) / STEP_MIN;
const FIRST_MIN = 6 * 60;
const REST_MIN = 30;

const DAY_MIN = 24 * 60;

const minutesOf = (clock: string): number => {
  const [hours, minutes] = clock.split(":").map(Number);
  return (hours ?? 0) * 60 + (minutes ?? 0);
};

const clockOf = (minutes: number): string => {
  const within = ((minutes % DAY_MIN) + DAY_MIN) % DAY_MIN;
  return `${String(Math.floor(within / 60)).padStart(2, "0")}:${String(within % 60).padStart(2, "0")}`;
};

/** When the step of the grid begins: step 0 is 06:00. */
export const clockOfStep = (step: number): string => clockOf(FIRST_MIN + step * STEP_MIN);

const isWithin = (at: number, starts: number, length: number): boolean =>
  (at - starts + DAY_MIN) % DAY_MIN < length;

/** What a unit does in a step of the grid. */
export function stepState(shift: Shift | undefined, step: number): "on" | "off" | "rest" {
  if (!shift) return "on";
  const at = FIRST_MIN + step * STEP_MIN;
  const starts = minutesOf(shift.starts);
  const length = (minutesOf(shift.ends) - starts + DAY_MIN) % DAY_MIN || DAY_MIN;
  if (!isWithin(at, starts, length)) return "off";
  const rests = shift.rest_starts && isWithin(at, minutesOf(shift.rest_starts), shift.rest_min ?? 0);
  return rests ? "rest" : "on";
}

/** On duty from one step until the end of another, whichever comes first; the whole day is no shift. */
export function between(from: number, to: number, old: Shift | undefined): Shift | undefined {
  const [first, last] = from <= to ? [from, to] : [to, from];
  if (first === 0 && last === STEPS - 1) return undefined;
  const rest = old?.rest_starts ? { rest_starts: old.rest_starts, rest_min: old.rest_min ?? REST_MIN } : {};
  return { starts: clockOfStep(first), ends: clockOfStep(last + 1), ...rest };
}

/** A rest begins here; where one begins already it ends. */
export function withRest(shift: Shift | undefined, step: number): Shift | undefined {
  const at = clockOfStep(step);
  const base = shift ?? { starts: clockOf(FIRST_MIN), ends: clockOf(FIRST_MIN) };
  if (base.rest_starts === at) {
    const { starts, ends } = base;
    return starts === ends ? undefined : { starts, ends };
  }
  return { ...base, rest_starts: at, rest_min: base.rest_min || REST_MIN };
}

/** As a scenario tells them: units with the same hours together. */
export function toShifts(shifts: Record<string, Shift>): unknown[] {
  const groups = new Map<string, { units: string[] } & Shift>();
  for (const [unit, shift] of Object.entries(shifts)) {
    const key = JSON.stringify([shift.starts, shift.ends, shift.rest_starts, shift.rest_min]);
    const group = groups.get(key);
    if (group) group.units.push(unit);
    else groups.set(key, { units: [unit], ...shift });
  }
  return [...groups.values()];
}

/** By unit; shifts of whole stations, or of everybody, the grid does not know: they stay as they are. */
export function splitShifts(told: unknown[]): [Record<string, Shift>, unknown[]] {
  const known: Record<string, Shift> = {};
  const others = told.filter((one) => {
    const { units, stations, ...shift } = one as { units?: string[]; stations?: string[] } & Shift;
    const isOurs = Boolean(units?.length) && !stations?.length;
    if (isOurs) for (const unit of units!) known[unit] = shift;
    return !isOurs;
  });
  return [known, others];
}

/** Minutes on duty a day, rests taken off. */
export function dutyMinutes(shift: Shift | undefined): number {
  if (!shift) return DAY_MIN;
  const length = (minutesOf(shift.ends) - minutesOf(shift.starts) + DAY_MIN) % DAY_MIN || DAY_MIN;
  return length - (shift.rest_starts ? Math.min(shift.rest_min ?? 0, length) : 0);
}
