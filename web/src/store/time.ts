/** Times by the log and by the city. The city has one offset and no summer time. */

const LOCAL_OFFSET_MS = 7 * 3600_000;
const DAY_MS = 24 * 3600_000;
const DUTY_DAY_STARTS_MS = 6.5 * 3600_000;

/** Microseconds since 1970 of an RFC 3339 time: the log keeps six decimals, Date only three. */
export function microseconds(text: string): number {
  const found = /^(.*?:\d\d)(?:\.(\d{1,6})\d*)?(Z|[+-]\d\d:\d\d)$/i.exec(text);
  if (!found) throw new Error(`not a time with a zone: ${text}`);
  return Date.parse(found[1]! + found[3]!) * 1000 + Number((found[2] ?? "").padEnd(6, "0"));
}

/** Milliseconds since 1970. */
export function milliseconds(text: string): number {
  return Date.parse(text);
}

function local(ms: number): Date {
  return new Date(ms + LOCAL_OFFSET_MS);
}

const two = (n: number): string => String(n).padStart(2, "0");

/** 14:03:27 in the city, whatever the computer's own zone. */
export function clockTime(ms: number): string {
  const t = local(ms);
  return `${two(t.getUTCHours())}:${two(t.getUTCMinutes())}:${two(t.getUTCSeconds())}`;
}

/** 14:03 in the city. */
export const shortTime = (ms: number): string => clockTime(ms).slice(0, 5);

/**
 * The last moment at which clocks in the city showed what is typed: 2145, 21:45, 21h45, 9h5. Two minutes ahead still count
 * as now. Null when it is no time of day.
 */
export function lastTimeOf(text: string, now: number): number | null {
  const found = /^(\d{1,2})[:hg.](\d{1,2})$/i.exec(text.trim()) ?? /^(\d{2})(\d{2})$/.exec(text.trim());
  const [hours, minutes] = [Number(found?.[1] ?? 24), Number(found?.[2] ?? 0)];
  if (hours > 23 || minutes > 59) return null;
  const day = Math.floor((now + LOCAL_OFFSET_MS) / DAY_MS) * DAY_MS - LOCAL_OFFSET_MS;
  const today = day + (hours * 60 + minutes) * 60_000;
  return today <= now + 120_000 ? today : today - DAY_MS;
}

/** 22/11/2026 in the city. */
export function dayText(ms: number): string {
  const t = local(ms);
  return `${two(t.getUTCDate())}/${two(t.getUTCMonth() + 1)}/${t.getUTCFullYear()}`;
}

/** The duty day (ngày trực) that a moment belongs to: it starts at 06:30:00 local. */
export function dutyDay(ms: number): string {
  return dayText(ms - DUTY_DAY_STARTS_MS);
}

/** The same as the log has it: 2026-11-22. */
export function dutyDate(text: string): string {
  const t = local(milliseconds(text) - DUTY_DAY_STARTS_MS);
  return t.toISOString().slice(0, 10);
}

/** 0:42 · 12:05 · 1:02:07. Never below zero: clocks differ by a little. */
export function duration(seconds: number): string {
  const whole = Math.max(0, Math.floor(seconds));
  const [h, m, s] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60, whole % 60];
  return h > 0 ? `${h}:${two(m)}:${two(s)}` : `${m}:${two(s)}`;
}

/** 850 m · 1,2 km · 12 km, with the decimal sign of the language. */
export function distance(metres: number, language: "vi" | "en"): string {
  if (metres < 995) return `${Math.round(metres / 10) * 10} m`;
  const km = metres < 9950 ? (metres / 1000).toFixed(1) : String(Math.round(metres / 1000));
  return `${language === "vi" ? km.replace(".", ",") : km} km`;
}
