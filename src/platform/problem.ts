import type { Place, Problem, Text } from "./schema.js";

/** Mistakes of the user, all of them at once. Anything else thrown is a bug of ours. */
export class ProblemError extends Error {
  readonly problems: readonly Problem[];
  readonly status: number;
  constructor(problems: readonly Problem[], status = 422) {
    super(problems.map((one) => `${one.code}: ${one.message.en}`).join("\n"));
    this.name = "ProblemError";
    this.problems = problems;
    this.status = status;
  }
}

/** Build one problem; `detail` gives its place and what to do about it. */
export function problem(code: string, message: Text, detail: { place?: Place; hint?: Text } = {}): Problem {
  return { code, message, ...detail };
}

/** Throw one problem; `status` is the HTTP status it answers with. */
export function refuse(code: string, message: Text, detail: { place?: Place; hint?: Text; status?: number } = {}): never {
  const { status, ...rest } = detail;
  throw new ProblemError([problem(code, message, rest)], status);
}
