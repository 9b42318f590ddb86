import "../ui/no-eval.js";

import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Button, Form, Input, Popconfirm, Segmented, Select } from "antd";
import { type ReactNode, useState } from "react";
import {
  type Explanation,
  type ModelVersion,
  type Override,
  type OverrideAnswer,
  OverrideKind,
  type OverrideRequest,
  overrideKindLabels,
  overrideStateLabels,
} from "../../../src/tiering/schema.js";
import { sessionQuery, useMay } from "../access/session.js";
import { useWho } from "../access/who.js";
import { ProblemError, request } from "../api.js";
import { useFigures } from "../ui/figures.js";
import { jobOver } from "../ui/job.js";
import { Section } from "../ui/page.js";
import { Sheet } from "../ui/sheet.js";
import { ProblemView } from "../ui/states.js";
import { type Rungs, TierTag } from "../ui/tier.js";
import { useWords } from "../ui/words.js";

/** What an override does, in a few words. */
export function OverrideTag({ override, rungs }: { override: Pick<Override, "kind" | "tier">; rungs: Rungs }): ReactNode {
  const { say } = useWords();
  return (
    <span className="nowrap">
      {say(overrideKindLabels[override.kind])} <TierTag id={override.tier} rungs={rungs} />
    </span>
  );
}

/** A deed upon an override; when tiers follow it, it is over when they have. */
function useDeed(override: number) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: async (deed: { end: true } | { approve: boolean }) => {
      const [verb, body] = "end" in deed ? ["end", {}] : ["decision", deed];
      const answer = await request<OverrideAnswer>(`/overrides/${override}/${verb}`, { method: "POST", body });
      const job = answer.job === null ? undefined : await jobOver(answer.job);
      if (job !== undefined && job.state !== "done") throw new ProblemError(500, job.problems);
      return answer;
    },
    onSettled: () => {
      for (const key of ["customer", "explanation", "overrides", "approvals", "customers", "overview"]) void queries.invalidateQueries({ queryKey: [key] });
    },
  });
}

/** What the reader may do about an override that waits or holds. */
export function OverrideDeeds({ override }: { override: Override }): ReactNode {
  const { t } = useWords();
  const { data: session } = useQuery(sessionQuery);
  const mayApprove = useMay("overrides:approve");
  const deed = useDeed(override.override);
  const own = session?.actor.login === override.requested_by;
  const waits = override.state === "waiting";
  if (!waits && override.state !== "active") return null;
  return (
    <div>
      {deed.error && <ProblemView error={deed.error} />}
      <span style={{ display: "inline-flex", flexWrap: "wrap", gap: 8 }}>
        {waits && mayApprove && !own && (
          <>
            <Button type="primary" loading={deed.isPending} onClick={() => deed.mutate({ approve: true })}>
              {t("override.approve")}
            </Button>
            <Button disabled={deed.isPending} onClick={() => deed.mutate({ approve: false })}>
              {t("override.refuse")}
            </Button>
          </>
        )}
        {waits && own && (
          <Button loading={deed.isPending} onClick={() => deed.mutate({ end: true })}>
            {t("override.withdraw")}
          </Button>
        )}
        {!waits && (own || mayApprove) && (
          <Popconfirm title={t("override.end_sure")} okText={t("override.end")} cancelText={t("ui.cancel")} onConfirm={() => deed.mutate({ end: true })}>
            <Button loading={deed.isPending}>{t("override.end")}</Button>
          </Popconfirm>
        )}
      </span>
    </div>
  );
}

interface OverrideCardProps {
  id: string;
  who: string;
  model: ModelVersion;
  explanation: Explanation;
}

