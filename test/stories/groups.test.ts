import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, expect, test } from "vitest";
import type { Group, Persona, Tag } from "../../src/tiering/schema.js";
import { commandLine } from "./command-line.js";

const open: { dispose(): Promise<unknown> }[] = [];
afterEach(async () => {
  for (const one of open.splice(0)) await one.dispose();
});

test("on the command line groups are saved, listed, shown, filtered by and removed", async () => {
  const tierkeep = await commandLine();
  open.push(tierkeep);
  const { told } = tierkeep;
  await told("init");
  const file = join(tierkeep.directory, "shop.csv");
  await writeFile(file, "cust,date,amt\nc1,2024-01-05,10\nc2,2024-02-05,900\nc2,2024-12-05,900\n");
  await told("import", file, "--as", "transaction", "--map", "customer_id=cust,occurred_at=date,amount=amt");
  await told("tier", "rfm", "--as-of", "2024-12-31");

  const groups = join(tierkeep.directory, "groups.yaml");
  await writeFile(groups, "group: big\ntitle: { zh: 大额, en: Big }\nmodel: rfm\nwhere: monetry > 100\n");
  const wrong = await tierkeep.run("groups", "save", groups, "--json");
  expect([wrong.code, wrong.json()]).toMatchObject([
    1,
    { problems: [{ code: "tiering.condition", place: { file: "groups.yaml", line: 4 }, hint: { en: "did you mean monetary?" } }] },
  ]);
  await writeFile(groups, "group: big\ntitle: { zh: 大额, en: Big }\nmodel: rfm\nwhere: monetary > 100 and age is null\n");
  expect(await told<Group[]>("groups", "save", groups)).toMatchObject([{ group: "big", customers: 1, of: 2, tag: true }]);
  expect(await told<{ items: Group[] }>("groups")).toMatchObject({ items: [{ group: "big", customers: 1 }] });
  expect((await tierkeep.run("--lang", "zh", "groups")).stdout).toMatch(/big .*大额.*50\.0 %/);
  expect(await told<Persona>("groups", "show", "big")).toMatchObject({ customers: 1, of: 2, portrait: { numbers: expect.any(Array) } });
  expect((await tierkeep.run("groups", "show", "big")).stdout).toMatch(/1 of 2 customers, 50\.0 %/);
  expect(await told("customers", "--group", "big")).toMatchObject({ items: [{ customer_id: "c2" }], total: 1 });
  expect(await told<Tag[]>("tags", "c2")).toMatchObject([{ group: "big", model: "rfm" }]);
  expect(await told<Tag[]>("tags", "c1")).toEqual([]);
  // the preset's model is not run here: its groups wait for it
  expect(await told<Group[]>("groups", "save", "retail-bank")).toContainEqual(expect.objectContaining({ group: "gone-quiet", customers: null }));
  expect(await told("groups", "remove", "big")).toEqual({ removed: "big" });
  const gone = await tierkeep.run("groups", "show", "big", "--json");
  expect([gone.code, gone.json()]).toMatchObject([1, { problems: [{ code: "tiering.no_such_group" }] }]);
}, 120_000);
