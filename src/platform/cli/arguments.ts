import { existsSync, readFileSync, statSync } from "node:fs";
import { InvalidArgumentError } from "commander";
import { refuse } from "../problem.js";
import type { Text } from "../schema.js";

/** One page of a list, as the API gives every list. */
export interface Page<Item> {
  items: Item[];
  next: string | null;
  total: number | null;
}

/** How many rows of a list: what the API takes. */
export const limit = (value: string): number => {
  if (!/^[1-9]\d{0,2}$/.test(value) || Number(value) > 200) throw new InvalidArgumentError("1 to 200");
  return Number(value);
};

export const wholeNumber = (value: string): number => {
  if (!/^\d+$/.test(value)) throw new InvalidArgumentError("a whole number");
  return Number(value);
};

/** An argument that is a file rather than the name of something published or of a preset. */
export const isFile = (argument: string): boolean => /[/\\]|\.ya?ml$/i.test(argument);

/** A text file somebody names; `area` begins the problem's code, `hint` says what else could have been meant. */
export function readText(file: string, area: string, hint?: Text): { text: string; file: string } {
  if (existsSync(file) && statSync(file).isFile()) return { text: readFileSync(file, "utf8"), file };
  return refuse(
    `${area}.no_such_file`,
    { zh: `没有文件 ${file}`, en: `There is no file ${file}` },
    { place: { file }, hint: hint ?? { zh: "检查路径。", en: "Check the path." } },
  );
}

/** A path of the API with its parts and query encoded; what is undefined is left out. */
export const pathTo = (parts: readonly string[], query: Record<string, string | number | undefined> = {}): string => {
  const given = Object.entries(query).flatMap(([key, value]) => (value === undefined ? [] : [[key, String(value)] as [string, string]]));
  return `/${parts.map(encodeURIComponent).join("/")}${given.length === 0 ? "" : `?${new URLSearchParams(given).toString()}`}`;
};
