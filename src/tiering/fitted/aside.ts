import { inThread } from "../../platform/threads/index.js";
import { workModule } from "./work.js";

/** Of so many rows a fit with its holdout and plots takes some hundredths of a second, less than a thread takes to start. */
const FEW = 200;

/** A function of `work` on columns of so many rows, without holding up whoever else is served. */
export const aside = async <Given, Answer>(work: (given: Given) => Answer, given: Given, rows: number): Promise<Answer> =>
  rows <= FEW ? work(given) : inThread<Answer>(workModule, work.name, given);
