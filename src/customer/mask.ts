import type { ColumnMeta } from "./schema.js";

type Secrecy = NonNullable<ColumnMeta["secrecy"]>;

const stars = (count: number) => "*".repeat(Math.max(count, 1));

const masks = {
  name: (text) => [...text].map((letter, i) => (i === 0 || letter === " " ? letter : "*")).join(""),
  phone: (text) => (text.length > 7 ? `${text.slice(0, 3)}${stars(text.length - 7)}${text.slice(-4)}` : stars(text.length)),
  email: (text) => text.replace(/^(.?)[^@]*/, "$1***"),
  id_number: (text) => (text.length > 8 ? `${text.slice(0, 4)}${stars(text.length - 6)}${text.slice(-2)}` : stars(text.length)),
  address: (text) => `${[...text].slice(0, 6).join("")}${stars(6)}`,
} satisfies Record<Secrecy, (text: string) => string>;

/** What someone without the right to personal data sees: enough to recognise, too little to use. */
export function mask(secrecy: Secrecy, value: string): string {
  return masks[secrecy](value);
}
