import { afterEach, beforeEach, expect, it } from "vitest";
import { type Api, buildServer } from "../platform/http/index.js";
import { defineJob, type Jobs, startJobs } from "../platform/jobs/index.js";
import { type TemporaryWorkspace, temporaryWorkspace } from "../platform/workspace/testing.js";
import { authenticate, routes } from "./routes.js";

const OPERATOR = "the operator's own token";
let workspace: TemporaryWorkspace;
let jobs: Jobs;
let server: Api;
beforeEach(async () => {
  workspace = await temporaryWorkspace([]);
  jobs = await startJobs(workspace, [defineJob("double", async (_, n: number) => 2 * n)]);
  server = await buildServer({
    house: { workspace, jobs },
    routes: [routes],
    authenticate: authenticate(workspace, OPERATOR),
    requesterOf: (request) => request.actor.id,
    version: "0",
  });
});
afterEach(async () => {
  await server.close();
  await jobs.stop();
  await workspace.dispose();
});

const call = async (method: "GET" | "POST" | "DELETE", path: string, options: { token?: string; cookie?: string; body?: object } = {}) => {
  const { token, cookie, body } = options;
  return server.inject({
    method,
    url: `/api/v1${path}`,
    headers: { ...(token === undefined ? {} : { authorization: `Bearer ${token}` }), ...(cookie === undefined ? {} : { cookie: `tierkeep=${cookie}` }) },
    ...(body === undefined ? {} : { payload: body }),
  });
};

const li = { login: "li", name: "李明", role: "auditor", password: "correct horse" };

it("lets the operator add a user, who signs in by cookie or token and signs out", async () => {
  expect((await call("GET", "/session")).statusCode).toBe(401);
  expect((await call("GET", "/session", { token: OPERATOR })).json()).toMatchObject({ actor: { role: "operator" } });
  expect((await call("POST", "/users", { token: OPERATOR, body: li })).statusCode).toBe(201);

  const opened = await call("POST", "/session", { body: { login: "li", password: "correct horse" } });
  expect(opened.statusCode).toBe(200);
  const [cookie] = opened.cookies;
  expect(cookie).toMatchObject({ name: "tierkeep", httpOnly: true, sameSite: "Strict", path: "/" });
  const by = { cookie: cookie?.value ?? "" };
  expect((await call("GET", "/session", by)).json()).toMatchObject({
    actor: { login: "li", role: "auditor" },
    permissions: ["customers:read", "jobs:read", "audit:read"],
  });
  expect((await call("GET", "/session", { token: opened.json().token })).statusCode).toBe(200);
  expect((await call("GET", "/users", by)).statusCode).toBe(403);
  expect((await call("GET", "/audit?limit=1", by)).json()).toMatchObject({ items: [{ action: "session.open", subject: "user:li" }], next: expect.any(String) });
  expect((await call("GET", "/audit/verification", by)).json()).toMatchObject({ whole: true, unsealed: 2 });

  expect((await call("DELETE", "/session", by)).statusCode).toBe(204);
  expect((await call("GET", "/session", by)).statusCode).toBe(401);
});

it("says what is wrong with a user, and never a password", async () => {
  const answer = await call("POST", "/users", { token: OPERATOR, body: { ...li, login: "李", password: "short" } });
  expect(answer.statusCode).toBeGreaterThanOrEqual(400);
  expect(answer.body).not.toContain('short"');
  expect((await call("POST", "/users", { token: OPERATOR, body: { ...li, role: "operator" } })).statusCode).toBeGreaterThanOrEqual(400);
  await call("POST", "/users", { token: OPERATOR, body: li });
  const users = await call("GET", "/users", { token: OPERATOR });
  expect(users.json()).toMatchObject({ items: [{ login: "li", branches: null }], total: 1 });
  expect(users.body).not.toContain("argon2");
});

it("seals the trail when it closes", async () => {
  await call("POST", "/users", { token: OPERATOR, body: li });
  await server.close();
  expect((await workspace.postgres.pool.query("select entries from audit_seal")).rows).toEqual([{ entries: 1 }]);
});

it("lets a job be followed by who asked for it and by who may see all, to its result", async () => {
  await call("POST", "/users", { token: OPERATOR, body: { ...li, role: "account_manager" } });
  const { token } = (await call("POST", "/session", { body: { login: "li", password: "correct horse" } })).json<{ token: string }>();
  const theirs = await jobs.enqueue("double", "operator", 21);
  const own = await jobs.enqueue("double", "li", 4);
  const ended = async (id: string, by: string) => {
    for (;;) {
      const job = (await call("GET", `/jobs/${id}?wait=5000`, { token: by })).json<{ state: string; result: unknown }>();
      if (job.state !== "queued" && job.state !== "running") return job;
    }
  };
  expect(await ended(own.id, token)).toMatchObject({ state: "done", result: 8 });
  expect(await ended(theirs.id, OPERATOR)).toMatchObject({ state: "done", result: 42 });
  expect((await call("GET", `/jobs/${theirs.id}`, { token })).statusCode).toBe(404);
  expect((await call("GET", "/jobs", { token })).statusCode).toBe(403);
  const first = (await call("GET", "/jobs?kind=double&limit=1", { token: OPERATOR })).json<{ items: { id: string }[]; next: string }>();
  expect(first.items).toMatchObject([{ id: own.id }]);
  expect((await call("GET", `/jobs?limit=9&cursor=${first.next}`, { token: OPERATOR })).json()).toMatchObject({ items: [{ id: theirs.id }], next: null });
});
