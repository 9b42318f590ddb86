import { mkdir, readdir, stat } from "node:fs/promises";
import { join } from "node:path";
import type { Actor } from "../access/schema.js";
import { atomically } from "../platform/postgres/atomically.js";
import { ProblemError, refuse } from "../platform/problem.js";
import type { OnProgress } from "../platform/progress.js";
import type { Problem } from "../platform/schema.js";
import type { Workspace } from "../platform/workspace/index.js";
import { filesThatChanged, filesToRead } from "./files.js";
import { importThese } from "./import.js";
import { mappingByName } from "./mappings.js";
import type { ImportResult } from "./schema.js";
import { inboxFiles, keepInbox } from "./store.js";

const INBOX = "inbox";

/** Where files wait for the daily cycle: one folder a mapping, named as it. */
export const inboxOf = (workspace: Workspace, mapping: string): string => workspace.path(INBOX, mapping);

/** What file managers and version control leave behind is nobody's file. */
const isHidden = (name: string): boolean => name.startsWith(".");

function refuseFile(error: unknown): never {
  if (!(error instanceof Error && "code" in error && (error.code === "EEXIST" || error.code === "ENOTDIR"))) throw error;
  refuse(
    "intake.inbox_is_file",
    { zh: "工作区里的 inbox 是一个文件，不是目录", en: "inbox in the workspace is a file and no folder" },
    { place: { file: INBOX }, hint: { zh: "改名或移走它；目录会自动建立。", en: "Rename it or move it away; the folder is made by itself." } },
  );
}

/** Size and time of a folder's files by their names: what changed is known without reading it. */
async function filesIn(folder: string): Promise<Record<string, string>> {
  const names = (await readdir(folder, { withFileTypes: true })).filter((entry) => entry.isFile() && !isHidden(entry.name)).map((entry) => entry.name);
  const stamps = names.sort().map(async (name) => {
    const { size, mtimeMs } = await stat(join(folder, name));
    return [name, `${size} ${mtimeMs}`] as const;
  });
  return Object.fromEntries(await Promise.all(stamps));
}

/** Import what is new in the inbox: each folder by the mapping of its name. Every folder is tried; the problems of all are told at once. */
export async function importInbox(workspace: Workspace, actor: Actor, report: OnProgress): Promise<ImportResult[]> {
  const inbox = workspace.path(INBOX);
  await mkdir(inbox, { recursive: true, mode: 0o700 }).catch(refuseFile);
  const folders = (await readdir(inbox, { withFileTypes: true })).filter((entry) => entry.isDirectory() && !isHidden(entry.name)).map((entry) => entry.name);
  const results: ImportResult[] = [];
  const problems: Problem[] = [];
  for (const mapping of folders.sort()) {
    const folder = inboxOf(workspace, mapping);
    const now = await filesIn(folder);
    const held = await atomically(workspace.postgres, "all", (tx) => inboxFiles(tx, mapping));
    const changed = new Set([...Object.keys(now), ...Object.keys(held)].filter((file) => now[file] !== held[file]));
    if (changed.size === 0) continue;
    try {
      const parsed = await mappingByName(workspace, mapping);
      const wanted = Object.keys(now).length === 0 ? [] : filesThatChanged(parsed, await filesToRead(parsed, folder), changed);
      if (wanted.length > 0) results.push(await importThese(workspace, actor, parsed, wanted, report));
      await atomically(workspace.postgres, "all", (tx) => keepInbox(tx, mapping, now));
    } catch (error) {
      if (!(error instanceof ProblemError)) throw error;
      problems.push(
        ...error.problems.map((one) => ({ ...one, place: { ...one.place, path: [`inbox/${mapping}`, one.place?.path].filter(Boolean).join(" ") } })),
      );
    }
  }
  if (problems.length > 0) throw new ProblemError(problems);
  return results;
}
