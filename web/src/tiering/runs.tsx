import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { getRouteApi, Link } from "@tanstack/react-router";
import { Button, Select, Tag } from "antd";
import { type ReactNode, useState } from "react";
import type { ModelVersion, Run, RunResult } from "../../../src/tiering/schema.js";
import { sessionQuery, useMay } from "../access/session.js";
import { useWho } from "../access/who.js";
import { addressOf, type Page as PageOf, query, request } from "../api.js";
import { type Column, DataTable } from "../ui/data-table.js";
import { useFigures } from "../ui/figures.js";
import { JobView, UnfinishedJobs } from "../ui/job.js";
import { useNarrow } from "../ui/narrow.js";
import { Page } from "../ui/page.js";
import { Pager } from "../ui/pager.js";
import { Bone, EmptyState, ProblemView } from "../ui/states.js";
import { useWords } from "../ui/words.js";
import { useModel } from "./models-query.js";
import { StartRun } from "./start-run.js";

const route = getRouteApi("/inside/runs");
/** A card of the phone is as high as six rows of the desk. */
const SIZES = { desk: 50, phone: 20 };
const JOB_KIND = "tiering.run";

/** Every run with what it did; start one and watch it. */
export function Runs(): ReactNode {
  const { t, say } = useWords();
  const figures = useFigures();
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const mayRun = useMay("tiers:run");
  const mayJobs = useMay("jobs:read");
  const login = useQuery(sessionQuery).data?.actor.login;
  const who = useWho();
  const size = useNarrow() ? SIZES.phone : SIZES.desk;
  const [starting, setStarting] = useState(false);
  const { models } = useModel(undefined);
  const { model, cursor, job } = search;
  const runs = useQuery({
    queryKey: ["runs", model, cursor, size],
    queryFn: () => request<PageOf<Run>>(`/runs${query({ model, cursor, limit: size })}`),
    placeholderData: keepPreviousData,
  });
  const latest = runs.data?.items[0];
  const titleOf = (name: string): string => {
    const found = models?.find((one) => one.model === name);
    return found ? say(found.title) : name;
  };
  const answer =
    latest &&
    t(latest.customers === null ? "runs.answer_part" : "runs.answer", {
      model: titleOf(latest.model),
      as_of: figures.day(latest.as_of),
      customers: figures.number(latest.customers),
      first: figures.number(latest.first_graded),
      moved: figures.number(latest.moved),
      seconds: figures.seconds(latest.seconds),
    });
  const start = (
    <Button type="primary" disabled={!mayRun} onClick={() => setStarting(true)}>
      {t("runs.start")}
    </Button>
  );
  return (
    <Page
      name={t("ui.runs")}
      question={t("runs.question")}
      answer={answer ?? (runs.data || runs.error ? null : <Bone width={320} />)}
      actions={mayRun ? start : <span className="note">{t("runs.may_not")}</span>}
    >
      {job && (
        <JobView
          id={job}
          title={t("runs.job")}
          renews={["runs", "overview", "customers", "explanation", "models"]}
          done={(result) => <Finished result={result as RunResult} />}
        />
      )}
      <div className="section">
        <div className="filters">
          <Select
            aria-label={t("ui.model")}
            style={{ width: 220, maxWidth: "100%" }}
            allowClear
            placeholder={t("runs.every_model")}
            value={model ?? null}
            onChange={(chosen: string | null | undefined) => void navigate({ search: { model: chosen ?? undefined, job }, state: { trail: [] } })}
            options={(models ?? []).map((one) => ({ value: one.model, label: say(one.title) }))}
          />
        </div>
        {runs.error ? (
          <ProblemView error={runs.error} retry={() => void runs.refetch()} />
        ) : (
          <>
            {latest?.customers === null && <p className="note">{t("runs.part")}</p>}
            <RunTable runs={runs.data?.items} titleOf={titleOf} stale={runs.isPlaceholderData} action={mayRun ? start : null} />
            <Pager cursor={cursor} page={search.page} size={size} shown={runs.data?.items.length} next={runs.data?.next} total={runs.data?.total} />
          </>
        )}
      </div>
      {mayJobs && <UnfinishedJobs kind={JOB_KIND} title={t("runs.unfinished")} besides={job} own={login} who={who} />}
      <StartRun
        open={starting}
        models={models ?? ([] as ModelVersion[])}
        onClose={() => setStarting(false)}
        onStarted={(id) => {
          setStarting(false);
          void navigate({ search: { job: id } });
        }}
      />
    </Page>
  );
}

