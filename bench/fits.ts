import { openWarehouse, sql, type Warehouse } from "../src/platform/warehouse/index.js";
import { bgNbd, fitGammaGamma, type Histories, mbgNbd, naturalBreaks, type PurchaseModel, paretoNbd, type Spends } from "../src/statistics/index.js";
import { betaGeometricRows, paretoRows } from "../src/statistics/simulate.js";
import { variates } from "../src/statistics/variates.js";
import { median } from "./measure.js";

/** One entry, in a process of its own. */
export interface Measured {
  /** Different rows, where what is alike is computed once. */
  different: number;
  /** Processor seconds of all threads, and seconds by the clock, of the first time after start-up and of the median after it. */
  first: Taken;
  later: Taken;
  /** What the same process needs for the floor: ten million exponentials and logarithms, or the engine's own grouping. */
  floor_seconds: number;
  /** The most this process ever had, its data and the making of them included. */
  memory_mb: number;
}

export interface Taken {
  processor: number;
  clock: number;
}

/** Steps of time: days in a small file, hundredths of a week among a million. */
const [DAY, HUNDREDTH] = [7, 100];
const SEED = 7;
/** Weeks observed, as in the file of CDs that the literature fits. */
const AGES: [number, number] = [27, 39];
const PARAMETERS = {
  bg_nbd: { r: 0.243, alpha: 4.414, a: 0.793, b: 2.426 },
  mbg_nbd: { r: 0.525, alpha: 6.183, a: 0.891, b: 1.614 },
  pareto_nbd: { r: 0.553, alpha: 10.578, s: 0.606, beta: 11.669 },
  gamma_gamma: { p: 6.25, q: 3.74, v: 15.44 },
};
const HORIZON = 39;

export type Model = "bg_nbd" | "mbg_nbd" | "pareto_nbd";

const models: Readonly<Record<Model, PurchaseModel<string>>> = { bg_nbd: bgNbd, mbg_nbd: mbgNbd, pareto_nbd: paretoNbd };

/** Histories of so many customers, drawn from the model itself. */
function histories(model: Model, customers: number, step: number): Histories {
  const { x, t_x, t } =
    model === "pareto_nbd"
      ? paretoRows(customers, SEED, PARAMETERS.pareto_nbd, AGES)
      : betaGeometricRows(customers, SEED, PARAMETERS[model], model === "mbg_nbd", AGES);
  const stepped = (times: Float64Array) => times.map((time) => Math.round(time * step) / step);
  return { x, t_x: stepped(t_x), t: stepped(t) };
}

/** Mean spends to the cent of who comes back. */
function spends(customers: number): Spends {
  const { x } = histories("bg_nbd", customers, HUNDREDTH);
  const { p, q, v } = PARAMETERS.gamma_gamma;
  const { gamma } = variates(SEED);
  const mean = (times: number): number => Math.max(0.01, Math.round(100 * gamma(p * times, gamma(q, v) * times)) / 100);
  return { x, spend: Float64Array.from(x, (times) => (times === 0 ? 0 : mean(times))) };
}

/** Sums as banks have them: spread over five orders of size, none like another. */
function sums(size: number): { values: Float64Array; counts: Float64Array } {
  const { gamma } = variates(SEED);
  return { values: Float64Array.from({ length: size }, () => 1000 / gamma(1.5, 1)).sort(), counts: new Float64Array(size).fill(1) };
}

async function taken(work: () => unknown): Promise<Taken> {
  const [before, started] = [process.cpuUsage(), performance.now()];
  await work();
  const { user, system } = process.cpuUsage(before);
  return { processor: (user + system) / 1e6, clock: (performance.now() - started) / 1000 };
}

/** Ten million of each. */
function arithmetic(): number {
  let sum = 0;
  for (let i = 1; i <= 1e7; i++) sum += Math.log1p(Math.exp(-i / 1e7));
  return sum;
}

async function measured(different: () => number, rounds: number, work: () => unknown, floor: () => unknown = arithmetic): Promise<Measured> {
  const first = await taken(work);
  const later: Taken[] = [];
  for (let round = 1; round < rounds; round++) later.push(await taken(work));
  const memory_mb = Math.round(process.resourceUsage().maxRSS / 1e3);
  await floor();
  const floors: number[] = [];
  for (let round = 0; round < 3; round++) floors.push((await taken(floor)).processor);
  const middle = (of: keyof Taken): number => median(later.map((one) => one[of]));
  return { different: different(), first, later: { processor: middle("processor"), clock: middle("clock") }, floor_seconds: median(floors), memory_mb };
}

const [FEW_ROUNDS, MANY_ROUNDS] = [3, 15];

