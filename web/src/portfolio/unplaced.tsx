import "../ui/no-eval.js";

import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { getRouteApi, Link } from "@tanstack/react-router";
import { Select } from "antd";
import type { ReactNode } from "react";
import { assignmentReasonLabels, type Unplaced as UnplacedOf } from "../../../src/portfolio/schema.js";
import { type Page as PageOf, query, request } from "../api.js";
import { useRungsOf } from "../tiering/rungs.js";
import { DataTable } from "../ui/data-table.js";
import { useFigures } from "../ui/figures.js";
import { useNarrow } from "../ui/narrow.js";
import { Page } from "../ui/page.js";
import { Pager } from "../ui/pager.js";
import { Bone, EmptyState, ProblemView } from "../ui/states.js";
import { TierTag } from "../ui/tier.js";
import { useWords } from "../ui/words.js";
import { portfolioQuery } from "./queries.js";

const route = getRouteApi("/inside/portfolio/unplaced");
const SIZE = 50;
const reasons = ["no_branch", "no_manager", "no_level", "no_room"] as const;

/** Customers nobody looks after, and why. */
export function Unplaced(): ReactNode {
  const { t, say } = useWords();
  const figures = useFigures();
  const narrow = useNarrow();
  const rungsOf = useRungsOf();
  const { reason, branch, cursor, page } = route.useSearch();
  const navigate = route.useNavigate();
  const list = useQuery({
    queryKey: ["portfolio", "unplaced", reason, branch, cursor],
    queryFn: () => request<PageOf<UnplacedOf>>(`/portfolio/unplaced${query({ reason, branch, cursor, limit: SIZE })}`),
    placeholderData: keepPreviousData,
  });
  const summary = useQuery(portfolioQuery).data;
  const change = (changed: { reason?: string | undefined; branch?: string | undefined }): void =>
    void navigate({ search: { reason, branch, ...changed }, state: { trail: [] } });
  const counted = (label: string, customers: number | undefined): string => (customers === undefined ? label : `${label} · ${figures.number(customers)}`);
  const inReason = (one: (typeof reasons)[number]): number | undefined => summary && (summary.unplaced.find((held) => held.reason === one)?.customers ?? 0);
  const branches = summary?.branches.flatMap((one) => (one.branch === null || one.unplaced === 0 ? [] : [{ ...one, branch: one.branch }])) ?? [];
  const total = list.error ? undefined : list.data?.total;
  return (
    <Page
      name={t("portfolio.unplaced")}
      question={t("portfolio.unplaced_question")}
      answer={total == null ? !list.error && <Bone width={120} /> : t("portfolio.unplaced_answer", { number: figures.number(total), count: total })}
      actions={<Link to="/portfolio">{t("portfolio.back")}</Link>}
    >
      <div className="section">
        <div className="filters">
          <Select
            aria-label={t("portfolio.reason")}
            style={{ width: narrow ? "100%" : 320 }}
            allowClear
            placeholder={t("portfolio.every_reason")}
            value={reason ?? null}
            onChange={(chosen: string | null | undefined) => change({ reason: chosen ?? undefined })}
            options={reasons.map((one) => ({ value: one, label: counted(say(assignmentReasonLabels[one]), inReason(one)) }))}
          />
          <Select
            aria-label={t("portfolio.branch")}
            style={{ width: narrow ? "100%" : 200 }}
            allowClear
            placeholder={t("portfolio.every_branch")}
            value={branch ?? null}
            onChange={(chosen: string | null | undefined) => change({ branch: chosen ?? undefined })}
            options={branches.map((one) => ({ value: one.branch, label: counted(one.branch, one.unplaced) }))}
          />
        </div>
        {list.error ? (
          <ProblemView error={list.error} retry={() => void list.refetch()} />
        ) : (
          <>
            <DataTable<UnplacedOf>
              label={t("portfolio.unplaced")}
              rows={list.data?.items}
              rowKey={(one) => one.customer_id}
              stale={list.isPlaceholderData}
              empty={<EmptyState title={t("portfolio.all_placed")} hint={t("portfolio.all_placed_hint")} />}
              columns={[
                {
                  key: "customer_id",
                  title: t("customers.id"),
                  card: "head",
                  render: (one) => (
                    <Link to="/customers/$id" params={{ id: one.customer_id }}>
                      {one.customer_id} {one.name}
                    </Link>
                  ),
                },
                { key: "tier", title: t("portfolio.tier"), card: "head", render: (one) => <TierTag id={one.tier} rungs={rungsOf(one.tier, one.tier_title)} /> },
                { key: "branch", title: t("portfolio.branch"), render: (one) => one.branch ?? "—" },
                { key: "reason", title: t("portfolio.reason"), card: "whole", render: (one) => say(assignmentReasonLabels[one.reason]) },
              ]}
            />
            <Pager cursor={cursor} page={page} size={SIZE} shown={list.data?.items.length} next={list.data?.next} total={list.data?.total} />
          </>
        )}
      </div>
    </Page>
  );
}
