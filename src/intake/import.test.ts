import { mkdir, readFile, writeFile } from "node:fs/promises";
import { dirname, join as joinPath } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { ProblemError } from "../platform/problem.js";
import { join, raw, sql } from "../platform/warehouse/index.js";
import { literal } from "./stage.js";
import { type Desk, openDesk, purchases } from "./testing.js";

let desk: Desk;
beforeAll(async () => {
  desk = await openDesk();
});
afterAll(() => desk.close());

const bytes = (...parts: (string | number[])[]): Buffer => Buffer.concat(parts.map((part) => Buffer.from(part as string)));
const held = (source: string) =>
  desk.workspace.warehouse.all<{ customer: string; at: string; amount: string | null }>(
    sql`select external_id as customer, occurred_at as at, amount from transaction join party using (party_id) where transaction.source = ${source} and retracted_at is null order by all`,
  );

interface Story {
  name: string;
  file: string | Buffer;
  fileName?: string;
  /** More lines of the part. */
  part?: string;
  loaded: number;
  /** line code, of every row set aside. */
  aside: string[];
  facts?: [customer: string, at: string, amount: string | null][];
}

const day = "2024-01-02 00:00:00";
const stories: Story[] = [
  {
    name: "a plain file",
    file: "customer,date,amount\n1,2024-01-02,5\n2,2024-01-02,6.5\n",
    loaded: 2,
    aside: [],
    facts: [
      ["1", day, "5.0000"],
      ["2", day, "6.5000"],
    ],
  },
  { name: "no line end at the end, CRLF, a byte order mark", file: "\ufeffcustomer,date,amount\r\n1,2024-01-02,5\r\n2,2024-01-02,6", loaded: 2, aside: [] },
  {
    name: "mixed line ends and blank lines",
    file: "customer,date,amount\r\n1,2024-01-02,5\n\n2,2024-01-02,6\r\n3,x,1\n",
    loaded: 2,
    aside: ["5 invalid_date"],
  },
  { name: "old line ends", file: "customer,date,amount\r1,2024-01-02,5\r2,2024-01-02,x\r", loaded: 1, aside: ["3 invalid_number"] },
  {
    name: "ragged rows",
    file: "customer,date,amount\n1,2024-01-02,5\n2,2024-01-02\n3,2024-01-02,6,7\n4,2024-01-02,8\n",
    loaded: 2,
    aside: ["3 wrong_columns", "4 wrong_columns"],
  },
  {
    name: "fields over several lines do not shift line numbers",
    file: 'customer,date,amount,note\n1,2024-01-02,5,"a\nb\nc"\n2,never,5,d\n3,2024-01-02,5,"e\nf"\n4,never,5,g\n',
    loaded: 2,
    aside: ["5 invalid_date", "8 invalid_date"],
  },
  {
    name: "an open quote costs its own line only",
    file: 'customer,date,amount\n1,2024-01-02,"5\n2,2024-01-02,6\n3,2024-01-02,7\n',
    loaded: 2,
    aside: ["2 unterminated_quote"],
  },
  {
    name: "an open quote that another quote closes by chance",
    file: 'customer,date,amount\n1,2024-01-02,"5\n2,2024-01-02,6\n3,2024-01-02,"7"\n',
    loaded: 2,
    aside: ["2 bad_quotes"],
  },
  { name: "characters after a closing quote", file: 'customer,date,amount\n"1"x,2024-01-02,5\n2,2024-01-02,6\n', loaded: 1, aside: ["2 bad_quotes"] },
  {
    name: "a quote inside a field is a character",
    file: 'customer,date,amount\n5" pipe,2024-01-02,5\n',
    loaded: 1,
    aside: [],
    facts: [['5" pipe', day, "5.0000"]],
  },
  { name: "NUL bytes", file: "customer,date,amount\n1,2024-01-02,5\n2\0,2024-01-02,6\n3,2024-01-02,7\n", loaded: 2, aside: ["3 nul_byte"] },
  {
    name: "GB18030",
    file: bytes("customer,date,amount\n", [0xd6, 0xd0, 0xce, 0xc4], ",2024-01-02,5\n"),
    loaded: 1,
    aside: [],
    facts: [["中文", day, "5.0000"]],
  },
  { name: "UTF-16", file: Buffer.from("\ufeffcustomer,date,amount\n中文,2024-01-02,5\n", "utf16le"), loaded: 1, aside: [], facts: [["中文", day, "5.0000"]] },
  {
    name: "UTF-8 with one row that is not",
    file: bytes("customer,date,amount\n中,2024-01-02,5\n", [0xff, 0x80], ",2024-01-02,6\n文,2024-01-02,7\n"),
    loaded: 2,
    aside: ["3 invalid_encoding"],
  },
  {
    name: "semicolons, found by themselves",
    file: "customer;date;amount\n1;2024-01-02;5\n2;2024-01-02;6,000.5\n",
    loaded: 2,
    aside: [],
    facts: [
      ["1", day, "5.0000"],
      ["2", day, "6000.5000"],
    ],
  },
  { name: "tabs", file: "customer\tdate\tamount\n1\t2024-01-02\t5\n", fileName: "a.tsv", loaded: 1, aside: [] },
  {
    name: "a delimiter of two characters, no header",
    file: "1||2024-01-02||5\n2||x||5\n",
    part: '    format: { delimiter: "||", header: false, columns: [customer, date, amount] }',
    loaded: 1,
    aside: ["2 invalid_date"],
  },
  {
    name: "amounts and days as people write them",
    file: 'customer,date,amount\n1,2011/12/9 8:26,"1,234.50"\n2,20240102,¥99\n3,2024年1月2日,"￥1,000"\n4,2024-01-01T16:00:00Z,-3\n5,2024-01-02 00:00:00+08:00, 7 \n',
    loaded: 5,
    aside: [],
    facts: [
      ["1", "2011-12-09 08:26:00", "1234.5000"],
      ["2", day, "99.0000"],
      ["3", day, "1000.0000"],
      ["4", day, "-3.0000"],
      ["5", day, "7.0000"],
    ],
  },
  {
    name: "signs of other currencies than the workspace's",
    file: "customer,date,amount\n1,2024-01-02,$100\n2,2024-01-02,€1\n3,2024-01-02,¥5\n4,2024-01-02,-£30\n5,2024-01-02,7 €\n6,2024-01-02,abc\n",
    loaded: 1,
    aside: ["2 other_currency", "3 other_currency", "5 other_currency", "6 other_currency", "7 invalid_number"],
    facts: [["3", day, "5.0000"]],
  },
  {
    name: "a format of its own",
    file: "customer,date,amount\n1,02.01.2024,5\n2,2024-01-02,5\n",
    part: '    dates: "%d.%m.%Y"',
    loaded: 1,
    aside: ["3 invalid_date"],
  },
  {
    name: "half a thousand is no number",
    file: 'customer,date,amount\n1,2024-01-02,"1,5"\n2,2024-01-02,5 USD\n3,2024-01-02,99999999999999999\n',
    loaded: 0,
    aside: ["2 invalid_number", "3 invalid_number", "4 invalid_number"],
  },
  {
    name: "required values",
    file: "customer,date,amount\n,2024-01-02,5\n1,,5\n2,2024-01-02,\n  ,2024-01-02,1\n",
    loaded: 1,
    aside: ["2 missing_value", "3 missing_value", "5 missing_value"],
    facts: [["2", day, null]],
  },
  {
    name: "whole numbers lose their .0, leading zeros stay",
    file: "customer,date,amount\n17850.0,2024-01-02,5\n00017,2024-01-02,5\n1.50,2024-01-02,5\n",
    loaded: 3,
    aside: [],
    facts: [
      ["00017", day, "5.0000"],
      ["1.50", day, "5.0000"],
      ["17850", day, "5.0000"],
    ],
  },
  {
    name: "the first rule that holds",
    file: "customer,date,amount\n,2024-01-02,-1\n1,2024-01-02,-1\n2,2024-01-02,0\n3,x,5\n4,2024-01-02,9\n",
    part: "    set_aside:\n      - { code: nobody, when: customer is null, reason: { zh: 无, en: none } }\n      - { code: not_positive, when: amount <= 0, reason: { zh: 负, en: negative } }",
    loaded: 1,
    aside: ["2 nobody", "3 not_positive", "4 not_positive", "5 invalid_date"],
  },
  { name: "true duplicates are kept", file: "customer,date,amount\n1,2024-01-02,5\n1,2024-01-02,5\n1,2024-01-02,5.0\n", loaded: 3, aside: [] },
  {
    name: "blank lines before the header",
    file: "\ufeff\n\r\ncustomer,date,amount\n1,2024-01-02,5\n2,x,5\n",
    loaded: 1,
    aside: ["5 invalid_date"],
    facts: [["1", day, "5.0000"]],
  },
  {
    name: "a blank line before a header that cannot be read, whose names the mapping has",
    file: '\ncustomer,"date"x,amount\n1,2024-01-02,5\n',
    part: "    format: { columns: [customer, date, amount] }",
    loaded: 1,
    aside: [],
  },
  {
    name: "blank lines before the first row of a file without a header",
    file: "\n1,2024-01-02,5\n2,x,5\n",
    part: "    format: { header: false, columns: [customer, date, amount] }",
    loaded: 1,
    aside: ["3 invalid_date"],
  },
  { name: "only a header", file: "customer,date,amount\n", loaded: 0, aside: [] },
];