function demandFitted({ outcome }: { outcome: string }): void {
  if (outcome !== "fitted") throw new Error(`not fitted: ${outcome}`);
}

const differentOf = (...columns: ArrayLike<number>[]): number =>
  new Set(Array.from(columns[0] ?? [], (_, row) => columns.map((column) => column[row]).join(" "))).size;

async function fitOf(model: Model, customers: number, step: number, rounds: number): Promise<Measured> {
  const given = histories(model, customers, step);
  return measured(
    () => differentOf(given.x, given.t_x, given.t),
    rounds,
    () => demandFitted(models[model].fit(given)),
  );
}

async function spendsOf(customers: number, rounds: number): Promise<Measured> {
  const given = spends(customers);
  return measured(
    () => differentOf(given.x, given.spend),
    rounds,
    () => demandFitted(fitGammaGamma(given)),
  );
}

async function predictionOf(model: Model, customers: number): Promise<Measured> {
  const given = histories(model, customers, HUNDREDTH);
  return measured(
    () => differentOf(given.x, given.t_x, given.t),
    FEW_ROUNDS,
    () => models[model].predict(PARAMETERS[model], given, HORIZON),
  );
}

async function breaksOf(size: number, classes: number): Promise<Measured> {
  const given = sums(size);
  return measured(
    () => differentOf(given.values),
    FEW_ROUNDS,
    () => naturalBreaks(given, classes),
  );
}

const opened = (file: string): Promise<Warehouse> => openWarehouse({ file, zone: "UTC", memory: "256MB" });

/** Leaves histories in a warehouse, for another process to read. */
export async function fillHistories(file: string, customers: number): Promise<void> {
  const { x, t_x, t } = histories("bg_nbd", customers, HUNDREDTH);
  const warehouse = await opened(file);
  await warehouse.write(async (session) => {
    await session.run(sql`create temp table drawn as select 0::double as x, 0::double as t_x, 0::double as t where false`);
    await session.appendNumbers(
      "drawn",
      [x, t_x, t].map((column) => Float64Array.from(column)),
    );
    await session.run(sql`create table lived as select * from drawn`);
  });
  await warehouse.close();
}

const none = new Float64Array();

async function readAndFit(file: string): Promise<Measured> {
  const warehouse = await opened(file);
  const grouped = sql`select x, t_x, t, count(*)::double as n from lived group by 1, 2, 3 order by 1, 2, 3`;
  let different = 0;
  const answer = await measured(
    () => different,
    FEW_ROUNDS,
    async () => {
      const [x = none, t_x = none, t = none, weight = none] = await warehouse.numbers(grouped);
      different = x.length;
      demandFitted(bgNbd.fit({ x, t_x, t, weight }));
    },
    () => warehouse.first(sql`select count(*), sum(n), sum(x), sum(t_x), sum(t) from (${grouped})`),
  );
  await warehouse.close();
  return answer;
}

/** Everything that is measured, for a size (customers or values) and the warehouse's file. */
export const ENTRIES = {
  "few: fit bg_nbd": (size) => fitOf("bg_nbd", size, DAY, MANY_ROUNDS),
  "few: fit mbg_nbd": (size) => fitOf("mbg_nbd", size, DAY, MANY_ROUNDS),
  "few: fit pareto_nbd": (size) => fitOf("pareto_nbd", size, DAY, MANY_ROUNDS),
  "few: fit gamma_gamma": (size) => spendsOf(size, MANY_ROUNDS),
  "read and fit bg_nbd": (_, file) => readAndFit(file),
  "fit bg_nbd": (size) => fitOf("bg_nbd", size, HUNDREDTH, FEW_ROUNDS),
  "fit mbg_nbd": (size) => fitOf("mbg_nbd", size, HUNDREDTH, FEW_ROUNDS),
  "fit pareto_nbd": (size) => fitOf("pareto_nbd", size, HUNDREDTH, FEW_ROUNDS),
  "fit gamma_gamma": (size) => spendsOf(size, FEW_ROUNDS),
  "predict bg_nbd": (size) => predictionOf("bg_nbd", size),
  "predict mbg_nbd": (size) => predictionOf("mbg_nbd", size),
  "predict pareto_nbd": (size) => predictionOf("pareto_nbd", size),
  "natural breaks, 5 classes": (size) => breaksOf(size, 5),
  "natural breaks, 10 classes": (size) => breaksOf(size, 10),
} satisfies Record<string, (size: number, file: string) => Promise<Measured>>;

export type Entry = keyof typeof ENTRIES;
export const isEntry = (word: string): word is Entry => Object.hasOwn(ENTRIES, word);
