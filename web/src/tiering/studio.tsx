import "../ui/no-eval.js";

import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { getRouteApi, Link } from "@tanstack/react-router";
import { Button } from "antd";
import { lazy, type ReactNode, Suspense, useMemo, useState } from "react";
import type { ModelCheck, ModelCounts, ModelVersion } from "../../../src/tiering/schema.js";
import { sessionQuery, useMay } from "../access/session.js";
import { type Page as PageOf, ProblemError, request } from "../api.js";
import { useFigures } from "../ui/figures.js";
import { Page, Section } from "../ui/page.js";
import { useSettled } from "../ui/settled.js";
import { Bone, EmptyState, ProblemList, ProblemView } from "../ui/states.js";
import type { Rungs } from "../ui/tier.js";
import { useWords } from "../ui/words.js";
import { ApplyChange } from "./apply-change.js";
import { CountsTable } from "./change-figures.js";
import { DraftNotice, useDraft } from "./draft.js";
import { FigureThresholds } from "./figure-thresholds.js";
import { thresholdsIn, withExamples, withThreshold } from "./thresholds.js";

const Editor = lazy(() => import("../ui/editor.js"));
const route = getRouteApi("/inside/tiers/$model/studio");

/** A model to change: its thresholds on the figures, its text, and what the change does to everybody. */
export function Studio(): ReactNode {
  const { t, say } = useWords();
  const { model: name } = route.useParams();
  const search = route.useSearch();
  const versions = useQuery({
    queryKey: ["models", name, "versions"],
    queryFn: async () => (await request<PageOf<ModelVersion>>(`/models/${encodeURIComponent(name)}/versions`)).items,
  });
  const newest = versions.data?.reduce((best, one) => (one.version > best.version ? one : best));
  const from = versions.data?.find((one) => String(one.version) === search.version) ?? newest;
  const login = useQuery(sessionQuery).data?.actor.login;
  const [mayPublish, mayRun] = [useMay("models:publish"), useMay("tiers:run")];
  const mayChange = mayPublish && mayRun;
  const [begun, setBegun] = useState(0);
  return (
    <Page
      name={t("studio.studio")}
      question={t("studio.question", { title: newest ? say(newest.title) : name })}
      answer={!mayChange ? null : from && newest && from.version !== newest.version ? t("studio.version_text", { version: from.version }) : t("studio.answer")}
      actions={
        <Link to="/tiers/$model" params={{ model: name }}>
          {t("studio.back")}
        </Link>
      }
    >
      {versions.error && <ProblemView error={versions.error} retry={() => void versions.refetch()} />}
      {login !== undefined && !mayChange ? (
        <MayNot model={name} />
      ) : from && newest && login !== undefined ? (
        <Desk key={`${search.version ?? ""} ${begun}`} begins={from} inForce={newest} login={login} onAfresh={() => setBegun(begun + 1)} />
      ) : (
        !versions.error && <Bone width={300} />
      )}
    </Page>
  );
}

/** Who changes models, to somebody who does not, and where the rest of it can be seen. */
function MayNot({ model }: { model: string }): ReactNode {
  const { t } = useWords();
  const mayRun = useMay("tiers:run");
  return (
    <div className="section">
      <EmptyState
        title={t("studio.may_not")}
        hint={t("studio.may_not_hint")}
        action={
          <span className="names links">
            <Link to="/tiers/$model" params={{ model }}>
              {t("studio.see_model")}
            </Link>
            {mayRun && <Link to="/proposals">{t("proposal.proposals")}</Link>}
          </span>
        }
      />
    </div>
  );
}

/** Until somebody has stopped typing or dragging for so long, nothing is asked. */
const SETTLED_MS = 150;

/** What the server says of the text, of the last one that was whole while another is being looked at. */
function useWritten(text: string) {
  const settled = useSettled(text, SETTLED_MS);
  const check = useQuery({
    queryKey: ["check", settled],
    queryFn: () => request<ModelCheck>("/models/check", { method: "POST", body: { text: settled } }),
    placeholderData: keepPreviousData,
  });
  const readable = !check.isPlaceholderData && check.data?.model != null;
  const counts = useQuery({
    queryKey: ["counts", settled],
    queryFn: ({ signal }) => request<ModelCounts>("/models/counts", { method: "POST", body: { text: settled }, signal }),
    enabled: readable,
    placeholderData: keepPreviousData,
    retry: false,
  });
  return { check, counts, readable, busy: settled !== text || check.isPlaceholderData || (readable && counts.isPlaceholderData) };
}

interface DeskProps {
  /** The version whose text is changed; another that is published meanwhile leaves what was written. */
  begins: ModelVersion;
  inForce: ModelVersion;
  login: string;
  onAfresh: () => void;
}

