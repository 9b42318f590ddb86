import { type Breaks, elbow, naturalBreaks, type Weighted } from "./breaks.js";

export interface Parting {
  weighted: Weighted;
  classes: number;
  /** As many classes as the data show, `classes` at most. */
  elbow: boolean;
}

/** Where this module is, for a thread that is to part values. */
export const partingModule = new URL(import.meta.url);

/** Natural breaks or the elbow, asked by one value: what can be sent to a thread. */
export const part = (parting: Parting): Breaks => (parting.elbow ? elbow : naturalBreaks)(parting.weighted, parting.classes);
