import jsep from "jsep";
import { type Comparison, type Expression, ExpressionError, partsOf } from "./syntax.js";

const LENGTH = 20_000;
const NESTING = 60;
const DEPTH = 200;

const comparisons: Record<string, Comparison> = { "=": "=", "==": "=", "!=": "<>", "<>": "<>", "<": "<", "<=": "<=", ">": ">", ">=": ">=" };
const precedence: Record<string, number> = { or: 1, and: 2, in: 6, not_in: 6, is: 6, "+": 9, "-": 9, "*": 10, "/": 10 };
const words = new Set(["and", "or", "not", "in", "is", "not_in", "this"]);

jsep.plugins.registered = {};
jsep.removeAllBinaryOps();
jsep.removeAllUnaryOps();
for (const [op, strength] of Object.entries(precedence)) {
  jsep.addBinaryOp(op, strength);
  if (/[a-z]/.test(op)) jsep.addBinaryOp(op.toUpperCase(), strength);
}
for (const op of Object.keys(comparisons)) jsep.addBinaryOp(op, 6);
for (const op of ["-", "+", "not", "NOT"]) jsep.addUnaryOp(op);

for (const [word, value] of Object.entries({ NULL: null, TRUE: true, FALSE: false })) jsep.addLiteral(word, value);

type Node = jsep.CoreExpression & { grouped?: boolean };

jsep.hooks.add("gobble-token", function (env) {
  if (this.char === "(") {
    // Parentheses are remembered: `not a = 1` denies the comparison, `(not a) = 1` does not.
    const group = this.gobbleGroup();
    if (group) env.node = { ...group, grouped: true };
  } else if (this.char === "`") {
    // `Customer ID`: a name with spaces or signs in it.
    const close = this.expr.indexOf("`", this.index + 1);
    if (close < 0) this.throwError("Unclosed `");
    env.node = { type: "Identifier", name: this.expr.slice(this.index + 1, close), quoted: true };
    this.index = close + 1;
  }
});

