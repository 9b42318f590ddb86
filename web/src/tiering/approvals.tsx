import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import type { Approvals } from "../../../src/tiering/schema.js";
import { useMay } from "../access/session.js";
import { request } from "../api.js";
import { useFigures } from "../ui/figures.js";
import { useWords } from "../ui/words.js";

/** What others ask for comes while one looks at something else. */
const LOOK_EVERY_MS = 60_000;

export const nothing: Approvals = { proposals: 0, overrides: 0, reviews: 0 };

/** How much waits for the reader; undefined for whom nothing can, and until it is known. */
export function useApprovals(): Approvals | undefined {
  const approves = [useMay("models:approve"), useMay("overrides:approve"), useMay("models:publish")].includes(true);
  return useQuery({
    queryKey: ["approvals"],
    queryFn: () => request<Approvals>("/approvals"),
    enabled: approves,
    refetchInterval: LOOK_EVERY_MS,
  }).data;
}

/** What waits for the reader, with the way to it. */
export function WaitingLine(): ReactNode {
  const { t } = useWords();
  const figures = useFigures();
  const { proposals, overrides, reviews } = useApprovals() ?? nothing;
  if (proposals + overrides + reviews === 0) return null;
  return (
    <div className="notice" role="status">
      <p className="line">
        <span className="strong">{t("approvals.wait")}</span>
        {proposals > 0 && (
          <Link to="/proposals" search={{ state: "waiting" }}>
            {t("approvals.proposals", { number: figures.number(proposals), count: proposals })}
          </Link>
        )}
        {overrides > 0 && (
          <Link to="/overrides" search={{ state: "waiting" }}>
            {t("approvals.overrides", { number: figures.number(overrides), count: overrides })}
          </Link>
        )}
        {reviews > 0 && <Link to="/tiers">{t("approvals.reviews", { number: figures.number(reviews), count: reviews })}</Link>}
      </p>
    </div>
  );
}
