import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import type { Coverage } from "../../../src/service/schema.js";
import { useRungsOf } from "../tiering/rungs.js";
import { type Column, DataTable } from "../ui/data-table.js";
import { useFigures } from "../ui/figures.js";
import { Section } from "../ui/page.js";
import { ShareBar } from "../ui/share-bar.js";
import { EmptyState } from "../ui/states.js";
import { TierTag } from "../ui/tier.js";
import { useWords } from "../ui/words.js";
import { type Count, inTime } from "./coverage-query.js";

type TierCount = Coverage["tiers"][number];
type PromiseCount = Coverage["entitlements"][number];

/** Promised, and what came of it: by tier, and by what was promised. */
export function CoverageTables({ coverage }: { coverage: Coverage | undefined }): ReactNode {
  const { t, say } = useWords();
  const rungsOf = useRungsOf();
  const counts = useCounts();
  const empty = <EmptyState title={t("service.no_promises")} hint={t("service.no_promises_hint")} />;
  const tiers: Column<TierCount>[] = [
    {
      key: "tier",
      title: t("service.tier"),
      card: "head",
      render: (one) => (
        <Link to="/customers" search={{ model: one.model, tier: one.tier }}>
          <TierTag id={one.tier} rungs={rungsOf(one.tier, one.title, one.model)} />
        </Link>
      ),
    },
    ...counts,
  ];
  const promises: Column<PromiseCount>[] = [
    {
      key: "entitlement",
      title: t("service.promise"),
      card: "head",
      render: (one) => (
        <Link to="/service/$plan" params={{ plan: one.plan }}>
          {say(one.title)}
        </Link>
      ),
    },
    ...counts,
  ];
  return (
    <>
      <Section title={t("service.by_tier")} aside={<span className="note">{t("service.counts_about")}</span>}>
        <DataTable<TierCount>
          label={t("service.by_tier")}
          columns={tiers}
          rows={coverage?.tiers}
          bones={6}
          rowKey={(one) => `${one.model} ${one.tier}`}
          empty={empty}
        />
      </Section>
      {(coverage === undefined || coverage.entitlements.length > 0) && (
        <Section title={t("service.by_promise")}>
          <DataTable<PromiseCount>
            label={t("service.by_promise")}
            columns={promises}
            rows={coverage?.entitlements}
            bones={8}
            rowKey={(one) => `${one.plan} ${one.entitlement}`}
            empty={empty}
          />
        </Section>
      )}
    </>
  );
}

/** The figures of a line, so that they add up from left to right. */
function useCounts(): Column<Count>[] {
  const { t } = useWords();
  const figures = useFigures();
  return [
    { key: "promised", title: t("service.promised"), figure: true, render: (one) => <span className="strong">{figures.number(one.promised)}</span> },
    { key: "met", title: t("service.met"), figure: true, render: (one) => figures.number(one.met) },
    { key: "late", title: t("service.late"), figure: true, render: (one) => figures.number(one.late) },
    {
      key: "missed",
      title: t("service.missed"),
      figure: true,
      render: (one) => <span className={one.missed > 0 ? "bad strong" : ""}>{figures.number(one.missed)}</span>,
    },
    { key: "open", title: t("service.not_due"), figure: true, render: (one) => figures.number(one.open) },
    {
      key: "overdue",
      title: t("service.overdue_of_open"),
      figure: true,
      render: (one) => <span className={one.overdue > 0 ? "bad" : ""}>{figures.number(one.overdue)}</span>,
    },
    { key: "share", title: t("service.in_time"), card: "whole", render: (one) => <ShareBar share={inTime(one)} /> },
  ];
}
