import "./groups.css";

import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import type { Tag } from "../../../src/tiering/schema.js";
import { request } from "../api.js";
import { Bone, ProblemView } from "../ui/states.js";
import { useWords } from "../ui/words.js";

/** The groups a customer wears; each opens its group. */
export function Tags({ id }: { id: string }): ReactNode {
  const { t, say } = useWords();
  const { data, error, refetch } = useQuery({ queryKey: ["tags", id], queryFn: () => request<Tag[]>(`/customers/${encodeURIComponent(id)}/tags`) });
  if (error) return <ProblemView error={error} retry={() => void refetch()} />;
  // the line is there from the beginning, so that nothing moves when it is known
  if (data === undefined || data.length === 0)
    return <div className="chips small muted">{data === undefined ? <Bone width={180} /> : t("groups.no_tags")}</div>;
  return (
    <ul className="chips" aria-label={t("groups.tags")}>
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
