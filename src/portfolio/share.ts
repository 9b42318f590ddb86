/** Customers who are alike for an assignment: of one branch, and of one place in the order of serving. */
export interface Cell {
  branch: string;
  place: number;
  /** Work a month of each, in hundredths of a minute. */
  minutes: number;
  /** Managers who may be named, by their numbers. */
  managers: readonly number[];
  /** Customers without an owner who may keep one. */
  open: number;
  /** Who has an owner already, and may keep them. */
  kept: ReadonlyMap<number, number>;
}

/** How much of a cell a manager keeps and gets. */
export interface Portion {
  branch: string;
  place: number;
  manager: number;
  keeps: number;
  gets: number;
}

export interface Shares {
  portions: Portion[];
  /** Customers of a cell for whom no manager had room. */
  left: { branch: string; place: number; customers: number }[];
}

/**
 * Share the customers of each cell among its managers: best cells first, existing relationships kept while the manager
 * has room for them, the others so that the managers of the cell end at one share of their capacity as nearly as whole
 * customers allow (water-filling). Customers who are owed no work are spread by their number, whatever else a manager
 * has to do. `capacity`: hundredths of a minute a month by manager. Pure; every customer of a cell
 * is kept, given or left.
 */
export function shareOut(cells: readonly Cell[], capacity: ReadonlyMap<number, number>): Shares {
  const work = new Map<number, number>();
  const heads = new Map<number, number>();
  const ledger = ({ minutes }: Cell): Map<number, number> => (minutes === 0 ? heads : work);
  const weight = ({ minutes }: Cell): number => (minutes === 0 ? 1 : minutes);
  const room = (cell: Cell, manager: number): number =>
    cell.minutes === 0 ? Number.MAX_SAFE_INTEGER : Math.max(0, Math.floor(((capacity.get(manager) ?? 0) - (work.get(manager) ?? 0)) / cell.minutes));
  const add = (cell: Cell, manager: number, customers: number): void =>
    void ledger(cell).set(manager, (ledger(cell).get(manager) ?? 0) + customers * weight(cell));
  const ordered = [...cells].sort((a, b) => a.place - b.place || (a.branch < b.branch ? -1 : 1));
  const portions = new Map<string, Portion>();
  const portion = ({ branch, place }: Cell, manager: number): Portion => {
    const key = `${place}\t${branch}\t${manager}`;
    const held = portions.get(key) ?? { branch, place, manager, keeps: 0, gets: 0 };
    portions.set(key, held);
    return held;
  };
  // Relationships first, best cells before others: a newcomer does not push out whom a manager knows.
  const open = ordered.map((cell) => {
    let released = 0;
    for (const [manager, customers] of cell.kept) {
      const keeps = Math.min(customers, room(cell, manager));
      portion(cell, manager).keeps = keeps;
      released += customers - keeps;
      add(cell, manager, keeps);
    }
    return cell.open + released;
  });
  const left: Shares["left"] = [];
  ordered.forEach((cell, i) => {
    const wanted = open[i] ?? 0;
    const vessels = cell.managers.flatMap((manager) => {
      const size = capacity.get(manager) ?? 0;
      return size === 0 ? [] : [{ manager, size, filled: ledger(cell).get(manager) ?? 0, room: room(cell, manager) }];
    });
    const given = pour(vessels, wanted, weight(cell));
    let placed = 0;
    for (const [manager, customers] of given) {
      if (customers === 0) continue;
      portion(cell, manager).gets = customers;
      add(cell, manager, customers);
      placed += customers;
    }
    if (placed < wanted) left.push({ branch: cell.branch, place: cell.place, customers: wanted - placed });
  });
  return { portions: [...portions.values()], left };
}

interface Vessel {
  manager: number;
  size: number;
  filled: number;
  /** Whole customers that still fit. */
  room: number;
}

/** Pour so many customers of one weight: up to one level in all vessels, as a share of their size; the last few one by one. */
function pour(vessels: readonly Vessel[], wanted: number, one: number): Map<number, number> {
  const upTo = ({ size, filled, room }: Vessel, level: number): number => Math.min(room, Math.max(0, Math.floor((level * size - filled) / one)));
  const at = (level: number): number => vessels.reduce((sum, vessel) => sum + upTo(vessel, level), 0);
  const most = Math.min(
    wanted,
    vessels.reduce((sum, vessel) => Math.min(wanted, sum + vessel.room), 0),
  );
  if (most === 0) return new Map();
  let [low, high] = [0, 1];
  while (at(high) < most) high *= 2;
  for (let step = 0; step < 60; step++) {
    const middle = (low + high) / 2;
    if (at(middle) <= most) low = middle;
    else high = middle;
  }
  const given = new Map(vessels.map((vessel) => [vessel.manager, upTo(vessel, low)]));
  const of = ({ manager }: Vessel): number => given.get(manager) ?? 0;
  const level = (vessel: Vessel): number => (vessel.filled + of(vessel) * one) / vessel.size;
  for (let rest = most - at(low); rest > 0; rest--) {
    const [next] = vessels.filter((vessel) => of(vessel) < vessel.room).sort((a, b) => level(a) - level(b) || a.manager - b.manager);
    if (next === undefined) throw new Error("there was room for one more, and now there is none");
    given.set(next.manager, of(next) + 1);
  }
  return given;
}
