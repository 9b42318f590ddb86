import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import type { Language, Text } from "../../../src/platform/schema.js";
import type { TextKey } from "../texts.js";

/** A bilingual text in the reader's language, or in the other one when that is all there is. */
export function pick(text: Text, language: Language): string {
  const other = language === "zh" ? text.en : text.zh;
  return text[language] === "" ? other : text[language];
}

/** Words in the reader's language: `t` for the workbench's own texts, `say` for bilingual data; the same until the language changes. */
export function useWords() {
  const { t, i18n } = useTranslation();
  const language: Language = i18n.language === "en" ? "en" : "zh";
  return useMemo(
    () => ({
      language,
      t: (key: TextKey, values: Record<string, string | number> = {}): string => t(key, values),
      say: (text: Text): string => pick(text, language),
    }),
    [t, language],
  );
}
