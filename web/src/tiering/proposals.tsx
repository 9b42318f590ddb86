import "../ui/no-eval.js";

import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { getRouteApi, Link } from "@tanstack/react-router";
import { Select } from "antd";
import type { ReactNode } from "react";
import { type Proposal, ProposalState, proposalStateLabels } from "../../../src/tiering/schema.js";
import { useWho } from "../access/who.js";
import { type Page as PageOf, query, request } from "../api.js";
import { DataTable } from "../ui/data-table.js";
import { useFigures } from "../ui/figures.js";
import { useNarrow } from "../ui/narrow.js";
import { Page } from "../ui/page.js";
import { Pager } from "../ui/pager.js";
import { EmptyState, ProblemView } from "../ui/states.js";
import { useWords } from "../ui/words.js";

const route = getRouteApi("/inside/proposals");
const SIZE = 50;

/** Changes of models that need somebody else's approval, and what became of them. */
export function Proposals(): ReactNode {
  const { t, say } = useWords();
  const figures = useFigures();
  const narrow = useNarrow();
  const who = useWho();
  const { state, cursor, page } = route.useSearch();
  const navigate = route.useNavigate();
  const list = useQuery({
    queryKey: ["proposals", state, cursor],
    queryFn: () => request<PageOf<Proposal>>(`/proposals${query({ state, cursor, limit: SIZE })}`),
    placeholderData: keepPreviousData,
  });
  return (
    <Page name={t("proposal.proposals")} question={t("proposal.question")} answer={t("proposal.answer")} actions={<Link to="/tiers">{t("models.back")}</Link>}>
      <div className="section">
        <div className="filters">
          <Select
            aria-label={t("proposal.state")}
            style={{ width: narrow ? "100%" : 240 }}
            allowClear
            placeholder={t("proposal.every_state")}
            value={state ?? null}
            onChange={(chosen: string | null | undefined) => void navigate({ search: { state: chosen ?? undefined }, state: { trail: [] } })}
            options={ProposalState.options.map((one) => ({ value: one, label: say(proposalStateLabels[one]) }))}
          />
        </div>
        {list.error ? (
          <ProblemView error={list.error} retry={() => void list.refetch()} />
        ) : (
          <>
            <DataTable<Proposal>
              label={t("proposal.proposals")}
              rows={list.data?.items}
              bones={4}
              rowKey={(row) => String(row.proposal)}
              stale={list.isPlaceholderData}
              empty={<EmptyState title={t("proposal.none")} hint={t("proposal.none_hint")} />}
              columns={[
                {
                  key: "model",
                  title: t("ui.model"),
                  card: "head",
                  render: (row) => (
                    <Link to="/proposals/$proposal" params={{ proposal: String(row.proposal) }}>
                      {say(row.title)}
                    </Link>
                  ),
                },
                { key: "number", title: t("proposal.number"), figure: true, card: "head", render: (row) => `#${row.proposal}` },
                {
                  key: "moves",
                  title: t("proposal.moves"),
                  figure: true,
                  render: (row) => `${figures.number(row.preview.moved)} (${figures.percent(row.preview.share)})`,
                },
                { key: "state", title: t("proposal.state"), render: (row) => say(proposalStateLabels[row.state]) },
                { key: "by", title: t("proposal.asked_by"), render: (row) => who(row.requested_by) },
                { key: "decided", title: t("proposal.decided_by"), render: (row) => (row.decided_by === null ? "—" : who(row.decided_by)) },
              ]}
            />
            <Pager cursor={cursor} page={page} size={SIZE} shown={list.data?.items.length} next={list.data?.next} total={list.data?.total} />
          </>
        )}
      </div>
    </Page>
  );
}
