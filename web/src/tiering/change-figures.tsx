import "./studio.css";

import { Link } from "@tanstack/react-router";
import { Segmented } from "antd";
import { lazy, type ReactNode, Suspense, useMemo, useState } from "react";
import type { ModelCounts, ModelPreview } from "../../../src/tiering/schema.js";
import { useFigures } from "../ui/figures.js";
import { Section } from "../ui/page.js";
import { Bone, EmptyState } from "../ui/states.js";
import { colourOf, type Rungs, TierTag } from "../ui/tier.js";
import { useWords } from "../ui/words.js";
import { TierMatrix } from "./tier-matrix.js";

const FlowChart = lazy(() => import("../ui/flow-chart.js"));

type Counted = Pick<ModelCounts, "before" | "after">;

/** The tiers of a change: those of the text, then those it takes away. */
const idsOf = ({ before, after }: Counted, rungs: Rungs): string[] => {
  const order = rungs.map((rung) => rung.id);
  const all = [...new Set([...order, ...Object.keys(after), ...Object.keys(before)])];
  return all.filter((id) => id in after || id in before);
};

/** Customers of every tier, now and then. */
export function CountsTable({ counts, rungs }: { counts: Counted; rungs: Rungs }): ReactNode {
  const { t } = useWords();
  const figures = useFigures();
  return (
    <table className="plain counts-table">
      <thead>
        <tr>
          <th scope="col">{t("studio.tier")}</th>
          <th scope="col">{t("studio.now")}</th>
          <th scope="col">{t("studio.then")}</th>
          <th scope="col">{t("studio.change")}</th>
        </tr>
      </thead>
      <tbody>
        {idsOf(counts, rungs).map((id) => {
          const [before, after] = [counts.before[id] ?? 0, counts.after[id] ?? 0];
          return (
            <tr key={id}>
              <th scope="row">
                <TierTag id={id} rungs={rungs} />
              </th>
              <td>{figures.number(before)}</td>
              <td className="strong">{figures.number(after)}</td>
              <td className={after === before ? "muted" : ""}>{after === before ? "–" : figures.change(after - before)}</td>
            </tr>
          );
        })}
      </tbody>
    </table>
  );
}

const PER_TIER = 48;

/** Who goes from where to where: as a picture, or as the table behind it. */
function Flow({ preview, rungs }: { preview: Pick<ModelPreview, "before" | "after" | "matrix">; rungs: Rungs }): ReactNode {
  const { t, say } = useWords();
  const figures = useFigures();
  const [shown, setShown] = useState<"movers" | "all" | "table">("movers");
  const ids = useMemo(() => idsOf(preview, rungs), [preview, rungs]);
  const { nodes, flows } = useMemo(() => {
    const moves = ids.flatMap((from) => ids.map((to) => ({ from, to, amount: preview.matrix[from]?.[to] ?? 0 })));
    const told = moves.filter(({ from, to, amount }) => amount > 0 && (shown === "all" || from !== to));
    const title = (id: string): string => say(rungs.find((rung) => rung.id === id)?.title ?? { zh: id, en: id });
    const node = (side: "from" | "to") =>
      ids.flatMap((id) => {
        const amount = told.filter((flow) => flow[side] === id).reduce((sum, flow) => sum + flow.amount, 0);
        return amount === 0 ? [] : [{ id: `${side} ${id}`, side, colour: colourOf(id, rungs), label: `${title(id)}\n${figures.number(amount)}` }];
      });
    return {
      nodes: [...node("from"), ...node("to")],
      flows: told.map(({ from, to, amount }) => ({ from: `from ${from}`, to: `to ${to}`, amount })),
    };
  }, [ids, preview.matrix, shown, rungs, say, figures]);
  const tallest = Math.max(...(["from", "to"] as const).map((side) => nodes.filter((node) => node.side === side).length));
  const froms = ids.filter((id) => id in preview.before);
  return (
    <Section
      title={t("change.flow")}
      aside={
        <Segmented
          size="small"
          value={shown}
          onChange={setShown}
          options={[
            { value: "movers", label: t("change.flow_movers") },
            { value: "all", label: t("change.flow_all") },
            { value: "table", label: t("ui.table") },
          ]}
        />
      }
    >
      {shown === "table" ? (
        <TierMatrix
          label={t("change.flow")}
          corner={t("change.from_to")}
          froms={froms}
          rungs={rungs}
          amount={(from, to) => preview.matrix[from ?? ""]?.[to] ?? 0}
          cell={(_from, _to, customers) => figures.number(customers)}
        />
      ) : (
        <Suspense fallback={<Bone width="100%" />}>
          <FlowChart nodes={nodes} flows={flows} label={t("change.flow")} height={20 + PER_TIER * tallest} />
        </Suspense>
      )}
    </Section>
  );
}

