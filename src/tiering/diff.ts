import { diffLines } from "diff";
import type { Workspace } from "../platform/workspace/index.js";
import { publishedVersion } from "./models.js";
import { proposalOf } from "./proposals.js";
import type { VersionDiff } from "./schema.js";

const linesOf = (text: string): string[] => text.replace(/\n$/, "").split("\n");

/** Looking for the least difference takes the square of it: after so long everything is another. */
const PATIENCE_MS = 500;

const partsOf = (older: string, newer: string): VersionDiff["parts"] =>
  (
    diffLines(older, newer, { timeout: PATIENCE_MS }) ?? [
      { removed: true, added: false, value: older },
      { removed: false, added: true, value: newer },
    ]
  ).map(({ added, removed, value }) => ({ kind: added ? "added" : removed ? "removed" : "same", lines: linesOf(value) }));

/** Two versions of a model, line by line. */
export async function diffOf(workspace: Workspace, model: string, from: number, to: number): Promise<VersionDiff> {
  const [older, newer] = [await publishedVersion(workspace, model, from), await publishedVersion(workspace, model, to)];
  return { model, from, to, parts: partsOf(older.text, newer.text) };
}

/** A change that was asked for, beside the version it changes. */
export async function diffOfProposal(workspace: Workspace, number: number): Promise<VersionDiff> {
  const { model, base_version, text } = await proposalOf(workspace, number);
  return { model, from: base_version, to: null, parts: partsOf((await publishedVersion(workspace, model, base_version)).text, text) };
}
