import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import type { Outcome, Task } from "../../../src/service/schema.js";
import { request } from "../api.js";

interface Sending {
  task: number;
  outcome: Outcome;
}

interface Failure {
  outcome: Outcome;
  error: Error;
}

const without = <Value>(held: Record<number, Value>, task: number): Record<number, Value> =>
  Object.fromEntries(Object.entries(held).filter(([key]) => key !== String(task)));

/**
 * What came of tasks, shown at once and marked as being saved until the server has said yes. A refusal puts the task
 * back with what was wrong, and what had been typed goes with it.
 */
export function useOutcomes() {
  const queries = useQueryClient();
  const [sending, setSending] = useState<Record<number, Outcome>>({});
  const [settled, setSettled] = useState<Record<number, Task>>({});
  const [failures, setFailures] = useState<Record<number, Failure>>({});
  const { mutate } = useMutation({
    mutationFn: ({ task, outcome }: Sending) => request<Task>(`/tasks/${task}/outcome`, { method: "POST", body: outcome }),
    onMutate: ({ task, outcome }) => {
      setFailures((held) => without(held, task));
      setSending((held) => ({ ...held, [task]: outcome }));
    },
    onSuccess: (answer, { task }) => {
      setSettled((held) => ({ ...held, [task]: answer }));
      for (const key of ["today", "customer", "coverage"]) void queries.invalidateQueries({ queryKey: [key] });
    },
    onError: (error, { task, outcome }) => setFailures((held) => ({ ...held, [task]: { outcome, error } })),
    onSettled: (_answer, _error, { task }) => setSending((held) => without(held, task)),
  });
  /** The task as it stands with what was just said of it. */
  const standing = (task: Task): Task => {
    const outcome = sending[task.task];
    if (outcome === undefined) return task.state === "open" ? (settled[task.task] ?? task) : task;
    return { ...task, state: outcome.outcome, postponed_to: outcome.outcome === "postponed" ? outcome.to : task.postponed_to };
  };
  return {
    standing,
    isSaving: (task: Task): boolean => sending[task.task] !== undefined,
    failureOf: (task: Task): Failure | undefined => failures[task.task],
    send: (task: Task, outcome: Outcome): void => mutate({ task: task.task, outcome }),
  };
}
