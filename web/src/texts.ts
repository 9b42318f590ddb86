import { accessTexts } from "./access/texts.js";
import { customerTexts } from "./customer/texts.js";
import { cycleTexts } from "./cycle/texts.js";
import { intakeTexts } from "./intake/texts.js";
import { outreachTexts } from "./outreach/texts.js";
import { portfolioTexts } from "./portfolio/texts.js";
import { serviceTexts } from "./service/texts.js";
import { fitTexts } from "./tiering/fit-texts.js";
import { groupTexts } from "./tiering/group-texts.js";
import { nearTexts } from "./tiering/near-texts.js";
import { studioTexts } from "./tiering/studio-texts.js";
import { tieringTexts } from "./tiering/texts.js";
import { uiTexts } from "./ui/texts.js";

export type { Phrase } from "./ui/phrase.js";

/** Everything the workbench says by itself, in both languages side by side. */
export const texts = {
  ...uiTexts,
  ...accessTexts,
  ...customerTexts,
  ...intakeTexts,
  ...tieringTexts,
  ...groupTexts,
  ...studioTexts,
  ...nearTexts,
  ...fitTexts,
  ...portfolioTexts,
  ...outreachTexts,
  ...serviceTexts,
  ...cycleTexts,
} as const;
export type TextKey = keyof typeof texts;
