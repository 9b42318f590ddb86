import { useQuery } from "@tanstack/react-query";
import { getRouteApi, Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import type { PlanVersion } from "../../../src/service/schema.js";
import { useWho } from "../access/who.js";
import { request } from "../api.js";
import { useFigures } from "../ui/figures.js";
import { useOrigin } from "../ui/origin.js";
import { Page, Section } from "../ui/page.js";
import { SourceText } from "../ui/source-text.js";
import { Bone, ProblemView } from "../ui/states.js";
import { useWords } from "../ui/words.js";
import { Promises } from "./promises.js";
import { Unfit } from "./unfit.js";

const route = getRouteApi("/inside/service/$plan");

/** One plan: its promises, where it came from, and its text as written. */
export function PlanView(): ReactNode {
  const { t, say } = useWords();
  const figures = useFigures();
  const [who, from] = [useWho(), useOrigin()];
  const { plan: name } = route.useParams();
  const { data: plan, error, refetch } = useQuery({ queryKey: ["plans", name], queryFn: () => request<PlanVersion>(`/plans/${encodeURIComponent(name)}`) });
  const title = plan ? say(plan.title) : name;
  return (
    <Page
      name={title}
      question={t("service.plan_question", { title })}
      answer={
        plan
          ? t(plan.problems.length > 0 ? "service.plan_unfit" : "service.plan_answer", {
              promises: plan.entitlements.length,
              tiers: plan.tiers.length,
              count: plan.entitlements.length,
            })
          : !error && <Bone width={300} />
      }
      actions={<Link to="/service">{t("service.to_service")}</Link>}
    >
      {error && <ProblemView error={error} retry={() => void refetch()} />}
      {plan && (
        <>
          <div className="stamps" style={{ marginBottom: 10 }}>
            <span>
              {t("models.version", { version: plan.version })} · {t("models.published")} <b>{figures.moment(plan.published_at)}</b>
            </span>
            <span>
              {t("models.by")} <b>{who(plan.published_by)}</b>
            </span>
            <span>
              <b>{from(plan.origin)}</b>
            </span>
            <Link to="/tiers/$model" params={{ model: plan.model }}>
              {t("service.its_model")}
            </Link>
          </div>
          <Section title={t("service.promises")}>{plan.problems.length > 0 ? <Unfit problems={plan.problems} /> : <Promises plan={plan} />}</Section>
          <SourceText title={t("service.plan_text")} file={`${plan.plan}.yaml`} text={plan.text} />
        </>
      )}
    </Page>
  );
}