function Desk({ begins, inForce, login, onAfresh }: DeskProps): ReactNode {
  const { t } = useWords();
  const [from] = useState(begins);
  const { text, write, draft, drop, restored, kept } = useDraft(login, from, inForce);
  const { check, counts, readable, busy } = useWritten(text);
  const rungs: Rungs = check.data?.model?.tiers ?? from.tiers;
  const columns = check.data?.model?.columns ?? from.columns;
  const numbers = useMemo(() => new Set(columns.filter(({ unit }) => unit !== "text").map((column) => column.name)), [columns]);
  const thresholds = useMemo(() => thresholdsIn(text, numbers), [text, numbers]);
  const shared = useMemo(
    () => new Set(thresholds.flatMap((one, i) => (thresholds.some((other, j) => i !== j && other.tier === one.tier) ? [one.tier] : []))),
    [thresholds],
  );
  const onFigures = columns.filter(({ name }) => thresholds.some((one) => one.figure === name));
  const unrun = counts.error instanceof ProblemError && counts.error.problems[0]?.code === "tiering.not_run";
  return (
    <>
      <DraftNotice
        restored={restored}
        draft={draft}
        kept={kept}
        from={from}
        inForce={inForce}
        onDiscard={() => {
          drop();
          onAfresh();
        }}
      />
      <div className="studio">
        <div className="on-figures">
          <Section title={t("studio.thresholds")}>
            {unrun ? (
              <EmptyState title={t("studio.not_run")} hint={t("studio.not_run_hint")} />
            ) : onFigures.length === 0 ? (
              <EmptyState title={t("studio.no_thresholds")} hint={t("studio.no_thresholds_hint")} />
            ) : (
              onFigures.map((column) => (
                <FigureThresholds
                  key={column.name}
                  model={inForce.model}
                  column={column}
                  thresholds={thresholds.filter((one) => one.figure === column.name)}
                  rungs={rungs}
                  counts={counts.data?.after}
                  shared={shared}
                  onSet={(threshold, value) => write(withThreshold(text, threshold, value))}
                />
              ))
            )}
          </Section>
        </div>
        <div className="studio-side">
          <Counts counts={counts.data} error={unrun ? null : counts.error} busy={busy} stale={!readable} rungs={rungs} />
        </div>
        <div className="written">
          <Section
            title={t("studio.text")}
            aside={
              text === inForce.text ? (
                <span className="small muted">{t("studio.unchanged")}</span>
              ) : (
                text !== from.text && (
                  <Button size="small" onClick={() => write(from.text)}>
                    {t("studio.reset")}
                  </Button>
                )
              )
            }
          >
            <Suspense fallback={<Bone width="100%" />}>
              <Editor text={text} onChange={write} problems={check.data?.problems ?? []} label={t("studio.text")} />
            </Suspense>
            <Verdict check={check.data} error={check.error} onAccept={(otherwise) => write(withExamples(text, otherwise))} />
          </Section>
        </div>
      </div>
      <ApplyChange
        model={inForce.model}
        text={text}
        base={inForce.version}
        version={text === from.text && from.version !== inForce.version ? from.version : undefined}
        sound={!busy && check.data?.problems.length === 0}
        onDone={drop}
      />
    </>
  );
}

type Otherwise = readonly { line: number; actual: string }[];

/** The examples that come out otherwise than they expect. */
const examplesOf = ({ problems, examples }: ModelCheck): Otherwise =>
  problems.flatMap(({ code, place }) => {
    const actual = examples[Number(/^examples\[(\d+)\]$/.exec(place?.path ?? "")?.[1])]?.actual;
    return code !== "tiering.example" || actual === undefined || place?.line === undefined ? [] : [{ line: place.line, actual }];
  });

interface VerdictProps {
  check: ModelCheck | undefined;
  error: Error | null;
  onAccept: (otherwise: Otherwise) => void;
}

/** What is wrong with the text, or that nothing is. */
function Verdict({ check, error, onAccept }: VerdictProps): ReactNode {
  const { t } = useWords();
  if (error) return <ProblemView error={error} />;
  if (check === undefined) return <p className="note">{t("studio.checking")}</p>;
  if (check.problems.length === 0)
    return (
      <p className="note good" role="status">
        ✓ {t("studio.sound", { count: check.examples.length })}
      </p>
    );
  const otherwise = examplesOf(check);
  return (
    <>
      <p className="strong" role="status">
        {t("studio.problems", { count: check.problems.length })}
      </p>
      <ProblemList problems={check.problems} />
      {otherwise.length > 0 && <Button onClick={() => onAccept(otherwise)}>{t("studio.accept_examples", { count: otherwise.length })}</Button>}
    </>
  );
}

interface CountsProps {
  counts: ModelCounts | undefined;
  error: Error | null;
  busy: boolean;
  /** They are of the last text that could be read. */
  stale: boolean;
  rungs: Rungs;
}

/** Customers of every tier by the text as it stands, while it is written. */
function Counts({ counts, error, busy, stale, rungs }: CountsProps): ReactNode {
  const { t } = useWords();
  const figures = useFigures();
  return (
    <Section title={t("studio.counts")}>
      <div aria-busy={busy} style={{ opacity: busy || stale || error ? 0.55 : 1 }}>
        {counts === undefined ? error === null && <Bone width="100%" /> : <CountsTable counts={counts} rungs={rungs} />}
      </div>
      {error && <ProblemView error={error} />}
      {counts && (
        <p className="note" style={{ marginTop: 6 }}>
          {counts.moved === 0
            ? t("studio.nobody")
            : t("studio.moved", {
                number: figures.number(counts.moved),
                share: figures.percent(counts.moved / Math.max(1, counts.customers - counts.first_graded)),
              })}
          {" · "}
          {t("studio.counted", { day: figures.day(counts.as_of) })}
        </p>
      )}
    </Section>
  );
}
