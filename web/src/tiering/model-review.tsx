import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Button, Input } from "antd";
import { type ReactNode, useId, useState } from "react";
import type { PublishedModel } from "../../../src/tiering/schema.js";
import { request } from "../api.js";
import { useFigures } from "../ui/figures.js";
import { Sheet } from "../ui/sheet.js";
import { ProblemView } from "../ui/states.js";
import { useWords } from "../ui/words.js";

/** When a model has to be looked at again, and for who may publish, that it was. */
export function ModelReview({ model, mayReview }: { model: PublishedModel; mayReview: boolean }): ReactNode {
  const { t, say } = useWords();
  const figures = useFigures();
  const queries = useQueryClient();
  const field = useId();
  const [open, setOpen] = useState(false);
  const [note, setNote] = useState("");
  const said = useMutation({
    mutationFn: () =>
      request<PublishedModel>(`/models/${encodeURIComponent(model.model)}/reviews`, { method: "POST", body: note.trim() === "" ? {} : { note: note.trim() } }),
    onSuccess: async () => {
      await Promise.all(["models", "approvals"].map((key) => queries.invalidateQueries({ queryKey: [key] })));
      setOpen(false);
      setNote("");
    },
  });
  const { review } = model;
  if (review === null) return <span className="muted">—</span>;
  return (
    <span style={{ display: "inline-flex", flexWrap: "wrap", alignItems: "center", gap: "2px 8px" }}>
      <span className={review.due ? "strong nowrap" : "nowrap"}>{t(review.due ? "review.came" : "review.on", { day: figures.day(review.due_on) })}</span>
      {mayReview && (
        <Button size="small" onClick={() => setOpen(true)}>
          {t("review.done")}
        </Button>
      )}
      <Sheet open={open} title={t("review.sure", { title: say(model.title) })} onClose={() => setOpen(false)}>
        {said.error && <ProblemView error={said.error} />}
        <p className="note">{t("review.last", { day: figures.day(review.last_on), by: review.last_by })}</p>
        {review.note !== null && <p>{review.note}</p>}
        <label htmlFor={field}>{t("review.note")}</label>
        <Input.TextArea id={field} rows={3} maxLength={2000} value={note} onChange={({ target }) => setNote(target.value)} style={{ marginBottom: 16 }} />
        <Button type="primary" block loading={said.isPending} onClick={() => said.mutate()}>
          {t("review.holds")}
        </Button>
      </Sheet>
    </span>
  );
}
