import { randomUUID } from "node:crypto";
import { mkdir, rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import { audit } from "../access/index.js";
import type { Actor } from "../access/schema.js";
import { refreshProfiles } from "../customer/index.js";
import { atomically } from "../platform/postgres/atomically.js";
import { ProblemError, problem } from "../platform/problem.js";
import { type OnProgress, stepProgress } from "../platform/progress.js";
import type { Problem } from "../platform/schema.js";
import { type Session, sql } from "../platform/warehouse/index.js";
import type { Workspace } from "../platform/workspace/index.js";
import { countAside, keepAside } from "./aside.js";
import { type Counts, keepCounts } from "./batches.js";
import { planPart } from "./columns.js";
import { type FileToRead, filesToRead, staysIn } from "./files.js";
import { type JudgedFile, judge, labelOf, repeatedKeys, type Verdict } from "./judge.js";
import { emptySnapshot, finishSnapshot, judgeRows, loadFacts, refuseEmptySnapshot, startSnapshot, TICKS } from "./load.js";
import type { ParsedMapping } from "./mapping.js";
import type { ImportResult, Mapping } from "./schema.js";
import { readingWhole, type Staged, stageFile } from "./stage.js";
import { beginBatch, completeBatch, endBatch } from "./store.js";

const TELL_EVERY_MS = 250;

/** Where an import keeps its working files; leftovers of killed ones are removed at the next start. */
export const IMPORT_FOLDER = /^import-/;

/** Bring a file or folder in through a mapping. With `within`, no file outside that folder is read. */
export async function importFiles(
  workspace: Workspace,
  actor: Actor,
  parsed: ParsedMapping,
  path: string,
  report: OnProgress,
  within?: string,
): Promise<ImportResult> {
  return importThese(workspace, actor, parsed, await filesToRead(parsed, path, within), report, within);
}

/**
 * Everything of one import happens in one transaction of the warehouse, or nothing; mistakes in the mapping and the files are
 * all told at once, before anything is written.
 */
export async function importThese(
  workspace: Workspace,
  actor: Actor,
  parsed: ParsedMapping,
  wanted: readonly FileToRead[],
  report: OnProgress,
  within?: string,
): Promise<ImportResult> {
  const started = performance.now();
  const batch = randomUUID();
  const folder = workspace.path("tmp", `import-${batch}`);
  await mkdir(folder, { recursive: true, mode: 0o700 });
  try {
    const judged = await prepare(workspace, parsed, wanted, { folder, within, report });
    const files = [...new Set(judged.map((one) => one.staged.file))];
    const { source } = parsed.mapping;
    await atomically(workspace.postgres, "all", (tx) => beginBatch(tx, { batch, source, mapping: parsed.name, files, imported_by: actor.login }));
    const staged = judged.flatMap((one) => [one.staged, ...one.lookups.values()]);
    const counts = await readingWhole(workspace.warehouse, staged, () => load(workspace, parsed, judged, batch, report)).catch(async (error: unknown) => {
      await atomically(workspace.postgres, "all", (tx) => endBatch(tx, batch, "failed"));
      throw error;
    });
    const result = { batch, ...counts, seconds: Math.round(performance.now() - started) / 1000 };
    await atomically(workspace.postgres, "all", async (tx) => {
      await completeBatch(tx, result);
      await audit(tx, actor, "facts.import", `batch:${batch}`, { source, mapping: parsed.name, files, ...counts });
    });
    return { ...result, source, files };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Make every file ready and read the mapping over its columns; throw all mistakes together. */
async function prepare(
  workspace: Workspace,
  parsed: ParsedMapping,
  wanted: readonly FileToRead[],
  { folder, within, report }: { folder: string; within: string | undefined; report: OnProgress },
): Promise<JudgedFile[]> {
  const problems: Problem[] = [...parsed.problems];
  const held = new Map<string, Staged>();
  const stage = async (path: string, file: string, format: FileToReadFormat): Promise<Staged | undefined> => {
    const key = `${path}\n${JSON.stringify(format)}`;
    const known = held.get(key);
    if (known !== undefined) return known;
    try {
      if (within !== undefined) await staysIn(within, path, file);
      const staged = await stageFile(workspace.warehouse, { path, file, format, folder, id: `f${held.size}`, report });
      held.set(key, staged);
      return staged;
    } catch (error) {
      if (!(error instanceof ProblemError)) throw error;
      problems.push(...error.problems);
      return undefined;
    }
  };

  const judged: JudgedFile[] = [];
  for (const { part, path, file: shown } of wanted) {
    const file = parsed.mapping.files[part];
    if (file === undefined) continue;
    const staged = await stage(path, shown, file.format);
    const lookups = new Map<string, Staged>();
    for (const [name, lookup] of Object.entries(file.lookups)) {
      const found = await stage(join(dirname(path), lookup.file), lookup.file, lookup.format);
      if (found !== undefined) lookups.set(name, found);
    }
    if (staged === undefined) continue;
    const plan = planPart(parsed, part, file, staged, lookups, problems);
    judged.push({ part, file, plan, staged, lookups, currency: workspace.settings.currency });
    if (problems.length === 0) problems.push(...(await ambiguous(workspace, parsed, judged.at(-1))));
    if (file.load === "snapshot" && staged.rows === 0) problems.push(emptySnapshot(shown, ""));
  }
  const once = new Map(problems.map((one) => [JSON.stringify(one), one]));
  if (once.size > 0) throw new ProblemError([...once.values()]);
  return judged;
}

type FileToReadFormat = Mapping["files"][string]["format"];

/** Look-ups whose key stands more than once. */
async function ambiguous({ warehouse }: Workspace, parsed: ParsedMapping, judged: JudgedFile | undefined): Promise<Problem[]> {
  const problems: Problem[] = [];
  for (const [name, { key, where }] of judged?.plan.lookups ?? []) {
    const found = judged?.lookups.get(name);
    if (judged === undefined || found === undefined) continue;
    const repeated = await readingWhole(warehouse, [found], () =>
      warehouse.first<{ n: number }>(repeatedKeys(found, key, where, { dates: judged.file.dates, currency: judged.currency })),
    );
    if (repeated === undefined || repeated.n === 0) continue;
    problems.push(
      problem(
        "mapping.lookup_repeats",
        { zh: `${found.file} 中 ${key} 有 ${repeated.n} 个值重复出现`, en: `${found.file} has ${repeated.n} values of ${key} more than once` },
        { place: parsed.at(["files", judged.part, "lookups", name]), hint: { zh: "用 where 只留下一行。", en: "Keep one row of each with `where`." } },
      ),
    );
  }
  return problems;
}

/** The one transaction: facts, parties, rows set aside, the batch itself. */
async function load(workspace: Workspace, parsed: ParsedMapping, judged: readonly JudgedFile[], batch: string, report: OnProgress): Promise<Counts> {
  return workspace.warehouse.write((session) =>
    session.transaction(async () => {
      const recordedAt = recordedNow();
      const counts = await bringIn(session, parsed, judged, { batch, recordedAt, report });
      await keepCounts(session, batch, parsed.mapping.source, recordedAt, counts);
      return counts;
    }),
  );
}

/** One UTC moment for everything of a batch. */
export const recordedNow = (): string => new Date().toISOString().slice(0, -1);

interface Bringing {
  batch: string;
  recordedAt: string;
  report: OnProgress;
  /** Called when a file's rows are in, while it can still be asked what became of each. */
  told?: (judged: JudgedFile, verdicts: readonly Verdict[]) => Promise<void>;
}

/** Within a transaction: facts, parties, profiles and rows set aside of judged files, and their counts. */
export async function bringIn(
  session: Session,
  parsed: ParsedMapping,
  judged: readonly JudgedFile[],
  { batch, recordedAt, report, told }: Bringing,
): Promise<Counts> {
  const { source } = parsed.mapping;
  const before = await session.first<{ recorded: string | null }>(sql`select max(recorded_at)::varchar as recorded from batch`);
  const asideBefore = await countAside(session, batch);
  const run = { session, source, recordedAt };
  const counts = { rows_read: 0, rows_loaded: 0, unchanged: 0 };
  const unsure = new Set<string>();
  await startSnapshot(session);
  for (const one of judged) {
    const { staged } = one;
    const judgement = judge(one);
    const converted = stepProgress(report, { zh: `转换 ${staged.file}`, en: `Convert ${staged.file}` }, "rows", staged.rows);
    await watched(
      session,
      1,
      (share) => converted(Math.round(staged.rows * share)),
      () => judgeRows(session, one, judgement),
    );
    if (one.file.load === "snapshot") await refuseEmptySnapshot(session, one, judgement.verdicts);
    const written = stepProgress(report, { zh: `写入 ${staged.file}`, en: `Load ${staged.file}` }, "rows", staged.rows);
    const { loaded, unchanged, ...more } = await watched(
      session,
      TICKS * one.file.facts.length,
      (share) => written(Math.round(staged.rows * share)),
      (tick) => loadFacts({ ...run, tick }, one, judgement.verdicts),
    );
    for (const label of more.unsure) unsure.add(label);
    await keepAside(session, batch, staged, judgement.verdicts);
    await told?.(one, judgement.verdicts);
    counts.rows_read += staged.rows + staged.broken;
    counts.rows_loaded += loaded;
    counts.unchanged += unchanged;
  }
  for (const [part, file] of Object.entries(parsed.mapping.files)) {
    if (file.load !== "snapshot" || !judged.some((one) => one.part === part)) continue;
    for (const [i, fact] of file.facts.entries()) {
      const label = labelOf(part, file, i);
      if (!unsure.has(label)) await finishSnapshot(run, fact.as, label);
    }
  }
  const profiled = stepProgress(report, { zh: "更新客户画像", en: "Refresh customer profiles" }, "steps", 1);
  await refreshProfiles(session, before?.recorded ?? null);
  profiled(1);
  const set_aside_by_reason = Object.fromEntries(
    Object.entries(await countAside(session, batch)).flatMap(([code, n]) => (n === asideBefore[code] ? [] : [[code, n - (asideBefore[code] ?? 0)]])),
  );
  const rows_set_aside = Object.values(set_aside_by_reason).reduce((sum, n) => sum + n, 0);
  if (counts.rows_read !== counts.rows_loaded + counts.unchanged + rows_set_aside)
    throw new Error(`rows do not add up: ${JSON.stringify({ ...counts, set_aside_by_reason })}`);
  return { ...counts, rows_set_aside, set_aside_by_reason };
}

/** Tell while `work` goes on which share of it is done: `statements` of about one length, each told of by `tick`. */
async function watched<T>(session: Session, statements: number, tell: (share: number) => void, work: (tick: () => void) => Promise<T>): Promise<T> {
  let ended = 0;
  let told = 0;
  const timer = setInterval(() => {
    told = Math.max(told, Math.min(1, (ended + session.share()) / statements));
    tell(told);
  }, TELL_EVERY_MS);
  try {
    const done = await work(() => void ended++);
    tell(1);
    return done;
  } finally {
    clearInterval(timer);
  }
}
