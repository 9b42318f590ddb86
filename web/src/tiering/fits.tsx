import { useQuery } from "@tanstack/react-query";
import { getRouteApi, Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import type { ModelFits } from "../../../src/tiering/schema.js";
import { request } from "../api.js";
import type { TextKey } from "../texts.js";
import { useFigures } from "../ui/figures.js";
import { Page, Section } from "../ui/page.js";
import { Bone, EmptyState, ProblemView } from "../ui/states.js";
import { useWords } from "../ui/words.js";
import { PurchasePlots, SpendPlot, StayingPlot } from "./fit-plots.js";

type Fit = ModelFits["fits"][number];

const route = getRouteApi("/inside/tiers/$model/fits");

const abouts = {
  bg_nbd: "fits.about_bg_nbd",
  mbg_nbd: "fits.about_mbg_nbd",
  pareto_nbd: "fits.about_pareto_nbd",
  gamma_gamma: "fits.about_gamma_gamma",
  kaplan_meier: "fits.about_kaplan_meier",
} as const satisfies Record<Fit["model"], TextKey>;

const meanings: Readonly<Record<string, TextKey>> = {
  r: "fits.p_r",
  alpha: "fits.p_alpha",
  a: "fits.p_a",
  b: "fits.p_b",
  s: "fits.p_s",
  beta: "fits.p_beta",
  p: "fits.p_p",
  q: "fits.p_q",
  v: "fits.p_v",
};

/** What a model's last run foretold by, and whether it held. */
export function FitsView(): ReactNode {
  const { t, say } = useWords();
  const figures = useFigures();
  const { model } = route.useParams();
  const asked = useQuery({ queryKey: ["fits", model], queryFn: () => request<ModelFits>(`/models/${encodeURIComponent(model)}/fits`) });
  const told = asked.error ? undefined : asked.data;
  return (
    <Page
      name={t("fits.open")}
      question={told ? t("fits.question", { title: say(told.title) }) : t("fits.open")}
      answer={told ? <Answer fits={told.fits} /> : !asked.error && <Bone width={360} />}
      actions={
        <Link to="/tiers/$model" params={{ model }}>
          {t("fits.back")}
        </Link>
      }
    >
      {asked.error && <ProblemView error={asked.error} retry={() => void asked.refetch()} />}
      {told && (
        <>
          <p className="note" style={{ marginBottom: 10 }}>
            {t("fits.as_of", { day: figures.day(told.as_of), calibrate: say(told.calibrate) })}
          </p>
          {told.fits.length === 0 && <EmptyState title={t("fits.none")} hint={t("fits.none_hint")} />}
          {told.fits.map((fit) => (
            <FitView key={`${fit.model} ${fit.of.en}`} fit={fit} answered={fit === answering(told.fits)} />
          ))}
        </>
      )}
    </Page>
  );
}

/** The fit of the purchases, from which the rest follows. */
const answering = (fits: readonly Fit[]): Fit | undefined => fits.find(({ purchases }) => purchases !== null) ?? fits[0];

/** Can it be relied on: what is said of the purchases, and of a spend that has no mean. */
function Answer({ fits }: { fits: readonly Fit[] }): ReactNode {
  const { say } = useWords();
  const first = answering(fits);
  const unbounded = fits.filter((fit) => fit !== first && fit.spend?.expected_mean === null);
  return first === undefined ? null : [say(first.verdict), ...unbounded.map(({ title, verdict }) => `${say(title)}: ${say(verdict)}`)].join(" ");
}

function FitView({ fit, answered }: { fit: Fit; answered: boolean }): ReactNode {
  const { t, say } = useWords();
  const figures = useFigures();
  const { title, of, measures, customers, as_of, parameters, log_likelihood, warnings, verdict, purchases, spend, staying } = fit;
  const facts: readonly (readonly [TextKey, ReactNode])[] = [
    ["fits.of", say(of)],
    ["fits.for", measures.map((one) => say(one.title)).join(t("near.comma"))],
    ["fits.customers", figures.number(customers)],
    ...(staying === null ? [] : [["fits.ended", figures.number(staying.ended)] as const]),
    ["fits.fitted_on", figures.day(as_of)],
    ...(log_likelihood === null ? [] : [["fits.log_likelihood", figures.number(log_likelihood, 1)] as const]),
  ];
  return (
    <>
      <div className="columns">
        <Section title={say(title)}>
          {!answered && (
            <p style={{ marginBottom: 8 }}>
              <strong>{say(verdict)}</strong>
            </p>
          )}
          <p>{t(abouts[fit.model])}</p>
          <dl className="facts-list" style={{ marginTop: 8 }}>
            {facts.map(([key, value]) => (
              <div key={key} style={{ display: "contents" }}>
                <dt>{t(key)}</dt>
                <dd>{value}</dd>
              </div>
            ))}
          </dl>
          {warnings.map((one) => (
            <p key={one.en} className="note" style={{ marginTop: 8 }}>
              {say(one)}
            </p>
          ))}
        </Section>
        {Object.keys(parameters).length > 0 && <Parameters fit={fit} />}
        {staying && <StayingPlot staying={staying} />}
      </div>
      {purchases && <PurchasePlots purchases={purchases} />}
      {spend && <SpendPlot spend={spend} money={measures.some(({ unit }) => unit === "money")} />}
    </>
  );
}

function Parameters({ fit: { parameters, standard_errors } }: { fit: Fit }): ReactNode {
  const { t } = useWords();
  const figures = useFigures();
  const shown = (value: number | undefined): string => figures.number(value === undefined ? null : Number(value.toPrecision(6)), 5);
  return (
    <Section title={t("fits.parameters")}>
      <table className="plain">
        <thead>
          <tr>
            <th scope="col">{t("fits.parameter")}</th>
            <th scope="col" className="right">
              {t("fits.estimate")}
            </th>
            <th scope="col" className="right">
              {t("fits.standard_error")}
            </th>
          </tr>
        </thead>
        <tbody>
          {Object.entries(parameters).map(([name, value]) => {
            const meaning = meanings[name];
            return (
              <tr key={name}>
                <th scope="row">
                  <code>{name}</code> {meaning && <span className="muted">{t(meaning)}</span>}
                </th>
                <td className="right">{shown(value)}</td>
                <td className="right">{shown(standard_errors?.[name])}</td>
              </tr>
            );
          })}
        </tbody>
      </table>
    </Section>
  );
}
