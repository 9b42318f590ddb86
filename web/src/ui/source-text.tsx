import type { ReactNode } from "react";
import { Section } from "./page.js";
import { useWords } from "./words.js";

interface SourceTextProps {
  title: string;
  /** What the file is called when it is taken along. */
  file: string;
  text: string;
  /** It is unfolded by who wants to read it. */
  folded?: boolean;
}

/** A document as it was written, to read here or to take along, change and publish again. */
export function SourceText({ title, file, text, folded = false }: SourceTextProps): ReactNode {
  const { t } = useWords();
  const written = (
    <pre className="source" tabIndex={0}>
      {text}
    </pre>
  );
  return (
    <Section
      title={title}
      aside={
        <a href={`data:application/yaml;charset=utf-8,${encodeURIComponent(text)}`} download={file}>
          {t("ui.download", { file })}
        </a>
      }
    >
      {folded ? (
        <details>
          <summary>{t("ui.unfold")}</summary>
          {written}
        </details>
      ) : (
        written
      )}
    </Section>
  );
}
