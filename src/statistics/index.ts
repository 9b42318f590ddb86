export { elbow, naturalBreaks } from "./breaks.js";
