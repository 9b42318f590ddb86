import { type ColumnMeta, columnsOf, type Fact } from "./schema.js";

type Secrecy = NonNullable<ColumnMeta["secrecy"]>;

const HIDDEN = "***";

const stars = (count: number) => "*".repeat(Math.max(count, 1));

/** The first letter of a name; of a name that is one letter, nothing. */
const initial = (text: string) => [...text].map((letter, i) => (i === 0 || letter === " " ? letter : "*")).join("");

const masks = {
  name: (text) => (initial(text).includes("*") ? initial(text) : stars(1)),
  phone: (text) => (text.length > 7 ? `${text.slice(0, 3)}${stars(text.length - 7)}${text.slice(-4)}` : stars(text.length)),
  email: (text) => text.replace(/^(.?)[^@]*/, "$1***"),
  id_number: (text) => (text.length > 8 ? `${text.slice(0, 4)}${stars(text.length - 6)}${text.slice(-2)}` : stars(text.length)),
  birthday: (text) => text.slice(0, 4),
  account: (text) => (text.length > 8 ? `${stars(text.length - 4)}${text.slice(-4)}` : stars(text.length)),
  address: (text) => `${[...text].slice(0, 6).join("")}${stars(6)}`,
} satisfies Record<Secrecy, (text: string) => string>;

/** What someone without the right to personal data sees: enough to recognise, too little to use. */
export function mask(secrecy: Secrecy, value: string): string {
  return masks[secrecy](value);
}

/** A row of a fact as someone without that right sees it. */
export function maskRow<Row extends object>(fact: Fact, row: Row): Row {
  const held = row as Record<string, string | null | undefined>;
  const hidden = columnsOf(fact).flatMap(({ name, meta }) => {
    const value = held[name];
    if (value === undefined || value === null) return [];
    if (meta.secrecy !== undefined) return [[name, mask(meta.secrecy, value)]];
    return meta.free === true ? [[name, HIDDEN]] : [];
  });
  return { ...row, ...Object.fromEntries(hidden) } as Row;
}
