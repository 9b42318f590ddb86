import { refuse } from "../platform/problem.js";
import type { RunResult } from "./schema.js";

type Counts = Pick<RunResult, "customers" | "moved" | "first_graded">;

/** Of those who held a tier, how many moved: 0 to 1. */
export function movedShare({ customers, moved, first_graded }: Counts): number {
  const held = customers - first_graded;
  return held <= 0 ? 0 : moved / held;
}

const percent = (share: number): string => `${Number((100 * share).toFixed(2))} %`;

/** Stop and ask where more customers move than the model allows; null: it allows any number. */
export function refuseManyMoves(model: string, counts: Counts, over: number | null, hint: { zh: string; en: string }): void {
  const share = movedShare(counts);
  if (over === null || share <= over) return;
  const { moved, customers, first_graded } = counts;
  const held = customers - first_graded;
  refuse(
    "tiering.too_many_moved",
    {
      zh: `模型 ${model} 将变动 ${held} 位客户中的 ${moved} 位（${percent(share)}），超过模型规定的 ${percent(over)}；没有改动任何客户的层级`,
      en: `${model} would move ${moved} of ${held} customers (${percent(share)}), more than the ${percent(over)} the model allows; nobody's tier was changed`,
    },
    { status: 409, place: { path: "safety" }, hint },
  );
}
