import { refuse } from "../platform/problem.js";
import { type Reader, sql } from "../platform/warehouse/index.js";
import type { Moment } from "./cte.js";
import type { Plan } from "./plan.js";

/** The earliest day any fact speaks of; facts without a day speak of every day. */
async function firstDay(reader: Reader): Promise<string | null> {
  return (await reader.first<{ day: string | null }>(sql`select min(first_on)::varchar as day from sighting`))?.day ?? null;
}

/** When the first fact of a day or an earlier one was recorded, on the workspace's clock. */
async function firstRecorded(reader: Reader, asOf: string): Promise<{ moment: string; day: string }> {
  const found = await reader.first<{ moment: string; day: string }>(sql`
    with earliest as (select (min(recorded_at) at time zone 'UTC')::timestamp as recorded from sighting where first_on <= ${asOf}::date)
    select strftime(recorded, '%Y-%m-%d %H:%M') as moment, recorded::date::varchar as day from earliest`);
  if (found === undefined) throw new Error("there is no first record");
  return found;
}

/** Nothing is asked of a model while there is none. */
export function refuseNoModel(): never {
  refuse(
    "tiering.no_model",
    { zh: "还没有发布分层模型", en: "No tier model is published" },
    { hint: { zh: "发布一个预置模型：tierkeep models apply retail-bank", en: "Publish a preset: tierkeep models apply retail-bank" } },
  );
}

/** A day before anything was recorded of anybody is a mistake in the day: say which would do. */
export async function refuseBeforeFacts(reader: Reader, { asOf, known }: Moment): Promise<void> {
  const seen = await reader.first(sql`select 1 from sighting where first_on <= ${asOf}::date limit 1`);
  if (seen !== undefined && known !== null) {
    const recorded = await reader.first(sql`select 1 from sighting where first_on <= ${asOf}::date and recorded_at < ${known}::timestamp limit 1`);
    if (recorded === undefined) {
      const first = await firstRecorded(reader, asOf);
      refuse(
        "tiering.nothing_known",
        { zh: `当时还没有截至 ${asOf} 的任何客户数据`, en: `At that time nothing was known of anybody by ${asOf}` },
        {
          place: { path: "known_at" },
          hint: {
            zh: `最早的记录写入于 ${first.moment}，请选择 ${first.day} 或之后的日期。`,
            en: `The first of it was recorded on ${first.moment}: choose ${first.day} or a later day.`,
          },
        },
      );
    }
  }
  if (seen !== undefined) return;
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
