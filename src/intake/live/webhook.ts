import { Webhook, WebhookVerificationError } from "standardwebhooks";
import { operator } from "../../access/index.js";
import { ExpressionError, namesIn, parseExpression } from "../../platform/expression/index.js";
import { ProblemError, problem, refuse } from "../../platform/problem.js";
import type { Workspace } from "../../platform/workspace/index.js";
import { flat, isObject, parseExactly } from "../formats/json.js";
import type { ParsedMapping } from "../mapping.js";
import { mappingByName } from "../mappings.js";
import { type FileMapping, MOST_FACTS } from "../schema.js";
import type { Delivery } from "./deliveries.js";
import type { Rows } from "./rows.js";

/** Where the secret of a webhook stands: one for every mapping that takes them. */
export const secretName = (name: string): string => `TIERKEEP_WEBHOOK_${name.toUpperCase().replaceAll("-", "_")}`;

/**
 * What a system sent to its webhook, to be delivered by the mapping of that name. The signature is that of Standard Webhooks
 * (standardwebhooks.com): HMAC-SHA256 over id, time and body, no older than five minutes.
 */
export async function webhookDelivery(workspace: Workspace, name: string, headers: Record<string, string>, body: string): Promise<Delivery> {
  const content = verified(name, headers, body);
  if (content === undefined) refuse("intake.not_json", { zh: "内容不是 JSON", en: "The content is not JSON" }, { status: 400 });
  const parsed = await mappingByName(workspace, name, 404);
  const [part, file] = onlyPart(parsed);
  const columns = namesOf(file);
  const rows = rowsIn(content).map((row) => flat(row));
  const cells = rows.map((row) => columns.map((column) => row.get(column) ?? null));
  const parts: Rows[] = [{ part, columns, cells }];
  const keys = file.facts.flatMap(({ key }) => (key === undefined ? [] : [key.map((column) => columns.indexOf(column))]));
  const ids = keys.flatMap((key, i) => cells.map((row) => JSON.stringify([i, ...key.map((at) => row[at] ?? null)])));
  return { actor: operator, parsed, shown: `POST /webhooks/${name}`, parts, ids };
}

function verified(name: string, headers: Record<string, string>, body: string): unknown {
  const secret = /^[a-z0-9_-]+$/.test(name) ? process.env[secretName(name)] : undefined;
  if (secret === undefined || secret === "")
    refuse(
      "intake.no_webhook",
      { zh: "没有此名称的 webhook", en: "There is no webhook of this name" },
      { status: 404, hint: { zh: "服务器须设置它的密钥，见 docs/api.md。", en: "The server has to be given its secret: see docs/api.md." } },
    );
  try {
    new Webhook(secret).verify(body, headers);
  } catch (error) {
    // the signature is looked at first: what is no JSON is told below
    if (error instanceof SyntaxError) return undefined;
    if (!(error instanceof WebhookVerificationError)) throw error;
    return refuse(
      "intake.bad_signature",
      { zh: "签名不符，或时间相差五分钟以上", en: "The signature does not match, or its time is off by five minutes or more" },
      {
        status: 401,
        hint: {
          zh: "检查密钥，以及请求头 webhook-id、webhook-timestamp、webhook-signature。",
          en: "Check the secret, and the headers webhook-id, webhook-timestamp and webhook-signature.",
        },
      },
    );
  }
  return parseExactly(body);
}

/** A webhook's rows are of one kind and nothing lies beside them. */
function onlyPart({ name, mapping }: ParsedMapping): [string, FileMapping] {
  const [only, ...more] = Object.entries(mapping.files);
  if (only !== undefined && more.length === 0 && Object.keys(only[1].lookups).length === 0 && only[1].load === "delta") return only;
  throw new ProblemError([
    problem(
      "intake.not_for_webhooks",
      { zh: `映射 ${name} 不能用于 webhook`, en: `The mapping ${name} cannot read a webhook` },
      { hint: { zh: "需要只有一个部分、没有 lookups、也不是快照的映射。", en: "It takes a mapping with one part, without lookups, and no snapshot." } },
    ),
  ]);
}

/** Every column a part speaks of: what a payload leaves out is unknown, not a mistake. An expression that is none is told when the part is read. */
function namesOf({ facts, set_aside }: FileMapping): string[] {
  const texts = [
    ...set_aside.map(({ when }) => when),
    ...facts.flatMap(({ when, map }) => [...(when === undefined ? [] : [when]), ...Object.values(map).map(String)]),
  ];
  const names = texts.flatMap((text) => {
    try {
      return namesIn(parseExpression(text));
    } catch (error) {
      if (error instanceof ExpressionError) return [];
      throw error;
    }
  });
  return [...new Set([...names, ...facts.flatMap(({ key }) => key ?? [])])];
}

/** An object is a row; a list is one of each of its objects. */
function rowsIn(content: unknown): Record<string, unknown>[] {
  const rows = Array.isArray(content) ? content : [content];
  const objects = rows.filter(isObject);
  if (objects.length === rows.length && rows.length > 0 && rows.length <= MOST_FACTS) return objects;
  return refuse(
    "intake.no_rows",
    {
      zh: `内容须是一个 JSON 对象，或不超过 ${MOST_FACTS} 个对象的列表`,
      en: `The content has to be a JSON object, or a list of at most ${MOST_FACTS} of them`,
    },
    { status: 422 },
  );
}
