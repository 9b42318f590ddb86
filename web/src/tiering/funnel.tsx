import type { ReactNode } from "react";
import type { Overview } from "../../../src/tiering/schema.js";
import { useFigures } from "../ui/figures.js";
import { Section } from "../ui/page.js";
import { ShareBar } from "../ui/share-bar.js";
import { TierTag } from "../ui/tier.js";
import { useWords } from "../ui/words.js";

/** How many came at least to each stage, and how many of the stage before: where it narrows. */
export function Funnel({ funnel, model }: { funnel: NonNullable<Overview["funnel"]>; model: Overview["model"] }): ReactNode {
  const { t } = useWords();
  const figures = useFigures();
  return (
    <Section title={t("funnel.title")}>
      <section className="scroll-x" tabIndex={0} aria-label={t("funnel.title")}>
        <table className="plain">
          <thead>
            <tr>
              <th scope="col">{t("funnel.stage")}</th>
              <th scope="col" className="right">
                {t("funnel.reached")}
              </th>
              <th scope="col">{t("funnel.of_all")}</th>
              <th scope="col" className="right">
                {t("funnel.of_before")}
              </th>
            </tr>
          </thead>
          <tbody>
            {funnel.map(({ id, reached, of_all, of_before }) => (
              <tr key={id}>
                <th scope="row">
                  <TierTag id={id} rungs={model.tiers} />
                </th>
                <td className="right">{figures.number(reached)}</td>
                <td>
                  <ShareBar share={of_all} />
                </td>
                <td className="right">{of_before === null ? "–" : figures.percent(of_before)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </section>
    </Section>
  );
}
