import { diffLines } from "diff";
import type { Workspace } from "../platform/workspace/index.js";
import { publishedVersion } from "./models.js";
import type { VersionDiff } from "./schema.js";

const linesOf = (text: string): string[] => text.replace(/\n$/, "").split("\n");

/** Two versions of a model, line by line. */
export async function diffOf(workspace: Workspace, model: string, from: number, to: number): Promise<VersionDiff> {
  const [older, newer] = [await publishedVersion(workspace, model, from), await publishedVersion(workspace, model, to)];
  const parts = diffLines(older.text, newer.text).map(({ added, removed, value }) => ({
    kind: added ? ("added" as const) : removed ? ("removed" as const) : ("same" as const),
    lines: linesOf(value),
  }));
  return { model, from, to, parts };
}
