import { useMutation } from "@tanstack/react-query";
import { Button } from "antd";
import type { ReactNode } from "react";
import type { ModelPreview, Proposal } from "../../../src/tiering/schema.js";
import { request } from "../api.js";
import { useFigures } from "../ui/figures.js";
import { JobView, useJob } from "../ui/job.js";
import { Section } from "../ui/page.js";
import { ProblemView } from "../ui/states.js";
import { useWords } from "../ui/words.js";
import { Movers } from "./change-figures.js";

/** Some of those whom a change that waits would move: not kept with it, but found anew, by the facts of now, when somebody asks. */
export function MoversNow({ proposal }: { proposal: Proposal }): ReactNode {
  const { t } = useWords();
  const preview = useMutation({ mutationFn: () => request<{ job: string }>(`/proposals/${proposal.proposal}/preview`, { method: "POST" }) });
  const job = useJob(preview.data?.job).data;
  return (
    <Section
      title={t("change.movers")}
      aside={
        <Button loading={preview.isPending} onClick={() => preview.mutate()}>
          {t(preview.data === undefined ? "movers.see" : "movers.again")}
        </Button>
      }
    >
      {preview.error && <ProblemView error={preview.error} />}
      {preview.data === undefined ? (
        <p className="note">{t("movers.about")}</p>
      ) : job?.state === "done" ? (
        <Told now={job.result as ModelPreview} then={proposal.preview} />
      ) : (
        <JobView id={preview.data.job} title={t("studio.previewing")} renews={[]} done={() => null} />
      )}
    </Section>
  );
}

function Told({ now, then }: { now: ModelPreview; then: ModelPreview }): ReactNode {
  const { t } = useWords();
  const figures = useFigures();
  return (
    <>
      <p className="note">
        {t("movers.as_of", { day: figures.day(now.as_of), moved: figures.number(now.moved) })}
        {now.moved !== then.moved && ` ${t("movers.otherwise", { moved: figures.number(then.moved) })}`}
      </p>
      {now.movers.length > 0 && <Movers preview={now} />}
    </>
  );
}
