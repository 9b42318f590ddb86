import { afterAll, beforeAll, expect, test } from "vitest";
import { z } from "zod";
import type { Jobs } from "../jobs/index.js";
import { ProblemError, problem, refuse } from "../problem.js";
import { type TemporaryWorkspace, temporaryWorkspace } from "../workspace/testing.js";
import { type Api, buildServer } from "./index.js";

let workspace: TemporaryWorkspace;
let server: Api;
let writes = 0;
let entered: () => void = () => undefined;
let release: () => void = () => undefined;

beforeAll(async () => {
  workspace = await temporaryWorkspace([]);
  const jobs: Jobs = { enqueue: never, enqueueAlone: never, enqueueNext: never, get: never, list: never, stop: never };
  server = await buildServer({
    house: { workspace, jobs },
    version: "0",
    requesterOf: (request) => String(request.headers["x-who"] ?? "somebody"),
    authenticate: async (request) => {
      if (request.headers.authorization === undefined) refuse("access.sign_in", { zh: "请先登录", en: "Sign in first" }, { status: 401 });
    },
    routes: [
      (api) => {
        const body = z.object({ n: z.number().int() });
        api.post("/count", { schema: { body, response: { 200: z.object({ writes: z.number() }) } } }, () => ({ writes: ++writes }));
        api.post("/slow", { schema: { body } }, () => {
          entered();
          return new Promise((resolve) => (release = () => resolve({ done: true })));
        });
        api.post("/two-problems", { schema: { body } }, () => {
          throw new ProblemError([1, 2].map((n) => problem(`test.${n}`, { zh: "错", en: "wrong" }, { place: { file: "f", line: n } })));
        });
        api.post("/taken", { schema: { body } }, () => {
          if (++writes % 2 === 1) refuse("test.taken", { zh: "占用中", en: "taken" }, { status: 409 });
          return { done: true };
        });
        api.get("/broken", {}, () => {
          throw new Error("secret detail");
        });
        api.get("/open", { config: { public: true } }, () => ({ open: true }));
      },
    ],
  });
});
afterAll(async () => {
  await server.close();
  await workspace.dispose();
});

function never(): never {
  throw new Error("not used here");
}

const post = (path: string, n: number, headers: Record<string, string> = {}) =>
  server.inject({ method: "POST", url: `/api/v1${path}`, headers: { authorization: "x", ...headers }, payload: { n } });

test("nothing is answered without a sign-in, except what is public", async () => {
  const closed = await server.inject("/api/v1/broken");
  expect(closed.statusCode).toBe(401);
  expect(closed.headers["content-type"]).toMatch(/^application\/problem\+json/);
  expect((await server.inject("/api/v1/open")).json()).toEqual({ open: true });
});

test("all problems come at once, with place, in both languages", async () => {
  const answer = await post("/two-problems", 1);
  expect(answer.statusCode).toBe(422);
  expect(answer.json()).toMatchObject({
    status: 422,
    problems: [{ code: "test.1", place: { line: 1 }, message: { zh: "错", en: "wrong" } }, { code: "test.2" }],
  });
});

test("a body that does not fit names the field", async () => {
  const answer = await server.inject({ method: "POST", url: "/api/v1/count", headers: { authorization: "x" }, payload: { n: "one" } });
  expect(answer.statusCode).toBe(422);
  expect(answer.json()).toMatchObject({ problems: [{ code: "http.invalid", place: { path: "body/n" } }] });
});

test("a bug tells a reference and nothing of itself", async () => {
  const answer = await server.inject({ url: "/api/v1/broken", headers: { authorization: "x" } });
  expect(answer.statusCode).toBe(500);
  expect(answer.body).not.toContain("secret detail");
  expect(answer.json()).toMatchObject({ problems: [{ code: "bug" }] });
});

test("another site's page cannot act with our cookie", async () => {
  expect((await post("/count", 1, { host: "bank.example", origin: "https://evil.example" })).statusCode).toBe(403);
  expect((await post("/count", 1, { host: "bank.example", origin: "https://bank.example" })).statusCode).toBe(200);
});

test("a write under a key happens once and answers the same again", async () => {
  const before = writes;
  const first = await post("/count", 1, { "idempotency-key": "k1" });
  const second = await post("/count", 1, { "idempotency-key": "k1" });
  expect([first.statusCode, second.statusCode, writes - before]).toEqual([200, 200, 1]);
  expect(second.json()).toEqual(first.json());
  expect(second.headers["idempotency-replayed"]).toBe("true");
});

test("the same key with other content is refused; another requester's key is their own", async () => {
  await post("/count", 1, { "idempotency-key": "k2" });
  const other = await post("/count", 2, { "idempotency-key": "k2" });
  expect([other.statusCode, other.json().problems[0].code]).toEqual([422, "http.key_reused"]);
  const before = writes;
  await post("/count", 1, { "idempotency-key": "k2", "x-who": "somebody else" });
  expect(writes - before).toBe(1);
});

test("while the first is still at work the repeat waits its turn", async () => {
  const atWork = new Promise<void>((resolve) => (entered = resolve));
  const first = post("/slow", 1, { "idempotency-key": "k3" }).then((answer) => answer);
  await atWork;
  expect((await post("/slow", 1, { "idempotency-key": "k3" })).statusCode).toBe(409);
  release();
  expect((await first).statusCode).toBe(200);
  expect((await post("/slow", 1, { "idempotency-key": "k3" })).json()).toEqual({ done: true });
});

test("what was refused for the moment is tried again under the same key", async () => {
  writes = 0;
  expect((await post("/taken", 1, { "idempotency-key": "k4" })).statusCode).toBe(409);
  expect((await post("/taken", 1, { "idempotency-key": "k4" })).json()).toEqual({ done: true });
  expect((await post("/taken", 1, { "idempotency-key": "k4" })).headers["idempotency-replayed"]).toBe("true");
});

test("a key longer than the store's index takes is refused", async () => {
  const answer = await post("/count", 1, { "idempotency-key": "k".repeat(8000) });
  expect([answer.statusCode, answer.json().problems[0].code]).toEqual([422, "http.long_key"]);
});

test("the API describes itself", async () => {
  const document = (await server.inject("/api/openapi.json")).json();
  expect(document).toMatchObject({ openapi: expect.stringMatching(/^3\./), paths: { "/api/v1/count": { post: {} } } });
  expect((await server.inject("/api/v1/nowhere")).statusCode).toBe(404);
});
