import { createReadStream, statSync } from "node:fs";
import { createInterface } from "node:readline";
import { setTimeout } from "node:timers/promises";
import type { Command } from "commander";
import type { ApiClient } from "../../platform/cli/client.js";
import type { Cli } from "../../platform/cli/index.js";
import { ProblemError, problem, refuse } from "../../platform/problem.js";
import type { Problem, Text } from "../../platform/schema.js";
import type { FactReceipt } from "../schema.js";

/** Facts of one request: as many as are written in one go anyway. */
const AT_ONCE = 1_000;
const COME_AGAIN_MS = 2_000;

interface Sent {
  loaded: number;
  unchanged: number;
  set_aside: number;
  batches: string[];
  set_aside_lines: { line: number; code: string | null; column: string | null; reason: Text | null }[];
}

export function liveCommands(program: Command, cli: Cli): void {
  program
    .command("facts")
    .description("send facts, one JSON object a line; what was sent before changes nothing")
    .argument("<file>", "JSON lines; - for standard input")
    .requiredOption("--source <source>", "namespace of the customer ids")
    .action(async (file: string, { source }: { source: string }) => {
      const api = await cli.api();
      const sent: Sent = { loaded: 0, unchanged: 0, set_aside: 0, batches: [], set_aside_lines: [] };
      for await (const lines of linesOf(file)) await send(api, source, lines, file, sent);
      cli.print(sent, () => say(sent, cli));
    });
}

interface Line {
  line: number;
  fact: unknown;
}

async function* linesOf(file: string): AsyncGenerator<Line[]> {
  if (file !== "-" && statSync(file, { throwIfNoEntry: false })?.isFile() !== true)
    refuse(
      "intake.no_such_file",
      { zh: `找不到文件 ${file}`, en: `There is no file ${file}` },
      { place: { file }, hint: { zh: "检查路径。", en: "Check the path." } },
    );
  const problems: Problem[] = [];
  let held: Line[] = [];
  let line = 0;
  for await (const text of createInterface({ input: file === "-" ? process.stdin : createReadStream(file), crlfDelay: Number.POSITIVE_INFINITY })) {
    line++;
    if (text.trim() === "") continue;
    try {
      held.push({ line, fact: JSON.parse(text) as unknown });
    } catch {
      problems.push(problem("intake.not_json", { zh: "这一行不是 JSON", en: "this line is not JSON" }, { place: { file, line } }));
    }
    if (problems.length > 0 || held.length < AT_ONCE) continue;
    yield held;
    held = [];
  }
  if (problems.length > 0) throw new ProblemError(problems);
  if (held.length > 0) yield held;
}

/** Send, and where there is no room just now again; what is wrong is told of the file's lines. */
async function send(api: ApiClient, source: string, lines: readonly Line[], file: string, sent: Sent): Promise<void> {
  const body = { source, facts: lines.map(({ fact }) => fact) };
  for (;;) {
    try {
      const { batch, loaded, unchanged, set_aside, facts } = await api.post<FactReceipt>("/facts", body);
      sent.loaded += loaded;
      sent.unchanged += unchanged;
      sent.set_aside += set_aside;
      if (!sent.batches.includes(batch)) sent.batches.push(batch);
      for (const [i, { status, code, column, reason }] of facts.entries())
        if (status === "set_aside") sent.set_aside_lines.push({ line: lines[i]?.line ?? 0, code, column, reason });
      return;
    } catch (error) {
      if (!(error instanceof ProblemError)) throw error;
      if (error.status !== 503) throw new ProblemError(error.problems.map((one) => inFile(one, lines, file)));
      await setTimeout(COME_AGAIN_MS);
    }
  }
}

/** A place in the request as a place in the file. */
function inFile(told: Problem, lines: readonly Line[], file: string): Problem {
  const [, at, path] = told.place?.path?.match(/^body\/facts\/(\d+)(?:\/(.*))?$/) ?? [];
  const line = at === undefined ? undefined : lines[Number(at)]?.line;
  return line === undefined ? told : { ...told, place: { file, line, ...(path === undefined ? {} : { path }) } };
}

const SHOWN = 50;

function say({ loaded, unchanged, set_aside, set_aside_lines, batches }: Sent, cli: Cli): string {
  const counts = cli.table(
    [cli.text({ zh: "载入", en: "Loaded" }), cli.text({ zh: "未变", en: "Unchanged" }), cli.text({ zh: "搁置", en: "Set aside" })],
    [[loaded, unchanged, set_aside]],
  );
  if (set_aside === 0) return counts;
  const rows = set_aside_lines.slice(0, SHOWN).map(({ line, column, reason }) => [line, column ?? "", reason === null ? "" : cli.text(reason)]);
  const table = cli.table(
    [cli.text({ zh: "行", en: "Line" }), cli.text({ zh: "列", en: "Column" }), cli.text({ zh: "搁置原因", en: "Set aside because" })],
    rows,
  );
  const more = batches.map((batch) => `tierkeep imports show ${batch}`).join("\n");
  return `${counts}\n${table}\n${cli.text({ zh: "逐行查看", en: "Row by row" })}: ${more}`;
}
