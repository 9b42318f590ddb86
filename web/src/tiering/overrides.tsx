import "../ui/no-eval.js";

import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { getRouteApi, Link } from "@tanstack/react-router";
import { Select } from "antd";
import type { ReactNode } from "react";
import { type Override, OverrideState, overrideStateLabels } from "../../../src/tiering/schema.js";
import { useWho } from "../access/who.js";
import { type Page as PageOf, query, request } from "../api.js";
import { DataTable } from "../ui/data-table.js";
import { useFigures } from "../ui/figures.js";
import { useNarrow } from "../ui/narrow.js";
import { Page } from "../ui/page.js";
import { Pager } from "../ui/pager.js";
import { EmptyState, ProblemView } from "../ui/states.js";
import { useWords } from "../ui/words.js";
import { OverrideDeeds, OverrideTag } from "./override.js";
import { useRungsOf } from "./rungs.js";

const route = getRouteApi("/inside/overrides");
const SIZE = 50;

/** Every override of customers in sight, and what waits to be decided. */
export function Overrides(): ReactNode {
  const { t, say } = useWords();
  const figures = useFigures();
  const who = useWho();
  const narrow = useNarrow();
  const rungsOf = useRungsOf();
  const { state, cursor, page } = route.useSearch();
  const navigate = route.useNavigate();
  const list = useQuery({
    queryKey: ["overrides", state, cursor],
    queryFn: () => request<PageOf<Override>>(`/overrides${query({ state, cursor, limit: SIZE })}`),
    placeholderData: keepPreviousData,
  });
  return (
    <Page
      name={t("override.overrides")}
      question={t("override.question")}
      answer={t("override.answer")}
      actions={<Link to="/tiers">{t("override.back")}</Link>}
    >
      <div className="section">
        <div className="filters">
          <Select
            aria-label={t("override.state")}
            style={{ width: narrow ? "100%" : 240 }}
            allowClear
            placeholder={t("override.every_state")}
            value={state ?? null}
            onChange={(chosen: string | null | undefined) => void navigate({ search: { state: chosen ?? undefined }, state: { trail: [] } })}
            options={OverrideState.options.map((one) => ({ value: one, label: say(overrideStateLabels[one]) }))}
          />
        </div>
        {list.error ? (
          <ProblemView error={list.error} retry={() => void list.refetch()} />
        ) : (
          <>
            <DataTable<Override>
              label={t("override.overrides")}
              rows={list.data?.items}
              bones={6}
              rowKey={(row) => String(row.override)}
              stale={list.isPlaceholderData}
              empty={<EmptyState title={t("override.none_here")} hint={t("override.none_hint")} />}
              columns={[
                {
                  key: "customer",
                  title: t("override.customer"),
                  card: "head",
                  render: (row) => (
                    <Link to="/customers/$id" params={{ id: row.customer_id }} search={{ model: row.model }}>
                      {row.customer_id}
                      {row.name === null || row.name === "" ? "" : ` ${row.name}`}
                    </Link>
                  ),
                },
                {
                  key: "override",
                  title: t("override.override"),
                  card: "head",
                  render: (row) => <OverrideTag override={row} rungs={rungsOf(row.tier, { zh: row.tier, en: row.tier }, row.model)} />,
                },
                { key: "until", title: t("override.until"), render: (row) => <span className="nowrap">{figures.day(row.until_on)}</span> },
                { key: "state", title: t("override.state"), render: (row) => say(overrideStateLabels[row.state]) },
                { key: "reason", title: t("override.reason"), card: "whole", render: (row) => row.reason },
                { key: "by", title: t("override.asked_by"), render: (row) => who(row.requested_by) },
                { key: "decided", title: t("override.decided_by"), render: (row) => (row.decided_by === null ? "—" : who(row.decided_by)) },
                { key: "deeds", title: "", card: "whole", render: (row) => <OverrideDeeds override={row} /> },
              ]}
            />
            <Pager cursor={cursor} page={page} size={SIZE} shown={list.data?.items.length} next={list.data?.next} total={list.data?.total} />
          </>
        )}
      </div>
    </Page>
  );
}
