export { checkExpression, type ExpressionProblem } from "./check.js";
export { evaluate } from "./evaluate.js";
export { didYouMean, nearest } from "./nearest.js";
export { parseExpression } from "./parse.js";
export { toSql } from "./sql.js";
export { type Expression, ExpressionError, type Kind, namesIn, partsOf, print, rewrite, type Value } from "./syntax.js";
