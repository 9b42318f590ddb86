import { resolve } from "node:path";
import { Command, InvalidArgumentError } from "commander";
import { roleLabels } from "../access/schema.js";
import { wholeNumber } from "../platform/cli/arguments.js";
import { type Cli, makeCli } from "../platform/cli/index.js";
import type { Language } from "../platform/schema.js";
import { createWorkspace } from "../platform/workspace/index.js";
import { connect, runningServer } from "./connect.js";
import { commands as cycleCommands } from "./cycle/commands.js";
import { DEMO_PASSWORD, demoSignIns, prepareDemo } from "./demo/index.js";
import { commands } from "./features.js";
import { speak } from "./help/index.js";
import { version } from "./house.js";
import { serve } from "./server.js";

const PORT = 8420;

interface Global {
  workspace?: string;
  json?: boolean;
  lang?: Language;
}

const nobody = {
  zh: "还没有人可以登录。先添加一位用户：tierkeep users add 用户名 --name 姓名 --role head",
  en: "Nobody can sign in yet. Add somebody: tierkeep users add LOGIN --name NAME --role head",
};
const waiting = { zh: "工作区正被另一个命令使用，等待其结束……", en: "The workspace is in use by another command; waiting for it …" };

const portNumber = (value: string): number => {
  const port = wholeNumber(value);
  if (port > 65_535) throw new InvalidArgumentError("0 to 65535");
  return port;
};

/** The command line as it stands at a shell. */
export interface CommandLine {
  program: Command;
  language(): Language;
  json(): boolean;
  /** The command that was asked for, once it is known. */
  running(): Command | undefined;
  /** Let go of the workspace, when a command opened it. */
  close(): Promise<void>;
}

/** Every command with its options, under the global ones. */
export function makeProgram(): CommandLine {
  const program = speak(new Command("tierkeep"), () => language())
    .description("Customer tiering and maintenance (客户分层分级与维护)")
    .version(version)
    .option("--workspace <dir>", "where the data lives (or TIERKEEP_WORKSPACE)")
    .option("--json", "one JSON document on stdout")
    .option("--lang <language>", "zh or en", (value): Language => {
      if (value === "zh" || value === "en") return value;
      throw new InvalidArgumentError("zh or en");
    })
    .showHelpAfterError()
    .exitOverride();
  let running: Command | undefined;
  program.hook("preAction", (_, asked) => {
    running = asked;
  });

  const language = (): Language => program.opts<Global>().lang ?? (/^zh/i.test(process.env["LC_ALL"] ?? process.env["LANG"] ?? "") ? "zh" : "en");
  const json = (): boolean => program.opts<Global>().json === true;
  const directory = (otherwise = "tierkeep-workspace"): string => resolve(program.opts<Global>().workspace ?? process.env["TIERKEEP_WORKSPACE"] ?? otherwise);

  let close: () => Promise<void> = () => Promise.resolve();
  const cli = makeCli({
    get language() {
      return language();
    },
    json,
    directory,
    connect: async () => {
      const api = await connect(directory(), () => process.stderr.write(`${cli.text(waiting)}\n`));
      close = api.close;
      return api;
    },
  });

  ownCommands(program, cli, directory);
  for (const add of [...commands, cycleCommands]) add(program, cli);
  return { program, language, json, running: () => running, close: () => close() };
}

/** Making a workspace, serving it, and the demo. */
function ownCommands(program: Command, cli: Cli, directory: (otherwise?: string) => string): void {
  program
    .command("init")
    .description("make a workspace")
    .option("--zone <iana>", "time zone of the institution", "Asia/Shanghai")
    .option("--currency <code>", "ISO 4217 code", "CNY")
    .action(async (options: { zone: string; currency: string }) => {
      await createWorkspace(directory(), options);
      cli.print({ workspace: directory() }, () => cli.text({ zh: `已建立工作区 ${directory()}`, en: `Made the workspace ${directory()}` }));
    });

  program
    .command("serve")
    .description("serve the API and the workbench")
    .option("--port <n>", "port", portNumber, PORT)
    .option("--host <address>", "address to listen on", "127.0.0.1")
    .option("--behind-proxy", "a proxy that ends TLS stands before it (or TIERKEEP_BEHIND_PROXY=1)", process.env["TIERKEEP_BEHIND_PROXY"] === "1")
    .action(async ({ port, host, behindProxy }: { port: number; host: string; behindProxy: boolean }) => {
      const url = (await runningServer(directory()))?.url ?? (await serve({ directory: directory(), host, port, nextFree: false, behindProxy }));
      cli.print({ url }, () => cli.text({ zh: `工作台：${url}`, en: `Workbench: ${url}` }));
      const users = await (await cli.api()).get<{ items: unknown[] }>("/users?limit=1");
      if (users.items.length === 0) process.stderr.write(`${cli.text(nobody)}\n`);
    });

  program
    .command("demo")
    .description("a sample bank, graded and served")
    .option("--customers <n>", "people in the sample", wholeNumber, 20_000)
    .option("--port <n>", "port (the next free one is taken)", portNumber, PORT)
    .option("--no-serve", "stop when the sample is ready")
    .action(async (options: { customers: number; port: number; serve: boolean }) => {
      const where = directory(".demo");
      const running = await runningServer(where);
      const open = running === undefined ? await prepareDemo(where, options.customers, cli) : undefined;
      if (!options.serve) return open?.close();
      const url = running?.url ?? (await serve({ directory: where, host: "127.0.0.1", port: options.port, nextFree: true }, open));
      cli.print({ url, sign_ins: demoSignIns, password: DEMO_PASSWORD }, () => welcome(url, where, cli));
    });
}

const stopping = {
  zh: "按 Ctrl+C 停止；再次运行即从原数据继续，删除工作区目录即重新开始。",
  en: "Ctrl+C stops it; run it again to go on with the same data, delete the workspace's folder to start over.",
};
const forCommands = { zh: "在另一个终端中对演示数据使用命令行：", en: "For the command line on the demo, in another terminal:" };

/** A path as a shell takes it. */
const shellWord = (path: string): string => (/^[\w@%+=:,./-]+$/.test(path) ? path : `'${path.replaceAll("'", "'\\''")}'`);

function welcome(url: string, workspace: string, cli: Cli): string {
  const head = [cli.text({ zh: "用户名", en: "User name" }), cli.text({ zh: "密码", en: "Password" }), cli.text({ zh: "角色", en: "Role" })];
  const rows = demoSignIns.map(({ login, role }) => [login, DEMO_PASSWORD, cli.text(roleLabels[role])]);
  return `\n${cli.text({ zh: "工作台", en: "Workbench" })}  ${url}\n${cli.table(head, rows)}\n${[stopping, forCommands].map(cli.text).join("\n")}\n  export TIERKEEP_WORKSPACE=${shellWord(workspace)}`;
}
