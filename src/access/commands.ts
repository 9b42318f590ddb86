import { createInterface } from "node:readline/promises";
import { Writable } from "node:stream";
import type { Command } from "commander";
import type { Cli } from "../platform/cli/index.js";
import { type AuditVerification, roleLabels, type User } from "./schema.js";

/** From standard input, so that no list of processes shows it; typed unseen on a terminal. */
async function readPassword(cli: Cli): Promise<string> {
  const terminal = process.stdin.isTTY === true;
  if (terminal) process.stderr.write(cli.text({ zh: "密码：", en: "Password: " }));
  const unseen = new Writable({ write: (_chunk, _encoding, done) => done() });
  const lines = createInterface({ input: process.stdin, output: unseen, terminal });
  for await (const line of lines) {
    lines.close();
    if (terminal) process.stderr.write("\n");
    return line;
  }
  return "";
}

export function commands(program: Command, cli: Cli): void {
  const users = program.command("users").description("who can sign in");
  users
    .command("add")
    .description("let somebody sign in; the password is read from standard input")
    .argument("<login>", "user name")
    .requiredOption("--name <name>", "name of the person")
    .requiredOption(
      "--role <role>",
      Object.keys(roleLabels)
        .filter((role) => role !== "operator")
        .join(", "),
    )
    .option("--branch <branch...>", "sees only customers of these branches")
    .action(async (login: string, options: { name: string; role: string; branch?: string[] }) => {
      const password = await readPassword(cli);
      const api = await cli.api();
      const { name, role, branch } = options;
      const added = await api.post<User>("/users", { login, name, role, password, ...(branch === undefined ? {} : { branches: branch }) });
      cli.print(added, () => cli.text({ zh: `已添加用户 ${added.login}`, en: `Added ${added.login}` }));
    });
  users
    .command("list")
    .description("everybody who can sign in")
    .action(async () => {
      const api = await cli.api();
      const all: User[] = [];
      for (let next: string | null = ""; next !== null; ) {
        const page: { items: User[]; next: string | null } = await api.get(`/users?limit=200&cursor=${encodeURIComponent(next)}`);
        all.push(...page.items);
        next = page.next;
      }
      cli.print(all, () => usersTable(all, cli));
    });

  program
    .command("audit")
    .description("who did what")
    .command("verify")
    .description("whether the audit trail is whole")
    .action(async () => {
      const api = await cli.api();
      const found = await api.get<AuditVerification>("/audit/verification");
      if (!found.whole) process.exitCode = 1;
      cli.print(found, () => sayVerification(found, cli));
    });
}

function usersTable(users: readonly User[], cli: Cli): string {
  const head = [
    { zh: "用户名", en: "User name" },
    { zh: "姓名", en: "Name" },
    { zh: "角色", en: "Role" },
    { zh: "支行", en: "Branches" },
  ].map((text) => cli.text(text));
  const everywhere = cli.text({ zh: "全部", en: "all" });
  return cli.table(
    head,
    users.map((user) => [user.login, user.name, cli.text(roleLabels[user.role]), user.branches?.join(", ") ?? everywhere]),
  );
}

function sayVerification({ broken, seals, entries, unsealed }: AuditVerification, cli: Cli): string {
  if (broken !== null)
    return cli.text({ zh: `第 ${broken.seal} 号封条不成立：${broken.reason.zh}`, en: `Seal ${broken.seal} does not hold: ${broken.reason.en}` });
  return cli.text({
    zh: `审计记录完整：${seals} 个封条、${entries} 条记录；另有 ${unsealed} 条待封存`,
    en: `The audit trail is whole. Sealed entries: ${entries}, seals: ${seals}, waiting for a seal: ${unsealed}`,
  });
}
