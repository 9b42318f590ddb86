import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { isNode } from "yaml";
import { z } from "zod";
import { readYaml } from "../document/index.js";
import { didYouMean } from "../expression/index.js";
import { sayIssue } from "../issue.js";
import { problem } from "../problem.js";
import { type Problem, Text } from "../schema.js";
import { daysAfter, daysFrom, isDay, weekdayOf } from "./days.js";

const Day = z.string().refine(isDay, { message: "is not a day", params: { day: true } });

const Holiday = z.strictObject({
  name: Text,
  from: Day.meta({ description: "first day off" }),
  to: Day.meta({ description: "last day off" }),
  work: z.array(Day).default([]).meta({ description: "weekend days worked instead" }),
});

/** One year's days off as they were announced. */
export const HolidayYear = z.strictObject({
  year: z.int().min(1900).max(2100),
  source: z.string().optional().meta({ description: "who announced it, and when" }),
  holidays: z.array(Holiday).min(1),
});
export type HolidayYear = z.infer<typeof HolidayYear>;

const HolidayFile = z.strictObject({ years: z.array(HolidayYear).min(1) });

type Path = readonly PropertyKey[];
type At = (path: Path, code: string, message: Text, hint: Text) => Problem;

const dayHint = { zh: "写成 YYYY-MM-DD，例如 2026-02-17", en: "write YYYY-MM-DD, for example 2026-02-17" };
const formHint = { zh: "形式见随程序提供的 presets/calendars/cn.yaml", en: "presets/calendars/cn.yaml, which comes along, shows the form" };
const keys = [HolidayFile, HolidayYear, Holiday].flatMap((one) => Object.keys(one.shape));

/** One issue of the schema as problems a person can mend. */
function explain(issue: z.core.$ZodIssue, at: At): Problem[] {
  const label = String(issue.path.at(-1) ?? "years");
  if (issue.code === "unrecognized_keys")
    return issue.keys.map((key) =>
      at([...issue.path, key], "calendar.unknown_key", { zh: `不认识 ${key}`, en: `${key} is not known here` }, didYouMean(key, keys) ?? formHint),
    );
  if (issue.code === "custom") return [at(issue.path, "calendar.not_a_day", { zh: `${label} 不是存在的日期`, en: `${label} is not a day` }, dayHint)];
  if (issue.code === "invalid_type" && issue.message.endsWith("undefined"))
    return [at(issue.path, "calendar.missing", { zh: `缺少 ${label}`, en: `${label} is missing` }, formHint)];
  return [at(issue.path, "calendar.wrong_kind", sayIssue({ ...issue }, label), formHint)];
}

const onceHint = { zh: "只留一处", en: "keep one of them" };
const yearHint = { zh: "每年的安排写在该年之下；只有年初年末可相差一周", en: "days stand under their own year; a week over its ends is allowed" };
const orderHint = { zh: "from 是第一天，to 是最后一天", en: "from is the first day off, to the last" };
const weekendHint = { zh: "work 只列调休上班的周六、周日", en: "work lists only Saturdays and Sundays that are worked instead" };

/** What a schema cannot say: days in order, of the year they stand in, each named once, and work only on weekends. */
function checkYears(years: readonly HolidayYear[], at: At): Problem[] {
  const problems: Problem[] = [];
  const yearsTold = new Set<number>();
  const told = new Set<string>();
  const tell = (day: string, path: Path): void => {
    if (told.has(day)) problems.push(at(path, "calendar.twice", { zh: `${day} 出现了两次`, en: `${day} is named twice` }, onceHint));
    told.add(day);
  };
  years.forEach(({ year, holidays }, y) => {
    if (yearsTold.has(year)) problems.push(at(["years", y, "year"], "calendar.twice", { zh: `${year} 年出现了两次`, en: `${year} is named twice` }, onceHint));
    yearsTold.add(year);
    // a holiday at New Year may begin in the last week of the year before
    const [first, last] = [daysAfter(`${year}-01-01`, -7), daysAfter(`${year}-12-31`, 7)];
    holidays.forEach(({ from, to, work }, h) => {
      const path = ["years", y, "holidays", h];
      const days: [string, Path][] = [[from, [...path, "from"]], [to, [...path, "to"]], ...work.map((day, i): [string, Path] => [day, [...path, "work", i]])];
      const strange = days.filter(([day]) => day < first || day > last);
      for (const [day, where] of strange)
        problems.push(at(where, "calendar.other_year", { zh: `${day} 不在 ${year} 年`, en: `${day} is not in ${year}` }, yearHint));
      if (to < from) problems.push(at([...path, "to"], "calendar.backwards", { zh: `${to} 早于 ${from}`, en: `${to} is before ${from}` }, orderHint));
      else if (strange.length === 0) for (const day of daysFrom(from, to)) tell(day, [...path, "from"]);
      work.forEach((day, i) => {
        tell(day, [...path, "work", i]);
        if (weekdayOf(day) < 6)
          problems.push(
            at(
              [...path, "work", i],
              "calendar.not_a_weekend",
              { zh: `${day} 不是周末，本来就上班`, en: `${day} is no weekend day; it is worked anyway` },
              weekendHint,
            ),
          );
      });
    });
  });
  return problems;
}

/** Read a file of holidays; all its problems at once, or its years. */
export function readHolidays(text: string, file: string): { years: HolidayYear[]; problems: Problem[] } {
  const { document, lines, faults, value } = readYaml(text);
  if (faults.length > 0)
    return {
      years: [],
      problems: faults.map(({ message, hint, offset }) => problem("calendar.yaml", message, { place: { file, line: lines.linePos(offset).line }, hint })),
    };

  /** A problem on the line of a path, or of the nearest thing above it that is there. */
  const at: At = (path, code, message, hint) => {
    const above = path.map((_, i) => document.getIn(path.slice(0, path.length - i), true));
    const node = [...above, document.contents].find((one) => isNode(one) && one.range);
    const line = isNode(node) && node.range ? lines.linePos(node.range[0]).line : 1;
    return problem(code, message, { place: { file, line, path: path.map(String).join(".") }, hint });
  };
  const read = HolidayFile.safeParse(value);
  if (!read.success) return { years: [], problems: read.error.issues.flatMap((issue) => explain(issue, at)) };
  const problems = checkYears(read.data.years, at);
  return { years: problems.length === 0 ? read.data.years : [], problems };
}

let announced: readonly HolidayYear[] | undefined;

/** The years that come along. */
export function presetHolidays(): readonly HolidayYear[] {
  if (announced !== undefined) return announced;
  const { years, problems } = readHolidays(readFileSync(fileURLToPath(new URL("../../../presets/calendars/cn.yaml", import.meta.url)), "utf8"), "cn.yaml");
  if (problems.length > 0) throw new Error(`presets/calendars/cn.yaml does not pass its own check: ${problems[0]?.message.en}`);
  announced = years;
  return announced;
}
