import type { ReactNode } from "react";
import { useWords } from "./words.js";

/** A number to call at a touch; one that is partly hidden is only to be read. */
export function Phone({ phone, who }: { phone: string; who: string }): ReactNode {
  const { t } = useWords();
  if (phone.includes("*")) return <span className="muted">{phone}</span>;
  return (
    <a className="phone" href={`tel:${phone.replaceAll(/[^\d+]/g, "")}`} aria-label={t("ui.call", { who, phone })}>
      {phone}
    </a>
  );
}
