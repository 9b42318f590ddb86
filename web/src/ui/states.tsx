import { Button } from "antd";
import type { ReactNode } from "react";
import type { Place, Problem } from "../../../src/platform/schema.js";
import { ProblemError } from "../api.js";
import { useWords } from "./words.js";

/** Nothing to show: why, and what to do about it. */
export function EmptyState({ title, hint, action }: { title: string; hint: string; action?: ReactNode }): ReactNode {
  return (
    <div className="state" role="status">
      <strong>{title}</strong>
      <p>{hint}</p>
      {action}
    </div>
  );
}

function PlaceText({ place }: { place: Place }): ReactNode {
  const { t } = useWords();
  const parts = [
    place.file,
    place.line === undefined ? undefined : t("ui.line", { line: place.line }),
    place.column === undefined ? undefined : t("ui.column", { column: place.column }),
    place.path,
  ].filter((part) => part !== undefined);
  return parts.length === 0 ? null : <div className="small muted">{parts.join(" · ")}</div>;
}

/** Every problem with its place and its hint. */
export function ProblemList({ problems }: { problems: readonly Problem[] }): ReactNode {
  const { t, say } = useWords();
  return (
    <div role="alert">
      <ul className="problems">
        {/* problems have no identity of their own and never reorder: their place in the list is their key */}
        {Object.entries(problems).map(([key, one]) => (
          <li key={key}>
            <div className="strong">{say(one.message)}</div>
            {one.place && <PlaceText place={one.place} />}
            {one.hint && (
              <div>
                <span className="muted">{t("ui.hint")}: </span>
                {say(one.hint)}
              </div>
            )}
          </li>
        ))}
      </ul>
    </div>
  );
}

/** A failed question: what the server said, and a way to ask again. */
export function ProblemView({ error, retry }: { error: Error; retry?: () => void }): ReactNode {
  const { t } = useWords();
  if (!(error instanceof ProblemError)) throw error;
  return (
    <>
      <ProblemList problems={error.problems} />
      {retry && error.status !== 403 && <Button onClick={retry}>{t("ui.retry")}</Button>}
    </>
  );
}

/** A grey bar as wide as the words it stands for. */
export function Bone({ width }: { width: number | string }): ReactNode {
  return <span className="bone" style={{ width }} aria-hidden="true" />;
}
