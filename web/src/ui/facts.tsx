import type { ReactNode } from "react";
import { Bone } from "./states.js";

export interface Fact {
  key: string;
  title: string;
  /** The figure, as a link to what it counts where there is such a place; absent while loading. */
  value: ReactNode;
  /** What the figure is of, or how much of it. */
  note?: ReactNode;
  bad?: boolean;
}

/** A few headline figures side by side, each with its name and what it is of. Bones keep their height. */
export function FactStrip({ label, facts, loading = false }: { label: string; facts: readonly Fact[]; loading?: boolean }): ReactNode {
  return (
    <section className="fact-strip" aria-label={label} aria-busy={loading}>
      {facts.map(({ key, title, value, note, bad }) => (
        <div key={key} className={bad ? "needs-care" : ""}>
          <div className="small muted">{title}</div>
          <div className="count">{loading ? <Bone width={64} /> : value}</div>
          <div className="small muted">{loading ? <Bone width={96} /> : note}</div>
        </div>
      ))}
    </section>
  );
}