describe("one file", () => {
  it.each(stories.map((story, i) => [story.name, story, `story-${i}`] as const))("%s", async (_name, story, source) => {
    const files = { [story.fileName ?? "purchases.csv"]: story.file };
    const mapping = purchases(source, story.part ?? "");
    const result = await desk.bring(mapping, files);
    const aside = await desk.aside(result.batch);
    expect(aside.map((row) => `${row.line} ${row.code}`)).toEqual(story.aside);
    expect(result).toMatchObject({ rows_read: story.loaded + story.aside.length, rows_loaded: story.loaded, rows_set_aside: story.aside.length, unchanged: 0 });
    if (story.facts !== undefined) expect((await held(source)).map((row) => [row.customer, row.at, row.amount])).toEqual(story.facts);
    const again = await desk.bring(mapping, files);
    expect(again).toMatchObject({ rows_read: result.rows_read, rows_loaded: 0, rows_set_aside: story.aside.length, unchanged: story.loaded });
  });
});

describe("what is held already", () => {
  it("adds only the occurrences that are new", async () => {
    const file = (rows: string[]) => ({ "a.csv": ["customer,date,amount", ...rows, ""].join("\n") });
    await desk.bring(purchases("grows"), file(["1,2024-01-02,5", "1,2024-01-02,5"]));
    const more = await desk.bring(purchases("grows"), file(["1,2024-01-02,5", "1,2024-01-02,5.00", "1,2024-01-02,5", "2,2024-01-02,5"]));
    expect(more).toMatchObject({ rows_loaded: 2, unchanged: 2 });
  });

  const keyed = (load: string) => `
source: ${load}
title: { zh: 故事, en: Story }
files:
  people:
    load: ${load}
    facts:
      - as: customer
        key: [id]
        map: { customer_id: id, name: name, since_on: since }
`;
  const people = (...rows: string[]) => ({ "people.csv": ["id,name,since", ...rows, ""].join("\n") });
  const names = (source: string) =>
    desk.workspace.warehouse.all<{ id: string; name: string; gone: boolean }>(
      sql`select external_id as id, name, retracted_at is not null as gone from customer join party using (party_id) where customer.source = ${source} order by all`,
    );

  it("retracts what a key said before and tells it anew", async () => {
    await desk.bring(keyed("delta"), people("1,张三,2020-01-01", "2,李四,2020-01-01"));
    const changed = await desk.bring(keyed("delta"), people("1,张三丰,2020-01-01", "3,王五,2019-05-01"));
    expect(changed).toMatchObject({ rows_loaded: 2, unchanged: 0 });
    expect(await names("delta")).toEqual([
      { id: "1", name: "张三", gone: true },
      { id: "1", name: "张三丰", gone: false },
      { id: "2", name: "李四", gone: false },
      { id: "3", name: "王五", gone: false },
    ]);
    const profile = await desk.workspace.warehouse.first(
      sql`select name, since_on from profile join party using (public_id) where source = 'delta' and external_id = '1'`,
    );
    expect(profile).toEqual({ name: "张三丰", since_on: "2020-01-01" });
  });

  it("of rows with one key the last counts, again and again", async () => {
    const file = people("9,旧,2020-01-01", "9,新,2020-01-01");
    for (const unchanged of [0, 1]) {
      const result = await desk.bring(keyed("delta"), file);
      expect(result).toMatchObject({ rows_loaded: 1 - unchanged, unchanged, set_aside_by_reason: { duplicate_key: 1 } });
      expect(await desk.aside(result.batch)).toMatchObject([{ line: 2, code: "duplicate_key" }]);
    }
  });

  it("a snapshot retracts what it no longer holds, but not what it holds badly", async () => {
    await desk.bring(keyed("snapshot"), people("1,甲,2020-01-01", "2,乙,2020-01-01", "3,丙,2020-01-01"));
    expect(await desk.bring(keyed("snapshot"), people("1,甲,2020-01-01", "3,丙,someday"))).toMatchObject({ rows_loaded: 0, unchanged: 1, rows_set_aside: 1 });
    expect((await names("snapshot")).filter((row) => row.gone)).toEqual([{ id: "2", name: "乙", gone: true }]);
    await expect(desk.bring(keyed("snapshot"), people())).rejects.toMatchObject({ problems: [{ code: "intake.empty_snapshot" }] });
    expect(await desk.bring(keyed("snapshot"), people("1,甲,2020-01-01", "2,乙,2020-01-01", "3,丙,2020-01-01"))).toMatchObject({
      rows_loaded: 1,
      unchanged: 2,
    });
  });

  const holdings = (source: string, key: string, more = "") => `
source: ${source}
title: { zh: 故事, en: Story }
files:
  held:
    match: "held*"
    load: snapshot
${more}
    facts:
      - as: holding
        ${key}
        map: { customer_id: customer, holding_ref: ref, opened_on: opened }
`;
  const key = "key: [ref]";
  const all = ["a,h1,2020-01-01", "b,h2,2020-01-01", "c,h3,2020-01-01"];
  const rule = `    set_aside: [{ code: closed, when: "opened = 'closed'", reason: { zh: 已关闭, en: Closed } }]`;
  it.each([
    { name: "no key, a date that cannot be read", key: "", rows: ["a,h1,2020-01-01", "b,h2,someday"], gone: [] },
    { name: "no key, a row with one column too many", key: "", rows: ["a,h1,2020-01-01", "b,h2,2020-01-01,x"], gone: [] },
    { name: "no key, all rows read well", key: "", rows: ["a,h1,2020-01-01", "b,h2,2020-01-01"], gone: ["h3"] },
    { name: "no key, a row the mapping leaves out", key: "", more: rule, rows: ["a,h1,2020-01-01", "b,h2,closed"], gone: ["h2", "h3"] },
    { name: "a key, a row with one column too many", key, rows: ["a,h1,2020-01-01", "b,h2,2020-01-01,x"], gone: [] },
    { name: "a key, a date that cannot be read", key, rows: ["a,h1,2020-01-01", "b,h2,someday"], gone: ["h3"] },
    { name: "a key that is missing", key, rows: ["a,h1,2020-01-01", "b,,2020-01-01"], gone: [] },
    { name: "half of a key that is missing", key: "key: [ref, opened]", rows: ["a,h1,2020-01-01", ",h2,"], gone: [] },
  ])("a snapshot that was not read whole retracts nothing it may hold: $name", async ({ name, key: keyed, more = "", rows, gone }) => {
    const source = `s-${name.replaceAll(/[^a-z]/g, "-")}`.slice(0, 60);
    const file = (lines: string[]) => ({ "held.csv": ["customer,ref,opened", ...lines, ""].join("\n") });
    await desk.bring(holdings(source, keyed, more), file(all));
    await desk.bring(holdings(source, keyed, more), file(rows));
    const retracted = await desk.workspace.warehouse.all<{ ref: string }>(
      sql`select holding_ref as ref from holding where source = ${source} and retracted_at is not null order by 1`,
    );
    expect(retracted.map((row) => row.ref)).toEqual(gone);
    await expect(desk.bring(holdings(source, keyed, more), file(["a,h1,someday", "b,h2,someday"]))).rejects.toMatchObject({
      problems: [{ code: "intake.empty_snapshot", hint: { en: expect.stringContaining("invalid_date 2") } }],
    });
    const again = await desk.workspace.warehouse.all(sql`select 1 from holding where source = ${source} and retracted_at is not null`);
    expect(again).toHaveLength(gone.length);
  });

  it("notes the earliest day anything speaks of a party", async () => {
    await desk.bring(purchases("seen"), { "a.csv": "customer,date,amount\n1,2024-03-01,5\n1,2024-02-01,5\n" });
    await desk.bring(purchases("seen"), { "b.csv": "customer,date,amount\n1,2024-05-01,5\n" });
    await desk.bring(purchases("seen"), { "c.csv": "customer,date,amount\n1,2023-05-01,5\n" });
    const days = await desk.workspace.warehouse.all(sql`select first_on from sighting join party using (party_id) where source = 'seen' order by 1`);
    expect(days).toEqual([{ first_on: "2023-05-01" }, { first_on: "2024-02-01" }]);
  });

  it("two sources may use one id for two people", async () => {
    await desk.bring(purchases("one"), { "a.csv": "customer,date,amount\nsame,2024-03-01,5\n" });
    await desk.bring(purchases("two"), { "a.csv": "customer,date,amount\nsame,2024-03-01,5\n" });
    const ids = await desk.workspace.warehouse.all(sql`select source, public_id from party where external_id = 'same' order by 1`);
    expect(ids).toEqual([
      { source: "one", public_id: "same" },
      { source: "two", public_id: "two:same" },
    ]);
  });

  it.each([
    { name: "before", source: "late", file: ["7"], first: ["7", "late:7"], ids: ["late:7~2"] },
    { name: "in the same file", source: "twin", file: ["8", "twin:8", "8~2"], first: ["8", "8~2"], ids: ["twin:8~3", "twin:8", "twin:8~2~3"] },
  ])("no two customers get one id, even when the composed one was given $name", async ({ source, file, first, ids }) => {
    const of = (customers: readonly string[]) => ({ "a.csv": ["customer,date,amount", ...customers.map((one) => `${one},2024-03-01,5`), ""].join("\n") });
    await desk.bring(purchases(`before-${source}`), of(first));
    await desk.bring(purchases(source), of(file));
    const given = await desk.workspace.warehouse.all<{ public_id: string }>(sql`select public_id from party where source = ${source} order by party_id`);
    expect(given.map((row) => row.public_id)).toEqual(ids);
    expect(await desk.workspace.warehouse.all(sql`select public_id from party group by 1 having count(*) > 1`)).toEqual([]);
  });

  it("of rows about one customer the last of the file is their profile, whatever they say", async () => {
    const mapping = (source: string) => `
source: ${source}
title: { zh: 故事, en: Story }
files:
  people:
    facts:
      - as: customer
        map: { customer_id: id, name: name, branch: branch }
`;
    const n = 40; // enough that an order by chance would not hold
    const rows = Array.from({ length: n }, (_, i) => [`p${i},Old,East ${i}`, `p${i},New,West ${i}`]).flat();
    await desk.bring(mapping("order"), { "people.csv": ["id,name,branch", ...rows, ""].join("\n") });
    const profiles = await desk.workspace.warehouse.first(
      sql`select count(*) filter (profile.name = 'New' and branch like 'West%') as newest from profile join party using (public_id) where source = 'order'`,
    );
    expect(profiles).toEqual({ newest: n });
  });
});

