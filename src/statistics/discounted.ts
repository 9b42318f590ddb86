/** How what is expected over time is valued today. */
export interface Discounting {
  /** How far ahead, in the unit of time of what is expected; above 0. */
  horizon: number;
  /** Equal steps in which it is looked at; what comes within one counts as coming at one moment. */
  steps: number;
  /** The share of the spend that is earned. */
  margin: number;
  /** Per year: 0.1 makes 110 of next year worth 100 today. At least 0. */
  yearly_discount: number;
  /** How many units of time a year has: 52.1775 weeks, 365.2425 days, 12 months. */
  units_per_year: number;
  /** The moment of a step: its middle (off by less than a part in 20,000 for quarters at 10 % a year), or its end, as is usual in the literature. */
  paid: "middle" | "end";
}

/** The ends of the steps, and what one unit of money of each is worth today. */
function stepsOf({ horizon, steps, yearly_discount, units_per_year, paid }: Discounting): { ends: number[]; worth: number[] } {
  if (!(horizon > 0 && Number.isFinite(horizon) && units_per_year > 0 && Number.isFinite(units_per_year))) throw new RangeError("times are above 0");
  if (!(Number.isInteger(steps) && steps > 0)) throw new RangeError(`steps are a whole number above 0, not ${steps}`);
  if (!(yearly_discount >= 0)) throw new RangeError(`a discount is not below 0: ${yearly_discount}`);
  const at = (step: number): number => (horizon * step) / steps;
  const numbers = Array.from({ length: steps }, (_, i) => i + 1);
  const worth = (step: number): number => Math.exp((-Math.log1p(yearly_discount) * at(step - (paid === "middle" ? 0.5 : 0))) / units_per_year);
  return { ends: numbers.map(at), worth: numbers.map(worth) };
}

/** The discounted number of purchases up to the horizon, of a function that tells how many are expected up to a time from now (0 at 0). */
export function discountedPurchases(discounting: Discounting, expectedBy: (time: number) => number): number {
  const { ends, worth } = stepsOf(discounting);
  let [sum, before] = [0, 0];
  ends.forEach((end, step) => {
    const now = expectedBy(end);
    sum += (now - before) * (worth[step] ?? 0);
    before = now;
  });
  return sum;
}

/** What is earned of one up to the horizon, in today's money: expected purchases at their expected spend, times the margin; null where the spend is unknown. */
export function discountedValue(discounting: Discounting, expectedBy: (time: number) => number, spend: number | null): number | null {
  return spend === null ? null : discounting.margin * spend * discountedPurchases(discounting, expectedBy);
}

/** `discountedValue` of each row, into `out`; `expectedBy` writes the rows' expected purchases up to a time into the column it is given, once for each step. */
export function discountedValues(
  discounting: Discounting,
  expectedBy: (time: number, out: Float64Array) => unknown,
  spend: ArrayLike<number>,
  out: Float64Array,
): Float64Array {
  const { ends, worth } = stepsOf(discounting);
  let [before, now] = [new Float64Array(out.length), new Float64Array(out.length)];
  out.fill(0);
  ends.forEach((end, step) => {
    expectedBy(end, now);
    for (let row = 0; row < out.length; row++) out[row] = (out[row] ?? 0) + ((now[row] ?? 0) - (before[row] ?? 0)) * (worth[step] ?? 0);
    [before, now] = [now, before];
  });
  for (let row = 0; row < out.length; row++) out[row] = discounting.margin * (spend[row] ?? 0) * (out[row] ?? 0);
  return out;
}
