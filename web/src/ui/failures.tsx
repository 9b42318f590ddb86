import { type ErrorComponentProps, Link } from "@tanstack/react-router";
import { Button } from "antd";
import type { ReactNode } from "react";
import { ProblemError } from "../api.js";
import { ProblemView } from "./states.js";
import { useWords } from "./words.js";

/** A page that threw: a refusal of the server shows its problems, anything else is a bug of ours. */
export function BrokenPage({ error }: ErrorComponentProps): ReactNode {
  const { t } = useWords();
  const reload = (): void => window.location.reload();
  if (error instanceof ProblemError) return <ProblemView error={error} retry={reload} />;
  return (
    <>
      <h1>{t("ui.broken")}</h1>
      <p className="muted">{t("ui.broken_hint")}</p>
      <pre className="source">{error instanceof Error ? error.message : String(error)}</pre>
      <Button onClick={reload}>{t("ui.reload")}</Button>
    </>
  );
}

export function NoPage(): ReactNode {
  const { t } = useWords();
  return (
    <>
      <title>{`${t("ui.no_page")} · Tierkeep`}</title>
      <h1>{t("ui.no_page")}</h1>
      <p className="muted">{t("ui.no_page_hint")}</p>
      <p>
        <Link to="/">{t("ui.to_overview")}</Link>
      </p>
    </>
  );
}
