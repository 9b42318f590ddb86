import { CommanderError } from "commander";
import { fail } from "../platform/cli/fail.js";
import { asTyped } from "../platform/cli/typed.js";
import { problem } from "../platform/problem.js";
import { sayMistake } from "./help/index.js";
import { makeProgram } from "./program.js";

const { program, language, json, running, close } = makeProgram();

/** Help and mistakes of the command line's own form; what is wrong stands on stderr already. */
function usage(error: CommanderError): number {
  if (error.exitCode === 0) return 0;
  const en = error.message.replace(/^error: /, "");
  const told = problem(
    "cli.usage",
    { zh: `命令写法有误：${sayMistake(error.message, "zh")}`, en },
    { hint: { zh: "用 --help 查看用法。", en: "See --help." } },
  );
  if (process.argv.includes("--json")) process.stdout.write(`${JSON.stringify({ problems: [told] })}\n`);
  return 1;
}

try {
  await program.parseAsync();
  await close();
} catch (error) {
  process.exitCode = error instanceof CommanderError ? usage(error) : fail(asTyped(error, running()), { language: language(), json: json() });
  await close().catch(() => undefined);
}
