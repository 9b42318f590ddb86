export { badName, isObject, type Known, type ReadPart, readPart } from "./issues.js";
export { type Path, readSource, type Source } from "./source.js";
export { readYaml } from "./yaml.js";
