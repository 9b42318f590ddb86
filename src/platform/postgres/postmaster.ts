import { spawnSync } from "node:child_process";
import { link, readFile, rename, rm } from "node:fs/promises";
import { join } from "node:path";

/** What a server says of itself in postmaster.pid. */
export interface Postmaster {
  pid: number;
  ready: boolean;
}

/** Read postmaster.pid: lines pid, data, start, port, socket directory, address, shared memory, status. */
export async function readPostmaster(data: string): Promise<Postmaster | undefined> {
  const text = await readFile(join(data, "postmaster.pid"), "utf8").catch(() => undefined);
  const lines = text?.split("\n") ?? [];
  const pid = Number(lines[0]);
  return Number.isInteger(pid) && pid > 0 ? { pid, ready: lines[7]?.trim() === "ready" } : undefined;
}

/**
 * Take away the postmaster.pid of a process judged dead. Another starter may have put its own there since: the file is
 * moved aside first, looked at, and put back when it is not the one that was judged.
 */
export async function forgetPostmaster(data: string, judged: number): Promise<void> {
  const file = join(data, "postmaster.pid");
  const aside = join(data, `postmaster.pid.${process.pid}`);
  try {
    await rename(file, aside);
  } catch {
    return; // somebody else did
  }
  const first = (await readFile(aside, "utf8")).split("\n")[0];
  if (Number(first) !== judged) await link(aside, file).catch(() => undefined); // a third one is there already
  await rm(aside, { force: true });
}

function commandOf(pid: number): Promise<string> {
  return readFile(`/proc/${pid}/cmdline`, "utf8").catch((error: NodeJS.ErrnoException) => {
    if (process.platform === "linux" && error.code === "ENOENT") return "";
    return spawnSync("ps", ["-p", String(pid), "-o", "command="], { encoding: "utf8" }).stdout ?? "";
  });
}

function signalled(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}

/**
 * `running`: a PostgreSQL has this number. `gone`: nobody has. `other`: the number was given to another program, or what
 * has it is dead and only waits to be collected.
 */
export async function fateOf(pid: number): Promise<"running" | "gone" | "other"> {
  if (!signalled(pid)) return "gone";
  return (await commandOf(pid)).includes("postgres") ? "running" : "other";
}
