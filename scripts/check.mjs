/** `npm run check`: everything that can be said without running the product. Each named check counts as one test; all run to the end. */
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { houseRules } from "./checks/house.mjs";
import { ourTree, plantedViolations } from "./checks/rule.mjs";
import { at, runPackage, say } from "./machine.mjs";
import { ready } from "./ready.mjs";

/** A tool is content when it ends with 0; otherwise what it printed is the complaint. */
const tool = (bin, args) => async () => {
  const { code, output } = await runPackage(bin, args);
  return code === 0 ? [] : [output.trim()];
};

const types = (project) => {
  const cache = at(".cache", `${project.replaceAll("/", "-")}.tsbuildinfo`);
  return tool("typescript/bin/tsc", ["-p", project, "--noEmit", "--pretty", "false", "--incremental", "--tsBuildInfoFile", cache]);
};

/** The slow ones first: two run at a time, for two cores. */
const checks = [
  ["types of the program and its tests", types("test/tsconfig.json")],
  ...(existsSync(at("web/tsconfig.json")) ? [["types of the web", types("web/tsconfig.json")]] : []),
  ["floating promises and other traps (oxlint)", tool("oxlint/bin/oxlint", ["--type-aware", "--format=unix", "src", "web", "test", "scripts", "bench", "bin"])],
  ["nothing unused (knip)", tool("knip/bin/knip.js", ["--no-progress"])],
  ["dependency rule", ourTree],
  ["dependency rule catches what is planted", plantedViolations],
  ["format and lint (biome)", tool("@biomejs/biome/bin/biome", ["check", "--max-diagnostics=60", "--diagnostic-level=error", "--reporter=github", "."])],
  ...Object.entries(houseRules),
];

/** Runs all checks, two at a time; says each as it ends and gives back the count. */
export async function check() {
  const started = Date.now();
  const waiting = [...checks];
  const failed = [];
  const work = async () => {
    for (let next = waiting.shift(); next; next = waiting.shift()) {
      const [name, complaintsOf] = next;
      const from = Date.now();
      let complaints;
      try {
        complaints = await complaintsOf();
      } catch (error) {
        complaints = [error instanceof Error ? (error.stack ?? error.message) : String(error)];
      }
      if (complaints.length > 0) failed.push([name, complaints]);
      say(`${complaints.length > 0 ? "FAILED" : "ok    "} ${name} (${((Date.now() - from) / 1000).toFixed(1)} s)`);
    }
  };
  await Promise.all([work(), work()]);
  for (const [name, complaints] of failed) say(`\n── ${name} ──\n${complaints.join("\n")}`);
  say(`\n${checks.length} checks in ${((Date.now() - started) / 1000).toFixed(1)} s`);
  return { passed: checks.length - failed.length, failed: failed.length };
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  await ready({ build: false });
  const { passed, failed } = await check();
  process.stdout.write(`${passed} passed, ${failed} failed\n`);
  process.exitCode = failed > 0 ? 1 : 0;
}
