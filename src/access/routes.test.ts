import { afterEach, beforeEach, expect, it } from "vitest";
import { type Api, buildServer } from "../platform/http/index.js";
import { defineJob, type Jobs, startJobs } from "../platform/jobs/index.js";
import { type TemporaryWorkspace, temporaryWorkspace } from "../platform/workspace/testing.js";
import { authenticate, routes } from "./routes.js";

const OPERATOR = "the operator's own token";
let workspace: TemporaryWorkspace;
let jobs: Jobs;
let server: Api;
const build = (behindProxy: boolean): Promise<Api> =>
  buildServer({
    house: { workspace, jobs },
    routes: [routes],
    authenticate: authenticate(workspace, OPERATOR),
    requesterOf: (request) => request.actor.id,
    version: "0",
    behindProxy,
  });
beforeEach(async () => {
  workspace = await temporaryWorkspace([]);
  jobs = await startJobs(workspace, [defineJob("double", async (_, n: number) => 2 * n)]);
  server = await build(false);
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

const signedIn = async (user: object): Promise<string> => {
  const { login, password } = { ...li, ...user };
  expect((await call("POST", "/users", { token: OPERATOR, body: { ...li, ...user } })).statusCode).toBe(201);
  return (await call("POST", "/session", { body: { login, password } })).json<{ token: string }>().token;
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
  await call("POST", "/users", { token: OPERATOR, body: { ...li, role: "account_manager", branches: ["城东支行"] } });
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
  expect((await call("GET", "/jobs", { token })).json()).toMatchObject({ items: [{ id: own.id }], next: null });
  const first = (await call("GET", "/jobs?kind=double&limit=1", { token: OPERATOR })).json<{ items: { id: string }[]; next: string }>();
  expect(first.items).toMatchObject([{ id: own.id }]);
  expect((await call("GET", `/jobs?limit=9&cursor=${first.next}`, { token: OPERATOR })).json()).toMatchObject({ items: [{ id: theirs.id }], next: null });
});

it.each(["branch_head", "account_manager", "analyst", "auditor", "head"])("shows a %s of one branch no job of others, in no way", async (role) => {
  const token = await signedIn({ role, branches: ["城东支行"] });
  const theirs = await jobs.enqueue("double", "operator", 21);
  expect((await call("GET", `/jobs/${theirs.id}`, { token })).statusCode).toBe(404);
  expect((await call("GET", "/jobs", { token })).json()).toMatchObject({ items: [] });
  const { permissions } = (await call("GET", "/session", { token })).json<{ permissions: string[] }>();
  // what reads or moves the whole bank, and tells of it in figures
  for (const one of ["tiers:run", "portfolio:assign", "cycle:run", "jobs:read", "audit:read"]) expect(permissions).not.toContain(one);
});

it("does not take a user for the operator, whatever the name", async () => {
  const token = await signedIn({ role: "account_manager", branches: ["城东支行"] });
  await workspace.postgres.pool.query("update app_user set login = 'operator'"); // as an earlier version let them be called
  const theirs = await jobs.enqueue("double", "operator", 21);
  expect((await call("GET", `/jobs/${theirs.id}`, { token })).statusCode).toBe(404);
  expect((await call("GET", "/jobs", { token })).json()).toMatchObject({ items: [] });
});

it("ends a user who is disabled", async () => {
  const token = await signedIn({});
  expect((await call("DELETE", "/users/li", { token })).statusCode).toBe(403);
  expect((await call("DELETE", "/users/li", { token: OPERATOR })).json()).toMatchObject({ login: "li", disabled_at: expect.any(String) });
  expect((await call("GET", "/session", { token })).statusCode).toBe(401);
  expect((await call("DELETE", "/users/nobody", { token: OPERATOR })).json()).toMatchObject({ problems: [{ code: "user.unknown" }] });
});

const odd: [string, number, "GET" | "POST", string, { token?: string; body?: object }][] = [
  ["a token as long as the operator's in letters, not in bytes", 401, "GET", "/session", { token: "\u00e9".repeat(OPERATOR.length) }],
  ["a login with NUL", 422, "POST", "/session", { body: { login: "l\0i", password: "correct horse" } }],
  ["a password with NUL", 422, "POST", "/session", { body: { login: "li", password: "correct\0horse" } }],
  ["a name with NUL", 422, "POST", "/users", { token: OPERATOR, body: { ...li, name: "\0" } }],
  ["a name with half a surrogate pair", 422, "POST", "/users", { token: OPERATOR, body: { ...li, name: "\ud800" } }],
  ["a job's id with NUL", 422, "GET", "/jobs/%00", { token: OPERATOR }],
  ["a job's id that is none", 422, "GET", "/jobs/17", { token: OPERATOR }],
  ["a wait that is no number", 422, "GET", "/jobs/00000000-0000-4000-8000-000000000000?wait=soon", { token: OPERATOR }],
  ["a kind with NUL", 422, "GET", "/jobs?kind=%00", { token: OPERATOR }],
  ["a cursor with NUL", 422, "GET", "/users?cursor=%00", { token: OPERATOR }],
  ["a path that is no text", 400, "GET", "/jobs/%zz", { token: OPERATOR }],
];
it("answers what nobody would send with a problem", async () => {
  for (const [what, status, method, path, options] of odd) {
    const answer = await call(method, path, options);
    expect(answer.statusCode, `${what}: ${answer.body}`).toBe(status);
    expect(answer.headers["content-type"], what).toMatch(/^application\/problem\+json/);
    const [problem] = answer.json<{ problems: { message: { zh: string } }[] }>().problems;
    expect(problem?.message.zh, what).toMatch(/\p{Script=Han}/u);
  }
});

it("says in Chinese, without English, what does not fit", async () => {
  const body = { login: "李", role: "boss", branches: "x", password: "short" };
  const answer = await call("POST", "/users", { token: OPERATOR, body });
  const said = answer.json<{ problems: { message: { zh: string }; place: { path: string } }[] }>().problems;
  expect(said.map((one) => [one.place.path, one.message.zh])).toEqual([
    ["body/login", "login：应为 2 至 40 个小写字母、数字、点、下划线或连字符"],
    ["body/name", "缺少 name"],
    ["body/role", "role 应为以下之一：head、branch_head、account_manager、analyst、auditor"],
    ["body/branches", "branches 应为列表，给出的是文本"],
    ["body/password", "password 至少需要 8 个字符"],
  ]);
  const branchless = (await call("POST", "/users", { token: OPERATOR, body: { ...li, role: "branch_head" } })).json();
  expect(branchless).toMatchObject({ problems: [{ place: { path: "body/branches" }, message: { zh: expect.stringContaining("至少需要一个机构") } }] });
});

it.each([
  ["behind a proxy, over TLS", true, "https", true],
  ["behind a proxy, without TLS", true, "http", undefined],
  ["with no proxy, when anybody may write the header", false, "https", undefined],
])("%s the cookie is as secure as the way", async (_, behindProxy, proto, secure) => {
  await call("POST", "/users", { token: OPERATOR, body: li });
  const other = await build(behindProxy);
  const payload = { login: li.login, password: li.password };
  const headers = { "x-forwarded-proto": proto, "x-forwarded-for": "203.0.113.9" };
  const opened = await other.inject({ method: "POST", url: "/api/v1/session", headers, payload });
  await other.close();
  expect(opened.statusCode).toBe(200);
  expect(opened.cookies[0]?.secure).toBe(secure);
});

it("bears only so many attempts to sign in from one place", async () => {
  const answers = [];
  for (let i = 0; i < 31; i++) answers.push(await call("POST", "/session", { body: { login: `guess-${i}`, password: "" } }));
  expect(answers.slice(0, 30).every((answer) => answer.statusCode === 422)).toBe(true);
  expect(answers[30]?.statusCode).toBe(429);
  expect(answers[30]?.json()).toMatchObject({ status: 429, problems: [{ code: "http.too_many", message: { zh: expect.stringMatching(/请求/) } }] });
});
