import { type Fact, facts } from "../customer/schema.js";
import { refuse } from "../platform/problem.js";
import { name, type Reader, sql } from "../platform/warehouse/index.js";
import { daysAfter } from "./duration.js";
import type { Plan } from "./plan.js";

const dated = (Object.keys(facts) as Fact[]).flatMap((fact) => (facts[fact].time === null ? [] : [{ fact, time: facts[fact].time }]));

/** Does any fact speak of a day up to this one? Stops at the first it finds. */
async function speaksBy(reader: Reader, asOf: string): Promise<boolean> {
  for (const { fact, time } of dated) {
    const found = await reader.first(sql`select 1 from ${name(fact)} where retracted_at is null and ${name(time)} < ${daysAfter(asOf, 1)}::date limit 1`);
    if (found !== undefined) return true;
  }
  return false;
}

async function firstDay(reader: Reader): Promise<string | null> {
  const days = await Promise.all(
    dated.map(({ fact, time }) =>
      reader.first<{ day: string | null }>(sql`select min(${name(time)})::date::varchar as day from ${name(fact)} where retracted_at is null`),
    ),
  );
  return days.flatMap((one) => one?.day ?? []).sort()[0] ?? null;
}

/** A day before anything was recorded of anybody is a mistake in the day: say which would do. */
export async function refuseBeforeFacts(reader: Reader, asOf: string): Promise<void> {
  if (await speaksBy(reader, asOf)) return;
  const day = await firstDay(reader);
  refuse(
    "tiering.no_facts",
    { zh: `截至 ${asOf} 还没有任何客户数据`, en: `There are no facts by ${asOf}` },
    {
      place: { path: "as_of" },
      hint:
        day === null
          ? { zh: "请先导入数据：tierkeep import", en: "Import some first: tierkeep import" }
          : { zh: `最早的数据是 ${day}，请选择这一天或之后的日期。`, en: `The earliest fact is of ${day}: choose that day or a later one.` },
    },
  );
}

/** Nobody to grade although there are facts: the model is for another kind of customer. */
export function refuseNobody(plan: Plan, asOf: string): never {
  const kind = plan.subject === null ? { zh: "", en: "" } : { zh: `主体类型为 ${plan.subject} 的`, en: ` of kind ${plan.subject}` };
  refuse(
    "tiering.no_customers",
    { zh: `截至 ${asOf} 没有${kind.zh}客户`, en: `No customer${kind.en} is known by ${asOf}` },
    {
      place: { path: "model" },
      hint: { zh: "检查导入映射中的 kind，或选择另一个模型。", en: "Check `kind` in the mapping of your import, or choose another model." },
    },
  );
}
