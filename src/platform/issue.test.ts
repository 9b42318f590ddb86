import { expect, test } from "vitest";
import { z } from "zod";
import { labelOf, sayIssue } from "./issue.js";
import { Day, formed, Name, Numbered, numberedPlace } from "./schema.js";

const said = (schema: z.ZodType, value: unknown) =>
  schema.safeParse(value).error?.issues.map((issue) => {
    const { zh, en } = sayIssue({ ...issue }, labelOf(issue.path, "body"));
    return [zh, en];
  });

const outcome = z.discriminatedUnion("outcome", [z.object({ outcome: z.literal("done") }), z.object({ outcome: z.literal("postponed") })]);
const tiers = z.union([z.literal("all"), z.array(z.string()).min(1)]);
const even = z.number().refine((n) => n % 2 === 0);

test.each<[string, z.ZodType, unknown, string, string]>([
  ["nothing", z.object({ note: z.string() }), {}, "缺少 note", "note is missing"],
  ["another kind", z.object({ note: z.string() }), { note: 3 }, "note 应为文本，给出的是数字", "note has to be a text, and is a number"],
  ["null", z.array(z.string()), null, "body 应为列表，给出的是空值", "body has to be a list, and is nothing (null)"],
  [
    "no number",
    z.object({ limit: z.coerce.number() }),
    { limit: "x" },
    "limit 应为数字，给出的是不是数字的内容",
    "limit has to be a number, and is something that is no number",
  ],
  ["a part of a number", z.int(), 1.5, "body 应为整数，给出的是数字", "body has to be a whole number, and is a number"],
  ["another word", z.object({ role: z.enum(["head", "analyst"]) }), { role: "x" }, "role 应为以下之一：head、analyst", "role has to be one of head, analyst"],
  ["no such form", outcome, { outcome: "lost" }, "outcome 应为以下之一：done、postponed", "outcome has to be one of done, postponed"],
  [
    "neither form",
    z.object({ tiers }),
    { tiers: 3 },
    "tiers 应为以下之一：all；或者 tiers 应为列表，给出的是数字",
    "tiers has to be one of all; or tiers has to be a list, and is a number",
  ],
  ["what every form misses", z.union([z.object({ a: z.string() }), z.object({ a: z.number() })]), {}, "缺少 a", "a is missing"],
  ["too short", z.object({ name: z.string().min(1) }), { name: "" }, "name 至少需要 1 个字符", "name needs at least 1 character"],
  ["too long", z.object({ name: z.string().max(2) }), { name: "abc" }, "name 最多 2 个字符", "name takes at most 2 characters"],
  ["of another length", z.string().length(2), "abc", "body 应为 2 个字符", "body takes exactly 2 characters"],
  ["an empty list", z.object({ serve: z.array(z.string()).min(1) }), { serve: [] }, "serve 至少需要 1 项", "serve needs at least 1 entry"],
  ["too small", z.object({ limit: z.number().min(1) }), { limit: 0 }, "limit 不能小于 1", "limit has to be at least 1"],
  ["too large", z.object({ limit: z.number().max(200) }), { limit: 201 }, "limit 不能大于 200", "limit has to be at most 200"],
  ["on the bound", z.number().positive(), 0, "body 要大于 0", "body has to be more than 0"],
  ["under the bound", z.number().lt(5), 5, "body 要小于 5", "body has to be less than 5"],
  ["no multiple", z.number().multipleOf(5), 3, "body 应为 5 的倍数", "body has to be a multiple of 5"],
  ["no day", z.object({ day: Day }), { day: "2026-13-40" }, "day 应为存在的日期，写成 YYYY-MM-DD", "day has to be a day that exists, as YYYY-MM-DD"],
  ["year 0", z.object({ day: Day }), { day: "0000-01-01" }, "day：年份从 0001 开始", "day: years begin with 0001"],
  ["no UUID", z.object({ job: z.uuid() }), { job: "7" }, "job 应为标识号（UUID）", "job has to be a UUID"],
  ["any other format", z.string().regex(/^[a-z]$/), "7", "body 的格式不对", "body is not written as it has to be"],
  ["no number of a row", z.object({ task: Numbered }), { task: "abc" }, "task：应为编号，例如 12", "task: has to be a number such as 12"],
  [
    "no place of a page",
    z.object({ cursor: numberedPlace(3) }),
    { cursor: "1234" },
    "cursor：应为上一页给出的 next",
    "cursor: has to be the `next` of the page before",
  ],
  ["unknown keys", z.strictObject({}), { a: 1, b: 2 }, "不认识 a、b", "a, b: not known here"],
  [
    "a key that is no name",
    z.object({ bands: z.record(Name, z.number()) }),
    { bands: { A: 1 } },
    "A：应以小写字母开头，其余为小写字母、数字或下划线，最长 63 个字符",
    "A: has to begin with a lower-case letter, then lower-case letters, digits or underscores, at most 63 characters",
  ],
  ["an entry of a list", z.object({ days: z.array(z.string()) }), { days: ["a", 1] }, "days 应为文本，给出的是数字", "days has to be a text, and is a number"],
  ["a check without words", even, 3, "body：不符合要求", "body: does not fit"],
  [
    "a check with its own message",
    even.refine((n) => n !== 3, { message: "three is taken", params: { zh: "三已被占用" } }),
    3,
    "body：不符合要求",
    "body: does not fit",
  ],
])("%s is said in both languages", (_, schema, value, zh, en) => {
  expect(said(schema, value)?.[0]).toEqual([zh, en]);
});

test("a text of a form still shows its pattern to whoever reads the schema", () => {
  const schema = z.object({ id: formed(/^a+$/, { zh: "应为 a", en: "has to be a" }).optional(), task: Numbered });
  expect(z.toJSONSchema(schema, { io: "input" })).toMatchObject({
    properties: { id: { pattern: "^a+$" }, task: { type: "string", pattern: "^[1-9]\\d{0,14}$" } },
  });
});
