import type { Histories } from "./histories.js";

/** A column's different values, and which of them each row has. */
export interface Column {
  values: Float64Array;
  of: Uint32Array;
}

/** Different histories with their weights, each of the three columns by its different values: what depends on one of them alone is computed once for each. */
export interface Grouped {
  /** Its values ascend. */
  x: Column;
  t_x: Column;
  t: Column;
  weight: Float64Array;
  /** Sum of the weights. */
  total: number;
}

const slotsFor = (rows: number): Int32Array => new Int32Array(2 ** Math.ceil(Math.log2(Math.max(2, rows) * 2)));

/** Different values in the order in which they first appear. */
function column(rows: ArrayLike<number>): Column {
  const slots = slotsFor(rows.length);
  const mask = slots.length - 1;
  const values = new Float64Array(rows.length);
  const of = new Uint32Array(rows.length);
  const bits = new Float64Array(1);
  const words = new Uint32Array(bits.buffer);
  let count = 0;
  for (let row = 0; row < rows.length; row++) {
    // −0 is 0
    const value = (rows[row] ?? 0) + 0;
    bits[0] = value;
    let hash = Math.imul((words[0] ?? 0) ^ Math.imul(words[1] ?? 0, 0x85ebca6b), 0x9e3779b1);
    hash = (hash ^ (hash >>> 15)) & mask;
    let slot = slots[hash] ?? 0;
    while (slot !== 0 && values[slot - 1] !== value) {
      hash = (hash + 1) & mask;
      slot = slots[hash] ?? 0;
    }
    if (slot === 0) {
      values[count] = value;
      count++;
      slot = count;
      slots[hash] = slot;
    }
    of[row] = slot - 1;
  }
  return { values: values.slice(0, count), of };
}

/** The same column with its values in ascending order. */
function ascending({ values, of }: Column): Column {
  const order = new Uint32Array(values.length).map((_, i) => i).sort((a, b) => (values[a] ?? 0) - (values[b] ?? 0));
  const places = new Uint32Array(order.length);
  for (let place = 0; place < order.length; place++) places[order[place] ?? 0] = place;
  return { values: values.slice().sort(), of: of.map((value) => places[value] ?? 0) };
}

/** The first rows of their kind, with the weights of all alike. On its own, for the sooner it is compiled. */
function firstRows(cx: Column, ctx: Column, ct: Column, weight: ArrayLike<number> | undefined) {
  const size = cx.of.length;
  const slots = slotsFor(size);
  const mask = slots.length - 1;
  const firsts = new Uint32Array(size);
  const weights = new Float64Array(size);
  let count = 0;
  for (let row = 0; row < size; row++) {
    const w = weight === undefined ? 1 : (weight[row] ?? 0);
    if (w === 0) continue;
    const ix = cx.of[row] ?? 0;
    const itx = ctx.of[row] ?? 0;
    const it = ct.of[row] ?? 0;
    let hash = Math.imul(Math.imul(Math.imul(ix, 0x85ebca6b) ^ itx, 0xc2b2ae35) ^ it, 0x9e3779b1);
    hash = (hash ^ (hash >>> 15)) & mask;
    let slot = slots[hash] ?? 0;
    while (slot !== 0) {
      const first = firsts[slot - 1] ?? 0;
      if (cx.of[first] === ix && ctx.of[first] === itx && ct.of[first] === it) break;
      hash = (hash + 1) & mask;
      slot = slots[hash] ?? 0;
    }
    if (slot === 0) {
      firsts[count] = row;
      count++;
      slot = count;
      slots[hash] = slot;
    }
    weights[slot - 1] = (weights[slot - 1] ?? 0) + w;
  }
  return { rows: firsts.subarray(0, count), weight: weights.slice(0, count) };
}

/** Different rows of histories that `refuse` finds nothing wrong with, in the order in which they first appear; rows without weight are left out. A million rows take about a quarter of a second. */
export function group({ x, t_x, t, weight }: Histories): Grouped {
  const [cx, ctx, ct] = [ascending(column(x)), column(t_x), column(t)];
  const found = firstRows(cx, ctx, ct, weight);
  const pick = ({ values, of }: Column): Column => ({ values, of: found.rows.map((row) => of[row] ?? 0) });
  return { x: pick(cx), t_x: pick(ctx), t: pick(ct), weight: found.weight, total: found.weight.reduce((sum, w) => sum + w, 0) };
}

/** About so many of these rows, each as often as its weight tells, at even distances through all of them. */
function evenly({ x, t_x, t, weight, total }: Grouped, order: Uint32Array, size: number): Grouped {
  const interval = total / size;
  const rows: number[] = [];
  const weights: number[] = [];
  let before = 0;
  let passed = 0;
  for (let i = 0; i < order.length; i++) {
    const row = order[i] ?? 0;
    before += weight[row] ?? 0;
    const times = Math.floor(before / interval + 0.5) - passed;
    if (times === 0) continue;
    rows.push(row);
    weights.push(times * interval);
    passed += times;
  }
  const pick = ({ values, of }: Column): Float64Array => Float64Array.from(rows, (row) => values[of[row] ?? 0] ?? 0);
  return group({ x: pick(x), t_x: pick(t_x), t: pick(t), weight: Float64Array.from(weights) });
}

/** About so many rows that stand for all: at even distances through some more, ordered by purchases and the time of the last, so that none of their kinds is left out. */
export function sampled(grouped: Grouped, size: number): Grouped {
  const all = new Uint32Array(grouped.weight.length).map((_, i) => i);
  if (all.length > 16 * size) return sampled(evenly(grouped, all, 12 * size), size);
  const { x, t_x } = grouped;
  const purchases = all.map((row) => x.values[x.of[row] ?? 0] ?? 0);
  const last = Float64Array.from(all, (row) => t_x.values[t_x.of[row] ?? 0] ?? 0);
  const byKind = (a: number, b: number): number => (purchases[a] ?? 0) - (purchases[b] ?? 0) || (last[a] ?? 0) - (last[b] ?? 0);
  return evenly(grouped, all.sort(byKind), size);
}

/** Weights of all with at least as many purchases as each value of x; weights by the value of t, and purchases by t. */
export interface Margins {
  reached: Float64Array;
  t: Float64Array;
  purchases: Float64Array;
}

export function margins({ x, t, weight }: Grouped): Margins {
  const sums: Margins = { reached: new Float64Array(x.values.length), t: new Float64Array(t.values.length), purchases: new Float64Array(t.values.length) };
  for (let i = 0; i < weight.length; i++) {
    const ix = x.of[i] ?? 0;
    const it = t.of[i] ?? 0;
    const w = weight[i] ?? 0;
    sums.reached[ix] = (sums.reached[ix] ?? 0) + w;
    sums.t[it] = (sums.t[it] ?? 0) + w;
    sums.purchases[it] = (sums.purchases[it] ?? 0) + w * (x.values[ix] ?? 0);
  }
  for (let i = sums.reached.length - 2; i >= 0; i--) sums.reached[i] = (sums.reached[i] ?? 0) + (sums.reached[i + 1] ?? 0);
  return sums;
}
