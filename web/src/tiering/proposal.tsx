import "../ui/no-eval.js";

import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { getRouteApi, Link } from "@tanstack/react-router";
import { Button, Input } from "antd";
import { type ReactNode, useId, useState } from "react";
import { type Proposal, type ProposalAnswer, proposalStateLabels } from "../../../src/tiering/schema.js";
import { sessionQuery, useMay } from "../access/session.js";
import { useWho } from "../access/who.js";
import { request } from "../api.js";
import { useFigures } from "../ui/figures.js";
import { JobView } from "../ui/job.js";
import { Page, Section } from "../ui/page.js";
import { Bone, ProblemView } from "../ui/states.js";
import { useWords } from "../ui/words.js";
import { ChangeFigures } from "./change-figures.js";
import { MoversNow } from "./movers-now.js";
import { DiffView } from "./version-diff.js";

const route = getRouteApi("/inside/proposals/$proposal");

/** One change that somebody else has to decide on: what it changes, and what that does to everybody. */
export function ProposalView(): ReactNode {
  const { t, say } = useWords();
  const figures = useFigures();
  const who = useWho();
  const { proposal: number } = route.useParams();
  const found = useQuery({ queryKey: ["proposals", "one", number], queryFn: () => request<Proposal>(`/proposals/${encodeURIComponent(number)}`) });
  const proposal = found.data;
  const [mayApprove, mayPublish] = [useMay("models:approve"), useMay("models:publish")];
  const maySee = (mayApprove || mayPublish) && proposal?.state === "waiting" && proposal.preview.moved > 0;
  return (
    <Page
      name={t("proposal.proposals")}
      question={proposal ? t("proposal.one_question", { title: say(proposal.title) }) : t("proposal.proposals")}
      answer={
        proposal
          ? t("proposal.one_answer", {
              by: who(proposal.requested_by),
              at: figures.moment(proposal.requested_at),
              moved: figures.number(proposal.preview.moved),
              share: figures.percent(proposal.preview.share),
            })
          : !found.error && <Bone width={300} />
      }
      actions={<Link to="/proposals">{t("proposal.back")}</Link>}
    >
      {found.error && <ProblemView error={found.error} retry={() => void found.refetch()} />}
      {proposal && (
        <>
          <Decision proposal={proposal} />
          <DiffView path={`/proposals/${proposal.proposal}/diff`} />
          <ChangeFigures preview={proposal.preview} movers={maySee && <MoversNow proposal={proposal} />} />
        </>
      )}
    </Page>
  );
}

/** What became of it, or what the reader may do. */
function Decision({ proposal }: { proposal: Proposal }): ReactNode {
  const { t, say } = useWords();
  const figures = useFigures();
  const who = useWho();
  const queries = useQueryClient();
  const { data: session } = useQuery(sessionQuery);
  const mayApprove = useMay("models:approve");
  const field = useId();
  const [note, setNote] = useState("");
  const [job, setJob] = useState<string>();
  const own = session?.actor.login === proposal.requested_by;
  const deed = useMutation({
    mutationFn: async (what: "approve" | "refuse" | "withdraw"): Promise<string | null> => {
      const path = `/proposals/${proposal.proposal}`;
      if (what === "withdraw") {
        await request<Proposal>(`${path}/withdraw`, { method: "POST" });
        return null;
      }
      const said = note.trim() === "" ? {} : { note: note.trim() };
      return (await request<ProposalAnswer>(`${path}/decision`, { method: "POST", body: { approve: what === "approve", ...said } })).job;
    },
    onSuccess: (queued) => {
      if (queued !== null) setJob(queued);
      for (const key of ["proposals", "approvals"]) void queries.invalidateQueries({ queryKey: [key] });
    },
  });
  return (
    <Section title={say(proposalStateLabels[proposal.state])}>
      <p className={proposal.note === null ? "muted" : ""} style={{ marginBottom: 8, overflowWrap: "anywhere" }}>
        {proposal.note === null ? t("proposal.no_why") : t("proposal.why", { why: proposal.note })}
      </p>
      {proposal.decided_by !== null && (
        <p>
          {who(proposal.decided_by)} · {figures.moment(proposal.decided_at)}
          {proposal.decision_note !== null && <span className="muted"> · {proposal.decision_note}</span>}
        </p>
      )}
      {job !== undefined && (
        <JobView
          id={job}
          title={t("proposal.job")}
          renews={["models", "overview", "customers", "explanation", "runs", "counts", "distribution"]}
          done={() => null}
        />
      )}
      {deed.error && <ProblemView error={deed.error} />}
      {proposal.state === "waiting" && (
        <div className="stack" style={{ gap: 10, maxWidth: 520 }}>
          {mayApprove && !own && (
            <label htmlFor={field} className="field">
              <span className="label">{t("proposal.note")}</span>
              <Input.TextArea id={field} rows={2} maxLength={2000} value={note} onChange={({ target }) => setNote(target.value)} />
            </label>
          )}
          {own && <p className="note">{t("proposal.own")}</p>}
          <div style={{ display: "flex", flexWrap: "wrap", gap: 8 }}>
            {mayApprove && !own && (
              <>
                <Button type="primary" loading={deed.isPending} onClick={() => deed.mutate("approve")}>
                  {t("proposal.approve")}
                </Button>
                <Button disabled={deed.isPending} onClick={() => deed.mutate("refuse")}>
                  {t("proposal.refuse")}
                </Button>
              </>
            )}
            {own && (
              <Button loading={deed.isPending} onClick={() => deed.mutate("withdraw")}>
                {t("proposal.withdraw")}
              </Button>
            )}
          </div>
        </div>
      )}
    </Section>
  );
}
