import type { FastifyRequest } from "fastify";
import { refuse } from "../problem.js";

/** PostgreSQL's text cannot hold the character NUL, and no honest request does. */
export async function refuseNul(request: FastifyRequest): Promise<void> {
  const path = pathOfNul(request.params, "params") ?? pathOfNul(request.query, "querystring") ?? pathOfNul(request.body, "body");
  if (path === undefined) return;
  refuse(
    "http.nul",
    { zh: `请求内容含有空字符（NUL）：${path}`, en: `${path}: the request holds the character NUL` },
    { status: 422, place: { path }, hint: { zh: "去掉该字符后重试。", en: "Send it without." } },
  );
}

/** Where the first NUL is in a parsed request, as a path. */
function pathOfNul(value: unknown, path: string): string | undefined {
  if (typeof value === "string") return value.includes("\0") ? path : undefined;
  if (typeof value !== "object" || value === null || Buffer.isBuffer(value)) return undefined;
  for (const [key, inner] of Object.entries(value)) {
    const found = key.includes("\0") ? path : pathOfNul(inner, `${path}/${key}`);
    if (found !== undefined) return found;
  }
  return undefined;
}
