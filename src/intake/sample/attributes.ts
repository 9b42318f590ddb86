import type { Days } from "./days.js";
import { kindNumbers, type Means } from "./means.js";
import { random } from "./random.js";

export const attributeHead = ["客户号", "属性", "日期", "文本值", "数值"];

/** The day on which a person asked not to be contacted; undefined for almost all. */
export function silentFrom(seed: number, n: number, { since }: Means): number | undefined {
  const draw = random(seed, "attributes", kindNumbers.person, n);
  return draw.chance(0.01) ? draw.whole(0, Math.min(since, 700)) : undefined;
}

const lunarBefore = 1975;

export function personAttributes(seed: number, n: number, id: string, has: Means & { silentFrom: number | undefined; birth: number }, days: Days): string[][] {
  const draw = random(seed, "consent", kindNumbers.person, n);
  const day = days.text(has.since);
  const consent = draw.weighted([["是", 8] as const, ["否", 1] as const, ["", 1] as const]);
  return [
    ...(has.key ? [[id, "key_customer", day, "是", ""]] : []),
    ...(has.silentFrom === undefined ? [] : [[id, "do_not_contact", days.text(has.silentFrom), "是", ""]]),
    ...(consent === "" ? [] : [[id, "marketing_consent", day, consent, ""]]),
    ...(Number(days.text(has.birth).slice(0, 4)) < lunarBefore && draw.chance(0.08) ? [[id, "birthday_calendar", day, "lunar", ""]] : []),
  ];
}

export function organisationAttributes(id: string, { creditTarget, since }: Means, days: Days): string[][] {
  return creditTarget === undefined ? [] : [[id, "credit_target", days.text(since), "", creditTarget.toFixed(2)]];
}

type Level = "senior" | "intermediate" | "junior";

/** What a manager is evaluated by, 0 to 100 each, and between what it lies; room to grow is the larger the younger. */
const evaluated = {
  performance: { senior: [65, 98], intermediate: [50, 92], junior: [30, 80] },
  basic_quality: { senior: [70, 98], intermediate: [60, 92], junior: [50, 88] },
  product_knowledge: { senior: [70, 98], intermediate: [55, 92], junior: [35, 78] },
  selling: { senior: [65, 98], intermediate: [50, 95], junior: [30, 80] },
  communication: { senior: [65, 98], intermediate: [55, 95], junior: [45, 90] },
  room: { senior: [30, 80], intermediate: [40, 90], junior: [50, 98] },
  drive: { senior: [40, 95], intermediate: [40, 95], junior: [40, 98] },
  career_plan: { senior: [50, 90], intermediate: [40, 90], junior: [30, 95] },
} as const satisfies Record<string, Record<Level, readonly [number, number]>>;

export function managerAttributes(
  seed: number,
  n: number,
  id: string,
  { level, capacity, since }: { level: Level; capacity: number; since: number },
  days: Days,
): string[][] {
  const draw = random(seed, "attributes", kindNumbers.manager, n);
  const [day, evaluation] = [days.text(since), days.text(days.monthEnd)];
  return [
    [id, "level", day, level, ""],
    [id, "capacity", day, "", String(capacity)],
    ...Object.entries(evaluated).map(
      ([
        name,
        {
          [level]: [least, most],
        },
      ]) => [id, name, evaluation, "", String(draw.whole(least, most))],
    ),
  ];
}
