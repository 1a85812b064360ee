/**
 * Streets as the map's tiles show them: found by a point, walked from one point to another, cut at crossings.
 *
 * Only for what is drawn before something is sent: the server finds the streets that it closes by itself. Tiles cut
 * lines at their edges, so that a line that ends beside another goes on along it.
 */

import { plain } from "./select";

export type Point = [number, number];

export interface StreetPiece {
  name: string;
  line: Point[];
}

export interface Crossing {
  name: string;
  at: Point;
}

export interface Walk {
  line: Point[];
  /** The streets it follows, longest part first. */
  names: string[];
  length_m: number;
}

interface Edge {
  to: number;
  length: number;
  name: string;
}

interface Spot {
  at: Point;
  name: string;
  a: number;
  b: number;
  distance_m: number;
}

const M_PER_LAT = 110_600;
const M_PER_LON = 109_300; // at the city's latitude
/** Vertices of one place in two tiles differ by less than this (degrees). */
const GRID = 1e-5;
/** A line's end this near to another one of its name goes on along it: tiles of afar are drawn this roughly (guess). */
const STITCH_M = 15;
/** A street that ends this near to another one meets it (guess). */
const MEET_M = 6;
/** Leaving the street that was pointed at is this much further. */
const OTHER_STREET = 5;
/** The other carriageway of a divided street lies no further than this beside the nearer one (guess). */
const CARRIAGEWAY_M = 30;
/** How many metres along the street one metre beside the point is worth (guess). */
const ASIDE = 3;
/** The same crossing in two tiles, or the two carriageways of one street (guess). */
const SAME_CROSSING_M = 60;

export const metres = (a: Point, b: Point): number =>
  Math.hypot((a[0] - b[0]) * M_PER_LON, (a[1] - b[1]) * M_PER_LAT);

export function lengthOf(line: readonly Point[]): number {
  let sum = 0;
  for (let i = 1; i < line.length; i++) sum += metres(line[i - 1]!, line[i]!);
  return sum;
}

/** The point of a–b nearest to p. */
function foot(p: Point, a: Point, b: Point): Point {
  const [ux, uy] = [(b[0] - a[0]) * M_PER_LON, (b[1] - a[1]) * M_PER_LAT];
  const [vx, vy] = [(p[0] - a[0]) * M_PER_LON, (p[1] - a[1]) * M_PER_LAT];
  const square = ux * ux + uy * uy;
  const s = square ? Math.min(1, Math.max(0, (ux * vx + uy * vy) / square)) : 0;
  return [a[0] + s * (b[0] - a[0]), a[1] + s * (b[1] - a[1])];
}

/** Where two steps cross, or one ends on the other. */
function meet(a: Point, b: Point, c: Point, d: Point): Point | null {
  const [rx, ry] = [(b[0] - a[0]) * M_PER_LON, (b[1] - a[1]) * M_PER_LAT];
  const [sx, sy] = [(d[0] - c[0]) * M_PER_LON, (d[1] - c[1]) * M_PER_LAT];
  const [tx, ty] = [(c[0] - a[0]) * M_PER_LON, (c[1] - a[1]) * M_PER_LAT];
  const turn = rx * sy - ry * sx;
  if (turn !== 0) {
    const [u, v] = [(tx * sy - ty * sx) / turn, (tx * ry - ty * rx) / turn];
    if (u >= 0 && u <= 1 && v >= 0 && v <= 1) return [a[0] + u * (b[0] - a[0]), a[1] + u * (b[1] - a[1])];
  }
  for (const end of [c, d]) {
    const at = foot(end, a, b);
    if (metres(at, end) <= MEET_M) return at;
  }
  return null;
}

/** Shortest distance between two lines, by their corners: near enough to say whether they are one street. */
function apart(one: readonly Point[], other: readonly Point[]): number {
  let least = Infinity;
  for (const [line, against] of [
    [one, other],
    [other, one],
  ] as const) {
    for (const p of line) {
      for (let i = 1; i < against.length; i++) {
        least = Math.min(least, metres(p, foot(p, against[i - 1]!, against[i]!)));
      }
    }
  }
  return least;
}

