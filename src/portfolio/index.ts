export { managersSeen, visibilityOf } from "./sight.js";
