import { type ErrorComponentProps, Link } from "@tanstack/react-router";
import { Button } from "antd";
import type { ReactNode } from "react";
import { ProblemError } from "../api.js";
import { EmptyState, ProblemView } from "./states.js";
import { useWords } from "./words.js";

/** A page that threw: a refusal of the server shows its problems, anything else is a bug of ours. */
export function BrokenPage({ error }: ErrorComponentProps): ReactNode {
  const { t } = useWords();
  const reload = (): void => window.location.reload();
  if (error instanceof ProblemError) return <ProblemView error={error} retry={reload} />;
  return (
    <div className="section">
      <EmptyState title={t("ui.broken")} hint={t("ui.broken_hint")} action={<Button onClick={reload}>{t("ui.reload")}</Button>} />
      <pre className="source">{error instanceof Error ? error.message : String(error)}</pre>
    </div>
  );
}

export function NoPage(): ReactNode {
  const { t } = useWords();
  return (
    <div className="section">
      <EmptyState title={t("ui.no_page")} hint={t("ui.no_page_hint")} action={<Link to="/">{t("ui.to_overview")}</Link>} />
    </div>
  );
}
