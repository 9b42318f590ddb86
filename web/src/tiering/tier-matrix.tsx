import type { ReactNode } from "react";
import { type Rungs, TierTag } from "../ui/tier.js";
import { useWords } from "../ui/words.js";
import { directionOf } from "./moves.js";

const shades = { up: "rose", down: "fell", regrouped: "", joined: "" } as const;

interface TierMatrixProps {
  label: string;
  corner: string;
  /** Rows by tier, best first; null: those who held none. */
  froms: readonly (string | null)[];
  rungs: Rungs;
  /** Customers from a tier to a tier. */
  amount: (from: string | null, to: string) => number;
  /** What stands in a cell with customers. */
  cell: (from: string | null, to: string, amount: number) => ReactNode;
}

/** Who goes from where to where: rows the tier before, columns the tier after; rises and falls shaded. */
export function TierMatrix({ label, corner, froms, rungs, amount, cell }: TierMatrixProps): ReactNode {
  const { t, say } = useWords();
  const rank = new Map(rungs.map((rung, i) => [rung.id, i]));
  return (
    <section className="scroll-x" tabIndex={0} aria-label={label}>
      <table className="plain matrix">
        <thead>
          <tr>
            <th scope="col" style={{ textAlign: "left" }} className="nowrap">
              <span className="corner">{corner}</span>
            </th>
            {rungs.map((rung, i) => (
              <th key={rung.id} scope="col" title={say(rung.title)}>
                {i + 1}
                <span className="skip">{say(rung.title)}</span>
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {froms.map((from) => (
            <tr key={from ?? ""}>
              <th scope="row">{from === null ? t("overview.new") : <TierTag id={from} rungs={rungs} />}</th>
              {rungs.map(({ id }) => {
                const customers = amount(from, id);
                return (
                  <td key={id} className={customers === 0 || from === id ? "" : shades[directionOf(from, id, rank)]}>
                    {customers === 0 ? (
                      <span className="muted" aria-hidden="true">
                        {from === id ? "＼" : "·"}
                      </span>
                    ) : (
                      cell(from, id, customers)
                    )}
                  </td>
                );
              })}
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}
