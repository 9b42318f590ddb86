import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { deflateRawSync } from "node:zlib";
import exceljs from "@protobi/exceljs";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { sql } from "../../platform/warehouse/index.js";
import { type Desk, openDesk } from "../testing.js";

let desk: Desk;
let folder: string;
beforeAll(async () => {
  desk = await openDesk();
  folder = await mkdtemp(join(tmpdir(), "tierkeep-formats-"));
});
afterAll(async () => {
  await desk.close();
  await rm(folder, { recursive: true, force: true });
});

const mapping = (source: string, format = "{}"): string => `
source: ${source}
title: { zh: 故事, en: Story }
files:
  purchases:
    format: ${format}
    facts:
      - as: transaction
        map: { customer_id: customer.id, occurred_at: date, amount: amount, order_ref: ref, channel: channel }
`;
const held = (source: string) =>
  desk.workspace.warehouse.all(sql`
    select external_id as customer, occurred_at::varchar as at, amount::varchar as amount, order_ref as ref
    from transaction t join party p on p.party_id = t.party_id where t.source = ${source} and retracted_at is null order by occurred_at, 1`);

describe("JSON", () => {
  it("objects one a line, of a list, or written over lines are the same rows; nested values have dotted names, numbers all their digits", async () => {
    const rows = [
      { customer: { id: 7 }, date: "2026-03-01", amount: 12.5, ref: null, channel: "app", tags: ["a", "b"] },
      { date: "2026-03-02", customer: { id: "八" }, amount: "1,234.50", channel: null },
    ];
    const texts = [
      `${rows.map((row) => JSON.stringify(row)).join("\n")}\n`,
      JSON.stringify(rows),
      `\ufeff${JSON.stringify(rows, null, 2)}\r\n`,
      rows.map((row) => JSON.stringify(row, null, 4)).join("\n"),
    ].map((text) => text.replaceAll('"id": 7', '"id": 12345678901234567890').replaceAll('"id":7', '"id":12345678901234567890'));
    for (const [i, text] of texts.entries()) {
      const result = await desk.bring(mapping(`json${i}`), { "purchases.json": text });
      expect(result).toMatchObject({ rows_read: 2, rows_loaded: 2, rows_set_aside: 0 });
      expect(await held(`json${i}`)).toEqual([
        { customer: "12345678901234567890", at: "2026-03-01 00:00:00", amount: "12.5000", ref: null },
        { customer: "八", at: "2026-03-02 00:00:00", amount: "1234.5000", ref: null },
      ]);
    }
  });

  it("a broken line costs itself, and rows set aside tell their line", async () => {
    const good = (day: number) => `{"customer":{"id":"a"},"date":"2026-03-0${day}","amount":1,"ref":1,"channel":1}`;
    const lines = [
      good(1),
      '{"customer":{"id":"b"},"date":"2026-03-01"',
      good(2),
      "not json",
      '{"a": "open',
      "",
      good(3),
      "[1,2]",
      '{"customer":{"id":"c"},"date":"2026-02-30"}',
      "7",
    ];
    const result = await desk.bring(mapping("broken"), { "purchases.jsonl": lines.join("\n") });
    expect(result).toMatchObject({ rows_read: 9, rows_loaded: 3, set_aside_by_reason: { not_json: 5, invalid_date: 1 } });
    expect((await desk.aside(result.batch)).map(({ line, code }) => [line, code])).toEqual([
      [2, "not_json"],
      [4, "not_json"],
      [5, "not_json"],
      [8, "not_json"],
      [9, "invalid_date"],
      [10, "not_json"],
    ]);
  });

  it("whatever objects there are, in whatever writing: read, loaded and set aside add up", async () => {
    const key = fc.constantFrom("customer.id", "date", "amount", "ref", "channel", "a b", "名", "__proto__");
    const value = fc.oneof(
      fc.string(),
      fc.double(),
      fc.boolean(),
      fc.constant(null),
      fc.constant("2026-01-01"),
      fc.array(fc.integer()),
      fc.dictionary(key, fc.string()),
    );
    const row = fc.dictionary(key, value).map((one) => ({ ...one, "customer.id": "x", date: "2026-01-01", amount: 1, ref: 1, channel: 1 }));
    let round = 0;
    await fc.assert(
      fc.asyncProperty(fc.array(row, { minLength: 1, maxLength: 8 }), fc.constantFrom<0 | 2 | "lines">(0, 2, "lines"), async (rows, writing) => {
        const text = writing === "lines" ? rows.map((one) => JSON.stringify(one)).join("\n") : JSON.stringify(rows, null, writing);
        const result = await desk.bring(mapping(`any${++round}`), { "purchases.json": text });
        expect(result.rows_read).toBe(rows.length);
      }),
      { numRuns: 25 },
    );
  });

  it("a row longer than a row may be is set aside, and what follows is read", async () => {
    const good = '{"customer":{"id":"a"},"date":"2026-03-01","amount":1,"ref":1,"channel":1}';
    const result = await desk.bring(mapping("long"), {
      "purchases.ndjson": `${good}\n{"customer":{"id":"${"x".repeat(5_000_000)}"}}\n${good.replace("03-01", "03-02")}\n`,
    });
    expect(result).toMatchObject({ rows_read: 3, rows_loaded: 2, set_aside_by_reason: { too_long: 1 } });
  });
});

