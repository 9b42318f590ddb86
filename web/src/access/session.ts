import { queryOptions, useQuery } from "@tanstack/react-query";
import type { Permission, SignedIn } from "../../../src/access/schema.js";
import { ProblemError, request } from "../api.js";

/** Who is signed in; null when nobody is. */
export const sessionQuery = queryOptions({
  queryKey: ["session"],
  queryFn: async () => {
    try {
      return await request<SignedIn>("/session");
    } catch (error) {
      if (error instanceof ProblemError && error.status === 401) return null;
      throw error;
    }
  },
  staleTime: 5 * 60_000,
});

/** Whether all that is in sight is one's own: an account manager's, whose lists need not name the owner. */
export function useOwnOnly(): boolean {
  const { data } = useQuery(sessionQuery);
  return data != null && "manager" in data.actor.scope;
}

/** Whether all customers are in sight: figures of all of them are for nobody else. */
export function useSeesAll(): boolean {
  const { data } = useQuery(sessionQuery);
  return data != null && "all" in data.actor.scope;
}

/** Whether the signed-in user may do this. The server decides; this only spares a button that would be refused. */
export function useMay(permission: Permission): boolean {
  const { data } = useQuery(sessionQuery);
  return data?.permissions.includes(permission) ?? false;
}
