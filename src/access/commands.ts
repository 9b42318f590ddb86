import { createInterface } from "node:readline/promises";
import { Writable } from "node:stream";
import type { Command } from "commander";
import { limit, type Page, pathTo } from "../platform/cli/arguments.js";
import type { Cli } from "../platform/cli/index.js";
import { type AuditEntry, type AuditVerification, auditActionLabels, auditSubject, isPartRole, roleLabels, type User } from "./schema.js";

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
    .option("--branch <branch...>", "sees only customers of these branches; branch heads need one")
    .option("--manager <id>", "which account manager this is: they see the customers they look after")
    .action(async (login: string, options: { name: string; role: string; branch?: string[]; manager?: string }) => {
      const password = await readPassword(cli);
      const api = await cli.api();
      const { name, role, branch, manager } = options;
      const added = await api.post<User>("/users", { login, name, role, password, ...(branch === undefined ? {} : { branches: branch }), manager });
      cli.print(added, () => cli.text({ zh: `已添加用户 ${added.login}`, en: `Added ${added.login}` }));
    });
  users
    .command("disable")
    .description("let somebody sign in no more, and end their sessions")
    .argument("<login>", "user name")
    .action(async (login: string) => {
      const api = await cli.api();
      const disabled = await api.delete<User>(`/users/${encodeURIComponent(login)}`);
      cli.print(disabled, () => cli.text({ zh: `已停用用户 ${disabled.login}`, en: `Disabled ${disabled.login}` }));
    });
  users
    .command("list")
    .description("who can sign in, and who no more")
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

  const trail = program
    .command("audit")
    .description("who did what, newest first")
    .option("--by <login>", "what this user did")
    .option("--action <action>", "this alone: task.done, tiers.run, …")
    .option("--customer <id>", "what was about this customer")
    .option("--from <date>", "on this day or later")
    .option("--to <date>", "on this day or before")
    .option("--limit <n>", "how many", limit, 50)
    .option("--cursor <cursor>", "`next` of the page before")
    .action(async ({ by, ...filter }: Record<string, string | number>) => {
      const api = await cli.api();
      const found = await api.get<Page<AuditEntry>>(pathTo(["audit"], { ...(by !== undefined && { actor: by }), ...filter }));
      cli.print(found, () => auditTable(found.items, cli));
    });
  trail
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
    { zh: "可见范围", en: "Sees" },
    { zh: "状态", en: "State" },
  ].map((text) => cli.text(text));
  const states = { open: cli.text({ zh: "可登录", en: "may sign in" }), disabled: cli.text({ zh: "已停用", en: "disabled" }) };
  const everywhere = cli.text({ zh: "全部", en: "all" });
  const nobody = cli.text({ zh: "无", en: "none" });
  return cli.table(
    head,
    users.map((user) => [
      user.login,
      user.name,
      cli.text(roleLabels[user.role]),
      user.manager ?? user.branches?.join(", ") ?? (isPartRole(user.role) ? nobody : everywhere),
      user.disabled_at === null ? states.open : states.disabled,
    ]),
  );
}

function auditTable(entries: readonly AuditEntry[], cli: Cli): string {
  const head = [
    { zh: "时间", en: "Time" },
    { zh: "操作人", en: "Who" },
    { zh: "操作", en: "Action" },
    { zh: "对象", en: "Subject" },
  ].map(cli.text);
  return cli.table(
    head,
    entries.map(({ at, actor, action, subject }) => [
      at,
      actor,
      cli.text(auditActionLabels[action]),
      `${cli.text(auditSubject(subject).kind)} ${auditSubject(subject).which}`.trim(),
    ]),
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
