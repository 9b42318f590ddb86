/** Runs vitest to its end and counts what it did from its own JSON report, not from what it prints. */
import { mkdirSync, rmSync } from "node:fs";
import { at, readJson, runPackage } from "./machine.mjs";

/** A file that does not load, an error outside any test, or a run without a report is a failure too: none may pass in silence. */
export async function runStories({ places = [], env = {} } = {}) {
  const report = at(".cache", "vitest.json");
  mkdirSync(at(".cache"), { recursive: true });
  rmSync(report, { force: true });
  const args = ["run", ...places, "--reporter=default", "--reporter=json", `--outputFile.json=${report}`];
  const { code } = await runPackage("vitest/vitest.mjs", args, { show: true, env });
  const result = readJson(report);
  if (!result) return { passed: 0, failed: 1, skipped: 0 };

  const unloaded = result.testResults.filter(
    ({ status, assertionResults }) => status === "failed" && !assertionResults.some((test) => test.status === "failed"),
  ).length;
  const counted = result.numFailedTests + unloaded;
  return { passed: result.numPassedTests, failed: code !== 0 && counted === 0 ? 1 : counted, skipped: result.numPendingTests + result.numTodoTests };
}

/** The closing line, alone and last, and the exit code that goes with it. */
export function close(...counts) {
  const sum = (key) => counts.reduce((total, count) => total + (count[key] ?? 0), 0);
  const [passed, failed, skipped] = [sum("passed"), sum("failed"), sum("skipped")];
  process.stdout.write(`${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ""}\n`);
  process.exitCode = failed > 0 || passed === 0 ? 1 : 0;
}
