import type { Command } from "commander";
import type { Cli } from "../platform/cli/index.js";
import { type CustomerPage, columnsOf } from "./schema.js";

export function commands(program: Command, cli: Cli): void {
  program
    .command("customer")
    .description("everything known of one customer")
    .argument("<id>", "customer id")
    .action(async (id: string) => {
      const api = await cli.api();
      const page = await api.get<CustomerPage>(`/customers/${encodeURIComponent(id)}`);
      cli.print(page, () => say(page, cli));
    });
}

function say(page: CustomerPage, cli: Cli): string {
  const profile = columnsOf("customer")
    .map(({ name, meta }) => [cli.text(meta.label), page.profile[name as keyof typeof page.profile]] as const)
    .filter(([, value]) => value !== null);
  const counts = Object.entries(page.counts).filter(([, count]) => count > 0);
  return [
    cli.table(
      [cli.text({ zh: "项目", en: "Field" }), cli.text({ zh: "内容", en: "Value" })],
      profile.map(([label, value]) => [label, String(value)]),
    ),
    cli.table([cli.text({ zh: "事实", en: "Facts" }), cli.text({ zh: "条数", en: "Rows" })], counts),
  ].join("\n");
}
