import { existsSync, readFileSync } from "node:fs";
import { basename } from "node:path";
import { type Command, InvalidArgumentError, Option } from "commander";
import type { Cli } from "../platform/cli/index.js";
import { ProblemError, refuse } from "../platform/problem.js";
import type { Problem } from "../platform/schema.js";
import { sayMessages, sayTemplates } from "./say.js";
import { type Message, MessageState, type TemplateVersion } from "./schema.js";
import { noSuchTemplate } from "./templates.js";

interface Page<Item> {
  items: Item[];
  next: string | null;
  total: number | null;
}

const limit = (value: string): number => {
  if (!/^[1-9]\d{0,2}$/.test(value) || Number(value) > 200) throw new InvalidArgumentError("1 to 200");
  return Number(value);
};

function readTemplate(file: string): { text: string; file: string } {
  if (!existsSync(file)) refuse("outreach.no_such_file", { zh: `没有文件 ${file}`, en: `There is no file ${file}` }, { place: { file } });
  return { text: readFileSync(file, "utf8"), file: basename(file) };
}

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
      const query = new URLSearchParams(Object.entries(options).map(([key, value]) => [key, String(value)]));
      const page = await api.get<Page<Message>>(`/messages?${query.toString()}`);
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
      const answer = await api.post<{ problems: Problem[] }>("/templates/check", readTemplate(path));
      if (answer.problems.length > 0) throw new ProblemError(answer.problems);
      cli.print(answer, () => cli.text({ zh: `${path}：没有问题`, en: `${path}: no problems` }));
    });
  templates
    .command("apply")
    .description("publish a template file")
    .argument("<file>", "template file")
    .action(async (path: string) => {
      const api = await cli.api();
      const { text, file } = readTemplate(path);
      const version = await api.post<TemplateVersion>("/templates", { text, origin: file });
      cli.print(version, () =>
        cli.text({
          zh: `已发布 ${version.template} 版本 ${version.version}：${version.example.zh}`,
          en: `${version.template} version ${version.version} is published: ${version.example.en}`,
        }),
      );
    });
}
