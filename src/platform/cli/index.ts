import Table from "cli-table3";
import type { Command } from "commander";
import type { OnProgress } from "../progress.js";
import type { Language, Text } from "../schema.js";
import type { ApiClient } from "./client.js";
import { progressBars } from "./progress.js";

export type { ApiClient } from "./client.js";

/** What a command may use. stdout is for answers alone; everything else goes to stderr. */
export interface Cli {
  language: Language;
  /** The API: of the running server, or of this process when none runs. */
  api(): Promise<ApiClient>;
  /** Where the workspace is, or would be: for what needs its files alone. */
  directory(): string;
  /** The answer: its JSON with --json, else what `human` says. */
  print(answer: unknown, human: () => string): void;
  text(text: Text): string;
  table(head: readonly string[], rows: readonly (readonly (string | number)[])[]): string;
  progress(): { report: OnProgress; stop(): void };
}

export type Commands = (program: Command, cli: Cli) => void;

export interface CliOptions {
  language: Language;
  json: () => boolean;
  directory(): string;
  connect(): Promise<ApiClient>;
}

export function makeCli(options: CliOptions): Cli {
  let connected: Promise<ApiClient> | undefined;
  return {
    get language() {
      return options.language;
    },
    api: () => {
      connected ??= options.connect();
      return connected;
    },
    directory: options.directory,
    print: (answer, human) => {
      process.stdout.write(options.json() ? `${JSON.stringify(answer)}\n` : `${human()}\n`);
    },
    text: (text) => text[options.language] || text.en || text.zh,
    table: (head, rows) => {
      const numeric = head.map((_, i) => rows.length > 0 && rows.every((row) => typeof row[i] === "number" || row[i] === ""));
      const table = new Table({ head: [...head], colAligns: numeric.map((is) => (is ? "right" : "left")), style: { head: [], border: [], compact: true } });
      for (const row of rows) table.push(row.map((cell) => (typeof cell === "number" ? cell.toLocaleString("en-US") : cell)));
      return table.toString();
    },
    progress: () => progressBars(options.language),
  };
}
