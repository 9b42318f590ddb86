import fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type Ask, deposit, level, manager, person, type SmallBank, smallBank } from "./small-bank.js";

const BRANCH = "城东支行";
let bank: SmallBank;
let ask: Ask;
beforeAll(async () => {
  bank = await smallBank();
  await bank.bring({
    customer: [manager("M1", BRANCH), person("ann", BRANCH)],
    attribute: [level("M1", "senior")],
    balance: [deposit("ann", "2026-01-01", 2_000_000)],
  });
  await bank.api.post("/models", { preset: "retail-bank" });
  await bank.api.post("/portfolio/policy", { preset: "bank" });
  await bank.api.post("/plans", { preset: "retail-1-plus-4" });
  await bank.cycle("2026-03-30");
  ask = await bank.user("head", "head", {});
});
afterAll(() => bank.dispose());

const cursor = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString("base64url");

test.each([
  ["GET", "/today/team?day=0000-01-01"],
  ["GET", "/coverage?from=0000-01-01&to=0000-12-31"],
  ["GET", "/cycles?cursor=0000-01-01"],
  ["GET", "/messages?day=0000-01-01"],
  ["GET", `/messages?cursor=${cursor(["2024-02-30", 1])}`],
  ["GET", `/messages?cursor=${cursor(["0000-01-01", 1])}`],
  ["GET", `/models/retail-bank/customers?cursor=${cursor(["\0", 1])}`],
  ["GET", "/runs?cursor=9999999999"],
  ["GET", "/runs/0x10"],
  ["GET", "/models/retail-bank?version=99999999999"],
  ["POST", "/tasks/0x1/outcome", { outcome: "not_reached", channel: "call" }],
  ["POST", "/tasks/1e0/outcome", { outcome: "not_reached", channel: "call" }],
  ["POST", "/tasks/1/outcome", { outcome: "postponed", to: "0000-01-01" }],
  ["POST", "/customers/ann/contacts", { channel: "call", occurred_at: "0000-01-01T00:00:00Z" }],
  ["POST", "/customers/ann/contacts", { channel: "call", note: "\ud800" }],
  ["POST", "/days", { day: "0000-01-01" }],
  ["POST", "/cycles", { day: "0000-01-01" }],
  ["POST", "/runs", { model: "retail-bank", as_of: "0000-01-01" }],
] as const)("%s %s %j is a mistake of the one who asks", async (method, path, body?: object) => {
  const answer = await ask(method, path, body);
  expect([answer.status, answer.body.problems[0]?.message.zh], JSON.stringify(answer.body)).toEqual([422, expect.stringMatching(/\p{Script=Han}/u)]);
});

test("everything wrong with a list that is asked for is told at once", async () => {
  const { status, body } = await ask("GET", "/models/retail-bank/customers?where=aumm%3E5&sort=foo&tier=golden&limit=100000");
  const problems = body.problems as { code: string; place: { path: string } }[];
  expect([status, problems.map(({ code, place }) => `${code} ${place.path}`)]).toEqual([
    422,
    ["http.invalid querystring/limit", "tiering.unknown_tier tier", "tiering.condition where", "tiering.unknown_sort sort"],
  ]);
});

const odd = fc.oneof(
  fc.constantFrom("retail-bank", "retail-1-plus-4", "ann", "M1", BRANCH, "gold", "1", "2026-03-30", "none", "-tier", "aum > 1", "open"),
  fc.constantFrom("", " ", "\0", "../..", "%", "'; drop table profile; --", "{{name}}", "0x10", "1e0", "-1", "1.5", "NaN", "99999999999999999999"),
  fc.constantFrom("0000-01-01", "2026-02-30", "9999-12-31", "10000-01-01", "2026-03-30T00:00:00Z"),
  fc.constantFrom("aum > ", "aum > 1 and".repeat(300), "(".repeat(900), "aum / 0 > 1", "tier = 1", "not not not", "since > 5"),
  fc.string({ unit: "binary", maxLength: 40 }).map((one) => Buffer.from(one).toString()), // without lone surrogates, which no URL can hold
  fc.json({ maxDepth: 2 }).map((one) => Buffer.from(one).toString("base64url")),
  fc.tuple(fc.oneof(fc.string(), fc.double(), fc.constantFrom("2026-03-30", null, "1")), fc.oneof(fc.integer(), fc.double())).map(cursor),
);
const body = fc.oneof(
  fc.jsonValue({ maxDepth: 3, noUnicodeString: false }),
  fc.record({ text: odd, origin: odd }, { requiredKeys: ["text"] }),
  fc.record({ preset: odd }),
  fc.record({ model: odd, as_of: odd, day: odd, outcome: odd, channel: odd, to: odd, note: odd, occurred_at: odd }, { requiredKeys: [] }),
);

interface Document {
  paths: Record<string, Record<string, { parameters?: { name: string; in: string }[] }>>;
}

test("whatever is asked of any route, the answer is one of ours", async () => {
  const answer = await bank.open.server.inject({ method: "GET", url: "/api/openapi.json" });
  const { paths } = answer.json<Document>();
  const routes = Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, { parameters = [] }]) => ({ method: method.toUpperCase(), path: path.replace("/api/v1", ""), parameters })),
  );
  expect(routes.length).toBeGreaterThan(50);
  for (const { method, path, parameters } of routes) {
    if (method === "DELETE" || path === "/session") continue;
    const values = fc.record(Object.fromEntries(parameters.map(({ name }) => [name, fc.option(odd, { freq: 4, nil: undefined })])));
    const asked = fc.tuple(values, method === "GET" ? fc.constant(undefined) : body);
    await fc.assert(
      fc.asyncProperty(asked, async ([told, sent]) => {
        const place = path.replace(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(told[name] ?? "1"));
        const queried = parameters.flatMap(({ name, in: where }) => {
          const value = told[name];
          return where === "query" && value !== undefined ? [`${name}=${encodeURIComponent(value)}`] : [];
        });
        const { statusCode, payload } = await bank.open.server.inject({
          method: method as "GET",
          url: `/api/v1${place}?${queried.join("&")}`,
          headers: { authorization: `Bearer ${bank.open.token}`, ...(sent === undefined ? {} : { "content-type": "application/json" }) },
          ...(sent === undefined ? {} : { payload: JSON.stringify(sent) }),
        });
        expect(statusCode, payload).toBeLessThan(500);
        if (statusCode >= 400) expect(payload).toMatch(/"zh":"[^"]*\p{Script=Han}/u);
      }),
      { seed: 7, numRuns: 20 },
    );
  }
}, 120_000);