describe("days that are none", () => {
  const mapping = (source: string, { date = "date", part = "" } = {}) => `
source: ${source}
title: { zh: 故事, en: Story }
files:
  a:
${part}
    facts:
      - as: transaction
        map: { customer_id: customer, occurred_at: "${date}" }
      - as: customer
        map: { customer_id: customer, since_on: "${date}" }
`;
  const none = ["-infinity", "infinity", "epoch", "2024-01-01 (BC)", "-5000-01-01", "0000-01-01", "10000-01-01", "294247-01-01", "9999-12-31T23:00:00Z"];
  const days = ["0001-01-01", "9999-12-31", "9999-12-31 23:59:59.999999"];
  const ways = [
    { name: "a text", none, days, code: "invalid_date" },
    { name: "date()", date: "date(date)", none, days, code: "missing_value" },
    {
      name: "a format of its own",
      part: '    dates: "%Y-%m-%d"',
      none: ["-infinity", "infinity", "epoch", "0000-01-01"],
      days: ["0001-01-01", "9999-12-31"],
      code: "invalid_date",
    },
  ];
  it.each(ways.map((way, i) => [way.name, `day-${i}`, way] as const))("%s", async (_name, source, way) => {
    const lines = [...way.none, ...way.days].map((one, i) => `${i},${one}`);
    const result = await desk.bring(mapping(source, way), { "a.csv": ["customer,date", ...lines, ""].join("\n") });
    expect(await desk.aside(result.batch)).toMatchObject(way.none.map((one, i) => ({ content: `${i},${one}`, code: way.code })));
    expect(result.rows_loaded).toBe(way.days.length);
  });

  it.each(["timestamp", "date", "timestamptz"])("a Parquet file's %s", async (type) => {
    const path = desk.workspace.path(`${type}.parquet`);
    const values = ["-infinity", "infinity", "2024-01-01 (BC)", "0000-01-01", "20000-01-01", "2024-01-02"].map((one) => sql`(${one}::${raw(type)})`);
    await desk.workspace.warehouse.all(sql`copy (select '1' as customer, date from (values ${join(values)}) as v(date)) to ${literal(path)} (format parquet)`);
    expect(await desk.bringPath(mapping(`parquet-${type}`), path)).toMatchObject({ rows_loaded: 1, set_aside_by_reason: { invalid_date: 5 } });
  });
});

