/** The few things every script needs to know about this machine and this tree. Plain Node: it runs before anything is installed. */
import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { dirname, join, relative, sep } from "node:path";
import { fileURLToPath } from "node:url";

export const root = dirname(dirname(fileURLToPath(import.meta.url)));
export const at = (...parts) => join(root, ...parts);

const oldest = [20, 20];

/** Stops with one clear line where this Node is too old, before anything else can fail in a stranger way. */
export function demandNode() {
  const [major = 0, minor = 0] = process.versions.node.split(".").map(Number);
  if (major > oldest[0] || (major === oldest[0] && minor >= oldest[1])) return;
  process.stderr.write(
    `Tierkeep needs Node ${oldest.join(".")} or newer; this is ${process.versions.node}.\nTierkeep 需要 Node ${oldest.join(".")} 或更新版本，当前为 ${process.versions.node}。\n`,
  );
  process.exit(1);
}

export const say = (line) => process.stderr.write(`${line}\n`);

/** Runs a program to its end without a shell and without standard input; never throws for a non-zero exit. */
export function run(program, args, { env = {}, show = false, cwd = root } = {}) {
  const started = Date.now();
  return new Promise((done) => {
    // what a shown program prints goes to stderr: our own stdout stays for answers
    const child = spawn(program, args, { cwd, env: { ...process.env, ...env }, stdio: ["ignore", show ? 2 : "pipe", show ? 2 : "pipe"] });
    let output = "";
    child.stdout?.on("data", (part) => (output += part));
    child.stderr?.on("data", (part) => (output += part));
    child.on("error", (error) => done({ code: 127, output: `${program}: ${error.message}`, seconds: 0 }));
    child.on("close", (code, signal) =>
      done({ code: code ?? 1, output: signal ? `${output}\nended by ${signal}` : output, seconds: (Date.now() - started) / 1000 }),
    );
  });
}

/** Runs a program that is installed with the packages, by the Node that runs us. */
export function runPackage(bin, args, options) {
  return run(process.execPath, [at("node_modules", ...bin.split("/")), ...args], options);
}

const never = new Set(["node_modules", "dist", ".git", ".cache", ".demo", "coverage"]);

/** All files below a folder (or the file itself) as paths from the root, in order, leaving out what is generated. */
export function filesBelow(...places) {
  const found = [];
  const visit = (path) => {
    if (!existsSync(path)) return;
    if (!statSync(path).isDirectory()) return found.push(relative(root, path).split(sep).join("/"));
    for (const name of readdirSync(path).sort()) if (!never.has(name)) visit(join(path, name));
  };
  for (const place of places) visit(at(place));
  return found;
}

/** One hash over the names and contents of files: the answer to 'did anything change', whatever the clock says. */
export function fingerprint(files) {
  const hash = createHash("sha256");
  for (const file of files)
    hash
      .update(`${file}\0`)
      .update(readFileSync(at(file)))
      .update("\0");
  return hash.digest("hex");
}

export const readJson = (path) => (existsSync(path) ? JSON.parse(readFileSync(path, "utf8")) : undefined);
