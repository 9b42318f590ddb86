import fc from "fast-check";
import { expect, test } from "vitest";
import { type Cell, shareOut } from "./share.js";

const managers = [1, 2, 3, 4];
const cell = fc.record({
  branch: fc.constantFrom("east", "west"),
  place: fc.integer({ min: 0, max: 5 }),
  minutes: fc.constantFrom(0, 50, 300, 1200),
  managers: fc.subarray(managers),
  open: fc.integer({ min: 0, max: 500 }),
  keeping: fc.array(fc.tuple(fc.constantFrom(...managers), fc.integer({ min: 1, max: 60 })), { maxLength: 4 }),
});
const cells = fc.uniqueArray(cell, { selector: (one) => `${one.branch} ${one.place}`, maxLength: 8 }).map((all) =>
  // one place is one weight, as a row of the policy is
  all.map(({ keeping, ...one }): Cell => ({ ...one, minutes: [0, 50, 300, 1200, 50, 0][one.place] ?? 0, kept: new Map(keeping) })),
);
const capacities = fc.tuple(...managers.map(() => fc.constantFrom(0, 1000, 20_000, 100_000)));

test("everybody is kept, given or left; nobody is overloaded; the same input gives the same shares", () => {
  fc.assert(
    fc.property(cells, capacities, (given, sizes) => {
      const capacity = new Map(managers.map((manager, i) => [manager, sizes[i] ?? 0]));
      const { portions, left } = shareOut(given, capacity);
      const work = new Map<number, number>();
      for (const one of given) {
        const of = portions.filter((portion) => portion.branch === one.branch && portion.place === one.place);
        const wanted = one.open + [...one.kept.values()].reduce((sum, n) => sum + n, 0);
        const shared = of.reduce((sum, portion) => sum + portion.keeps + portion.gets, 0);
        const over = left.find((rest) => rest.branch === one.branch && rest.place === one.place)?.customers ?? 0;
        expect(shared + over).toBe(wanted);
        for (const { manager, keeps, gets } of of) {
          expect(keeps).toBeLessThanOrEqual(one.kept.get(manager) ?? 0);
          if (gets > 0) expect(one.managers).toContain(manager);
          work.set(manager, (work.get(manager) ?? 0) + (keeps + gets) * one.minutes);
        }
      }
      for (const [manager, minutes] of work) expect(minutes).toBeLessThanOrEqual(capacity.get(manager) ?? 0);
      expect(shareOut([...given].reverse(), capacity)).toEqual({ portions: expect.arrayContaining(portions), left: expect.arrayContaining(left) });
    }),
  );
});

test("customers are spread by capacity, and those without work by their number", () => {
  const capacity = new Map([
    [1, 100_000],
    [2, 300_000],
  ]);
  const alike = (place: number, minutes: number): Cell => ({ branch: "east", place, minutes, managers: [1, 2], open: 400, kept: new Map() });
  const { portions } = shareOut([alike(0, 500), alike(1, 0)], capacity);
  expect(portions.map(({ place, manager, gets }) => [place, manager, gets])).toEqual([
    [0, 1, 100],
    [0, 2, 300],
    [1, 1, 100],
    [1, 2, 300],
  ]);
});

test("who has an owner stays, as long as there is room; the best are served first", () => {
  const capacity = new Map([
    [1, 1000],
    [2, 1000],
  ]);
  const best: Cell = { branch: "east", place: 0, minutes: 100, managers: [1, 2], open: 0, kept: new Map([[1, 12]]) };
  const others: Cell = { branch: "east", place: 1, minutes: 100, managers: [1, 2], open: 9, kept: new Map() };
  expect(shareOut([others, best], capacity)).toEqual({
    portions: [
      { branch: "east", place: 0, manager: 1, keeps: 10, gets: 0 },
      { branch: "east", place: 0, manager: 2, keeps: 0, gets: 2 },
      { branch: "east", place: 1, manager: 2, keeps: 0, gets: 8 },
    ],
    left: [{ branch: "east", place: 1, customers: 1 }],
  });
});