describe("Parquet files", () => {
  /** Write a Parquet file that holds these columns. */
  const parquet = async (file: string, columns: string): Promise<string> => {
    const folder = desk.workspace.path(`parquet-${file}`);
    await mkdir(folder);
    const path = joinPath(folder, file);
    await desk.workspace.warehouse.all(sql`copy (select ${raw(columns)} from range(5000) r(i) order by i) to ${literal(path)} (format parquet)`);
    return path;
  };
  /** Overwrite the pages in the middle, not the footer. */
  const damage = async (path: string): Promise<void> => {
    const content = await readFile(path);
    await writeFile(path, content.fill(0xff, 50, Math.floor(content.length / 2)));
  };
  const salesColumns = "md5(i::varchar) as customer, '2024-01-02' as date, case i when 3 then 'x' else i::varchar end as amount";

  it("may have a column of the name that the engine gives its row numbers", async () => {
    const path = await parquet("numbered.parquet", `${salesColumns}, 7 as file_row_number`);
    const result = await desk.bringPath(purchases("numbered"), path);
    expect(result).toMatchObject({ rows_loaded: 4999, rows_set_aside: 1 });
    expect(await desk.aside(result.batch)).toMatchObject([{ line: 4, column: "amount", code: "invalid_number" }]);
  });

  it("with damaged pages are refused, imported or looked up", async () => {
    const broken = { problems: [{ code: "intake.broken_parquet" }] };
    const path = await parquet("damaged.parquet", salesColumns);
    await damage(path);
    await expect(desk.bringPath(purchases("damaged"), path)).rejects.toMatchObject(broken);
    const owners = await parquet("owners.parquet", "i::varchar as account, md5(i::varchar) as owner");
    await damage(owners);
    await writeFile(joinPath(dirname(owners), "cards.csv"), "card,account\nc1,1\n");
    await expect(desk.bringPath(looking().replace("owners.csv", "owners.parquet"), dirname(owners))).rejects.toMatchObject(broken);
  });
});

