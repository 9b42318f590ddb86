import { afterAll, beforeAll, expect, test } from "vitest";
import { operator } from "../access/index.js";
import type { Actor } from "../access/schema.js";
import { tables } from "../customer/parts.js";
import { type Api, buildServer } from "../platform/http/index.js";
import { type Jobs, startJobs } from "../platform/jobs/index.js";
import { type TemporaryWorkspace, temporaryWorkspace } from "../platform/workspace/testing.js";
import { routes } from "./routes.js";
import type { TemplateVersion } from "./schema.js";

let workspace: TemporaryWorkspace;
let jobs: Jobs;
let server: Api;
let actor: Actor = operator;

beforeAll(async () => {
  workspace = await temporaryWorkspace(tables);
  jobs = await startJobs(workspace, []);
  const authenticate = async (request: { actor?: Actor }) => {
    request.actor = actor;
  };
  server = await buildServer({ house: { workspace, jobs }, routes: [routes({ uses: [] })], version: "0", authenticate, requesterOf: () => actor.id });
});
afterAll(async () => {
  await server.close();
  await jobs.stop();
  await workspace.dispose();
});

const ask = async (method: "GET" | "POST", url: string, body?: object) => {
  const answer = await server.inject({ method, url: `/api/v1${url}`, ...(body === undefined ? {} : { payload: body }) });
  return { status: answer.statusCode, body: answer.json<Record<string, unknown>>() };
};
const codes = (body: Record<string, unknown>) => (body["problems"] as { code: string }[]).map(({ code }) => code);

test("templates are listed, checked and published over the API", async () => {
  actor = operator;
  const { body } = await ask("GET", "/templates");
  const items = body["items"] as TemplateVersion[];
  const birthday = items.find((one) => one.template === "birthday");
  expect(birthday).toMatchObject({
    version: 0,
    class: "service",
    channels: ["sms", "email"],
    published_at: null,
    example: { zh: expect.stringContaining("生日快乐") },
  });
  const text = (birthday?.text ?? "").replace("customer.salutation", "custmer.salutation");
  expect(codes((await ask("POST", "/templates/check", { text, file: "mine.yaml" })).body)).toEqual(["outreach.unknown_place"]);
  const refused = await ask("POST", "/templates", { text });
  expect([refused.status, codes(refused.body)]).toEqual([422, ["outreach.unknown_place"]]);
  expect(await ask("POST", "/templates", { text: `${birthday?.text ?? ""}# ours\n`, origin: "mine.yaml" })).toMatchObject({
    status: 200,
    body: { version: 1, origin: "mine.yaml", published_by: "operator" },
  });
});

test("the outbox is empty before anything was prepared", async () => {
  actor = operator;
  expect((await ask("GET", "/messages")).body).toEqual({ items: [], next: null, total: null });
  expect((await ask("GET", "/messages/summary")).body).toEqual({ day: null, states: [], templates: [] });
  expect((await ask("GET", "/messages?day=2025-02-30")).status).toBe(422);
  expect((await ask("GET", "/messages?state=sent")).status).toBe(422);
  expect((await ask("GET", "/messages?customer=nobody")).status).toBe(404);
});

test("an analyst, who publishes templates and sees no messages, reads and checks templates", async () => {
  actor = { ...operator, role: "analyst" };
  expect((await ask("GET", "/templates")).status).toBe(200);
  expect((await ask("POST", "/templates/check", { text: "template: x" })).status).toBe(200);
  expect((await ask("GET", "/messages")).status).toBe(403);
});

test("who may not publish plans publishes no templates", async () => {
  actor = { ...operator, role: "head" };
  expect((await ask("POST", "/templates", { text: "template: x" })).status).toBe(403);
  expect((await ask("GET", "/messages")).status).toBe(200);
});
