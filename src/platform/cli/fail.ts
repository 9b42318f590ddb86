import { styleText } from "node:util";
import { log } from "../log.js";
import { ProblemError } from "../problem.js";
import type { Language, Place, Problem } from "../schema.js";

// Coloured where a person looks at a terminal (or FORCE_COLOR asks for it), and never in what a script or a CI reads.
const red = (text: string): string => styleText("red", text, { stream: process.stderr });
const dim = (text: string): string => styleText("dim", text, { stream: process.stderr });

/** Say what went wrong and answer with the exit code: 1 a problem of the user's, 2 a bug of ours. */
export function fail(error: unknown, options: { language: Language; json: boolean }): 1 | 2 {
  if (error instanceof ProblemError) {
    if (options.json) process.stdout.write(`${JSON.stringify({ problems: error.problems })}\n`);
    process.stderr.write(`${error.problems.map((one) => say(one, options.language)).join("\n")}\n`);
    return error.problems.some((one) => one.code === "bug") ? 2 : 1;
  }
  log.fatal({ err: error }, "bug");
  const said = options.language === "zh" ? "系统内部错误，详情见上方日志。" : "Something went wrong on our side; the log above has the details.";
  if (options.json) process.stdout.write(`${JSON.stringify({ problems: [{ code: "bug", message: { zh: "系统内部错误", en: "Internal error" } }] })}\n`);
  process.stderr.write(`${red(said)}\n`);
  return 2;
}

function say(problem: Problem, language: Language): string {
  const place = problem.place === undefined ? "" : where(problem.place, problem.message[language]);
  const hint = problem.hint === undefined ? "" : `\n  ${dim(problem.hint[language])}`;
  return `${red("✗")} ${place}${problem.message[language]} ${dim(`[${problem.code}]`)}${hint}`;
}

/** The place, but for what the message begins with itself. */
function where(place: Place, message: string): string {
  const file = [place.file, place.line].filter((part) => part !== undefined).join(":");
  const path = place.path !== undefined && message.startsWith(place.path) && !/^\w/.test(message.slice(place.path.length)) ? "" : place.path;
  const said = [file, place.column, path].filter((part) => part !== undefined && part !== "").join(" ");
  return said === "" ? "" : `${said}: `;
}