/** Pieces of one name with a smaller gap are one street: as routing/locate.py has it. */
const SAME_STREET_M = 60;

/** All pieces of the street of this name that is nearest to a point: what the server means by name and point. */
export function streetAround(pieces: readonly StreetPiece[], name: string, at: Point): Point[][] {
  const lines = pieces.filter((piece) => plain(piece.name) === plain(name)).map(({ line }) => line);
  const away = (line: Point[]): number => apart([at], line);
  const nearest = [...lines].sort((one, other) => away(one) - away(other))[0];
  if (!nearest) return [];
  const street = [nearest];
  const left = new Set(lines);
  left.delete(nearest);
  for (const line of street) {
    for (const other of left) {
      if (apart(line, other) > SAME_STREET_M) continue;
      left.delete(other);
      street.push(other);
    }
  }
  return street;
}

/** The point half-way along a line. */
export function middleOf(line: readonly Point[]): Point {
  let left = lengthOf(line) / 2;
  for (let i = 1; i < line.length; i++) {
    const [a, b] = [line[i - 1]!, line[i]!];
    const step = metres(a, b);
    if (step >= left && step > 0) {
      const s = left / step;
      return [a[0] + s * (b[0] - a[0]), a[1] + s * (b[1] - a[1])];
    }
    left -= step;
  }
  return line[0] ?? [0, 0];
}

export class StreetNet {
  private readonly nodes: Point[] = [];
  private readonly edges: Edge[][] = [];
  private readonly index = new Map<string, number>();
  private readonly cells = new Map<string, [number, number, string][]>();

  constructor(pieces: readonly StreetPiece[]) {
    for (const { name, line } of pieces) {
      for (let i = 1; i < line.length; i++) this.connect(this.node(line[i - 1]!), this.node(line[i]!), name);
    }
    this.stitch();
  }

  get isEmpty(): boolean {
    return this.nodes.length === 0;
  }

  private node(at: Point): number {
    const key = `${Math.round(at[0] / GRID)},${Math.round(at[1] / GRID)}`;
    let id = this.index.get(key);
    if (id === undefined) {
      id = this.nodes.length;
      this.index.set(key, id);
      this.nodes.push(at);
      this.edges.push([]);
    }
    return id;
  }

  private connect(a: number, b: number, name: string): void {
    if (a === b || this.edges[a]!.some((edge) => edge.to === b)) return;
    const length = metres(this.nodes[a]!, this.nodes[b]!);
    this.edges[a]!.push({ to: b, length, name });
    this.edges[b]!.push({ to: a, length, name });
    for (const cell of cellsOf(this.nodes[a]!, this.nodes[b]!)) {
      const found = this.cells.get(cell);
      if (found) found.push([a, b, name]);
      else this.cells.set(cell, [[a, b, name]]);
    }
  }

  private stitch(): void {
    const ends = this.edges.flatMap((edges, id) => (edges.length === 1 ? [id] : []));
    for (const end of ends) {
      const { name, to } = this.edges[end]![0]!;
      const spot = this.find(this.nodes[end]!, STITCH_M, (a, b, other) => {
        return other === name && a !== end && b !== end && a !== to && b !== to;
      });
      if (!spot) continue;
      this.connect(end, spot.a, name);
      this.connect(end, spot.b, name);
    }
  }

  private findAll(
    at: Point,
    within: number,
    suits: (a: number, b: number, name: string) => boolean = () => true,
  ): Spot[] {
    const found = new Map<string, Spot>();
    for (const cell of cellsAround(at, within)) {
      for (const [a, b, name] of this.cells.get(cell) ?? []) {
        if (!suits(a, b, name) || found.has(`${a},${b}`)) continue;
        const there = foot(at, this.nodes[a]!, this.nodes[b]!);
        const distance_m = metres(at, there);
        if (distance_m <= within) found.set(`${a},${b}`, { at: there, name, a, b, distance_m });
      }
    }
    return [...found.values()].sort((one, other) => one.distance_m - other.distance_m);
  }

  private find(at: Point, within: number, suits?: (a: number, b: number, name: string) => boolean) {
    return this.findAll(at, within, suits)[0] ?? null;
  }

