import { audit } from "../access/index.js";
import type { Actor } from "../access/schema.js";
import { onTheirWay, type Prepared, preparedBefore, prepareMessages, takeBack, templatesInForce, type Wanted, wallClock } from "../outreach/index.js";
import { calendarIn, daysAfter } from "../platform/calendar/index.js";
import { atomically, type Transaction } from "../platform/postgres/atomically.js";
import type { OnProgress } from "../platform/progress.js";
import type { Text } from "../platform/schema.js";
import type { Session } from "../platform/warehouse/index.js";
import type { Workspace } from "../platform/workspace/index.js";
import type { InForce } from "../tiering/index.js";
import { type CorePlan, rightsOf } from "./plan.js";
import { isOfMoves, prepareSession, withStandings } from "./plan-day.js";
import { plansToKeep } from "./plans.js";
import { LATE_NOTICE, movesTold, prepareAddressees, type SendBy, type SendRow, sendsSql } from "./queries/sends.js";
import { reasonFor } from "./words.js";

const USUAL_HOUR = "09:00";

const joined = (texts: readonly Text[]): Text | null =>
  texts.length === 0 ? null : { zh: texts.map((one) => one.zh).join("、"), en: texts.map((one) => one.en).join(", ") };

/** What changes for somebody who moves between two tiers, in words. */
function changesBetween(core: CorePlan, before: string, now: string): Text | null {
  const [held, has] = [rightsOf(core, before), rightsOf(core, now)];
  const gained = joined(has.filter((one) => !held.includes(one)).map((one) => one.title));
  const lost = joined(held.filter((one) => !has.includes(one)).map((one) => one.title));
  const parts = [
    ...(gained === null ? [] : [{ zh: `新增${gained.zh}`, en: `you now have ${gained.en}` }]),
    ...(lost === null ? [] : [{ zh: `不再包含${lost.zh}`, en: `${lost.en} no longer included` }]),
  ];
  return parts.length === 0 ? null : { zh: parts.map((one) => one.zh).join("，"), en: parts.map((one) => one.en).join("; ") };
}

/** What makes a message one: the entitlement that owes it, the customer, the day it is about, and what of that day. */
const keyOf = (entitlement: number, customer: number, occasion: string, ref: string): string => `${entitlement}:${customer}:${occasion}:${ref}`;

/** One row as the message it asks for. */
function wantedOf(core: CorePlan, one: SendBy & { template: string }, row: SendRow, day: string, momentOf: (wall: string) => string): Wanted {
  const { entitlement, key, template } = one;
  const { rhythm } = entitlement;
  const titleOf = (tier: string): Text => core.tiers.find(({ id }) => id === tier)?.title ?? { zh: tier, en: tier };
  const at = rhythm.form === "occasion" ? (rhythm.at ?? USUAL_HOUR) : USUAL_HOUR;
  const { manager_id, manager_name, manager_phone, tier, occasion, ref, product, amount, from_tier, ...customer } = row;
  const services = joined(rightsOf(core, tier).map(({ title }) => title));
  return {
    key: keyOf(key, row.customer_id, occasion, ref),
    customer,
    manager: manager_id === null ? null : { manager_id, name: manager_name, phone: manager_phone },
    template,
    cause: {
      zh: `${entitlement.title.zh}｜${reasonFor(entitlement, titleOf(tier), occasion, product).zh}`,
      en: `${entitlement.title.en}. ${reasonFor(entitlement, titleOf(tier), occasion, product).en}`,
    },
    send_at: momentOf(`${day}T${at}:00`),
    prepared_on: day,
    places: {
      tier: {
        title: titleOf(tier),
        before: from_tier === null ? null : titleOf(from_tier),
        services,
        changes: from_tier === null ? null : changesBetween(core, from_tier, tier),
      },
      ...(rhythm.form === "occasion" && (rhythm.of === "holding.matures_on" || rhythm.of === "holding.opened_on")
        ? { holding: { product, amount, matures_on: rhythm.of === "holding.matures_on" ? occasion : null } }
        : {}),
      occasion: entitlement.title,
    },
  };
}

/** The texts that were prepared to tell of a move, and whose customer moved again since, or back. */
async function undoneNotices(
  tx: Transaction,
  session: Session,
  sends: readonly { key: number; entitlement: CorePlan["entitlements"][number]; standing: InForce }[],
  day: string,
): Promise<string[]> {
  const ofMoves = sends.filter(({ entitlement }) => isOfMoves(entitlement));
  if (ofMoves.length === 0) return [];
  const since = daysAfter(day, -LATE_NOTICE);
  const waiting = await onTheirWay(
    tx,
    ofMoves.map(({ key }) => key),
    since,
  );
  if (waiting.length === 0) return [];
  const stands = new Map<string, number>();
  for (const one of ofMoves)
    for await (const rows of session.chunks<{ customer_id: number; occasion: string; moved_at: number }>(movesTold(one, since)))
      for (const { customer_id, occasion, moved_at } of rows) stands.set(keyOf(one.key, customer_id, occasion, ""), moved_at);
  // what is older than the moves that are looked at stays
  return waiting
    .filter(({ key, prepared_at }) => (key.split(":")[2] ?? "") >= since && (stands.get(key) ?? Number.POSITIVE_INFINITY) >= prepared_at)
    .map(({ key }) => key);
}

/**
 * Prepare the texts that are due on a day into the outbox: who is owed one, filled and let through the gate, each once. One
 * PostgreSQL transaction; the same day again changes nothing.
 */
export async function prepareDay(workspace: Workspace, actor: Actor, day: string, report: OnProgress): Promise<Prepared> {
  const calendar = await calendarIn(workspace.directory);
  const plans = await withStandings(workspace, await plansToKeep(workspace));
  const templates = await templatesInForce(workspace);
  const prepared_before = await atomically(workspace.postgres, "all", (tx) => preparedBefore(tx, day));
  const { momentOf } = wallClock(workspace.settings.zone);
  const sends = plans.flatMap(({ core, keys, standing, published_on }) =>
    core.entitlements.flatMap((entitlement) => {
      if (entitlement.action.form !== "send") return [];
      const { template } = entitlement.action;
      const of = templates.get(template)?.class;
      return [
        {
          core,
          key: keys.get(entitlement.id) ?? -1,
          entitlement,
          standing,
          template,
          published_on,
          prepared_before,
          notice: of === "notice" || of === "legal",
        },
      ];
    }),
  );
  return workspace.warehouse.write(async (session) => {
    await prepareSession(workspace, session, plans, day);
    await prepareAddressees(session, day);
    async function* wanted(): AsyncGenerator<Wanted[]> {
      for (const one of sends) yield* rowsOf(session, one);
    }
    const rowsOf = async function* (from: Session, one: (typeof sends)[number]): AsyncGenerator<Wanted[]> {
      for await (const rows of from.chunks<SendRow>(sendsSql(one, day, calendar))) yield rows.map((row) => wantedOf(one.core, one, row, day, momentOf));
    };
    return atomically(workspace.postgres, "all", async (tx) => {
      const undone = await undoneNotices(tx, session, sends, day);
      await takeBack(tx, undone);
      const prepared = await prepareMessages(tx, workspace, wanted(), { report, noticesSince: daysAfter(day, -LATE_NOTICE) });
      await audit(tx, actor, "messages.prepare", `day:${day}`, { ...prepared, undone: undone.length });
      return prepared;
    });
  });
}
