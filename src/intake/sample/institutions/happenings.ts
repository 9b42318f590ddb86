import type { Days } from "../days.js";
import type { Random, Some } from "../random.js";
import { timeOf } from "../transactions.js";

/** How many days before the last one, and the cells that say what it was. */
export type Happening = readonly [back: number, ...cells: string[]];

/** Contacts of a kind: type, channel, direction, and what they may be about. */
export type Contact = readonly [kind: string, channel: string, direction: "in" | "out", subjects: Some<string>];

/** So many days of a stretch, both ends included; none when there is no such stretch. */
export const scattered = (draw: Random, count: number, from: number, to: number): number[] =>
  from > to ? [] : Array.from({ length: count }, () => draw.whole(from, to));

/** Days of a stretch about so far apart, the nearest first. */
export function spaced(draw: Random, every: number, from: number, to: number): number[] {
  const days: number[] = [];
  for (let back = from; back <= to; back += draw.whole(Math.ceil(every / 2), Math.ceil(every * 1.5))) days.push(back);
  return days;
}

export const contacts = (draw: Random, days: readonly number[], [kind, channel, direction, subjects]: Contact): Happening[] =>
  days.map((back) => [back, kind, channel, direction, draw.pick(subjects)]);

/** As rows, oldest first: a number of its own, the customer, the time, and what it was. */
export function told(draw: Random, letter: string, id: string, happenings: readonly Happening[], days: Days): string[][] {
  const timed = happenings.map(([back, ...cells]) => ({ back, time: timeOf(draw, 8, 21), cells }));
  timed.sort((a, b) => b.back - a.back || (a.time < b.time ? -1 : 1));
  return timed.map(({ back, time, cells }, i) => [`${letter}${id}-${i + 1}`, id, `${days.text(back)} ${time}`, ...cells]);
}
