import { basename } from "node:path";
import { type Command, Option } from "commander";
import { limit, type Page, pathTo, readText } from "../platform/cli/arguments.js";
import type { Cli } from "../platform/cli/index.js";
import { ProblemError } from "../platform/problem.js";
import type { Problem } from "../platform/schema.js";
import { sayMessages, sayTemplates } from "./say.js";
import { type Message, MessageState, type TemplateVersion } from "./schema.js";
import { noSuchTemplate } from "./templates.js";

export function commands(program: Command, cli: Cli): void {
  program
    .command("messages")
    .description("the outbox: messages that were prepared, the newest first")
    .addOption(new Option("--state <state>", "in this state only").choices(MessageState.options))
    .option("--template <name>", "of this template only")
    .option("--day <date>", "prepared on this day, YYYY-MM-DD")
    .option("--customer <id>", "to this customer only")
    .option("--limit <n>", "how many", limit, 50)
    .option("--cursor <cursor>", "`next` of the page before")
    .action(async (options: Record<string, string | number>) => {
      const api = await cli.api();
      const page = await api.get<Page<Message>>(pathTo(["messages"], options));
      cli.print(page, () => sayMessages(page.items, cli));
    });

  const templates = program.command("templates").description("texts with places to fill");
  const inForce = async (): Promise<TemplateVersion[]> => (await (await cli.api()).get<Page<TemplateVersion>>("/templates")).items;
  templates
    .command("list")
    .description("templates as in force")
    .action(async () => {
      const items = await inForce();
      cli.print(items, () => sayTemplates(items, cli));
    });
  templates
    .command("show")
    .description("a template's text, to be changed and applied")
    .argument("<template>", "its name")
    .action(async (name: string) => {
      const items = await inForce();
      const found = items.find((one) => one.template === name);
      if (found === undefined)
        noSuchTemplate(
          name,
          items.map((one) => one.template),
        );
      cli.print(found, () => found.text.trimEnd());
    });
  templates
    .command("check")
    .description("every problem of a template file, with line and hint")
    .argument("<file>", "template file")
    .action(async (path: string) => {
      const api = await cli.api();
      const answer = await api.post<{ problems: Problem[] }>("/templates/check", readText(path, "outreach"));
      if (answer.problems.length > 0) throw new ProblemError(answer.problems);
      cli.print(answer, () => cli.text({ zh: `${path}：没有问题`, en: `${path}: no problems` }));
    });
  templates
    .command("apply")
    .description("publish a template file")
    .argument("<file>", "template file")
    .action(async (path: string) => {
      const api = await cli.api();
      const { text } = readText(path, "outreach");
      const version = await api.post<TemplateVersion>("/templates", { text, origin: basename(path) });
      cli.print(version, () =>
        cli.text({
          zh: `已发布 ${version.template} 版本 ${version.version}：${version.example.zh}`,
          en: `${version.template} version ${version.version} is published: ${version.example.en}`,
        }),
      );
    });
}
