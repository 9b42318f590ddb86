import { accessTexts } from "./access/texts.js";
import { customerTexts } from "./customer/texts.js";
import { intakeTexts } from "./intake/texts.js";
import { tieringTexts } from "./tiering/texts.js";
import { uiTexts } from "./ui/texts.js";

/** One phrase of the workbench; `one` is English for exactly one of `count`. */
export interface Phrase {
  readonly zh: string;
  readonly en: string;
  readonly one?: string;
}

/** Everything the workbench says by itself, in both languages side by side. */
export const texts = { ...uiTexts, ...accessTexts, ...customerTexts, ...intakeTexts, ...tieringTexts } as const;
export type TextKey = keyof typeof texts;
