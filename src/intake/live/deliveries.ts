import { createHash } from "node:crypto";
import { audit } from "../../access/index.js";
import type { Actor } from "../../access/schema.js";
import type { House } from "../../platform/http/index.js";
import { log } from "../../platform/log.js";
import { atomically } from "../../platform/postgres/atomically.js";
import { ProblemError, refuse } from "../../platform/problem.js";
import type { Problem } from "../../platform/schema.js";
import type { Session } from "../../platform/warehouse/index.js";
import { addedUp, heldCounts, keepCounts, nothingRead } from "../batches.js";
import { planPart } from "../columns.js";
import { bringIn, recordedNow } from "../import.js";
import type { JudgedFile, Verdict } from "../judge.js";
import { rowOutcomes } from "../load.js";
import type { ParsedMapping } from "../mapping.js";
import { type FactOutcome, type FactReceipt, MOST_FACTS } from "../schema.js";
import { beginBatch, completeBatch } from "../store.js";
import { type Rows, stageRows } from "./rows.js";

/** Facts of one request, read by a mapping without look-ups. */
export interface Delivery {
  actor: Actor;
  parsed: ParsedMapping;
  /** What its rows are known as among rows set aside. */
  shown: string;
  parts: readonly Rows[];
  /** Names of its facts: two deliveries that share one are never written together. */
  ids: readonly string[];
}

/** What became of every row of every part. */
export interface Delivered {
  batch: string;
  outcomes: FactOutcome[][];
}

/** Rows that wait for their turn at most, beside those being written; whoever brings more is asked to come again. */
const MOST_WAITING = 10 * MOST_FACTS;

interface Waiting {
  delivery: Delivery;
  rows: number;
  told: (delivered: Delivered) => void;
  failed: (error: unknown) => void;
}

/**
 * Takes deliveries and answers when they are held for good. The warehouse has one writer and a commit costs what it costs, so all that
 * arrived while the last was at work go in together (group commit). What there is no room for is refused before it is taken: nothing that was taken is lost.
 */
export function receiving(house: Pick<House, "workspace">, onHeld: (actor: Actor) => Promise<void>): (delivery: Delivery) => Promise<Delivered> {
  const waiting: Waiting[] = [];
  let held = 0;
  let working = false;

  const work = async (): Promise<void> => {
    if (working) return;
    working = true;
    try {
      for (let group = next(waiting); group.length > 0; group = next(waiting)) {
        held -= group.reduce((sum, { rows }) => sum + rows, 0);
        await writeAll(house, group, onHeld);
      }
    } finally {
      working = false;
    }
  };

  return async (delivery) => {
    const rows = delivery.parts.reduce((sum, { cells }) => sum + cells.length, 0);
    if (held > 0 && held + rows > MOST_WAITING)
      refuse(
        "intake.busy",
        { zh: "到来的数据过多，暂时无法接收，此次未接收任何内容", en: "Too much is arriving to take more just now; nothing of this was taken" },
        { status: 503, hint: { zh: "稍后原样重发；同一 id 不会重复计入。", en: "Send the same again in a moment; an id never counts twice." } },
      );
    held += rows;
    return new Promise((told, failed) => {
      waiting.push({ delivery, rows, told, failed });
      void work();
    });
  };
}

/** Write these together and tell each sender; where they cannot be, each alone: one may not cost the others their place. */
async function writeAll(house: Pick<House, "workspace">, group: readonly Waiting[], onHeld: (actor: Actor) => Promise<void>): Promise<void> {
  try {
    const deliveries = group.map(({ delivery }) => delivery);
    const delivered = await writeTogether(house, deliveries);
    const [first] = deliveries;
    if (first !== undefined && delivered.some(({ outcomes }) => outcomes.flat().some(({ status }) => status === "loaded")))
      // what follows is for a job to do; the facts are in whatever becomes of it
      await onHeld(first.actor).catch((error: unknown) => log.error({ err: error }, "what follows facts that arrived could not be asked for"));
    for (const [i, one] of delivered.entries()) group[i]?.told(one);
  } catch (error) {
    if (group.length > 1) for (const one of group) await writeAll(house, [one], onHeld);
    else for (const { failed } of group) failed(error);
  }
}

/** Take the deliveries off the queue that can be written together: of one sender and mapping, in their order, no id twice. */
function next(waiting: Waiting[]): Waiting[] {
  const group: Waiting[] = [];
  const ids = new Set<string>();
  let rows = 0;
  for (let one = waiting[0]; one !== undefined; one = waiting[0]) {
    const { actor, parsed } = one.delivery;
    const first = group[0]?.delivery;
    const alike =
      first === undefined || (first.actor.id === actor.id && first.parsed.text === parsed.text && first.parsed.mapping.source === parsed.mapping.source);
    if (!alike || (group.length > 0 && rows + one.rows > MOST_FACTS) || one.delivery.ids.some((id) => ids.has(id))) break;
    for (const id of one.delivery.ids) ids.add(id);
    rows += one.rows;
    group.push(one);
    waiting.shift();
  }
  return group;
}

