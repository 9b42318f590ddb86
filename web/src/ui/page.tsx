import type { ReactNode } from "react";
import { useWords } from "./words.js";

interface PageProps {
  /** The name in the browser's tab. */
  name: string;
  /** The one question this page answers. */
  question: string;
  /** Its answer, before any control. */
  answer?: ReactNode;
  actions?: ReactNode;
  children: ReactNode;
}

export function Page({ name, question, answer, actions, children }: PageProps): ReactNode {
  const { language } = useWords();
  return (
    <>
      <title>{`${name} · Tierkeep`}</title>
      <div className="page-head">
        <div>
          <h1 lang={language === "zh" ? "zh-CN" : "en"}>{question}</h1>
          <div className="page-answer">{answer}</div>
        </div>
        {actions && <div className="page-actions">{actions}</div>}
      </div>
      {children}
    </>
  );
}

export function Section({ title, aside, children }: { title: ReactNode; aside?: ReactNode; children: ReactNode }): ReactNode {
  return (
    <section className="section">
      <div className="section-head">
        <h2>{title}</h2>
        {aside}
      </div>
      {children}
    </section>
  );
}
