export { elbow, naturalBreaks } from "./breaks.js";
export { normalCdf, normalQuantile } from "./normal.js";
