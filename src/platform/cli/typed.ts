import type { Command } from "commander";
import { ProblemError } from "../problem.js";
import type { Problem, Text } from "../schema.js";

/** A part of a request is told as what was typed for it: the command's own option or argument. */
export function asTyped(error: unknown, command: Command | undefined): unknown {
  if (!(error instanceof ProblemError) || command === undefined) return error;
  return new ProblemError(
    error.problems.map((one) => typed(one, command)),
    error.status,
  );
}

function typed(problem: Problem, command: Command): Problem {
  const { path, file } = problem.place ?? {};
  if (path === undefined || file !== undefined) return problem;
  const part = path.replace(/^(body|params|querystring)\//, "");
  const option = command.options.find(({ long }) => long === `--${part.replaceAll("_", "-")}`)?.long;
  const said = option ?? (command.registeredArguments.some((one) => one.name() === part) ? `<${part}>` : undefined);
  if (said === undefined) return problem;
  const message = path === part ? problem.message : inWords(problem.message, part, said);
  return { ...problem, message, place: { path: said } };
}

const inWords = ({ zh, en }: Text, part: string, said: string): Text => {
  const word = new RegExp(`\\b${part}\\b`, "g");
  return { zh: zh.replace(word, said), en: en.replace(word, said) };
};
