export { badName, isObject, type Known, readPart } from "./issues.js";
export { type Path, readSource, type Source } from "./source.js";
