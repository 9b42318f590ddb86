import "../ui/no-eval.js";

import { useQueries, useQuery } from "@tanstack/react-query";
import { getRouteApi, Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { type CustomerPage, columnsOf, type SubjectKind } from "../../../src/customer/schema.js";
import type { Explanation, ModelVersion } from "../../../src/tiering/schema.js";
import { ProblemError, request } from "../api.js";
import type { TextKey } from "../texts.js";
import { modelsQuery } from "../tiering/models-query.js";
import { useFigures } from "../ui/figures.js";
import { Page, Section } from "../ui/page.js";
import { Bone, EmptyState, ProblemView } from "../ui/states.js";
import { TierTag } from "../ui/tier.js";
import { useWords } from "../ui/words.js";
import { CustomerFacts } from "./facts.js";
import { History, Why } from "./why.js";

const route = getRouteApi("/inside/customers/$id");

const kinds = {
  person: "customer.kind_person",
  organisation: "customer.kind_organisation",
  manager: "customer.kind_manager",
} as const satisfies Record<SubjectKind, TextKey>;

/** The explanation of one customer in one model; null where the model does not cover them. */
const explanationQuery = (id: string, model: string) => ({
  queryKey: ["explanation", id, model],
  queryFn: async (): Promise<Explanation | null> => {
    try {
      return await request<Explanation>(`/customers/${encodeURIComponent(id)}/explanation?model=${model}`);
    } catch (error) {
      if (error instanceof ProblemError && error.status === 404) return null;
      throw error;
    }
  },
});

/** One customer: the tier in every model with its reason, then who they are and what they have and did. */
export function CustomerView(): ReactNode {
  const { t } = useWords();
  const { id } = route.useParams();
  const search = route.useSearch();
  const customer = useQuery({ queryKey: ["customer", id], queryFn: () => request<CustomerPage>(`/customers/${encodeURIComponent(id)}`) });
  const models = useQuery(modelsQuery);
  const answers = useQueries({ queries: (models.data?.items ?? []).map((model) => explanationQuery(id, model.model)) });
  const graded = (models.data?.items ?? []).flatMap((model, index) => {
    const explanation = answers[index]?.data;
    return explanation ? [{ model, explanation }] : [];
  });
  const settled = models.data !== undefined && answers.every((answer) => !answer.isPending);
  const chosen = graded.find(({ model }) => model.model === search.model) ?? graded[0];
  const failed = customer.error ?? models.error ?? answers.find((answer) => answer.error)?.error ?? null;
  const profile = customer.data?.profile;
  const name = profile ? (profile.name ?? profile.customer_id) : id;
  return (
    <Page
      name={name}
      question={t("customer.question", { name })}
      answer={chosen ? <Answer {...chosen} /> : !settled && !failed && <Bone width={260} />}
      actions={<Link to="/customers">{t("customer.back")}</Link>}
    >
      {failed && (
        <ProblemView error={failed} retry={() => void Promise.all([customer.refetch(), models.refetch(), ...answers.map((answer) => answer.refetch())])} />
      )}
      {!customer.error && (
        <>
          <Picks id={id} graded={graded} chosen={chosen?.model.model} />
          <div className="columns wide-left">
            <div>
              {chosen && <Why model={chosen.model} explanation={chosen.explanation} />}
              {!chosen && !settled && <div className="section" style={{ height: 420 }} />}
              {!chosen && settled && (
                <div className="section">
                  <EmptyState title={t("customer.not_graded")} hint={t("customer.not_graded_hint")} action={<Link to="/runs">{t("customer.to_runs")}</Link>} />
                </div>
              )}
            </div>
            <div>
              <Profile customer={customer.data} />
              {chosen && (
                <Section title={t("customer.history")}>
                  <History model={chosen.model} explanation={chosen.explanation} />
                </Section>
              )}
            </div>
          </div>
          {customer.data && <CustomerFacts customer={customer.data} />}
        </>
      )}
    </Page>
  );
}

interface Graded {
  model: ModelVersion;
  explanation: Explanation;
}

function Answer({ model, explanation }: Graded): ReactNode {
  const { say } = useWords();
  return (
    <>
      {say(model.title)} · <TierTag id={explanation.effective} rungs={model.tiers} /> · <span className="muted">{say(explanation.reason)}</span>
    </>
  );
}

/** The tier in each model; choosing one explains it. */
function Picks({ id, graded, chosen }: { id: string; graded: readonly Graded[]; chosen: string | undefined }): ReactNode {
  const { t, say } = useWords();
  const figures = useFigures();
  if (graded.length < 2) return null;
  return (
    <div className="tier-picks">
      {graded.map(({ model, explanation }) => (
        <Link key={model.model} to="/customers/$id" params={{ id }} search={{ model: model.model }} aria-current={model.model === chosen ? "true" : undefined}>
          <span className="small muted">{say(model.title)}</span>
          <br />
          <TierTag id={explanation.effective} rungs={model.tiers} />{" "}
          <span className="small muted nowrap">{t("customer.since", { day: figures.day(explanation.since) })}</span>
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
