import { hasZodFastifySchemaValidationErrors, isResponseSerializationError } from "fastify-type-provider-zod";
import { log } from "../log.js";
import { ProblemError, problem } from "../problem.js";
import type { Problem } from "../schema.js";
import type { Api } from "./api.js";

interface Answer {
  status: number;
  problems: readonly Problem[];
}

/** Every error leaves as an RFC 9457 document whose `problems` carry code, place and hint in both languages. */
export function answerProblems(server: Api): void {
  server.setErrorHandler((error, request, reply) => {
    const { status, problems } = answerTo(error, request.id);
    if (status >= 500) log.error({ err: error, reference: request.id, route: request.routeOptions.url }, "bug");
    const [first] = problems;
    return reply
      .status(status)
      .type("application/problem+json; charset=utf-8")
      .serializer(JSON.stringify)
      .send({ type: "about:blank", title: first?.message.en ?? "Error", status, detail: first?.message.zh, problems });
  });
}

function answerTo(error: unknown, reference: string): Answer {
  if (error instanceof ProblemError) return { status: error.status, problems: error.problems };
  if (hasZodFastifySchemaValidationErrors(error)) {
    const where = error.validationContext ?? "body";
    return { status: 422, problems: error.validation.map((one) => invalid(`${where}${one.instancePath}`, one.message ?? "")) };
  }
  const status = clientStatus(error);
  if (status !== undefined && !isResponseSerializationError(error)) {
    const message = error instanceof Error ? error.message : String(error);
    return { status, problems: [problem("http.bad_request", { zh: `请求无法处理：${message}`, en: message })] };
  }
  return { status: 500, problems: [bug(reference)] };
}

const invalid = (path: string, message: string): Problem =>
  problem("http.invalid", { zh: `请求内容不符合要求：${path}：${message}`, en: `${path}: ${message}` }, { place: { path } });

/** Our own mistake: the person gets a reference, the log gets the stack. */
export const bug = (reference: string): Problem =>
  problem(
    "bug",
    { zh: `系统内部错误（编号 ${reference}）`, en: `Something went wrong on our side (reference ${reference})` },
    { hint: { zh: "请把编号交给运维人员，日志中有详细信息。", en: "Give the reference to your operator; the log has the details." } },
  );

function clientStatus(error: unknown): number | undefined {
  if (typeof error !== "object" || error === null || !("statusCode" in error)) return undefined;
  const { statusCode } = error;
  return typeof statusCode === "number" && statusCode >= 400 && statusCode < 500 ? statusCode : undefined;
}
