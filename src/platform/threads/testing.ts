/** Functions for tests to run in a thread, and where they are. */
export const here = new URL(import.meta.url);

let kept = new Float64Array();

export function doubled({ values }: { values: Float64Array }): { twice: Float64Array; sum: number } {
  kept = Float64Array.from(values, (value) => 2 * value);
  return { twice: kept, sum: kept.reduce((sum, value) => sum + value, 0) };
}

export const lengthKept = (): number => kept.length;

export const add = ([a, b]: readonly [number, number]): Promise<number> => Promise.resolve(a + b);

export function fail(message: string): never {
  throw new RangeError(message);
}

export function throwIt(thing: unknown): never {
  throw thing;
}

/** A function cannot be cloned. */
export const unclonable = (): (() => void) => () => undefined;

/** Ends the thread, as running out of memory does. */
export const crash = (code: number): never => process.exit(code);
