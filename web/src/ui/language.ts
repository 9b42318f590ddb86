import i18next from "i18next";
import { initReactI18next } from "react-i18next";
import type { Language } from "../../../src/platform/schema.js";
import { type Phrase, texts } from "../texts.js";

const remembered = "tierkeep.language";

/** What was chosen before, else what the browser asks for. */
export function firstLanguage(stored: string | null, browser: readonly string[]): Language {
  if (stored === "zh" || stored === "en") return stored;
  return browser[0]?.toLowerCase().startsWith("zh") === false ? "en" : "zh";
}

const resource = (language: Language): Record<string, string> => {
  const entries = Object.entries<Phrase>(texts).flatMap(([key, phrase]): [string, string][] => [
    [key, phrase[language]],
    ...(language === "en" && phrase.one !== undefined ? [[`${key}_one`, phrase.one] as [string, string]] : []),
  ]);
  return Object.fromEntries(entries);
};

function store(language: Language): void {
  try {
    localStorage.setItem(remembered, language);
  } catch {
    // A browser that keeps nothing still switches for this visit.
  }
}

function stored(): string | null {
  try {
    return localStorage.getItem(remembered);
  } catch {
    return null;
  }
}

/** Start with the right language; the document's `lang` follows it (line height and screen readers read it). */
export async function startLanguage(): Promise<void> {
  i18next.on("languageChanged", (language) => {
    document.documentElement.lang = language === "zh" ? "zh-CN" : "en";
  });
  await i18next.use(initReactI18next).init({
    lng: firstLanguage(stored(), navigator.languages),
    fallbackLng: "zh",
    resources: { zh: { translation: resource("zh") }, en: { translation: resource("en") } },
    keySeparator: false,
    nsSeparator: false,
    interpolation: { escapeValue: false },
  });
}

export async function chooseLanguage(language: Language): Promise<void> {
  store(language);
  await i18next.changeLanguage(language);
}
