import { createHash, timingSafeEqual } from "node:crypto";
import type { FastifyRequest } from "fastify";
import { z } from "zod";
import type { Api, House } from "../platform/http/index.js";
import { log } from "../platform/log.js";
import { refuse } from "../platform/problem.js";
import { Day, numberedPlace, page } from "../platform/schema.js";
import type { Workspace } from "../platform/workspace/index.js";
import { listAudit, sealAudit, verifyAudit } from "./audit.js";
import { followingRoutes } from "./following.js";
import { demand, permissionsOf } from "./permissions.js";
import { type Actor, AuditAction, AuditEntry, AuditVerification, NewUser, SignedIn, SignIn, User } from "./schema.js";
import { actorOfToken, operator, signIn, signOut } from "./session.js";
import { addUser, disableUser, listUsers } from "./users.js";

declare module "fastify" {
  interface FastifyRequest {
    /** Who is asking. */
    actor: Actor;
    /** Until when the session is open. */
    signedInUntil: string;
  }
}

const COOKIE = "tierkeep";
/** From one address. A bank's people may share one; guessing a login is stopped sooner, see session.ts. */
const ATTEMPTS = { max: 30, timeWindow: "1 minute" };
const SEAL_EVERY_MS = 60_000;

function tokenOf(request: FastifyRequest): string | undefined {
  return /^Bearer (.+)$/.exec(request.headers.authorization ?? "")?.[1] ?? request.cookies[COOKIE];
}

const digest = (text: string): Buffer => createHash("sha256").update(text).digest();
/** Compared by their hashes, which are of one length whatever was sent. */
const same = (one: string, other: string): boolean => timingSafeEqual(digest(one), digest(other));

/** Put the actor on the request. `operatorToken` is the key in server.json, which only the workspace's owner can read. */
export function authenticate(workspace: Workspace, operatorToken: string): (request: FastifyRequest) => Promise<void> {
  return async (request) => {
    const token = tokenOf(request);
    const local = token !== undefined && same(token, operatorToken);
    const found = local
      ? { actor: operator, expires_at: new Date(Date.now() + 3_600_000).toISOString() }
      : token === undefined
        ? undefined
        : await actorOfToken(workspace, token);
    if (found === undefined) refuse("session.missing", { zh: "请先登录", en: "Sign in first" }, { status: 401 });
    request.actor = found.actor;
    request.signedInUntil = found.expires_at;
  };
}

const Paging = z.object({ cursor: z.string().optional(), limit: z.coerce.number().int().min(1).max(200).default(50) });

export function routes(api: Api, house: House): void {
  const { workspace } = house;
  followingRoutes(api, house);
  const sealing = setInterval(
    () => void sealAudit(workspace).catch((error: unknown) => log.error({ err: error }, "the audit trail could not be sealed")),
    SEAL_EVERY_MS,
  );
  sealing.unref();
  api.addHook("onClose", async () => {
    clearInterval(sealing);
    await sealAudit(workspace);
  });

  api.post(
    "/session",
    { config: { public: true, rateLimit: ATTEMPTS }, schema: { summary: "Sign in", tags: ["access"], body: SignIn, response: { 200: SignedIn } } },
    async (request, reply) => {
      const signedIn = await signIn(workspace, request.body);
      void reply.setCookie(COOKIE, signedIn.token ?? "", { path: "/", httpOnly: true, sameSite: "strict", secure: request.protocol === "https" });
      return signedIn;
    },
  );

  api.get("/session", { schema: { summary: "Who is signed in", tags: ["access"], response: { 200: SignedIn } } }, async ({ actor, signedInUntil }) => ({
    actor,
    permissions: permissionsOf(actor),
    expires_at: signedInUntil,
  }));

  api.delete("/session", { schema: { summary: "Sign out", tags: ["access"], response: { 204: z.null() } } }, async (request, reply) => {
    await signOut(workspace, request.actor, tokenOf(request) ?? "");
    return reply.clearCookie(COOKIE, { path: "/" }).code(204).send(null);
  });

  api.get(
    "/users",
    { schema: { summary: "Who can sign in", tags: ["access"], querystring: Paging, response: { 200: page(User) } } },
    async ({ actor, query }) => {
      demand(actor, "users:manage");
      return listUsers(workspace, query.limit, query.cursor);
    },
  );

  api.post("/users", { schema: { summary: "Let somebody sign in", tags: ["access"], body: NewUser, response: { 201: User } } }, async (request, reply) => {
    return reply.code(201).send(await addUser(workspace, request.actor, request.body));
  });

  api.delete(
    "/users/:login",
    {
      schema: {
        summary: "Let somebody sign in no more; their sessions end",
        tags: ["access"],
        params: z.object({ login: z.string() }),
        response: { 200: User },
      },
    },
    ({ actor, params }) => disableUser(workspace, actor, params.login),
  );

  const AuditQuery = Paging.extend({
    actor: z.string().max(200).optional().meta({ description: "user name of who did it" }),
    action: AuditAction.optional(),
    customer: z.string().max(200).optional().meta({ description: "id of the customer it was about" }),
    from: Day.optional(),
    to: Day.optional(),
    cursor: numberedPlace(15).optional(),
  });
  api.get(
    "/audit",
    { schema: { summary: "Who did what, newest first", tags: ["access"], querystring: AuditQuery, response: { 200: page(AuditEntry) } } },
    async ({ actor, query }) => {
      demand(actor, "audit:read");
      return listAudit(workspace, query);
    },
  );

  api.get(
    "/audit/verification",
    { schema: { summary: "Whether the audit trail is whole", tags: ["access"], response: { 200: AuditVerification } } },
    async ({ actor }) => {
      demand(actor, "audit:read");
      return verifyAudit(workspace);
    },
  );
}