/** Text outside of quotes, piece by piece: the scans below must not look into people's strings. */
function outsideQuotes(text: string, change: (piece: string) => string): string {
  return text.replace(/'(?:\\[\s\S]|[^'\\])*'|"(?:\\[\s\S]|[^"\\])*"|`[^`]*`|[^'"`]+/g, (piece) => (/^['"`]/.test(piece) ? piece : change(piece)));
}

function checkNesting(text: string): void {
  let depth = 0;
  let deepest = 0;
  outsideQuotes(text, (piece) => {
    for (const char of piece) {
      if (char === "(" || char === "[") deepest = Math.max(deepest, ++depth);
      else if (char === ")" || char === "]") depth--;
    }
    return piece;
  });
  if (deepest > NESTING) tooDeep();
}

function tooDeep(): never {
  throw new ExpressionError({ zh: "表达式嵌套过深", en: "the expression is nested too deeply" }, 0);
}

/** Long chains of + nest too; the engine and every step over the tree walk down them. */
function depthOf(e: Expression): number {
  return 1 + partsOf(e).reduce((deepest, part) => Math.max(deepest, depthOf(part)), 0);
}

function unexpected(what: string, at = 0): never {
  throw new ExpressionError({ zh: `此处不能使用 ${what}`, en: `${what} cannot stand here` }, at);
}

/** The first operand of an ungrouped comparison or sum may carry a `not` that belongs to the whole of it. */
function withoutLeadingNot(node: Node): Node | undefined {
  if (node.grouped) return undefined;
  if (node.type === "UnaryExpression" && /^not$/i.test(node.operator)) return node.argument as Node;
  if (node.type !== "BinaryExpression" || /^(and|or)$/i.test(node.operator)) return undefined;
  const left = withoutLeadingNot(node.left as Node);
  return left === undefined ? undefined : { ...node, left };
}

function listOf(node: Node): Expression[] {
  const items = node.type === "ArrayExpression" ? node.elements : node.type === "SequenceExpression" ? node.expressions : node.grouped ? [node] : undefined;
  if (items === undefined) {
    throw new ExpressionError({ zh: "in 之后需要列表，例如 ['a', 'b']", en: "after `in` comes a list, for example ['a', 'b']" }, 0);
  }
  return items.map((item) => (item === null ? unexpected(",") : convert({ ...(item as Node), grouped: true })));
}

function nullTest(left: Expression, right: Node): Expression {
  const inner = right.type === "UnaryExpression" && /^not$/i.test(right.operator) ? (right.argument as Node) : right;
  if (inner.type !== "Literal" || inner.value !== null) {
    throw new ExpressionError({ zh: "is 之后只能是 null 或 not null", en: "after `is` comes `null` or `not null`" }, 0);
  }
  return { type: "null_test", negated: inner !== right, of: left };
}

function logic(op: "and" | "or", left: Node, right: Node): Expression {
  // Chains are kept flat, so that a long list of conditions is not a deep one.
  const [a, b] = [convert(left), convert(right)];
  return { type: "logic", op, of: [...(a.type === "logic" && a.op === op && !left.grouped ? a.of : [a]), b] };
}

function binary(node: jsep.BinaryExpression): Expression {
  const [left, right] = [node.left as Node, node.right as Node];
  const op = node.operator.toLowerCase();
  const comparison = comparisons[op];
  if (comparison !== undefined) return { type: "compare", op: comparison, left: convert(left), right: convert(right) };
  switch (op) {
    case "and":
    case "or":
      return logic(op, left, right);
    case "in":
    case "not_in":
      return { type: "in", negated: op === "not_in", of: convert(left), list: listOf(right) };
    case "is":
      return nullTest(convert(left), right);
    case "+":
    case "-":
    case "*":
    case "/":
      return { type: "arithmetic", op, left: convert(left), right: convert(right) };
    default:
      return unexpected(op);
  }
}

function dotted(node: Node): string {
  if (node.type === "Identifier") return node.name;
  if (node.type === "MemberExpression" && !node.computed) return `${dotted(node.object as Node)}.${dotted(node.property as Node)}`;
  return unexpected("[ ]");
}

function literal(value: unknown): Expression {
  if (typeof value === "number" && !Number.isFinite(value)) {
    throw new ExpressionError({ zh: "数字过大", en: "the number is too large" }, 0);
  }
  if (typeof value === "number" || typeof value === "string" || typeof value === "boolean" || value === null) return { type: "literal", value };
  return unexpected("/ /"); // a regular expression: the one other literal jsep could give
}

function convert(node: Node): Expression {
  const denied = withoutLeadingNot(node);
  if (denied !== undefined) return { type: "not", of: convert(denied) };
  switch (node.type) {
    case "Literal":
      return literal(node.value);
    case "Identifier":
      return words.has(node.name.toLowerCase()) && node["quoted"] !== true ? unexpected(`\`${node.name}\``) : { type: "name", name: node.name };
    case "MemberExpression":
      return { type: "name", name: dotted(node) };
    case "UnaryExpression": {
      if (node.operator === "-") return negative(convert(node.argument as Node));
      return node.operator === "+" ? convert(node.argument as Node) : { type: "not", of: convert({ ...(node.argument as Node), grouped: true }) };
    }
    case "BinaryExpression":
      return binary(node);
    case "CallExpression":
      return {
        type: "call",
        name: dotted(node.callee as Node).toLowerCase(),
        given: node.arguments.map((one) => convert({ ...(one as Node), grouped: true })),
      };
    case "SequenceExpression":
      return unexpected(",");
    case "ArrayExpression":
      return unexpected("[ ]");
    case "Compound":
      throw new ExpressionError({ zh: "两部分之间缺少运算符", en: "an operator is missing between two parts" }, 0);
    default:
      return unexpected(node.type);
  }
}

function negative(of: Expression): Expression {
  return of.type === "literal" && typeof of.value === "number" ? { type: "literal", value: -of.value } : { type: "negative", of };
}

/** Read a condition or formula. Throws ExpressionError with the place where it stopped making sense. */
export function parseExpression(text: string): Expression {
  if (text.length > LENGTH) throw new ExpressionError({ zh: `表达式超过 ${LENGTH} 个字符`, en: `the expression is longer than ${LENGTH} characters` }, LENGTH);
  if (/\0|\p{Surrogate}/u.test(text))
    throw new ExpressionError({ zh: "表达式含有不可用的字符", en: "the expression holds a character that cannot be used" }, 0);
  if (text.trim() === "") throw new ExpressionError({ zh: "表达式为空", en: "the expression is empty" }, 0);
  checkNesting(text);
  const joined = outsideQuotes(text, (piece) => piece.replace(/\bnot(\s+)in\b/gi, (_, gap: string) => `not_in${" ".repeat(gap.length - 1)}`));
  try {
    const parsed = convert(jsep(`${joined} `) as Node);
    return depthOf(parsed) > DEPTH ? tooDeep() : parsed;
  } catch (error) {
    if (error instanceof ExpressionError) throw error;
    if (error instanceof RangeError) return tooDeep();
    if (!(error instanceof Error && "index" in error)) throw error;
    const at = Math.min(Number(error.index), text.length);
    const near = text.slice(at, at + 12).trim() || text.slice(-12).trim();
    throw new ExpressionError({ zh: `第 ${at + 1} 个字符附近（${near}）看不懂`, en: `cannot be read near character ${at + 1} (${near})` }, at);
  }
}
