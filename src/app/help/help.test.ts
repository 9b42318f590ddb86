import type { Command } from "commander";
import { expect, test } from "vitest";
import { makeProgram } from "../program.js";
import { chinese } from "./chinese.js";
import { sayMistake } from "./index.js";

/** Words of errors alone, which no description holds. */
const ofMistakes = [
  "a whole number",
  "0 to 65535",
  "1 to 200",
  "1 to 499999",
  "a day from 1970-01-01 on",
  "canonical_column=file_column, separated by commas",
  "name=file_column, separated by commas, each name once",
  "a day that exists, as YYYY-MM-DD",
  "1 to 999",
  "a number above 0",
  "display help for command",
];

const described = (command: Command): string[] => [
  command.description(),
  ...command.options.map((one) => one.description),
  ...command.registeredArguments.map((one) => one.description),
  ...command.commands.flatMap(described),
];

const bare = (command: Command): string[] => [
  ...(command.description() === "" ? [command.name()] : []),
  ...[...command.options, ...command.registeredArguments].flatMap((one) => (one.description === "" ? [`${command.name()} ${one.name()}`] : [])),
  ...command.commands.flatMap(bare),
];

test("every command, option and argument says what it is", () => {
  expect(bare(makeProgram().program)).toEqual([]);
});

test("every description has its Chinese, and no Chinese is left over", () => {
  const words = new Set(described(makeProgram().program).filter((one) => one !== ""));
  expect([...words].filter((one) => chinese[one] === undefined)).toEqual([]);
  expect(Object.keys(chinese).filter((one) => !words.has(one) && !ofMistakes.includes(one))).toEqual([]);
});

test.each([
  ["error: unknown command 'tirs'\n(Did you mean tier?)", "没有命令 tirs\n（是否想写 tier？）"],
  ["error: option '--limit <n>' argument 'x' is invalid. 1 to 200", "--limit <n> 的取值 x 无效：应为 1 至 200"],
  ["error: option '--as <fact>' argument 'x' is invalid. Allowed choices are a, b.", "--as <fact> 的取值 x 无效：可选 a, b"],
  ["error: missing required argument 'model'", "缺少参数 model"],
  ["error: required option '--model <model>' not specified", "缺少必填的选项 --model <model>"],
  ["error: option '--day <date>' argument missing", "选项 --day <date> 缺少取值"],
  ["error: too many arguments for 'runs'. Expected 0 arguments but got 1.", "参数过多：需要 0 个，给出了 1 个"],
])("%j is said in Chinese", (said, zh) => {
  expect([sayMistake(said, "zh"), sayMistake(said, "en")]).toEqual([zh, said]);
});