describe("nesting", () => {
  it("deeper than anybody means costs the row that has it", async () => {
    const good = '{"customer":{"id":"a"},"date":"2026-03-01","amount":1,"ref":1,"channel":1}';
    for (const depth of [2_000, 20_000, 150_000]) {
      const result = await desk.bring(mapping(`deep${depth}`), { "purchases.jsonl": `${good}\n${'{"a":'.repeat(depth)}1${"}".repeat(depth)}\n` });
      expect(result).toMatchObject({ rows_read: 2, rows_loaded: 1, rows_set_aside: 1 });
    }
  });
});

describe("Excel", () => {
  const head = ["customer.id", "date", "amount", "ref", "channel"];
  async function workbook(name: string, fill: (book: exceljs.Workbook) => void): Promise<string> {
    const book = new exceljs.Workbook();
    fill(book);
    const path = join(folder, `${name}.xlsx`);
    await book.xlsx.writeFile(path);
    return path;
  }

  it("reads days, numbers, texts, formulas and rich texts of the first shown sheet, whichever year the workbook counts from", async () => {
    for (const date1904 of [false, true]) {
      const path = await workbook(`days${date1904}`, (book) => {
        book.properties.date1904 = date1904;
        book.addWorksheet("hidden", { state: "veryHidden" }).addRow(["nothing"]);
        const sheet = book.addWorksheet("三月");
        sheet.addRow(head);
        sheet.addRow(["C1", new Date(Date.UTC(2026, 2, 1)), 19.9, { richText: [{ text: "A" }, { text: "-1", font: { bold: true } }] }, true]);
        sheet.addRow([]);
        sheet.addRow(["王<&>", new Date(Date.UTC(2026, 2, 2, 9, 30, 15)), { formula: "1+1", result: 2 }, { text: "A-2", hyperlink: "https://example.org" }]);
        sheet.addRow([1234567, "2026/3/3", "1,234.5", 7, "x", "one too many"]);
        sheet.getColumn(2).numFmt = "yyyy-mm-dd";
        sheet.getCell("B4").numFmt = 'yyyy"年"m"月"d"日" hh:mm';
        sheet.addRow(["D", "yesterday", 1, 1, 1]);
      });
      const source = `excel${date1904 ? 4 : 0}`;
      const result = await desk.bringPath(mapping(source), path);
      expect(result).toMatchObject({ rows_read: 4, rows_loaded: 2, set_aside_by_reason: { wrong_columns: 1, invalid_date: 1 } });
      expect((await desk.aside(result.batch)).map(({ line, code }) => [line, code])).toEqual([
        [5, "wrong_columns"],
        [6, "invalid_date"],
      ]);
      expect(await held(source)).toEqual([
        { customer: "C1", at: "2026-03-01 00:00:00", amount: "19.9000", ref: "A-1" },
        { customer: "王<&>", at: "2026-03-02 09:30:15", amount: "2.0000", ref: "A-2" },
      ]);
    }
  });

  it("takes the sheet that is asked for, and says which there are", async () => {
    const path = await workbook("sheets", (book) => {
      book.addWorksheet("一").addRow(["nothing"]);
      book.addWorksheet("二").addRows([head, ["C", "2026-01-01", 1, 1, 1]]);
    });
    expect(await desk.bringPath(mapping("sheets", "{ sheet: 二 }"), path)).toMatchObject({ rows_loaded: 1 });
    await expect(desk.bringPath(mapping("sheets", "{ sheet: 三 }"), path)).rejects.toMatchObject({
      problems: [{ code: "intake.no_such_sheet", hint: { zh: "已有：一、二。" } }],
    });
  });

  it("days before March 1900 are those Excel shows, and a file brought twice changes nothing", async () => {
    const path = await workbook("old", (book) => {
      const sheet = book.addWorksheet("s");
      sheet.addRow(head);
      for (const serial of [1, 59, 61, 45_000.5]) sheet.addRow(["C", serial, 1, serial, 1]).getCell(2).numFmt = "d/m/yy h:mm";
    });
    expect(await desk.bringPath(mapping("old"), path)).toMatchObject({ rows_loaded: 4 });
    expect((await held("old")).map(({ at }) => at)).toEqual(["1900-01-01 00:00:00", "1900-02-28 00:00:00", "1900-03-01 00:00:00", "2023-03-15 12:00:00"]);
    expect(await desk.bringPath(mapping("old"), path)).toMatchObject({ rows_loaded: 0, unchanged: 4 });
  });

  /** An archive of these parts, packed. */
  function zipOf(parts: Record<string, string | Buffer>): Buffer {
    const [bodies, directory]: [Buffer[], Buffer[]] = [[], []];
    let at = 0;
    for (const [name, content] of Object.entries(parts)) {
      const [title, raw] = [Buffer.from(name), Buffer.from(content)];
      const packed = deflateRawSync(raw);
      const sizes = Buffer.alloc(14);
      sizes.writeUInt32LE(packed.length, 4);
      sizes.writeUInt32LE(raw.length, 8);
      sizes.writeUInt16LE(title.length, 12);
      const method = Buffer.from([20, 0, 0, 0, 8, 0, 0, 0, 0, 0]);
      const local = Buffer.concat([Buffer.from("PK\u0003\u0004", "latin1"), method, sizes, Buffer.alloc(2), title, packed]);
      const place = Buffer.alloc(4);
      place.writeUInt32LE(at);
      directory.push(Buffer.concat([Buffer.from("PK\u0001\u0002", "latin1"), Buffer.from([20, 0]), method, sizes, Buffer.alloc(12), place, title]));
      bodies.push(local);
      at += local.length;
    }
    const listed = Buffer.concat(directory);
    const end = Buffer.alloc(22);
    end.write("PK\u0005\u0006", "latin1");
    end.writeUInt16LE(directory.length, 8);
    end.writeUInt16LE(directory.length, 10);
    end.writeUInt32LE(listed.length, 12);
    end.writeUInt32LE(at, 16);
    return Buffer.concat([...bodies, listed, end]);
  }
  const book = (sheet: string, more: Record<string, string | Buffer> = {}): Buffer =>
    zipOf({
      "xl/workbook.xml": '<workbook><sheets><sheet name="s" r:id="r1"/></sheets></workbook>',
      "xl/_rels/workbook.xml.rels": '<Relationships><Relationship Id="r1" Target="worksheets/sheet1.xml"/></Relationships>',
      "xl/worksheets/sheet1.xml": `<worksheet><sheetData>${sheet}</sheetData></worksheet>`,
      ...more,
    });
  const headRow = `<row>${head.map((name) => `<c t="inlineStr"><is><t>${name}</t></is></c>`).join("")}</row>`;

  it("cells without a reference come in their order; columns nobody has, endless texts and tables of texts that fill the memory are refused or set aside", async () => {
    const bring = async (name: string, content: Buffer) => {
      const path = join(folder, name);
      await writeFile(path, content);
      return desk.bringPath(mapping("made"), path).catch((error: { problems?: { code: string }[] }) => error.problems?.map(({ code }) => code));
    };
    const row = '<row><c t="str"><v>C1</v></c><c t="d"><v>2026-01-01</v></c><c><v>5</v></c><c/><c/></row>';
    expect(await bring("made.xlsx", book(headRow + row))).toMatchObject({ rows_loaded: 1 });
    expect(await bring("far.xlsx", book(`${headRow}<row><c r="ZZZZZZ2"><v>1</v></c></row>`))).toEqual(["intake.broken_excel"]);
    const long = `<row><c t="str"><v>${"x".repeat(3_000_000)}</v></c></row>`;
    expect(await bring("long.xlsx", book(headRow + long + row))).toMatchObject({ rows_read: 2, unchanged: 1, set_aside_by_reason: { too_long: 1 } });
    const texts = Buffer.concat([Buffer.from("<sst>"), Buffer.alloc(120_000_000, "<si><t/></si>"), Buffer.from("</sst>")]);
    expect(await bring("texts.xlsx", book(headRow + row, { "xl/sharedStrings.xml": texts }))).toEqual(["intake.too_large_unpacked"]);
    const styles = Buffer.concat([Buffer.from("<styleSheet><cellXfs>"), Buffer.alloc(70_000_000, "<xf/>"), Buffer.from("</cellXfs></styleSheet>")]);
    expect(await bring("styles.xlsx", book(headRow + row, { "xl/styles.xml": styles }))).toEqual(["intake.too_large_unpacked"]);
  }, 60_000);

  it("what is no workbook, cut short, locked or would burst is refused with what to do", async () => {
    const whole = await workbook("whole", (book) => book.addWorksheet("s").addRows(Array.from({ length: 2000 }, (_, i) => [i, "text", `${i * 7}`])));
    const bytes = await readFile(whole);
    const codeOf = async (name: string, content: Uint8Array): Promise<unknown> => {
      const path = join(folder, name);
      await writeFile(path, content);
      return desk.bringPath(mapping("bad"), path).then(
        () => "taken",
        (error: { problems?: { code: string }[] }) => error.problems?.map(({ code }) => code).join() ?? error,
      );
    };
    expect(await codeOf("cut.xlsx", bytes.subarray(0, bytes.length / 2))).toBe("intake.broken_excel");
    expect(await codeOf("locked.xlsx", Buffer.from([0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1]))).toBe("intake.not_text");
    const directory = Buffer.from("PK\u0001\u0002", "latin1");
    const entriesOf = (content: Buffer): number[] => {
      const found: number[] = [];
      for (let at = content.indexOf(directory); at >= 0; at = content.indexOf(directory, at + 4)) found.push(at);
      return found.filter((at) => content.readUInt16LE(at + 10) === 8); // those that are packed
    };
    // its directory says of a part that it unpacks to four thousand million bytes
    const bomb = Buffer.from(bytes);
    bomb.writeUInt32LE(0xfffffff0, (entriesOf(bomb)[0] ?? 0) + 24);
    expect(await codeOf("bomb.xlsx", bomb)).toBe("intake.too_large_unpacked");
    // and one that unpacks to more than it says
    const liar = Buffer.from(bytes);
    for (const at of entriesOf(liar)) liar.writeUInt32LE(10, at + 24);
    expect(await codeOf("liar.xlsx", liar)).toBe("intake.broken_excel");
    await fc.assert(
      fc.asyncProperty(fc.nat(bytes.length - 1), fc.nat(255), async (at, byte) => {
        const flipped = Buffer.from(bytes);
        flipped[at] = byte;
        expect([
          "taken",
          "intake.broken_excel",
          "intake.not_excel",
          "intake.no_such_sheet",
          "mapping.unknown_file_column",
          "intake.not_text",
          "intake.too_large_unpacked",
        ]).toContain(String(await codeOf("flipped.xlsx", flipped)).split(",")[0]);
      }),
      { numRuns: 40 },
    );
  });
});
