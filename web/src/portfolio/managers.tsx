import "../ui/no-eval.js";

import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { getRouteApi, Link } from "@tanstack/react-router";
import { Select } from "antd";
import type { ReactNode } from "react";
import { managerLevelLabels, type PortfolioLoad } from "../../../src/portfolio/schema.js";
import { type Page as PageOf, query, request } from "../api.js";
import { type Column, DataTable } from "../ui/data-table.js";
import { useFigures } from "../ui/figures.js";
import { useNarrow } from "../ui/narrow.js";
import { Section } from "../ui/page.js";
import { Pager } from "../ui/pager.js";
import { ShareBar, shareOf } from "../ui/share-bar.js";
import { EmptyState, ProblemView } from "../ui/states.js";
import { useWords } from "../ui/words.js";
import { BranchField } from "./branch-field.js";

const route = getRouteApi("/inside/portfolio");
const SIZE = 50;
const FULLEST = "-load";

/** Every manager's load against their capacity, the fullest first. */
export function Managers({ branches }: { branches: readonly (string | null)[] }): ReactNode {
  const { t } = useWords();
  const narrow = useNarrow();
  const { branch, sort, cursor, page, job } = route.useSearch();
  const navigate = route.useNavigate();
  const list = useQuery({
    queryKey: ["managers", branch, sort, cursor],
    queryFn: () => request<PageOf<PortfolioLoad>>(`/managers${query({ branch, sort: sort ?? FULLEST, cursor, limit: SIZE })}`),
    placeholderData: keepPreviousData,
  });
  const columns = useColumns();
  const change = (changed: { branch?: string | undefined; sort?: string | undefined }): void =>
    void navigate({ search: { branch, sort, job, ...changed }, state: { trail: [] }, resetScroll: false });
  return (
    <Section title={<span id="managers">{t("portfolio.by_manager")}</span>}>
      <div className="filters">
        <BranchField branches={branches} branch={branch} onChoose={(chosen) => change({ branch: chosen })} />
        {narrow && (
          <Select
            aria-label={t("portfolio.sort")}
            style={{ width: "100%" }}
            value={sort ?? FULLEST}
            onChange={(chosen: string) => change({ sort: chosen })}
            options={[
              { value: "-load", label: t("portfolio.fullest") },
              { value: "load", label: t("portfolio.emptiest") },
              { value: "-customers", label: t("portfolio.most") },
            ]}
          />
        )}
      </div>
      {list.error ? (
        <ProblemView error={list.error} retry={() => void list.refetch()} />
      ) : (
        <>
          <DataTable
            label={t("portfolio.by_manager")}
            columns={columns}
            rows={list.data?.items}
            rowKey={(one) => one.manager.manager}
            sort={sort ?? FULLEST}
            onSort={(chosen) => change({ sort: chosen })}
            stale={list.isPlaceholderData}
            empty={<EmptyState title={t("portfolio.no_managers")} hint={t("portfolio.no_managers_hint")} />}
          />
          <Pager cursor={cursor} page={page} size={SIZE} shown={list.data?.items.length} next={list.data?.next} total={list.data?.total} />
        </>
      )}
    </Section>
  );
}

/** What a phone's card leaves to the manager's own page. */
const ON_A_DESK = new Set(["level", "minutes", "capacity"]);

function useColumns(): Column<PortfolioLoad>[] {
  const { t, say } = useWords();
  const narrow = useNarrow();
  const figures = useFigures();
  const columns: Column<PortfolioLoad>[] = [
    {
      key: "manager",
      title: t("portfolio.manager"),
      sortable: true,
      card: "head",
      pinned: true,
      render: ({ manager }) => (
        <Link to="/portfolio/$manager" params={{ manager: manager.manager }}>
          {manager.manager} {manager.name}
        </Link>
      ),
    },
    { key: "branch", title: t("portfolio.branch"), card: "head", render: ({ manager }) => manager.branch ?? "—" },
    { key: "level", title: t("portfolio.level"), render: ({ manager }) => say(managerLevelLabels[manager.level]) },
    { key: "customers", title: t("portfolio.customers"), figure: true, sortable: true, render: (one) => figures.number(one.customers) },
    { key: "minutes", title: t("portfolio.minutes"), figure: true, render: (one) => figures.minutes(one.load) },
    { key: "capacity", title: t("portfolio.capacity"), figure: true, render: (one) => figures.minutes(one.capacity) },
    { key: "load", title: t("portfolio.load"), sortable: true, card: "whole", render: (one) => <ShareBar share={shareOf(one.load, one.capacity)} /> },
  ];
  return narrow ? columns.filter(({ key }) => !ON_A_DESK.has(key)) : columns;
}
