import { daysUntil } from "./days.js";
import { dirt } from "./dirt.js";
import { BETWEEN } from "./institutions/enrol.js";
import { institutions } from "./institutions/index.js";
import type { Clientele } from "./means.js";
import { places } from "./places.js";
import { products } from "./products.js";
import { type File, heads, rowsOf } from "./rows.js";
import { type Rows, writeFiles } from "./write.js";

export interface SampleOptions {
  /** People. */
  customers: number;
  organisations: number;
  /** Account managers; by default 3 for a thousand people, and one for each branch. */
  managers?: number;
  /** Absent: usual. */
  clientele?: Clientele;
  seed: number;
  /** The last day of the sample, YYYY-MM-DD; everything that happened lies in the three years before it. */
  until: string;
}

/**
 * Write a bank as CSV files into a folder: products, customers and account managers, balances, transactions, holdings,
 * interactions, attributes. The same options give the same bytes, on every machine. Every tier of the presets has members, and nobody
 * in it exists.
 */
export async function writeSampleBank(
  directory: string,
  { customers, organisations, seed, until, clientele = "usual", ...more }: SampleOptions,
): Promise<void> {
  const days = daysUntil(until);
  const counts = { manager: more.managers ?? Math.max(places.length, Math.round(customers * 0.003)), person: customers, organisation: organisations };
  function* everyone(): Iterable<Rows<File>> {
    yield { products: products() };
    for (const kind of ["manager", "person", "organisation"] as const) for (let n = 1; n <= counts[kind]; n++) yield rowsOf[kind](seed, n, days, clientele);
  }
  await writeFiles(directory, heads, everyone(), dirt(seed, days, clientele));
}

/** The institutions that can be written, by the name of the command line. */
export const sampleNames = ["bank", ...(Object.keys(institutions) as (keyof typeof institutions)[])] as const;
export type SampleName = (typeof sampleNames)[number];

/** More would have numbers of another institution. */
export const MOST_CUSTOMERS = BETWEEN - 1;

/** Write a sample institution as CSV files into a folder: the bank, or one of those beside it, which are as clean as it is not. */
export async function writeSample(name: SampleName, directory: string, options: Pick<SampleOptions, "customers" | "seed" | "until">): Promise<void> {
  const { customers, seed, until } = options;
  if (name === "bank")
    return writeSampleBank(directory, {
      ...options,
      organisations: Math.ceil(customers * 0.03),
      managers: Math.max(places.length, Math.ceil(customers * 0.03)),
      clientele: "wealthy",
    });
  const { heads, rowsOf } = institutions[name];
  const days = daysUntil(until);
  function* everyone(): Iterable<Rows<string>> {
    for (let n = 1; n <= customers; n++) yield rowsOf(seed, n, days);
  }
  await writeFiles<string>(directory, heads, everyone());
}
