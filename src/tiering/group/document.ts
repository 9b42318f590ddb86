import { isObject, type Path, readPart, readSource, type Source } from "../../platform/document/index.js";
import { didYouMean } from "../../platform/expression/index.js";
import type { Problem } from "../../platform/schema.js";
import type { Plan } from "../plan.js";
import { GroupDocument } from "../schema.js";
import { checkWhere } from "../where.js";

const known = { called: "group", keys: Object.keys(GroupDocument.shape) };

/** One group is the file itself; several stand below `groups:`. */
function partsOf(source: Source): { part: unknown; path: Path }[] | undefined {
  const { value } = source;
  if (!isObject(value)) return undefined;
  if (!("groups" in value)) return [{ part: value, path: [] }];
  const list: unknown = value["groups"];
  return Array.isArray(list) && list.length > 0 ? list.map((part: unknown, i) => ({ part, path: ["groups", i] })) : undefined;
}

function checkCondition(source: Source, path: Path, { model, where }: Partial<GroupDocument>, plans: ReadonlyMap<string, Plan>): Problem[] {
  if (model === undefined) return [];
  const plan = plans.get(model);
  if (plan === undefined)
    return [
      source.at(
        [...path, "model"],
        "tiering.unknown_model",
        { zh: `没有分层模型 ${model}`, en: `there is no tier model ${model}` },
        didYouMean(model, [...plans.keys()]),
      ),
    ];
  return where === undefined ? [] : checkWhere(plan, where).faults.map(({ code, message, hint }) => source.at([...path, "where"], code, message, hint));
}

/** Every problem of a file with groups, each with its line and what to do; the groups when there is none. */
export function checkGroups(text: string, file: string, plans: ReadonlyMap<string, Plan>): { groups: GroupDocument[]; problems: Problem[] } {
  const source = readSource(text, file, "tiering");
  if (source.problems.length > 0) return { groups: [], problems: source.problems };
  const parts = partsOf(source);
  if (parts === undefined) {
    const hint = { zh: "文件以 group: 名称 开头；多个分群写在 groups: 下", en: "the file begins with group: name; several stand below groups:" };
    return { groups: [], problems: [source.at([], "tiering.not_a_group", { zh: "这不是分群", en: "this is not a group" }, hint)] };
  }
  const seen = new Set<string>();
  const read = parts.map(({ part, path }) => {
    const { part: whole, sound, problems } = readPart(source, GroupDocument, part, path, known);
    const found = [...problems, ...checkCondition(source, path, sound, plans)];
    if (sound.group !== undefined && seen.has(sound.group))
      found.push(source.at([...path, "group"], "tiering.twice", { zh: `分群 ${sound.group} 写了两次`, en: `the group ${sound.group} is there twice` }));
    if (sound.group !== undefined) seen.add(sound.group);
    return { whole, found };
  });
  const problems = read.flatMap(({ found }) => found).sort((a, b) => (a.place?.line ?? 0) - (b.place?.line ?? 0));
  return { groups: problems.length > 0 ? [] : read.flatMap(({ whole }) => whole ?? []), problems };
}
