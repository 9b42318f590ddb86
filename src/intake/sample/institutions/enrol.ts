import { customerHead, organisation, person } from "../customers.js";
import type { Days } from "../days.js";
import { kindNumbers, type Means } from "../means.js";
import { type Random, random, type Stream } from "../random.js";
import type { Rows } from "../write.js";

/** A sample institution: its files with their columns, and everything of each of its customers. */
export interface Institution {
  heads: Readonly<Record<string, readonly string[]>>;
  /** It depends on the seed and who it is, not on how many others there are. */
  rowsOf(seed: number, n: number, days: Days): Rows<string>;
}

/** So many numbers lie between the first customers of two institutions: no two have the same somebody, nor has the bank. */
export const BETWEEN = 500_000;

/** How an institution's customers are told from those of all others. */
interface Register {
  letter: string;
  /** Which of the institutions it is, from 1. */
  place: number;
  /** What stands in the place of the bank's branch; nothing where there are none. */
  branch?: string;
}

interface Enrolled {
  id: string;
  /** Random numbers of this customer alone. */
  draw(stream: Stream): Random;
  /** The line that says who it is. */
  row(kind: "person" | "organisation", came: Pick<Means, "standing" | "since">): string[];
}

const BRANCH = customerHead.indexOf("机构");

/** The n-th customer of an institution: somebody who could exist and does not. */
export function enrol({ letter, place, branch }: Register, seed: number, n: number, days: Days): Enrolled {
  const number = place * BETWEEN + n;
  const id = `${letter}${String(n).padStart(6, "0")}`;
  const placed = (cell: string): string => (branch === undefined ? "" : cell.replace("支行", branch));
  return {
    id,
    draw: (stream) => random(seed, stream, kindNumbers.person, number),
    row: (kind, came) => {
      const row = kind === "person" ? person(seed, number, came, days, id).row : organisation(seed, number, came, days, id);
      return row.map((cell, i) => (i === BRANCH ? placed(cell) : cell));
    },
  };
}
