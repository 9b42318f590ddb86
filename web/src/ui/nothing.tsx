import type { ReactNode } from "react";
import { ProblemError } from "../api.js";
import { EmptyState } from "./states.js";

/** A whole page's worth of nothing: why, and what to do. */
export function Nothing(props: { title: string; hint: string; action?: ReactNode }): ReactNode {
  return (
    <div className="section">
      <EmptyState {...props} />
    </div>
  );
}

/** The server knows of none yet, which is not a failure. */
export const isNotThere = (error: Error | null): boolean => error instanceof ProblemError && error.status === 404;
