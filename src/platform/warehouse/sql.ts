/** A value the warehouse can bind. Dates and decimals travel as text and are cast where they are used. */
export type SqlValue = string | number | bigint | boolean | null;

/** SQL text with its values apart from it: the only way a value reaches the engine. */
export interface Sql {
  readonly parts: readonly string[];
  readonly holes: readonly (SqlValue | Sql)[];
}

const isSql = (hole: SqlValue | Sql): hole is Sql => typeof hole === "object" && hole !== null;

/** `sql\`select ${value} from ${fragment}\``: values are bound, fragments are spliced. */
export function sql(parts: TemplateStringsArray, ...holes: (SqlValue | Sql)[]): Sql {
  return { parts, holes };
}

/** Text that is SQL itself. Never from a user. */
export function raw(text: string): Sql {
  return { parts: [text], holes: [] };
}

/** A quoted name of a table or column. */
export function name(text: string): Sql {
  if (text.includes("\0")) throw new Error("a name cannot hold NUL");
  return raw(`"${text.replaceAll('"', '""')}"`);
}

/** Fragments with a separator between them. */
export function join(fragments: readonly Sql[], separator = ", "): Sql {
  const parts = ["", ...fragments.slice(1).map(() => separator), ""];
  return fragments.length === 0 ? raw("") : { parts, holes: fragments };
}

/** Number the holes: text with $1, $2, … and the values in that order. */
export function render(query: Sql): { text: string; values: SqlValue[] } {
  const values: SqlValue[] = [];
  const write = (one: Sql): string =>
    one.parts
      .map((part, i) => {
        const hole = one.holes[i];
        if (i >= one.holes.length || hole === undefined) return part;
        if (isSql(hole)) return part + write(hole);
        values.push(hole);
        return `${part}$${values.length}`;
      })
      .join("");
  return { text: write(query), values };
}
