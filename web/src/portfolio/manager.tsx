import "../ui/no-eval.js";

import { useQuery } from "@tanstack/react-query";
import { getRouteApi, Link } from "@tanstack/react-router";
import { Button } from "antd";
import type { ReactNode } from "react";
import { managerLevelLabels, type PortfolioDetail, serviceModeLabels } from "../../../src/portfolio/schema.js";
import { request } from "../api.js";
import { useRungsOf } from "../tiering/rungs.js";
import { DataTable } from "../ui/data-table.js";
import { FactStrip } from "../ui/facts.js";
import { useFigures } from "../ui/figures.js";
import { Page, Section } from "../ui/page.js";
import { shareOf } from "../ui/share-bar.js";
import { Bone, EmptyState, ProblemView } from "../ui/states.js";
import { TierTag } from "../ui/tier.js";
import { useWords } from "../ui/words.js";

const route = getRouteApi("/inside/portfolio/$manager");

export function ManagerView(): ReactNode {
  const { manager } = route.useParams();
  return <OneManager manager={manager} own={false} />;
}

/** One manager's portfolio: how many, of which tiers, served how, and how full it is. */
export function OneManager({ manager, own }: { manager: string; own: boolean }): ReactNode {
  const { t, say } = useWords();
  const figures = useFigures();
  const {
    data: found,
    error,
    refetch,
  } = useQuery({ queryKey: ["managers", manager], queryFn: () => request<PortfolioDetail>(`/managers/${encodeURIComponent(manager)}`) });
  const name = found?.manager.name ?? manager;
  const share = found ? shareOf(found.load, found.capacity) : null;
  const facts = [
    { key: "customers", title: t("portfolio.customers"), value: figures.number(found?.customers ?? 0), note: found?.manager.branch },
    ...(["dedicated", "team", "self_service"] as const).map((mode) => ({
      key: mode,
      title: say(serviceModeLabels[mode]),
      value: figures.number(found?.modes[mode] ?? 0),
      note: t("portfolio.of_customers", { share: figures.percent(shareOf(found?.modes[mode] ?? 0, found?.customers ?? 0)) }),
    })),
    {
      key: "load",
      title: t("portfolio.load"),
      value: figures.percent(share),
      note: t("portfolio.load_of", { load: figures.minutes(found?.load ?? 0), capacity: figures.minutes(found?.capacity ?? 0) }),
      bad: share !== null && share > 1,
    },
  ];
  return (
    <Page
      name={own ? t("ui.portfolio") : name}
      question={own ? t("portfolio.own_question") : t("portfolio.manager_question", { name })}
      answer={
        found
          ? t("portfolio.manager_answer", {
              manager: found.manager.manager,
              branch: found.manager.branch ?? t("portfolio.no_branch"),
              level: say(managerLevelLabels[found.manager.level]),
              customers: figures.number(found.customers),
              count: found.customers,
            })
          : !error && <Bone width={280} />
      }
      actions={
        <>
          <Link to="/today" search={own ? {} : { manager }}>
            <Button>{t("portfolio.to_today")}</Button>
          </Link>
          {own ? (
            <Link to="/customers">
              <Button>{t("portfolio.to_customers")}</Button>
            </Link>
          ) : (
            <Link to="/portfolio">{t("portfolio.back")}</Link>
          )}
        </>
      }
    >
      {error ? (
        <ProblemView error={error} retry={() => void refetch()} />
      ) : (
        <>
          <FactStrip label={t("portfolio.figures")} loading={found === undefined} facts={facts} />
          <Tiers detail={found} />
        </>
      )}
    </Page>
  );
}

function Tiers({ detail }: { detail: PortfolioDetail | undefined }): ReactNode {
  const { t } = useWords();
  const figures = useFigures();
  const rungsOf = useRungsOf();
  return (
    <Section title={t("portfolio.tiers")}>
      <DataTable<PortfolioDetail["tiers"][number]>
        label={t("portfolio.tiers")}
        rows={detail?.tiers}
        bones={5}
        rowKey={(one) => `${one.model} ${one.tier}`}
        empty={<EmptyState title={t("portfolio.no_customers")} hint={t("portfolio.no_customers_hint")} />}
        columns={[
          { key: "tier", title: t("portfolio.tier"), card: "head", render: (one) => <TierTag id={one.tier} rungs={rungsOf(one.tier, one.title, one.model)} /> },
          {
            key: "customers",
            title: t("portfolio.customers"),
            figure: true,
            card: "head",
            render: (one) => (
              <Link to="/customers" search={{ model: one.model, tier: one.tier, manager: detail?.manager.manager }}>
                {figures.number(one.customers)}
              </Link>
            ),
          },
        ]}
      />
    </Section>
  );
}