/** One batch for everything a sender brings in an hour by one mapping, so that lists of imports stay readable. */
function batchOf({ actor, parsed }: Delivery, at: string): string {
  const hash = createHash("sha256")
    .update(JSON.stringify([actor.id, parsed.mapping.source, parsed.name, at.slice(0, 13)]))
    .digest("hex");
  return `${hash.slice(0, 8)}-${hash.slice(8, 12)}-8${hash.slice(13, 16)}-a${hash.slice(17, 20)}-${hash.slice(20, 32)}`;
}

async function writeTogether({ workspace }: Pick<House, "workspace">, deliveries: readonly Delivery[]): Promise<Delivered[]> {
  const [first] = deliveries;
  if (first === undefined) return [];
  const { actor, parsed, shown } = first;
  const { source } = parsed.mapping;
  const batch = batchOf(first, recordedNow());
  await atomically(workspace.postgres, "all", async (tx) => {
    const begun = await beginBatch(tx, { batch, source, mapping: parsed.name, files: [shown], imported_by: actor.login, live: true });
    if (begun) await audit(tx, actor, "facts.receive", `batch:${batch}`, { source, mapping: parsed.name });
  });
  const [outcomes, counts] = await workspace.warehouse.write((session) =>
    session.transaction(async () => {
      // when its turn has come: what was recorded before it, somebody may have gone by already
      const recordedAt = recordedNow();
      const before = (await heldCounts(session, batch)) ?? nothingRead;
      const judged = await judgedRows(session, first, together(deliveries), before.rows_read, workspace.settings.currency);
      const told = new Map<string, FactOutcome[]>();
      const more = await bringIn(session, parsed, judged, {
        batch,
        recordedAt,
        report: () => undefined,
        told: async (one, verdicts) => void told.set(one.part, outcomesOf(await rowOutcomes(session, one), verdicts)),
      });
      const counts = addedUp(before, more);
      await keepCounts(session, batch, source, recordedAt, counts);
      return [told, counts] as const;
    }),
  );
  await atomically(workspace.postgres, "all", (tx) => completeBatch(tx, { batch, ...counts, seconds: 0 }));
  return apart(deliveries, outcomes, batch);
}

/** The rows of all deliveries by part, in their order; one mapping has the same columns in all of them. */
function together(deliveries: readonly Delivery[]): Rows[] {
  const rows = new Map<string, Rows>();
  for (const { parts } of deliveries)
    for (const { part, columns, cells } of parts) {
      const held = rows.get(part);
      if (held === undefined) rows.set(part, { part, columns, cells: [...cells] });
      else held.cells.push(...cells);
    }
  return [...rows.values()];
}

async function judgedRows(session: Session, { parsed, shown }: Delivery, rows: readonly Rows[], before: number, currency: string): Promise<JudgedFile[]> {
  const problems: Problem[] = [...parsed.problems];
  const judged: JudgedFile[] = [];
  let first = before;
  for (const one of rows) {
    const file = parsed.mapping.files[one.part];
    if (file === undefined) throw new Error(`no part ${one.part} in ${parsed.name}`);
    const staged = await stageRows(session, one, shown, first);
    first += staged.rows;
    judged.push({ part: one.part, file, plan: planPart(parsed, one.part, file, staged, new Map(), problems), staged, lookups: new Map(), currency });
  }
  if (problems.length > 0) throw new ProblemError(problems);
  return judged;
}

const outcomesOf = (rows: readonly { verdict: number | null; unchanged: boolean }[], verdicts: readonly Verdict[]): FactOutcome[] =>
  rows.map(({ verdict, unchanged }) => {
    if (verdict === null) return { status: unchanged ? "unchanged" : "loaded", code: null, column: null, reason: null };
    const { code = "", column = null, reason = null } = verdicts[verdict] ?? {};
    return { status: "set_aside", code, column, reason };
  });

/** To each delivery what became of its own rows. */
function apart(deliveries: readonly Delivery[], outcomes: ReadonlyMap<string, FactOutcome[]>, batch: string): Delivered[] {
  const at = new Map<string, number>();
  return deliveries.map(({ parts }) => ({
    batch,
    outcomes: parts.map(({ part, cells }) => {
      const from = at.get(part) ?? 0;
      at.set(part, from + cells.length);
      return outcomes.get(part)?.slice(from, from + cells.length) ?? [];
    }),
  }));
}

/** The answer to who brought them. */
export function receiptOf(batch: string, facts: FactOutcome[]): FactReceipt {
  const count = (status: FactOutcome["status"]): number => facts.filter((one) => one.status === status).length;
  return { batch, loaded: count("loaded"), unchanged: count("unchanged"), set_aside: count("set_aside"), facts };
}
