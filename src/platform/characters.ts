/** What no store keeps: NUL, and half of a surrogate pair, which JSON and YAML can write as an escape. */
const unkept = /\0|\p{Surrogate}/u;

/** Where texts with such a character stand in a value that was read, as paths; of a name, the path to what it names. */
export function unkeptIn(value: unknown): (string | number)[][] {
  if (typeof value === "string") return unkept.test(value) ? [[]] : [];
  if (typeof value !== "object" || value === null || Buffer.isBuffer(value)) return [];
  const steps: [string | number, unknown][] = Array.isArray(value) ? [...value.entries()] : Object.entries(value);
  return steps.flatMap(([step, inner]) => (typeof step === "string" && unkept.test(step) ? [[step]] : unkeptIn(inner).map((rest) => [step, ...rest])));
}

/** Such characters as people may read of them. */
export const withoutUnkept = (text: string): string => text.replaceAll(new RegExp(unkept, "gu"), "�");
