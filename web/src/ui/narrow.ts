import { useSyncExternalStore } from "react";

const phone = window.matchMedia("(max-width: 767px)");
const still = window.matchMedia("(prefers-reduced-motion: reduce)");

const listenTo =
  (query: MediaQueryList) =>
  (changed: () => void): (() => void) => {
    query.addEventListener("change", changed);
    return () => query.removeEventListener("change", changed);
  };
const [listenToPhone, listenToStill] = [listenTo(phone), listenTo(still)];

/** Whether this is a phone's width: cards instead of tables, thumb-sized controls. Known at the first paint. */
export function useNarrow(): boolean {
  return useSyncExternalStore(listenToPhone, () => phone.matches);
}

/** Whether the reader asked their system that little moves. */
export function useStill(): boolean {
  return useSyncExternalStore(listenToStill, () => still.matches);
}
