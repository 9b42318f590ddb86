/** Numbers that look random and are the same for the same seed, on every machine. */
export interface Random {
  /** At least 0, below 1. */
  next(): number;
  /** A whole number of this range, both ends included. */
  whole(from: number, to: number): number;
  pick<T>(items: readonly [T, ...T[]]): T;
  /** Spread evenly over magnitudes, as money is. */
  magnitude(from: number, to: number): number;
  chance(of: number): boolean;
}

/** Mulberry32: 32 bits of state are plenty for a sample. */
export function random(seed: number): Random {
  let state = seed >>> 0;
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
  return {
    next,
    whole: (from, to) => from + Math.floor(next() * (to - from + 1)),
    pick: (items) => items[Math.floor(next() * items.length)] ?? items[0],
    magnitude: (from, to) => from * (to / from) ** next(),
    chance: (of) => next() < of,
  };
}

const DAY_MS = 86_400_000;

/** Days as text; the calendar is UTC's, there are no hours in it. */
export const addDays = (day: string, days: number): string => new Date(Date.parse(`${day}T00:00:00Z`) + days * DAY_MS).toISOString().slice(0, 10);

export const daysBetween = (from: string, to: string): number => Math.round((Date.parse(`${to}T00:00:00Z`) - Date.parse(`${from}T00:00:00Z`)) / DAY_MS);

/** The ends of the months before `until`, oldest first, and `until` itself. */
export function monthEnds(until: string, months: number): string[] {
  const ends = Array.from({ length: months }, (_, i) => {
    const date = new Date(`${until.slice(0, 7)}-01T00:00:00Z`);
    date.setUTCMonth(date.getUTCMonth() - (months - 1 - i));
    return addDays(date.toISOString().slice(0, 10), -1);
  });
  return [...ends, until];
}
