import type { ReactNode } from "react";
import { useFigures } from "./figures.js";
import { useWords } from "./words.js";

/** A share as a bar with its figure beside it. Past the whole it says so in words, too: the bar ends at its frame. */
export function ShareBar({ share }: { share: number | null }): ReactNode {
  const { t } = useWords();
  const figures = useFigures();
  const over = share !== null && share > 1;
  return (
    <span className="share-bar">
      <span className="track" aria-hidden="true">
        <i className={over ? "over" : ""} style={{ width: `${Math.min(1, Math.max(0, share ?? 0)) * 100}%` }} />
      </span>
      <span className={over ? "bad strong" : ""}>
        {figures.percent(share)}
        {over && ` ${t("ui.over")}`}
      </span>
    </span>
  );
}

/** A part of a whole between 0 and 1; null where there is no whole. */
export const shareOf = (part: number, whole: number): number | null => (whole > 0 ? part / whole : null);
