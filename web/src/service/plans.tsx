import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { Button } from "antd";
import type { ReactNode } from "react";
import type { PlanVersion } from "../../../src/service/schema.js";
import type { Preset } from "../../../src/tiering/schema.js";
import { useMay } from "../access/session.js";
import { useWho } from "../access/who.js";
import { type Page as PageOf, request } from "../api.js";
import { useFigures } from "../ui/figures.js";
import { Section } from "../ui/page.js";
import { PublishText } from "../ui/publish-text.js";
import { Bone, EmptyState, ProblemView } from "../ui/states.js";
import { useWords } from "../ui/words.js";
import { Promises } from "./promises.js";
import { Unfit } from "./unfit.js";

/** The published plans, each as a matrix of promises and tiers, and those one can adopt. */
export function Plans(): ReactNode {
  const { t, say } = useWords();
  const figures = useFigures();
  const who = useWho();
  const mayPublish = useMay("plans:publish");
  const { data, error, refetch } = useQuery({ queryKey: ["plans"], queryFn: () => request<PageOf<PlanVersion>>("/plans") });
  const plans = data?.items;
  return (
    <>
      {error && <ProblemView error={error} retry={() => void refetch()} />}
      {!error && plans === undefined && (
        <Section title={<Bone width={160} />}>
          <div style={{ height: 360 }} />
        </Section>
      )}
      {plans?.length === 0 && (
        <Section title={t("service.plans")}>
          <EmptyState title={t("service.no_plan")} hint={t(mayPublish ? "service.no_plan_hint" : "service.no_plan_ask")} />
        </Section>
      )}
      {plans?.map((plan) => (
        <Section
          key={plan.plan}
          title={
            <Link to="/service/$plan" params={{ plan: plan.plan }}>
              {say(plan.title)}
            </Link>
          }
          aside={
            <span className="small muted">
              {t("models.version", { version: plan.version })} · {figures.day(plan.published_at)} · {who(plan.published_by)}
            </span>
          }
        >
          {plan.about && <p className="note">{say(plan.about)}</p>}
          {plan.problems.length > 0 ? <Unfit problems={plan.problems} /> : <Promises plan={plan} />}
        </Section>
      ))}
      {mayPublish && plans && <Presets adopted={plans} />}
    </>
  );
}

function Presets({ adopted }: { adopted: readonly PlanVersion[] }): ReactNode {
  const { t, say } = useWords();
  const queries = useQueryClient();
  const presets = useQuery({ queryKey: ["plan-presets"], queryFn: () => request<Preset[]>("/plan-presets") });
  const adopt = useMutation({
    mutationFn: (preset: string) => request<PlanVersion>("/plans", { method: "POST", body: { preset } }),
    onSuccess: () => queries.invalidateQueries({ queryKey: ["plans"] }),
  });
  const open = (presets.data ?? []).filter((preset) => !adopted.some((plan) => plan.origin === `preset:${preset.name}` || plan.plan === preset.name));
  return (
    <Section title={t("service.more_plans")} aside={<PublishText path="/plans" title={t("service.publish_plan")} renews={["plans", "coverage"]} />}>
      <p className="note">{t("service.more_plans_about")}</p>
      {adopt.error && <ProblemView error={adopt.error} />}
      <ul className="cards">
        {open.map((preset) => (
          <li key={preset.name}>
            <div className="card-head">
              <span className="strong">{say(preset.title)}</span>
              <Button loading={adopt.isPending && adopt.variables === preset.name} onClick={() => adopt.mutate(preset.name)}>
                {t("models.adopt")}
              </Button>
            </div>
            {preset.about && <p className="muted">{say(preset.about)}</p>}
          </li>
        ))}
      </ul>
    </Section>
  );
}
