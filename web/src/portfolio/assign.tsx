import { useMutation } from "@tanstack/react-query";
import { Button } from "antd";
import type { ReactNode } from "react";
import type { AssignmentResult } from "../../../src/portfolio/schema.js";
import { request } from "../api.js";
import { useFigures } from "../ui/figures.js";
import { JobView } from "../ui/job.js";
import { ProblemView } from "../ui/states.js";
import { useWords } from "../ui/words.js";

/** Assign everybody anew, now. */
export function AssignNow({ onStarted }: { onStarted: (job: string) => void }): ReactNode {
  const { t } = useWords();
  const assign = useMutation({
    mutationFn: () => request<{ job: string }>("/portfolio/assignments", { method: "POST", body: {} }),
    onSuccess: ({ job }) => onStarted(job),
  });
  return (
    <>
      <Button type="primary" loading={assign.isPending} onClick={() => assign.mutate()}>
        {t("portfolio.assign_now")}
      </Button>
      {assign.error && <ProblemView error={assign.error} />}
    </>
  );
}

export function Assigning({ job }: { job: string }): ReactNode {
  const { t } = useWords();
  return (
    <JobView
      id={job}
      title={t("portfolio.assigning")}
      renews={["portfolio", "managers", "customer", "today"]}
      done={(result) => <Assigned result={result as AssignmentResult} />}
    />
  );
}

function Assigned({ result }: { result: AssignmentResult }): ReactNode {
  const { t } = useWords();
  const figures = useFigures();
  return (
    <p>
      {t("portfolio.assigned", {
        assigned: figures.number(result.assigned),
        moved: figures.number(result.moved),
        kept: figures.number(result.kept),
        unplaced: figures.number(result.unplaced),
        seconds: figures.seconds(result.seconds),
      })}
    </p>
  );
}