  /** The street nearest to a point, and the point on it; of one name, when it is given. */
  near(at: Point, within = 60, name?: string): { name: string; at: Point } | null {
    const suits = name === undefined ? undefined : (_a: number, _b: number, one: string) => one === name;
    const found = this.find(at, within, suits);
    return found && { name: found.name, at: found.at };
  }

  /** Along streets from one point to another, whatever their directions; it keeps to `name` where it can. */
  walk(from: Point, to: Point, name: string): Walk | null {
    const own = (_a: number, _b: number, one: string): boolean => one === name;
    const spots = (at: Point): Spot[] => {
      const onOwn = this.findAll(at, 60, own);
      const all = onOwn.length ? onOwn : this.findAll(at, 60);
      return all.filter((spot) => spot.distance_m <= all[0]!.distance_m + CARRIAGEWAY_M);
    };
    const [starts, goals] = [spots(from), spots(to)];
    const price = (edge: Edge): number => edge.length * (edge.name === name ? 1 : OTHER_STREET);
    const startAt = new Map<number, { cost: number; spot: Spot }>();
    for (const spot of starts) {
      for (const id of [spot.a, spot.b]) {
        const cost = metres(spot.at, this.nodes[id]!) + ASIDE * spot.distance_m;
        if (cost < (startAt.get(id)?.cost ?? Infinity)) startAt.set(id, { cost, spot });
      }
    }
    const { cost, before } = this.spread(
      [...startAt].map(([id, seed]) => [id, seed.cost]),
      price,
    );
    let end: { id: number; cost: number; spot: Spot } | null = null;
    for (const spot of goals) {
      const start = starts.find((one) => one.a === spot.a && one.b === spot.b);
      if (start) return walked([start.at, spot.at], [spot.name]);
      for (const id of [spot.a, spot.b]) {
        const so = (cost.get(id) ?? Infinity) + metres(spot.at, this.nodes[id]!) + ASIDE * spot.distance_m;
        if (so < (end?.cost ?? Infinity)) end = { id, cost: so, spot };
      }
    }
    if (!end) return null;
    const b = end.spot;
    const line: Point[] = [b.at];
    const names: string[] = [b.name];
    let root = end.id;
    for (let id: number | undefined = end.id; id !== undefined;) {
      root = id;
      line.push(this.nodes[id]!);
      const back: { id: number; name: string } | undefined = before.get(id);
      if (back) names.push(back.name);
      id = back?.id;
    }
    const a = startAt.get(root)!.spot;
    names.push(a.name);
    line.push(a.at);
    return walked(line.reverse(), names.reverse());
  }

  /** Where other named streets meet or cross the street of this name around a point, in order along it. */
  crossings(name: string, around: Point, within: number): Crossing[] {
    const own = this.nodes.flatMap((at, id) =>
      metres(at, around) <= within && this.edges[id]!.some((edge) => edge.name === name) ? [id] : [],
    );
    if (!own.length) return [];
    const along = (edge: Edge): number => (edge.name === name ? edge.length : Infinity);
    const somewhere = this.spread([[this.nearestOf(own, around), 0]], along).cost;
    const end = own.reduce((far, id) => ((somewhere.get(id) ?? -1) > (somewhere.get(far) ?? -1) ? id : far));
    const { cost } = this.spread([[end, 0]], along);
    const met: (Crossing & { along_m: number })[] = [];
    for (const a of own) {
      for (const { to: b, name: edgeName } of this.edges[a]!) {
        if (edgeName !== name || (own.includes(b) && b < a) || !cost.has(a)) continue;
        for (const { at, name: other } of this.meetings(a, b, name)) {
          const fromA = cost.get(a)! + metres(this.nodes[a]!, at);
          met.push({ name: other, at, along_m: Math.min(fromA, cost.get(b)! + metres(this.nodes[b]!, at)) });
        }
      }
    }
    const found: Crossing[] = [];
    for (const { name: other, at } of met.sort((one, next) => one.along_m - next.along_m)) {
      if (found.some((known) => known.name === other && metres(known.at, at) < SAME_CROSSING_M)) continue;
      found.push({ name: other, at });
    }
    return found;
  }

