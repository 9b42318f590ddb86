import { type Command, Help } from "commander";
import type { Language } from "../../platform/schema.js";
import { chinese } from "./chinese.js";

const headings: Readonly<Record<string, string>> = { "Usage:": "用法：", "Arguments:": "参数：", "Options:": "选项：", "Commands:": "命令：" };

/** What the parser finds wrong with a line; the names in quotes stay as they were written. */
const mistakes: readonly (readonly [RegExp, string])[] = [
  [/^error: unknown command '(.*)'$/, "没有命令 $1"],
  [/^error: unknown option '(.*)'$/, "没有选项 $1"],
  [/^error: missing required argument '(.*)'$/, "缺少参数 $1"],
  [/^error: option '(.*)' argument missing$/, "选项 $1 缺少取值"],
  [/^error: required option '(.*)' not specified$/, "缺少必填的选项 $1"],
  [/^error: too many arguments(?: for '(.*)')?\. Expected (\d+) arguments? but got (\d+)(?:: .*)?\.?$/, "参数过多：需要 $2 个，给出了 $3 个"],
  [/^\(Did you mean (?:one of )?(.*)\?\)$/, "（是否想写 $1？）"],
];

const say = (words: string, language: Language): string => (language === "zh" ? (chinese[words] ?? words) : words);

/** A mistake of the line's form, in the reader's language. */
export function sayMistake(said: string, language: Language): string {
  if (language === "en") return said;
  return said
    .split("\n")
    .map((line) => {
      const invalid = /^error: (?:option|command-argument value) '(.*?)'(?: argument '(.*?)')? is invalid(?: for argument '(.*?)')?\.\s*(.*)$/.exec(line);
      if (invalid !== null)
        return `${invalid[1]} 的取值${invalid[2] === undefined ? "" : ` ${invalid[2]} `}无效：${say(invalid[4] ?? "", language).replace(/^Allowed choices are (.*)\.$/, "可选 $1")}`;
      const found = mistakes.find(([form]) => form.test(line));
      return found === undefined ? line : line.replace(found[0], found[1]);
    })
    .join("\n");
}

/** Help and mistakes of a program, and of the commands that are added to it later, in the language it is asked in. */
export function speak(program: Command, language: () => Language): Command {
  const plain = new Help();
  return program
    .configureHelp({
      styleTitle: (title) => (language() === "zh" ? (headings[title] ?? title) : title),
      commandDescription: (command) => say(plain.commandDescription(command), language()),
      subcommandDescription: (command) => say(command.summary() || command.description(), language()),
      argumentDescription: (argument) => say(argument.description, language()),
      optionDescription: (option) => {
        const described = plain.optionDescription(option);
        const more = described.slice(option.description.length);
        const told = language() === "zh" ? more.replace("(default: ", "（默认 ").replace(/\)$/, "）") : more;
        return `${say(option.description, language())}${told}`;
      },
    })
    .configureOutput({ outputError: (said, write) => write(sayMistake(said, language())) });
}
