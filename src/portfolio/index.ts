export { visibilityOf } from "./sight.js";
