import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Button, Tag } from "antd";
import { type ReactNode, useState } from "react";
import type { PublishedModel } from "../../../src/tiering/schema.js";
import { request } from "../api.js";
import { Sheet } from "../ui/sheet.js";
import { ProblemView } from "../ui/states.js";
import { useWords } from "../ui/words.js";

/** Marks what is of the model whose tiers staff see first. */
export function ServiceTag(): ReactNode {
  const { t } = useWords();
  return <Tag variant="outlined">{t("service_model.tag")}</Tag>;
}

/** Make another model the one, after what follows of it was read. */
export function ServiceSwitch({ model }: { model: PublishedModel }): ReactNode {
  const { t, say } = useWords();
  const queries = useQueryClient();
  const [open, setOpen] = useState(false);
  const name = useMutation({
    mutationFn: () => request<PublishedModel>(`/models/${encodeURIComponent(model.model)}/service`, { method: "POST" }),
    onSuccess: async () => {
      await Promise.all(["models", "customer"].map((key) => queries.invalidateQueries({ queryKey: [key] })));
      setOpen(false);
    },
  });
  return (
    <>
      <Button size="small" onClick={() => setOpen(true)}>
        {t("service_model.name")}
      </Button>
      <Sheet open={open} title={t("service_model.sure", { title: say(model.title) })} onClose={() => setOpen(false)}>
        {name.error && <ProblemView error={name.error} />}
        <p style={{ marginBottom: 16 }}>{t("service_model.follows")}</p>
        <Button type="primary" block loading={name.isPending} onClick={() => name.mutate()}>
          {t("service_model.name")}
        </Button>
      </Sheet>
    </>
  );
}
