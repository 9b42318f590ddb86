import { readdir, readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { stringify } from "yaml";
import { nearest } from "../platform/expression/index.js";
import { refuse } from "../platform/problem.js";
import type { Workspace } from "../platform/workspace/index.js";
import { type ParsedMapping, parseMapping } from "./mapping.js";
import type { ImportRequest } from "./schema.js";

const presets = fileURLToPath(new URL("../../presets/sources/", import.meta.url));

const filesIn = async (folder: string): Promise<string[]> => (await readdir(folder).catch(() => [])).filter((file) => file.endsWith(".yaml")).sort();

/** Every mapping by name: the workspace's own first, then the presets. */
export async function listMappings(workspace: Workspace): Promise<ParsedMapping[]> {
  const own = workspace.path("mappings");
  const found = new Map<string, string>();
  for (const folder of [own, presets]) {
    for (const file of await filesIn(folder)) {
      const name = file.slice(0, -".yaml".length);
      if (!found.has(name)) found.set(name, await readFile(`${folder}/${file}`, "utf8"));
    }
  }
  return [...found].map(([name, text]) => parseMapping(text, name));
}

/** The mapping of this name, or a problem that says which there are. */
export async function mappingByName(workspace: Workspace, name: string, status = 422): Promise<ParsedMapping> {
  const all = await listMappings(workspace);
  const found = all.find((one) => one.name === name);
  if (found !== undefined) return found;
  const names = all.map((one) => one.name);
  const meant = nearest(name, names);
  return refuse(
    "intake.no_such_mapping",
    { zh: `没有名为 ${name} 的映射`, en: `There is no mapping ${name}` },
    {
      status,
      hint:
        meant === undefined
          ? { zh: `已有：${names.join("、")}；也可以给出 .yaml 文件。`, en: `There are: ${names.join(", ")}; or give a .yaml file.` }
          : { zh: `是否想写 ${meant}？`, en: `Did you mean ${meant}?` },
    },
  );
}

/** The mapping a request means: by name, by its text, or made of `as` and `map`. */
export async function mappingOf(workspace: Workspace, request: ImportRequest): Promise<ParsedMapping> {
  const parsed = await stated(workspace, request);
  return request.source === undefined ? parsed : { ...parsed, mapping: { ...parsed.mapping, source: request.source } };
}

async function stated(workspace: Workspace, request: ImportRequest): Promise<ParsedMapping> {
  if (request.mapping_text !== undefined) return parseMapping(request.mapping_text, request.mapping ?? "mapping.yaml");
  if (request.mapping !== undefined) return mappingByName(workspace, request.mapping);
  if (request.as !== undefined && request.map !== undefined) {
    const { as, map, source = "file" } = request;
    return parseMapping(
      stringify({ source, title: { zh: "临时映射", en: "Mapping without a file" }, files: { file: { facts: [{ as, map }] } } }),
      `--as ${as} --map`,
      (path) => ({ path: `map.${path.slice(5).join(".")}`.replace(/\.$/, "") }),
    );
  }
  return refuse(
    "intake.no_mapping",
    { zh: "没有说明如何映射各列", en: "It is not said how the columns map" },
    { hint: { zh: "用 --mapping 名称或文件，或 --as 与 --map。", en: "Use --mapping NAME_OR_FILE, or --as with --map." } },
  );
}
