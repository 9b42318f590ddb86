import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import type { PublishedModel } from "../../../src/tiering/schema.js";
import { useMay } from "../access/session.js";
import { useWho } from "../access/who.js";
import { DataTable } from "../ui/data-table.js";
import { useFigures } from "../ui/figures.js";
import { Page, Section } from "../ui/page.js";
import { Bone, EmptyState, ProblemView } from "../ui/states.js";
import { TierTag } from "../ui/tier.js";
import { useWords } from "../ui/words.js";
import { WaitingLine } from "./approvals.js";
import { ModelReview } from "./model-review.js";
import { modelsQuery } from "./models-query.js";
import { Presets } from "./presets.js";
import { ServiceSwitch, ServiceTag } from "./service-model.js";

/** The published models, and the presets one can adopt. */
export function Models(): ReactNode {
  const { t, say } = useWords();
  const figures = useFigures();
  const who = useWho();
  const models = useQuery(modelsQuery);
  const [mayRun, mayPublish] = [useMay("tiers:run"), useMay("models:publish")];
  const items = models.data?.items;
  return (
    <Page
      name={t("ui.tiers")}
      question={t("models.question")}
      answer={items ? t("models.answer", { count: items.length }) : !models.error && <Bone width={120} />}
      actions={
        <>
          <Link to="/overrides">{t("override.overrides")}</Link>
          {mayRun && <Link to="/proposals">{t("proposal.proposals")}</Link>}
        </>
      }
    >
      <WaitingLine />
      <Section title={t("models.label")}>
        {items !== undefined && items.length > 1 && (
          <p className="note" style={{ marginBottom: 8 }}>
            {t("service_model.about")}
          </p>
        )}
        {models.error ? (
          <ProblemView error={models.error} retry={() => void models.refetch()} />
        ) : (
          <DataTable<PublishedModel>
            label={t("models.label")}
            rows={items}
            bones={3}
            rowKey={(model) => model.model}
            empty={<EmptyState title={t("models.none")} hint={t("models.none_hint")} />}
            columns={[
              {
                key: "title",
                title: t("ui.model"),
                card: "head",
                render: (model) => (
                  <span style={{ display: "inline-flex", flexWrap: "wrap", gap: "2px 8px" }}>
                    <Link to="/tiers/$model" params={{ model: model.model }}>
                      {say(model.title)}
                    </Link>
                    {model.service && <ServiceTag />}
                  </span>
                ),
              },
              { key: "version", title: t("models.versions"), card: "head", render: (model) => t("models.version", { version: model.version }) },
              {
                key: "tiers",
                title: t("models.rungs"),
                card: "whole",
                render: (model) => (
                  <span style={{ display: "flex", flexWrap: "wrap", gap: "2px 12px" }}>
                    {model.tiers.map((tier) => (
                      <TierTag key={tier.id} id={tier.id} rungs={model.tiers} />
                    ))}
                  </span>
                ),
              },
              { key: "published", title: t("models.published"), render: (model) => <span className="nowrap">{figures.moment(model.published_at)}</span> },
              { key: "by", title: t("models.by"), render: (model) => who(model.published_by) },
              {
                key: "review",
                title: t("review.due"),
                render: (model) => <ModelReview model={model} mayReview={mayPublish === true} />,
              },
              ...(mayPublish && items !== undefined && items.length > 1
                ? [
                    {
                      key: "service",
                      title: t("service_model.tag"),
                      render: (model: PublishedModel) =>
                        model.service ? <span className="muted">{t("models.current")}</span> : <ServiceSwitch model={model} />,
                    },
                  ]
                : []),
            ]}
          />
        )}
      </Section>
      <Presets adopted={items} />
    </Page>
  );
}
