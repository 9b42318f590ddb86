import { type Days, SPAN, season } from "./days.js";
import { kindNumbers, type Means, STEADY } from "./means.js";
import { random } from "./random.js";

export const balanceHead = ["客户号", "账号", "余额类型", "日期", "余额"];

/** What stood on the accounts when they were opened, at the ends of months, when much came or went, and when they were closed. */
export function balances(seed: number, kind: "person" | "organisation", n: number, id: string, has: Means, days: Days): string[][] {
  const draw = random(seed, "balances", kindNumbers[kind], n);
  const rows: string[][] = [];
  const { since, closed, before, move, monthEnd } = { ...has, monthEnd: days.monthEnd };
  const moved = monthEnd - 1;
  const known = new Set(days.monthEnds.filter((day) => day <= since && (closed === undefined || day > closed)));
  if (since < SPAN) known.add(since);
  if (move !== 1) known.add(moved);
  if (closed !== undefined) known.add(closed);
  const ordered = [...known].sort((a, b) => b - a);
  for (const [of, suffix, now] of [
    ["deposit", "D1", has.deposit],
    ["investment", "I1", has.investment],
  ] as const) {
    if (now === 0) continue;
    for (const day of ordered) {
      const grown = before + (1 - before) * (1 - Math.min(day, SPAN) / SPAN);
      const usual = grown * (of === "deposit" ? season(days, day) : 1) * (0.97 + draw.next() * 0.06);
      const level = day === 0 || (move !== 1 && day < STEADY) ? 1 : usual;
      const amount = now * level * (day > moved ? 1 / move : 1);
      rows.push([id, `${id}-${suffix}`, of, days.text(day), day === closed ? "0.00" : amount.toFixed(2)]);
    }
  }
  return rows;
}
