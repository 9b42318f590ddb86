import { createHash } from "node:crypto";
import type { FastifyReply, FastifyRequest } from "fastify";
import { atomically, type Transaction } from "../postgres/atomically.js";
import { refuse } from "../problem.js";
import type { Workspace } from "../workspace/index.js";
import type { Api } from "./api.js";

interface Tables {
  request_key: { key: string; requester: string; fingerprint: string; status: number | null; answer: string | null; created_at: Date };
}

const DAY_MS = 86_400_000;
const LONGEST_KEY = 200;
/** What may be otherwise in a moment is asked again: an answer that says so is not kept. */
const passes = (status: number): boolean => status === 409 || status >= 500;

/**
 * Writes under an `Idempotency-Key` header happen once: a repeat with the same key and content gets the first answer
 * again, with other content 422, while the first is still at work 409. What was refused for the moment (409) or failed is tried again. Keys are the caller's own and last a day.
 */
export function honourIdempotencyKeys(api: Api, workspace: Workspace, requesterOf: (request: FastifyRequest) => string): void {
  const claims = new WeakMap<FastifyRequest, { key: string; requester: string }>();
  const inTable = <T>(work: (db: ReturnType<typeof tablesOf>) => Promise<T>): Promise<T> => atomically(workspace.postgres, "all", (tx) => work(tablesOf(tx)));

  // This process owns the workspace, so a claim without an answer is of a dead one.
  api.addHook("onReady", () => inTable(async (db) => void (await db.deleteFrom("request_key").where("status", "is", null).execute())));

  api.addHook("preHandler", async (request, reply) => {
    const key = request.headers["idempotency-key"];
    if (typeof key !== "string" || request.method !== "POST" || request.isMultipart() || request.routeOptions.config.public === true) return;
    if (key.length > LONGEST_KEY)
      refuse(
        "http.long_key",
        { zh: `Idempotency-Key 最长 ${LONGEST_KEY} 个字符`, en: `An Idempotency-Key has at most ${LONGEST_KEY} characters` },
        { status: 422, hint: { zh: "用一个 UUID 作键。", en: "A UUID makes a good key." } },
      );
    const requester = requesterOf(request);
    const fingerprint = createHash("sha256")
      .update(`${request.url}\n${JSON.stringify(request.body)}`)
      .digest("hex");
    const held = await inTable(async (db) => {
      await db
        .deleteFrom("request_key")
        .where("created_at", "<", new Date(Date.now() - DAY_MS))
        .execute();
      const claimed = await db
        .insertInto("request_key")
        .values({ key, requester, fingerprint, created_at: new Date() })
        .onConflict((conflict) => conflict.doNothing())
        .returning("key")
        .executeTakeFirst();
      return claimed === undefined
        ? db.selectFrom("request_key").selectAll().where("key", "=", key).where("requester", "=", requester).executeTakeFirstOrThrow()
        : undefined;
    });
    if (held === undefined) {
      claims.set(request, { key, requester });
      return;
    }
    return replay(held, fingerprint, reply);
  });

  api.addHook("onSend", async (request, reply, payload) => {
    const claim = claims.get(request);
    if (claim === undefined) return payload;
    claims.delete(request);
    const kept = !passes(reply.statusCode) && typeof payload === "string";
    await inTable(async (db) => {
      const { key, requester } = claim;
      if (kept)
        await db
          .updateTable("request_key")
          .set({ status: reply.statusCode, answer: payload })
          .where("key", "=", key)
          .where("requester", "=", requester)
          .execute();
      else await db.deleteFrom("request_key").where("key", "=", key).where("requester", "=", requester).execute();
    });
    return payload;
  });
}

const tablesOf = (tx: Transaction) => tx.db<Tables>();

function replay(held: Tables["request_key"], fingerprint: string, reply: FastifyReply): FastifyReply {
  if (held.fingerprint !== fingerprint)
    refuse(
      "http.key_reused",
      { zh: "同一 Idempotency-Key 已用于其他内容的请求", en: "This Idempotency-Key was used for another request" },
      { status: 422, hint: { zh: "新的请求请换用新的键。", en: "Use a new key for a new request." } },
    );
  if (held.status === null || held.answer === null)
    refuse(
      "http.key_in_use",
      { zh: "相同请求正在处理", en: "The same request is still being worked on" },
      { status: 409, hint: { zh: "稍后用同一键重试。", en: "Try again with the same key in a moment." } },
    );
  const problems = held.status >= 400;
  return reply
    .status(held.status)
    .header("idempotency-replayed", "true")
    .type(problems ? "application/problem+json; charset=utf-8" : "application/json; charset=utf-8")
    .serializer((text: string) => text)
    .send(held.answer);
}
