import { audit } from "../access/index.js";
import type { Actor } from "../access/schema.js";
import { didYouMean } from "../platform/expression/index.js";
import { atomically, type Transaction } from "../platform/postgres/atomically.js";
import { ProblemError, problem, refuse } from "../platform/problem.js";
import type { Language, Text } from "../platform/schema.js";
import type { Workspace } from "../platform/workspace/index.js";
import { type Checked, checkTemplate } from "./check.js";
import { exampleFilling } from "./filling.js";
import { fill, namesOf } from "./liquid.js";
import { isPlace, type PlaceName } from "./places.js";
import { presetTexts } from "./presets.js";
import type { TemplateUses, TemplateVersion } from "./schema.js";
import * as store from "./store.js";

const KEPT_TEXTS = 500;
const read = new Map<string, Checked>();

/** The template of a text in force. Texts do not change, so one is read once. */
export function templateOf(version: Pick<store.VersionRow, "template" | "text">): Checked {
  const held = read.get(version.text);
  if (held !== undefined) return held;
  const { checked, problems } = checkTemplate(version.text, `${version.template}.yaml`);
  if (checked === undefined) throw new ProblemError(problems); // published under an older check: the problems say what to mend
  if (read.size >= KEPT_TEXTS) read.clear();
  read.set(version.text, checked);
  return checked;
}

/** A template that comes with the product counts as version 0 until another is published under its name. */
const asItComes = ([name, text]: readonly [string, string]): store.VersionRow => ({
  template: name,
  version: 0,
  text,
  origin: `preset:${name}`,
  published_at: null,
  published_by: null,
});

/** Every template in force by name: as published, else as it comes with the product. */
export async function inForce(tx: Transaction): Promise<Map<string, store.VersionRow>> {
  const rows = [...[...presetTexts].map(asItComes), ...(await store.publishedTemplates(tx))];
  return new Map(rows.map((row) => [row.template, row] as const).sort(([a], [b]) => (a < b ? -1 : 1)));
}

const examples = new Map<string, Text>();

/** A text filled for the made-up customer, once. */
function exampleOf(row: store.VersionRow): Text {
  const held = examples.get(row.text);
  if (held !== undefined) return held;
  const { template, bodies } = templateOf(row);
  const filled = (language: Language) => fill(bodies[language], exampleFilling(template.class, language)).body;
  const example = { zh: filled("zh"), en: filled("en") };
  if (examples.size >= KEPT_TEXTS) examples.clear();
  examples.set(row.text, example);
  return example;
}

/** A version as people see it. */
export function shownVersion(row: store.VersionRow): TemplateVersion {
  const { template } = templateOf(row);
  return { ...template, ...row, example: exampleOf(row) };
}

/** The templates in force, by name. */
export async function templatesInForce(workspace: Workspace): Promise<Map<string, TemplateVersion>> {
  const rows = await atomically(workspace.postgres, "all", inForce);
  return new Map([...rows].map(([name, row]) => [name, shownVersion(row)]));
}

/** The template in force under a name; undefined when there is none. */
export async function templateInForce(tx: Transaction, name: string): Promise<TemplateVersion | undefined> {
  const row = (await inForce(tx)).get(name);
  return row === undefined ? undefined : shownVersion(row);
}

const placesRead = new Map<string, PlaceName[]>();

/** The places a template speaks of: what asks for a message has to offer them. */
export function placesOf(version: Pick<TemplateVersion, "template" | "text">): PlaceName[] {
  const held = placesRead.get(version.text);
  if (held !== undefined) return held;
  const found = [...new Set(Object.values(templateOf(version).bodies).flatMap(namesOf).filter(isPlace))].sort();
  if (placesRead.size >= KEPT_TEXTS) placesRead.clear();
  placesRead.set(version.text, found);
  return found;
}

/** A text that is sent on an occasion can speak only of what the occasion offers: every promise that would fail is told. */
async function refuseNotOffered(workspace: Workspace, version: { template: string; text: string }, uses: readonly TemplateUses<Workspace>[]): Promise<void> {
  const found = (await Promise.all(uses.map((part) => part(workspace, version.template, placesOf(version))))).flat();
  const problems = found.map(({ what, missing }) =>
    problem(
      "outreach.place_not_offered",
      { zh: `“${what.zh}”发送这个模板，但没有 ${missing.join("、")}`, en: `${what.en} sends this template and does not offer ${missing.join(", ")}` },
      { place: { path: "body" }, hint: { zh: "去掉这些变量，或先修改服务计划。", en: "Leave these places out, or change the service plan first." } },
    ),
  );
  if (problems.length > 0) throw new ProblemError(problems);
}

/** Publish a text as the next version of its template; the text in force changes nothing. */
export async function publishTemplate(
  workspace: Workspace,
  actor: Actor,
  given: { text: string; origin: string },
  uses: readonly TemplateUses<Workspace>[] = [],
): Promise<TemplateVersion> {
  const { checked, problems } = checkTemplate(given.text, given.origin);
  if (checked === undefined) throw new ProblemError(problems);
  await refuseNotOffered(workspace, { template: checked.template.template, text: given.text }, uses);
  const { template } = checked.template;
  const row = await atomically(workspace.postgres, "all", async (tx) => {
    await store.lockTemplate(tx, template);
    const held = (await inForce(tx)).get(template);
    if (held?.text === given.text) return held;
    const added = await store.addVersion(tx, { template, ...given, published_by: actor.login, version: (held?.version ?? 0) + 1 });
    await audit(tx, actor, "templates.publish", `template:${template}`, { version: added.version, origin: given.origin });
    return added;
  });
  return shownVersion(row);
}

export function noSuchTemplate(name: string, names: Iterable<string>): never {
  const hint = didYouMean(name, names);
  refuse(
    "outreach.no_such_template",
    { zh: `没有名为 ${name} 的模板`, en: `There is no template named ${name}` },
    { status: 404, ...(hint === undefined ? {} : { hint }) },
  );
}
