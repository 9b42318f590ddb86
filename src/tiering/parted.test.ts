import { expect, test } from "vitest";
import { elbow, naturalBreaks } from "../statistics/index.js";
import { parted } from "./parted.js";

const spread = (n: number): { values: Float64Array<ArrayBuffer>; counts: Float64Array<ArrayBuffer> } => ({
  values: Float64Array.from({ length: n }, (_, i) => 1000 * Math.sin(i * 7.3) + i / 10).sort(),
  counts: new Float64Array(n).fill(1),
});

test("many values part in a thread as they would here", async () => {
  expect(await parted(spread(30_000), 4, false)).toEqual(naturalBreaks(spread(30_000), 4));
  expect(await parted(spread(30_000), 6, true)).toEqual(elbow(spread(30_000), 6));
  expect(await parted(spread(500), 4, false)).toEqual(naturalBreaks(spread(500), 4));
  expect(await parted(spread(0), 4, true)).toEqual(elbow(spread(0), 4));
});

test("others are served while 300,000 values are parted", async () => {
  await parted(spread(30_000), 2, false); // a thread is there: what beats below beats during the computation
  let beats = 0;
  const heart = setInterval(() => beats++, 1);
  const { ends } = await parted(spread(300_000), 10, false);
  clearInterval(heart);
  expect(ends).toHaveLength(9);
  expect(beats).toBeGreaterThan(10);
});
