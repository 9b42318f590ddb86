const KEPT = 10_000;

/** A function that remembers: messages of one day share a few moments, and zones are slow to compute. */
function remembered(compute: (text: string) => string): (text: string) => string {
  const held = new Map<string, string>();
  return (text) => {
    const known = held.get(text);
    if (known !== undefined) return known;
    if (held.size >= KEPT) held.clear();
    const found = compute(text);
    held.set(text, found);
    return found;
  };
}

/** Moments as wall times of a zone ('YYYY-MM-DDTHH:MM:SS') and back. */
export function wallClock(zone: string): { wallOf(moment: string): string; momentOf(wall: string): string } {
  const format = new Intl.DateTimeFormat("sv-SE", { timeZone: zone, dateStyle: "short", timeStyle: "medium" });
  const wallAt = (milliseconds: number): string => format.format(milliseconds).replace(" ", "T");
  const shift = (milliseconds: number): number => Date.parse(`${wallAt(milliseconds)}Z`) - milliseconds;
  return {
    wallOf: remembered((moment) => wallAt(Date.parse(moment))),
    momentOf: remembered((wall) => {
      const asIfUtc = Date.parse(`${wall}Z`);
      const guess = asIfUtc - shift(asIfUtc);
      return new Date(asIfUtc - shift(guess)).toISOString(); // again: the clocks may have changed between the two
    }),
  };
}
