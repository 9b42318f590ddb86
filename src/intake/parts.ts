import type { Actor } from "../access/schema.js";
import type { StepKind } from "../platform/cycle/index.js";
import { importInbox } from "./inbox.js";

export { inboxOf } from "./inbox.js";
export { writeSample, writeSampleBank } from "./sample/index.js";
export { heldBack, nightFile } from "./sample/nights.js";
export { random } from "./sample/random.js";
export { settleImports as onOpen } from "./settle.js";
export { tables } from "./tables.js";

/** The cycle's first step: what is new in the inbox. */
export const step: StepKind<Actor> = {
  name: "import",
  title: { zh: "导入新数据", en: "Import what is new" },
  run: async ({ workspace, actor, report }) => {
    const results = await importInbox(workspace, actor, report);
    const sum = (of: (one: (typeof results)[number]) => number): number => results.reduce((total, one) => total + of(one), 0);
    return [
      { title: { zh: "来源", en: "Sources" }, count: results.length },
      { title: { zh: "载入行", en: "Rows loaded" }, count: sum((one) => one.rows_loaded) },
      { title: { zh: "搁置行", en: "Rows set aside" }, count: sum((one) => one.rows_set_aside) },
    ];
  },
};