/** Grade, computed and effective tier, and the person's word that stands between the last two. */
export function OverrideCard({ id, who, model, explanation }: OverrideCardProps): ReactNode {
  const { t, say } = useWords();
  const figures = useFigures();
  const nameOf = useWho();
  const mayAsk = useMay("overrides:request");
  const { override, grade, computed, effective } = explanation;
  const rungs = model.tiers;
  return (
    <Section title={t("override.title")} aside={mayAsk && override === null && <AskOverride id={id} who={who} model={model} computed={computed} />}>
      <dl className="facts-list">
        <dt>{t("override.grade")}</dt>
        <dd>
          <TierTag id={grade} rungs={rungs} />
        </dd>
        <dt>{t("override.computed")}</dt>
        <dd>
          <TierTag id={computed} rungs={rungs} />
        </dd>
        <dt>{t("override.effective")}</dt>
        <dd>
          <TierTag id={effective} rungs={rungs} />
        </dd>
        {override && (
          <>
            <dt>{t("override.override")}</dt>
            <dd>
              <OverrideTag override={override} rungs={rungs} />
              <div className="small muted">
                {say(overrideStateLabels[override.state])} · {t("override.until_day", { day: figures.day(override.until_on) })}
              </div>
            </dd>
            <dt>{t("override.reason")}</dt>
            <dd>{override.reason}</dd>
            {override.plan !== null && (
              <>
                <dt>{t("override.plan_title")}</dt>
                <dd style={{ whiteSpace: "pre-wrap" }}>{override.plan}</dd>
              </>
            )}
            <dt>{t("override.asked_by")}</dt>
            <dd>
              {nameOf(override.requested_by)} · {figures.moment(override.requested_at)}
            </dd>
            {override.decided_by !== null && (
              <>
                <dt>{t("override.decided_by")}</dt>
                <dd>
                  {nameOf(override.decided_by)}
                  {override.decided_at !== null && ` · ${figures.moment(override.decided_at)}`}
                </dd>
                {override.decision_note !== null && (
                  <>
                    <dt>{t("override.note")}</dt>
                    <dd>{override.decision_note}</dd>
                  </>
                )}
              </>
            )}
          </>
        )}
      </dl>
      {override === null ? <p className="muted">{t("override.none")}</p> : <OverrideDeeds override={override} />}
    </Section>
  );
}

type Asked = Pick<OverrideRequest, "kind" | "tier" | "reason" | "until" | "plan">;

function AskOverride({ id, who, model, computed }: { id: string; who: string; model: ModelVersion; computed: string }): ReactNode {
  const { t, say } = useWords();
  const queries = useQueryClient();
  const [open, setOpen] = useState(false);
  const ask = useMutation({
    mutationFn: ({ plan, ...asked }: Asked) => {
      const body = { ...asked, model: model.model, ...(plan === undefined || plan.trim() === "" ? {} : { plan }) };
      return request<Override>(`/customers/${encodeURIComponent(id)}/overrides`, { method: "POST", body });
    },
    onSuccess: () => {
      setOpen(false);
      for (const key of ["explanation", "overrides", "approvals"]) void queries.invalidateQueries({ queryKey: [key] });
    },
  });
  const start = (): void => {
    ask.reset();
    setOpen(true);
  };
  return (
    <>
      <Button onClick={start}>{t("override.ask")}</Button>
      <Sheet open={open} title={t("override.ask_title", { who })} onClose={() => setOpen(false)}>
        {ask.error && <ProblemView error={ask.error} />}
        <Form layout="vertical" requiredMark={false} initialValues={{ kind: "pin", tier: computed }} onFinish={(asked: Asked) => ask.mutate(asked)}>
          <Form.Item name="kind" label={t("override.kind")}>
            <Segmented block options={OverrideKind.options.map((kind) => ({ value: kind, label: say(overrideKindLabels[kind]) }))} />
          </Form.Item>
          <Form.Item name="tier" label={t("customers.tier")} rules={[{ required: true, message: t("override.tier_missing") }]}>
            <Select options={model.tiers.map((tier) => ({ value: tier.id, label: <TierTag id={tier.id} rungs={model.tiers} />, title: say(tier.title) }))} />
          </Form.Item>
          <Form.Item
            name="until"
            label={t("override.until_label")}
            extra={t("override.until_hint")}
            rules={[{ required: true, message: t("override.until_missing") }]}
          >
            <Input type="date" />
          </Form.Item>
          <Form.Item name="reason" label={t("override.reason")} rules={[{ required: true, whitespace: true, message: t("override.reason_missing") }]}>
            <Input.TextArea autoSize={{ minRows: 2, maxRows: 6 }} maxLength={2000} />
          </Form.Item>
          <Form.Item name="plan" label={t("override.plan")}>
            <Input.TextArea autoSize={{ minRows: 2, maxRows: 8 }} maxLength={20_000} placeholder={t("override.plan_hint")} />
          </Form.Item>
          <Button type="primary" htmlType="submit" block loading={ask.isPending}>
            {t("override.send")}
          </Button>
        </Form>
      </Sheet>
    </>
  );
}
