import { readdir, realpath, stat } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { refuse } from "../platform/problem.js";
import type { ParsedMapping } from "./mapping.js";

/** One file to be read by one part of the mapping. */
export interface FileToRead {
  part: string;
  path: string;
  /** The name people know it by. */
  file: string;
}

/** Does a file name fit a pattern with `*`? */
export function matches(pattern: string, file: string): boolean {
  const parts = pattern.toLowerCase().split("*");
  const escaped = parts.map((part) => part.replaceAll(/[.+?^${}()|[\]\\]/g, "\\$&"));
  return new RegExp(`^${escaped.join(".*")}$`, "u").test(file.toLowerCase());
}

const noSuchFile = (shown: string): never =>
  refuse(
    "intake.no_such_file",
    { zh: `找不到 ${shown}`, en: `There is no ${shown}` },
    { place: { file: shown }, hint: { zh: "检查路径。", en: "Check the path." } },
  );

/** Refuse a file that is, links followed, not in this folder: as if it were not there. */
export async function staysIn(folder: string, path: string, shown: string): Promise<void> {
  const [home, found] = await Promise.all([realpath(folder), realpath(path).catch(() => undefined)]);
  if (found === undefined || dirname(found) !== home) noSuchFile(shown);
}

/** Which files which parts read, in the mapping's order; files of one part by name. With `within`, people do not see where they lie. */
export async function filesToRead({ mapping, name }: ParsedMapping, path: string, within?: string): Promise<FileToRead[]> {
  const shown = within === undefined ? path : basename(path);
  const found = await stat(path).catch(() => undefined);
  if (found === undefined) return noSuchFile(shown);
  const isFolder = found.isDirectory();
  const folder = isFolder ? path : join(path, "..");
  const names = isFolder
    ? (await readdir(path, { withFileTypes: true }))
        .filter((entry) => entry.isFile() && !entry.name.startsWith("."))
        .map((entry) => entry.name)
        .sort()
    : [basename(path)];
  const parts = Object.entries(mapping.files);
  const wanted = parts.flatMap(([part, { match }]) =>
    names
      .filter((file) => (match === undefined ? /\.(csv|tsv|tab|txt|parquet|json|jsonl|ndjson|xlsx)$/i.test(file) || !isFolder : matches(match, file)))
      .map((file) => ({ part, path: join(folder, file), file })),
  );
  // One file and one part: the name does not matter.
  const [only] = parts;
  const [file] = names;
  if (wanted.length === 0 && !isFolder && parts.length === 1 && only !== undefined && file !== undefined) return [{ part: only[0], path, file }];
  if (wanted.length > 0) return wanted;
  const patterns = parts.map(([part, { match }]) => match ?? part).join(", ");
  return refuse(
    "intake.no_matching_file",
    {
      zh: `映射 ${name} 不认识 ${isFolder ? `${shown} 中的任何文件` : basename(path)}`,
      en: `The mapping ${name} knows ${isFolder ? `no file in ${shown}` : `no part for ${basename(path)}`}`,
    },
    { place: { file: shown }, hint: { zh: `它读取的文件名：${patterns}`, en: `It reads files named: ${patterns}` } },
  );
}

/** Of these, what has to be read when only some files of the folder changed: these, whatever looks things up in them, and snapshots, which are whole. */
export function filesThatChanged({ mapping }: ParsedMapping, wanted: readonly FileToRead[], changed: ReadonlySet<string>): FileToRead[] {
  return wanted.filter(({ part, file }) => {
    const { load, lookups } = mapping.files[part] ?? {};
    return changed.has(file) || load === "snapshot" || Object.values(lookups ?? {}).some((lookup) => changed.has(lookup.file));
  });
}
