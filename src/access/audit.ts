import { createHash } from "node:crypto";
import { atomically, type Transaction } from "../platform/postgres/atomically.js";
import type { Text } from "../platform/schema.js";
import type { Workspace } from "../platform/workspace/index.js";
import type { Actor, AuditAction, AuditEntry, AuditVerification } from "./schema.js";
import * as store from "./store/audit.js";

/** Entries under one seal. */
const BATCH = 1000;
/** What the first seal goes on from. */
const GENESIS = "0".repeat(64);

/** Note who did what, in the transaction that does it: neither is without the other. */
export async function audit(tx: Transaction, actor: Actor, action: AuditAction, subject: string, detail: Record<string, unknown> = {}): Promise<void> {
  await store.insertEntry(tx, { actor: actor.login, action, subject, detail });
}

/** Each hash is of the one before and the entry, so a change anywhere changes all that follows. */
export function chain(before: string, entries: readonly store.Written[]): string {
  return entries.reduce((hash, { id, at, actor, action, subject, detail }) => {
    return createHash("sha256")
      .update(`${hash}\n${JSON.stringify([id, at, actor, action, subject, detail])}`)
      .digest("hex");
  }, before);
}

/** Seal what has been written since. Membership is kept with the entry, because ids do not commit in their order. */
export async function sealAudit(workspace: Workspace): Promise<void> {
  const sealed = await atomically(workspace.postgres, "all", async (tx) => {
    await store.lockSealing(tx);
    const entries = await store.selectUnsealed(tx, BATCH);
    if (entries.length === 0) return 0;
    const last = await store.selectLastSeal(tx);
    const seal = { seal: (last?.seal ?? 0) + 1, entries: entries.length, hash: chain(last?.hash ?? GENESIS, entries) };
    await store.insertSeal(
      tx,
      seal,
      entries.map((entry) => entry.id),
    );
    return entries.length;
  });
  if (sealed === BATCH) await sealAudit(workspace);
}

/** Recompute every seal from the entries. */
export async function verifyAudit(workspace: Workspace): Promise<AuditVerification> {
  return atomically(workspace.postgres, "all", async (tx) => {
    await store.lockSealing(tx);
    const unsealed = await store.countUnsealed(tx);
    let before = { seal: 0, hash: GENESIS };
    let entries = 0;
    const broken = (seal: number, reason: Text): AuditVerification => ({ whole: false, seals: before.seal, entries, unsealed, broken: { seal, reason } });
    for (;;) {
      const seals = await store.selectSealsAfter(tx, before.seal, 100);
      if (seals.length === 0) return { whole: true, seals: before.seal, entries, unsealed, broken: null };
      for (const seal of seals) {
        if (seal.seal !== before.seal + 1) return broken(before.seal + 1, { zh: "该封条缺失", en: "The seal is missing" });
        const held = await store.selectSealed(tx, seal.seal);
        if (held.length !== seal.entries) {
          return broken(seal.seal, {
            zh: `封存了 ${seal.entries} 条，现有 ${held.length} 条`,
            en: `${seal.entries} entries were sealed, ${held.length} are there`,
          });
        }
        if (chain(before.hash, held) !== seal.hash) return broken(seal.seal, { zh: "该封条内的记录被改动过", en: "An entry under this seal was changed" });
        before = seal;
        entries += seal.entries;
      }
    }
  });
}

export interface AuditPage {
  items: AuditEntry[];
  next: string | null;
  total: null;
}

interface AskedAudit extends store.AuditFilter {
  limit: number;
  cursor?: string | undefined;
}

/** Newest first; days are the workspace's. */
export async function listAudit(workspace: Workspace, { limit, cursor, ...filter }: AskedAudit): Promise<AuditPage> {
  const { zone } = workspace.settings;
  const before = cursor === undefined ? undefined : Number(cursor);
  const items = await atomically(workspace.postgres, "all", (tx) => store.selectEntries(tx, filter, zone, limit + 1, before));
  const shown = items.slice(0, limit);
  return { items: shown, next: items.length > limit ? String(shown.at(-1)?.id) : null, total: null };
}