const looking = (more = "") => `
source: looking
title: { zh: 查找, en: Look-ups }
files:
  cards:
    match: "cards*"
    lookups:
      holder: { file: owners.csv, by: account, key: account${more} }
    facts:
      - as: holding
        map: { customer_id: holder.owner, holding_ref: card, kind: "'card'" }
`;

describe("look-ups between files", () => {
  it("fetches columns of another file, and sets aside rows without a match", async () => {
    const result = await desk.bring(looking(), { "cards.csv": "card,account\nc1,1\nc2,7\nc3,2\n", "owners.csv": "account,owner\n1,ann\n2,bob\n" });
    expect(result).toMatchObject({ rows_loaded: 2, set_aside_by_reason: { no_holder: 1 } });
    expect(await desk.aside(result.batch)).toMatchObject([{ line: 3, column: "account", code: "no_holder" }]);
  });

  it("refuses a key that stands twice, unless `where` leaves one", async () => {
    const files = { "cards.csv": "card,account\nc9,1\n", "owners.csv": "account,owner,kind\n1,ann,O\n1,bob,D\n" };
    await expect(desk.bring(looking(), files)).rejects.toMatchObject({ problems: [{ code: "mapping.lookup_repeats", place: { line: 8 } }] });
    expect(await desk.bring(looking(", where: kind = 'O'"), files)).toMatchObject({ rows_loaded: 1 });
  });
});

