import type { FastifyRequest } from "fastify";
import { unkeptIn, withoutUnkept } from "../characters.js";
import { refuse } from "../problem.js";

/** What the stores cannot keep, no honest request holds. */
export async function refuseUnkept({ params, query, body }: FastifyRequest): Promise<void> {
  const [found] = unkeptIn({ params, querystring: query, body });
  if (found === undefined) return;
  const path = withoutUnkept(found.join("/"));
  refuse(
    "http.nul",
    {
      zh: `请求内容含有无法保存的字符（NUL 或不成对的代理码）：${path}`,
      en: `${path}: the request holds a character that cannot be kept (NUL, or half of a surrogate pair)`,
    },
    { status: 422, place: { path }, hint: { zh: "去掉该字符后重试。", en: "Send it without." } },
  );
}
