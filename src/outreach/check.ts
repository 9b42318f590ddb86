import { isObject, type Path, readPart, readSource, type Source } from "../platform/document/index.js";
import { didYouMean } from "../platform/expression/index.js";
import type { Language, Problem, Text } from "../platform/schema.js";
import { exampleFilling } from "./filling.js";
import { fill, filters, mistakeOf, namesOf, type Parsed, parse, wordsOf } from "./liquid.js";
import { isPlace, placeNames, places } from "./places.js";
import { MessageChannel, Template } from "./schema.js";

/** Letters of a body as it is written. */
const MAX_BODY = 500;

/** A template that was checked, ready to be filled. */
export interface Checked {
  template: Template;
  bodies: Record<Language, Parsed>;
}

const pieces = /\{\{[\s\S]*?\}\}|\{%[\s\S]*?%\}/g;

/** Every problem of a template's text at once, and the template when there is none. */
export function checkTemplate(text: string, file = "template.yaml"): { problems: Problem[]; checked: Checked | undefined } {
  const source = readSource(text, file, "outreach");
  if (source.problems.length > 0) return { problems: withBracesHint(source.problems, text), checked: undefined };
  const { value, problems: ofChannels } = readChannels(source);
  const { part: template, problems: ofShape } = readPart(source, Template, value, [], { called: "template", keys: Object.keys(Template.shape) });
  const problems = [...ofShape, ...ofChannels];
  for (const language of ["zh", "en"] as const) {
    const body = isObject(value) && isObject(value["body"]) ? value["body"][language] : undefined;
    if (typeof body === "string") problems.push(...wordProblems(source, ["body", language], body));
  }
  if (template === undefined || problems.length > 0) return { problems, checked: undefined };
  return { problems, checked: { template, bodies: { zh: parse(template.body.zh), en: parse(template.body.en) } } };
}

