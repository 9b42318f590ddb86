import fc from "fast-check";
import { expect } from "vitest";

/** A mistake as what it makes of a piece of the sound text; the piece stands there once. */
export type Mistakes = Readonly<Record<string, string>>;

/** A sound document with any of these mistakes in it: as many problems are told as there are mistakes. */
export async function expectEveryMistakeTold(
  sound: string,
  mistakes: Mistakes,
  problemsOf: (text: string) => readonly string[] | Promise<readonly string[]>,
): Promise<void> {
  expect(await problemsOf(sound)).toEqual([]);
  for (const piece of Object.keys(mistakes)) expect(sound.split(piece), piece).toHaveLength(2);
  const choices = fc.subarray(Object.entries(mistakes), { minLength: 1 });
  await fc.assert(
    fc.asyncProperty(choices, async (made) => {
      const told = await problemsOf(made.reduce((text, [piece, instead]) => text.replace(piece, () => instead), sound));
      expect(told, made.map(([, instead]) => instead).join("\n")).toHaveLength(made.length);
    }),
    { numRuns: 60, examples: [...Object.entries(mistakes).map((one): [[string, string][]] => [[one]]), [Object.entries(mistakes)]] },
  );
}