describe("a problem quotes nothing a file says", () => {
  const person = "13800001111";
  const cases: [string, string, Record<string, string>, string, number][] = [
    ["a file without a header", purchases("shy"), { "a.csv": `张三,${person},5\n李四,13900002222,6\n` }, "mapping.unknown_file_column", 3],
    ["a looked-up file without a header", looking(), { "cards.csv": "card,account\nc1,1\n", "owners.csv": `1,${person}\n` }, "mapping.unknown_file_column", 2],
    [
      "keys that stand twice",
      looking(),
      { "cards.csv": "card,account\nc1,1\n", "owners.csv": `account,owner\n${person},a\n${person},b\n` },
      "mapping.lookup_repeats",
      1,
    ],
    ["a Parquet file that was cut off", purchases("shy"), { "a.parquet": `PAR1${person}` }, "intake.broken_parquet", 1],
  ];
  it.each(cases)("%s", async (_name, mapping, files, code, count) => {
    const error = await desk.bring(mapping, files).catch((reason: unknown) => reason);
    const { problems } = error as ProblemError;
    expect(problems.map((one) => one.code)).toEqual(Array.from({ length: count }, () => code));
    const told = JSON.stringify(problems);
    for (const word of [person, "张三", desk.workspace.directory]) expect(told).not.toContain(word);
    if (code === "mapping.unknown_file_column") expect(problems[0]?.hint?.en).toContain("header: false");
  });

  it("names the columns of a header, of the file meant", async () => {
    const files = { "cards.csv": "card,account\nc1,1\n", "owners.csv": "account,owners\n1,ann\n" };
    await expect(desk.bring(looking(), files)).rejects.toMatchObject({
      problems: [{ message: { en: "owners.csv has no column holder.owner" }, hint: { en: "did you mean holder.owners?" } }],
    });
  });
});

