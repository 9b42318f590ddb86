/** One phrase of the workbench; `one` is English for exactly one of `count`. */
export interface Phrase {
  readonly zh: string;
  readonly en: string;
  readonly one?: string;
}
