import fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";
import { join, name, openWarehouse, render, sql, type Warehouse } from "./index.js";
import { ensureTables } from "./tables.js";

let warehouse: Warehouse;
beforeAll(async () => {
  warehouse = await openWarehouse({ file: ":memory:", zone: "Asia/Shanghai" });
});
afterAll(() => warehouse.close());

test("values are numbered in the order they stand, through nested fragments", () => {
  const inner = sql`b = ${2} and c in (${join([sql`${3}`, sql`${4}`])})`;
  expect(render(sql`select * from ${name('o"dd')} where a = ${1} and ${inner} or d = ${5}`)).toEqual({
    text: 'select * from "o""dd" where a = $1 and b = $2 and c in ($3, $4) or d = $5',
    values: [1, 2, 3, 4, 5],
  });
});

test("any text comes back from the engine as it went in", async () => {
  await fc.assert(
    fc.asyncProperty(fc.string({ unit: "binary" }), async (text) => {
      fc.pre(!text.includes("\0"));
      const row = await warehouse.first<{ said: string }>(sql`select ${text}::varchar as said`);
      expect(row?.said).toBe(text);
    }),
  );
});

test("cells are plain: whole numbers as numbers, decimals and dates as text, lists as arrays", async () => {
  const row = await warehouse.first(sql`
    select 2::bigint as n, 9007199254740993::bigint as big, 1.50::decimal(18,4) as money, date '2024-02-29' as day,
      timestamp '2024-02-29 08:00:00' as moment, [1, null] as list, true as yes, null as nothing`);
  expect(row).toEqual({
    n: 2,
    big: "9007199254740993",
    money: "1.5000",
    day: "2024-02-29",
    moment: "2024-02-29 08:00:00",
    list: [1, null],
    yes: true,
    nothing: null,
  });
});

test("the zone is the workspace's on every connection, not the machine's", async () => {
  const zones = await Promise.all(Array.from({ length: 6 }, () => warehouse.first<{ zone: string }>(sql`select current_setting('TimeZone') as zone`)));
  expect(new Set(zones.map((row) => row?.zone))).toEqual(new Set(["Asia/Shanghai"]));
  expect(await warehouse.write((session) => session.first(sql`select current_setting('TimeZone') as zone`))).toEqual({ zone: "Asia/Shanghai" });
});

test("a transaction that throws leaves nothing, and the writer goes on", async () => {
  await warehouse.write((session) => session.run(sql`create table kept (n integer)`));
  const failing = warehouse.write((session) =>
    session.transaction(async () => {
      await session.run(sql`insert into kept values (1)`);
      throw new Error("stop");
    }),
  );
  await expect(failing).rejects.toThrow("stop");
  expect(await warehouse.all(sql`select * from kept`)).toEqual([]);
});

test("writers take turns", async () => {
  await warehouse.write((session) => session.run(sql`create table turns (n integer)`));
  await Promise.all(
    Array.from({ length: 8 }, () =>
      warehouse.write((session) => session.transaction(() => session.run(sql`insert into turns select coalesce(max(n), 0) + 1 from turns`))),
    ),
  );
  expect(await warehouse.first(sql`select max(n) as last, count(distinct n) as different from turns`)).toEqual({ last: 8, different: 8 });
});

test("a large answer comes in chunks", async () => {
  let rows = 0;
  let chunks = 0;
  for await (const chunk of warehouse.chunks<{ n: number }>(sql`select range as n from range(${10_000})`)) {
    rows += chunk.length;
    chunks += 1;
  }
  expect({ rows, several: chunks > 1 }).toEqual({ rows: 10_000, several: true });
});

test("numbers come by column, over many chunks, and nothing is NaN", async () => {
  const [n, half] = await warehouse.numbers(sql`select range::double as n, case when range <> 3 then range / 2 end as half from range(${5000}) order by 1`);
  expect([n?.length, n?.[4999], half?.[4999], half?.[3], half?.[4]]).toEqual([5000, 4999, 2499.5, Number.NaN, 2]);
  expect(await warehouse.numbers(sql`select 1::double as a, 2::double as b where false`)).toEqual([new Float64Array(), new Float64Array()]);
  await expect(warehouse.numbers(sql`select 'a' as a`)).rejects.toThrow();
});

test("tables are made once and grow columns later, keeping their rows", async () => {
  const first = { name: "grows", columns: { a: "integer" } };
  await warehouse.write(async (session) => {
    await ensureTables(session, [first]);
    await session.run(sql`insert into grows values (1)`);
    await ensureTables(session, [{ name: "grows", columns: { a: "integer", b: "varchar" } }]);
  });
  expect(await warehouse.all(sql`select * from grows`)).toEqual([{ a: 1, b: null }]);
});

test("columns of doubles are handed over as they are, NaN as nothing, and others are served meanwhile", async () => {
  const n = 60_000;
  const [a, b] = [Float64Array.from({ length: n }, (_, i) => i / 7), Float64Array.from({ length: n }, (_, i) => (i % 3 === 0 ? Number.NaN : -i))];
  await warehouse.write(async (session) => {
    await session.run(sql`create temp table given as select 0::double as a, 0::double as b where false`);
    let served = 0;
    const serve = (): void => {
      served++;
      beat = setImmediate(serve);
    };
    let beat = setImmediate(serve);
    const before = served;
    await session.appendNumbers("given", [a, b]);
    expect(served - before).toBeGreaterThan(2);
    clearImmediate(beat);
    expect(await session.numbers(sql`select a, b from given order by a`)).toEqual([a, b]);
    expect(await session.first(sql`select count(*)::int as n, count(b)::int as told from given`)).toEqual({ n, told: n - n / 3 });
  });
});
