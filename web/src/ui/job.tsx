import { useQuery, useQueryClient } from "@tanstack/react-query";
import { Progress } from "antd";
import { type ReactNode, useEffect } from "react";
import type { Job, JobState } from "../../../src/platform/schema.js";
import { request } from "../api.js";
import type { TextKey } from "../texts.js";
import { useFigures } from "./figures.js";
import { ProblemList, ProblemView } from "./states.js";
import { unfinishedOf } from "./unfinished.js";
import { useWords } from "./words.js";

const states = {
  queued: "ui.job_queued",
  running: "ui.job_running",
  done: "ui.job_done",
  failed: "ui.job_failed",
  interrupted: "ui.job_interrupted",
} as const satisfies Record<JobState, TextKey>;

const isOver = (job: Job | undefined): boolean => job !== undefined && job.state !== "queued" && job.state !== "running";

/** Follow a job: the server answers as soon as something changed, so asking again at once is quiet. */
export function useJob(id: string | undefined) {
  return useQuery({
    queryKey: ["job", id],
    enabled: id !== undefined,
    queryFn: ({ signal }) => request<Job>(`/jobs/${id}?wait=2000`, { signal }),
    refetchInterval: (query) => (isOver(query.state.data) || query.state.error ? false : 150),
    staleTime: Number.POSITIVE_INFINITY,
  });
}

/** When a job is over. */
export async function jobOver(id: string): Promise<Job> {
  for (;;) {
    const job = await request<Job>(`/jobs/${id}?wait=2000`);
    if (isOver(job)) return job;
  }
}

/** The latest work of a kind, newest first. */
export const jobsQuery = (kind: string) => ({ queryKey: ["jobs", kind], queryFn: () => request<{ items: Job[] }>(`/jobs?kind=${kind}&limit=20`) });

interface JobViewProps {
  id: string;
  title: string;
  /** What to say of the result. */
  done: (result: unknown) => ReactNode;
  /** Lists that changed when it is done. */
  renews: readonly string[];
}

/** One job at work: its step, how far, how fast; then its result or its problems. */
export function JobView({ id, title, done, renews }: JobViewProps): ReactNode {
  const { t, say } = useWords();
  const figures = useFigures();
  const { data: job, error } = useJob(id);
  const queries = useQueryClient();
  const over = isOver(job);
  const renewed = renews.join(" ");
  useEffect(() => {
    if (!over) return;
    for (const key of [...renewed.split(" "), "jobs"]) void queries.invalidateQueries({ queryKey: [key] });
  }, [over, renewed, queries]);

  if (error) return <ProblemView error={error} />;
  const progress = job?.progress ?? null;
  const share = progress?.total ? Math.min(1, progress.done / progress.total) : 0;
  const rate =
    progress?.per_second == null
      ? ""
      : t(progress.unit === "rows" ? "ui.per_second_rows" : "ui.per_second_customers", { rate: figures.number(progress.per_second) });
  return (
    <section className="job" aria-label={title} aria-live="polite">
      <div className="section-head">
        <h2>
          {title} · {t(states[job?.state ?? "queued"])}
        </h2>
        <span className="small muted">{progress && !over && progress.unit !== "steps" ? rate : ""}</span>
      </div>
      {!over && (
        <>
          <Progress percent={Math.floor(share * 100)} size="small" status="active" aria-label={title} />
          <div className="small muted">
            {progress === null ? t("ui.job_queued_hint") : say(progress.step)}
            {progress?.total ? ` · ${t("ui.done_of", { done: figures.number(progress.done), total: figures.number(progress.total) })}` : ""}
          </div>
        </>
      )}
      {job?.state === "done" && done(job.result)}
      {job?.state === "failed" && <ProblemList problems={job.problems} />}
      {job?.state === "interrupted" && <p>{t("ui.job_interrupted_hint")}</p>}
    </section>
  );
}

interface UnfinishedProps {
  kind: string;
  title: string;
  besides: string | undefined;
  /** The reader's login. */
  own: string | undefined;
  /** Who asked, as people are told. */
  who: (login: string) => string;
}

/** Work of the last day, and the reader's own, that did not finish: a line each, which opens to what was wrong and what to do; `besides` is already shown. */
export function UnfinishedJobs({ kind, title, besides, own, who }: UnfinishedProps): ReactNode {
  const { t, say } = useWords();
  const figures = useFigures();
  const { data, dataUpdatedAt } = useQuery(jobsQuery(kind));
  const unfinished = unfinishedOf(data?.items ?? [], own, dataUpdatedAt).filter((job) => job.id !== besides);
  if (unfinished.length === 0) return null;
  return (
    <section className="section">
      <div className="section-head">
        <h2>{title}</h2>
      </div>
      <ul className="unfinished">
        {unfinished.map((job) => (
          <li key={job.id}>
            <details>
              <summary>
                <span className="nowrap">
                  {t(states[job.state])} · {figures.moment(job.requested_at)} · {who(job.requested_by)}
                </span>
                {job.problems[0] && <span className="muted"> {say(job.problems[0].message)}</span>}
              </summary>
              {job.state === "failed" ? <ProblemList problems={job.problems} /> : <p className="muted">{t("ui.job_interrupted_hint")}</p>}
            </details>
          </li>
        ))}
      </ul>
    </section>
  );
}
