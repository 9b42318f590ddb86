import { keepPreviousData, useMutation, useQuery } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { Button } from "antd";
import type { ReactNode } from "react";
import type { Cycle as CycleOf, CycleRequest, CycleStep } from "../../../src/platform/cycle/schema.js";
import { useMay } from "../access/session.js";
import { useWho } from "../access/who.js";
import { type Page as PageOf, query, request } from "../api.js";
import type { TextKey } from "../texts.js";
import { DataTable } from "../ui/data-table.js";
import { useFigures } from "../ui/figures.js";
import { JobView } from "../ui/job.js";
import { Page, Section } from "../ui/page.js";
import { Pager } from "../ui/pager.js";
import { Bone, EmptyState, ProblemList, ProblemView } from "../ui/states.js";
import { useWords } from "../ui/words.js";
import { Schedule } from "./schedule.js";

const route = getRouteApi("/inside/cycle");
const SIZE = 10;

const states = {
  waiting: "cycle.waiting",
  running: "ui.job_running",
  done: "ui.job_done",
  failed: "ui.job_failed",
  interrupted: "ui.job_interrupted",
} as const satisfies Record<CycleStep["state"], TextKey>;

/** What the day's cycle did, step by step, the newest first; start one and watch it. */
export function Cycle(): ReactNode {
  const { t } = useWords();
  const figures = useFigures();
  const { cursor, page, job } = route.useSearch();
  const navigate = route.useNavigate();
  const mayRun = useMay("cycle:run");
  const list = useQuery({
    queryKey: ["cycles", cursor],
    queryFn: () => request<PageOf<CycleOf>>(`/cycles${query({ cursor, limit: SIZE })}`),
    placeholderData: keepPreviousData,
  });
  const start = useMutation({
    mutationFn: (asked: CycleRequest) => request<{ job: string }>("/cycles", { method: "POST", body: asked }),
    onSuccess: ({ job: id }) => void navigate({ search: { job: id } }),
  });
  const latest = list.data?.items[0];
  const steps = latest && {
    day: figures.day(latest.day),
    state: t(states[latest.state]),
    done: latest.steps.filter((one) => one.state === "done").length,
    steps: latest.steps.length,
  };
  const button = mayRun && (
    <Button type="primary" loading={start.isPending} onClick={() => start.mutate({})}>
      {t("cycle.start")}
    </Button>
  );
  return (
    <Page
      name={t("ui.cycle")}
      question={t("cycle.question")}
      answer={steps ? t("cycle.answer", steps) : !list.data && !list.error && <Bone width={260} />}
      actions={button || <span className="note">{t("cycle.may_not")}</span>}
    >
      {start.error && <ProblemView error={start.error} />}
      {job && (
        <JobView
          id={job}
          title={t("ui.cycle")}
          renews={["cycles", "today", "portfolio", "managers", "messages", "coverage", "overview", "runs", "customer", "customers"]}
          done={() => <p>{t("cycle.job_done")}</p>}
        />
      )}
      <Schedule mayChange={mayRun} />
      {list.error ? (
        <ProblemView error={list.error} retry={() => void list.refetch()} />
      ) : (
        <>
          {list.data === undefined && <div className="section" style={{ height: 260 }} aria-busy="true" />}
          {list.data?.items.length === 0 && (
            <div className="section">
              <EmptyState title={t("cycle.none")} hint={t("cycle.none_hint")} action={button} />
            </div>
          )}
          {list.data?.items.map((cycle) => (
            <OneCycle key={cycle.day} cycle={cycle} />
          ))}
          {(cursor !== undefined || list.data?.next != null) && (
            <Pager cursor={cursor} page={page} size={SIZE} shown={list.data?.items.length} next={list.data?.next} total={list.data?.total} />
          )}
        </>
      )}
    </Page>
  );
}

function OneCycle({ cycle }: { cycle: CycleOf }): ReactNode {
  const { t, say, language } = useWords();
  const figures = useFigures();
  const who = useWho();
  const troubled = cycle.steps.filter((step) => step.problems.length > 0);
  return (
    <Section
      title={
        <>
          {figures.day(cycle.day)} · <State state={cycle.state} />
        </>
      }
      aside={<span className="small muted">{t("cycle.by", { who: who(cycle.requested_by) })}</span>}
    >
      {troubled.map((step) => (
        <div key={step.step}>
          <div className="small muted">{say(step.title)}</div>
          <ProblemList problems={step.problems} />
        </div>
      ))}
      <DataTable<CycleStep>
        label={t("cycle.steps", { day: figures.day(cycle.day) })}
        rows={cycle.steps}
        rowKey={(step) => step.step}
        empty={null}
        columns={[
          { key: "step", title: t("cycle.step"), card: "head", render: (step) => say(step.title) },
          { key: "state", title: t("cycle.state"), card: "head", render: (step) => <State state={step.state} /> },
          {
            key: "counts",
            title: t("cycle.counts"),
            card: "whole",
            render: (step) =>
              step.counts.map((one) => `${say(one.title)} ${figures.number(one.count)}`).join(language === "zh" ? "，" : ", ") ||
              (step.note ? <span className="muted">{say(step.note)}</span> : "—"),
          },
          { key: "started_at", title: t("cycle.started"), render: (step) => <span className="nowrap">{figures.moment(step.started_at)}</span> },
          { key: "seconds", title: t("cycle.took"), figure: true, render: (step) => (step.seconds === null ? "—" : figures.seconds(step.seconds)) },
        ]}
      />
    </Section>
  );
}

function State({ state }: { state: CycleStep["state"] }): ReactNode {
  const { t } = useWords();
  const look = state === "failed" || state === "interrupted" ? "bad strong" : state === "done" ? "good" : "muted";
  return <span className={look}>{t(states[state])}</span>;
}
