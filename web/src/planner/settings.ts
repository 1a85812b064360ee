/** The desk's settings as rows: one number, word or list each, wherever it stands in its section. */

export type Section = Record<string, unknown>;
export type Value = number | string | boolean | null | unknown[];

export interface Leaf {
  /** `["target_s", "1"]`: of a setting with one value a level, that of level 1. */
  path: string[];
  value: Value;
  shown: string;
  show: (value: unknown) => string;
  /** The first row of its setting, beside which the setting is explained. */
  isFirst: boolean;
}

const isTable = (value: unknown): value is Section =>
  typeof value === "object" && value !== null && !Array.isArray(value);

const show = (value: unknown): string => (Array.isArray(value) ? value.join(", ") : String(value ?? ""));

export function leavesOf(section: Section): Leaf[] {
  return Object.entries(section).flatMap(([name, value]) => {
    const rows: [string[], unknown][] = isTable(value)
      ? Object.entries(value).map(([key, one]) => [[name, key], one])
      : [[[name], value]];
    return rows
      .filter(([, one]) => !isTable(one))
      .map(([path, one], i) => ({ path, value: one as Value, shown: show(one), show, isFirst: i === 0 }));
  });
}

/** What was typed, in the kind of the default; null: it is none of that kind. */
export function readLeaf(typed: string, like: Value): Value | null {
  const words = typed.trim();
  if (typeof like === "number") {
    const value = Number(words.replace(",", "."));
    return words && Number.isFinite(value) ? value : null;
  }
  if (typeof like === "boolean") return words === "true" ? true : words === "false" ? false : null;
  if (Array.isArray(like)) {
    const parts = words.split(/[\s,]+/).filter(Boolean);
    return like.every((one) => typeof one === "number") ? parts.map(Number).filter(Number.isFinite) : parts;
  }
  return words || null;
}

export const valueAt = (section: Section | undefined, path: string[]): unknown =>
  path.reduce<unknown>((found, key) => (isTable(found) ? found[key] : undefined), section);

/** The section's changes with this one; a value like the default is no change. */
export function withLeaf(changes: Section, leaf: Leaf, value: Value | undefined): Section {
  const [name, key] = leaf.path as [string, string?];
  const isDefault = value === undefined || JSON.stringify(value) === JSON.stringify(leaf.value);
  const next = { ...changes };
  if (key === undefined) {
    if (isDefault) delete next[name];
    else next[name] = value;
    return next;
  }
  const table = { ...(isTable(next[name]) ? next[name] : {}) };
  if (isDefault) delete table[key];
  else table[key] = value;
  if (Object.keys(table).length) next[name] = table;
  else delete next[name];
  return next;
}
