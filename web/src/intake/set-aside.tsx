import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { getRouteApi, Link } from "@tanstack/react-router";
import { Select } from "antd";
import type { ReactNode } from "react";
import type { ImportBatch, SetAsideRow } from "../../../src/intake/schema.js";
import { type Page as PageOf, query, request } from "../api.js";
import { DataTable } from "../ui/data-table.js";
import { useFigures } from "../ui/figures.js";
import { Page } from "../ui/page.js";
import { Pager } from "../ui/pager.js";
import { Bone, EmptyState, ProblemView } from "../ui/states.js";
import { useWords } from "../ui/words.js";

const route = getRouteApi("/inside/data/$batch");
const SIZE = 50;
/** What the server says instead of a row that the reader may not read. */
const HIDDEN = "•••";

/** The rows an import did not load: where each stood, why, and what it said. */
export function SetAside(): ReactNode {
  const { t, say } = useWords();
  const figures = useFigures();
  const { batch: id } = route.useParams();
  const { code, cursor, page } = route.useSearch();
  const navigate = route.useNavigate();
  const batch = useQuery({ queryKey: ["imports", "one", id], queryFn: () => request<ImportBatch>(`/imports/${encodeURIComponent(id)}`) });
  const rows = useQuery({
    queryKey: ["imports", "set-aside", id, code, cursor],
    queryFn: () => request<PageOf<SetAsideRow>>(`/imports/${encodeURIComponent(id)}/set-aside${query({ code, cursor, limit: SIZE })}`),
    placeholderData: keepPreviousData,
  });
  const found = batch.data;
  const answer = found && {
    aside: figures.number(found.rows_set_aside),
    read: figures.number(found.rows_read),
    share: figures.percent(found.rows_read === 0 ? 0 : found.rows_set_aside / found.rows_read),
  };
  const reasons = Object.entries(found?.set_aside_by_reason ?? {}).toSorted((a, b) => b[1] - a[1]);
  const error = batch.error ?? rows.error;
  return (
    <Page
      name={t("ui.data")}
      question={t("intake.batch_question")}
      answer={answer ? t("intake.batch_answer", answer) : !error && <Bone width={260} />}
      actions={<Link to="/data">{t("intake.back")}</Link>}
    >
      <div className="section">
        {found && (
          <div className="stamps" style={{ marginBottom: 8 }}>
            <span>
              {t("intake.mapping")} <b>{found.mapping}</b>
            </span>
            <span>
              {t("intake.imported_at")} <b>{figures.moment(found.imported_at)}</b>
            </span>
          </div>
        )}
        <div className="filters">
          <Select
            aria-label={t("intake.reason")}
            style={{ width: 320, maxWidth: "100%" }}
            allowClear
            placeholder={t("intake.all_reasons")}
            value={code ?? null}
            onChange={(chosen: string | null | undefined) => void navigate({ search: { code: chosen ?? undefined }, state: { trail: [] } })}
            options={reasons.map(([one, count]) => ({ value: one, label: `${say(found?.reasons[one] ?? { zh: one, en: one })} · ${figures.number(count)}` }))}
          />
        </div>
        {error ? (
          <ProblemView error={error} retry={() => void Promise.all([batch.refetch(), rows.refetch()])} />
        ) : (
          <>
            <DataTable
              label={t("intake.batch_question")}
              rows={rows.data?.items}
              rowKey={(row) => `${row.file}:${row.line}:${row.code}`}
              stale={rows.isPlaceholderData}
              empty={<EmptyState title={t("intake.no_aside")} hint={t("intake.no_aside_hint")} />}
              columns={[
                {
                  key: "place",
                  title: t("intake.place"),
                  card: "head",
                  render: (row) => (
                    <span className="nowrap">
                      {row.file.split(/[\\/]/).at(-1)} · {t("ui.line", { line: row.line })}
                    </span>
                  ),
                },
                { key: "column", title: t("intake.column"), render: (row) => row.column ?? "—" },
                { key: "reason", title: t("intake.reason"), card: "whole", render: (row) => say(row.reason) },
                { key: "content", title: t("intake.content"), card: "whole", render: (row) => <code style={{ overflowWrap: "anywhere" }}>{row.content}</code> },
              ]}
            />
            {rows.data?.items.some((row) => row.content === HIDDEN) && <p className="note">{t("customer.masked")}</p>}
            <Pager cursor={cursor} page={page} size={SIZE} shown={rows.data?.items.length} next={rows.data?.next} total={rows.data?.total} />
          </>
        )}
      </div>
    </Page>
  );
}