/** YAML takes a text that begins with braces for something else: that is the mistake most easily made here. */
function withBracesHint(problems: readonly Problem[], text: string): Problem[] {
  const lines = text.split("\n");
  return problems.map((one) =>
    /:\s*\{[{%]/.test(lines[(one.place?.line ?? 1) - 1] ?? "")
      ? { ...one, hint: { zh: "以 {{ 或 {% 开头的正文要写在引号里", en: "a text that begins with {{ or {% has to stand in quotes" } }
      : one,
  );
}

/** What a person has to do is a channel, but nothing is sent by it: told with its own words, and left out of what the schema sees. */
function readChannels(source: Source): { value: unknown; problems: Problem[] } {
  const { value } = source;
  if (!isObject(value) || !Array.isArray(value["channels"])) return { value, problems: [] };
  const channels: unknown[] = value["channels"];
  const isMessage = (channel: unknown) => MessageChannel.safeParse(channel).success;
  const problems = channels.flatMap((channel, i) =>
    isMessage(channel)
      ? []
      : source.at(
          ["channels", i],
          "outreach.no_message_channel",
          { zh: `${String(channel)} 不能发送消息`, en: `nothing is sent by ${String(channel)}` },
          {
            zh: `可用：${MessageChannel.options.join("、")}；需要人去做的写在服务计划里`,
            en: `there are ${MessageChannel.options.join(", ")}; what a person does is a service plan's`,
          },
        ),
  );
  return { value: problems.length === 0 ? value : { ...value, channels: [...channels.filter(isMessage), ...MessageChannel.options].slice(0, 1) }, problems };
}

/** Words in their file. */
interface Passage {
  /** The line of a piece: of the next one like it for who reads them in their order. */
  lineOf(piece: string): number | undefined;
  /** A problem of these words, at a line of its own if it is known. */
  problem(code: string, message: Text, hint?: Text, line?: number): Problem;
}

/** How many characters of its file a letter of words may take: an escape and an indentation. */
const AS_WRITTEN = 20;

function passageOf(source: Source, path: Path, body: string): Passage {
  const begin = source.startOf(source.at(path, "", { zh: "", en: "" }).place?.line ?? 1);
  const near = source.text.slice(begin, begin + 1000 + body.length * AS_WRITTEN);
  let from = 0;
  return {
    lineOf(piece) {
      const at = near.indexOf(piece.split("\n")[0] ?? piece, from);
      if (at < 0) return undefined;
      from = at + 1;
      return source.lineOf(begin + at);
    },
    problem(code, message, hint, line) {
      const told = source.at(path, `${source.area}.${code}`, message, hint);
      return line === undefined ? told : { ...told, place: { ...told.place, line } };
    },
  };
}

const inPairs = { zh: "{{ 与 }}、{% 与 %}、if 与 endif 要成对", en: "{{ and }}, {% and %}, if and endif come in pairs" } as const satisfies Text;

/** Every problem of words with places, which stand at a path of a document. */
export function wordProblems(source: Source, path: Path, body: string): Problem[] {
  const passage = passageOf(source, path, body);
  const letters = [...body].length;
  if (body.trim() === "") return [passage.problem("empty_body", { zh: "正文是空的", en: "the body is empty" })];
  // nothing else is asked of a text of any length, which may have been made to take long
  if (letters > MAX_BODY)
    return [passage.problem("long_body", { zh: `正文有 ${letters} 个字，最多 ${MAX_BODY} 个`, en: `the body has ${letters} characters; at most ${MAX_BODY}` })];
  const problems: Problem[] = [];
  // each piece by itself, so that five mistakes give five problems; what is wrong is left out of what follows
  const rest = body.replaceAll(pieces, (piece) => {
    const line = passage.lineOf(piece);
    const judged = piece.startsWith("{{") ? judgeOutput(piece) : judgeTag(piece);
    problems.push(...judged.mistakes.map(({ code, message, hint }) => passage.problem(code, message, hint, line)));
    return judged.instead;
  });
  const mistake = mistakeOf(rest);
  if (mistake !== undefined) return [...problems, passage.problem("liquid", { zh: `写法有误：${mistake}`, en: mistake }, inPairs)];
  return [...problems, ...unguarded(passage, rest)];
}

interface Mistake {
  code: string;
  message: Text;
  hint?: Text | undefined;
}

/** What is wrong with one piece, and what stands in its place for judging the rest. */
interface Judged {
  mistakes: Mistake[];
  instead: string;
}

const unreadable = (mistake: string): Mistake => ({ code: "liquid", message: { zh: `写法有误：${mistake}`, en: mistake } });

/** Names that are no places, in a piece that can be read. */
const strangers = (piece: string): Mistake[] =>
  namesOf(parse(piece))
    .filter((named) => !isPlace(named))
    .map((named) => ({
      code: "unknown_place",
      message: { zh: `没有名为 ${named} 的变量`, en: `there is no place ${named}` },
      hint: didYouMean(named, placeNames),
    }));

/** A range counts from a number to another, which may be millions: there is nothing in a text to count. */
const rangeIn = (piece: string): Mistake[] =>
  /\([^)]*\.\./.test(piece.replaceAll(/"[^"]*"|'[^']*'/g, ""))
    ? [{ code: "liquid", message: { zh: "写法有误：模板里不能用范围 (1..3)", en: "ranges such as (1..3) are not for templates" } }]
    : [];

function judgeOutput(piece: string): Judged {
  const mistake = mistakeOf(piece);
  if (mistake === undefined) {
    const mistakes = [...strangers(piece), ...rangeIn(piece)];
    return { mistakes, instead: mistakes.length === 0 ? piece : "" };
  }
  const filter = /undefined filter: (\S+)/.exec(mistake)?.[1];
  if (filter === undefined) return { mistakes: [unreadable(mistake)], instead: "" };
  const unknown = {
    code: "unknown_filter",
    message: { zh: `没有名为 ${filter} 的过滤器`, en: `there is no filter ${filter}` },
    hint: didYouMean(filter, filters),
  };
  // the engine stops at a filter it does not know; the place before it may be wrong as well
  const bare = `${piece.split("|")[0] ?? ""}}}`;
  return { mistakes: [unknown, ...(mistakeOf(bare) === undefined ? strangers(bare) : [])], instead: "" };
}

const conditional = ["if", "elsif", "unless"];
const tagWords = [...conditional, "else", "endif", "endunless"];

function judgeTag(piece: string): Judged {
  const word = /^\{%-?\s*(\w*)/.exec(piece)?.[1] ?? "";
  if (!tagWords.includes(word)) {
    // of a tag with a beginning and an end, the beginning is told
    if (/^end\w/.test(word)) return { mistakes: [], instead: "" };
    const known = { zh: `可用：${tagWords.join("、")}`, en: `there are: ${tagWords.join(", ")}` };
    return { mistakes: [{ code: "unknown_tag", message: { zh: `模板里不能用 ${piece}`, en: `${piece} is not for templates` }, hint: known }], instead: "" };
  }
  if (!conditional.includes(word)) return { mistakes: [], instead: piece };
  const alone = `${piece.replace(/^\{%-?\s*\w+/, "{% if")}{% endif %}`;
  const mistake = mistakeOf(alone);
  const mistakes = mistake === undefined ? [...strangers(alone), ...rangeIn(alone)] : [unreadable(mistake)];
  // what it was meant to guard is not written, so that nothing is said of it
  return { mistakes, instead: mistakes.length === 0 ? piece : `{% ${word} ${word === "unless"} %}` };
}

/** Places that stand bare although nothing may be known there: such a text would not be sent. */
function unguarded(passage: Passage, body: string): Problem[] {
  const parsed = parse(body);
  const optional = placeNames.filter((place) => places[place].optional);
  let bare: typeof optional;
  try {
    bare = optional.filter((place) => !fill(parsed, exampleFilling("service", "zh", place)).whole);
  } catch (error) {
    return [passage.problem("liquid", unreadable(wordsOf(error)).message)]; // filters that make too much of a text
  }
  return bare.map((place) =>
    passage.problem(
      "may_be_empty",
      { zh: `${place}（${places[place].label.zh}）可能没有内容`, en: `${place} (${places[place].label.en}) may be empty` },
      { zh: `写成 {% if ${place} %}…{% endif %}，或加 | default: '…'`, en: `put it between {% if ${place} %} and {% endif %}, or add | default: '…'` },
    ),
  );
}
