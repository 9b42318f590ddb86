import { Link } from "@tanstack/react-router";
import type { CSSProperties, ReactNode } from "react";
import type { Persona } from "../../../src/tiering/schema.js";
import { useMay } from "../access/session.js";
import { type Column, DataTable } from "../ui/data-table.js";
import { useFigures } from "../ui/figures.js";
import { Section } from "../ui/page.js";
import { EmptyState } from "../ui/states.js";
import { TierTag, tierStyle } from "../ui/tier.js";
import { useWords } from "../ui/words.js";

type Drawn = NonNullable<Persona["portrait"]>;
type Trait = Drawn["texts"][number];

/** Who they are and what they have, each beside everybody's. */
export function Portrait({ persona }: { persona: Persona }): ReactNode {
  const { t, say } = useWords();
  const mayAges = useMay("personal:read");
  const { portrait, customers, of, tiers, untold } = persona;
  if (customers === 0)
    return (
      <div className="section">
        <EmptyState title={t("persona.nobody")} hint={t("persona.nobody_hint")} />
      </div>
    );
  return (
    <>
      <Section title={t("persona.tiers")} aside={<span className="small muted">{t("persona.beside")}</span>}>
        <Beside
          title={t("persona.tiers")}
          rows={tiers.map((tier) => ({
            key: tier.id,
            name: <TierTag id={tier.id} rungs={tiers} />,
            customers: tier.customers,
            share: tier.customers / customers,
            everybody: of === 0 ? 0 : tier.of / of,
            style: tierStyle(tier.id, tiers),
          }))}
        />
      </Section>
      {portrait === null ? (
        <div className="section">
          <EmptyState title={t("persona.untold")} hint={untold === null ? "" : say(untold)} />
        </div>
      ) : (
        <>
          <Section title={t("persona.profile")} aside={!mayAges && <span className="small muted">{t("persona.ages_note")}</span>}>
            <div className="traits">
              {[...portrait.profile, ...portrait.texts].map((trait) => (
                <TraitTable key={trait.name} trait={trait} />
              ))}
            </div>
          </Section>
          <Section title={t("persona.numbers")}>
            <Numbers numbers={portrait.numbers} />
          </Section>
          <Section title={t("persona.tags")}>
            {portrait.tags.length === 0 && <p className="muted">{t("persona.no_tags")}</p>}
            {portrait.tags.length > 0 && (
              <Beside
                title={t("persona.tags")}
                rows={portrait.tags.map((tag) => ({
                  key: tag.group,
                  name: (
                    <span style={{ display: "flex", flexWrap: "wrap", justifyContent: "space-between", gap: "0 10px" }}>
                      <Link to="/groups/$group" params={{ group: tag.group }}>
                        {say(tag.title)}
                      </Link>
                      <Ratio ratio={tag.lift} />
                    </span>
                  ),
                  customers: tag.customers,
                  share: tag.share,
                  everybody: tag.everybody,
                }))}
              />
            )}
          </Section>
        </>
      )}
    </>
  );
}

const kinds = { person: "customer.kind_person", organisation: "customer.kind_organisation", manager: "customer.kind_manager" } as const;
const isKind = (value: string | null): value is keyof typeof kinds => value !== null && value in kinds;

function TraitTable({ trait: { name, title, parts } }: { trait: Trait }): ReactNode {
  const { t, say } = useWords();
  const nameOf = ({ value, rest }: Trait["parts"][number]): string => {
    if (rest) return t("persona.rest");
    if (value === null || value === "") return t("persona.unknown");
    return name === "kind" && isKind(value) ? t(kinds[value]) : value;
  };
  return (
    <div>
      <h3>{say(title)}</h3>
      <Beside
        title={say(title)}
        rows={parts.map((part) => ({
          key: `${part.rest} ${part.value}`,
          name: nameOf(part),
          customers: part.customers,
          share: part.share,
          everybody: part.everybody,
        }))}
      />
    </div>
  );
}

interface Row {
  key: string;
  name: ReactNode;
  customers: number;
  share: number;
  everybody: number;
  style?: CSSProperties;
}

/** Shares here as bars, with a line where everybody is, and both in figures. */
function Beside({ title, rows }: { title: string; rows: readonly Row[] }): ReactNode {
  const { t } = useWords();
  const figures = useFigures();
  const most = Math.max(0.01, ...rows.flatMap(({ share, everybody }) => [share, everybody]));
  return (
    <table className="beside" aria-label={title}>
      <thead>
        <tr>
          <td />
          <td />
          <th className="figure">{t("persona.here")}</th>
          <th className="figure">{t("persona.everybody")}</th>
        </tr>
      </thead>
      <tbody>
        {rows.map(({ key, name, customers, share, everybody, style }) => (
          <tr key={key} title={figures.number(customers)}>
            <th scope="row">{name}</th>
            <td style={style}>
              <span className="track" aria-hidden="true">
                <i style={{ width: `${(share / most) * 100}%` }} />
                <b style={{ left: `${(everybody / most) * 100}%` }} />
              </span>
            </td>
            <td className="figure">{figures.percent(share)}</td>
            <td className="figure muted">{figures.percent(everybody)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function Ratio({ ratio }: { ratio: number | null }): ReactNode {
  const { t } = useWords();
  const figures = useFigures();
  return (
    <span className="nowrap strong">{ratio === null ? "—" : t("persona.times", { ratio: figures.number(ratio, ratio < 1 ? 2 : ratio < 10 ? 1 : 0) })}</span>
  );
}

function Numbers({ numbers }: { numbers: Drawn["numbers"] }): ReactNode {
  const { t, say } = useWords();
  const figures = useFigures();
  type Figure = Drawn["numbers"][number];
  const columns: Column<Figure>[] = [
    { key: "name", title: t("persona.measure"), card: "head", render: ({ title }) => say(title) },
    { key: "median", title: t("persona.median"), figure: true, render: ({ here, unit }) => figures.figure(here.median, unit) },
    { key: "everybody", title: t("persona.everybody"), figure: true, render: ({ everybody, unit }) => figures.figure(everybody.median, unit) },
    { key: "ratio", title: t("persona.ratio"), figure: true, card: "head", render: ({ ratio }) => <Ratio ratio={ratio} /> },
    {
      key: "quartiles",
      title: t("persona.quartiles"),
      figure: true,
      card: "whole",
      render: ({ here, unit }) => (here.quarter === null ? "—" : `${figures.figure(here.quarter, unit)} – ${figures.figure(here.three_quarters, unit)}`),
    },
  ];
  return <DataTable label={t("persona.numbers_label")} columns={columns} rows={numbers} rowKey={({ name }) => name} empty={null} />;
}