/** What a change does to everybody: who moves, what work and gifts that means, for whom; `movers` stands for those the preview does not name. */
export function ChangeFigures({ preview, movers }: { preview: ModelPreview; movers?: ReactNode }): ReactNode {
  const { t } = useWords();
  const figures = useFigures();
  const rungs: Rungs = preview.tiers;
  if (preview.as_of === null) return <EmptyState title={t("change.no_facts")} hint={t("change.no_facts_hint")} />;
  return (
    <>
      <div className="columns">
        <Section
          title={t("studio.counts")}
          aside={<span className="small muted">{t("change.as_of", { day: figures.day(preview.as_of), count: figures.number(preview.customers) })}</span>}
        >
          <CountsTable counts={preview} rungs={rungs} />
          <p className="note" style={{ marginTop: 6 }}>
            {preview.words_only
              ? t("change.words_only")
              : preview.moved === 0
                ? t("studio.nobody")
                : t("studio.moved", { number: figures.number(preview.moved), share: figures.percent(preview.share) })}
          </p>
          {preview.drift > 0 && (
            <p className="note">
              {t("change.drift", {
                drift: figures.number(preview.drift),
                changed: figures.number(preview.changed),
                share: figures.percent(preview.changed_share),
              })}
            </p>
          )}
        </Section>
        <Work preview={preview} />
      </div>
      {preview.moved > 0 && <Flow preview={preview} rungs={rungs} />}
      <div className="columns">
        {movers ??
          (preview.movers.length > 0 && (
            <Section title={t("change.movers")}>
              <Movers preview={preview} />
            </Section>
          ))}
        {preview.managers.length > 0 && <Managers preview={preview} />}
      </div>
    </>
  );
}

/** What the tiers are owed in contacts, hours and gifts, before and after. */
export function Work({ preview }: { preview: Pick<ModelPreview, "workload" | "cost"> }): ReactNode {
  const { t } = useWords();
  const figures = useFigures();
  const { contacts, hours } = preview.workload;
  const rows = [
    { title: t("change.contacts"), ...contacts, say: (value: number) => figures.number(value, 0) },
    { title: t("change.hours"), ...hours, say: (value: number) => figures.number(value, 1) },
    { title: t("change.cost"), ...preview.cost, say: (value: number) => figures.money(value) },
  ];
  return (
    <Section title={t("change.work")}>
      {rows.every(({ before, after }) => before === 0 && after === 0) ? (
        <p className="muted">{t("change.no_work")}</p>
      ) : (
        <table className="plain counts-table">
          <thead>
            <tr>
              <th scope="col">
                <span className="skip">{t("change.work")}</span>
              </th>
              <th scope="col">{t("studio.now")}</th>
              <th scope="col">{t("studio.then")}</th>
            </tr>
          </thead>
          <tbody>
            {rows.map(({ title, before, after, say }) => (
              <tr key={title}>
                <th scope="row">{title}</th>
                <td>{say(before)}</td>
                <td className="strong">{say(after)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </Section>
  );
}

export function Movers({ preview }: { preview: Pick<ModelPreview, "model" | "tiers" | "movers"> }): ReactNode {
  const { t } = useWords();
  const figures = useFigures();
  return (
    <table className="plain">
      <thead>
        <tr>
          <th scope="col">{t("change.customer")}</th>
          <th scope="col">{t("change.from")}</th>
          <th scope="col">{t("change.to")}</th>
          <th scope="col" className="right">
            {t("change.value")}
          </th>
        </tr>
      </thead>
      <tbody>
        {preview.movers.map((mover) => (
          <tr key={mover.customer_id}>
            <th scope="row">
              <Link to="/customers/$id" params={{ id: mover.customer_id }} search={{ model: preview.model }}>
                {mover.customer_id}
              </Link>
            </th>
            <td>
              <TierTag id={mover.from} rungs={preview.tiers} />
            </td>
            <td>
              <TierTag id={mover.to} rungs={preview.tiers} />
            </td>
            <td className="right">{mover.value === null ? "" : figures.number(mover.value)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function Managers({ preview }: { preview: ModelPreview }): ReactNode {
  const { t } = useWords();
  const figures = useFigures();
  return (
    <Section title={t("change.managers")}>
      <table className="plain counts-table">
        <thead>
          <tr>
            <th scope="col">{t("change.manager")}</th>
            <th scope="col">{t("studio.now")}</th>
            <th scope="col">{t("studio.then")}</th>
          </tr>
        </thead>
        <tbody>
          {preview.managers.slice(0, 12).map(({ manager, name, before, after }) => (
            <tr key={manager}>
              <th scope="row">
                <Link to="/portfolio/$manager" params={{ manager }}>
                  {name ?? manager}
                </Link>
              </th>
              <td>{figures.number(before, 1)}</td>
              <td className="strong">{figures.number(after, 1)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </Section>
  );
}
