import type { FastifyReply, FastifyRequest } from "fastify";
import { isResponseSerializationError } from "fastify-type-provider-zod";
import { log } from "../log.js";
import { ProblemError, problem } from "../problem.js";
import type { Problem, Text } from "../schema.js";
import { problemsOf } from "./invalid.js";

interface Answer {
  status: number;
  problems: readonly Problem[];
}

/** Every error leaves as an RFC 9457 document whose `problems` carry code, place and hint in both languages. */
export function answerError(error: unknown, request: Pick<FastifyRequest, "id" | "routeOptions">, reply: Pick<FastifyReply, "status">): FastifyReply {
  const { status, problems } = answerTo(error, request.id);
  if (status >= 500 && !(error instanceof ProblemError)) log.error({ err: error, reference: request.id, route: request.routeOptions.url }, "bug");
  const [first] = problems;
  return reply
    .status(status)
    .type("application/problem+json; charset=utf-8")
    .serializer(JSON.stringify)
    .send({ type: "about:blank", title: first?.message.en ?? "Error", status, detail: first?.message.zh, problems });
}

function answerTo(error: unknown, reference: string): Answer {
  if (error instanceof ProblemError) return { status: error.status, problems: error.problems };
  const unfit = problemsOf(error);
  if (unfit.length > 0) return { status: 422, problems: unfit };
  const status = clientStatus(error);
  if (status !== undefined && !isResponseSerializationError(error)) {
    return { status, problems: [problem("http.bad_request", refusal(status, error))] };
  }
  return { status: 500, problems: [bug(reference)] };
}

const refusals: Record<number, string> = {
  400: "请求格式不正确，无法解析",
  404: "接口不存在",
  406: "请求不是所需的形式",
  408: "请求超时",
  413: "请求内容过大",
  414: "请求地址过长",
  415: "不支持这种内容类型",
};

/** Fastify speaks English only; in Chinese we say what its status means. */
const refusal = (status: number, error: unknown): Text => ({
  zh: refusals[status] ?? `请求无法处理（HTTP ${status}）`,
  en: error instanceof Error ? error.message : String(error),
});

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
