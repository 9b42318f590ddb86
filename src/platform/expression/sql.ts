import { join, raw, type Sql, sql } from "../warehouse/sql.js";
import { finiteSql, functions } from "./functions.js";
import type { Expression, Value } from "./syntax.js";

/** What else a caller gives a meaning to: functions of its own, tried before the language's. */
export interface SqlOptions {
  call?: (e: Expression & { type: "call" }) => Sql | undefined;
}

function literal(value: Value): Sql {
  if (value === null) return raw("null");
  if (typeof value === "boolean") return raw(value ? "true" : "false");
  // The binding of whole numbers stops at 64 bits; beyond that they travel as text.
  if (typeof value === "number" && Number.isInteger(value) && !Number.isSafeInteger(value)) return sql`${String(value)}::double`;
  return typeof value === "string" ? sql`${value}::varchar` : sql`${value}`;
}

/** An expression as SQL: names through `column`, every value bound, unknown as null. */
export function toSql(e: Expression, column: (name: string) => Sql, options: SqlOptions = {}): Sql {
  const of = (part: Expression): Sql => toSql(part, column, options);
  // Opposite a column, a text must stay untyped: the engine then reads it as the column's own type (a date).
  const beside = (part: Expression): Sql => (part.type === "literal" && typeof part.value === "string" ? sql`${part.value}` : of(part));
  switch (e.type) {
    case "literal":
      return literal(e.value);
    case "name":
      return column(e.name);
    case "negative":
      return sql`(-(${of(e.of)})::double)`;
    case "not":
      return sql`(not ${of(e.of)})`;
    case "logic":
      return sql`(${join(e.of.map(of), ` ${e.op} `)})`;
    case "compare": {
      const bothTexts = [e.left, e.right].every((part) => part.type === "literal");
      return sql`(${bothTexts ? of(e.left) : beside(e.left)} ${raw(e.op)} ${bothTexts ? of(e.right) : beside(e.right)})`;
    }
    case "arithmetic":
      return finiteSql(sql`((${of(e.left)})::double ${raw(e.op)} (${of(e.right)})::double)`);
    case "in":
      if (e.list.length === 0) return raw(e.negated ? "true" : "false");
      return sql`(${of(e.of)} ${raw(e.negated ? "not in" : "in")} (${join(e.list.map(e.of.type === "literal" ? of : beside))}))`;
    case "null_test":
      return sql`(${of(e.of)} is ${raw(e.negated ? "not null" : "null")})`;
    case "call": {
      const own = options.call?.(e);
      if (own !== undefined) return own;
      const shape = functions[e.name];
      if (shape === undefined) throw new Error(`unknown function ${e.name}`);
      return shape.sql(e.given.map(of));
    }
  }
}
