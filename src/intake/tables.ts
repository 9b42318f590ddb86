import type { Table } from "../platform/warehouse/tables.js";

/**
 * The intake feature's part of the warehouse, written in the transaction of the facts: a batch is there exactly when its
 * facts are, so what a killed process left can be settled.
 */
export const tables: readonly Table[] = [
  {
    name: "batch",
    columns: {
      batch: "varchar",
      source: "varchar",
      rows_read: "bigint",
      rows_loaded: "bigint",
      rows_set_aside: "bigint",
      unchanged: "bigint",
      set_aside_by_reason: "varchar",
      recorded_at: "timestamp",
    },
  },
  {
    name: "set_aside",
    columns: {
      batch: "varchar",
      file: "varchar",
      line: "bigint",
      column: "varchar",
      code: "varchar",
      reason_zh: "varchar",
      reason_en: "varchar",
      content: "varchar",
      value: "varchar",
    },
  },
];
