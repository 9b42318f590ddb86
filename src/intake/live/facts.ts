import { stringify } from "yaml";
import type { Actor } from "../../access/schema.js";
import { columnsOf, Fact } from "../../customer/schema.js";
import { nearest } from "../../platform/expression/index.js";
import { ProblemError, problem } from "../../platform/problem.js";
import type { Problem } from "../../platform/schema.js";
import { parseMapping } from "../mapping.js";
import type { LiveFact, LiveFacts } from "../schema.js";
import type { Delivery } from "./deliveries.js";
import type { Rows } from "./rows.js";

/** How facts in our own form are read: a part for every kind, each fact known by its id. */
const LIVE = "live";
const ID = "id";
const partOf = (fact: Fact): string => `${LIVE}-${fact}`;
/** The id stands before the columns, under a name that no column has. */
const columns = (fact: Fact): string[] => [ID, ...columnsOf(fact).map(({ name }) => name)];

const files = Object.fromEntries(
  Fact.options.map((fact) => [
    partOf(fact),
    { facts: [{ as: fact, key: [ID], map: Object.fromEntries(columnsOf(fact).map(({ name }) => [name, `\`${name}\``])) }] },
  ]),
);

const ownForm = parseMapping(stringify({ source: LIVE, title: { zh: "实时数据", en: "Live facts" }, files }), LIVE);

const cellOf = (value: LiveFact[string]): string | null => (value === null || value === undefined ? null : String(value));

/** A request's facts, to be delivered. Throws every key that is no column and every id that stands twice, each with its place. */
export function deliveryOf(actor: Actor, { source, facts }: LiveFacts): Delivery {
  const parts = new Map<Fact, Rows>();
  const ids = new Set<string>();
  const problems: Problem[] = [];
  for (const [i, { fact, id, ...given }] of facts.entries()) {
    const known = columns(fact);
    for (const key of Object.keys(given)) if (!known.includes(key)) problems.push(unknownColumn(i, fact, key));
    const name = `${fact} ${id}`;
    if (ids.has(name)) problems.push(idTwice(i, String(id)));
    ids.add(name);
    const held = parts.get(fact) ?? { part: partOf(fact), columns: known, cells: [] };
    held.cells.push([String(id), ...known.slice(1).map((column) => cellOf(given[column] ?? null))]);
    parts.set(fact, held);
  }
  if (problems.length > 0) throw new ProblemError(problems);
  return { actor, parsed: { ...ownForm, mapping: { ...ownForm.mapping, source } }, shown: "POST /facts", parts: [...parts.values()], ids: [...ids] };
}

/** In the request's order, what became of each fact: parts tell it kind by kind. */
export function inOrder<Outcome>({ facts }: LiveFacts, parts: readonly Rows[], outcomes: readonly Outcome[][]): Outcome[] {
  const left = new Map(parts.map(({ part }, i) => [part, (outcomes[i] ?? []).values()]));
  return facts.flatMap(({ fact }) => {
    const next = left.get(partOf(fact))?.next();
    return next === undefined || next.done === true ? [] : [next.value];
  });
}

function unknownColumn(i: number, fact: Fact, key: string): Problem {
  const names = columns(fact).slice(1);
  const meant = nearest(key, names);
  return problem(
    "intake.unknown_column",
    { zh: `${fact} 没有名为 ${key} 的列`, en: `a ${fact} has no column ${key}` },
    {
      place: { path: `body/facts/${i}/${key}` },
      hint:
        meant === undefined
          ? { zh: `可用：${names.join("、")}`, en: `there are: ${names.join(", ")}` }
          : { zh: `是否想写 ${meant}？`, en: `did you mean ${meant}?` },
    },
  );
}

const idTwice = (i: number, id: string): Problem =>
  problem(
    "intake.id_twice",
    { zh: `同一请求中 id ${id} 出现了两次`, en: `the id ${id} stands twice in this request` },
    { place: { path: `body/facts/${i}/id` }, hint: { zh: "更正请放到下一个请求。", en: "Send a correction with the next request." } },
  );