  /** Where streets of other names touch or cross the step from a to b. */
  private meetings(a: number, b: number, name: string): Crossing[] {
    const [p, q] = [this.nodes[a]!, this.nodes[b]!];
    const found: Crossing[] = [];
    const seen = new Set<string>();
    for (const cell of cellsOf(p, q)) {
      for (const [c, d, other] of this.cells.get(cell) ?? []) {
        if (!other || other === name || seen.has(`${c},${d}`)) continue;
        seen.add(`${c},${d}`);
        const at = meet(p, q, this.nodes[c]!, this.nodes[d]!);
        if (at) found.push({ name: other, at });
      }
    }
    return found;
  }

  private nearestOf(ids: readonly number[], at: Point): number {
    return ids.reduce((best, id) =>
      metres(this.nodes[id]!, at) < metres(this.nodes[best]!, at) ? id : best,
    );
  }

  private spread(seeds: readonly [number, number][], price: (edge: Edge) => number) {
    const cost = new Map<number, number>();
    const before = new Map<number, { id: number; name: string }>();
    const heap = new Heap();
    for (const [id, at] of seeds) {
      if (at < (cost.get(id) ?? Infinity)) cost.set(id, at);
      heap.push(at, id);
    }
    for (let top = heap.pop(); top; top = heap.pop()) {
      const [so, id] = top;
      if (so > cost.get(id)!) continue;
      for (const edge of this.edges[id]!) {
        const then = so + price(edge);
        if (then >= (cost.get(edge.to) ?? Infinity)) continue;
        cost.set(edge.to, then);
        before.set(edge.to, { id, name: edge.name });
        heap.push(then, edge.to);
      }
    }
    return { cost, before };
  }
}

/** `names` has one for each step of the line. */
function walked(line: Point[], names: string[]): Walk {
  const byName = new Map<string, number>();
  for (let i = 1; i < line.length; i++) {
    const name = names[Math.min(i - 1, names.length - 1)] ?? "";
    if (name) byName.set(name, (byName.get(name) ?? 0) + metres(line[i - 1]!, line[i]!));
  }
  return {
    line: line.filter((at, i) => i === 0 || metres(at, line[i - 1]!) > 0.3),
    names: [...byName].sort((a, b) => b[1] - a[1]).map(([name]) => name),
    length_m: lengthOf(line),
  };
}

const CELL = 0.001;
/** A step is found from a little beside its cell too. */
const BESIDE = 1e-4;

function cellsAround(at: Point, within: number): string[] {
  const reach = Math.ceil(within / (CELL * M_PER_LON));
  const [x, y] = [Math.floor(at[0] / CELL), Math.floor(at[1] / CELL)];
  const cells: string[] = [];
  for (let i = -reach; i <= reach; i++) for (let j = -reach; j <= reach; j++) cells.push(`${x + i},${y + j}`);
  return cells;
}

function cellsOf(a: Point, b: Point): string[] {
  const span = (one: number, other: number): [number, number] => [
    Math.floor((Math.min(one, other) - BESIDE) / CELL),
    Math.floor((Math.max(one, other) + BESIDE) / CELL),
  ];
  const [[x0, x1], [y0, y1]] = [span(a[0], b[0]), span(a[1], b[1])];
  const cells: string[] = [];
  for (let x = x0; x <= x1; x++) for (let y = y0; y <= y1; y++) cells.push(`${x},${y}`);
  return cells;
}

class Heap {
  private readonly items: [number, number][] = [];

  push(cost: number, id: number): void {
    const { items } = this;
    let i = items.length;
    items.push([cost, id]);
    while (i > 0) {
      const up = (i - 1) >> 1;
      if (items[up]![0] <= cost) break;
      items[i] = items[up]!;
      i = up;
    }
    items[i] = [cost, id];
  }

  pop(): [number, number] | undefined {
    const { items } = this;
    const top = items[0];
    const last = items.pop();
    if (!last || !items.length) return top;
    let i = 0;
    for (;;) {
      let down = 2 * i + 1;
      if (down >= items.length) break;
      if (down + 1 < items.length && items[down + 1]![0] < items[down]![0]) down++;
      if (items[down]![0] >= last[0]) break;
      items[i] = items[down]!;
      i = down;
    }
    items[i] = last;
    return top;
  }
}
