import "../ui/no-eval.js";

import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { channelLabels, messageClassLabels, type TemplateVersion } from "../../../src/outreach/schema.js";
import { useMay } from "../access/session.js";
import { type Page as PageOf, request } from "../api.js";
import { useFigures } from "../ui/figures.js";
import { Nothing } from "../ui/nothing.js";
import { useOrigin } from "../ui/origin.js";
import { Page, Section } from "../ui/page.js";
import { PublishText } from "../ui/publish-text.js";
import { Bone, ProblemView } from "../ui/states.js";
import { useWords } from "../ui/words.js";

/** What we write to customers, in both languages side by side, as a made-up customer would read it. */
export function Templates(): ReactNode {
  const { t } = useWords();
  const mayPublish = useMay("plans:publish");
  const maySee = useMay("messages:read");
  const { data, error, refetch } = useQuery({ queryKey: ["templates"], queryFn: () => request<PageOf<TemplateVersion>>("/templates") });
  const templates = data?.items;
  return (
    <Page
      name={t("outreach.templates")}
      question={t("outreach.templates_question")}
      answer={templates ? t("outreach.templates_answer", { count: templates.length }) : !error && <Bone width={140} />}
      actions={
        <>
          {maySee ? <Link to="/outreach">{t("outreach.back")}</Link> : <Link to="/service">{t("service.to_service")}</Link>}
          {mayPublish && <PublishText path="/templates" title={t("outreach.publish")} renews={["templates"]} />}
        </>
      }
    >
      {error && <ProblemView error={error} retry={() => void refetch()} />}
      {!error && templates === undefined && <div className="section" style={{ height: 420 }} aria-busy="true" />}
      {templates?.length === 0 && <Nothing title={t("outreach.no_templates")} hint={t("outreach.no_templates_hint")} />}
      {templates?.map((one) => (
        <OneTemplate key={one.template} template={one} />
      ))}
    </Page>
  );
}

function OneTemplate({ template }: { template: TemplateVersion }): ReactNode {
  const { t, say, language } = useWords();
  const figures = useFigures();
  const originOf = useOrigin();
  const channels = template.channels.map((channel) => say(channelLabels[channel])).join(language === "zh" ? "、" : ", ");
  // one that came with the product and was never changed has no version of its own
  const from =
    template.version === 0
      ? t("outreach.preset")
      : `${t("models.version", { version: template.version })} · ${originOf(template.origin)} · ${figures.day(template.published_at)}`;
  const sides = language === "zh" ? (["zh", "en"] as const) : (["en", "zh"] as const);
  return (
    <Section
      title={say(template.title)}
      aside={
        <span className="small muted">
          {say(messageClassLabels[template.class])} · {channels} · {from}
        </span>
      }
    >
      <div className="columns" style={{ rowGap: 8 }}>
        {sides.map((side) => (
          <div key={side} lang={side === "zh" ? "zh-CN" : "en"}>
            <p className="script">{template.example[side]}</p>
            <details>
              <summary className="small muted">{t("outreach.as_written")}</summary>
              <pre className="source" tabIndex={0} style={{ whiteSpace: "pre-wrap" }}>
                {template.body[side]}
              </pre>
            </details>
          </div>
        ))}
      </div>
    </Section>
  );
}
