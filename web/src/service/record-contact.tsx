import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Button, Form, Segmented } from "antd";
import { type ReactNode, useState } from "react";
import type { Channel } from "../../../src/outreach/schema.js";
import type { Contact, NewContact } from "../../../src/service/schema.js";
import { request } from "../api.js";
import { Sheet } from "../ui/sheet.js";
import { ProblemView } from "../ui/states.js";
import { useWords } from "../ui/words.js";
import { ContactFields, said } from "./contact-fields.js";

interface Told {
  channel: Channel;
  direction: "in" | "out";
  reached: boolean;
  note?: string;
}

/** A contact nobody had planned: recorded, and it says what it met. */
export function RecordContact({ id, who }: { id: string; who: string }): ReactNode {
  const { t, say, language } = useWords();
  const queries = useQueryClient();
  const [open, setOpen] = useState(false);
  const record = useMutation({
    mutationFn: (contact: NewContact) => request<Contact>(`/customers/${encodeURIComponent(id)}/contacts`, { method: "POST", body: contact }),
    onSuccess: () => {
      setOpen(false);
      for (const key of ["customer", "today", "coverage"]) void queries.invalidateQueries({ queryKey: [key] });
    },
  });
  const tell = ({ note, ...told }: Told): void => {
    const noted = said(note);
    record.mutate({ ...told, ...(noted === undefined ? {} : { note: noted }) });
  };
  const met = record.data?.met.map(say).join(language === "zh" ? "、" : ", ");
  const start = (): void => {
    record.reset();
    setOpen(true);
  };
  return (
    <>
      <Button onClick={start}>{t("service.record")}</Button>
      {!open && record.data && (
        <span className="good" role="status">
          ✓ {met ? t("service.recorded_met", { met }) : t("service.recorded")}
        </span>
      )}
      <Sheet open={open} title={t("service.record_title", { who })} onClose={() => setOpen(false)}>
        {record.error && <ProblemView error={record.error} />}
        <Form layout="vertical" requiredMark={false} initialValues={{ channel: "call", direction: "out", reached: true }} onFinish={tell}>
          <Form.Item name="direction" label={t("service.direction")}>
            <Segmented
              block
              options={[
                { value: "out", label: t("service.out") },
                { value: "in", label: t("service.in") },
              ]}
            />
          </Form.Item>
          <Form.Item name="reached" label={t("service.reached")}>
            <Segmented
              block
              options={[
                { value: true as never, label: t("service.was_reached") },
                { value: false as never, label: t("service.not_reached") },
              ]}
            />
          </Form.Item>
          <ContactFields first={["call"]} evidence={false} />
          <Button type="primary" htmlType="submit" block loading={record.isPending}>
            {t("service.record")}
          </Button>
        </Form>
      </Sheet>
    </>
  );
}
