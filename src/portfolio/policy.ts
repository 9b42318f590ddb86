import { audit } from "../access/index.js";
import type { Actor } from "../access/schema.js";
import { isObject, type Known, readPart, readSource, type Source } from "../platform/document/index.js";
import { didYouMean, nearest } from "../platform/expression/index.js";
import { atomically } from "../platform/postgres/atomically.js";
import { presetsIn } from "../platform/presets.js";
import { ProblemError, refuse } from "../platform/problem.js";
import type { Problem } from "../platform/schema.js";
import type { Workspace } from "../platform/workspace/index.js";
import { modelForPlans } from "../tiering/index.js";
import { type PolicyVersion, PortfolioPolicy, Serving } from "./schema.js";
import * as store from "./store.js";

const known = {
  policy: { called: "policy", keys: Object.keys(PortfolioPolicy.shape) },
  serving: { called: "serve", keys: Object.keys(Serving.shape) },
} as const satisfies Record<string, Known>;

/** The tiers of the models a policy speaks of, by model; a model that is not there is absent. */
type Ladders = ReadonlyMap<string, readonly string[]>;

/** Does the document have the shape of a policy? Every row is tried by itself, so that one mistake hides no other: `rows` is what can be read of each. */
function readShape(source: Source): { policy: PortfolioPolicy | undefined; rows: Partial<Serving>[]; problems: Problem[] } {
  const { value, problems: unread } = source;
  if (unread.length > 0) return { policy: undefined, rows: [], problems: unread };
  if (!isObject(value)) {
    const hint = { zh: "文件以 policy: 名称 开头", en: "the file begins with policy: name" };
    return {
      policy: undefined,
      rows: [],
      problems: [source.at([], "portfolio.not_a_policy", { zh: "这不是管户规则", en: "this is not a portfolio policy" }, hint)],
    };
  }
  const rows = Array.isArray(value["serve"]) ? (value["serve"] as unknown[]) : [];
  const read = rows.map((row, i) => readPart(source, Serving, row, ["serve", i], known.serving));
  const stand = rows.length === 0 ? {} : { serve: [{ model: "a", tiers: ["a"], mode: "team", levels: ["junior"] }] };
  const frame = readPart(source, PortfolioPolicy, { ...value, ...stand }, [], known.policy);
  const problems = [...frame.problems, ...read.flatMap((one) => one.problems)];
  const serve = read.flatMap(({ part }) => part ?? []);
  return { policy: frame.part === undefined || problems.length > 0 ? undefined : { ...frame.part, serve }, rows: read.map(({ sound }) => sound), problems };
}

/** Tiers that are not there, tiers served twice, and tiers nobody serves: every customer needs an owner. */
function checkServing(source: Source, rows: readonly Partial<Serving>[], ladders: Ladders): Problem[] {
  const problems: Problem[] = [];
  const served = new Map<string, Set<string>>();
  rows.forEach(({ model, tiers = [] }, i) => {
    if (model === undefined) return;
    const path = ["serve", i] as const;
    const ladder = ladders.get(model);
    if (ladder === undefined) {
      const there = [...ladders.keys()];
      problems.push(
        source.at(
          [...path, "model"],
          "portfolio.unknown_model",
          { zh: `没有分层模型 ${model}`, en: `there is no tier model ${model}` },
          didYouMean(model, there),
        ),
      );
      return;
    }
    const seen = served.get(model) ?? new Set<string>();
    served.set(model, seen);
    tiers.forEach((tier, at) => {
      const where = [...path, "tiers", at];
      if (!ladder.includes(tier))
        problems.push(
          source.at(
            where,
            "portfolio.unknown_tier",
            { zh: `模型 ${model} 没有层级 ${tier}`, en: `the model ${model} has no tier ${tier}` },
            didYouMean(tier, ladder),
          ),
        );
      else if (seen.has(tier)) problems.push(source.at(where, "portfolio.twice", { zh: `层级 ${tier} 写了两次`, en: `the tier ${tier} is served twice` }));
      // A misspelt tier is served once it is spelt right.
      seen.add(ladder.includes(tier) ? tier : (nearest(tier, ladder) ?? tier));
    });
  });
  // What a row that cannot be read was meant to serve is not known.
  const readable = rows.every(({ model, tiers }) => model !== undefined && ladders.has(model) && tiers !== undefined);
  for (const [model, seen] of readable ? served : []) {
    const without = (ladders.get(model) ?? []).filter((tier) => !seen.has(tier));
    if (without.length === 0) continue;
    const hint = { zh: "每位客户都要有负责人：为这些层级加一行。", en: "Every customer needs an owner: add a row for these tiers." };
    problems.push(
      source.at(
        ["serve"],
        "portfolio.not_served",
        { zh: `模型 ${model} 的层级 ${without.join("、")} 无人服务`, en: `nobody serves ${without.join(", ")} of the model ${model}` },
        hint,
      ),
    );
  }
  return problems;
}

