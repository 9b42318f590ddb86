import { problem } from "../problem.js";
import type { Problem, Text } from "../schema.js";

/** What a schema found: zod's issue as the validator hands it on. */
interface Finding {
  keyword: string;
  instancePath: string;
  message?: string;
  params: Record<string, unknown>;
}

const kinds: Record<string, string> = {
  string: "文本",
  number: "数字",
  int: "整数",
  boolean: "true 或 false",
  array: "列表",
  object: "对象",
  record: "对象",
  null: "空值",
};

const list = (values: unknown): string => (Array.isArray(values) ? values.join("、") : String(values));

/** The finding in Chinese; zod's own words are the English. A schema's own check brings its Chinese as `params.zh`. */
function inChinese({ keyword, message = "", params }: Finding): string {
  const amount = params["origin"] === "string" ? "个字符" : params["origin"] === "array" ? "项" : "";
  switch (keyword) {
    case "invalid_type":
      if (message.endsWith("undefined")) return "缺少此项";
      return `应为${kinds[String(params["expected"])] ?? "其他类型"}`;
    case "invalid_value":
      return `应为以下之一：${list(params["values"])}`;
    case "too_small":
      return amount === "" ? `不能小于 ${String(params["minimum"])}` : `至少需要 ${String(params["minimum"])} ${amount}`;
    case "too_big":
      return amount === "" ? `不能大于 ${String(params["maximum"])}` : `最多 ${String(params["maximum"])} ${amount}`;
    case "invalid_format":
      return params["format"] === "regex" ? `格式应符合 ${String(params["pattern"])}` : "格式不正确";
    case "unrecognized_keys":
      return `不认识的项：${list(params["keys"])}`;
    case "custom":
      return ownChinese(params["params"]) ?? "不符合要求";
    default:
      return "不符合要求";
  }
}

function ownChinese(params: unknown): string | undefined {
  return typeof params === "object" && params !== null && "zh" in params && typeof params.zh === "string" ? params.zh : undefined;
}

/** One problem for each finding, with its place in the request. */
export function invalid(context: string, findings: readonly Finding[]): Problem[] {
  return findings.map((finding) => {
    const path = `${context}${finding.instancePath}`;
    const message: Text = { zh: `请求内容不符合要求：${path}：${inChinese(finding)}`, en: `${path}: ${finding.message ?? "invalid"}` };
    return problem("http.invalid", message, { place: { path } });
  });
}
