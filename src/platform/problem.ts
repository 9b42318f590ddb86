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

/** The problems an error tells people: its own, or that the disk is full, whoever found out. Undefined: it is a bug of ours. */
export function problemsIn(error: unknown): readonly Problem[] | undefined {
  if (error instanceof ProblemError) return error.problems;
  const code = error instanceof Error && "code" in error ? String(error.code) : "";
  const full = ["ENOSPC", "EDQUOT", DISK_FULL].includes(code) || (error instanceof Error && /No space left on device|quota exceeded/i.test(error.message));
  if (!full) return undefined;
  const hint = { zh: "腾出空间后重试；数据保持上一个完整状态。", en: "Make room and try again; the data is as it last was whole." };
  return [problem("disk.full", { zh: "磁盘空间不足", en: "The disk is full" }, { hint })];
}

/** PostgreSQL's code for it. */
const DISK_FULL = "53100";

/** Do every part, and tell at once what is wrong with any of them; what only one of them refuses keeps its status. */
export function allAtOnce<Parts extends Record<string, () => unknown>>(
  parts: Parts,
  before: readonly Problem[] = [],
): { [Key in keyof Parts]: ReturnType<Parts[Key]> } {
  const found: Problem[] = [...before];
  const statuses = new Set<number | undefined>(before.length > 0 ? [undefined] : []);
  const done = Object.entries(parts).map(([key, part]) => {
    try {
      return [key, part()];
    } catch (error) {
      if (!(error instanceof ProblemError)) throw error;
      found.push(...error.problems);
      statuses.add(error.status);
      return [key, undefined];
    }
  });
  const [status] = statuses.size === 1 ? statuses : [];
  if (found.length > 0) throw new ProblemError(found, status);
  return Object.fromEntries(done) as { [Key in keyof Parts]: ReturnType<Parts[Key]> };
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