/** Check a policy's text against the models it speaks of: all problems at once, each with file, line and what to do. */
export async function checkPolicy(
  workspace: Workspace,
  text: string,
  file = "policy.yaml",
): Promise<{ policy: PortfolioPolicy | undefined; problems: Problem[] }> {
  const source = readSource(text, file, "portfolio");
  const { policy, rows, problems } = readShape(source);
  const ladders = new Map<string, string[]>();
  for (const model of new Set(rows.flatMap((one) => one.model ?? []))) {
    const found = await modelForPlans(workspace, model);
    if (found !== undefined)
      ladders.set(
        model,
        found.plan.tiers.map((tier) => tier.id),
      );
  }
  const all = [...problems, ...checkServing(source, rows, ladders)].sort((a, b) => (a.place?.line ?? 0) - (b.place?.line ?? 0));
  return { policy: all.length === 0 ? policy : undefined, problems: all };
}

const presets = presetsIn("portfolios");

function noSuchPreset(name: string): never {
  const names = presets.names();
  refuse(
    "portfolio.no_such_preset",
    { zh: `没有预置的管户规则 ${name}`, en: `There is no preset policy ${name}` },
    { status: 404, hint: { zh: `可用：${names.join("、")}`, en: `there are: ${names.join(", ")}` } },
  );
}

function shown(row: store.PolicyRow): PolicyVersion {
  const { title, about, serve } = parsed(row);
  return { ...row, title, about: about ?? null, serve };
}

/** A published text passed its check; what the models became since is told when it is used. */
function parsed(row: store.PolicyRow): PortfolioPolicy {
  const { policy, problems } = readShape(readSource(row.text, "policy.yaml", "portfolio"));
  if (policy === undefined) throw new ProblemError(problems);
  return policy;
}

/** The policy in force, or undefined when none was published. */
export async function policyInForce(workspace: Workspace): Promise<{ policy: PortfolioPolicy; version: PolicyVersion } | undefined> {
  const row = await atomically(workspace.postgres, "all", store.lastPolicy);
  return row === undefined ? undefined : { policy: parsed(row), version: shown(row) };
}

/** Publish a text, or a preset by its name, as the next version; the text in force changes nothing. */
export async function publishPolicy(workspace: Workspace, actor: Actor, given: { text: string; origin: string } | { preset: string }): Promise<PolicyVersion> {
  const { text, origin } = "preset" in given ? { text: presets.text(given.preset) ?? noSuchPreset(given.preset), origin: `preset:${given.preset}` } : given;
  const { policy, problems } = await checkPolicy(workspace, text, origin);
  if (policy === undefined) throw new ProblemError(problems);
  return atomically(workspace.postgres, "all", async (tx) => {
    await store.lockPolicies(tx);
    const last = await store.lastPolicy(tx);
    if (last?.text === text) return shown(last);
    const row = await store.addPolicy(tx, { version: (last?.version ?? 0) + 1, text, origin, published_by: actor.login });
    await audit(tx, actor, "portfolio.publish", `policy:${policy.policy}`, { version: row.version, origin });
    return shown(row);
  });
}
