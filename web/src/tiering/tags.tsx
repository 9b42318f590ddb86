import "./groups.css";

import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import type { Tag } from "../../../src/tiering/schema.js";
import { request } from "../api.js";
import { useWords } from "../ui/words.js";

/** The groups a customer wears; each opens its group. */
export function Tags({ id }: { id: string }): ReactNode {
  const { t, say } = useWords();
  const { data } = useQuery({ queryKey: ["tags", id], queryFn: () => request<Tag[]>(`/customers/${encodeURIComponent(id)}/tags`) });
  if (data === undefined || data.length === 0) return null;
  return (
    <ul className="chips" aria-label={t("groups.tags")} style={{ marginTop: 6 }}>
      {data.map(({ group, title, about }) => (
        <li key={group}>
          <Link to="/groups/$group" params={{ group }} title={about === null ? undefined : say(about)}>
            {say(title)}
          </Link>
        </li>
      ))}
    </ul>
  );
}
