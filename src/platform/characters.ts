/** What no store keeps: NUL, and half of a surrogate pair, which JSON and YAML can write as an escape. */
const unkept = /\0|\p{Surrogate}/u;

/** Where texts with such a character stand in a value that was read, as paths; of a name, the path to what it names. */
export function unkeptIn(value: unknown): (string | number)[][] {
  const found: (string | number)[][] = [];
  // a stack of our own: what somebody sends may be nested deeper than calls may be
  const open: Place[] = [{ inner: value }];
  for (let place = open.pop(); place !== undefined; place = open.pop()) {
    const { inner } = place;
    if (typeof inner === "string" && unkept.test(inner)) found.push(pathOf(place));
    if (typeof inner !== "object" || inner === null || Buffer.isBuffer(inner)) continue;
    const steps: [string | number, unknown][] = Array.isArray(inner) ? [...inner.entries()] : Object.entries(inner);
    for (const [step, held] of steps.reverse()) {
      const below: Place = { above: place, step, inner: held };
      if (typeof step === "string" && unkept.test(step)) found.push(pathOf(below));
      else open.push(below);
    }
  }
  return found;
}

/** A part of a value, and how one comes to it. */
interface Place {
  above?: Place;
  step?: string | number;
  inner: unknown;
}

function pathOf(place: Place): (string | number)[] {
  const path: (string | number)[] = [];
  for (let at: Place | undefined = place; at?.step !== undefined; at = at.above) path.push(at.step);
  return path.reverse();
}

/** Such characters as people may read of them. */
export const withoutUnkept = (text: string): string => text.replaceAll(new RegExp(unkept, "gu"), "�");
