import { basename } from "node:path";
import type { Command } from "commander";
import { isFile, type Page, pathTo, readText } from "../platform/cli/arguments.js";
import type { Cli } from "../platform/cli/index.js";
import { sayGroups, sayPersona } from "./say-groups.js";
import type { Group, Persona, Tag } from "./schema.js";

export function groupCommands(program: Command, cli: Cli): void {
  const groups = program.command("groups").description("groups of customers across tiers: saved conditions, tags, portraits");
  groups
    .command("list", { isDefault: true })
    .description("groups, with how many there are of each")
    .option("--model <model>", "of this model only")
    .action(async (options: { model?: string }) => {
      const api = await cli.api();
      const page = await api.get<Page<Group>>(pathTo(["groups"], options));
      cli.print(page, () => sayGroups(page.items, cli));
    });
  groups
    .command("save")
    .description("make the groups of a file, or change those of the same names")
    .argument("<file>", "group file, or the preset groups of a model by its name")
    .action(async (file: string) => {
      const api = await cli.api();
      const body = isFile(file) ? { text: readText(file, "tiering").text, origin: basename(file) } : { preset: file };
      const saved = await api.post<Group[]>("/groups", body);
      cli.print(saved, () => sayGroups(saved, cli));
    });
  groups
    .command("remove")
    .description("remove a group; no customer is changed by it")
    .argument("<group>", "name of the group")
    .action(async (group: string) => {
      const api = await cli.api();
      const removed = await api.delete<{ removed: string }>(pathTo(["groups", group]));
      cli.print(removed, () => cli.text({ zh: `已删除分群 ${group}`, en: `The group ${group} is removed` }));
    });
  groups
    .command("show")
    .description("the portrait of a group: how many, in which tiers, and what they are like beside everybody")
    .argument("<group>", "name of the group")
    .option("--tier <tier>", "those of this tier only")
    .action(async (group: string, options: { tier?: string }) => {
      const api = await cli.api();
      const { model } = await api.get<Group>(pathTo(["groups", group]));
      const persona = await api.get<Persona>(pathTo(["models", model, "persona"], { group, ...options }));
      cli.print(persona, () => sayPersona(persona, cli));
    });
  program
    .command("tags")
    .description("the groups a customer wears as tags")
    .argument("<customer>", "customer id")
    .action(async (customer: string) => {
      const api = await cli.api();
      const tags = await api.get<Tag[]>(pathTo(["customers", customer, "tags"]));
      cli.print(tags, () =>
        cli.table(
          [cli.text({ zh: "分群", en: "Group" }), cli.text({ zh: "名称", en: "Title" }), cli.text({ zh: "模型", en: "Model" })],
          tags.map(({ group, title, model }) => [group, cli.text(title), model]),
        ),
      );
    });
}
