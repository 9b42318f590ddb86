import { join } from "node:path";
import { type Sink, sink } from "./csv.js";

/** Everything of one customer, by file. */
export type Rows<File extends string> = Partial<Record<File, string[][]>>;

/** Write CSV files, one customer after the other, in little memory; `last` are lines as they are. */
export async function writeFiles<File extends string>(
  directory: string,
  heads: Readonly<Record<File, readonly string[]>>,
  customers: Iterable<Rows<File>>,
  last?: Readonly<Record<File, string[]>>,
): Promise<void> {
  const names = Object.keys(heads) as File[];
  const files = Object.fromEntries(await Promise.all(names.map(async (file) => [file, await sink(join(directory, `${file}.csv`), heads[file])]))) as Record<
    File,
    Sink
  >;
  for (const rows of customers) {
    for (const file of names) {
      for (const row of rows[file] ?? []) files[file].row(row);
      await files[file].flow();
    }
  }
  for (const file of names) {
    for (const line of last?.[file] ?? []) files[file].line(line);
    await files[file].end();
  }
}
