import { inThread } from "../platform/threads/index.js";
import { type Breaks, type Parting, part, partingModule } from "../statistics/index.js";

/**
 * So many different values are parted at once, for ten classes in 6 ms, in 35 where a few far off ask for twice the digits; a
 * million take one to three seconds, and a thread.
 */
const FEW = 5_000;

/** Where values from the smallest up part, without holding up whoever else is served. The arrays are given away. */
export async function parted(
  weighted: { values: Float64Array<ArrayBuffer>; counts: Float64Array<ArrayBuffer> },
  classes: number,
  elbow: boolean,
): Promise<Breaks> {
  const parting: Parting = { weighted, classes, elbow };
  if (weighted.values.length <= FEW) return part(parting);
  return inThread<Breaks>(partingModule, part.name, parting, [weighted.values.buffer, weighted.counts.buffer]);
}
