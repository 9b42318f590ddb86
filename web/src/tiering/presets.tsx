import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Button } from "antd";
import { type ReactNode, useState } from "react";
import type { ModelVersion, Preset, PresetText } from "../../../src/tiering/schema.js";
import { useMay } from "../access/session.js";
import { request } from "../api.js";
import { Section } from "../ui/page.js";
import { SourceText } from "../ui/source-text.js";
import { Bone, ProblemView } from "../ui/states.js";
import { useWords } from "../ui/words.js";

/** Models that come along and are not adopted yet: to read, and to adopt by who may. */
export function Presets({ adopted }: { adopted: readonly ModelVersion[] | undefined }): ReactNode {
  const { t, say } = useWords();
  const queries = useQueryClient();
  const mayPublish = useMay("models:publish");
  const presets = useQuery({ queryKey: ["presets"], queryFn: () => request<Preset[]>("/presets") });
  const [read, setRead] = useState<string>();
  const adopt = useMutation({
    mutationFn: (preset: string) => request<ModelVersion>("/models", { method: "POST", body: { preset } }),
    onSuccess: () => queries.invalidateQueries({ queryKey: ["models"] }),
  });
  const open = presets.data?.filter((preset) => !adopted?.some((model) => model.origin === `preset:${preset.name}` || model.model === preset.name));
  if (adopted === undefined || presets.error || open?.length === 0) return null;
  return (
    <Section title={t("models.presets")}>
      <p className="note">{t(mayPublish ? "models.presets_about" : "models.may_adopt")}</p>
      {adopt.error && <ProblemView error={adopt.error} />}
      <ul className="cards">
        {(open ?? []).map((preset) => (
          <li key={preset.name}>
            <div className="card-head">
              <span className="strong">{say(preset.title)}</span>
              <span className="names">
                <button
                  type="button"
                  aria-expanded={read === preset.name}
                  aria-label={`${t("models.preset_text")}: ${say(preset.title)}`}
                  onClick={() => setRead(read === preset.name ? undefined : preset.name)}
                >
                  {t(read === preset.name ? "models.preset_fold" : "models.preset_text")}
                </button>
                {mayPublish && (
                  <Button loading={adopt.isPending && adopt.variables === preset.name} onClick={() => adopt.mutate(preset.name)}>
                    {t("models.adopt")}
                  </Button>
                )}
              </span>
            </div>
            {preset.about && <p className="muted">{say(preset.about)}</p>}
            {read === preset.name && <Written preset={preset.name} />}
          </li>
        ))}
      </ul>
    </Section>
  );
}

function Written({ preset }: { preset: string }): ReactNode {
  const { t } = useWords();
  const found = useQuery({ queryKey: ["presets", preset], queryFn: () => request<PresetText>(`/presets/${encodeURIComponent(preset)}`) });
  if (found.error) return <ProblemView error={found.error} retry={() => void found.refetch()} />;
  if (found.data === undefined) return <Bone width="100%" />;
  return <SourceText title={t("models.text")} file={`${preset}.yaml`} text={found.data.text} />;
}