describe("refusals leave the workspace as it was", () => {
  const state = () =>
    desk.workspace.warehouse.all(
      sql`select (select count(*) from transaction) as facts, (select count(*) from party) as parties, (select count(*) from set_aside) as aside, (select count(*) from batch) as batches`,
    );
  const cases: [string, () => Promise<unknown>, string[]][] = [
    ["a missing file", () => desk.bringPath(purchases("none"), desk.workspace.path("nothing.csv")), ["intake.no_such_file"]],
    ["an empty file", () => desk.bring(purchases("none"), { "a.csv": "" }), ["intake.empty_file"]],
    ["an Excel file", () => desk.bring(purchases("none"), { "a.csv": bytes([0x50, 0x4b, 3, 4], "xx") }), ["intake.broken_excel"]],
    ["half a Parquet file", () => desk.bring(purchases("none"), { "a.parquet": "PAR1half" }), ["intake.broken_parquet"]],
    [
      "columns the file does not have",
      () => desk.bring(purchases("none"), { "a.csv": "customer,day,amount\n1,2024-01-02,5\n" }),
      ["mapping.unknown_file_column"],
    ],
  ];
  it.each(cases)("%s", async (_name, act, codes) => {
    const before = await state();
    const error = await act().catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(ProblemError);
    expect((error as ProblemError).problems.map((one) => one.code)).toEqual(codes);
    expect((error as ProblemError).problems.every((one) => one.hint !== undefined || one.place !== undefined)).toBe(true);
    expect(await state()).toEqual(before);
  });
});
