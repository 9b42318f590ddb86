import "../ui/no-eval.js";

import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { getRouteApi, Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { type CustomerPage, columnsOf, type SubjectKind } from "../../../src/customer/schema.js";
import type { CustomerTier, Explanation, ModelVersion } from "../../../src/tiering/schema.js";
import { query, request } from "../api.js";
import { CustomerMessages } from "../outreach/customer-messages.js";
import { OwnerCard, OwnerLine } from "../portfolio/owner.js";
import { Contacts, DueNow, Obligations, Rights } from "../service/customer-panel.js";
import type { TextKey } from "../texts.js";
import { modelsQuery } from "../tiering/models-query.js";
import { OverrideCard } from "../tiering/override.js";
import { PhaseTag } from "../tiering/phase.js";
import { ServiceTag } from "../tiering/service-model.js";
import { Tags } from "../tiering/tags.js";
import { useFigures } from "../ui/figures.js";
import { Page, Section } from "../ui/page.js";
import { Phone } from "../ui/phone.js";
import { Bone, EmptyState, ProblemView } from "../ui/states.js";
import { TierTag } from "../ui/tier.js";
import { useWords } from "../ui/words.js";
import { CustomerFacts } from "./facts.js";
import { type Panels, panelsOf } from "./panels.js";
import { History, Why } from "./why.js";

const route = getRouteApi("/inside/customers/$id");

const kinds = {
  person: "customer.kind_person",
  organisation: "customer.kind_organisation",
  manager: "customer.kind_manager",
} as const satisfies Record<SubjectKind, TextKey>;

/** One customer: what is due and what to say first, then how they are looked after, where they stand and why, and what they have and did. */
export function CustomerView(): ReactNode {
  const { t } = useWords();
  const { id } = route.useParams();
  const search = route.useSearch();
  const path = `/customers/${encodeURIComponent(id)}`;
  const customer = useQuery({ queryKey: ["customer", id], queryFn: () => request<CustomerPage>(path) });
  const tiers = useQuery({ queryKey: ["customer", id, "tiers"], queryFn: () => request<CustomerTier[]>(`${path}/tiers`) });
  const models = useQuery(modelsQuery);
  const held = tiers.data?.find((tier) => tier.model === search.model) ?? tiers.data?.[0];
  const model = models.data?.items.find((one) => one.model === held?.model);
  const explained = useQuery({
    queryKey: ["explanation", id, held?.model],
    enabled: held !== undefined,
    queryFn: () => request<Explanation>(`${path}/explanation${query({ model: held?.model })}`),
    placeholderData: keepPreviousData,
  });
  const explanation = explained.data?.model === model?.model ? explained.data : undefined;
  const failed = customer.error ?? tiers.error ?? models.error ?? explained.error;
  const profile = customer.data?.profile;
  const panels = customer.data && panelsOf(customer.data);
  const name = profile ? (profile.name ?? profile.customer_id) : id;
  const retry = (): void => void Promise.all([customer, tiers, models, explained].map((one) => one.refetch()));
  return (
    <Page
      name={name}
      question={t("customer.question", { name })}
      answer={customer.data && tiers.data ? <Answer model={model} explanation={explanation} customer={customer.data} /> : !failed && <Bone width={260} />}
      actions={<Link to="/customers">{t("customer.back")}</Link>}
    >
      {failed && <ProblemView error={failed} retry={retry} />}
      {!customer.error && (
        <>
          <Tags id={id} />
          {panels ? <DueNow id={id} who={name} service={panels.service} /> : <div className="section" style={{ height: 120 }} aria-busy="true" />}
          <Picks id={id} tiers={tiers.data} models={models.data?.items ?? []} chosen={held?.model} />
          <div className="columns wide-left">
            <div>
              {panels?.service && <Served service={panels.service} />}
              {model && explanation && <Why model={model} explanation={explanation} />}
              {!explanation && tiers.data?.length !== 0 && !failed && <div className="section" style={{ height: 420 }} />}
              {tiers.data?.length === 0 && (
                <div className="section">
                  <EmptyState title={t("customer.not_graded")} hint={t("customer.not_graded_hint")} action={<Link to="/runs">{t("customer.to_runs")}</Link>} />
                </div>
              )}
            </div>
            <div>
              {panels && <OwnerCard owner={panels.owner} />}
              {panels?.service && <Rights rights={panels.service.rights} />}
              <Profile customer={customer.data} />
              {model && explanation && <OverrideCard id={id} who={name} model={model} explanation={explanation} />}
              {model && explanation && (
                <Section title={t("customer.history")}>
                  <History model={model} explanation={explanation} />
                </Section>
              )}
            </div>
          </div>
          {customer.data && <CustomerFacts customer={customer.data} />}
          {panels?.messages && <CustomerMessages messages={panels.messages} />}
        </>
      )}
    </Page>
  );
}

interface AnswerProps {
  model: ModelVersion | undefined;
  explanation: Explanation | undefined;
  customer: CustomerPage;
}

/** Tier, owner and telephone: what one has to know before the call. */
function Answer({ model, explanation, customer }: AnswerProps): ReactNode {
  const { t } = useWords();
  const { owner } = panelsOf(customer);
  const { phone } = customer.profile;
  return (
    <span style={{ display: "flex", flexWrap: "wrap", gap: "0 14px" }}>
      {model && explanation && <TierTag id={explanation.effective} rungs={model.tiers} />}
      {explanation && <PhaseTag phase={explanation.phase} />}
      {explanation?.override?.state === "active" && <span className="small muted nowrap">{t("override.title")}</span>}
      {owner && <OwnerLine owner={owner} />}
      {phone !== null && phone !== "" && <Phone phone={phone} who={customer.profile.name ?? customer.profile.customer_id} />}
    </span>
  );
}

function Served({ service }: { service: NonNullable<Panels["service"]> }): ReactNode {
  return (
    <>
      <Obligations obligations={service.obligations} />
      <Contacts contacts={service.contacts} />
    </>
  );
}

interface PicksProps {
  id: string;
  tiers: readonly CustomerTier[] | undefined;
  models: readonly ModelVersion[];
  chosen: string | undefined;
}

/** The tier in each model; choosing one explains it. */
function Picks({ id, tiers, models, chosen }: PicksProps): ReactNode {
  const { t, say } = useWords();
  const figures = useFigures();
  if (tiers === undefined)
    return (
      <div className="tier-picks">
        <Bone width={168} />
      </div>
    );
  return (
    <div className="tier-picks">
      {tiers.map(({ model, service, title, tier, phase, since }) => (
        <Link key={model} to="/customers/$id" params={{ id }} search={{ model }} resetScroll={false} aria-current={model === chosen ? "true" : undefined}>
          <span className="small muted">{say(title)}</span> {service && tiers.length > 1 && <ServiceTag />}
          <br />
          <TierTag id={tier} rungs={models.find((one) => one.model === model)?.tiers ?? []} />{" "}
          <span className="small muted nowrap">{t("customer.since", { day: figures.day(since) })}</span> <PhaseTag phase={phase} />
        </Link>
      ))}
    </div>
  );
}

function Profile({ customer }: { customer: CustomerPage | undefined }): ReactNode {
  const { t, say } = useWords();
  const figures = useFigures();
  const told = (name: string, sql: string): ReactNode => {
    if (customer === undefined) return <Bone width={110} />;
    const value = customer.profile[name as keyof CustomerPage["profile"]];
    if (value === null || value === "") return "—";
    if (name === "kind" && value in kinds) return t(kinds[value as SubjectKind]);
    if (name === "birth_on" && customer.masked) return value; // the year alone
    return sql === "date" ? figures.day(value) : value;
  };
  return (
    <Section title={t("customer.profile")}>
      <dl className="facts-list">
        {columnsOf("customer").map(({ name, meta }) => (
          <div key={name} style={{ display: "contents" }}>
            <dt>{say(meta.label)}</dt>
            <dd>{told(name, meta.sql)}</dd>
          </div>
        ))}
      </dl>
      {customer?.masked && (
        <p className="note" style={{ marginTop: 8 }}>
          {t("customer.masked")}
        </p>
      )}
    </Section>
  );
}
