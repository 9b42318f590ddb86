import { useWords } from "./words.js";

/** Where a published text came from, in words: an earlier version, a preset, the API, or a file by its name. */
export function useOrigin(): (origin: string) => string {
  const { t } = useWords();
  return (origin) => {
    const [, kind, of = ""] = /^(version|preset):(.+)$/.exec(origin) ?? [];
    if (kind === "version") return t("ui.origin_version", { version: of });
    if (kind === "preset") return t("ui.origin_preset", { preset: of });
    return origin === "api" ? t("ui.origin_api") : t("ui.origin_file", { file: origin });
  };
}