function Finished({ result }: { result: RunResult }): ReactNode {
  const { t } = useWords();
  const figures = useFigures();
  return (
    <p>
      {t("runs.job_done", {
        customers: figures.number(result.customers),
        first: figures.number(result.first_graded),
        moved: figures.number(result.moved),
        seconds: figures.seconds(result.seconds),
      })}{" "}
      <Link to="/" search={{ model: result.model }}>
        {t("runs.see_overview")}
      </Link>
    </p>
  );
}

function RunTable({
  runs,
  titleOf,
  stale,
  action,
}: {
  runs: Run[] | undefined;
  titleOf: (model: string) => string;
  stale: boolean;
  action: ReactNode;
}): ReactNode {
  const { t } = useWords();
  const figures = useFigures();
  const who = useWho();
  const knownOn = (known: string): string => (known.length === "2026-01-01".length ? figures.day(known) : figures.moment(known));
  const columns: Column<Run>[] = [
    { key: "run", title: t("runs.run"), figure: true, card: "head", render: (run) => `#${run.run}` },
    {
      key: "model",
      title: t("ui.model"),
      card: "head",
      render: (run) => (
        <Link to="/tiers/$model" params={{ model: run.model }} search={{ version: String(run.version) }}>
          {titleOf(run.model)} · {t("models.version", { version: run.version })}
        </Link>
      ),
    },
    {
      key: "as_of",
      title: t("runs.as_of"),
      render: (run) => (
        <>
          <span className="nowrap">{figures.day(run.as_of)}</span>
          {run.known_at !== null && <div className="note">{t("runs.known_at", { day: knownOn(run.known_at) })}</div>}
        </>
      ),
    },
    { key: "customers", title: t("runs.customers"), figure: true, render: (run) => figures.number(run.customers) },
    { key: "first", title: t("runs.first_graded"), figure: true, render: (run) => figures.number(run.first_graded) },
    { key: "moved", title: t("runs.moved"), figure: true, render: (run) => figures.number(run.moved) },
    { key: "seconds", title: t("runs.seconds"), figure: true, render: (run) => figures.seconds(run.seconds) },
    {
      key: "effect",
      title: t("runs.effect"),
      render: (run) => <Tag variant="outlined">{t(!run.decided ? "runs.read_only" : run.advanced ? "runs.decided" : "runs.figures_only")}</Tag>,
    },
    { key: "computed", title: t("runs.computed_at"), card: "whole", render: (run) => <span className="nowrap">{figures.moment(run.computed_at)}</span> },
    { key: "by", title: t("runs.by"), render: (run) => who(run.requested_by) },
    {
      key: "rows",
      title: t("runs.rows"),
      render: (run) =>
        run.rows_kept && (
          <a href={addressOf(`/runs/${run.run}/rows`)} download={`${run.model}-${run.as_of}.csv`} aria-label={t("runs.download_label", { run: run.run })}>
            {t("runs.download")}
          </a>
        ),
    },
  ];
  return (
    <DataTable
      label={t("runs.label")}
      columns={columns}
      rows={runs}
      rowKey={(run) => String(run.run)}
      stale={stale}
      empty={<EmptyState title={t("runs.none")} hint={t("runs.none_hint")} action={action} />}
    />
  );
}
