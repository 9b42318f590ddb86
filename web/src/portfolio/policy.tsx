import "../ui/no-eval.js";

import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { managerLevelLabels, type PolicyVersion, type Serving, serviceModeLabels } from "../../../src/portfolio/schema.js";
import { useMay } from "../access/session.js";
import { useWho } from "../access/who.js";
import { request } from "../api.js";
import { modelsQuery } from "../tiering/models-query.js";
import { DataTable } from "../ui/data-table.js";
import { useFigures } from "../ui/figures.js";
import { isNotThere, Nothing } from "../ui/nothing.js";
import { useOrigin } from "../ui/origin.js";
import { Page, Section } from "../ui/page.js";
import { PublishText } from "../ui/publish-text.js";
import { SourceText } from "../ui/source-text.js";
import { Bone, ProblemView } from "../ui/states.js";
import { TierTag } from "../ui/tier.js";
import { useWords } from "../ui/words.js";

/** By which rule customers are given to managers. */
export function Policy(): ReactNode {
  const { t, say } = useWords();
  const figures = useFigures();
  const [who, from] = [useWho(), useOrigin()];
  const mayPublish = useMay("plans:publish");
  const { data: policy, error, refetch } = useQuery({ queryKey: ["portfolio", "policy"], queryFn: () => request<PolicyVersion>("/portfolio/policy") });
  const publish = mayPublish && <PublishText path="/portfolio/policy" title={t("portfolio.publish_policy")} renews={["portfolio"]} />;
  return (
    <Page
      name={t("portfolio.policy")}
      question={t("portfolio.policy_question")}
      answer={policy ? policy.about && say(policy.about) : !error && <Bone width={300} />}
      actions={
        <>
          <Link to="/portfolio">{t("portfolio.back")}</Link>
          {publish}
        </>
      }
    >
      {isNotThere(error) && <Nothing title={t("portfolio.no_policy")} hint={t("portfolio.no_policy_hint")} />}
      {error && !isNotThere(error) && <ProblemView error={error} retry={() => void refetch()} />}
      {policy && (
        <>
          <div className="stamps" style={{ marginBottom: 10 }}>
            <span>
              {say(policy.title)} · {t("models.version", { version: policy.version })} · {t("models.published")} <b>{figures.moment(policy.published_at)}</b>
            </span>
            <span>
              {t("models.by")} <b>{who(policy.published_by)}</b>
            </span>
            <span>
              <b>{from(policy.origin)}</b>
            </span>
          </div>
          <Rows serve={policy.serve} />
          <SourceText title={t("portfolio.policy_text")} file="policy.yaml" text={policy.text} />
        </>
      )}
    </Page>
  );
}

function Rows({ serve }: { serve: readonly Serving[] }): ReactNode {
  const { t, say, language } = useWords();
  const figures = useFigures();
  const models = useQuery(modelsQuery).data?.items ?? [];
  const rows = serve.map((one, place) => ({ ...one, place: place + 1 }));
  return (
    <Section title={t("portfolio.serving")}>
      <DataTable<(typeof rows)[number]>
        label={t("portfolio.serving")}
        rows={rows}
        rowKey={(one) => String(one.place)}
        empty={null}
        columns={[
          { key: "place", title: t("portfolio.order"), figure: true, card: "head", render: (one) => one.place },
          {
            key: "tiers",
            title: t("portfolio.tier"),
            card: "whole",
            render: (one) => (
              <span style={{ display: "flex", flexWrap: "wrap", gap: "2px 12px" }}>
                {one.tiers.map((tier) => (
                  <TierTag key={tier} id={tier} rungs={models.find((model) => model.model === one.model)?.tiers ?? []} />
                ))}
              </span>
            ),
          },
          { key: "mode", title: t("portfolio.mode"), card: "head", render: (one) => say(serviceModeLabels[one.mode]) },
          {
            key: "levels",
            title: t("portfolio.levels"),
            render: (one) => one.levels.map((level) => say(managerLevelLabels[level])).join(language === "zh" ? "、" : ", "),
          },
          {
            key: "minutes",
            title: t("portfolio.month_minutes"),
            figure: true,
            render: (one) => (one.minutes === undefined ? t("portfolio.by_plan") : figures.minutes(one.minutes)),
          },
        ]}
      />
    </Section>
  );
}
