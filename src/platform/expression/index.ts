export { type ExpressionProblem, type MoreFunctions, checkExpression } from "./check.js";
export { evaluate } from "./evaluate.js";
export { nearest } from "./nearest.js";
export { parseExpression } from "./parse.js";
export { type SqlOptions, toSql } from "./sql.js";
export { type Expression, ExpressionError, type Kind, type Value, namesIn, partsOf, print, rewrite } from "./syntax.js";
