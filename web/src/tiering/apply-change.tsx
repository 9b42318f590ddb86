import "../ui/no-eval.js";

import { useMutation } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { Button, Checkbox, Input } from "antd";
import { type ReactNode, useEffect, useId, useState } from "react";
import { type ModelChange, type ModelPreview, type ModelSource, NOTE_LENGTH } from "../../../src/tiering/schema.js";
import { request } from "../api.js";
import { useFigures } from "../ui/figures.js";
import { JobView, useJob } from "../ui/job.js";
import { Section } from "../ui/page.js";
import { ProblemView } from "../ui/states.js";
import { useWords } from "../ui/words.js";
import { ChangeFigures } from "./change-figures.js";

interface ApplyChangeProps {
  model: string;
  text: string;
  /** The version that was in force when it was begun. */
  base: number;
  /** The text is that of this earlier version. */
  version: number | undefined;
  /** Nothing is wrong with it, and nothing is being looked at. */
  sound: boolean;
  /** It is published, or waits for approval. */
  onDone: () => void;
}

interface Previewed {
  job: string;
  text: string;
}

/** What goes with the deed: that what asks was confirmed, and why it is done. */
interface Said {
  confirm: boolean;
  note: string;
}

/** Preview the text, then publish it: the two steps of a change, the second only for what the first showed. */
export function ApplyChange({ model, text, base, version, sound, onDone }: ApplyChangeProps): ReactNode {
  const { t } = useWords();
  const [previewed, setPreviewed] = useState<Previewed>();
  const [applied, setApplied] = useState<Previewed>();
  const source: ModelSource = version === undefined ? { text, origin: `${model}.yaml` } : { model, version };
  const preview = useMutation({
    mutationFn: () => request<{ job: string }>("/models/preview", { method: "POST", body: { source } }),
    onSuccess: ({ job }) => setPreviewed({ job, text }),
  });
  const apply = useMutation({
    mutationFn: ({ confirm, note }: Said) =>
      request<{ job: string }>("/models/apply", {
        method: "POST",
        body: { source, confirm, base: { model, version: base }, ...(note.trim() === "" ? {} : { note: note.trim() }) },
      }),
    onSuccess: ({ job }) => setApplied({ job, text }),
  });
  const job = useJob(applied?.job).data;
  const done = job?.state === "done" && applied?.text === text;
  useEffect(() => {
    if (done) onDone();
  }, [done, onDone]);
  // what was refused can be mended here, and what was published changed again
  const going = applied !== undefined && job?.state !== "failed" && job?.state !== "interrupted" && applied.text === text;
  return (
    <>
      {!going && (
        <Section
          title={t("studio.preview")}
          aside={
            <Button type={previewed?.text === text ? "default" : "primary"} disabled={!sound} loading={preview.isPending} onClick={() => preview.mutate()}>
              {t("studio.preview")}
            </Button>
          }
        >
          <p className="note">{t("studio.preview_about")}</p>
          {preview.error && <ProblemView error={preview.error} />}
          {apply.error && <ProblemView error={apply.error} />}
        </Section>
      )}
      {!going && previewed !== undefined && (
        <JobView
          id={previewed.job}
          title={t("studio.previewing")}
          renews={[]}
          done={(result) => <Shown preview={result as ModelPreview} stale={previewed.text !== text} pending={apply.isPending} onApply={apply.mutate} />}
        />
      )}
      {applied !== undefined && (
        <JobView
          id={applied.job}
          title={t("studio.applying")}
          renews={["models", "overview", "customers", "explanation", "runs", "counts", "distribution", "proposals"]}
          done={(result) => <Outcome change={result as ModelChange} />}
        />
      )}
    </>
  );
}

interface ShownProps {
  preview: ModelPreview;
  stale: boolean;
  pending: boolean;
  onApply: (said: Said) => void;
}

/** What was previewed, and the deed. */
function Shown({ preview, stale, pending, onApply }: ShownProps): ReactNode {
  const { t } = useWords();
  const figures = useFigures();
  const [confirmed, setConfirmed] = useState(false);
  const [note, setNote] = useState("");
  const field = useId();
  const unrun = Object.keys(preview.before).length === 0;
  const over = !unrun && !preview.needs_approval && preview.stops !== null && preview.share > preview.stops;
  const asks = over || (preview.lifts_limits && !preview.needs_approval);
  return (
    <>
      <ChangeFigures preview={preview} />
      {stale && <p className="bad">{t("studio.stale")}</p>}
      {preview.needs_approval && <p>{t("studio.needs_approval", { share: figures.percent(preview.changed_share) })}</p>}
      {unrun && <p className="note">{t("studio.first_run")}</p>}
      {asks && (
        <p>
          <Checkbox checked={confirmed} onChange={({ target }) => setConfirmed(target.checked)}>
            {over ? t("studio.confirm_over", { share: figures.percent(preview.share), limit: figures.percent(preview.stops) }) : t("studio.confirm_lift")}
          </Checkbox>
        </p>
      )}
      <label htmlFor={field} className="field" style={{ maxWidth: 520, marginBottom: 10 }}>
        <span className="label">{t("studio.note")}</span>
        <Input.TextArea id={field} rows={2} maxLength={NOTE_LENGTH} value={note} onChange={({ target }) => setNote(target.value)} />
        <span className="small muted">{t("studio.note_hint")}</span>
      </label>
      <Button type="primary" disabled={stale || (asks && !confirmed)} loading={pending} onClick={() => onApply({ confirm: confirmed, note })}>
        {t(preview.needs_approval ? "studio.propose" : unrun || preview.words_only ? "studio.publish" : "studio.apply")}
      </Button>
    </>
  );
}

function Outcome({ change }: { change: ModelChange }): ReactNode {
  const { t } = useWords();
  const figures = useFigures();
  if (change.proposal !== null)
    return (
      <p role="status">
        {t("studio.proposed", { proposal: change.proposal })}{" "}
        <Link to="/proposals/$proposal" params={{ proposal: String(change.proposal) }}>
          {t("studio.see_proposal")}
        </Link>
      </p>
    );
  return (
    <p role="status">
      {change.run === null
        ? t(change.words_only ? "studio.done_words" : "studio.done_unrun", { version: change.version ?? 0 })
        : t("studio.done", { version: change.version ?? 0, count: figures.number(change.moved) })}{" "}
      <Link to="/tiers/$model" params={{ model: change.model }}>
        {t("studio.see_model")}
      </Link>
    </p>
  );
}
