import { variates } from "../../statistics/variates.js";

/** A purchase, so many days before the day of the run. */
export interface Bought {
  ago: number;
  amount: number;
}

/** Shoppers who began at some day of the last two years, buy at rates of their own, and stop some day. */
export function shoppers(count: number, seed: number): Record<string, Bought[]> {
  const random = variates(seed);
  return Object.fromEntries(
    Array.from({ length: count }, (_, i) => {
      const [rate, chance, level] = [random.gamma(0.8, 60), random.beta(1.5, 4), random.gamma(4, 0.04)];
      const bought: Bought[] = [];
      for (let ago = Math.floor(400 + 330 * random.uniform()); ago >= 0; ago -= 1 + Math.floor(-Math.log(random.uniform()) / rate)) {
        bought.push({ ago, amount: Math.max(1, Math.round(level * (0.5 + random.uniform()))) });
        if (random.uniform() < chance) break;
      }
      return [`c${String(i).padStart(3, "0")}`, bought];
    }),
  );
}
