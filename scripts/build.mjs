/** Builds dist/ (the program) and dist/web/ (the workbench), each only when its sources changed by content. */
import { existsSync, mkdirSync, readdirSync, rmdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { at, demandNode, filesBelow, fingerprint, readJson, runPackage, say } from "./machine.mjs";

const stamp = at("dist", ".built.json");
const isTest = (file) => /[.]test[.]tsx?$/.test(file);

/** Types are checked by `npm run check`; here they are only taken off, which is four times as quick. */
async function buildProgram() {
  const { code, output } = await runPackage("typescript/bin/tsc", ["-p", "tsconfig.build.json", "--noCheck", "--listEmittedFiles"]);
  if (code === 0) removeStale(new Set([...output.matchAll(/^TSFILE: (.+)$/gm)].map(([, path]) => path)));
  return { code, output };
}

/** What a former build left of sources that are gone would still be imported by someone. */
function removeStale(emitted, folder = at("dist")) {
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (path === at("dist", "web") || path === stamp) continue;
    if (entry.isDirectory()) {
      removeStale(emitted, path);
      if (readdirSync(path).length === 0) rmdirSync(path);
    } else if (!emitted.has(path.replaceAll("\\", "/"))) rmSync(path);
  }
}

const buildWeb = () => runPackage("vite/bin/vite.js", ["build", "web", "--outDir", at("dist", "web"), "--emptyOutDir", "--logLevel", "warn"]);

const parts = [
  {
    name: "program",
    title: "building the program … 正在构建程序",
    sources: ["src", "tsconfig.json", "tsconfig.build.json"],
    made: ["dist/app/cli.js"],
    build: buildProgram,
  },
  {
    name: "web",
    title: "building the workbench … 正在构建工作台页面",
    sources: ["web", "src", "tsconfig.json"],
    made: ["dist/web/index.html"],
    build: buildWeb,
  },
];

/** The web takes schemas (and types) from src; the rest of src cannot change its build. */
const sourcesOf = ({ name, sources }) =>
  filesBelow(...sources, "package-lock.json").filter((file) => !isTest(file) && (name !== "web" || !file.startsWith("src/") || file.endsWith("/schema.ts")));

/** Builds what is out of date; false when something failed, with the reason on stderr. */
export async function build() {
  const built = readJson(stamp) ?? {};
  let good = true;
  for (const part of parts) {
    const files = sourcesOf(part);
    if (!files.some((file) => file.startsWith(`${part.sources[0]}/`))) continue;
    const now = fingerprint(files);
    if (built[part.name] === now && part.made.every((path) => existsSync(at(path)))) continue;
    say(part.title);
    const { code, output } = await part.build();
    if (code === 0) {
      built[part.name] = now;
      mkdirSync(at("dist"), { recursive: true });
      writeFileSync(stamp, `${JSON.stringify(built, null, 2)}\n`);
    } else {
      good = false;
      say(output.trim());
    }
  }
  return good;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  demandNode();
  if (!(await build())) process.exit(1);
}
