import "../ui/no-eval.js";

import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { getRouteApi, Link } from "@tanstack/react-router";
import { Button } from "antd";
import type { ReactNode } from "react";
import { managerLevelLabels } from "../../../src/portfolio/schema.js";
import type { DaySummary, TeamDay } from "../../../src/service/schema.js";
import { useMay } from "../access/session.js";
import { type Page as PageOf, query, request } from "../api.js";
import { BranchField } from "../portfolio/branch-field.js";
import { portfolioQuery } from "../portfolio/queries.js";
import { type Column, DataTable } from "../ui/data-table.js";
import { useFigures } from "../ui/figures.js";
import { useNarrow } from "../ui/narrow.js";
import { Page } from "../ui/page.js";
import { Pager } from "../ui/pager.js";
import { ShareBar, shareOf } from "../ui/share-bar.js";
import { Bone, EmptyState, ProblemView } from "../ui/states.js";
import { useWords } from "../ui/words.js";

const route = getRouteApi("/inside/today");
const SIZE = 50;

export const dayQuery = (branch?: string) => ({
  queryKey: ["today", "summary", branch],
  queryFn: () => request<DaySummary>(`/today/summary${query({ branch })}`),
  placeholderData: keepPreviousData,
});

/** How the day of all managers in view goes, the fullest first as the server orders them. */
export function Team(): ReactNode {
  const { t } = useWords();
  const figures = useFigures();
  const { day, branch, cursor, page } = route.useSearch();
  const navigate = route.useNavigate();
  const mayCycle = useMay("cycle:run");
  const summary = useQuery(dayQuery(branch));
  const portfolios = useQuery(portfolioQuery);
  const branches = portfolios.data?.branches.map((one) => one.branch) ?? [];
  const team = useQuery({
    queryKey: ["today", "team", day, branch, cursor],
    queryFn: () => request<PageOf<TeamDay>>(`/today/team${query({ day, branch, cursor, limit: SIZE })}`),
    placeholderData: keepPreviousData,
  });
  const columns = useColumns();
  const found = summary.data;
  const values = found && {
    day: figures.day(found.day),
    tasks: figures.number(found.tasks),
    done: figures.number(found.done),
    overdue: figures.number(found.overdue),
    waiting: figures.number(found.waiting),
  };
  const empty = (
    <EmptyState
      title={t("service.nothing_planned")}
      hint={t(mayCycle ? "service.nothing_planned_hint" : "service.nothing_planned_ask")}
      action={
        mayCycle && (
          <Link to="/cycle">
            <Button>{t("service.to_cycle")}</Button>
          </Link>
        )
      }
    />
  );
  return (
    <Page
      name={t("ui.today")}
      question={t("service.team_question")}
      answer={values ? found?.day !== null && t("service.team_answer", values) : !summary.error && <Bone width={320} />}
    >
      <div className="section">
        {(branches.length > 1 || branch !== undefined) && (
          <div className="filters">
            <BranchField branches={branches} branch={branch} onChoose={(chosen) => void navigate({ search: { day, branch: chosen }, state: { trail: [] } })} />
          </div>
        )}
        {team.error ? (
          <ProblemView error={team.error} retry={() => void team.refetch()} />
        ) : (
          <>
            <DataTable
              label={t("service.team")}
              columns={columns}
              rows={team.data?.items}
              rowKey={(one) => one.manager.manager}
              stale={team.isPlaceholderData}
              empty={empty}
            />
            <Pager cursor={cursor} page={page} size={SIZE} shown={team.data?.items.length} next={team.data?.next} total={team.data?.total} />
          </>
        )}
      </div>
    </Page>
  );
}

/** What a phone's card leaves to the manager's own page. */
const ON_A_DESK = new Set(["level", "open", "minutes"]);

function useColumns(): Column<TeamDay>[] {
  const { t, say } = useWords();
  const narrow = useNarrow();
  const figures = useFigures();
  const { day } = route.useSearch();
  const columns: Column<TeamDay>[] = [
    {
      key: "manager",
      title: t("service.manager"),
      pinned: true,
      card: "head",
      render: ({ manager }) => (
        <Link to="/today" search={{ manager: manager.manager, day }}>
          {manager.manager} {manager.name}
        </Link>
      ),
    },
    { key: "branch", title: t("service.branch"), card: "head", render: ({ manager }) => manager.branch ?? "—" },
    { key: "level", title: t("service.level"), render: ({ manager }) => say(managerLevelLabels[manager.level]) },
    { key: "tasks", title: t("service.task_count"), figure: true, render: (one) => figures.number(one.tasks) },
    { key: "done", title: t("service.done_count"), figure: true, render: (one) => figures.number(one.done) },
    { key: "open", title: t("service.open_count"), figure: true, render: (one) => figures.number(one.open) },
    {
      key: "overdue",
      title: t("service.overdue"),
      figure: true,
      render: (one) => <span className={one.overdue > 0 ? "bad strong" : ""}>{figures.number(one.overdue)}</span>,
    },
    { key: "waiting", title: t("service.waiting"), figure: true, render: (one) => figures.number(one.waiting) },
    { key: "minutes", title: t("service.planned"), figure: true, render: (one) => figures.minutes(one.minutes) },
    { key: "load", title: t("service.of_capacity"), card: "whole", render: (one) => <ShareBar share={shareOf(one.minutes, one.manager.capacity)} /> },
  ];
  return narrow ? columns.filter(({ key }) => !ON_A_DESK.has(key)) : columns;
}
