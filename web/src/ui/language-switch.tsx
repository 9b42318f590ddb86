import { Button } from "antd";
import type { ReactNode } from "react";
import { chooseLanguage } from "./language.js";
import { useWords } from "./words.js";

/** To the other language, named in that language. */
export function LanguageSwitch(): ReactNode {
  const { t, language } = useWords();
  const other = language === "zh" ? "en" : "zh";
  return (
    <Button type="text" lang={other === "zh" ? "zh-CN" : "en"} onClick={() => void chooseLanguage(other)}>
      {t("ui.other_language")}
    </Button>
  );
}
