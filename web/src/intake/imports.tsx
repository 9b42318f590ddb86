import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { getRouteApi, Link } from "@tanstack/react-router";
import { Button } from "antd";
import { type ReactNode, useState } from "react";
import type { ImportBatch, ImportResult } from "../../../src/intake/schema.js";
import { sessionQuery, useMay } from "../access/session.js";
import { useWho } from "../access/who.js";
import { type Page as PageOf, query, request } from "../api.js";
import { type Column, DataTable } from "../ui/data-table.js";
import { useFigures } from "../ui/figures.js";
import { JobView, UnfinishedJobs } from "../ui/job.js";
import { Page } from "../ui/page.js";
import { Pager } from "../ui/pager.js";
import { Bone, EmptyState, ProblemView } from "../ui/states.js";
import { useWords } from "../ui/words.js";
import { StartImport } from "./start-import.js";

const route = getRouteApi("/inside/data");
const SIZE = 50;
const JOB_KIND = "intake.import";
/** The mapping of facts in our own form. */
const OWN_FORM = "live";

/** Every import with its counts; start one and watch it. */
export function Imports(): ReactNode {
  const { t } = useWords();
  const { cursor, page, job } = route.useSearch();
  const navigate = route.useNavigate();
  const mayImport = useMay("facts:import");
  const mayJobs = useMay("jobs:read");
  const login = useQuery(sessionQuery).data?.actor.login;
  const who = useWho();
  const [starting, setStarting] = useState(false);
  const imports = useQuery({
    queryKey: ["imports", cursor],
    queryFn: () => request<PageOf<ImportBatch>>(`/imports${query({ cursor, limit: SIZE })}`),
    placeholderData: keepPreviousData,
  });
  const items = imports.data?.items;
  const columns = useColumns();
  const start = (
    <Button type="primary" onClick={() => setStarting(true)}>
      {t("intake.import")}
    </Button>
  );
  return (
    <Page
      name={t("ui.data")}
      question={t("intake.question")}
      answer={items ? <Sum batches={items} /> : !imports.error && <Bone width={300} />}
      actions={mayImport ? start : <span className="note">{t("intake.may_not")}</span>}
    >
      {job && <JobView id={job} title={t("intake.job")} renews={["imports", "about"]} done={(result) => <Finished result={result as ImportResult} />} />}
      <div className="section">
        {imports.error ? (
          <ProblemView error={imports.error} retry={() => void imports.refetch()} />
        ) : (
          <>
            <DataTable
              label={t("intake.question")}
              columns={columns}
              rows={items}
              rowKey={(batch) => batch.batch}
              bones={6}
              stale={imports.isPlaceholderData}
              empty={<EmptyState title={t("intake.none")} hint={t("intake.none_hint")} action={mayImport ? start : null} />}
            />
            <Pager cursor={cursor} page={page} size={SIZE} shown={items?.length} next={imports.data?.next} total={imports.data?.total} />
          </>
        )}
      </div>
      {mayJobs && <UnfinishedJobs kind={JOB_KIND} title={t("intake.unfinished")} besides={job} own={login} who={who} />}
      <StartImport
        open={starting}
        onClose={() => setStarting(false)}
        onStarted={(id) => {
          setStarting(false);
          void navigate({ search: { job: id } });
        }}
      />
    </Page>
  );
}

