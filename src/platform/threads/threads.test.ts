import { once } from "node:events";
import type { Worker } from "node:worker_threads";
import { expect, test } from "vitest";
import { inThread } from "./index.js";
import { add, crash, doubled, fail, here, lengthKept, throwIt, unclonable } from "./testing.js";

test("an answer is computed in a thread; buffers go there and come back without a copy", async () => {
  expect(await inThread<number>(here, add.name, [2, 3])).toBe(5);
  const values = Float64Array.of(1, 2, 3);
  expect(await inThread(here, doubled.name, { values }, [values.buffer])).toEqual({ twice: Float64Array.of(2, 4, 6), sum: 12 });
  expect(values.length).toBe(0);
  expect(await inThread<number>(here, lengthKept.name, null)).toBe(0);
  const copied = Float64Array.of(1);
  await inThread(here, doubled.name, { values: copied });
  expect(copied).toEqual(Float64Array.of(1));
});

test("what is thrown comes back as an error with its message", async () => {
  await expect(inThread(here, fail.name, "too far")).rejects.toThrow(new RangeError("too far"));
  await expect(inThread(here, fail.name, "too far")).rejects.toMatchObject({ stack: expect.stringContaining("testing.ts") as unknown });
  for (const thing of ["a word", 0, null, undefined]) await expect(inThread(here, throwIt.name, thing)).rejects.toThrow(String(thing));
  await expect(inThread(here, "nobody", null)).rejects.toThrow(/exports no function nobody/);
  await expect(inThread(new URL("nowhere.js", here), add.name, [1, 2])).rejects.toThrow(/nowhere/);
  await expect(inThread(here, unclonable.name, null)).rejects.toThrow(/could not be cloned/);
  await expect(inThread(here, add.name, () => 1)).rejects.toThrow(/could not be cloned/);
  await expect(inThread(here, add.name, [1, 2])).resolves.toBe(3);
});

test("a thread that crashes fails its task, and those that wait get another", async () => {
  const crashes = [1, 2, 3].map((code) => expect(inThread(here, crash.name, code)).rejects.toThrow(`code: ${code}`));
  const answers = [1, 2, 3].map((n) => inThread<number>(here, add.name, [n, n]));
  await Promise.all(crashes);
  expect(await Promise.all(answers)).toEqual([2, 4, 6]);
});

test("threads are two at most, and end when nobody asks", async () => {
  const ends: Promise<unknown>[] = [];
  const note = (worker: Worker): void => void ends.push(once(worker, "exit"));
  // no thread of the tests before is left
  await Promise.all([1, 2].map((code) => expect(inThread(here, crash.name, code)).rejects.toThrow()));
  process.on("worker", note);
  await Promise.all([1, 2, 3, 4, 5].map((n) => inThread(here, add.name, [n, n])));
  process.off("worker", note);
  expect(ends.length).toBeGreaterThan(0);
  expect(ends.length).toBeLessThanOrEqual(2);
  await Promise.all(ends);
});
