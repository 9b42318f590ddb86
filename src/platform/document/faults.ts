import type { ErrorCode } from "yaml";
import type { Text } from "../schema.js";

const faults: Partial<Record<ErrorCode, string>> = {
  BAD_INDENT: "缩进有误",
  TAB_AS_INDENT: "缩进不能用制表符",
  DUPLICATE_KEY: "同一个键写了两次",
  MISSING_CHAR: "缺少符号（引号、冒号、逗号或空格）",
  UNEXPECTED_TOKEN: "此处出现了多余的内容",
  BAD_SCALAR_START: "文本不能以此符号开头，请加引号",
  BAD_DQ_ESCAPE: "双引号中的转义有误",
  BLOCK_AS_IMPLICIT_KEY: "冒号的位置有误，含冒号的文本请加引号",
  MULTILINE_IMPLICIT_KEY: "键不能跨行",
  MULTIPLE_DOCS: "只能有一个文档",
};

/** What YAML's own faults mean; its words go to the English reader alone. */
export const sayYamlFault = ({ code, message }: { code: ErrorCode; message: string }): Text => ({
  zh: `不是正确的 YAML：${faults[code] ?? "写法有误"}`,
  en: `not correct YAML: ${message.split("\n", 1)[0] ?? message}`,
});
