import { useLocation, useRouter } from "@tanstack/react-router";
import { Button } from "antd";
import type { ReactNode } from "react";
import { useFigures } from "./figures.js";
import { useWords } from "./words.js";

declare module "@tanstack/react-router" {
  interface HistoryState {
    /** The cursors of the pages before this one, the first page being "". */
    trail?: string[];
  }
}

interface PagerProps {
  cursor: string | undefined;
  page: string | undefined;
  size: number;
  shown: number | undefined;
  next: string | null | undefined;
  total: number | null | undefined;
}

/**
 * Next and previous through a list of any length. The cursor and the page's number are in the address; the way back is
 * kept with the history entry, so a page opened from a link offers the first page instead.
 */
export function Pager({ cursor, page, size, shown, next, total }: PagerProps): ReactNode {
  const { t } = useWords();
  const figures = useFigures();
  const router = useRouter();
  const { pathname, search, state } = useLocation();
  const trail = state.trail ?? [];
  const number = Math.max(1, Number(page ?? 1) || 1);
  const from = (number - 1) * size + 1;

  const turn = (to: string, toPage: number, toTrail: string[]): void => {
    void router.navigate({
      to: pathname,
      search: { ...search, cursor: to === "" ? undefined : to, page: toPage <= 1 ? undefined : String(toPage) } as never,
      state: { trail: toTrail } as never,
      resetScroll: true,
    });
  };

  const span = { from: figures.number(from), to: figures.number(from + (shown ?? 0) - 1), total: figures.number(total ?? null) };
  const words = shown === undefined ? "" : shown === 0 ? t("ui.no_rows") : total == null ? t("ui.rows", span) : t("ui.rows_of", span);
  return (
    <nav className="pager" aria-label={t("ui.pages")}>
      <span className="small muted">{words}</span>
      <div>
        {cursor !== undefined && trail.length === 0 ? (
          <Button onClick={() => turn("", 1, [])}>{t("ui.first_page")}</Button>
        ) : (
          <Button disabled={cursor === undefined} onClick={() => turn(trail.at(-1) ?? "", number - 1, trail.slice(0, -1))}>
            {t("ui.previous")}
          </Button>
        )}
        <Button disabled={next == null} onClick={() => next != null && turn(next, number + 1, [...trail, cursor ?? ""])}>
          {t("ui.next")}
        </Button>
      </div>
    </nav>
  );
}
