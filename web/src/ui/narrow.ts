import { useSyncExternalStore } from "react";

const phone = window.matchMedia("(max-width: 767px)");

const listen = (changed: () => void): (() => void) => {
  phone.addEventListener("change", changed);
  return () => phone.removeEventListener("change", changed);
};

/** Whether this is a phone's width: cards instead of tables, thumb-sized controls. Known at the first paint. */
export function useNarrow(): boolean {
  return useSyncExternalStore(listen, () => phone.matches);
}
