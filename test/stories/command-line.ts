import { type ChildProcess, execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const bin = fileURLToPath(new URL("../../bin/tierkeep.js", import.meta.url));

export interface Answer {
  code: number;
  stdout: string;
  stderr: string;
  /** stdout as JSON; throws when it is not exactly one document. */
  json<T = Record<string, unknown>>(): T;
}

/** The command line as a person or a script runs it: the built program, in a workspace of its own. */
export interface CommandLine {
  directory: string;
  workspace: string;
  run(...args: string[]): Promise<Answer>;
  /** What a command that has to succeed says as JSON. */
  told<T = Record<string, unknown>>(...args: string[]): Promise<T>;
  /** The same with something on standard input. */
  tell(input: string, ...args: string[]): Promise<Answer>;
  start(...args: string[]): ChildProcess;
  dispose(): Promise<void>;
}

export async function commandLine(environment: Record<string, string> = {}): Promise<CommandLine> {
  const directory = await mkdtemp(join(tmpdir(), "tierkeep-story-"));
  const workspace = join(directory, "workspace");
  const { FORCE_COLOR: _, ...inherited } = process.env;
  const env = { ...inherited, LANG: "en_US.UTF-8", TIERKEEP_WORKSPACE: workspace, ...environment };
  const started: ChildProcess[] = [];
  const answer = (input: string, args: readonly string[]): Promise<Answer> =>
    new Promise((resolve) => {
      const child = execFile(process.execPath, [bin, ...args], { cwd: directory, env, maxBuffer: 1 << 28 }, (error, stdout, stderr) => {
        const code = error === null ? 0 : typeof error.code === "number" ? error.code : -1;
        resolve({ code, stdout, stderr, json: <T>() => JSON.parse(stdout) as T });
      });
      child.stdin?.end(input);
    });
  return {
    directory,
    workspace,
    run: (...args) => answer("", args),
    told: async <T>(...args: string[]) => {
      const { code, stderr, json } = await answer("", [...args, "--json"]);
      if (code !== 0) throw new Error(`${args.join(" ")} ended with ${code}: ${stderr}`);
      return json<T>();
    },
    tell: (input, ...args) => answer(input, args),
    start: (...args) => {
      const child = spawn(process.execPath, [bin, ...args], { cwd: directory, env, stdio: ["ignore", "pipe", "pipe"] });
      started.push(child);
      return child;
    },
    dispose: async () => {
      for (const child of started) await stopped(child, "SIGTERM");
      // A killed command leaves its PostgreSQL; the next one takes it over and stops it.
      await new Promise((resolve) => execFile(process.execPath, [bin, "runs", "--json"], { cwd: directory, env }, resolve));
      await rm(directory, { recursive: true, force: true });
    },
  };
}

/** Send a signal and wait until the process is gone. */
export async function stopped(child: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = once(child, "exit");
  child.kill(signal);
  await gone;
}

/** Resolve with the first match of `pattern` in what the process says, or reject when it ends without. */
export function said(child: ChildProcess, pattern: RegExp): Promise<RegExpMatchArray> {
  return new Promise((resolve, reject) => {
    let heard = "";
    const listen = (piece: Buffer): void => {
      heard += piece.toString("utf8");
      const match = heard.match(pattern);
      if (match !== null) resolve(match);
    };
    child.stdout?.on("data", listen);
    child.stderr?.on("data", listen);
    child.once("exit", (code) => reject(new Error(`ended with ${code} before saying ${pattern}:\n${heard}`)));
  });
}