function useColumns(): Column<ImportBatch>[] {
  // rows that were set aside hold what files said of people: only who may import sees them
  const mayOpen = useMay("facts:import");
  const { t } = useWords();
  const figures = useFigures();
  return [
    { key: "at", title: t("intake.imported_at"), card: "head", render: (batch) => <span className="nowrap">{figures.moment(batch.imported_at)}</span> },
    { key: "files", title: t("intake.files"), card: "whole", render: (batch) => (batch.live ? <Live batch={batch} /> : <Files files={batch.files} />) },
    {
      key: "mapping",
      title: t("intake.mapping"),
      card: "head",
      render: (batch) => (batch.live && batch.mapping === OWN_FORM ? t("intake.api") : batch.mapping),
    },
    { key: "read", title: t("intake.rows_read"), figure: true, render: (batch) => figures.number(batch.rows_read) },
    { key: "loaded", title: t("intake.rows_loaded"), figure: true, render: (batch) => figures.number(batch.rows_loaded) },
    { key: "unchanged", title: t("intake.unchanged"), figure: true, render: (batch) => figures.number(batch.unchanged) },
    {
      key: "aside",
      title: t("intake.rows_set_aside"),
      figure: true,
      render: (batch) =>
        batch.rows_set_aside === 0 || !mayOpen ? (
          figures.number(batch.rows_set_aside)
        ) : (
          <Link to="/data/$batch" params={{ batch: batch.batch }}>
            {figures.number(batch.rows_set_aside)}
          </Link>
        ),
    },
    { key: "reasons", title: t("intake.by_reason"), card: "whole", render: (batch) => <Reasons batch={batch} /> },
    {
      key: "seconds",
      title: t("intake.seconds"),
      figure: true,
      render: (batch) => (batch.live ? <span className="muted">—</span> : figures.seconds(batch.seconds)),
    },
    { key: "by", title: t("intake.by"), render: (batch) => batch.imported_by },
  ];
}

function Sum({ batches }: { batches: readonly ImportBatch[] }): ReactNode {
  const { t } = useWords();
  const figures = useFigures();
  const sum = (of: (batch: ImportBatch) => number): string => figures.number(batches.reduce((total, batch) => total + of(batch), 0));
  if (batches.length === 0) return t("intake.none");
  return t("intake.answer", {
    count: batches.length,
    batches: batches.length,
    read: sum((one) => one.rows_read),
    loaded: sum((one) => one.rows_loaded),
    aside: sum((one) => one.rows_set_aside),
  });
}

function Files({ files }: { files: readonly string[] }): ReactNode {
  const { t } = useWords();
  const names = files.map((file) => file.split(/[\\/]/).at(-1) ?? file);
  const rest = names.length - 2;
  return (
    <span title={names.join("\n")}>
      {names.slice(0, 2).join(", ")}
      {rest > 0 && <span className="muted"> {t("intake.more_files", { count: rest })}</span>}
    </span>
  );
}

/** Facts that arrived one by one: by which way, from where. */
function Live({ batch }: { batch: ImportBatch }): ReactNode {
  const { t } = useWords();
  return (
    <span title={batch.files.join("\n")}>
      {t("intake.live")} <span className="muted">{batch.source}</span>
    </span>
  );
}

function Reasons({ batch }: { batch: ImportBatch }): ReactNode {
  const mayOpen = useMay("facts:import");
  const figures = useFigures();
  const { say } = useWords();
  const reasons = Object.entries(batch.set_aside_by_reason).toSorted((a, b) => b[1] - a[1]);
  if (reasons.length === 0) return <span className="muted">—</span>;
  return (
    <span className="small" style={{ display: "flex", flexWrap: "wrap", gap: "0 12px" }}>
      {reasons.map(([code, rows]) =>
        mayOpen ? (
          <Link key={code} to="/data/$batch" params={{ batch: batch.batch }} search={{ code }}>
            {say(batch.reasons[code] ?? { zh: code, en: code })} {figures.number(rows)}
          </Link>
        ) : (
          <span key={code}>
            {say(batch.reasons[code] ?? { zh: code, en: code })} {figures.number(rows)}
          </span>
        ),
      )}
    </span>
  );
}

function Finished({ result }: { result: ImportResult }): ReactNode {
  const { t } = useWords();
  const figures = useFigures();
  const { rows_read, rows_loaded, rows_set_aside, unchanged } = result;
  return (
    <p>
      {t("intake.job_done", {
        read: figures.number(rows_read),
        loaded: figures.number(rows_loaded),
        aside: figures.number(rows_set_aside),
        unchanged: figures.number(unchanged),
      })}{" "}
      {rows_set_aside > 0 && (
        <Link to="/data/$batch" params={{ batch: result.batch }}>
          {t("intake.see_aside")}
        </Link>
      )}
    </p>
  );
}
