import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { routes as cycleRoutes } from "../src/app/cycle/routes.js";
import { routes } from "../src/app/features.js";
import { aboutRoute } from "../src/customer/routes.js";
import { parseMapping } from "../src/intake/mapping.js";
import { buildServer } from "../src/platform/http/index.js";
import { startJobs } from "../src/platform/jobs/index.js";
import { temporaryWorkspace } from "../src/platform/workspace/testing.js";
import { checkPolicy } from "../src/portfolio/policy.js";
import { checkText } from "../src/service/plans.js";
import { checkModel } from "../src/tiering/check.js";
import { checkGroups } from "../src/tiering/group/document.js";
import { modelsForPlans } from "../src/tiering/index.js";

const examplesOf = (document: string): string[] => [...readFileSync(document, "utf8").matchAll(/^```yaml\n([\s\S]*?)^```$/gm)].map(([, text]) => text ?? "");

describe("the description of the API", () => {
  it("names every path there is, and no other", async () => {
    const workspace = await temporaryWorkspace([]);
    const jobs = await startJobs(workspace, []);
    const open = { house: { workspace, jobs }, routes: [...routes, cycleRoutes, aboutRoute("0")], version: "0" };
    const server = await buildServer({ ...open, authenticate: () => Promise.resolve(), requesterOf: () => "" });
    const { paths = {} } = server.swagger();
    await server.close();
    await jobs.stop();
    await workspace.dispose();
    const there = Object.entries(paths).flatMap(([path, verbs]) =>
      Object.keys(verbs ?? {}).map((verb) => `${verb.toUpperCase()} ${path.replace("/api/v1", "").replaceAll(/\{(\w+)\}/g, ":$1")}`),
    );
    const table = readFileSync("docs/api.md", "utf8")
      .split("\n")
      .filter((line) => line.startsWith("| `"))
      .join("\n");
    const told = [...table.matchAll(/`((?:GET|POST|DELETE) [^?`]+)/g)].map(([, path]) => path);
    expect(new Set(told)).toEqual(new Set(there));
  });
});

describe("the examples of the documents", () => {
  it("holds a sound tier model, and sound parts of one", () => {
    const [model = "", ...parts] = examplesOf("docs/models.md");
    expect(checkModel(model).problems).toEqual([]);
    expect(parts.map((text) => text.split(":")[0])).toEqual(["measures", "measures", "schedule", "review_every", "safety"]);
    const measures = "measures: { n: { of: transaction, take: count } }\n";
    const around = (text: string): string =>
      `model: a\ntitle: { zh: 例, en: An example }\n${text.startsWith("measures") ? "" : measures}${text}tiers: [{ id: some, when: "true" }, { id: none }]\n`;
    for (const text of parts) expect(checkModel(around(text)).problems).toEqual([]);
  });

  it("holds a sound portfolio policy and a sound service plan", async () => {
    const workspace = await temporaryWorkspace([]);
    const [policies, plans] = [examplesOf("docs/portfolio.md"), examplesOf("docs/plans.md")];
    expect([policies.length, plans.length]).toEqual([1, 1]);
    for (const text of policies) expect((await checkPolicy(workspace, text)).problems).toEqual([]);
    for (const text of plans) expect((await checkText(workspace, text)).problems).toEqual([]);
    await workspace.dispose();
  });

  it("holds sound groups, as the presets are", async () => {
    const workspace = await temporaryWorkspace([]);
    const plans = new Map([...(await modelsForPlans(workspace))].map(([model, { plan }]) => [model, plan]));
    await workspace.dispose();
    const texts = [...examplesOf("docs/groups.md"), readFileSync("presets/groups/retail-bank.yaml", "utf8")];
    expect(texts.map((text) => checkGroups(text, "groups.yaml", plans).problems)).toEqual([[], []]);
  });

  it("holds a sound mapping", () => {
    const mappings = examplesOf("docs/mappings.md");
    expect(mappings).toHaveLength(1);
    for (const text of mappings) expect(parseMapping(text, "docs/mappings.md").problems).toEqual([]);
  });
});
