import { useMutation, useQuery } from "@tanstack/react-query";
import { Button, Form, Modal, Progress, Select } from "antd";
import { type ReactNode, useState } from "react";
import type { MappingCard, Upload } from "../../../src/intake/schema.js";
import { query, request, upload } from "../api.js";
import { useFigures } from "../ui/figures.js";
import { ProblemView } from "../ui/states.js";
import { useWords } from "../ui/words.js";

interface Asked {
  files: File[];
  mapping: string;
}

interface StartImportProps {
  open: boolean;
  onClose: () => void;
  onStarted: (job: string) => void;
}

/** Choose a file and what its columns mean; send it; the import goes on as a job. */
export function StartImport({ open, onClose, onStarted }: StartImportProps): ReactNode {
  const { t, say } = useWords();
  const figures = useFigures();
  const [sent, setSent] = useState(0);
  const mappings = useQuery({
    queryKey: ["mappings"],
    enabled: open,
    queryFn: () => request<MappingCard[]>("/mappings"),
  });
  const start = useMutation({
    mutationFn: async ({ files, mapping }: Asked) => {
      setSent(0);
      const held = await sendAll(files, setSent);
      return request<{ job: string }>("/imports", { method: "POST", body: { upload: held, mapping } });
    },
    onSuccess: ({ job }) => onStarted(job),
  });
  const [form] = Form.useForm<Asked>();
  const named = Form.useWatch("mapping", form);
  const chosen = mappings.data?.find((one) => one.name === named);
  const close = (): void => {
    if (start.isPending) return;
    start.reset();
    onClose();
  };
  return (
    <Modal open={open} onCancel={close} title={t("intake.import")} footer={null} destroyOnHidden width={480}>
      {start.error && <ProblemView error={start.error} />}
      {mappings.error && <ProblemView error={mappings.error} retry={() => void mappings.refetch()} />}
      <Form form={form} layout="vertical" requiredMark={false} onFinish={(asked: Asked) => start.mutate(asked)}>
        <Form.Item
          name="files"
          label={t("intake.file")}
          extra={t("intake.file_hint")}
          valuePropName="held"
          getValueFromEvent={(changed: { target: HTMLInputElement }) => [...(changed.target.files ?? [])]}
          rules={[{ required: true, message: t("intake.file_missing") }]}
        >
          <FileField />
        </Form.Item>
        <Form.Item
          name="mapping"
          label={t("intake.mapping")}
          extra={chosen?.about ? say(chosen.about) : t("intake.mapping_hint")}
          rules={[{ required: true, message: t("intake.mapping_missing") }]}
        >
          <Select
            loading={mappings.isPending}
            placeholder={t("intake.choose_mapping")}
            options={(mappings.data ?? []).map((one) => ({ value: one.name, label: `${say(one.title)} (${one.name})` }))}
          />
        </Form.Item>
        {start.isPending && start.variables && (
          <div aria-live="polite" style={{ marginBottom: 12 }}>
            <div className="small muted">
              {t("intake.uploading", { name: start.variables.files.map((file) => file.name).join(", "), size: figures.bytes(sizeOf(start.variables.files)) })}
            </div>
            <Progress percent={Math.floor(sent * 100)} size="small" aria-label={t("intake.file")} />
          </div>
        )}
        <Button type="primary" htmlType="submit" block loading={start.isPending}>
          {t("intake.start")}
        </Button>
      </Form>
    </Modal>
  );
}

const sizeOf = (files: readonly File[]): number => files.reduce((sum, file) => sum + file.size, 0);

/** Files that belong together (look-ups, several tables) go into one upload, one after the other. */
async function sendAll(files: readonly File[], onSent: (share: number) => void): Promise<string> {
  const total = Math.max(1, sizeOf(files));
  let before = 0;
  let held: string | undefined;
  for (const file of files) {
    const answer: Upload = await upload<Upload>(`/uploads${query({ to: held })}`, file, (share) => onSent((before + share * file.size) / total));
    held = answer.upload;
    before += file.size;
  }
  if (held === undefined) throw new Error("no file was chosen");
  return held;
}

interface FileFieldProps {
  id?: string;
  held?: File[];
  onChange?: (changed: { target: HTMLInputElement }) => void;
}

/** The browser's own file field, for keyboards, phones and files dropped on it, under words in the reader's language. */
function FileField({ id, held = [], onChange }: FileFieldProps): ReactNode {
  const { t } = useWords();
  return (
    <div className="file-field">
      <input id={id} type="file" multiple accept=".csv,.tsv,.txt,.asc,.parquet,.json,.jsonl,.ndjson,.xlsx" {...(onChange ? { onChange } : {})} />
      <span className="file-button" aria-hidden="true">
        {t("intake.choose_file")}
      </span>
      <span className="muted">{held.length === 0 ? t("intake.no_file") : held.map((file) => file.name).join(", ")}</span>
    </div>
  );
}
