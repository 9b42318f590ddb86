import { exactPercent } from "../platform/percent.js";
import { refuse } from "../platform/problem.js";
import type { RunResult } from "./schema.js";

type Counts = Pick<RunResult, "customers" | "moved" | "first_graded">;

const heldIn = ({ customers, first_graded }: Counts): number => customers - first_graded;

/** Of those who held a tier, how many moved: 0 to 1. */
export const movedShare = (counts: Counts): number => (heldIn(counts) <= 0 ? 0 : counts.moved / heldIn(counts));

/** Stop and ask where more customers move than the model allows; null: it allows any number. */
export function refuseManyMoves(model: string, counts: Counts, over: number | null, hint: { zh: string; en: string }): void {
  const share = movedShare(counts);
  if (over === null || share <= over) return;
  const { moved } = counts;
  const held = heldIn(counts);
  refuse(
    "tiering.too_many_moved",
    {
      zh: `模型 ${model} 将变动 ${held} 位客户中的 ${moved} 位（${exactPercent(share)}），超过模型规定的 ${exactPercent(over)}；没有改动任何客户的层级`,
      en: `${model} would move ${moved} of ${held} customers (${exactPercent(share)}), more than the ${exactPercent(over)} the model allows; nobody's tier was changed`,
    },
    { status: 409, place: { path: "safety" }, hint },
  );
}
